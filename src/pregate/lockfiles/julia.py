"""
``Manifest.toml`` of Julia in its formats 1.0 (``[[Name]]``) and 2.0 (``[[deps.Name]]``).

Format: https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.lockfiles.document import Collector, load_toml, shown
from pregate.lockfiles.ecosystems import JULIA
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.toml_statements import TomlFile, read_toml
from pregate.model import Location, UnreadReason

_Entries = list[tuple[str, int, Any]]


def read_manifest(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package with a version; what comes with Julia and has none, and the project's own folders, are
    passed over, packages from git not audited. A ``Manifest.toml`` that is not Julia's tells nothing.

    ``Project.toml`` beside it tells what is direct.
    """
    file = read_toml(path, files)
    if file is None:
        loaded = load_toml(path, files[path], "")
        return loaded if isinstance(loaded, Reading) else Reading()
    entries = list(_entries(file.data))
    found = Collector(path, "Manifest.toml", JULIA)
    places = {
        (s.path[-2], s.number): file.location(s.start, s.end)
        for s in file.statements()
        if s.path[-1] == "version" and len(s.path) in (2, 3)
    }
    idents = _idents(entries)
    declared = _declared(posixpath.dirname(path), files)
    for name, number, entry in entries:
        place = places.get((name, number), Location(path))
        if not isinstance(entry, Mapping) or ("version" in entry and not isinstance(entry["version"], str)):
            found.skip("an entry is no table with a version", place, UnreadReason.UNPARSABLE)
        elif "repo-url" in entry:
            found.skip(f"{shown(name)} is not from a registry", place)
        elif "path" not in entry and "version" in entry:
            mine = tuple((declared or {}).get(name, ()))
            depth = Depth.DIRECT if mine else Depth.TRANSITIVE
            found.add(
                name,
                entry["version"],
                place,
                depth=Depth.UNKNOWN if declared is None else depth,
                requires=_requires(entry, idents),
                declared=mine,
                hashed="git-tree-sha1" in entry,
            )
    return found.reading()


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """Name, number among those of that name, and table of each entry; nothing of a file of another kind."""
    deps = data.get("deps")
    tables: Mapping[str, Any] = {}
    if isinstance(deps, Mapping) and {"julia_version", "manifest_format"} & set(data):
        tables = deps
    elif "manifest_format" not in data and all(_is_old(v) for k, v in data.items() if k != "julia_version"):
        tables = data
    for name, group in tables.items():
        for number, entry in enumerate(group if isinstance(group, list) else ()):
            yield name, number, entry


def _is_old(value: object) -> bool:
    """Whether it is an array of tables with uuids, which is all that format 1.0 has."""
    return isinstance(value, list) and all(isinstance(e, Mapping) and "uuid" in e for e in value)


def _idents(entries: _Entries) -> dict[str, str]:
    """The ident by name, and by uuid where one name stands for several packages."""
    idents: dict[str, str] = {}
    for name, _, entry in entries:
        if isinstance(entry, Mapping) and isinstance(entry.get("version"), str):
            idents[name] = f"{name}@{entry['version']}"
            idents[f"{name} {entry.get('uuid')}"] = idents[name]
    return idents


def _requires(entry: Mapping[str, Any], idents: Mapping[str, str]) -> tuple[Requirement, ...]:
    """``deps`` is a list of names, or a table of names and uuids where a name alone would not do."""
    needed = entry.get("deps")
    keys: list[str] = []
    if isinstance(needed, list):
        keys = [name for name in needed if isinstance(name, str)]
    elif isinstance(needed, Mapping):
        keys = [f"{name} {uuid}" for name, uuid in needed.items()]
    return tuple(Requirement(idents[key]) for key in keys if key in idents)


def _declared(folder: str, files: Mapping[str, bytes]) -> dict[str, list[Declaration]] | None:
    """
    What ``[deps]`` names, at its line of ``[compat]`` where there is one. None where there is no project.
    """
    for manifest in ("JuliaProject.toml", "Project.toml"):
        file = read_toml(posixpath.join(folder, manifest), files)
        deps = file.data.get("deps", {}) if file else None
        if file and isinstance(deps, Mapping):
            return {name: [declaration] for name, declaration in _project(file, deps).items()}
    return None


def _project(file: TomlFile, deps: Mapping[str, Any]) -> dict[str, Declaration]:
    found: dict[str, Declaration] = {}
    compat = file.data.get("compat")
    for statement in file.statements():
        match statement.path:
            case ("deps", name) if name in deps:
                found.setdefault(name, Declaration(file.location(statement.start, statement.end)))
            case ("compat", name) if name in deps and isinstance(compat, Mapping):
                place = file.location(statement.start, statement.end)
                found[name] = Declaration(place, str(compat.get(name, "")))
    return found
