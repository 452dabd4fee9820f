"""
The Markdown summary: a GitHub job summary, or the body of a comment.

GitHub drops a job summary over 1 MiB ("Workflow commands", step isolation and limits). A report that would
be longer is written in a short form, a line per finding, and then ends after a whole finding; how many are
not shown is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pregate.model import Completed, Failed, Finding, Rule, Skipped, State, Verdict
from pregate.report.markdown import code, escape, fenced, inline, link, prose
from pregate.report.table import check_table
from pregate.report.visible import clipped, sentence
from pregate.report.words import (
    BY_NATURE,
    NOTHING_SCANNED,
    REASONS_MAX,
    analysed,
    by_severity,
    headline,
    note_words,
    plural,
    remedy_of,
    suppression_of,
    tally,
    unread_of,
    unread_words,
)

LIMIT = 1024 * 1024
LINES_MAX = 20
TEXT_MAX = 2000
PATH_MAX = 500
SNIPPET_MAX = 2000
COLOUR_WORDS = {"passed": "✅", "failed": "❌", "incomplete": "⚠️"}


@dataclass(frozen=True, slots=True)
class _Parts:
    head: str
    findings: tuple[str, ...]
    tail: str


def render(verdict: Verdict, rules: Sequence[Rule] = (), limit: int = LIMIT) -> str:  # noqa: ARG001
    """
    The verdict as Markdown of at most ``limit`` bytes of UTF-8. ``rules`` are not used: a finding carries
    its own.
    """
    found = verdict.select(State.NEW)
    for form in (_full, _short):
        text = _joined(_Parts(_head(verdict), tuple(map(form, found)), _tail(verdict)), 0)
        if size(text) <= limit:
            return text
    return _fitted(verdict, found, limit)


def size(text: str) -> int:
    """The length of ``text`` in bytes of UTF-8, as GitHub counts it."""
    return len(text.encode("utf-8", "surrogatepass"))


def _joined(parts: _Parts, missing: int) -> str:
    number = plural(missing, "more finding")
    more = f"- and {number} that this summary has no room for; the JSON and SARIF reports hold all."
    listed = [*parts.findings, *([more] if missing else [])]
    title = f"### Findings\n\n{chr(10).join(listed)}" if listed else ""
    return "\n\n".join(p.strip("\n") for p in (parts.head, title, parts.tail) if p) + "\n"


def _fitted(verdict: Verdict, found: Sequence[Finding], limit: int) -> str:
    """The short form with as many findings as fit, the most severe first; at the worst only the verdict."""
    for head, tail in ((_head(verdict), _tail(verdict)), (_head(verdict), ""), (_title(verdict), "")):
        lines = tuple(map(_short, found))
        room = limit - size(_joined(_Parts(head, (), tail), len(found)))
        shown = 0
        while shown < len(lines) and (room := room - size(lines[shown]) - 1) >= 0:
            shown += 1
        text = _joined(_Parts(head, lines[:shown], tail), len(found) - shown)
        if size(text) <= limit and (shown or not tail):
            return text
    return f"**{verdict.decision.value.upper()}**\n"


def _title(verdict: Verdict) -> str:
    mark = COLOUR_WORDS[verdict.decision.value]
    return f"## {mark} pregate: {verdict.decision.value}\n\n{escape(clipped(headline(verdict), TEXT_MAX))}"


def _head(verdict: Verdict) -> str:
    parts = [_title(verdict)]
    if analysed(verdict) == 0:
        parts.append(f"**Nothing was scanned**: {NOTHING_SCANNED}.")
    shown = verdict.reasons[:LINES_MAX]
    if len(verdict.reasons) > REASONS_MAX:  # else the title has them
        parts.append("\n".join(f"- {inline(clipped(r, TEXT_MAX))}" for r in shown))
    parts.append(_table(verdict))
    found = verdict.select(State.NEW)
    if found:
        parts.append(f"By severity: {by_severity(found)}.")
    return "\n\n".join(p for p in parts if p)


def _table(verdict: Verdict) -> str:
    head, *rows = check_table(verdict)
    ruler = ("---", "---", *("---:" for _ in head[2:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def _short(finding: Finding) -> str:
    """One line, whatever the finding holds: the same list item in both forms."""
    spot = finding.location
    where = code(f"{clipped(spot.path, PATH_MAX)}:{spot.start_line}")
    title = escape(clipped(finding.rule.title, 200))
    return f"- **{finding.severity.word}** {code(finding.rule.id)} {where}: {title}"


def _full(finding: Finding) -> str:
    """The line, then message, source, fix, suppression and aliases as paragraphs of the same list item."""
    suppression = suppression_of(finding.rule, remedy_of(finding))
    remedy = clipped(remedy_of(finding), TEXT_MAX)
    parts = [
        _short(finding),
        f"  {inline(sentence(clipped(finding.message, TEXT_MAX)))}" if finding.message else "",
        fenced(_cut_snippet(finding.snippet), "  ") if finding.snippet else "",
        f"  In commit {code(finding.commit[:12])}." if finding.commit else "",
        f"  **Fix**\n\n{prose(remedy, '  ')}" if remedy else "",
        f"  **Suppress**: {inline(suppression)}." if suppression else "",
        f"  Also known as {', '.join(map(code, finding.aliases[:10]))}." if finding.aliases else "",
        f"  {link('About this rule', finding.rule.help_uri)}" if finding.rule.help_uri else "",
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def _cut_snippet(snippet: str) -> str:
    lines = snippet.split("\n")
    text = "\n".join(clipped(line, 300) for line in lines[:LINES_MAX])
    return clipped(text, SNIPPET_MAX)


def _tail(verdict: Verdict) -> str:
    parts = [_not_shown(verdict), _outcomes(verdict), _unread(verdict)]
    return "\n\n".join(p for p in parts if p)


def _not_shown(verdict: Verdict) -> str:
    states = (State.BELOW_THRESHOLD, State.PRE_EXISTING, State.SUPPRESSED)
    numbers = [f"{tally(verdict, s):,} {s.value}" for s in states if tally(verdict, s)]
    return f"Not shown: {', '.join(numbers)}." if numbers else ""


def _outcomes(verdict: Verdict) -> str:
    lines: list[str] = []
    for summary in verdict.checks:
        match summary.outcome:
            case Completed(notes=notes):
                lines += (
                    f"- {inline(clipped(note_words(summary.check, n), TEXT_MAX))}" for n in notes[:LINES_MAX]
                )
            case Skipped(reason=reason):
                lines.append(f"- {summary.check} was **skipped**: {reason.value}.")
            case Failed(message=message, hint=hint):
                words = f"{sentence(clipped(message, TEXT_MAX))} {clipped(hint, TEXT_MAX)}"
                lines.append(f"- {summary.check} **failed**: {inline(words)}")
    return "### Checks\n\n" + "\n".join(lines) if lines else ""


def _unread(verdict: Verdict) -> str:
    entries = [(s.check, u) for s in verdict.checks for u in unread_of(s)]
    if not entries:
        return ""
    listed = [e for e in entries if e[1].reason not in BY_NATURE]
    lines = [
        f"- {code(clipped(u.path, PATH_MAX) + (f':{u.line}' if u.line > 0 else ''))} ({check}): "
        f"{escape(clipped(unread_words(u), 300))}"
        for check, u in listed[:LINES_MAX]
    ]
    if len(listed) > LINES_MAX:
        lines.append(f"- and {len(listed) - LINES_MAX:,} more")
    nature = Counter(u.reason.value for _, u in entries if u.reason in BY_NATURE)
    lines += (f"- {plural(number, 'file')}: {word}" for word, number in sorted(nature.items()))
    return "### Not analysed\n\n" + "\n".join(lines)
