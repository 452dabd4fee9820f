"""
What was found in many commits, told once: at the commit that brought it first, with what has become of it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from pregate.engine.commit_records import Record, Tally
from pregate.model import Blob, Candidate, Finding, Unread
from pregate.records import dataclass, replace
from pregate.secrets.text import decode

REMEDY_GONE = (
    "Revoke or rotate it first: it is in the history, and whoever has cloned the repository has it. Only "
    "then may rewriting the history (`git filter-repo`) be worth its price: every clone and every open "
    "branch has to follow."
)
REMEDY_THERE = (
    "Revoke or rotate it first, then take it out of the files: the history keeps it, and whoever has cloned "
    "the repository has it."
)
_SHORT = 8
_SNIFFED = 8000

Key = tuple[str, str, bytes]


def key_of(finding: Finding) -> Key:
    """What makes a secret in a file one: its rule, the file, its value."""
    return finding.rule.id, finding.location.path, finding.discriminator


@dataclass(slots=True)
class _Entry:
    """One secret in one file: where it came first, and how often it came."""

    first: Finding
    last: str = ""
    commits: int = 0
    places: int = 0
    accepted: Finding | None = None  # what the last commit that wrote it says: the finding, suppressed
    is_mixed: bool = False
    is_settled: bool = False


class Collection:
    """Takes records, oldest first."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.unread: dict[Unread, None] = {}
        self._entries: dict[Key, _Entry] = {}

    def add(self, record: Record) -> None:
        """Counts one more commit."""
        self.tally += record.tally
        self.unread.update(dict.fromkeys(record.analysis.unread))
        written: dict[Key, Finding | None] = {}
        for finding in record.findings():
            key = key_of(finding)
            entry = self._entries.setdefault(key, _Entry(finding))
            entry.commits += entry.last != record.commit
            entry.last = record.commit
            entry.places += 1
            if not finding.suppressed_by:
                written[key] = None
            else:
                written.setdefault(key, finding)
        for key, accepted in written.items():
            entry = self._entries[key]
            entry.is_mixed = entry.is_mixed or (entry.commits > 1 and bool(accepted) != bool(entry.accepted))
            entry.accepted = accepted

    @property
    def firsts(self) -> list[Finding]:
        """The first finding of each secret in each file."""
        return [entry.first for entry in self._entries.values()]

    @property
    def mixed(self) -> set[str]:
        """The files with secrets that were accepted at one time and not at another."""
        return {entry.first.location.path for entry in self._entries.values() if entry.is_mixed}

    def settle(self, finding: Finding) -> None:
        """Takes what the head says of a secret for its last word."""
        entry = self._entries.get(key_of(finding))
        if entry and entry.is_mixed:
            is_bare = entry.is_settled and not entry.accepted
            entry.accepted = finding if finding.suppressed_by and not is_bare else None
            entry.is_settled = True

    def candidates(
        self, standing: Mapping[bytes, str | None], times: Mapping[str, int]
    ) -> Iterator[Candidate]:
        """
        Each secret as reports tell it. ``standing`` has, by a value's digest, the path in the head where it
        stands, ``""`` where it stands nowhere and ``None`` where that is not known; ``times`` when commits
        were written.
        """
        seen: Counter[tuple[str, str, str]] = Counter()
        for entry in self._entries.values():
            finding = _told(entry, standing.get(entry.first.discriminator), times)
            place = (finding.rule.id, finding.location.path, finding.anchor)
            finding = replace(finding, ordinal=seen[place])
            seen[place] += 1
            yield Candidate(finding, introduced=True, in_diff=False)


def _told(entry: _Entry, path: str | None, times: Mapping[str, int]) -> Finding:
    first = entry.first
    day = _day(times.get(first.commit))
    where = _whereabouts(path, first.location.path)
    again = f", and brought again by {entry.commits - 1} more" if entry.commits > 1 else ""
    properties = [("author-date", day)] if day else []
    properties += [("in-head", "unknown" if path is None else "yes" if path else "no")]
    properties += [("head-path", path)] if path else []
    properties += [("commits", str(entry.commits)), ("places", str(entry.places))]
    accepted = entry.accepted
    added = f"added in commit {first.commit[:12]}{f' of {day}' if day else ''}"
    return replace(
        first,
        message=f"{first.message}, {added}{again}; {where}",
        remedy=REMEDY_THERE if path else REMEDY_GONE,
        properties=(*first.properties, *properties),
        suppressed_by=accepted.suppressed_by if accepted else "",
        suppression=accepted.suppression if accepted else None,
    )


def _whereabouts(path: str | None, own: str) -> str:
    if path is None:
        return "whether HEAD has it is not known"
    if not path:
        return "not in HEAD any more, but it stays in the history"
    return "still in HEAD" if path == own else f"still in HEAD, in `{path}`"


def _day(seconds: int | None) -> str:
    if seconds is None:
        return ""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        return ""


def standing_in(
    head: Iterable[Blob], values: Mapping[bytes, tuple[str, frozenset[str]]], read: Callable[[Blob], bytes]
) -> dict[bytes, str]:
    """
    Where in the head each value stands: its path, or ``""``. ``values`` has the texts by digest, with the
    paths at which they were found; a short one is looked for only there, since it may stand elsewhere by
    chance. The files at those paths come first: most of what still stands has not moved.
    """
    found = dict.fromkeys(values, "")
    needles = {mark: _bytes_of(text) for mark, (text, _) in values.items() if text}
    homes = {path for _, paths in values.values() for path in paths}
    blobs = list(head)
    missing = set(needles)
    for blob in sorted(blobs, key=lambda blob: blob.path not in homes):
        if not missing:
            break
        wanted = [m for m in missing if len(values[m][0]) >= _SHORT or blob.path in values[m][1]]
        data = _searchable(read(blob)) if wanted else b""
        for mark in wanted:
            if any(needle in data for needle in needles[mark]):
                found[mark] = blob.path
                missing.discard(mark)
    return found


def _bytes_of(text: str) -> tuple[bytes, ...]:
    data = text.encode("utf-8", "surrogatepass")
    try:
        return (data,) if text.isascii() else (data, text.encode("latin-1"))
    except UnicodeEncodeError:
        return (data,)


def _searchable(data: bytes) -> bytes:
    """Text in one of its wider encodings is made UTF-8."""
    if b"\0" in data[:_SNIFFED]:
        return decode(data).encode("utf-8", "surrogatepass")
    return data
