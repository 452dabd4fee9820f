"""
What the repository says of findings, its suppressions file and its baseline, before and after a change, read
without trusting either.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from pregate import baseline
from pregate.errors import UsageError
from pregate.model import BaselineEntry, Blob, ChangedFile, ChangeSet, Mode, Suppression, Unread
from pregate.policy import Waivers
from pregate.records import dataclass, replace
from pregate.suppressions import PATH, is_glob

if TYPE_CHECKING:
    from pregate.suppressions.file import SuppressionFile

BASELINE_LIMIT = 32 << 20
"""Bytes of a baseline that is read: some 200,000 entries."""


_MOST_GLOBS = 100


class _Source(Protocol):
    def read(self, blob: Blob, limit: int) -> bytes | Unread: ...

    def find(self, revision: str, path: str) -> Blob | None: ...

    def find_all(self, revision: str, paths: Iterable[str]) -> Mapping[str, Blob]: ...

    def listing(self, revision: str) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    The entries of the suppressions file in the head and ``before`` the change (the same where nothing is
    compared), and the ``salt`` of the repository: that of the trusted revision, else the head's.
    ``baseline`` is the head's, looked up with it: in the index each look costs a process of git.
    """

    salt: bytes = b""
    suppressions: tuple[Suppression, ...] = ()
    before: tuple[Suppression, ...] = ()
    baseline: Blob | None = None


def recorded(source: _Source, change: ChangeSet) -> Recorded:
    """
    What the file holds on both sides of a change. Raises UsageError where the head's cannot be used; a
    trusted one that cannot counts for nothing, or no change could mend it.
    """
    heads = source.find_all(change.head, (PATH, baseline.PATH))
    trusted, head, kept = source.find(change.trusted, PATH), heads.get(PATH), heads.get(baseline.PATH)
    if trusted is None and head is None:
        return Recorded(baseline=kept)
    from pregate.suppressions.file import SuppressionFile

    after = _file_at(source, head, "")
    if trusted == head or (trusted and head and trusted.oid and trusted.oid == head.oid):
        return Recorded(after.salt, after.suppressions, after.suppressions, kept)
    try:
        before = _file_at(source, trusted, f" at {change.trusted[:12]}")
    except UsageError:
        before = SuppressionFile()
    entries = before.suppressions if change.compared else after.suppressions
    return Recorded(before.salt or after.salt, after.suppressions, entries, kept)


def widened(source: _Source, change: ChangeSet, told: Recorded) -> ChangeSet:
    """
    The change set with the files of the entries that it adds, alters or takes away: what these accept, or no
    longer do, is judged although the files themselves stay as they are.
    """
    if not change.compared:
        return change
    sides = ({_content(entry): entry for entry in side} for side in (told.suppressions, told.before))
    after, before = sides
    paths = {key[1] for key in after.keys() ^ before.keys()}
    if not paths:
        return change
    literal = {path for path in paths if not is_glob(path)}
    if globs := paths - literal:
        listing = source.listing(change.head)
        # Whoever writes very many makes the whole tree judged, and no work beyond that.
        is_all = len(globs) > _MOST_GLOBS
        literal.update(p for p in listing if is_all or any(fnmatch.fnmatchcase(p, g) for g in globs))
    literal -= {file.path for file in change.files}
    heads = source.find_all(change.head, sorted(literal))
    bases = source.find_all(change.trusted, sorted(heads))
    more = (ChangedFile(blob, (bases[path],) if path in bases else ()) for path, blob in heads.items())
    return replace(change, files=(*change.files, *more))


def _content(entry: Suppression) -> tuple[str, ...]:
    """What an entry says, wherever it stands in its file."""
    words = (entry.reason, entry.owner, entry.until, str(entry.count))
    return (entry.rule, entry.path, entry.anchor, entry.witness, *words)


def waivers_of(source: _Source, change: ChangeSet, told: Recorded) -> Waivers:
    """
    What was said of findings before this run, as of today in UTC. Raises UsageError when the head's baseline
    cannot be used.
    """
    is_trusted = change.trusted != change.head
    before = _baseline_at(source, source.find(change.trusted, baseline.PATH), is_trusted=is_trusted)
    after = _baseline_at(source, told.baseline) if change.compared else before
    paths = {entry.path for entry in (*told.suppressions, *told.before)}
    return Waivers(
        today=time.strftime("%Y-%m-%d", time.gmtime()),
        suppressions=told.suppressions,
        before=told.before,
        baseline=before,
        growth=baseline.growth(before, after),
        absent=absent_of(source, change.head, paths) | _absent(source, change.head, before),
    )


def _baseline_at(
    source: _Source, blob: Blob | None, *, is_trusted: bool = False
) -> tuple[BaselineEntry, ...]:
    """A version of the baseline; a trusted one that cannot be used counts for nothing, as above."""
    if blob is None:
        return ()
    try:
        return baseline.parse_baseline(_bytes_of(source, blob, baseline.PATH, BASELINE_LIMIT))
    except UsageError:
        if is_trusted:
            return ()
        raise


def _absent(source: _Source, revision: str, entries: Iterable[BaselineEntry]) -> frozenset[str]:
    paths = {entry.path for entry in entries}
    return frozenset(paths.difference(source.find_all(revision, sorted(paths)))) if paths else frozenset()


def absent_of(source: _Source, revision: str, paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` at which ``revision`` holds nothing; none of them stands for several."""
    literal = sorted({path for path in paths if path and not is_glob(path)})
    return frozenset(literal).difference(source.find_all(revision, literal)) if literal else frozenset()


def _file_at(source: _Source, blob: Blob | None, where: str) -> SuppressionFile:
    from pregate.suppressions.file import LIMIT, SuppressionFile, load_suppressions

    if blob is None:
        return SuppressionFile()
    return load_suppressions(_bytes_of(source, blob, f"{PATH}{where}", LIMIT))


def _bytes_of(source: _Source, blob: Blob, name: str, limit: int) -> bytes:
    if blob.mode not in (Mode.FILE, Mode.EXECUTABLE):
        raise UsageError(f"{name}: is no plain file", "Make it one: links are not followed.")
    data = source.read(blob, limit)
    if isinstance(data, Unread):
        words = data.detail or data.reason.value
        raise UsageError(f"{name}: cannot be read: {words}", "Mend the file or remove it.")
    return data
