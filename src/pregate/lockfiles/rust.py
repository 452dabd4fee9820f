"""
``Cargo.lock`` in its versions 1 to 4: ``[[package]]`` with name, version, source and dependencies.

Formats: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html; the ways to write a dependency
(``name``, ``name version``, ``name version (source)``) are those of cargo's ``EncodableResolve``,
https://github.com/rust-lang/cargo/blob/master/src/cargo/core/resolver/encode.rs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.ecosystems import CRATES
from pregate.lockfiles.graph import reachable
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.node_files import by_key, text_of, toml_of
from pregate.lockfiles.paths import path_from
from pregate.lockfiles.rust_manifests import MANIFEST, Wish, wishes
from pregate.model import Location, UnreadReason
from pregate.positions import Array
from pregate.records import dataclass

_REGISTRIES = ("registry+", "sparse+")
_OWN = expression(
    r'^\[\[package\]\]\r?\nname = "([A-Za-z0-9_-]{1,200})"\r?\nversion = "[^"\r\n]{1,200}"\r?\n(?!source)',
    re.MULTILINE,
)
_MAX_MEMBERS = 500
_Versions = dict[str, dict[str, None]]
_Owners = Mapping[str, set[str]]


def read_cargo_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package from a registry; the workspace's own are passed over, those from git not audited.

    What the workspace's packages depend on is direct. What serves tests alone is told where the manifests of
    packages that ask for it are among ``files``.
    """
    loaded = load_toml(path, files[path], "package")
    if isinstance(loaded, Reading):
        return loaded
    tables, entries = loaded
    root = tables.get("root")  # before cargo 0.19 the project itself stood apart
    if not entries and "version" not in tables and not isinstance(root, Mapping):
        return failed(path, "no package and no version: this is no Cargo.lock")
    known = [entry for entry in (*(entry for entry, _ in entries), root) if isinstance(entry, Mapping)]
    own = [entry for entry in known if "source" not in entry]
    versions = _versions(known)
    requires = {id(entry): _requires(entry, versions) for entry in known}
    owners = {str(e.get("name")): {r.ident for r in requires[id(e)]} for e in own}
    metadata = tables.get("metadata")
    keys = metadata if isinstance(metadata, Mapping) else ()
    sums = {" ".join(key.split(" ")[1:3]) for key in keys if key.startswith("checksum ")}
    found = Collector(path, "Cargo.lock", CRATES)
    for name in sorted({name for entry in known for name, _ in _needs(entry)} - set(versions)):
        found.skip(f"{shown(name)} is required and not in the file", Location(path))
    others = Depth.TRANSITIVE if own else Depth.UNKNOWN
    asked = wishes({name: data for name, data in files.items() if name != path})
    edges = {f"{e.get('name')}@{e.get('version')}": [r.ident for r in requires[id(e)]] for e in known}
    dev = _dev_only(owners, asked, edges)
    direct = set().union(*owners.values())
    workspace = _Workspace(requires, _declared(owners, asked), direct, dev, others, sums)
    for entry, place in entries:
        _add(found, entry, place, workspace)
    return found.reading()


@dataclass(frozen=True, slots=True)
class _Workspace:
    """
    What the file as a whole tells of each package: what each entry (by ``id``) requires; by ident the places
    in manifests, what is direct, what serves tests alone; the depth of what is not direct; the names and
    versions with a checksum of version 1.
    """

    requires: dict[int, tuple[Requirement, ...]]
    declared: dict[str, list[Declaration]]
    direct: set[str]
    dev: set[str]
    others: Depth
    sums: set[str]


def _add(found: Collector, entry: object, place: Location, workspace: _Workspace) -> None:
    if not isinstance(entry, Mapping):
        found.skip("an entry is no table", place, UnreadReason.UNPARSABLE)
        return
    name, version, source = entry.get("name"), entry.get("version"), entry.get("source")
    if "source" not in entry and isinstance(name, str):
        return
    if not isinstance(source, str) or not source.startswith(_REGISTRIES):
        found.skip(f"{shown(name)} is not from a registry", place)
        return
    ident = f"{name}@{version}"
    found.add(
        name,
        version,
        place,
        depth=Depth.DIRECT if ident in workspace.direct else workspace.others,
        dev=ident in workspace.dev,
        requires=workspace.requires[id(entry)],
        declared=tuple(workspace.declared.get(ident, ())),
        hashed="checksum" in entry or f"{name} {version}" in workspace.sums,
    )


def member_manifests(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Manifests of the workspace that ``path`` locks: the members that ``Cargo.toml`` names beside it.

    A pattern (``crates/*``) is tried with the names of the packages that the lock file has no source for.
    """
    folder = posixpath.dirname(path)
    manifest = toml_of(posixpath.join(folder, MANIFEST), files)
    workspace = by_key(manifest.root if manifest else None, "workspace")
    named = workspace.get("members")
    if not isinstance(named, Array):
        return ()
    own = [m.group(1) for m in _OWN.finditer(files[path].decode("utf-8", "replace"))]
    paths: dict[str, None] = {}
    for pattern in filter(None, map(text_of, named)):
        for name in own if "*" in pattern else ("",):
            target = path_from(folder, pattern.replace("*", name), MANIFEST)
            if target and len(paths) < _MAX_MEMBERS:
                paths[target] = None
    return tuple(paths)


def _versions(entries: list[Mapping[str, Any]]) -> _Versions:
    """The versions of each name, in the order of the file."""
    versions: _Versions = {}
    for entry in entries:
        versions.setdefault(str(entry.get("name")), {})[str(entry.get("version"))] = None
    return versions


def _requires(entry: Mapping[str, Any], versions: _Versions) -> tuple[Requirement, ...]:
    idents: dict[str, None] = {}
    for name, rest in _needs(entry):
        known = versions.get(name, {})
        version = rest.partition(" ")[0] if rest else next(iter(known), "")
        if version in known:
            idents[f"{name}@{version}"] = None
    return tuple(Requirement(ident) for ident in idents)


def _needs(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The name of each dependency and what stands behind it."""
    needed = entry.get("dependencies")
    for text in needed if isinstance(needed, list) else ():
        name, _, rest = str(text).partition(" ")
        yield name, rest


def _declared(owners: _Owners, asked: Sequence[Wish]) -> dict[str, list[Declaration]]:
    """For each direct package the places where a manifest names it."""
    by_name: dict[str, list[str]] = {}
    for ident in sorted(set().union(*owners.values())):
        by_name.setdefault(ident.partition("@")[0], []).append(ident)
    found: dict[str, list[Declaration]] = {}
    for wish in asked:
        for ident in by_name.get(wish.crate, ()):
            if ident in owners.get(wish.owner, {ident}):
                found.setdefault(ident, []).append(wish.declaration)
    return found


def _dev_only(owners: _Owners, asked: Sequence[Wish], edges: Mapping[str, Sequence[str]]) -> set[str]:
    """What only ``dev-dependencies`` pull; of a package whose manifest is not known everything is shipped."""
    shipped = {(wish.owner, wish.crate) for wish in asked if not wish.is_dev}
    tests = {(wish.owner, wish.crate) for wish in asked if wish.is_dev} - shipped
    starts: dict[bool, list[str]] = {True: [], False: []}
    for owner, idents in owners.items():
        for ident in idents:
            starts[(owner, ident.partition("@")[0]) in tests].append(ident)
    return reachable(starts[True], edges) - reachable(starts[False], edges)
