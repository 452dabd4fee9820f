"""
``pylock.toml`` and ``pylock.*.toml``: PEP 751,
https://packaging.python.org/en/latest/specifications/pylock-toml/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.ecosystems import PYPI
from pregate.lockfiles.model import Reading
from pregate.lockfiles.python.graph import Entry, Need, Roots, collect, start_entry
from pregate.lockfiles.python.lock_marker import is_dev_or_optional
from pregate.lockfiles.python.manifest import beside
from pregate.model import Location


def read_pylock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package with a version; folders are the project's own, what comes from version control is not
    audited.
    """
    loaded = load_toml(path, files[path], "packages")
    if isinstance(loaded, Reading):
        return loaded
    tables, tabled = loaded
    if not tabled and "lock-version" not in tables:
        return failed(path, "no packages and no lock-version: this is no pylock.toml")
    found = Collector(path, "pylock.toml", PYPI)
    manifest = beside(path, files)
    roots = Roots()
    roots.declare([manifest] if manifest else [])
    groups = tables.get("default-groups")
    default = [g for g in groups if isinstance(g, str)] if isinstance(groups, list) else []
    entries = []
    for table, place in tabled:
        entry = _entry(found, table, place)
        if entry is not None:
            _tell(entry, table, default)
            entries.append(entry)
    # Most tools leave the dependencies of packages out.
    collect(found, entries, roots, has_edges=any(entry.needs for entry in entries))
    return found.reading()


def _entry(found: Collector, table: object, place: Location) -> Entry | None:
    if not isinstance(table, Mapping):
        return start_entry(found, table, place)
    is_own, is_elsewhere = "directory" in table, "vcs" in table or "archive" in table
    if not is_own and not is_elsewhere and "version" in table:
        return start_entry(found, table, place)
    if not is_own:
        what = "is not from a package index" if is_elsewhere else "is locked without a version"
        found.skip(f"{shown(table.get('name'))} {what}", place)
    name, version = table.get("name"), table.get("version")
    known = version if isinstance(version, str) else ""
    return Entry(str(name), known, place, is_own=is_own, is_elsewhere=not is_own)


def _tell(entry: Entry, table: Mapping[str, Any], default_groups: list[str]) -> None:
    marker, dependencies = table.get("marker"), table.get("dependencies")
    if isinstance(marker, str):
        dev, optional = is_dev_or_optional(marker, default_groups)
        if dev or optional:
            entry.dev, entry.optional = dev, optional
    for need in dependencies if isinstance(dependencies, list) else ():
        name = need.get("name") if isinstance(need, Mapping) else None
        if isinstance(name, str):
            version = need.get("version")
            entry.needs.append(Need(name, "", version if isinstance(version, str) else ""))
