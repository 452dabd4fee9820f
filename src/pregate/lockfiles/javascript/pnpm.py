"""
``pnpm-lock.yaml``, lock file versions 5.0 to 9.0.

Format: https://github.com/pnpm/spec/tree/master/lockfile (5.1, 6.0, 9.0) and pnpm's ``dependency-path``. A
package's key is ``/name/1.0.0_peer@2.0.0`` in version 5 (5.0: ``/name/1.0.0/peer@2.0.0``),
``/name@1.0.0(peer@2.0.0)`` in 6, ``name@1.0.0`` in 9, where ``snapshots`` has an entry for each set of peers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.manifest import DEPENDENCIES, DEV, OPTIONAL, manifest_paths, manifests
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.model import Reading
from pregate.lockfiles.node_files import NodeFile, by_key, load_yaml, text_of
from pregate.positions import Node as YamlNode
from pregate.positions import Object, Scalar

_SECTIONS = (OPTIONAL, DEPENDENCIES, DEV)
_VERSION = r"[0-9]++\.[0-9]++\.[0-9]++[-+.0-9A-Za-z]*+"
_NAME = r"(?:@[^/@\s()]++/)?[^/@\s()]++"
_HOST = r"([^/@()\s]++)?"  # of a registry, where it is not the default one
_SLASHED = expression(rf"{_HOST}/({_NAME})/({_VERSION})(?:[_/(].*)?")
_AT = expression(rf"(?:{_HOST}/)?({_NAME})@({_VERSION})(?:\(.*)?")
_IMPORTERS = expression(rb"^importers:[^\n]*\n((?:[ ][^\n]*\n|\r?\n)*+)", re.MULTILINE)
_IMPORTER = expression(rb"^  (?:'([^'\n]+)'|([^\s'\"#][^\n]*?)):[^\n]*$", re.MULTILINE)


def read_pnpm_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package of a registry, once for each set of peers that has a key of its own; links are the project's
    own, git, archives and folders not audited.
    """
    file = load_yaml(path, files[path], is_regular=True)
    if isinstance(file, Reading):
        return file
    roots = [by_key(root) for root in file.documents if isinstance(root, Object)]
    if not any("lockfileVersion" in root or "packages" in root for root in roots):
        return failed(path, "no lockfileVersion and no packages: this is no pnpm-lock.yaml")
    found = Collector(path, "pnpm-lock.yaml", NPM)
    for root in roots:  # pnpm puts what it needs itself into a document of its own
        _Document(found, file, root, files).read()
    return found.reading()


def importers(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The package.json files of the projects that the lock file lists as ``importers``."""
    section = _IMPORTERS.search(files[path])
    found = _IMPORTER.findall(section.group(1)) if section else ()
    return manifest_paths(path, [(quoted or plain).decode("utf-8", "replace") for quoted, plain in found])


class _Document:
    """One document of the file. Nodes of the tree are known by their keys in ``packages``."""

    def __init__(
        self, found: Collector, file: NodeFile, root: Mapping[str, YamlNode], files: Mapping[str, bytes]
    ) -> None:
        self.found, self.file, self.tree = found, file, Tree()
        packages = root.get("packages")
        self.keys = {key.text: key for key, _ in packages} if isinstance(packages, Object) else {}
        self.packages = {key: by_key(node) for key, node in by_key(packages).items()}
        # Before version 9 an entry is its own snapshot.
        self.snapshots = {key: by_key(node) for key, node in by_key(root.get("snapshots")).items()}
        self.snapshots = self.snapshots or self.packages
        projects = by_key(root.get("importers"))
        # Before version 9 the sections of a single project stand at the top.
        self.projects = {folder: by_key(node) for folder, node in projects.items()} or {".": dict(root)}
        self.manifests = {f: m.by_name() for f, m in manifests(found.path, self.projects, files).items()}

    def read(self) -> None:
        """Everything into the collector."""
        entries = self.snapshots.items()
        is_needed = {self._base(key) for key, entry in entries if text_of(entry.get("optional")) != "true"}
        for key, fields in self.packages.items():
            self._add(key, fields, key not in is_needed)
        for key, snapshot in entries:
            for section, name, reference in _references(snapshot):
                target = self._resolve(name, reference)
                if target:
                    self.tree.require(self._base(key), target, "", section == OPTIONAL)
        for folder, sections in self.projects.items():
            declared = self.manifests.get(folder, {})
            for section, name, reference in _references(sections):
                target = self._resolve(name, reference)
                if target:
                    self.tree.want(target, section, declared.get(name, ()))
        self.tree.collect(self.found)

    def _base(self, key: str) -> str:
        """The member of ``packages`` that a snapshot belongs to."""
        return key if key in self.packages else key.partition("(")[0]

    def _resolve(self, name: str, reference: str) -> str | None:
        """The entry that a reference means: a version with its peers, or a whole key (aliases and others)."""
        for key in (f"{name}@{reference}", f"/{name}@{reference}", f"/{name}/{reference}", reference):
            if self._base(key) in self.packages:
                return self._base(key)
        return None

    def _add(self, key: str, fields: Mapping[str, YamlNode], is_optional: bool) -> None:
        resolution = by_key(fields.get("resolution"))
        kind = text_of(resolution.get("type"))
        if kind == "directory" or sources.is_own(key.rpartition("@")[2]):
            return
        node = self.keys[key]
        parts = _AT.fullmatch(key) or _SLASHED.fullmatch(key)
        if kind or parts is None or (parts.group(1) and not _is_of_registry(fields, resolution)):
            name = text_of(fields.get("name")) or key.partition("@")[0]
            place = self.file.location(node)
            self.found.skip(f"{sources.shown_name(name)} is not from a package index", place)
            return
        dev = text_of(fields.get("dev"))
        self.tree.nodes[key] = Node(
            parts.group(2),
            parts.group(3),
            self.file.piece(node, *parts.span(3)),
            hashed="integrity" in resolution,
            dev=dev == "true" if dev else None,
            optional=is_optional,
        )


def _is_of_registry(fields: Mapping[str, YamlNode], resolution: Mapping[str, YamlNode]) -> bool:
    """Whether a key that begins with a host is of a registry: what is fetched has its name beside it."""
    return "name" not in fields and ("integrity" in resolution or "tarball" not in resolution)


def _references(fields: Mapping[str, YamlNode]) -> Iterator[tuple[str, str, str]]:
    """Section, name and reference (``1.0.0``, ``link:../b``) of what a project or a package depends on."""
    for section in _SECTIONS:
        for name, node in by_key(fields.get(section)).items():
            version = node.get("version") if isinstance(node, Object) else node
            if isinstance(version, Scalar):
                yield section, name, version.text
