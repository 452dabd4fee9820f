"""
``package-lock.json`` and ``npm-shrinkwrap.json``, lock file versions 1 to 3.

Format: https://docs.npmjs.com/cli/configuring-npm/package-lock-json. Version 1 nests ``dependencies``
(:mod:`~pregate.lockfiles.javascript.package_lock_v1`); 2 and 3 have ``packages``, keyed by folder, of which
version 2's ``dependencies`` are a copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, phrase
from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.manifest import (
    DEPENDENCIES,
    DEV,
    OPTIONAL,
    PEER,
    manifest_paths,
    manifests,
)
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason

_FOLDER = "node_modules/"
_LINK = expression(rb'"resolved"[ \t\r\n]*:[ \t\r\n]*"([^"\\\x00-\x1f]{1,1000})",[ \t\r\n]*"link"')
_FILE = expression(rb'"version"[ \t\r\n]*:[ \t\r\n]*"file:([^"\\\x00-\x1f]{1,1000})"')  # version 1
_MAX_FOLDER = 2000
_MAX_STEPS = 64


def read_package_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every installed package; links and workspaces are the project's own, git and file sources not audited.
    """
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    if not loaded.root.is_object:
        return failed(path, "the file holds no object")
    parts = loaded.root.by_key()
    packages, dependencies = parts.get("packages"), parts.get("dependencies")
    if packages is None and dependencies is None and "lockfileVersion" not in parts:
        return failed(path, "no lockfileVersion, packages or dependencies: this is no package-lock.json")
    found = Collector(path, "package-lock.json", NPM)
    if packages and packages.is_object:
        _Folders(found, loaded, packages, files).read()
    elif dependencies and dependencies.is_object:
        from pregate.lockfiles.javascript.package_lock_v1 import read_nested  # seldom

        read_nested(found, loaded, dependencies, files)
    elif packages or dependencies:
        return failed(path, "packages or dependencies is no object")
    return found.reading()


def workspaces(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The package.json files of the folders that the lock file links to."""
    linked = [*_LINK.findall(files[path]), *_FILE.findall(files[path])]
    folders = dict.fromkeys(folder.decode("utf-8", "replace") for folder in linked)
    return manifest_paths(path, folders)


class _Folders:
    """The packages of versions 2 and 3: a folder for each, nested as they are installed."""

    def __init__(
        self, found: Collector, document: Document, packages: Part, files: Mapping[str, bytes]
    ) -> None:
        self.found, self.document = found, document
        self.parts = packages.by_key()
        self.entries = {k: v.value for k, v in self.parts.items() if isinstance(v.value, dict)}
        own = [folder for folder in self.entries if _FOLDER not in folder]
        self.manifests = {f: m.by_name() for f, m in manifests(found.path, own, files).items()}
        self.tree = Tree(knows_roots="" in self.entries)
        self.elsewhere: set[str] = set()
        self.aliases: dict[str, str] = {}

    def read(self) -> None:
        """Everything into the collector."""
        for folder, entry in self.entries.items():
            self._needs(folder, entry)
        for folder, part in self.parts.items():
            if folder not in self.entries:
                self._skip(part, "an entry is no object", UnreadReason.UNPARSABLE)
            elif _FOLDER in folder and self.entries[folder].get("link") is not True:
                self._add(folder, part, self.entries[folder])
        self.tree.collect(self.found)

    def _needs(self, folder: str, entry: Mapping[str, Any]) -> None:
        """The edges from one entry, resolved as node does; from the project's own ones they are roots."""
        is_own = _FOLDER not in folder
        for section, name, wanted in _edges(entry, is_own):
            target = self._resolve(folder, name)
            if target is None:
                continue
            # Most ranges hold neither of these signs; what names another source holds one.
            if (":" in wanted or "/" in wanted) and sources.is_elsewhere(wanted):
                self.elsewhere.add(target)
            elif wanted.startswith("npm:"):
                self.aliases[target] = sources.alias_target(wanted)[0]
            if is_own:
                self.tree.want(target, section, self.manifests.get(folder, {}).get(name, ()))
            else:
                self.tree.require(folder, target, wanted, section == OPTIONAL)

    def _resolve(self, folder: str, name: str) -> str | None:
        """The folder that ``name`` means for a module in ``folder``: the nearest one on the way up."""
        if len(folder) > _MAX_FOLDER:
            folder = ""
        for _ in range(_MAX_STEPS):
            candidate = f"{folder}/{_FOLDER}{name}" if folder else _FOLDER + name
            if candidate in self.entries:
                return candidate
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        return None

    def _add(self, folder: str, part: Part, entry: Mapping[str, Any]) -> None:
        """An installed package: named by its folder, or by its own name for an alias."""
        name = entry.get("name") or self.aliases.get(folder) or folder.rpartition(_FOLDER)[2]
        resolved = entry.get("resolved")
        if isinstance(resolved, str) and sources.is_own(resolved):
            return
        is_elsewhere = isinstance(resolved, str) and _is_elsewhere(resolved)
        if is_elsewhere or folder in self.elsewhere or ":" in str(entry.get("version")):
            self._skip(part, f"{sources.shown_name(name)} is not from a package index")
            return
        version = part.member("version")
        if version is None:
            self._skip(part, f"{sources.shown_name(name)} is locked without a version")
            return
        self.tree.nodes[folder] = Node(
            name,
            version.value,
            self.document.location(version),
            hashed=isinstance(entry.get("integrity"), str),
            licenses=_licenses(entry.get("license")),
            dev=entry.get("dev") is True,
            optional=entry.get("optional") is True or entry.get("devOptional") is True,
        )

    def _skip(self, part: Part, detail: str, reason: UnreadReason = UnreadReason.NOT_AUDITED) -> None:
        self.found.skip(detail, self.document.key_location(part), reason)


def _edges(entry: Mapping[str, Any], is_own: bool) -> Iterator[tuple[str, str, str]]:
    """
    Section, name and range of what an entry needs. A name in ``optionalDependencies`` is optional, whatever
    the other sections say; optional peers are needed by nobody.
    """
    meta = entry.get("peerDependenciesMeta")
    seen = set()
    for section in (OPTIONAL, DEPENDENCIES, *((DEV,) if is_own else ()), PEER):
        wanted = entry.get(section)
        if not isinstance(wanted, dict):
            continue
        for name, text in wanted.items():
            is_spare = section == PEER and isinstance(meta, dict) and _is_optional(meta.get(name))
            if name not in seen and not is_spare:
                seen.add(name)
                yield section, name, text if isinstance(text, str) else ""


def _is_optional(meta: object) -> bool:
    return isinstance(meta, dict) and meta.get("optional") is True


def _is_elsewhere(resolved: str) -> bool:
    """Whether an entry's address is none of a registry; those have ``http`` addresses of archives."""
    if resolved.startswith(("https:", "http:")):
        return resolved.startswith("https://codeload.github.com/")
    return ":" in resolved and sources.is_elsewhere(resolved)


def _licenses(value: object) -> str:
    """The licence as npm copies it from a manifest: an expression, or the old form ``{"type": …}``."""
    return phrase(value.get("type") if isinstance(value, dict) else value)
