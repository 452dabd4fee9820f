"""
``pylock.toml`` and ``pylock.*.toml``: PEP 751,
https://packaging.python.org/en/latest/specifications/pylock-toml/.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.model import PYPI, Reading
from pregate.model import UnreadReason


def read_pylock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package with a version; folders are the project's own, what comes from version control is not
    audited.
    """
    loaded = load_toml(path, files[path], "packages")
    if isinstance(loaded, Reading):
        return loaded
    tables, entries = loaded
    if not entries and "lock-version" not in tables:
        return failed(path, "no packages and no lock-version: this is no pylock.toml")
    found = Collector(path, "pylock.toml", PYPI)
    for entry, place in entries:
        if not isinstance(entry, Mapping):
            found.skip("an entry is no table", place, UnreadReason.UNPARSABLE)
        elif "directory" in entry:
            continue
        elif "vcs" in entry or "archive" in entry:
            found.skip(f"{shown(entry.get('name'))} is not from a package index", place)
        elif "version" not in entry:
            found.skip(f"{shown(entry.get('name'))} is locked without a version", place)
        else:
            found.add(entry.get("name"), entry.get("version"), place)
    return found.reading()
