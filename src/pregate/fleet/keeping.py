"""
The results of runs, in a directory (:mod:`pregate.fleet.folder`) or a bucket:

    records/SLUG.json          what became of a repository, the last time
    results/SLUG/COMMIT.json   the JSON report of a scan
    parts/SLUG/…               what parts of it found that are not put together yet
    fleet.json, .md, .csv      the report on all of them

One process writes them, each whole or not at all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Protocol

from pregate import __version__
from pregate.changes.hints import is_id
from pregate.fleet.model import Record, Repository, State
from pregate.fleet.part_store import PartStore
from pregate.fleet.records import SCHEMA, document_of, record_of
from pregate.fleet.tasks import Answer
from pregate.model import Decision
from pregate.records import replace

_RECORD_MAX = 1 << 20


class Store(Protocol):
    """
    A place for results. Names are relative, with slashes, of letters, digits, dots, hyphens and underscores.
    """

    @property
    def readers(self) -> int:
        """How many threads may read at a time with profit."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """The place for the time of a run; made, looked at or locked as it needs. Raises PregateError."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is a result of that name."""
        ...

    def sizes(self, folder: str) -> Mapping[str, int]:
        """What is there below a folder: whole names, and how many bytes each has. Raises PregateError."""
        ...

    def remove(self, name: str) -> None:
        """Takes a result away; one that is not there is no error. Raises PregateError."""
        ...

    def read(self, name: str, limit: int) -> bytes | None:
        """The first ``limit`` bytes of a result, ``None`` where there is none. May raise PregateError."""
        ...

    def write(self, name: str, data: bytes, *, compressed: bool = False) -> None:
        """
        Writes a result whole or not at all; ``compressed`` data (zlib) as they were before. Raises
        PregateError.
        """
        ...


class Results:
    """Results in a store, for runs with options of this ``digest``; used while the store is held."""

    def __init__(self, store: Store, digest: str) -> None:
        self._store = store
        self._digest = digest

    def held(self) -> AbstractContextManager[None]:
        """As the store says."""
        return self._store.held()

    def parts_for(self, repositories: Sequence[Repository], *, is_fresh: bool) -> PartStore:
        """What parts of these repositories have found already. Raises PregateError."""
        slugs = {repository.slug for repository in repositories}
        return PartStore(self._store, self._digest, slugs, is_fresh=is_fresh)

    def known_of(self, repositories: Sequence[Repository], max_age: float) -> Mapping[str, Record]:
        """Of those repositories that have one, the result that still holds, by the repository's slug."""
        with ThreadPoolExecutor(self._store.readers) as pool:
            found = pool.map(lambda repository: self.known(repository, max_age), repositories)
            pairs = zip(repositories, found, strict=True)
            return {repository.slug: record for repository, record in pairs if record}

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
        if not (is_ours and is_fresh and is_whole):
            return None
        ours = replace(record, repository=repository, is_kept=True)
        if not ours.commit:
            return replace(ours, report="")
        has_report = is_id(ours.commit) and self._store.has(_report(ours))
        return replace(ours, report=_report(ours)) if has_report else None

    def put(self, answer: Answer) -> Record:
        """Keeps an answer and gives its record, with the place of its report. Raises PregateError."""
        record = answer.record
        assert record is not None  # noqa: S101 - what is still as it was is not put again
        if answer.report:
            record = replace(record, report=_report(record))
            self._store.write(record.report, answer.report, compressed=True)
        document = {"schema": SCHEMA, **document_of(record)}
        self._store.write(_record(record.repository), (json.dumps(document, indent=1) + "\n").encode())
        return record

    def write(self, name: str, text: str) -> None:
        """Writes a report on the fleet. Raises PregateError."""
        self._store.write(name, text.encode("utf-8", "backslashreplace"))

    def _read(self, repository: Repository) -> Record | None:
        data = self._store.read(_record(repository), _RECORD_MAX)
        if data is None:
            return None
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            return None
        is_ours = isinstance(document, dict) and document.get("schema") == SCHEMA
        return record_of(document) if is_ours else None


def _record(repository: Repository) -> str:
    return f"records/{repository.slug}.json"


def _report(record: Record) -> str:
    return f"results/{record.repository.slug}/{record.commit}.json"
