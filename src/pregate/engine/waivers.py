"""What the repository says of findings, from the revisions that a change set names: the baseline."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Protocol

from pregate.baseline import PATH as BASELINE
from pregate.baseline import growth, parse_baseline
from pregate.errors import UsageError
from pregate.model import BaselineEntry, Blob, ChangeSet, Mode, Unread
from pregate.policy import Waivers

LARGEST = 32 * 1024 * 1024
"""Bytes of a baseline that is read: some 200,000 entries."""


class Files(Protocol):
    """Files of a revision, as ``pregate.changes`` has them."""

    def find(self, revision: str, path: str) -> Blob | None:
        """The blob at ``path`` in a revision."""
        ...

    def find_all(self, revision: str, paths: Iterable[str]) -> Mapping[str, Blob]:
        """The blobs at those of ``paths`` that a revision has."""
        ...

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a blob of at most ``limit`` bytes, or why there are none."""
        ...


def gather(files: Files, change: ChangeSet) -> Waivers:
    """
    The baseline of the trusted revision, and what the change adds to it. Raises UsageError, naming the file
    and the line, when one of them cannot be used.
    """
    baseline = _baseline(files, change.trusted)
    after = _baseline(files, change.head) if change.compared else baseline
    paths = {entry.path for entry in baseline}
    return Waivers(
        today=datetime.datetime.now(datetime.UTC).date().isoformat(),
        baseline=baseline,
        growth=growth(baseline, after),
        absent=absent_of(files, change.head, paths),
    )


def absent_of(files: Files, revision: str, paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` at which a revision has no file."""
    wanted = set(paths)
    return frozenset(wanted.difference(files.find_all(revision, sorted(wanted)))) if wanted else frozenset()


def _baseline(files: Files, revision: str) -> tuple[BaselineEntry, ...]:
    data = read_file(files, revision, BASELINE, LARGEST)
    return parse_baseline(data) if data is not None else ()


def read_file(files: Files, revision: str, path: str, limit: int) -> bytes | None:
    """
    The bytes of an ordinary file in a revision; None where there is none. Raises UsageError when it cannot be
    read.
    """
    blob = files.find(revision, path)
    if blob is None or blob.mode not in (Mode.FILE, Mode.EXECUTABLE):
        return None
    data = files.read(blob, limit)
    if isinstance(data, Unread):
        raise UsageError(
            f"{path}: cannot be read: {data.detail or data.reason.value}", "Mend the file or remove it."
        )
    return data
