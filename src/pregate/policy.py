"""
What the outcomes of the checks mean for the gate: pure, computed once, by nothing but the outcomes and the
configuration.

Adding a finding never improves a verdict, suppressing one never worsens it, and the order of files and
checks is irrelevant.
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from pregate.config import Config
from pregate.model import (
    BaselineEntry,
    Candidate,
    ChangeSet,
    CheckSummary,
    Completed,
    Decision,
    Failed,
    Judged,
    Outcome,
    Severity,
    Skipped,
    SkipReason,
    State,
    Suppression,
    Unread,
    UnreadReason,
    Verdict,
)

# Properties of findings that come first: what attackers use or have made.
URGENT = ("known-exploited", "malicious")


@dataclass(frozen=True, slots=True)
class Waivers:
    """
    What the repository has said of findings before this run, for :func:`decide`.

    ``today`` is a day such as ``2027-01-31``; ``""``: nothing expires. ``suppressions`` are those of the
    suppressions file as the change leaves it, ``before`` those as it was (the same where nothing is
    compared). ``baseline`` is that of the trusted revision, ``growth`` what the change adds to it. ``absent``
    are the paths that these name and that the head does not hold: their findings may have moved.
    """

    today: str = ""
    suppressions: tuple[Suppression, ...] = ()
    before: tuple[Suppression, ...] = ()
    baseline: tuple[BaselineEntry, ...] = ()
    growth: tuple[BaselineEntry, ...] = ()
    absent: frozenset[str] = frozenset()


NO_WAIVERS = Waivers()


def decide(
    outcomes: Sequence[Outcome],
    config: Config,
    change: ChangeSet,
    seconds: float = 0.0,
    waivers: Waivers = NO_WAIVERS,  # noqa: ARG001
) -> Verdict:
    """
    The verdict on a change set: every finding with its state, and why the gate passes, fails or is
    incomplete.

    Incomplete outranks failed: a run that could not look everywhere has no business saying how much it found.
    """
    judged = sorted((judge(c, config) for o in outcomes for c in _candidates(o)), key=_order)
    gaps = [(o.check, u) for o in outcomes if isinstance(o, Completed) for u in untolerated(o.unread, config)]
    blocking = [j for j in judged if j.state is State.NEW]
    holes = [*_holes(outcomes, config), *_gap_reasons(gaps)]
    reasons = [*holes, *_finding_reasons(blocking, config, change)]
    if holes:
        decision = Decision.INCOMPLETE
    else:
        decision = Decision.FAILED if blocking else Decision.PASSED
    return Verdict(
        decision=decision,
        reasons=tuple(reasons or _quiet_reasons(outcomes, judged, config, change)),
        findings=tuple(judged),
        checks=tuple(_summary(o, judged, sum(check == o.check for check, _ in gaps)) for o in outcomes),
        fail_on=config.fail_on,
        change=change.description,
        compared=change.compared,
        head=change.head,
        seconds=seconds,
    )


def judge(candidate: Candidate, config: Config) -> Judged:
    """
    The finding with its state. One of unknown severity that policy ignores is suppressed in so many words:
    it is counted, and not shown.
    """
    finding = candidate.finding
    is_ignored = finding.severity is Severity.UNKNOWN and config.dependencies.unknown_severity == "ignore"
    if is_ignored and not finding.suppressed_by:
        finding = replace(finding, suppressed_by="policy: unknown-severity is ignore")
        candidate = replace(candidate, finding=finding)
    return Judged(finding, state_of(candidate, config), candidate.in_diff, candidate.introduced)


def state_of(candidate: Candidate, config: Config) -> State:
    """Suppressed before pre-existing before the threshold: the first that holds."""
    finding = candidate.finding
    if finding.suppressed_by:
        return State.SUPPRESSED
    if not candidate.introduced:
        return State.PRE_EXISTING
    if config.fail_on == "none" or finding.excused:
        return State.BELOW_THRESHOLD
    if finding.severity is Severity.UNKNOWN:
        return State.NEW if config.dependencies.unknown_severity == "fail" else State.BELOW_THRESHOLD
    at_least = Severity[config.fail_on.upper()]
    return State.NEW if finding.severity >= at_least else State.BELOW_THRESHOLD


def untolerated(unread: Iterable[Unread], config: Config) -> tuple[Unread, ...]:
    """Those of ``unread`` that make a run incomplete."""
    tolerated = {*config.tolerate_unread}
    tolerated |= {UnreadReason.NOT_EVALUATED.value} if config.iam.unknown == "report" else set()
    return tuple(
        u
        for u in unread
        if u.reason.value not in tolerated
        and not any(fnmatch.fnmatchcase(u.path, glob) for glob in config.allow_unread)
    )


def _candidates(outcome: Outcome) -> tuple[Candidate, ...]:
    return outcome.candidates if isinstance(outcome, Completed) else ()


def _order(judged: Judged) -> tuple[object, ...]:
    f = judged.finding
    rank = list(State).index(judged.state)
    place = (f.location, f.rule.id, f.ordinal, f.commit, f.message)
    names = {name for name, _ in f.properties}
    is_calm = names.isdisjoint(URGENT)
    return (rank, is_calm, -f.severity, *place, f.suppressed_by, not judged.in_diff, not judged.introduced)


def _holes(outcomes: Sequence[Outcome], config: Config) -> list[str]:
    reasons = []
    for outcome in outcomes:
        match outcome:
            case Failed(check=check, message=message):
                reasons.append(f"the {check} check failed: {message}")
            case Skipped(check=check, reason=reason):
                if check in config.require and reason is not SkipReason.NO_TARGETS:
                    reasons.append(f"the {check} check is required and was skipped: {reason.value}")
            case Completed():
                pass
            case _ as never:
                assert_never(never)
    return reasons


def _gap_reasons(gaps: Sequence[tuple[str, Unread]]) -> list[str]:
    if not gaps:
        return []
    files = {u.path for _, u in gaps}
    words = Counter(u.reason.value for _, u in dict.fromkeys(gaps))
    what = ", ".join(f"{n} {word}" for word, n in sorted(words.items()))
    return [f"{_many(len(files), 'file')} could not be read in full ({what})"]


def _finding_reasons(blocking: Sequence[Judged], config: Config, change: ChangeSet) -> list[str]:
    if not blocking:
        return []
    by_check = Counter(j.finding.rule.check for j in blocking)
    what = ", ".join(f"{n} {check}" for check, n in by_check.items())
    new = "new finding" if change.compared else "finding"
    return [f"{_many(len(blocking), new)} at or over {config.fail_on} ({what})"]


def _quiet_reasons(
    outcomes: Sequence[Outcome], judged: Sequence[Judged], config: Config, change: ChangeSet
) -> list[str]:
    if not any(isinstance(o, Completed) and o.counts.analysed for o in outcomes):
        had_files = change.files or any(isinstance(o, Completed) for o in outcomes)
        return [_why_nothing(outcomes, change) if had_files else "there was nothing to scan"]
    fresh = "new finding" if change.compared else "finding"
    below = sum(j.state is State.BELOW_THRESHOLD for j in judged)
    if not below:
        return [f"no {fresh}s"]
    unknown = sum(j.state is State.BELOW_THRESHOLD and j.finding.severity is Severity.UNKNOWN for j in judged)
    words = f"{_many(below, fresh)}{f' ({unknown} of unknown severity)' if unknown else ''}"
    if config.fail_on == "none":
        return [f"{words}, the gate never fails (fail-on: none)"]
    return [f"{words}, none at or over {config.fail_on}"]


def _why_nothing(outcomes: Sequence[Outcome], change: ChangeSet) -> str:
    """Nothing was analysed: in words that nobody takes for a clean result."""
    for outcome in outcomes:
        if isinstance(outcome, Skipped) and outcome.reason is not SkipReason.NO_TARGETS:
            return f"nothing was scanned: {outcome.check} was skipped ({outcome.reason.value})"
    if any(isinstance(o, Completed) and o.counts.excluded for o in outcomes):
        return "nothing was scanned: every file that concerns a check is excluded"
    if any(isinstance(o, Completed) for o in outcomes):
        return "nothing was scanned: no file could be read"
    return f"nothing was scanned: no check is concerned with {_many(len(change.files), 'file')}"


def _summary(outcome: Outcome, judged: Sequence[Judged], gaps: int) -> CheckSummary:
    tally = Counter(j.state for j in judged if j.finding.rule.check == outcome.check)
    return CheckSummary(outcome.check, outcome, tuple((state, tally[state]) for state in State), gaps)


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
