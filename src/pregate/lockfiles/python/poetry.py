"""
``poetry.lock``: ``[[package]]`` with name and version, ``[package.dependencies]`` with what each needs,
``[package.source]`` for what is not from the default index.

Which groups a package serves is told by ``groups`` (Poetry 2) or ``category`` (before 1.5); between the two
the file tells neither, and ``pyproject.toml`` beside it decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import shown
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Reading
from pregate.lockfiles.python.graph import Entry, Need, Roots, collect, open_lock, start_entry

_EXTRA_NAME = expression(r"\s*+([A-Za-z0-9._-]++)\s*+(?:\[([^\]]*+)\])?")


def read_poetry_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package that the file locks; those from git, files and addresses are not audited, own folders
    skipped.
    """
    opened = open_lock(path, files, "poetry.lock")
    if isinstance(opened, Reading):
        return opened
    tabled, found, _, roots = opened
    asked = _asked(tabled, roots)
    entries = []
    for table, place in tabled:
        entry = start_entry(found, table, place)
        if entry is None:
            continue
        source = table.get("source")
        kind = source.get("type") if isinstance(source, Mapping) else None
        entry.is_own = kind == "directory"
        entry.is_elsewhere = kind not in (None, "legacy", "directory")
        if entry.is_elsewhere:
            found.skip(f"{shown(entry.name)} is not from a package index", place)
        _tell(entry, table, asked)
        entries.append(entry)
    collect(found, entries, roots)
    return found.reading()


def _tell(entry: Entry, table: Mapping[str, Any], asked: Mapping[str, set[str]] | None) -> None:
    groups, category = table.get("groups"), table.get("category")
    if isinstance(groups, list) and groups:
        entry.dev = "main" not in groups
    elif isinstance(category, str):
        entry.dev = category != "main"
    if table.get("optional") is True:
        entry.optional = True
    dependencies = table.get("dependencies")
    if not isinstance(dependencies, Mapping):
        return
    by_extra = _extras(table)
    for name, value in dependencies.items():
        for one in value if isinstance(value, list) else (value,):
            need = _need(name, one)
            if need is None:
                continue
            wanting = by_extra.get(normalised(PYPI, name)) if _is_optional(one) else None
            if wanting is None:
                entry.needs.append(need)
            elif asked is None or not wanting.isdisjoint(asked.get(normalised(PYPI, entry.name), ())):
                for extra in wanting:
                    entry.extras.setdefault(extra, []).append(need)


def _need(name: str, value: object) -> Need | None:
    if isinstance(value, str):
        return Need(name, value)
    if isinstance(value, Mapping):
        version, extras = value.get("version", ""), value.get("extras", [])
        names = tuple(e for e in extras if isinstance(e, str)) if isinstance(extras, list) else ()
        return Need(name, version if isinstance(version, str) else "", "", names)
    return None


def _is_optional(value: object) -> bool:
    return isinstance(value, Mapping) and value.get("optional") is True


def _extras(table: Mapping[str, Any]) -> dict[str, set[str]]:
    """The extras of a package by the normalised names of what they bring along."""
    extras = table.get("extras")
    found: dict[str, set[str]] = {}
    includes: dict[str, set[str]] = {}
    for extra, items in extras.items() if isinstance(extras, Mapping) else ():
        for item in items if isinstance(items, list) else ():
            name = _EXTRA_NAME.match(item) if isinstance(item, str) else None
            if name and normalised(PYPI, name[1]) == normalised(PYPI, str(table.get("name"))):
                others = {normalised(PYPI, e.strip()) for e in (name[2] or "").split(",")}
                includes.setdefault(normalised(PYPI, extra), set()).update(others)
            elif name:
                found.setdefault(normalised(PYPI, name[1]), set()).add(normalised(PYPI, extra))
    for wanting in found.values():
        wanting |= {extra for extra, others in includes.items() if not others.isdisjoint(wanting)}
    return found


def _asked(tabled: list[tuple[Any, Any]], roots: Roots) -> dict[str, set[str]] | None:
    """The extras that anybody asks of each package; None where the project's own wishes are not known."""
    if not roots.is_known:
        return None
    asked: dict[str, set[str]] = {}
    for needs in roots.needs.values():
        for need in needs:
            known = asked.setdefault(normalised(PYPI, need.name), set())
            known.update(normalised(PYPI, e) for e in need.extras)
    for table, _ in tabled:
        dependencies = table.get("dependencies") if isinstance(table, Mapping) else None
        for name, value in dependencies.items() if isinstance(dependencies, Mapping) else ():
            for one in value if isinstance(value, list) else (value,):
                wide = None if isinstance(one, str) else _need(name, one)
                if wide and wide.extras:
                    known = asked.setdefault(normalised(PYPI, name), set())
                    known.update(normalised(PYPI, e) for e in wide.extras)
    return asked
