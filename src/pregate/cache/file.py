"""The cache in a file: an SQLite database that holds its own table alone, whoever wrote it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pregate.cache import LAYOUT, LIMIT, Cache, is_ours
from pregate.cache.sealing import SIZE, Seal
from pregate.logs import logger

_CHUNK = 500
_DAY = 86400
_log = logger(__name__)


class FileCache(Cache):
    """
    A table of byte strings in one SQLite file under ``directory``, at most ``limit`` bytes large when it is
    closed. What is not there is looked for in ``others``, folders that are only read, each under its seal.

    Only a directory that belongs to this user and that nobody else may write to is used.
    """

    def __init__(
        self,
        directory: Path,
        limit: int = LIMIT,
        seal: Seal | None = None,
        others: Sequence[tuple[Path, Seal]] = (),
    ) -> None:
        self._limit = limit
        self._seal = seal or Seal()
        self._connection: sqlite3.Connection | None = None
        self._days: dict[bytes, int] = {}  # when what was got was used last
        self._others = list(_read_only(others))
        self._path = _file(directory)
        self._open(self._path)

    @property
    def is_open(self) -> bool:
        """Whether anything that is put here can be kept."""
        return self._connection is not None

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The values that are there and whole, by key."""
        if self._connection is None:
            return {}
        found: dict[bytes, bytes] = {}
        keys = list(keys)
        try:
            self._days.update(_look_up(self._connection, self._seal, keys, found))
        except sqlite3.Error as error:
            self._discard(error)
            return {}
        for other, seal in self._others:
            try:
                _look_up(other, seal, [key for key in keys if key not in found], found)
            except sqlite3.Error as error:
                _log.debug("cache of another scope: %s", error)
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keeps the entries; failing to is no error."""
        if self._connection is None or not entries:
            return
        day = int(time.time() // _DAY)
        rows = [(key, self._seal.sum(key, value) + value, day) for key, value in entries.items()]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
        except sqlite3.Error as error:
            self._discard(error)

    def touch(self, keys: Iterable[bytes]) -> None:
        """Marks entries as used today, so that the oldest go first when the cache is full."""
        if self._connection is None:
            return
        day = int(time.time() // _DAY)
        old = [key for key in keys if self._days.get(key) != day]
        if not old:
            return
        try:
            with self._connection:
                for some in _chunks(old):
                    marks = ",".join("?" * len(some))
                    self._connection.execute(
                        f"UPDATE results SET day = ? WHERE day <> ? AND key IN ({marks})",  # noqa: S608
                        [day, day, *some],
                    )
        except sqlite3.Error as error:
            self._discard(error)

    def absorb(self, directory: Path) -> int:
        """
        Takes over the whole entries of the cache in another directory that has the same seal: how many.
        Raises OSError when there is none, and sqlite3.Error when it cannot be read.
        """
        path = _file(directory)
        if not path.is_file():
            raise FileNotFoundError(path)
        other = _reader(path)
        taken = 0
        try:
            rows = other.execute("SELECT key, value FROM results")
            while some := rows.fetchmany(_CHUNK):
                whole = {key: value[SIZE:] for key, value in some if self._seal.holds(key, value)}
                self.put(whole)
                taken += len(whole)
        finally:
            other.close()
        return taken

    def close(self) -> None:
        """Drops the least recently used entries over the limit and closes the files."""
        for other, _ in self._others:
            other.close()
        self._others = []
        if self._connection is None:
            return
        try:
            self._shrink(self._connection)
        except sqlite3.Error as error:
            _log.debug("cache: %s", error)
        self._connection.close()
        self._connection = None

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not is_ours(path.parent) or (os.path.lexists(path) and not is_ours(path)):
                _log.warning(
                    "cache %s is not used: others may write to it, or it belongs to somebody else",
                    path.parent,
                )
                return
            self._connection = _connect(path)
        except OSError as error:
            _log.debug("no cache at %s: %s", path, error.strerror)
        except sqlite3.OperationalError as error:  # busy, most likely: another run's file is left to it
            _log.debug("no cache at %s: %s", path, error)
        except sqlite3.DatabaseError as error:
            _log.debug("cache %s is damaged and is made anew: %s", path, error)
            with contextlib.suppress(OSError, sqlite3.Error):
                path.unlink()
                self._connection = _connect(path)

    def _discard(self, error: sqlite3.Error) -> None:
        """A file that SQLite calls damaged is removed; one that is only busy is left alone for this run."""
        _log.debug("cache is not used any more in this run: %s", error)
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if not isinstance(error, sqlite3.OperationalError):
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _shrink(self, connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        if pages * size <= self._limit:
            return
        keep = self._limit * 0.8  # room for the next runs, and for what the file takes beside the values
        with connection:
            rows = connection.execute(
                "SELECT rowid, length(value) FROM results ORDER BY day DESC, rowid DESC"
            )
            dropped = []
            for row, length in rows:
                keep -= length + _ROW
                if keep < 0:
                    dropped.append((row,))
            connection.executemany("DELETE FROM results WHERE rowid = ?", dropped)
        connection.execute("VACUUM")


_TABLE = "CREATE TABLE results (key BLOB PRIMARY KEY, value BLOB, day INTEGER)"
_PATIENCE = 2.0  # seconds that another run's writing is waited for
_ROW = 2 * 32 + 40  # a key in the table and in its index, and what SQLite adds


def _look_up(
    connection: sqlite3.Connection, seal: Seal, keys: Iterable[bytes], found: dict[bytes, bytes]
) -> dict[bytes, int]:
    """Puts what is whole into ``found``; the day on which each was used last."""
    days: dict[bytes, int] = {}
    for some in _chunks(keys):
        marks = ",".join("?" * len(some))
        query = f"SELECT key, value, day FROM results WHERE key IN ({marks})"  # noqa: S608 - only "?, ?"
        for key, value, day in connection.execute(query, some):
            if seal.holds(key, value):
                found[key], days[key] = value[SIZE:], day
    return days


def _read_only(others: Sequence[tuple[Path, Seal]]) -> Iterator[tuple[sqlite3.Connection, Seal]]:
    for directory, seal in others:
        path = _file(directory)
        try:
            if is_ours(directory) and is_ours(path):
                yield _reader(path), seal
        except (OSError, sqlite3.Error) as error:
            _log.debug("no cache at %s: %s", path, error)


def _reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
    try:
        _require_plain(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _require_plain(connection: sqlite3.Connection) -> None:
    """Our own table and nothing beside it: a view could be a query without an end, a trigger anything."""
    # "Defense Against The Dark Arts", https://sqlite.org/security.html
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    parts = connection.execute("SELECT name, sql FROM sqlite_master LIMIT 3").fetchall()
    if sorted(parts) != [("results", _TABLE), ("sqlite_autoindex_results_1", None)]:
        raise sqlite3.DatabaseError("no table of results alone")


def _file(directory: Path) -> Path:
    return directory / f"results-{LAYOUT}.sqlite"


def _connect(path: Path) -> sqlite3.Connection:
    new = not path.exists()
    if new:
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level="DEFERRED")
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_TABLE.replace("TABLE", "TABLE IF NOT EXISTS"))
        _require_plain(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _chunks(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    for key in keys:
        some.append(key)
        if len(some) == _CHUNK:
            yield some
            some = []
    if some:
        yield some
