"""What the repository's suppressions file says, before and after a change, read without trusting either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pregate.errors import UsageError
from pregate.model import Blob, ChangeSet, Mode, Suppression, Unread
from pregate.suppressions.file import LIMIT, PATH, SuppressionFile, load_suppressions


class _Source(Protocol):
    def read(self, blob: Blob, limit: int) -> bytes | Unread: ...

    def find(self, revision: str, path: str) -> Blob | None: ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    The entries of the suppressions file in the head and ``before`` the change (the same where nothing is
    compared), and the ``salt`` of the repository: that of the trusted revision, else the head's.
    """

    salt: bytes = b""
    suppressions: tuple[Suppression, ...] = ()
    before: tuple[Suppression, ...] = ()


NOTHING = Recorded()


def recorded(source: _Source, change: ChangeSet) -> Recorded:
    """
    What the file holds on both sides of a change. Raises UsageError where the head's cannot be used; a
    trusted one that cannot counts for nothing, or no change could mend it.
    """
    trusted, head = (source.find(revision, PATH) for revision in (change.trusted, change.head))
    if trusted is None and head is None:
        return NOTHING
    after = _file_at(source, head, "")
    if trusted == head or (trusted and head and trusted.oid and trusted.oid == head.oid):
        return Recorded(after.salt, after.suppressions, after.suppressions)
    try:
        before = _file_at(source, trusted, f" at {change.trusted[:12]}")
    except UsageError:
        before = SuppressionFile()
    entries = before.suppressions if change.compared else after.suppressions
    return Recorded(before.salt or after.salt, after.suppressions, entries)


def _file_at(source: _Source, blob: Blob | None, where: str) -> SuppressionFile:
    if blob is None:
        return SuppressionFile()
    if blob.mode not in (Mode.FILE, Mode.EXECUTABLE):
        raise UsageError(f"{PATH}{where}: is no plain file", "Make it one: links are not followed.")
    data = source.read(blob, LIMIT)
    if isinstance(data, Unread):
        words = data.detail or data.reason.value
        raise UsageError(f"{PATH}{where}: cannot be read: {words}", "Mend the file or remove it.")
    return load_suppressions(data)
