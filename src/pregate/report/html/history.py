"""Earlier runs, as far as a trend shows them."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.model import Decision, Severity, State, Verdict
from pregate.records import dataclass
from pregate.report.schema import document_of

NUMBER_MAX = 1_000_000  # of findings in one state, so that no report can stretch the chart's words


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """
    The numbers of one run: ``ended_ms`` is when it was decided, in milliseconds since 1970 (UTC), 0 where
    that is not known.

    ``states`` counts its findings by state. ``severities`` counts those that are not suppressed, by severity.
    """

    ended_ms: int
    decision: Decision
    states: tuple[tuple[State, int], ...]
    severities: tuple[tuple[Severity, int], ...]

    def count(self, severity: Severity) -> int:
        """Findings of that severity which are not suppressed."""
        return dict(self.severities).get(severity, 0)

    @property
    def total(self) -> int:
        """Findings that are not suppressed."""
        return sum(number for _, number in self.severities)


def read_point(data: bytes) -> HistoryPoint:
    """
    The numbers of an earlier JSON report. Raises ReportError.

    Every byte of the report is held against the schema; whether its numbers are true is not looked at.
    """
    report = document_of(data)
    counts = report["counts"]
    states = tuple((state, _number(counts["by_state"], state)) for state in State)
    severities = tuple((s, _unsuppressed(counts["by_severity"].get(s.word, {}))) for s in Severity)
    return HistoryPoint(report.get("ended", 0), Decision(report["verdict"]), states, severities)


def _unsuppressed(by_state: Mapping[str, int]) -> int:
    return sum(_number(by_state, state) for state in State if state is not State.SUPPRESSED)


def _number(by_state: Mapping[str, int], state: State) -> int:
    return min(by_state.get(state.value, 0), NUMBER_MAX)


def point_of(verdict: Verdict) -> HistoryPoint:
    """The numbers of this run."""
    states = [j.state for j in verdict.findings]
    found = [j.finding.severity for j in verdict.findings if j.state is not State.SUPPRESSED]
    return HistoryPoint(
        verdict.ended,
        verdict.decision,
        tuple((state, states.count(state)) for state in State),
        tuple((severity, found.count(severity)) for severity in Severity),
    )
