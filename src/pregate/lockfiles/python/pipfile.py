"""
``Pipfile.lock``: one object per category (``default``, ``develop``, …) beside ``_meta``, with pins as
``==1.2.3``. Format: https://pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Declaration, Depth, Reading
from pregate.lockfiles.python.manifest import Manifest, beside
from pregate.model import Location, UnreadReason
from pregate.records import replace

_ELSEWHERE = ("git", "hg", "svn", "bzr", "file", "path", "ref")
# What Pipfile calls the two categories that have names of their own in the lock file.
_CATEGORIES = {"default": "", "develop": "dev-packages"}


def read_pipfile_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every pin of every category; what comes from version control, files and addresses is not audited."""
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    if loaded.root.member("_meta") is None:
        return failed(path, "no _meta: this is no Pipfile.lock")
    found = Collector(path, "Pipfile.lock", PYPI)
    reader = _Categories(found, loaded, beside(path, files, "Pipfile"))
    for category in loaded.root.members():
        if category.key == "_meta":
            continue
        if not category.is_object:
            place = loaded.key_location(category)
            found.skip("a category is no object", place, UnreadReason.UNPARSABLE)
            continue
        reader.read(category)
    return found.reading()


class _Categories:
    """Reads one category after the other; ``develop`` follows on ``default``, which Pipenv writes first."""

    def __init__(self, found: Collector, document: Document, manifest: Manifest | None) -> None:
        self._found, self._document = found, document
        self._has_manifest = manifest is not None
        self._declarations: dict[tuple[str, str], list[Declaration]] = {}
        for wish in manifest.wishes if manifest else ():
            key = (wish.group, normalised(PYPI, wish.name))
            self._declarations.setdefault(key, []).append(wish.declaration)
        self._used: set[tuple[str, str]] = set()

    def read(self, category: Part) -> None:
        """The packages of a category."""
        for entry in category.members():
            self._add(str(category.key), entry)

    def _add(self, category: str, entry: Part) -> None:
        found, name, value = self._found, str(entry.key), entry.value
        place = self._document.key_location(entry)
        if not isinstance(value, dict):
            found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
            return
        if value.get("version") is None or any(value.get(key) is not None for key in _ELSEWHERE):
            found.skip(f"{shown(name)} is not from a package index", place)
            return
        version = value["version"]
        if not isinstance(version, str):
            found.skip("an entry's version is no text", place, UnreadReason.UNPARSABLE)
        elif not version.startswith("==") or "*" in version:
            found.skip(f"{shown(name)} is not pinned to one version", place)
        else:
            self._pin(category, name, version, entry)

    def _pin(self, category: str, name: str, version: str, entry: Part) -> None:
        pinned = version.lstrip("=").strip()
        key = (normalised(PYPI, name), pinned)
        if category != "develop":
            self._used.add(key)
        declared = self._declarations.get((_CATEGORIES.get(category, category), key[0]), [])
        depth = Depth.DIRECT if declared else Depth.TRANSITIVE
        self._found.add(
            name,
            pinned,
            self._place(version, pinned, entry),
            dev=category == "develop" and key not in self._used,
            depth=depth if self._has_manifest else Depth.UNKNOWN,
            declared=tuple(declared),
        )

    def _place(self, version: str, pinned: str, entry: Part) -> Location:
        """The place of the version without its operator, where it is written as it is read."""
        whole = self._document.location(entry.member("version") or entry)
        if whole.end_column - whole.start_column != len(version):
            return whole
        start = whole.start_column + version.index(pinned)
        return replace(whole, start_column=start, end_column=start + len(pinned))
