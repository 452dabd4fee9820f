"""
What a run did not look at, for formats that know findings alone: without it a report of a run that saw
nothing would read like an all-clear.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.model import (
    CheckSummary,
    Completed,
    Decision,
    Failed,
    Skipped,
    SkipReason,
    UnreadReason,
    Verdict,
)
from pregate.records import dataclass
from pregate.report.visible import one_line, sentence
from pregate.report.words import (
    BY_NATURE,
    NOTHING_SCANNED,
    analysed,
    headline,
    skip_words,
    unread_of,
    unread_words,
)

# What policy tolerates unless it is told otherwise.
_TOLERABLE = BY_NATURE | {UnreadReason.NOT_AUDITED}


@dataclass(frozen=True, slots=True)
class Hole:
    """
    A file, the line of one, or a whole check (``path`` is ``""``) that was not looked at, with the reason.

    ``counts`` holds where it makes the run incomplete. ``check`` is ``""`` for what is of no single check.
    """

    check: str
    path: str
    line: int
    words: str
    counts: bool


def holes_of(verdict: Verdict) -> tuple[Hole, ...]:
    """
    What was not looked at, in the order of the checks. Files that no check could have read (binary ones) are
    left out unless policy minds them.

    An incomplete verdict has at least one that counts, and only such a verdict has any.
    """
    is_incomplete = verdict.decision is Decision.INCOMPLETE
    found = [hole for summary in verdict.checks for hole in _of_check(summary, is_incomplete=is_incomplete)]
    if is_incomplete and not any(hole.counts for hole in found):
        found.append(Hole("", "", 0, headline(verdict), counts=True))
    if not is_incomplete and analysed(verdict) == 0:
        found.append(Hole("", "", 0, sentence(NOTHING_SCANNED), counts=False))
    return tuple(found)


def _of_check(summary: CheckSummary, *, is_incomplete: bool) -> Iterator[Hole]:
    match summary.outcome:
        case Failed(message=message, hint=hint):
            words = " ".join(sentence(one_line(part)) for part in (message, hint) if part.strip())
            told = f"the {one_line(summary.check)} check failed: {words}"
            yield Hole(summary.check, "", 0, told, counts=is_incomplete)
        case Skipped(reason=reason):
            # Only the configuration knows whether the check was required: a run that is incomplete for no
            # other reason tells it in words of its own.
            if reason is not SkipReason.NO_TARGETS:
                yield Hole(summary.check, "", 0, skip_words(summary), counts=False)
        case Completed():
            yield from _of_files(summary, is_incomplete=is_incomplete)


def _of_files(summary: CheckSummary, *, is_incomplete: bool) -> Iterator[Hole]:
    """
    A summary tells how many of its gaps policy minds, not which: those that it minds by default come first.
    """
    unread = unread_of(summary)
    serious = sum(u.reason not in _TOLERABLE for u in unread)
    gaps = summary.gaps if is_incomplete else 0
    for gap in unread:
        counts = gaps > 0 and (gap.reason not in _TOLERABLE or gaps > serious)
        if counts or gap.reason not in BY_NATURE:
            yield Hole(summary.check, gap.path, gap.line, unread_words(gap), counts)
