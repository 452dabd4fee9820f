"""Records fetched before, one file each. A damaged or foreign entry is discarded: it only costs a request."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from pregate.lockfiles.model import Advisory
from pregate.lockfiles.osv import MalformedRecordError, is_advisory_id, parse_advisory


class RecordStore:
    """
    A folder of records, by id and time of modification.

    An entry serves as long as the database names the same ``modified``, but not longer than ``max_age``
    seconds after it was fetched.
    """

    def __init__(self, folder: Path, max_age: float) -> None:
        self._folder = folder
        self._max_age = max_age

    def load(self, identifier: str, modified: str) -> Advisory | None:
        """The record, or None when it is not there, is of another time, too old, or damaged."""
        if not modified:
            return None
        try:
            entry = json.loads(self._path(identifier).read_bytes())
            fetched, record = entry["fetched"], entry["record"]
            fresh = entry["modified"] == modified and 0 <= time.time() - fetched <= self._max_age
            advisory = parse_advisory(record)
        except (OSError, ValueError, RecursionError, LookupError, TypeError, MalformedRecordError):
            return None
        return advisory if fresh and advisory.id == identifier else None

    def save(self, identifier: str, modified: str, record: object) -> None:
        """Keeps a record; a folder that cannot be written is no failure, the next run asks again."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            data = json.dumps({"fetched": time.time(), "modified": modified, "record": record}).encode()
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(self._path(identifier))
            except OSError:
                Path(name).unlink(missing_ok=True)

    def prune(self) -> None:
        """Deletes entries that are too old to serve."""
        with contextlib.suppress(OSError):
            oldest = time.time() - self._max_age
            for path in self._folder.iterdir():
                with contextlib.suppress(OSError):
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    def _path(self, identifier: str) -> Path:
        if not is_advisory_id(identifier):
            raise ValueError("not an identifier")
        return self._folder / (quote(identifier, safe="") + ".json")
