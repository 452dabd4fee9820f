"""
The directory of results, which one process writes:

    records/SLUG.json          what became of a repository, the last time
    results/SLUG/COMMIT.json   the JSON report of a scan
    fleet.json, .md, .csv      the report on all of them

Every file is written beside its place and moved there, so that a run which is ended at any moment leaves
whole files, and the next one goes on from them.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pregate import __version__
from pregate.changes.hints import is_id
from pregate.errors import PregateError, UsageError
from pregate.fleet.model import Record, Repository, State
from pregate.fleet.records import SCHEMA, document_of, record_of
from pregate.fleet.tasks import Answer
from pregate.model import Decision
from pregate.records import replace

_RECORD_MAX = 1 << 20
_CHUNK = 1 << 20


class Results:
    """Results in ``directory``, for runs with options of this ``digest``."""

    def __init__(self, directory: Path, digest: str) -> None:
        self._directory = directory
        self._digest = digest

    @contextmanager
    def held(self) -> Iterator[None]:
        """Makes the directory and keeps other runs out of it. Raises UsageError where one is there."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._directory / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PregateError(
                f"the directory of results cannot be used: {error.strerror}", "Name another: --results DIR."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise UsageError(
                "another run writes into this directory of results", "Wait for it, or name another."
            ) from error
        try:
            yield
        finally:
            os.close(handle)

    def known(self, repository: Repository, max_age: float) -> Record | None:
        """
        The result of an earlier run with this version and these options, not older than ``max_age`` seconds
        (0: of any age); only a verdict that is complete counts.
        """
        record = self._read(repository)
        if record is None or record.repository.address != repository.address:
            return None
        is_ours = (record.version, record.options) == (__version__, self._digest)
        age = time.time() - record.ended / 1000
        is_fresh = not max_age or -60 < age < max_age
        is_whole = record.state is State.SCANNED and record.decision in (Decision.PASSED, Decision.FAILED)
        has_report = not record.commit or (is_id(record.commit) and self._report(record).is_file())
        is_good = is_ours and is_fresh and is_whole and has_report
        return replace(record, repository=repository, is_kept=True) if is_good else None

    def put(self, answer: Answer) -> Record:
        """Keeps an answer and gives its record, with the place of its report. Raises PregateError."""
        record = answer.record
        assert record is not None  # noqa: S101 - what is still as it was is not put again
        try:
            if answer.report:
                place = self._report(record)
                _write(place, answer.report, compressed=True)
                record = replace(record, report=place.relative_to(self._directory).as_posix())
            document = {"schema": SCHEMA, **document_of(record)}
            _write(self._record(record.repository), (json.dumps(document, indent=1) + "\n").encode())
        except (OSError, zlib.error) as error:
            raise _unwritten(error) from error
        return record

    def write(self, name: str, text: str) -> Path:
        """Writes a report on the fleet and gives its path. Raises PregateError."""
        place = self._directory / name
        try:
            _write(place, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise _unwritten(error) from error
        return place

    def _read(self, repository: Repository) -> Record | None:
        try:
            with self._record(repository).open("rb") as file:
                document = json.loads(file.read(_RECORD_MAX))
        except (OSError, ValueError, RecursionError):
            return None
        is_ours = isinstance(document, dict) and document.get("schema") == SCHEMA
        return record_of(document) if is_ours else None

    def _record(self, repository: Repository) -> Path:
        return self._directory / "records" / f"{repository.slug}.json"

    def _report(self, record: Record) -> Path:
        return self._directory / "results" / record.repository.slug / f"{record.commit}.json"


def _unwritten(error: Exception) -> PregateError:
    words = getattr(error, "strerror", None) or type(error).__name__
    return PregateError(
        f"a result cannot be written: {words}", "Is there space, and may pregate write there?"
    )


def _write(place: Path, data: bytes, *, compressed: bool = False) -> None:
    """Writes the whole file or none; ``compressed`` data are written as they were before."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
            if compressed:
                stream = zlib.decompressobj()
                file.write(stream.decompress(data, _CHUNK))
                while stream.unconsumed_tail:
                    file.write(stream.decompress(stream.unconsumed_tail, _CHUNK))
                file.write(stream.flush())
            else:
                file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(place)
    finally:
        # It is gone where it was moved.
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
