"""
Making and renewing an index (:mod:`pregate.advisories.index`).

A database is taken in whole: what its files hold now is what the index holds of it afterwards. Files whose
bytes are those of the last time are not parsed again. The index is written beside itself and then put in its
place, so that whoever reads it has the old one or the new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pregate.advisories import form
from pregate.advisories.contents import LAYOUT, Contents, Origin, pack_contents
from pregate.advisories.files import DAMAGED, JSON, YAML, contents, is_record
from pregate.advisories.index import APPLICATION, TABLES, IndexFile
from pregate.advisories.local import HINT
from pregate.advisories.records import load_record
from pregate.advisories.verifying import digest_of, verify
from pregate.errors import AdvisoryError
from pregate.lockfiles.ecosystems import normalised
from pregate.lockfiles.model import Advisory
from pregate.records import dataclass, replace

# Names in a bucket: few enough that reading one is quick, many enough that there are not too many.
_NAMES = 12
_MAX_BUCKETS = 65_536
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Import:
    """
    A database to take in: its ``name`` in the index, the ``path`` of its records, the ``place`` that it came
    from. ``path`` None says that it is as it was when it was last taken in.
    """

    name: str
    path: Path | None
    place: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """
    What an import changed: how many records of ``name`` are new, changed, withdrawn in the change, or gone.
    """

    name: str
    records: int
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    removed: int = 0
    other: int = 0

    def describe(self) -> str:
        """``PyPI: 2651 records (12 new, 3 changed, 1 withdrawn, 0 gone)``."""
        counts = f"{self.added} new, {self.changed} changed, {self.withdrawn} withdrawn, {self.removed} gone"
        other = f"; {self.other} other files" if self.other else ""
        return f"{self.name}: {self.records} records ({counts}){other}"


def update_index(path: Path, imports: Sequence[Import], now: float) -> tuple[Change, ...]:
    """
    Takes the databases into the index at ``path``, which is made when it is not there; ``now`` is the time of
    the import in seconds since the epoch.

    Raises AdvisoryError, and leaves the index as it was, when a record cannot be read, a database holds none,
    the index is damaged or its folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone_in(path.parent), _beside(path) as new:
            changes = _write(path, new, imports, now)
            new.chmod(0o644)
            new.replace(path)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise AdvisoryError(
            f"the index {path} cannot be written: {why}", "Name another file with --output."
        ) from None
    return changes


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Another import into an index of this folder waits: it would not know what this one brings."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """An empty file in the same folder, which is gone afterwards unless it took another name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".advisories-", suffix=".sqlite")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _write(old: Path, new: Path, imports: Sequence[Import], now: float) -> tuple[Change, ...]:
    origins: dict[str, Origin] = {}
    names: dict[str, list[int]] = {}
    if old.exists():
        with IndexFile(old) as file:
            names = {key: list(numbers) for key, numbers in verify(file).items()}
            origins = {o.name: o for o in file.contents.origins}
        shutil.copyfile(old, new)
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        _prepare(connection, is_new=not old.exists())
        connection.execute("BEGIN")
        changes = []
        for wanted in imports:
            importer = _Importer(connection, wanted, names)
            changes.append(importer.run())
            origins[wanted.name] = importer.origin(origins.get(wanted.name), now)
        _finish(connection, tuple(origins[name] for name in sorted(origins)), names)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    with new.open("rb") as file:
        os.fsync(file.fileno())
    return tuple(changes)


def _prepare(connection: sqlite3.Connection, *, is_new: bool) -> None:
    # Nobody else knows the file yet, and a half-written one is thrown away.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    if is_new:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {LAYOUT}")
        for statement in TABLES.values():
            connection.execute(statement)


class _Importer:
    """Takes one database in; ``names`` are the numbers of records by package, of the whole index."""

    def __init__(self, connection: sqlite3.Connection, wanted: Import, names: dict[str, list[int]]) -> None:
        self._connection = connection
        self._wanted = wanted
        self._names = names
        self._digest = hashlib.blake2b(digest_size=_DIGEST)
        (self._last,) = connection.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()
        query = "SELECT entry, number, digest FROM entries WHERE origin = ?"
        self._old = {
            entry: (number, digest) for entry, number, digest in connection.execute(query, [wanted.name])
        }

    def run(self) -> Change:
        """What has changed since the last time."""
        if self._wanted.path is None:
            return Change(self._wanted.name, len(self._old))
        added = changed = withdrawn = same = other = 0
        gone: set[int] = set()
        fresh: list[tuple[str, bytes, Advisory]] = []
        for name, data in contents(self._wanted.path, None, (JSON, *YAML)):
            entry = name.encode("utf-8", "backslashreplace").decode()
            if not is_record(data, entry, self._wanted.path):
                other += 1
                continue
            digest = hashlib.blake2b(data, digest_size=_DIGEST).digest()
            self._digest.update(entry.encode() + b"\0" + digest)
            number, before = self._old.pop(entry, (0, b""))
            if before == digest:
                same += 1
                continue
            advisory = load_record(data, entry, self._wanted.path, DAMAGED)
            added, changed = (added, changed + 1) if number else (added + 1, changed)
            withdrawn += bool(advisory.withdrawn)
            gone |= {number} if number else set()
            fresh.append((entry, digest, advisory))
            if len(fresh) >= 1000:
                self._add(fresh)
                fresh.clear()
        self._add(fresh)
        if not added + changed + same:
            raise AdvisoryError(f"{self._wanted.path} holds no OSV record (*.json, *.yaml)", HINT)
        self._remove(gone | {number for number, _ in self._old.values()})
        return Change(
            self._wanted.name, added + changed + same, added, changed, withdrawn, len(self._old), other
        )

    def origin(self, before: Origin | None, now: float) -> Origin:
        """What the table of contents says of the database afterwards."""
        wanted = self._wanted
        if wanted.path is None and before is not None:
            return replace(before, imported=now)
        records, newest = self._connection.execute(
            "SELECT count(*), coalesce(max(modified), '') FROM entries WHERE origin = ?", [wanted.name]
        ).fetchone()
        counts: dict[str, int] = {}
        query = "SELECT ecosystems, count(*) FROM entries WHERE origin = ? GROUP BY ecosystems"
        for ecosystems, number in self._connection.execute(query, [wanted.name]):
            for name in json.loads(ecosystems):
                counts[name] = counts.get(name, 0) + number
        return Origin(
            wanted.name,
            "".join(c for c in wanted.place if c.isprintable()),
            now,
            records,
            newest,
            self._digest.hexdigest(),
            tuple(sorted(counts.items())),
            wanted.etag,
            wanted.last_modified,
        )

    def _add(self, fresh: Iterable[tuple[str, bytes, Advisory]]) -> None:
        entries, records = [], []
        for entry, digest, advisory in fresh:
            self._last += 1
            number = self._last
            # Printable, so that the table of contents may show it.
            ecosystems = sorted(
                {a.ecosystem for a in advisory.affected if a.ecosystem and a.ecosystem.isprintable()}
            )
            entries.append(
                (number, self._wanted.name, entry, digest, advisory.modified, json.dumps(ecosystems))
            )
            records.append((number, form.seal("record", number, form.pack(advisory))))
            for key in {form.key_of(a.ecosystem, normalised(a.ecosystem, a.name)) for a in advisory.affected}:
                self._names.setdefault(key, []).append(number)
        self._connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", entries)
        self._connection.executemany("INSERT INTO records VALUES (?, ?)", records)

    def _remove(self, numbers: set[int]) -> None:
        if not numbers:
            return
        for key in [k for k, found in self._names.items() if not numbers.isdisjoint(found)]:
            left = [n for n in self._names[key] if n not in numbers]
            if left:
                self._names[key] = left
            else:
                del self._names[key]
        rows = [(n,) for n in numbers]
        self._connection.executemany("DELETE FROM entries WHERE number = ?", rows)
        self._connection.executemany("DELETE FROM records WHERE number = ?", rows)


def _finish(connection: sqlite3.Connection, origins: tuple[Origin, ...], names: dict[str, list[int]]) -> None:
    """Writes the names into their buckets, and the table of contents."""
    count = 64
    while count * _NAMES < len(names) and count < _MAX_BUCKETS:
        count *= 2
    buckets: list[dict[str, list[int]]] = [{} for _ in range(count)]
    for key, numbers in names.items():
        buckets[form.bucket_of(key, count)][key] = numbers
    connection.execute("DELETE FROM buckets")
    pieces = ((number, form.pack_bucket(number, bucket)) for number, bucket in enumerate(buckets))
    connection.executemany("INSERT INTO buckets VALUES (?, ?)", pieces)
    (records,) = connection.execute("SELECT count(*) FROM records").fetchone()
    known = Contents(origins, count, records, len(names), digest_of(connection))
    connection.execute("INSERT OR REPLACE INTO contents VALUES (1, ?)", [pack_contents(known)])
