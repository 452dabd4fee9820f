"""
``Pipfile.lock``: one object per category (``default``, ``develop``, …) beside ``_meta``, with pins as
``==1.2.3``.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, inside, load_json, shown
from pregate.lockfiles.model import PYPI, Reading
from pregate.model import UnreadReason
from pregate.positions import Lines, Node, Object, Scalar

_ELSEWHERE = ("git", "hg", "svn", "bzr", "file", "path", "ref")


def read_pipfile_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every pin of every category; what comes from version control, files and addresses is not audited."""
    loaded = load_json(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    root, lines = loaded
    if not isinstance(root, Object) or root.get("_meta") is None:
        return failed(path, "no _meta: this is no Pipfile.lock")
    found = Collector(path, "Pipfile.lock", PYPI)
    for category, entries in root:
        if category.text == "_meta":
            continue
        if not isinstance(entries, Object):
            place = inside(lines, path, category)
            found.skip("a category is no object", place, UnreadReason.UNPARSABLE)
            continue
        for name, entry in entries:
            _add(found, lines, name, entry)
    return found.reading()


def _add(found: Collector, lines: Lines, name: Scalar, entry: Node) -> None:
    place = inside(lines, found.path, name)
    if not isinstance(entry, Object):
        found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
        return
    version = entry.get("version")
    if version is None or any(entry.get(key) is not None for key in _ELSEWHERE):
        found.skip(f"{shown(name.text)} is not from a package index", place)
        return
    place = inside(lines, found.path, version)
    if not isinstance(version, Scalar) or not isinstance(version.value, str):
        found.skip("an entry's version is no text", place, UnreadReason.UNPARSABLE)
    elif not version.value.startswith("==") or "*" in version.value:
        found.skip(f"{shown(name.text)} is not pinned to one version", place)
    else:
        found.add(name.text, version.value.lstrip("=").strip(), place)
