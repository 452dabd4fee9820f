"""
``yarn.lock`` of yarn 2 and later: YAML, an entry for each locator, headed by the descriptors that it answers.

Sources: https://yarnpkg.com/protocols; https://github.com/yarnpkg/berry, ``structUtils.ts`` (how descriptors
and locators are written) and ``Project.ts`` (what the file holds). ``__metadata.version`` 4 to 10 differ in
whether ranges bear ``npm:`` and how checksums are written, of which neither matters here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from urllib.parse import unquote

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.manifest import (
    DEPENDENCIES,
    DEV,
    OPTIONAL,
    Manifest,
    manifests,
)
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.javascript.yarn_classic import split
from pregate.lockfiles.model import Declaration, Reading
from pregate.lockfiles.node_files import NodeFile, load_yaml
from pregate.model import UnreadReason
from pregate.positions import Object, Scalar
from pregate.records import dataclass

_WORKSPACE = "workspace:"
_OWN = (_WORKSPACE, "link:", "portal:")
_MAX_PATCHES = 5
_COMMA = expression(r",\s*")


@dataclass(slots=True, eq=False)
class _Entry:
    """One locator: ``name`` and ``source`` (``npm:1.0.0``) as ``resolution`` has them; a patch undone."""

    key: Scalar
    fields: dict[str, Scalar | Object]
    name: str = ""
    source: str = ""

    @property
    def needs(self) -> Iterator[tuple[str, str]]:
        """Names and ranges of what it depends on."""
        for section in (DEPENDENCIES, OPTIONAL):
            found = self.fields.get(section)
            for name, wanted in found if isinstance(found, Object) else ():
                if isinstance(wanted, Scalar):
                    yield name.text, wanted.text

    @property
    def spare(self) -> set[str]:
        """Names of those that it can do without."""
        meta = self.fields.get("dependenciesMeta")
        names = (
            {name.text for name, value in meta if _is_optional(value)} if isinstance(meta, Object) else set()
        )
        optional = self.fields.get(OPTIONAL)
        return names | ({name.text for name, _ in optional} if isinstance(optional, Object) else set())


def _is_optional(meta: object) -> bool:
    value = meta.get("optional") if isinstance(meta, Object) else None
    return isinstance(value, Scalar) and value.text == "true"


def read_berry(path: str, files: Mapping[str, bytes]) -> Reading:
    """The reading of a lock file of yarn 2 or later; see :mod:`pregate.lockfiles.javascript.yarn`."""
    file = load_yaml(path, files[path], is_regular=True)
    if isinstance(file, Reading):
        return file
    root = file.root if len(file.documents) == 1 else None
    if not isinstance(root, Object):
        return failed(path, "the file holds no mapping")
    found = Collector(path, "yarn.lock", NPM)
    entries = [entry for key, value in root if (entry := _entry(found, file, key, value))]
    tree = _Graph(path, entries, files).tree
    for entry in entries:
        _add(found, file, tree, entry)
    tree.collect(found)
    return found.reading()


def _entry(found: Collector, file: NodeFile, key: Scalar, value: object) -> _Entry | None:
    if key.text == "__metadata":
        return None
    if not isinstance(value, Object):
        found.skip("an entry is no mapping", file.location(key), UnreadReason.UNPARSABLE)
        return None
    fields = {name.text: field for name, field in value if isinstance(field, Scalar | Object)}
    resolution = fields.get("resolution")
    written = resolution.text if isinstance(resolution, Scalar) else _COMMA.split(key.text)[0]
    return _Entry(key, fields, *_unpatched(*split(written)))


def _unpatched(name: str, source: str) -> tuple[str, str]:
    """
    The locator that a patch is made for: ``fsevents@npm%3A2.3.2#…`` in ``patch:fsevents@npm%3A2.3.2#…``.
    """
    for _ in range(_MAX_PATCHES):
        if not source.startswith("patch:"):
            break
        name, source = split(unquote(source[len("patch:") :].partition("#")[0]))
    return name, source


def _add(found: Collector, file: NodeFile, tree: Tree, entry: _Entry) -> None:
    if entry.source.startswith(_OWN):
        return
    version = entry.fields.get("version")
    if not entry.source.startswith("npm:"):
        problem, reason = "is not from a package index", UnreadReason.NOT_AUDITED
    elif not isinstance(version, Scalar):
        problem, reason = "is locked without a version", UnreadReason.UNPARSABLE
    else:
        place = file.location(version)
        tree.nodes[entry] = Node(entry.name, version.text, place, hashed="checksum" in entry.fields)
        return
    found.skip(f"{sources.shown_name(entry.name)} {problem}", file.location(entry.key), reason)


class _Graph:
    """The tree, from the entries and the manifests of the workspaces that are known."""

    def __init__(self, path: str, entries: list[_Entry], files: Mapping[str, bytes]) -> None:
        self.by_descriptor: dict[str, _Entry] = {}
        self.by_name: dict[str, list[_Entry]] = {}
        for entry in entries:
            self._index(entry)
        own = {e.source[len(_WORKSPACE) :]: e for e in entries if e.source.startswith(_WORKSPACE)}
        known = manifests(path, own, files)
        self.tree = Tree(knows_roots=bool(own))
        for folder, entry in own.items():
            self._want(entry, known.get(folder))
        for entry in entries:
            if not entry.source.startswith(_WORKSPACE):
                spare = entry.spare
                for name, wanted in entry.needs:
                    target = self.resolve(name, wanted)
                    if target:
                        self.tree.require(entry, target, wanted.removeprefix("npm:"), name in spare)

    def _index(self, entry: _Entry) -> None:
        for descriptor in _COMMA.split(entry.key.text):
            name, wanted = split(descriptor)
            self.by_name.setdefault(name, []).append(entry)
            self.by_descriptor[f"{name}@{wanted.removeprefix('npm:')}"] = entry
            if wanted.startswith("patch:"):  # yarn's own patches answer the ranges of what they patch
                inner, behind = _unpatched(name, wanted)
                self.by_descriptor.setdefault(f"{inner}@{behind.removeprefix('npm:')}", entry)

    def resolve(self, name: str, wanted: str) -> _Entry | None:
        """The entry that answers a range; a name that has one entry is that one (``resolutions`` do that)."""
        answers = self.by_name.get(name, ())
        found = self.by_descriptor.get(f"{name}@{wanted.removeprefix('npm:')}")
        return found or (answers[0] if len(answers) == 1 else None)

    def _want(self, workspace: _Entry, manifest: Manifest | None) -> None:
        """
        The roots: what the lock file lists of a workspace, in sections as far as its manifest is known.
        """
        sections: dict[str, str] = {}
        declared: dict[str, tuple[Declaration, ...]] = manifest.by_name() if manifest else {}
        for wanted in manifest.wanted if manifest else ():
            if wanted.section == OPTIONAL or sections.get(wanted.name, DEV) == DEV:
                sections[wanted.name] = wanted.section
        spare = workspace.spare
        for name, wanted_range in workspace.needs:
            target: Hashable | None = self.resolve(name, wanted_range)
            section = sections.get(name, OPTIONAL if name in spare else DEPENDENCIES)
            if target:
                self.tree.want(target, section, declared.get(name, ()))
