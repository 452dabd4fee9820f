"""Records fetched before, one file each. A damaged or foreign entry is discarded: it only costs a request."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from pregate.lockfiles.model import Advisory
from pregate.lockfiles.osv import MalformedRecordError, is_advisory_id, parse_advisory

_LONGEST_KEY = 64


class Seal(Protocol):
    """Makes checksums that bind what is kept to its key and to whoever kept it."""

    def sum(self, key: bytes, value: bytes) -> bytes:
        """The checksum of a value under its key."""
        ...


class RecordStore:
    """
    A folder of records, by id and time of modification.

    An entry serves as long as the database names the same ``modified``, but not longer than ``max_age``
    seconds after it was fetched. With a ``seal`` a file begins with a line that holds its checksum, and one
    without it is not believed. ``others`` are folders that are read too and never written, each with its own.
    """

    def __init__(
        self,
        folder: Path,
        max_age: float,
        seal: Seal | None = None,
        others: Sequence[tuple[Path, Seal]] = (),
    ) -> None:
        self._folder = folder
        self._max_age = max_age
        self._seal = seal
        self._places: tuple[tuple[Path, Seal | None], ...] = ((folder, seal), *others)

    def load(self, identifier: str, modified: str) -> Advisory | None:
        """The record, or None when it is not there, is of another time, too old, or damaged."""
        if not modified:
            return None
        for data in self._kept(identifier):
            if advisory := self._parsed(data, identifier, modified):
                return advisory
        return None

    def _kept(self, identifier: str) -> Iterator[bytes]:
        for folder, seal in self._places:
            try:
                data = (folder / _name(identifier)).read_bytes()
            except (OSError, ValueError):
                continue
            if seal is None:
                yield data
                continue
            line, _, data = data.partition(b"\n")
            if line == seal.sum(identifier.encode()[:_LONGEST_KEY], data).hex().encode():
                yield data

    def _parsed(self, data: bytes, identifier: str, modified: str) -> Advisory | None:
        try:
            entry = json.loads(data)
            fetched, record = entry["fetched"], entry["record"]
            fresh = entry["modified"] == modified and 0 <= time.time() - fetched <= self._max_age
            advisory = parse_advisory(record)
        except (ValueError, RecursionError, LookupError, TypeError, MalformedRecordError):
            return None
        return advisory if fresh and advisory.id == identifier else None

    def save(self, identifier: str, modified: str, record: object) -> None:
        """Keeps a record; a folder that cannot be written is no failure, the next run asks again."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            data = json.dumps({"fetched": time.time(), "modified": modified, "record": record}).encode()
            if self._seal:
                data = self._seal.sum(identifier.encode()[:_LONGEST_KEY], data).hex().encode() + b"\n" + data
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(self._folder / _name(identifier))
            finally:
                Path(name).unlink(missing_ok=True)  # it is gone where it was moved

    def prune(self) -> None:
        """Deletes entries that are too old to serve."""
        with contextlib.suppress(OSError):
            oldest = time.time() - self._max_age
            for path in self._folder.iterdir():
                with contextlib.suppress(OSError):
                    if path.stat().st_mtime < oldest:
                        path.unlink()


def _name(identifier: str) -> str:
    if not is_advisory_id(identifier):
        raise ValueError("not an identifier")
    return quote(identifier, safe="") + ".json"
