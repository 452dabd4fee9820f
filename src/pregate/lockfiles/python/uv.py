"""``uv.lock``: ``[[package]]`` with name, version and ``source``."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, load_toml, shown
from pregate.lockfiles.model import PYPI, Reading
from pregate.model import UnreadReason

_OWN = ("editable", "virtual", "directory")


def read_uv_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package from an index; the workspace's own are skipped, those from git, files and addresses not
    audited.
    """
    loaded = load_toml(path, files[path], "package")
    if isinstance(loaded, Reading):
        return loaded
    tables, entries = loaded
    if not entries and "version" not in tables:
        return failed(path, "no package and no version: this is no uv.lock")
    found = Collector(path, "uv.lock", PYPI)
    for entry, place in entries:
        if not isinstance(entry, Mapping):
            found.skip("an entry is no table", place, UnreadReason.UNPARSABLE)
            continue
        source = entry.get("source")
        kinds = source if isinstance(source, Mapping) else {"registry": ""}
        if any(kind in kinds for kind in _OWN):
            continue
        if "registry" in kinds:
            found.add(entry.get("name"), entry.get("version"), place)
        else:
            found.skip(f"{shown(entry.get('name'))} is not from a package index", place)
    return found.reading()
