"""
``poetry.lock``: ``[[package]]`` with name and version; ``[package.source]`` for what is not from an index.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.model import PYPI, Reading
from pregate.model import UnreadReason


def read_poetry_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package that the file locks; those from git, files and addresses are not audited, own folders
    skipped.
    """
    loaded = load_toml(path, files[path], "package")
    if isinstance(loaded, Reading):
        return loaded
    tables, entries = loaded
    if not entries and "metadata" not in tables:
        return failed(path, "no package and no metadata: this is no poetry.lock")
    found = Collector(path, "poetry.lock", PYPI)
    for entry, place in entries:
        if not isinstance(entry, Mapping):
            found.skip("an entry is no table", place, UnreadReason.UNPARSABLE)
            continue
        source = entry.get("source")
        kind = source.get("type") if isinstance(source, Mapping) else None
        if kind == "directory":
            continue
        if kind in (None, "legacy"):
            found.add(entry.get("name"), entry.get("version"), place)
        else:
            found.skip(f"{shown(entry.get('name'))} is not from a package index", place)
    return found.reading()
