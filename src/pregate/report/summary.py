"""
The Markdown summary: a GitHub job summary, or the body of a comment.

GitHub drops a job summary over 1 MiB ("Workflow commands", step isolation and limits) and refuses a comment
over 65,536 characters. A report that would be longer is written in a short form, a line per finding, and then
ends after a whole finding; how many are not shown is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from pregate.model import Completed, Failed, Finding, Rule, Skipped, State, Verdict
from pregate.records import dataclass, field
from pregate.report.markdown import code, code_link, escape, fenced, inline, link, prose
from pregate.report.table import HEADINGS, STABLE, check_table
from pregate.report.visible import clipped, sentence
from pregate.report.waivers import Told, added, idle
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
    tally,
    unread_of,
    unread_words,
    ways_to_suppress,
)

LIMIT = 1024 * 1024
LINES_MAX = 20
TEXT_MAX = 2000
PATH_MAX = 500
SNIPPET_MAX = 2000
COLOUR_WORDS = {"passed": "✅", "failed": "❌", "incomplete": "⚠️"}


@dataclass(frozen=True, slots=True)
class View:
    """
    How a summary differs from place to place.

    ``links`` are addresses of the findings' lines, by fingerprint and commit; ``is_stable`` leaves out what
    changes from run to run (times, the cache), so that an unchanged result gives an unchanged text; ``note``
    is a sentence of ours below the title, ``foot`` one at the end, both Markdown.
    """

    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    is_stable: bool = False
    note: str = ""
    foot: str = ""

    def link(self, finding: Finding) -> str:
        """The address of a finding's lines, ``""`` if it has none."""
        return self.links.get((finding.fingerprint, finding.commit), "")


PLAIN = View()
Measure = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Parts:
    head: str
    findings: tuple[str, ...]
    tail: str


def size(text: str) -> int:
    """The length of ``text`` in bytes of UTF-8, as GitHub counts a job summary."""
    return len(text.encode("utf-8", "surrogatepass"))


def characters(text: str) -> int:
    """
    The length of ``text`` in UTF-16 units: at least the characters that GitHub counts of a comment.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def render(
    verdict: Verdict,
    rules: Sequence[Rule] = (),  # noqa: ARG001 - a finding carries its own
    limit: int = LIMIT,
    view: View = PLAIN,
    measure: Measure = size,
) -> str:
    """The verdict as Markdown of at most ``limit``, by ``measure``; every renderer is given ``rules``."""
    found = findings_shown(verdict)
    for form in (_full, _short):
        listed = _at_most(limit, measure, (form(f, view) for f in found))
        if len(listed) < len(found):
            continue
        text = _joined(_Parts(_head(verdict, view), listed, _tail(verdict, view)), 0)
        if measure(text) <= limit:
            return text
    return _fitted(verdict, found, limit, view, measure)


def _at_most(room: int, measure: Measure, texts: Iterable[str]) -> tuple[str, ...]:
    """The first of ``texts`` that have room together; those behind are not even made."""
    kept = []
    for text in texts:
        room -= measure(text)
        if room < 0:
            break
        kept.append(text)
    return tuple(kept)


def findings_shown(verdict: Verdict) -> tuple[Finding, ...]:
    """
    The findings to show: those that fail the gate; where nothing can fail it, all that were introduced.
    """
    states = (State.NEW, State.BELOW_THRESHOLD) if verdict.fail_on == "none" else (State.NEW,)
    return verdict.select(*states)


def _joined(parts: _Parts, missing: int) -> str:
    number = plural(missing, "more finding")
    more = f"- and {number} that this summary has no room for; the JSON and SARIF reports hold all."
    listed = [*parts.findings, *([more] if missing else [])]
    title = f"### Findings\n\n{chr(10).join(listed)}" if listed else ""
    return "\n\n".join(p.strip("\n") for p in (parts.head, title, parts.tail) if p) + "\n"


def _fitted(verdict: Verdict, found: Sequence[Finding], limit: int, view: View, measure: Measure) -> str:
    """The short form with as many findings as fit, the most severe first; at the worst only the verdict."""
    head, tail = _head(verdict, view), _tail(verdict, view)
    for first, last in ((head, tail), (head, view.foot), (_title(verdict), "")):
        room = limit - measure(_joined(_Parts(first, (), last), len(found)))
        lines = _at_most(room, lambda line: measure(line) + 1, (_short(f, view) for f in found))
        text = _joined(_Parts(first, lines, last), len(found) - len(lines))
        if measure(text) <= limit and (lines or last != tail):
            return text
    return f"**{verdict.decision.value.upper()}**\n"


def _title(verdict: Verdict) -> str:
    mark = COLOUR_WORDS[verdict.decision.value]
    return f"## {mark} pregate: {verdict.decision.value}\n\n{escape(clipped(headline(verdict), TEXT_MAX))}"


def _head(verdict: Verdict, view: View) -> str:
    parts = [_title(verdict), view.note]
    if analysed(verdict) == 0:
        parts.append(f"**Nothing was scanned**: {NOTHING_SCANNED}.")
    shown = verdict.reasons[:LINES_MAX]
    if len(verdict.reasons) > REASONS_MAX:  # else the title has them
        parts.append("\n".join(f"- {inline(clipped(r, TEXT_MAX))}" for r in shown))
    parts.append(_table(verdict, view))
    found = findings_shown(verdict)
    if found:
        parts.append(f"By severity: {by_severity(found)}.")
    return "\n\n".join(p for p in parts if p)


def _table(verdict: Verdict, view: View) -> str:
    head, *rows = check_table(verdict, STABLE if view.is_stable else HEADINGS)
    ruler = ("---", "---", *("---:" for _ in head[2:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def _short(finding: Finding, view: View) -> str:
    """One line, whatever the finding holds: the same list item in both forms."""
    title = escape(clipped(finding.rule.title, 200))
    return f"- **{finding.severity.word}** {code(finding.rule.id)} {_where(finding, view)}: {title}"


def _where(finding: Finding, view: View) -> str:
    spot = finding.location
    return code_link(f"{clipped(spot.path, PATH_MAX)}:{spot.start_line}", view.link(finding))


def _full(finding: Finding, view: View) -> str:
    """The line, then message, source, fix, suppression and aliases as paragraphs of the same list item."""
    suppression = ways_to_suppress(finding)
    remedy = clipped(remedy_of(finding), TEXT_MAX)
    parts = [
        _short(finding, view),
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


def _tail(verdict: Verdict, view: View) -> str:
    parts = [
        _below(verdict, view),
        _suppressions(verdict, view),
        _changes(verdict),
        _not_shown(verdict),
        _outcomes(verdict),
        _unread(verdict),
        view.foot,
    ]
    return "\n\n".join(p for p in parts if p)


def _below(verdict: Verdict, view: View) -> str:
    """What the change introduces and does not fail for, one line each."""
    if verdict.fail_on == "none":
        return ""
    return _listed("Below the threshold", [_short(f, view) for f in verdict.select(State.BELOW_THRESHOLD)])


def _suppressions(verdict: Verdict, view: View) -> str:
    """For the reviewer: what this change takes out of the gate's sight, and in which words."""
    suppressed = [j.finding for j in verdict.findings if j.state is State.SUPPRESSED and j.introduced]
    by_scanner = [f for f in suppressed if f.suppression is None] if verdict.compared else []
    lines = [f"{_short(f, view)}, by {code(clipped(f.suppressed_by, 200))}" for f in by_scanner]
    lines += map(_waiver, added(verdict))
    listed = [
        _listed("Suppressions that this change adds", lines),
        _listed("Suppressions to look at", [_waiver(told) for told in idle(verdict)]),
    ]
    return "\n\n".join(part for part in listed if part)


def _waiver(told: Told) -> str:
    rule = f" {code(clipped(told.rule, 200))}" if told.rule else ""
    return f"- {code(clipped(told.place, PATH_MAX))}{rule}: {escape(clipped(told.words, TEXT_MAX))}"


def _changes(verdict: Verdict) -> str:
    """What the change makes of the gate itself, and what else is to be said of the run."""
    changes = [f"- {inline(clipped(words, TEXT_MAX))}" for words in verdict.policy_changes]
    notes = [f"- {inline(clipped(words, TEXT_MAX))}" for words in verdict.notes]
    listed = [
        _listed("This change alters the gate's configuration (which does not judge it)", changes),
        _listed("Notes", notes),
    ]
    return "\n\n".join(part for part in listed if part)


def _listed(title: str, lines: Sequence[str]) -> str:
    more = [f"- and {len(lines) - LINES_MAX:,} more"] if len(lines) > LINES_MAX else []
    return f"### {title}\n\n" + "\n".join([*lines[:LINES_MAX], *more]) if lines else ""


def _not_shown(verdict: Verdict) -> str:
    states = (State.PRE_EXISTING, State.SUPPRESSED)
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
