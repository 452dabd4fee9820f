"""
``Cargo.lock`` in its versions 1 to 4: ``[[package]]`` with name, version, source and dependencies.

Formats: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html; the ways to write a dependency
(``name``, ``name version``, ``name version (source)``) are those of cargo's ``EncodableResolve``,
https://github.com/rust-lang/cargo/blob/master/src/cargo/core/resolver/encode.rs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.ecosystems import CRATES
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.toml_statements import Statement, TomlFile, read_toml
from pregate.model import UnreadReason

_MANIFEST = "Cargo.toml"
_TABLES = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")
_REGISTRIES = ("registry+", "sparse+")
_OWN = re.compile(
    r'^\[\[package\]\]\r?\nname = "([A-Za-z0-9_-]{1,200})"\r?\nversion = "[^"\r\n]{1,200}"\r?\n(?!source)',
    re.MULTILINE,
)
_VERSION = re.compile(r'\bversion[ \t]{0,9}=[ \t]{0,9}["\']([^"\'\n]{0,200})["\']')
_MAX_MEMBERS = 500
_Owners = dict[str, dict[str, set[str]]]


def read_cargo_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package from a registry; the workspace's own are passed over, those from git not audited.

    What the workspace's packages depend on is direct. The file does not tell what serves tests alone.
    """
    loaded = load_toml(path, files[path], "package")
    if isinstance(loaded, Reading):
        return loaded
    tables, entries = loaded
    root = tables.get("root")  # before cargo 0.19 the project itself stood apart
    if not entries and "version" not in tables and not isinstance(root, Mapping):
        return failed(path, "no package and no version: this is no Cargo.lock")
    found = Collector(path, "Cargo.lock", CRATES)
    known = [entry for entry, _ in entries if isinstance(entry, Mapping)]
    own = [e for e in (*known, root) if isinstance(e, Mapping) and "source" not in e]
    versions = _versions([*known, *own])
    owners = {str(e.get("name")): {r.ident for r in _requires(e, versions)} for e in own}
    direct = set().union(*owners.values())
    declared = _declared(path, files, owners, direct)
    metadata = tables.get("metadata")
    sums = " ".join(metadata) if isinstance(metadata, Mapping) else ""
    for entry, place in entries:
        if not isinstance(entry, Mapping):
            found.skip("an entry is no table", place, UnreadReason.UNPARSABLE)
            continue
        name, version, source = entry.get("name"), entry.get("version"), entry.get("source")
        if "source" not in entry and isinstance(name, str):
            continue
        if not isinstance(source, str) or not source.startswith(_REGISTRIES):
            found.skip(f"{shown(name)} is not from a registry", place)
            continue
        ident = f"{name}@{version}"
        depth = Depth.DIRECT if ident in direct else Depth.TRANSITIVE if own else Depth.UNKNOWN
        found.add(
            name,
            version,
            place,
            depth=depth,
            requires=_requires(entry, versions),
            declared=tuple(declared.get(ident, ())),
            hashed="checksum" in entry or f"checksum {name} {version} (" in sums,
        )
    return found.reading()


def members(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Manifests of the workspace that ``path`` locks: the members that ``Cargo.toml`` names beside it.

    A pattern (``crates/*``) is tried with the names of the packages that the lock file has no source for.
    """
    folder = posixpath.dirname(path)
    manifest = read_toml(posixpath.join(folder, _MANIFEST), files)
    workspace = manifest.data.get("workspace") if manifest else None
    named = workspace.get("members") if isinstance(workspace, Mapping) else None
    if not isinstance(named, list):
        return ()
    own = [m.group(1) for m in _OWN.finditer(files[path].decode("utf-8", "replace"))]
    paths: dict[str, None] = {}
    for pattern in named:
        if not isinstance(pattern, str) or "\0" in pattern:
            continue
        for name in own if "*" in pattern else ("",):
            target = posixpath.normpath(posixpath.join(folder, pattern.replace("*", name), _MANIFEST))
            if not target.startswith(("/", "../")) and len(paths) < _MAX_MEMBERS:
                paths[target] = None
    return tuple(paths)


def _versions(entries: list[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The versions of each name; one without a source has none that another package could require."""
    versions: dict[str, list[str]] = {}
    for entry in entries:
        versions.setdefault(str(entry.get("name")), []).append(str(entry.get("version")))
    return versions


def _requires(entry: Mapping[str, Any], versions: Mapping[str, list[str]]) -> tuple[Requirement, ...]:
    idents: dict[str, None] = {}
    needed = entry.get("dependencies")
    for text in needed if isinstance(needed, list) else ():
        name, _, rest = str(text).partition(" ")
        known = versions.get(name, [])
        version = rest.split(" ")[0] or (known[0] if known else "")
        if version in known:
            idents[f"{name}@{version}"] = None
    return tuple(Requirement(ident) for ident in idents)


def _declared(
    path: str, files: Mapping[str, bytes], owners: Mapping[str, set[str]], direct: set[str]
) -> dict[str, list[Declaration]]:
    """For each direct package the places where a manifest names it."""
    by_name: dict[str, list[str]] = {}
    for ident in sorted(direct):
        by_name.setdefault(ident.partition("@")[0], []).append(ident)
    found: dict[str, list[Declaration]] = {}
    for file in sorted(set(files) - {path}):
        manifest = read_toml(file, files) if posixpath.basename(file) == _MANIFEST else None
        if manifest is None:
            continue
        package = manifest.data.get("package")
        own = owners.get(str(package.get("name"))) if isinstance(package, Mapping) else None
        for name, is_shared, declaration in _declarations(manifest):
            for ident in by_name.get(name, ()):
                if own is None or is_shared or ident in own:
                    found.setdefault(ident, []).append(declaration)
    return found


def _declarations(manifest: TomlFile) -> Iterator[tuple[str, bool, Declaration]]:
    """The crate's name, whether the whole workspace shares it, and the place of what is asked for."""
    seen = set()
    for statement in manifest.statements():
        path = _dependency(statement)
        if not path or path in seen:
            continue
        value: Any = manifest.data
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        asked = value.get("version", "") if isinstance(value, Mapping) else value
        is_version = len(statement.path) > len(path) and statement.path[-1] == "version"
        if len(statement.path) > len(path) and not is_version and asked:
            continue  # the version has a line of its own, which is the one to show
        seen.add(path)
        start, end = statement.start, statement.end
        inline = _VERSION.search(manifest.text, start, end) if manifest.text[start] == "{" else None
        place = manifest.location(start, end)
        if inline:
            place = manifest.lines.location(manifest.path, *inline.span(1))
        name = value.get("package", path[-1]) if isinstance(value, Mapping) else path[-1]
        is_shared = path[0] == "workspace"
        yield str(name), is_shared, Declaration(place, asked if isinstance(asked, str) else "")


def _dependency(statement: Statement) -> tuple[str, ...]:
    """The part of the statement's path that names a dependency, ``()`` where it does not."""
    match statement.path:
        case (kind, _, *_) if kind in _TABLES:
            return statement.path[:2]
        case ("workspace", "dependencies", _, *_):
            return statement.path[:3]
        case ("target", _, kind, _, *_) if kind in _TABLES:
            return statement.path[:4]
    return ()
