"""
Whether a verdict that was read somewhere could be the work of policy: what follows from other parts of it is
worked out again and must agree.
"""

from __future__ import annotations

from typing import assert_never

from pregate.model import (
    CheckSummary,
    Completed,
    Decision,
    Failed,
    Judged,
    Severity,
    Skipped,
    SkipReason,
    State,
    Verdict,
)

Contradiction = tuple[str, str]
"""Where (a JSON pointer into the report) and what, without a value of the report."""


_OPEN = (State.NEW, State.BELOW_THRESHOLD)


def contradiction(verdict: Verdict) -> Contradiction | None:
    """
    The first thing in ``verdict`` that cannot be, or None.

    Only the configuration knows whether an unknown severity fails, whether a skipped check was required, and
    which thresholds hold for a path, a check or a number of findings: there both ways are possible, the last
    where the finding says what made its state. A gate may fail for something else than a finding, and passes
    with none that fails it.
    """
    checks = {summary.check for summary in verdict.checks}
    for number, judged in enumerate(verdict.findings):
        where = f"/findings/{number}"
        if judged.finding.rule.check not in checks:
            return f"{where}/check", "is none of the checks in this report"
        if not judged.introduced and not verdict.compared and not judged.why:
            return f"{where}/introduced", "says that there was a base, and nothing was compared"
        if judged.state not in _states(judged, verdict.fail_on):
            return f"{where}/state", "does not follow from the finding and the threshold"
    for number, summary in enumerate(verdict.checks):
        if summary.gaps > _unread(summary):
            return f"/checks/{number}/gaps", "is more than the check could not read"
    if verdict.decision not in _decisions(verdict):
        return "/verdict", "does not follow from the findings and the checks"
    return None


def _states(judged: Judged, fail_on: str) -> tuple[State, ...]:
    finding = judged.finding
    if finding.suppressed_by:
        return (State.SUPPRESSED,)
    if not judged.introduced:
        # What was there before counts as new in files that must be clean once they are touched.
        return (State.PRE_EXISTING, State.BELOW_THRESHOLD, *([State.NEW] if judged.why else []))
    if judged.why and not finding.excused:
        return _OPEN
    if fail_on == "none" or finding.excused:
        return (State.BELOW_THRESHOLD,)
    if finding.severity is Severity.UNKNOWN:
        return State.NEW, State.BELOW_THRESHOLD
    fails = finding.severity >= Severity[fail_on.upper()]
    return (State.NEW if fails else State.BELOW_THRESHOLD,)


def _decisions(verdict: Verdict) -> tuple[Decision, ...]:
    blocking = any(j.state is State.NEW for j in verdict.findings)
    if blocking:
        otherwise: tuple[Decision, ...] = (Decision.FAILED,)
    else:
        otherwise = (Decision.PASSED, *([Decision.FAILED] if verdict.reasons else []))
    match _is_hole(verdict):
        case None:
            return Decision.INCOMPLETE, *otherwise
        case is_hole:
            return (Decision.INCOMPLETE,) if is_hole else otherwise


def _is_hole(verdict: Verdict) -> bool | None:
    """Whether something was not looked at; None where only the configuration knows whether that matters."""
    answers = [_is_gap(summary) for summary in verdict.checks]
    if verdict.notes:  # which tell of failures that policy tolerates
        failed = [isinstance(summary.outcome, Failed) for summary in verdict.checks]
        answers = [None if f else answer for f, answer in zip(failed, answers, strict=True)]
    if True in answers:
        return True
    return None if None in answers else False


def _is_gap(summary: CheckSummary) -> bool | None:
    match summary.outcome:
        case Completed():
            return summary.gaps > 0
        case Skipped(reason=reason):
            return False if reason is SkipReason.NO_TARGETS else None
        case Failed():
            return True
        case _:
            assert_never(summary.outcome)


def _unread(summary: CheckSummary) -> int:
    return len(summary.outcome.unread) if isinstance(summary.outcome, Completed) else 0
