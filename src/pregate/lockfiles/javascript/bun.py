"""
``bun.lock``, the text form of bun's lock file: JSON with commas before closing brackets.

Format: https://bun.com/docs/pm/lockfile; ``bun.lock.zig`` in https://github.com/oven-sh/bun.
``workspaces`` holds the manifests by folder, ``packages`` an array for each place of a package: for a
registry ``[name@version, registry, needs, integrity]``, for others ``[name@source, needs, …]``. A key is the
path of names under which a package is found: ``b`` for all, ``a/b`` for ``a`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.commented_json import load_commented
from pregate.lockfiles.javascript.manifest import (
    DEPENDENCIES,
    DEV,
    OPTIONAL,
    PEER,
    manifest_paths,
    manifests,
)
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.javascript.yarn_classic import split
from pregate.lockfiles.located_json import Document, Part
from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason

_WORKSPACES = expression(rb'"workspaces"[ ]*:[ ]*\{\r?\n((?:[ ]{4}[^\n]*\n)*+)')
_WORKSPACE = expression(rb'^[ ]{4}"([^"\\\n]{1,1000})"[ ]*:', re.MULTILINE)
_NAME = expression(r"@[^/]*/[^/]*|[^/]+")
_MAX_STEPS = 32
_MAX_KEY = 2000


def read_bun_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package of a registry at each of its places; workspaces and links are the project's own, git,
    archives and files not audited.
    """
    loaded = load_commented(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    parts = loaded.root.by_key()
    packages = parts.get("packages")
    if packages is None and "lockfileVersion" not in parts:
        return failed(path, "no lockfileVersion and no packages: this is no bun.lock")
    found = Collector(path, "bun.lock", NPM)
    projects = parts["workspaces"].value if "workspaces" in parts else {}
    if packages and not packages.is_object:
        return failed(path, "packages is no object")
    _Places(found, loaded, packages, projects if isinstance(projects, dict) else {}, files).read()
    return found.reading()


def workspaces(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The package.json files of the workspaces that the lock file lists."""
    section = _WORKSPACES.search(files[path])
    found = _WORKSPACE.findall(section.group(1)) if section else ()
    return manifest_paths(path, [folder.decode("utf-8", "replace") for folder in found])


class _Places:
    """The members of ``packages``; the tree knows them by their keys."""

    def __init__(
        self,
        found: Collector,
        document: Document,
        packages: Part | None,
        projects: Mapping[str, Any],
        files: Mapping[str, bytes],
    ) -> None:
        self.found, self.document, self.tree = found, document, Tree()
        self.parts = packages.by_key() if packages else {}
        self.projects = {folder: p for folder, p in projects.items() if isinstance(p, dict)}
        self.manifests = {f: m.by_name() for f, m in manifests(found.path, self.projects, files).items()}

    def read(self) -> None:
        """Everything into the collector."""
        for key, part in self.parts.items():
            self._add(key, part)
        for folder, project in self.projects.items():
            # A workspace's own versions stand below its name; the root's at the top.
            scopes = _scopes(str(project.get("name", "")) if folder else "")
            declared = self.manifests.get(folder, {})
            for section, name, _ in _needs(project, (OPTIONAL, DEPENDENCIES, DEV, PEER)):
                target = self._resolve(scopes, name)
                if target:
                    self.tree.want(target, section, declared.get(name, ()))
        self.tree.collect(self.found)

    def _add(self, key: str, part: Part) -> None:
        value, place = part.value, self.document.key_location(part)
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            self.found.skip("an entry is no array of texts", place, UnreadReason.UNPARSABLE)
            return
        name, source = split(value[0])
        if source.startswith(("workspace:", "root:")) or sources.is_own(source):
            return  # what a workspace needs are roots
        scopes = _scopes(key)
        for needs in value[1:]:
            if isinstance(needs, dict):
                for section, other, wanted in _needs(needs, (OPTIONAL, DEPENDENCIES, PEER)):
                    target = self._resolve(scopes, other)
                    if target:
                        self.tree.require(key, target, wanted, section == OPTIONAL)
        if sources.is_elsewhere(source):
            self.found.skip(f"{sources.shown_name(name)} is not from a package index", place)
            return
        first = next(part.items())
        self.tree.nodes[key] = Node(
            name,
            source,
            self.document.location_in(first, source) if source else place,
            hashed=isinstance(value[-1], str) and len(value) > 3 and value[-1] != "",
        )

    def _resolve(self, scopes: tuple[str, ...], name: str) -> str | None:
        """The key that ``name`` means in the first of these scopes that has it."""
        return next((scope + name for scope in scopes if scope + name in self.parts), None)


def _scopes(key: str) -> tuple[str, ...]:
    """Where the package at ``key`` looks for others: below itself, then on the way up, then at the top."""
    path = _NAME.findall(key[:_MAX_KEY])[:_MAX_STEPS]
    return tuple("".join(f"{name}/" for name in path[:size]) for size in range(len(path), -1, -1))


def _needs(project: Mapping[str, Any], sections: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Section, name and range of what a manifest or an entry names, but for peers that may be missing."""
    spare = project.get("optionalPeers")
    seen: set[str] = (
        set(spare) if isinstance(spare, list) and all(isinstance(s, str) for s in spare) else set()
    )
    for section in sections:
        found = project.get(section)
        for name, wanted in found.items() if isinstance(found, dict) else ():
            if section != PEER or name not in seen:
                yield section, name, wanted if isinstance(wanted, str) else ""
            seen.add(name)
