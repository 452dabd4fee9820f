"""The whole of an index looked at: every page by SQLite's own check, every piece by its checksum."""

from __future__ import annotations

import hashlib
import sqlite3

from pregate.advisories.form import SUM, bucket_of, key_of, unpack, unpack_bucket, unseal
from pregate.advisories.index import IndexFile
from pregate.lockfiles.ecosystems import normalised


def verify(file: IndexFile) -> dict[str, tuple[int, ...]]:
    """
    The numbers of records by the keys of the packages that they name. Raises AdvisoryError unless the index
    is whole: as SQLite sees it, as the table of contents counts it, each piece by its checksum, and each
    record under the names of its packages.
    """
    try:
        answers = file.connection.execute("PRAGMA quick_check(1)").fetchall()
        if answers != [("ok",)]:
            raise file.damaged("SQLite's own check")
        names = _names(file)
        records = _records(file, names)
        digest = digest_of(file.connection)
    except (sqlite3.Error, ValueError, RecursionError, TypeError):
        raise file.damaged() from None
    known = file.contents
    if (len(names), records, digest) != (known.names, known.records, known.digest):
        raise file.damaged("it is not what its table of contents says")
    return names


def _names(file: IndexFile) -> dict[str, tuple[int, ...]]:
    names: dict[str, tuple[int, ...]] = {}
    count = 0
    for number, piece in file.connection.execute("SELECT number, piece FROM buckets ORDER BY number"):
        bucket = unpack_bucket(number, piece)
        if number != count or any(bucket_of(key, file.contents.buckets) != number for key in bucket):
            raise ValueError("a bucket stands where another should")
        names |= bucket
        count += 1
    if count != file.contents.buckets:
        raise ValueError("a bucket is missing")
    return names


def _records(file: IndexFile, names: dict[str, tuple[int, ...]]) -> int:
    count = 0
    listed = sum(map(len, names.values()))
    for number, piece in file.connection.execute("SELECT number, piece FROM records"):
        advisory = unpack(unseal("record", number, piece))
        keys = {key_of(a.ecosystem, normalised(a.ecosystem, a.name)) for a in advisory.affected}
        if any(number not in names.get(key, ()) for key in keys):
            raise ValueError("a record is not listed under a package that it names")
        listed -= len(keys)
        count += 1
    if listed:
        raise ValueError("a record is listed under a package that it does not name")
    return count


def digest_of(connection: sqlite3.Connection) -> str:
    """
    A checksum over the numbers and checksums of all buckets and records, in their order, and over the
    entries.
    """
    digest = hashlib.blake2b(digest_size=SUM)
    for table in ("buckets", "records"):
        query = f"SELECT number, substr(piece, 1, {SUM}) FROM {table} ORDER BY number"  # noqa: S608 - ours
        for number, start in connection.execute(query):
            digest.update(b"%d " % number + start)
    for row in connection.execute("SELECT * FROM entries ORDER BY number"):
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
