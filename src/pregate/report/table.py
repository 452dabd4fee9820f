"""
The table of checks that the console report and the Markdown summary share: words and numbers of ours only.
"""

from __future__ import annotations

from typing import assert_never

from pregate.model import CheckSummary, Completed, Failed, Outcome, Skipped, State, Verdict
from pregate.report.words import counts_of, unread_of

STATES = (State.NEW, State.PRE_EXISTING, State.SUPPRESSED, State.BELOW_THRESHOLD)
HEADINGS = (
    "check", "outcome", "concerned", "analysed", "unread", "cached",
    "new", "pre-existing", "suppressed", "below", "seconds",
)  # fmt: skip
STABLE = tuple(h for h in HEADINGS if h not in ("cached", "seconds"))
"""Those that depend on what was judged alone, not on the machine and what it had judged before."""


def check_table(verdict: Verdict, wanted: tuple[str, ...] = HEADINGS) -> list[tuple[str, ...]]:
    """
    Headings, then a row per check; of the columns, those in ``wanted``.

    A check that was skipped has dashes where numbers would look like an all-clear; one that failed has none
    for its findings. Where no base was compared, "new" is headed "found".
    """
    headings = tuple("found" if h == "new" and not verdict.compared else h for h in HEADINGS)
    chosen = [HEADINGS.index(h) for h in wanted]
    return [tuple(row[n] for n in chosen) for row in (headings, *(_row(s) for s in verdict.checks))]


def outcome_word(outcome: Outcome) -> str:
    """``completed``, ``skipped`` or ``FAILED``."""
    match outcome:
        case Completed():
            return "completed"
        case Skipped():
            return "skipped"
        case Failed():
            return "FAILED"
        case _:
            assert_never(outcome)


def _row(summary: CheckSummary) -> tuple[str, ...]:
    outcome = summary.outcome
    name = (summary.check, outcome_word(outcome))
    if isinstance(outcome, Skipped):
        return (*name, *("-" for _ in HEADINGS[2:]))
    counts = counts_of(outcome)
    unread = len({u.path for u in unread_of(summary)})
    files = (counts.concerned, counts.analysed, unread, counts.cached)
    tallies = ["-" if isinstance(outcome, Failed) else f"{summary.count(s):,}" for s in STATES]
    return (*name, *(f"{n:,}" for n in files), *tallies, f"{counts.seconds:.2f}")
