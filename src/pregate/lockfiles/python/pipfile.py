"""
``Pipfile.lock``: one object per category (``default``, ``develop``, …) beside ``_meta``, with pins as
``==1.2.3``. Format: https://pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pregate.lockfiles.document import Collector, failed, inside, load_json, shown
from pregate.lockfiles.ecosystems import normalised
from pregate.lockfiles.model import PYPI, Declaration, Depth, Reading
from pregate.lockfiles.python.manifest import Manifest, beside
from pregate.model import Location, UnreadReason
from pregate.positions import Lines, Node, Object, Scalar

_ELSEWHERE = ("git", "hg", "svn", "bzr", "file", "path", "ref")
# What Pipfile calls the two categories that have names of their own in the lock file.
_CATEGORIES = {"default": "", "develop": "dev-packages"}


def read_pipfile_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every pin of every category; what comes from version control, files and addresses is not audited."""
    loaded = load_json(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    root, lines = loaded
    if not isinstance(root, Object) or root.get("_meta") is None:
        return failed(path, "no _meta: this is no Pipfile.lock")
    found = Collector(path, "Pipfile.lock", PYPI)
    reader = _Categories(found, lines, beside(path, files, "Pipfile"))
    for category, entries in root:
        if category.text == "_meta":
            continue
        if not isinstance(entries, Object):
            place = inside(lines, path, category)
            found.skip("a category is no object", place, UnreadReason.UNPARSABLE)
            continue
        reader.read(category.text, entries)
    return found.reading()


class _Categories:
    """Reads one category after the other; ``develop`` follows on ``default``, which Pipenv writes first."""

    def __init__(self, found: Collector, lines: Lines, manifest: Manifest | None) -> None:
        self._found, self._lines = found, lines
        self._has_manifest = manifest is not None
        self._declarations: dict[tuple[str, str], list[Declaration]] = {}
        for wish in manifest.wishes if manifest else ():
            key = (wish.group, normalised(PYPI, wish.name))
            self._declarations.setdefault(key, []).append(wish.declaration)
        self._used: set[tuple[str, str]] = set()

    def read(self, category: str, entries: Object) -> None:
        """The packages of a category."""
        for name, entry in entries:
            self._add(category, name, entry)

    def _add(self, category: str, name: Scalar, entry: Node) -> None:
        found = self._found
        place = inside(self._lines, found.path, name)
        if not isinstance(entry, Object):
            found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
            return
        version = entry.get("version")
        if version is None or any(entry.get(key) is not None for key in _ELSEWHERE):
            found.skip(f"{shown(name.text)} is not from a package index", place)
            return
        place = inside(self._lines, found.path, version)
        if not isinstance(version, Scalar) or not isinstance(version.value, str):
            found.skip("an entry's version is no text", place, UnreadReason.UNPARSABLE)
        elif not version.value.startswith("==") or "*" in version.value:
            found.skip(f"{shown(name.text)} is not pinned to one version", place)
        else:
            self._pin(category, name.text, version)

    def _pin(self, category: str, name: str, version: Scalar) -> None:
        pinned = version.text.lstrip("=").strip()
        key = (normalised(PYPI, name), pinned)
        if category != "develop":
            self._used.add(key)
        declared = self._declarations.get((_CATEGORIES.get(category, category), key[0]), [])
        depth = Depth.DIRECT if declared else Depth.TRANSITIVE
        self._found.add(
            name,
            pinned,
            self._place(version, pinned),
            dev=category == "develop" and key not in self._used,
            depth=depth if self._has_manifest else Depth.UNKNOWN,
            declared=tuple(declared),
        )

    def _place(self, version: Scalar, pinned: str) -> Location:
        """The place of the version without its operator, where it is written as it is read."""
        whole = inside(self._lines, self._found.path, version)
        if whole.end_column - whole.start_column != len(version.text):
            return whole
        start = whole.start_column + version.text.index(pinned)
        return replace(whole, start_column=start, end_column=start + len(pinned))
