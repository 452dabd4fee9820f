"""Verdicts for whoever renders them: nothing in them, something of everything, and text that means harm."""

from __future__ import annotations

from pregate.model import (
    CheckSummary,
    Completed,
    Confidence,
    Counts,
    Decision,
    Failed,
    Finding,
    Fix,
    Judged,
    Location,
    Related,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.records import replace

RULES = (
    Rule(
        "python/B602",
        "Shell call",
        "A shell runs it.",
        "Use a list.",
        Severity.HIGH,
        "https://example.org/",
        (78,),
    ),
    Rule("words/WORD", "A word", "Words are bad.", "Remove it.", Severity.LOW),
)

# Markup, Markdown, a workflow command, a terminal's escape sequence, a line end, a reversal of direction, a
# quote of each kind, a byte that is no UTF-8.
HARM = (
    "</script><img src=x onerror=alert(1)>|`**@all**::error::\x1b[31m\r\n\u202e'\"&\udcff\x00]]>{{7*7}}=1+1"
)


def empty(decision: Decision = Decision.PASSED) -> Verdict:
    """A verdict on nothing."""
    return Verdict(
        decision, ("there was nothing to scan",), (), (), "high", "an empty change", True, "0" * 40
    )


def full(decision: Decision = Decision.FAILED) -> Verdict:
    """Findings in every state and severity, a check for every outcome."""
    findings = tuple(
        Judged(
            _finding(number, severity),
            state,
            in_diff=number % 2 == 0,
            introduced=state is not State.PRE_EXISTING,
        )
        for number, (state, severity) in enumerate((s, v) for s in State for v in Severity)
    )
    unread = tuple(Unread(f"{reason.value}.py", reason, "in words") for reason in UnreadReason)
    counts = Counts(9, 7, 2, 1, 0.25)
    checks = (
        _summary(Completed("python", (), unread, counts, ("a note",)), findings, gaps=2),
        _summary(Skipped("secrets", SkipReason.NO_TARGETS), ()),
        _summary(Skipped("dependencies", SkipReason.OFFLINE), ()),
        _summary(Failed("words", "the scanner is missing", "Install it.", counts), findings),
    )
    words = ("1 new finding at or over high (1 python)",)
    verdict = Verdict(decision, words, findings, checks, "high", "3 files changed", True, "1" * 40, 1.5)
    return replace(verdict, ended=1_700_000_000_000)


def hostile() -> Verdict:
    """The full one with text that means harm wherever text may stand."""
    verdict = full()
    place = Location(f"{HARM}/a.py", 3, 1, 3, 9)
    rule = replace(RULES[1], title=HARM, description=HARM, remedy=HARM)
    found = tuple(
        replace(
            judged,
            finding=replace(
                judged.finding,
                rule=rule,
                message=HARM,
                location=place,
                remedy=HARM,
                snippet=HARM,
                related=(Related(place, HARM),),
                properties=(("words", HARM),),
                aliases=(HARM,),
                suppressed_by=HARM if judged.state is State.SUPPRESSED else "",
            ),
        )
        for judged in verdict.findings
    )
    failed = Failed("words", HARM, HARM, Counts())
    unread = Completed(
        "python", (), (Unread(place.path, UnreadReason.UNPARSABLE, HARM, 3),), Counts(1, 0), (HARM,)
    )
    checks = (_summary(unread, ()), _summary(failed, found))
    return replace(verdict, findings=found, checks=checks, reasons=(HARM,), change=HARM)


def _finding(number: int, severity: Severity) -> Finding:
    place = Location(f"src/file{number}.py", number + 1, 1, number + 2, 5)
    return Finding(
        rule=RULES[number % 2],
        message=f"message {number}",
        location=place,
        severity=severity,
        confidence=list(Confidence)[number % 3],
        remedy="Do something else.",
        aliases=("CVE-2020-0001",),
        related=(Related(Location("other.py"), "because of this"),),
        properties=(("package", "a"),),
        suppressed_by="# fine" if number % 5 == 0 else "",
        snippet="first line\nsecond line",
        anchor=f"{number:032x}",
        fixes=(Fix("do it right", number + 1, number + 2, "right"),),
    )


def _summary(outcome: Completed | Skipped | Failed, found: tuple[Judged, ...], gaps: int = 0) -> CheckSummary:
    mine = [judged.state for judged in found if judged.finding.rule.check == outcome.check]
    return CheckSummary(outcome.check, outcome, tuple((s, mine.count(s)) for s in State), gaps)
