"""
``uv.lock``: ``[[package]]`` with name, version, ``source`` and what each needs; the projects of the workspace
are entries of their own, with their extras and development groups.

Nothing documents the format; facts from https://docs.astral.sh/uv/concepts/projects/layout/ and from files
that uv writes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Reading
from pregate.lockfiles.paths import path_from
from pregate.lockfiles.python.graph import Entry, Need, Roots, collect, start_entry
from pregate.lockfiles.python.manifest import Manifest, Use, load_pyproject
from pregate.model import Location
from pregate.positions import PositionError

_OWN = ("editable", "virtual", "directory")
_MEMBER = expression(rb'\nsource = \{ (?:editable|virtual) = "([^"\\\r\n]{1,1000})" \}')
MAX_MEMBERS = 500


def members(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The ``pyproject.toml`` of each project of the workspace, below the lock file's folder."""
    folder = posixpath.dirname(path)
    found: dict[str, None] = {}
    for match in _MEMBER.finditer(files.get(path, b"")):
        member = match[1].decode("utf-8", "replace")
        place = path_from(folder, member, "pyproject.toml")
        if place and len(found) < MAX_MEMBERS:
            found[place] = None
    return tuple(name for name in found if name != posixpath.join(folder, "pyproject.toml"))


def read_uv_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package from an index; the workspace's own are skipped, those from git, files and addresses not
    audited.
    """
    loaded = load_toml(path, files[path], "package")
    if isinstance(loaded, Reading):
        return loaded
    tables, tabled = loaded
    if not tabled and "distribution" in tables:  # what uv called a package before 0.3
        older = load_toml(path, files[path], "distribution")
        tables, tabled = (tables, tabled) if isinstance(older, Reading) else older
    if not tabled and "version" not in tables:
        return failed(path, "no package and no version: this is no uv.lock")
    found = Collector(path, "uv.lock", PYPI)
    roots = Roots()
    own: list[tuple[Entry, Mapping[str, Any]]] = []
    entries: list[Entry] = []
    for table, place in tabled:
        entry = _entry(found, table, place)
        if entry is not None:
            _tell(entry, table)
            entries.append(entry)
            if entry.is_own:
                own.append((entry, table))
    for entry, table in _projects(own, tables.get("manifest")):
        _add_wishes(roots, entry, table)
    _add_manifest(roots, tables.get("manifest"))
    roots.declare(_manifests(path, files), is_root=False)
    collect(found, entries, roots)
    return found.reading()


def _entry(found: Collector, table: object, place: Location) -> Entry | None:
    source = table.get("source") if isinstance(table, Mapping) else None
    kinds: Mapping[str, Any] = source if isinstance(source, Mapping) else {"registry": ""}
    if isinstance(source, str):  # registry+https://…, editable+., as uv wrote it then
        kind, _, where = source.partition("+")
        kinds = {kind: where}
    if not isinstance(table, Mapping) or "registry" in kinds:
        return start_entry(found, table, place)
    # A project whose version is dynamic is locked without one.
    version = table.get("version", "")
    entry = Entry(str(table.get("name", "")), version if isinstance(version, str) else "", place)
    entry.is_own = any(kind in kinds for kind in _OWN)
    entry.is_elsewhere = not entry.is_own
    if entry.is_elsewhere:
        found.skip(f"{shown(table.get('name'))} is not from a package index", place)
    return entry


def _tell(entry: Entry, table: Mapping[str, Any]) -> None:
    entry.needs = list(_needs(table.get("dependencies")))
    for extra, items in _by_name(table, "optional-dependencies"):
        entry.extras[normalised(PYPI, extra)] = list(_needs(items))


def _by_name(table: Mapping[str, Any], key: str) -> list[tuple[str, object]]:
    groups = table.get(key)
    return list(groups.items()) if isinstance(groups, Mapping) else []


def _needs(items: object) -> Iterator[Need]:
    for item in items if isinstance(items, list) else ():
        name = item.get("name") if isinstance(item, Mapping) else None
        if isinstance(name, str):
            version, extras = item.get("version"), item.get("extra", item.get("extras"))
            names = tuple(e for e in extras if isinstance(e, str)) if isinstance(extras, list) else ()
            yield Need(name, "", version if isinstance(version, str) else "", names)


def _projects(
    own: list[tuple[Entry, Mapping[str, Any]]], manifest: object
) -> list[tuple[Entry, Mapping[str, Any]]]:
    """The projects that are locked; other folders are packages that these need."""
    names = manifest.get("members") if isinstance(manifest, Mapping) else None
    if isinstance(names, list):
        members = {normalised(PYPI, name) for name in names if isinstance(name, str)}
        found = [(entry, table) for entry, table in own if normalised(PYPI, entry.name) in members]
    else:
        found = [(entry, table) for entry, table in own if _is_root(table["source"])]
    return found or own


def _is_root(source: object) -> bool:
    places = source.values() if isinstance(source, Mapping) else [str(source).partition("+")[2]]
    return "." in places


def _add_wishes(roots: Roots, entry: Entry, table: Mapping[str, Any]) -> None:
    roots.is_known = True
    for use, needs in ((Use.MAIN, [entry.needs]), (Use.EXTRA, list(entry.extras.values()))):
        for need in (need for group in needs for need in group):
            roots.add(use, need)
    for _, items in _by_name(table, "dev-dependencies"):
        for need in _needs(items):
            roots.add(Use.DEVELOPMENT, need)


def _add_manifest(roots: Roots, manifest: object) -> None:
    """What a script, or a workspace that is no project itself, asks for."""
    if isinstance(manifest, Mapping):
        for need in _needs(manifest.get("requirements")):
            roots.add(Use.MAIN, need)
        for _, items in _by_name(manifest, "dependency-groups"):
            for need in _needs(items):
                roots.add(Use.DEVELOPMENT, need)


def _manifests(path: str, files: Mapping[str, bytes]) -> Iterator[Manifest]:
    for place in (posixpath.join(posixpath.dirname(path), "pyproject.toml"), *members(path, files)):
        if place in files:
            try:
                yield load_pyproject(place, files[place])
            except PositionError:
                continue  # told under its own name
