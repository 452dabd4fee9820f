"""
An index of advisories: one SQLite file, made by ``pregate advisories fetch`` or ``import``
(:mod:`pregate.advisories.building`).

A package's key is in exactly one of a fixed number of buckets, all of which are there. So an answer rests on
a bucket whose checksum was verified, and "no advisory" is known to be one: a file that lacks a part of it is
seen, whichever part that is. Only what a question needs is read. File format:
https://www.sqlite.org/fileformat.html
"""

from __future__ import annotations

import sqlite3
import struct
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pregate.advisories.contents import LAYOUT, Contents, unpack_contents
from pregate.advisories.form import bucket_of, find_numbers, key_of, unpack, unseal
from pregate.advisories.local import MAGIC
from pregate.advisories.told import IndexTold, of_index
from pregate.errors import AdvisoryError
from pregate.lockfiles.ecosystems import normalised
from pregate.lockfiles.model import Advisory, Package

APPLICATION = 0x50477641  # "PGvA", ours
TABLES = {
    "contents": "CREATE TABLE contents (number INTEGER PRIMARY KEY, piece BLOB NOT NULL)",
    "buckets": "CREATE TABLE buckets (number INTEGER PRIMARY KEY, piece BLOB NOT NULL)",
    "records": "CREATE TABLE records (number INTEGER PRIMARY KEY, piece BLOB NOT NULL)",
    # Only imports read this: what each record was made of.
    "entries": (
        "CREATE TABLE entries (number INTEGER PRIMARY KEY, origin TEXT NOT NULL, entry TEXT NOT NULL, "
        "digest BLOB NOT NULL, modified TEXT NOT NULL, ecosystems TEXT NOT NULL)"
    ),
}
HINT = (
    "Delete the file and make it anew: pregate advisories fetch, or pregate advisories import PATH "
    "(--output names another file than the user's own)."
)
FOREIGN = (
    "Name an index, or make one: pregate advisories fetch, or pregate advisories import PATH (--output names "
    "another file than the user's own). A scan also takes a zip or a folder of records as --advisories."
)
_CHUNK = 500


class IndexFile:
    """
    An index opened for reading. Raises AdvisoryError when it is damaged, cut short, or no index at all; use
    it as a context manager, or close it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _check_header(path)
        self.connection = _connect(path)
        with ExitStack() as undone:
            undone.callback(self.close)
            self.contents = self._read_contents()
            undone.pop_all()

    def __enter__(self) -> IndexFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def numbers(self, keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """
        The numbers of the records that name each package, by its key; keys without a record are left out.
        """
        by_bucket: dict[int, list[str]] = {}
        for key in keys:
            by_bucket.setdefault(bucket_of(key, self.contents.buckets), []).append(key)
        found: dict[str, tuple[int, ...]] = {}
        try:
            for number, piece in self._rows("buckets", by_bucket):
                bucket = unseal("bucket", number, piece)
                found |= {key: n for key in by_bucket[number] if (n := find_numbers(bucket, key))}
        except ValueError:
            raise self.damaged() from None
        return found

    def records(self, numbers: Collection[int]) -> Iterator[tuple[int, Advisory]]:
        """The records with these numbers, with them."""
        for number, piece in self._rows("records", numbers):
            try:
                yield number, unpack(unseal("record", number, piece))
            except ValueError:
                raise self.damaged() from None

    def damaged(self, detail: str = "") -> AdvisoryError:
        """The error that names the file and the way out."""
        more = f" ({detail})" if detail else ""
        return AdvisoryError(f"the index of advisories {self.path} is damaged{more}", HINT)

    def _rows(self, table: str, numbers: Collection[int]) -> Iterator[tuple[int, Any]]:
        """Each of the rows; a missing one is damage."""
        wanted = sorted(numbers)
        for start in range(0, len(wanted), _CHUNK):
            some = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(some))
            query = f"SELECT number, piece FROM {table} WHERE number IN ({marks})"  # noqa: S608 - only "?, ?"
            try:
                rows = self.connection.execute(query, some).fetchall()
            except (sqlite3.Error, OverflowError):
                raise self.damaged() from None
            if len(rows) != len(some):
                raise self.damaged("a part of it is missing")
            yield from rows

    def _read_contents(self) -> Contents:
        try:
            found = self.connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            if found and {("table", name, sql) for name, sql in TABLES.items()} != set(found):
                raise self.damaged("it has other tables")
            rows = self.connection.execute("SELECT piece FROM contents WHERE number = 1").fetchall()
            return unpack_contents(rows[0][0])
        except (sqlite3.Error, ValueError, IndexError):
            raise self.damaged() from None


def _check_header(path: Path) -> None:
    """The file's kind, its layout and its length, by the first hundred bytes."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise AdvisoryError(
            f"the index of advisories {path} cannot be read: {error.strerror}", HINT
        ) from None
    if len(header) < 100:
        raise AdvisoryError(f"the index of advisories {path} is damaged (cut short)", HINT)
    page, pages, layout, application = (
        struct.unpack_from(form, header, at)[0]
        for form, at in ((">H", 16), (">I", 28), (">I", 60), (">I", 68))
    )
    if application != APPLICATION:
        what = "an SQLite file, but no index" if header.startswith(MAGIC) else "no index"
        raise AdvisoryError(f"{path} is {what} of advisories", FOREIGN)
    if layout != LAYOUT:
        raise AdvisoryError(f"the index of advisories {path} was made by another version of pregate", HINT)
    if size != pages * (page if page != 1 else 65536):
        raise AdvisoryError(f"the index of advisories {path} is damaged (cut short, or added to)", HINT)


def _connect(path: Path) -> sqlite3.Connection:
    """
    Read only, without looking for journals or taking locks: an index is replaced as a whole, never written
    to.
    """
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with ExitStack() as undone:
            connection = sqlite3.connect(address, uri=True, isolation_level=None)
            undone.callback(connection.close)
            # Tables have to be ours by their exact text; a schema that does something is not even looked at.
            for pragma in (
                "trusted_schema = OFF",
                "cell_size_check = ON",
                "query_only = ON",
                "mmap_size = 0",
            ):
                connection.execute(f"PRAGMA {pragma}")
            undone.pop_all()
    except sqlite3.Error:
        raise AdvisoryError(f"the index of advisories {path} cannot be opened", HINT) from None
    return connection


class OsvIndex:
    """
    The port ``AdvisorySource`` on the index at ``path``, opened when the first question comes.

    ``max_age`` is how many days ago its databases may have been imported, 0 for any time; ``now`` gives the
    time in seconds since the epoch. ``remark`` is said of it beside what it is.
    """

    def __init__(
        self, path: Path, max_age: int = 0, now: Callable[[], float] = time.time, remark: str = ""
    ) -> None:
        self._path = path
        self._max_age = max_age
        self._now = now
        self._remark = remark
        self._contents: Contents | None = None
        self._records: dict[int, Advisory] = {}

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """
        Every advisory that names each package, sorted by id. Raises AdvisoryError for an index that is
        damaged or too old.
        """
        keys = [key_of(p.ecosystem, normalised(p.ecosystem.partition(":")[0], p.name)) for p in packages]
        with self._open() as file:
            numbers = file.numbers(dict.fromkeys(keys))
            missing = {n for found in numbers.values() for n in found} - self._records.keys()
            self._records.update(file.records(missing))
        answers = {key: self._newest(found) for key, found in numbers.items()}
        return tuple(answers.get(key, ()) for key in keys)

    def covers(self, ecosystem: str) -> bool:
        """Whether the ecosystem was fetched, or any imported record names it."""
        return ecosystem.partition(":")[0] in self._known().covered

    def describe(self) -> str:
        """
        The path, how many records of which databases, when they were imported, the newest, and the ages.
        """
        return self.told().describe(self._path, self._remark, self._now())

    def told(self) -> IndexTold:
        """What :meth:`describe` puts into words."""
        return of_index(self._known())

    def _newest(self, numbers: Sequence[int]) -> tuple[Advisory, ...]:
        """Of several records with one id, from several databases, the newest serves."""
        found = sorted((self._records[n] for n in numbers), key=lambda a: a.modified)
        by_id = {a.id: a for a in found}
        return tuple(by_id[identifier] for identifier in sorted(by_id))

    def _known(self) -> Contents:
        if self._contents is None:
            self._open().close()
        assert self._contents is not None  # noqa: S101 - _open sets it
        return self._contents

    def _open(self) -> IndexFile:
        file = IndexFile(self._path)
        with ExitStack() as undone:
            undone.callback(file.close)
            self._check(file.contents)
            undone.pop_all()
        self._contents = file.contents
        return file

    def _check(self, contents: Contents) -> None:
        if not contents.records:
            raise AdvisoryError(f"the index of advisories {self._path} holds no record", HINT)
        of_index(contents).refuse_old(self._path, self._max_age, self._now())
