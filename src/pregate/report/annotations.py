"""
Which findings become annotations of a GitHub workflow run, as data; escaping and printing are the business
of ``pregate.github``.

The runner keeps 10 errors, 10 warnings and 10 notices of a step and cuts a message at 4,096 characters
(actions/runner, ``ExecutionContext.cs``, ``_maxCountPerIssueType`` and ``_maxIssueMessageLength``); what
goes beyond is counted, not sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from pregate.model import Failed, Finding, Judged, Severity, State, Unread, Verdict
from pregate.records import dataclass
from pregate.report.visible import one_line, place, sentence, visible
from pregate.report.words import BY_NATURE, UNREAD_WORDS, remedy_of, unread_of, ways_to_suppress

Kind = Literal["error", "warning", "notice"]
KINDS: tuple[Kind, ...] = ("error", "warning", "notice")
PER_KIND = 10
MESSAGE_MAX = 4096

# Below the threshold nothing is an error: the annotation's colour agrees with the verdict.
BELOW: dict[Severity, Kind] = {
    Severity.CRITICAL: "warning",
    Severity.HIGH: "warning",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
    Severity.UNKNOWN: "warning",
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """
    One annotation: its kind, its message (lines end in a line feed) and the command's properties in order.

    ``file`` is the exact path; all values are unescaped.
    """

    kind: Kind
    message: str
    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Annotations:
    """Those that the runner will keep, in the order to print them, and how many of each kind it would not."""

    shown: tuple[Annotation, ...]
    left_out: tuple[tuple[Kind, int], ...]

    @property
    def remainder(self) -> int:
        """How many are not shown, of all kinds."""
        return sum(number for _, number in self.left_out)


def select(verdict: Verdict, per_kind: int = PER_KIND) -> Annotations:
    """
    Failed checks, then new findings with the most severe first, then unread text files: at most ``per_kind``
    of each kind.
    """
    seen: Counter[Kind] = Counter()
    shown: dict[Kind, list[Annotation]] = {kind: [] for kind in KINDS}
    for annotation in _all(verdict):
        seen[annotation.kind] += 1
        if seen[annotation.kind] <= per_kind:
            shown[annotation.kind].append(annotation)
    return Annotations(
        tuple(a for kind in KINDS for a in shown[kind]),
        tuple((kind, seen[kind] - per_kind) for kind in KINDS if seen[kind] > per_kind),
    )


def _all(verdict: Verdict) -> Iterator[Annotation]:
    for summary in verdict.checks:
        if isinstance(summary.outcome, Failed):
            text = f"{sentence(one_line(summary.outcome.message))} {one_line(summary.outcome.hint)}".strip()
            yield Annotation("error", cut(text), (("title", f"pregate: {summary.check} failed"),))
    for judged in verdict.findings:
        if judged.state in (State.NEW, State.BELOW_THRESHOLD):
            yield _of_finding(judged, verdict.fail_on)
    for summary in verdict.checks:
        for unread in (u for u in unread_of(summary) if u.reason not in BY_NATURE):
            yield _of_unread(summary.check, unread)


def _of_finding(judged: Judged, fail_on: str) -> Annotation:
    finding = judged.finding
    fails = judged.state is State.NEW and fail_on != "none"
    title = f"{finding.severity.word}: {visible(finding.rule.title)} ({visible(finding.rule.id)})"
    return Annotation(
        "error" if fails else BELOW[finding.severity],
        cut(_message(finding)),
        (("title", title), *_position(finding)),
    )


def _message(finding: Finding) -> str:
    remedy = one_line(remedy_of(finding))
    suppression = ways_to_suppress(finding)
    spot = f"In {place(finding.location)} of commit {visible(finding.commit[:12])}." if finding.commit else ""
    lines = [
        sentence(one_line(finding.message or finding.rule.title)),
        spot,
        f"Fix: {sentence(remedy)}" if remedy else "",
        f"Suppress: {sentence(suppression)}" if suppression else "",
        f"Also known as {', '.join(map(visible, finding.aliases))}." if finding.aliases else "",
    ]
    return "\n".join(line for line in lines if line)


def _position(finding: Finding) -> tuple[tuple[str, str], ...]:
    """
    File and lines; columns only within one line, as the Checks API takes them, with the end inclusive.

    What stands in a commit's history and not in the head has no place in the diff.
    """
    spot = finding.location
    if finding.commit:
        return ()
    lines = (("file", spot.path), ("line", str(spot.start_line)), ("endLine", str(spot.end_line)))
    if spot.start_line != spot.end_line:
        return lines
    last = max(spot.end_column - 1, spot.start_column)
    return (*lines, ("col", str(spot.start_column)), ("endColumn", str(last)))


def _of_unread(check: str, unread: Unread) -> Annotation:
    detail = one_line(unread.detail)
    text = (
        f"Not analysed by the {check} check: {UNREAD_WORDS[unread.reason]}{f' ({detail})' if detail else ''}."
    )
    line = (("line", str(unread.line)),) if unread.line > 0 else ()
    title = f"pregate: {unread.reason.value}"
    return Annotation("warning", cut(text), (("title", title), ("file", unread.path), *line))


def cut(text: str, size: int = MESSAGE_MAX) -> str:
    """
    ``text`` in at most ``size`` UTF-16 units, which is what the runner counts; a cut one ends in an
    ellipsis.
    """
    if len(text) * 2 <= size or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= size:
        return text
    data = text.encode("utf-16-le", "surrogatepass")[: (size - 1) * 2]
    return data.decode("utf-16-le", "ignore") + "…"
