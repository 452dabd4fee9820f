"""
A local OSV database: a folder or a zip archive of JSON files, one record each.

OSV publishes such archives for each ecosystem (https://google.github.io/osv.dev/data/). They hold tens of
thousands of records, so names are found in the raw bytes first, and only records that name a wanted package
are parsed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pregate.advisories.records import MAX_RECORD, load_record
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import PYPI, Advisory, Package, normalised

MAX_RECORDS = 2_000_000
MAX_TOTAL = 16 * 1024**3
HINT = "Give a folder or a zip archive of OSV records (one JSON file each), as OSV publishes them."
DAMAGED = "Fetch the database again: an advisory that cannot be read is a vulnerability that is not told."

_NAME = re.compile(rb'"name"\s*+:\s*+"([^"\\]*+)(["\\])')
_MODIFIED = re.compile(rb'"modified"\s*+:\s*+"(\d{4}-\d\d-\d\d)')
# A letter of "name" or of a package's name may be written as an escape: then the bytes tell nothing.
_ESCAPED = re.compile(rb"\\u00[2-7]")
_HARMLESS = re.compile(rb"\\u00(?:26|27|3[cCeEdD]|2[bB])")


class OsvDirectory:
    """The database at ``path``. It is read once, when the first question comes."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise AdvisoryError(f"there is no vulnerability database at {path}", HINT)
        self._path = path
        self._index: dict[str, list[str]] | None = None
        self._parsed: dict[str, Advisory] = {}
        self._records = 0
        self._other = 0
        self._newest = ""

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """Every advisory that names each package, sorted by id."""
        index = self._load()
        wanted = {_key(p.name) for p in packages}
        self._parse({name for key in wanted for name in index.get(key, ())})
        answers = []
        for package in packages:
            records = [self._parsed[name] for name in index.get(_key(package.name), ())]
            records.sort(key=lambda a: a.modified)  # of several files with one id the newest serves
            key = package.key[:2]
            named = {a.id: a for a in records if any(entry.key == key for entry in a.affected)}
            answers.append(tuple(named[i] for i in sorted(named)))
        return tuple(answers)

    def describe(self) -> str:
        """The path, how many records there are, the day of the newest; other JSON files are counted."""
        self._load()
        other = f", {self._other} other JSON files" if self._other else ""
        newest = self._newest or "undated"
        return f"OSV database {self._path}, {self._records} records{other}, newest record {newest}"

    def _load(self) -> dict[str, list[str]]:
        """Records by the names that they mention; AdvisoryError when there is no record at all."""
        if self._index is None:
            index: dict[str, list[str]] = {}
            for name, data in self._contents(None):
                self._take(index, name, data)
            if not self._records:
                raise AdvisoryError(f"{self._path} holds no OSV record (*.json)", HINT)
            self._index = index
        return self._index

    def _take(self, index: dict[str, list[str]], name: str, data: bytes) -> None:
        text = data.strip()
        if not (text.startswith(b"{") and text.endswith(b"}")):
            if text.startswith(b"[") and text.endswith(b"]"):
                self._other += 1
                return
            raise AdvisoryError(f"{name} in {self._path} is damaged or cut short", DAMAGED)
        if b'"id"' not in data or b'"modified"' not in data:
            self._other += 1
            return
        self._records += 1
        modified = _MODIFIED.search(data)
        if modified:
            self._newest = max(self._newest, modified.group(1).decode())
        for key in self._names(name, data):
            index.setdefault(key, []).append(name)

    def _names(self, name: str, data: bytes) -> set[str]:
        """Names of packages in a record: from its bytes where these are plain, else from the record."""
        found = list(_NAME.finditer(data))
        plain = all(m.group(2) == b'"' for m in found)
        if plain and (b"\\u00" not in data or not _ESCAPED.search(_HARMLESS.sub(b"", data))):
            return {_key(m.group(1).decode("utf-8", "replace")) for m in found}
        advisory = load_record(data, f"{name} in {self._path}", DAMAGED)
        return {_key(a.name) for a in advisory.affected}

    def _parse(self, names: set[str]) -> None:
        missing = names - set(self._parsed)
        if not missing:
            return
        for name, data in self._contents(missing):
            self._parsed[name] = load_record(data, f"{name} in {self._path}", DAMAGED)

    def _contents(self, only: set[str] | None) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each JSON file, or of those in ``only``, in the order of the names."""
        contents = _folder(self._path, only) if self._path.is_dir() else _archive(self._path, only)
        total = 0
        for number, (name, data) in enumerate(contents, start=1):
            total += len(data)
            if len(data) > MAX_RECORD or number > MAX_RECORDS or total > MAX_TOTAL:
                raise AdvisoryError(f"{self._path} is too large for a database ({name})", HINT)
            yield name, data


def _key(name: str) -> str:
    """A key that is equal for equal names in every ecosystem; the record decides."""
    return normalised(PYPI, name)


def _folder(path: Path, only: set[str] | None) -> Iterator[tuple[str, bytes]]:
    def fail(error: OSError) -> None:
        raise AdvisoryError(f"{path} cannot be read: {error.strerror}", HINT) from None

    for folder, folders, files in os.walk(path, onerror=fail):
        folders.sort()
        for file in sorted(files):
            full = Path(folder, file)
            name = full.relative_to(path).as_posix()
            if file.endswith(".json") and (only is None or name in only):
                try:
                    with full.open("rb") as stream:
                        yield name, stream.read(MAX_RECORD + 1)
                except OSError as error:
                    raise AdvisoryError(f"{full} cannot be read: {error.strerror}", HINT) from None


def _archive(path: Path, only: set[str] | None) -> Iterator[tuple[str, bytes]]:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(path) as archive:
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                name = info.filename
                if name.endswith(".json") and (only is None or name in only):
                    with archive.open(info) as stream:
                        yield name, stream.read(MAX_RECORD + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        # RuntimeError: the archive is encrypted; NotImplementedError: a way of packing that Python does not
        # know
        raise AdvisoryError(
            f"{path} is no zip archive that can be read ({type(error).__name__})", HINT
        ) from None
