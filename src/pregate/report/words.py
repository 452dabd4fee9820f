"""
What every report says in the same words: the verdict in one line, how to suppress, what an outcome means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import assert_never

from pregate.expressions import expression
from pregate.model import (
    CheckSummary,
    Completed,
    Counts,
    Decision,
    Failed,
    Finding,
    Outcome,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.report.visible import one_line

ALLOWLIST_COMMENT = "pragma: allowlist secret"
_BANDIT_ID = expression(r"B[0-9]{3}")

UNREAD_WORDS: dict[UnreadReason, str] = {
    UnreadReason.TOO_LARGE: "it is over the size limit",
    UnreadReason.UNPARSABLE: "it could not be parsed",
    UnreadReason.TIMED_OUT: "its analysis ran out of time",
    UnreadReason.CRASHED: "the scanner crashed on it",
    UnreadReason.MISSING: "its content is not there",
    UnreadReason.NOT_AUDITED: "it cannot be audited as it is written",
    UnreadReason.NOT_ASKED: "the budget for asking about it is used up",
    UnreadReason.NOT_EVALUATED: "no certain answer about it could be found",
    UnreadReason.BINARY: "it is binary",
    UnreadReason.SYMBOLIC_LINK: "it is a symbolic link, and none is followed",
    UnreadReason.SUBMODULE: "it is a submodule",
    UnreadReason.LFS_POINTER: "its content is in Git LFS",
}

# What git holds as something else than text: no check could have read it, so that nobody needs a list of
# them.
BY_NATURE = frozenset(
    {UnreadReason.BINARY, UnreadReason.SYMBOLIC_LINK, UnreadReason.SUBMODULE, UnreadReason.LFS_POINTER}
)

NOTHING_SCANNED = "no check analysed any file, so that this run says nothing about the change"

REASONS_MAX = 3
NO_REASON = "not everything could be checked"

UNREAD_HINT = (
    "Raise max-file-size or file-timeout, mend the file, or list it in allow-unread; "
    "tolerate-unread names the reasons that never make a run incomplete."
)

NOT_AUDITED_HINT = (
    "No advisory was asked about what is not audited: lock it in one version. Without not-audited in "
    "tolerate-unread it makes the run incomplete."
)
# What to do about a check that did not run for want of something.
SKIP_HINTS: Mapping[SkipReason, str] = {
    SkipReason.OFFLINE: "pregate advisories fetch makes one, --advisories PATH names another",
    SkipReason.IN_HOOK: "--tools runs them",
    SkipReason.UNTRUSTED: "judge against a base, or name it with --tool",
}


def skip_words(summary: CheckSummary) -> str:
    """``dependencies: skipped: offline, and no …``, with the way out; ``""`` for one that was not skipped."""
    if not isinstance(summary.outcome, Skipped):
        return ""
    reason = summary.outcome.reason
    hint = SKIP_HINTS.get(reason, "")
    return f"{summary.check}: skipped: {reason.value}{'; ' if hint else ''}{hint}"


def suppression_of(rule: Rule, remedy: str = "") -> str:
    """
    How to suppress one finding of ``rule`` in the file itself, with Markdown code spans.

    ``""`` where there is no such way, or where the remedy shown beside it says it (the rule's own by
    default).
    """
    check, _, name = rule.id.partition("/")
    shown = remedy or rule.remedy
    if check == "secrets" and ALLOWLIST_COMMENT not in shown:
        return (
            f"if this is no secret, end the line with the comment `# {ALLOWLIST_COMMENT}` "
            "(or with `//`, `--` or `<!-- -->`, as the language has it), or write "
            "`# pragma: allowlist nextline secret` alone on the line before"
        )
    if check == "python" and _BANDIT_ID.fullmatch(name) and "# nosec" not in shown:
        return f"if this is safe here, end the line with the comment `# nosec {name}` and say why"
    return ""


SHORT_ID = 12
"""Digits of a fingerprint that people are shown; commands take any that name one finding."""


_SEARCHED = frozenset({"secrets", "python", "dependencies", "iam"})


def ways_to_suppress(finding: Finding) -> str:
    """How to suppress one finding, in its file where there is a way and by its fingerprint (code spans)."""
    here = suppression_of(finding.rule, remedy_of(finding))
    # What pregate does not find by itself is looked up where it stands: in a JSON report.
    place = "" if finding.rule.check in _SEARCHED else "--from results.json "
    command = f'`pregate suppress {finding.fingerprint[:SHORT_ID]} {place}--reason "…"`'
    return f"{here}; or run {command}" if here else f"run {command}"


def note_words(check: str, note: str) -> str:
    """A note on one line behind the name of its check, which is said once."""
    return f"{check}: {one_line(note).removeprefix(f'{check}: ')}"


def remedy_of(finding: Finding) -> str:
    """How to fix this finding: its own words, else those of its rule."""
    return finding.remedy or finding.rule.remedy


def plural(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def counts_of(outcome: Outcome) -> Counts:
    """The numbers of an outcome; a check that was skipped has none."""
    match outcome:
        case Completed() | Failed():
            return outcome.counts
        case Skipped():
            return Counts()
        case _:
            assert_never(outcome)


def unread_of(summary: CheckSummary) -> tuple[Unread, ...]:
    """What a check could not read, by path and line."""
    found = summary.outcome.unread if isinstance(summary.outcome, Completed) else ()
    return tuple(sorted(found, key=lambda u: (u.path, u.line, u.reason.value, u.detail)))


def unread_words(unread: Unread) -> str:
    """Why it was not read, with the scanner's detail: ``unparsable: invalid syntax``."""
    detail = one_line(unread.detail)
    if not detail and unread.reason in BY_NATURE:
        return unread.reason.value
    return f"{unread.reason.value}: {detail or UNREAD_WORDS[unread.reason]}"


def tally(verdict: Verdict, state: State) -> int:
    """Findings in ``state`` over all checks."""
    return sum(summary.count(state) for summary in verdict.checks)


def analysed(verdict: Verdict) -> int:
    """Analyses of a file by a check that were done; 0 means that nothing was scanned."""
    return sum(counts_of(s.outcome).analysed for s in verdict.checks)


def by_check(findings: Iterable[Finding]) -> str:
    """``2 secrets, 1 python``, in the order in which the checks first occur."""
    counter = Counter(f.rule.check for f in findings)
    return ", ".join(f"{n:,} {one_line(check)}" for check, n in counter.items())


def by_severity(findings: Iterable[Finding]) -> str:
    """``1 critical, 2 high``, the worst first."""
    counter = Counter(f.severity for f in findings)
    return ", ".join(f"{counter[s]:,} {s.word}" for s in sorted(Severity, reverse=True) if counter[s])


def headline(verdict: Verdict) -> str:
    """
    The verdict and why, in one line: ``FAILED: 3 new findings at or over high (2 secrets, 1 python) in 4
    staged files``.

    Where nothing was scanned it says so; it never reads as though nothing had been found.
    """
    return f"{verdict.decision.value.upper()}: {_why(verdict)}"


def _why(verdict: Verdict) -> str:
    what = one_line(verdict.change) or "an empty change"
    nothing = analysed(verdict) == 0
    if verdict.decision is Decision.INCOMPLETE:
        return f"{_reasons(verdict)}{'; nothing was scanned' if nothing else ''} in {what}"
    if nothing and verdict.reasons:
        return f"{_reasons(verdict)} in {what}"
    if nothing:
        return f"nothing was scanned in {what}; no check had a file to analyse"
    unread = unread_count(verdict)
    return f"{_findings(verdict)} in {what}{f'; {unread}' if unread else ''}"


def unread_count(verdict: Verdict) -> str:
    """``3 files not fully read (2 binary, 1 unparsable)``; ``""`` when all were read."""
    reasons = {(u.path, u.reason.value) for s in verdict.checks for u in unread_of(s)}
    if not reasons:
        return ""
    words = ", ".join(f"{n:,} {word}" for word, n in sorted(Counter(r for _, r in reasons).items()))
    return f"{plural(len({path for path, _ in reasons}), 'file')} not fully read ({words})"


def _reasons(verdict: Verdict) -> str:
    """The first reasons of policy, which name findings and unread files too."""
    words = [one_line(r).rstrip(".") for r in verdict.reasons[:REASONS_MAX]]
    rest = len(verdict.reasons) - len(words)
    return "; ".join([*words, *([f"and {plural(rest, 'more reason')}"] if rest else [])]) or NO_REASON


def _passing(verdict: Verdict) -> int:
    """
    How many new findings there are of which ``no new finding at or over high`` would be false: as severe as
    that, and let pass by another threshold, or of any severity where nothing fails.
    """
    below = verdict.select(State.BELOW_THRESHOLD)
    if verdict.fail_on == "none":
        return len(below)
    return sum(
        f.severity is not Severity.UNKNOWN and f.severity.word in _from(verdict.fail_on) for f in below
    )


def _from(word: str) -> frozenset[str]:
    order = [severity.word for severity in sorted(Severity)]
    return frozenset(order[order.index(word) :] if word in order else ())


def _findings(verdict: Verdict) -> str:
    found = verdict.select(State.NEW)
    noun = "new finding" if verdict.compared else "finding"
    over = "" if verdict.fail_on == "none" else f" at or over {verdict.fail_on}"
    is_plain = len(verdict.reasons) < 2 and not any(j.why for j in verdict.findings)
    if verdict.decision is Decision.FAILED and not (found and is_plain):
        return _reasons(verdict)  # more than the general threshold has a say
    if not found and (passing := _passing(verdict)):
        return f"{plural(passing, noun)}, which {'fails' if passing == 1 else 'fail'} nothing by the policy"
    if not found:
        unrated = sum(f.severity is Severity.UNKNOWN for f in verdict.select(State.BELOW_THRESHOLD))
        return f"no {noun}{over}{f', {unrated:,} of unknown severity' if unrated else ''}"
    unknown = sum(f.severity is Severity.UNKNOWN for f in found)
    aside = f", {unknown:,} of unknown severity" if unknown else ""
    free = ", which fail nothing as fail-on is none" if verdict.fail_on == "none" else ""
    return f"{plural(len(found), noun)}{over} ({by_check(found)}{aside}){free}"
