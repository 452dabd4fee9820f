"""
Version 1 of ``package-lock.json``: ``dependencies`` nested as the packages are installed, with ``requires``.

Format: https://docs.npmjs.com/cli/v6/configuring-npm/package-lock-json. What the project itself names stands
in package.json alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pregate.lockfiles.document import Collector
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.manifest import DEPENDENCIES, manifests
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.located_json import Document, Part
from pregate.model import UnreadReason

_MAX_STEPS = 64


class _Scope:
    """A folder ``node_modules``: its entries by name, and the scope around it."""

    __slots__ = ("above", "names")

    def __init__(self, above: _Scope | None) -> None:
        self.above, self.names = above, dict[str, _Entry]()

    def find(self, name: str) -> _Entry | None:
        """The entry that ``name`` means for a module in here: the nearest one on the way up."""
        scope: _Scope | None = self
        for _ in range(_MAX_STEPS):
            if scope is None or name in scope.names:
                break
            scope = scope.above
        return scope.names.get(name) if scope else None


class _Entry:
    """One package; an object of its own identity, which the tree has as its key."""

    __slots__ = ("fields", "inner", "part")

    def __init__(self, part: Part, scope: _Scope) -> None:
        self.part, self.inner = part, _Scope(scope)
        self.fields: dict[str, Part] = {}

    @property
    def own_folder(self) -> str:
        """The project's own folder that it stands for, ``""`` for a package from elsewhere."""
        version = self.value("version")
        is_own = isinstance(version, str) and version.startswith("file:") and sources.is_own(version)
        return str(version).removeprefix("file:") if is_own else ""

    def requires(self) -> Iterable[tuple[str, object]]:
        """Names and ranges of what it requires."""
        found = self.value("requires")
        return found.items() if isinstance(found, dict) else ()

    def value(self, name: str) -> Any:
        """The value of one of its fields, None where it has none."""
        return self.fields[name].value if name in self.fields else None


def read_nested(found: Collector, document: Document, dependencies: Part, files: Mapping[str, bytes]) -> None:
    """The whole tree below ``dependencies`` into ``found``."""
    top = _Scope(None)
    entries = list(_walk(found, document, dependencies, top))
    own = {entry.own_folder: entry for entry in entries if entry.own_folder}
    known = manifests(found.path, ["", *own], files)
    tree = Tree("" in known)
    for folder, manifest in known.items():
        scope = own[folder].inner if folder else top
        for wanted in manifest.wanted:
            target = scope.find(wanted.name)
            if target:
                tree.want(target, wanted.section, [wanted.declaration])
    for entry in entries:
        for name, wanted_range in entry.requires():
            target = entry.inner.find(name)
            if target and entry.own_folder:
                tree.want(target, DEPENDENCIES)
            elif target:
                tree.require(entry, target, wanted_range)
        _add(found, document, tree, entry)
    tree.collect(found)


def _walk(found: Collector, document: Document, dependencies: Part, top: _Scope) -> Iterator[_Entry]:
    """The entries in the order of the text, without recursion, each part of the text read once."""
    waiting: list[tuple[Iterator[Part], _Scope, _Entry | None]] = [(dependencies.members(), top, None)]
    while waiting:
        members, scope, owner = waiting[-1]
        part = next(members, None)
        if part is None:
            waiting.pop()
        elif owner is None and not part.is_object:
            place = document.key_location(part)
            found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
        elif owner is None:
            scope.names[part.key] = entry = _Entry(part, scope)
            yield entry
            waiting.append((part.members(), entry.inner, entry))
        elif part.key == "dependencies" and part.is_object:
            waiting.append((part.members(), scope, None))
        else:
            owner.fields[part.key] = part


def _add(found: Collector, document: Document, tree: Tree, entry: _Entry) -> None:
    name, version = entry.part.key, entry.value("version")
    place = document.key_location(entry.part)
    if version is None:
        found.skip(f"{sources.shown_name(name)} is locked without a version", place)
        return
    place = document.location(entry.fields["version"])
    if isinstance(version, str):
        if sources.is_own(version):
            return
        if sources.is_elsewhere(version):
            found.skip(f"{sources.shown_name(name)} is not from a package index", place)
            return
        real, behind = sources.alias_target(version)
        if real:
            name, version = real, behind
            place = document.location_in(entry.fields["version"], behind)
    tree.nodes[entry] = Node(
        name,
        version,
        place,
        hashed=isinstance(entry.value("integrity"), str),
        dev=entry.value("dev") is True,
        optional=entry.value("optional") is True,
    )
