"""
``pdm.lock``: ``[[package]]`` with name, version, ``groups`` and ``dependencies`` as requirements; one more
entry for a package with extras. Facts from https://pdm-project.org/latest/usage/lockfile/ and from files that
PDM writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Reading
from pregate.lockfiles.python.graph import Entry, Need, collect, open_lock, start_entry
from pregate.lockfiles.python.manifest import Manifest, Use, split_requirement

_ELSEWHERE = ("git", "hg", "svn", "bzr", "url", "path")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2")
# Names that only development groups have, for a lock file whose manifest is not there.
_DEVELOPMENT = frozenset({"dev", "develop", "development", "test", "tests", "testing", "lint", "doc", "docs"})


def read_pdm_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package from an index; those from version control, files and addresses are not audited, own folders
    skipped.
    """
    opened = open_lock(path, files, "pdm.lock")
    if isinstance(opened, Reading):
        return opened
    tabled, found, manifest, roots = opened
    entries: dict[tuple[str, str], Entry] = {}
    for table, place in tabled:
        started = start_entry(found, table, place)
        if started is None:
            continue
        entry = entries.setdefault((normalised(PYPI, started.name), started.version), started)
        if entry is started:
            _describe(found, entry, table, manifest)
        else:
            _widen(entry, table, manifest)
        _tell(entry, table)
    collect(found, list(entries.values()), roots)
    return found.reading()


def _describe(found: Collector, entry: Entry, table: Mapping[str, Any], manifest: Manifest | None) -> None:
    folder = table.get("path")
    entry.is_own = isinstance(folder, str) and not folder.endswith(_ARCHIVES)
    entry.is_elsewhere = not entry.is_own and any(kind in table for kind in _ELSEWHERE)
    if entry.is_elsewhere:
        found.skip(f"{shown(entry.name)} is not from a package index", entry.place)
    entry.dev, entry.optional = _use(table, manifest)


def _widen(entry: Entry, table: Mapping[str, Any], manifest: Manifest | None) -> None:
    """The entry of the same package with extras: what either serves, both do."""
    dev, optional = _use(table, manifest)
    if dev is not None and entry.dev is not None:
        is_used = not (dev or optional) or not (entry.dev or entry.optional)
        entry.dev = entry.dev and bool(dev)
        entry.optional = not is_used and not entry.dev


def _use(table: Mapping[str, Any], manifest: Manifest | None) -> tuple[bool | None, bool | None]:
    """Whether the groups of an entry are for development alone, and whether they are all optional."""
    groups = table.get("groups")
    if not isinstance(groups, list) or not groups:
        return None, None
    if "default" in groups:
        return False, False
    if manifest is None:
        is_dev = all(isinstance(g, str) and g.lower() in _DEVELOPMENT for g in groups)
    else:
        extras = {normalised(PYPI, w.group) for w in manifest.wishes if w.use is Use.EXTRA}
        is_dev = not any(isinstance(g, str) and normalised(PYPI, g) in extras for g in groups)
    return is_dev, not is_dev


def _tell(entry: Entry, table: Mapping[str, Any]) -> None:
    needs = []
    dependencies = table.get("dependencies")
    for text in dependencies if isinstance(dependencies, list) else ():
        parts = split_requirement(text) if isinstance(text, str) else None
        if parts and normalised(PYPI, parts.name) != normalised(PYPI, entry.name):
            needs.append(Need(parts.name, parts.constraint, "", parts.extras))
    extras = table.get("extras")
    if isinstance(extras, list) and extras:
        for extra in extras:
            if isinstance(extra, str):
                entry.extras.setdefault(normalised(PYPI, extra), []).extend(needs)
    else:
        entry.needs = needs
