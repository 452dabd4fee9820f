"""
The report for people at a terminal: each finding with its source line, why, how to fix; a table of checks;
the verdict last.

Nothing of the tree reaches the terminal but through :mod:`pregate.report.visible`. Frames and marks are
ASCII.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pregate.expressions import expression
from pregate.model import (
    Completed,
    Decision,
    Failed,
    Finding,
    Judged,
    Rule,
    Severity,
    Skipped,
    SkipReason,
    State,
    UnreadReason,
    Verdict,
)
from pregate.records import dataclass
from pregate.report.excerpt import excerpt
from pregate.report.table import check_table
from pregate.report.visible import display_width, one_line, place, visible
from pregate.report.words import (
    BY_NATURE,
    NOT_AUDITED_HINT,
    NOTHING_SCANNED,
    REASONS_MAX,
    SHORT_ID,
    UNREAD_HINT,
    analysed,
    headline,
    note_words,
    plural,
    remedy_of,
    skip_words,
    tally,
    unread_of,
    unread_words,
    ways_to_suppress,
)

FINDINGS_MAX = 50
UNREAD_MAX = 20
_SPAN = expression(r"`[^`]{1,60}`")
_GLUE = "\0"  # no text holds it any more once it is visible

# SGR codes (ECMA-48 §8.3.117), our only severity table for this format
COLOURS: dict[Severity, str] = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "34",
    Severity.UNKNOWN: "35",
}
VERDICT_COLOURS: dict[Decision, str] = {
    Decision.PASSED: "1;32",
    Decision.FAILED: "1;31",
    Decision.INCOMPLETE: "1;33",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to write; the fields are the arguments of :func:`render_console`."""

    colour: bool = False
    width: int = 100
    verbose: bool = False
    limit: int = FINDINGS_MAX

    def paint(self, text: str, code: str) -> str:
        """``text`` in a colour, when there are colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


def render_console(
    verdict: Verdict,
    rules: Sequence[Rule] = (),  # noqa: ARG001 - a finding carries its own
    *,
    colour: bool = False,
    width: int = 100,
    verbose: bool = False,
    limit: int = FINDINGS_MAX,
) -> str:
    """
    The verdict as text; its last line is the verdict and why.

    ``colour`` on or off, ``width`` in cells, ``limit`` of findings shown in full; ``verbose`` shows the
    findings that policy lets pass as well, and every unread file.
    """
    style = Style(colour, max(width, 40), verbose, limit)
    lines = [
        *_findings(verdict, style),
        *_table(verdict, style),
        *_unread(verdict, style),
        *_outcomes(verdict, style),
        *_waivers(verdict, style),
        *_changes(verdict, style),
        *_reasons(verdict),
        render_last_line(verdict, colour=colour),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def render_last_line(verdict: Verdict, *, colour: bool = False) -> str:
    """The verdict and why in one line, without a line end."""
    return Style(colour).paint(f"pregate: {headline(verdict)}", VERDICT_COLOURS[verdict.decision])


def render_short(verdict: Verdict) -> str:
    """
    The last line, after one for each check that could not run though files concern it: a gate that passes
    quietly says what it did not look at.
    """
    lines = [
        f"pregate: {skip_words(summary)}"
        for summary in verdict.checks
        if isinstance(summary.outcome, Skipped) and summary.outcome.reason is not SkipReason.NO_TARGETS
    ]
    return "\n".join([*lines, render_last_line(verdict)])


# -------------------------------------------------------------------------------------------------- findings


def _findings(verdict: Verdict, style: Style) -> Iterator[str]:
    chosen = [j for j in verdict.findings if style.verbose or j.state is State.NEW]
    explained: set[tuple[str, str]] = set()
    for judged in chosen[: style.limit]:
        finding = judged.finding
        key = (finding.rule.id, remedy_of(finding))
        yield from _finding(judged, style, is_explained=key in explained)
        explained.add(key)
        yield ""
    rest = [j.finding.rule.id for j in chosen[style.limit :]]
    if rest:
        kinds = ", ".join(f"{n:,} {visible(rule)}" for rule, n in Counter(rest).most_common(8))
        yield f"and {plural(len(rest), 'more finding')}: {kinds}"
        yield "  All of them are in the JSON and SARIF reports: --output json=PATH"
        yield ""


def _finding(judged: Judged, style: Style, *, is_explained: bool) -> Iterator[str]:
    finding = judged.finding
    yield "  ".join(
        (
            style.paint(place(finding.location), "1"),
            style.paint(finding.severity.word, COLOURS[finding.severity]),
            visible(finding.rule.id),
            style.paint(one_line(finding.rule.title), "1"),
        )
    )
    if judged.state is not State.NEW:
        yield f"  ({_state_words(judged)})"
    if finding.message and finding.message != finding.rule.title:
        yield from _wrapped(finding.message, style.width, "  ")
    for row in excerpt(finding.snippet, finding.location, style.width - 2):
        text = style.paint(row.text, COLOURS[finding.severity]) if row.is_underline else row.text
        yield f"  {style.paint(row.gutter, '2')} {text}"
    for related in finding.related[:5]:
        yield f"  {place(related.location)}: {one_line(related.message)}"
    yield from _advice(finding, style, is_explained=is_explained)


def _state_words(judged: Judged) -> str:
    words = judged.state.value
    by = one_line(judged.finding.suppressed_by)
    why = f": {one_line(judged.why)}" if judged.why else ""
    return f"{words} by {by}" if judged.state is State.SUPPRESSED and by else f"{words}{why}"


def _advice(finding: Finding, style: Style, *, is_explained: bool) -> Iterator[str]:
    aliases = ", ".join(map(visible, finding.aliases[:10]))
    if finding.commit:
        yield from _labelled("in", f"commit {finding.commit[:12]}", style)
    yield from _labelled("id", finding.fingerprint[:SHORT_ID], style)
    if aliases:
        yield from _labelled("also", aliases, style)
    if is_explained:
        return
    yield from _labelled("why", finding.rule.description, style)
    yield from _labelled("fix", remedy_of(finding), style)
    yield from _labelled("suppress", ways_to_suppress(finding), style)
    yield from _labelled("see", finding.rule.help_uri, style)


def _labelled(label: str, text: str, style: Style) -> Iterator[str]:
    if not text.strip():
        return
    name = style.paint(f"{label:<9}", "2")
    for number, line in enumerate(_paragraphs(text, style.width - 11)):
        yield f"  {name if number == 0 else ' ' * 9}{line}"


def _paragraphs(text: str, width: int) -> Iterator[str]:
    """
    Lines of prose wrapped; lines that are indented or in a fenced block as they are, without the fences.
    """
    is_code = False
    for line in text.strip("\n").split("\n"):
        if line.strip().startswith("```"):
            is_code = not is_code
        elif is_code or line.startswith("    "):
            yield visible(line.removesuffix("\r").expandtabs(4))
        else:
            yield from _wrapped(line, width)


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of prose; a code span stays on one of them."""
    import textwrap  # for a finding

    glued = _SPAN.sub(lambda m: m[0].replace(" ", _GLUE), one_line(text))
    lines = textwrap.wrap(glued, max(width - len(indent), 20), break_long_words=False, break_on_hyphens=False)
    return [indent + line.replace(_GLUE, " ") for line in lines]


# --------------------------------------------------------------------------------------------------- summary


def _table(verdict: Verdict, style: Style) -> Iterator[str]:
    table = check_table(verdict)
    widths = [max(display_width(row[i]) for row in table) for i in range(len(table[0]))]
    for number, row in enumerate(table):
        cells = [_pad(cell, widths[i], left=i == 0) for i, cell in enumerate(row)]
        line = "  ".join(cells).rstrip()
        yield style.paint(line, "1") if number == 0 else line
    yield ""
    if not style.verbose:
        passed = [
            f"{tally(verdict, state):,} {state.value}"
            for state in (State.BELOW_THRESHOLD, State.PRE_EXISTING, State.SUPPRESSED)
            if tally(verdict, state)
        ]
        if passed:
            yield f"Not shown: {', '.join(passed)} (--verbose shows them)."
            yield ""


def _pad(cell: str, width: int, *, left: bool) -> str:
    blanks = " " * (width - display_width(cell))
    return cell + blanks if left else blanks + cell


def _unread(verdict: Verdict, style: Style) -> Iterator[str]:
    entries = [(s.check, u) for s in verdict.checks for u in unread_of(s)]
    if not entries:
        return
    listed = [e for e in entries if style.verbose or e[1].reason not in BY_NATURE]
    # A file that two checks could not read is one file.
    unlisted = {(u.path, u.reason.value) for _, u in entries if not style.verbose and u.reason in BY_NATURE}
    others = Counter(word for _, word in unlisted)
    yield "Not analysed:"
    limit = len(listed) if style.verbose else UNREAD_MAX
    for check, unread in listed[:limit]:
        line = f":{unread.line}" if unread.line > 0 else ""
        yield f"  {visible(unread.path)}{line}  {unread_words(unread)}  ({check})"
    if len(listed) > limit:
        yield f"  and {len(listed) - limit:,} more (--verbose lists them)"
    for word, number in sorted(others.items()):
        yield f"  {plural(number, 'file')}: {word}"
    if listed:
        is_audit = all(u.reason is UnreadReason.NOT_AUDITED for _, u in listed)
        yield from _wrapped(NOT_AUDITED_HINT if is_audit else UNREAD_HINT, style.width, "  ")
    yield ""


def _outcomes(verdict: Verdict, style: Style) -> Iterator[str]:
    lines: list[str] = []
    for summary in verdict.checks:
        match summary.outcome:
            case Completed(notes=notes):
                lines += (note_words(summary.check, note) for note in notes)
            case Skipped():
                lines.append(skip_words(summary))
            case Failed(message=message, hint=hint):
                lines.append(style.paint(f"{summary.check}: failed: {one_line(message)}", "31"))
                lines += (f"    {line}" for line in _paragraphs(hint, style.width - 4))
    if lines:
        yield from lines
        yield ""


def _waivers(verdict: Verdict, style: Style) -> Iterator[str]:
    """What the change adds, what is of no use any more; what is in force only when asked for."""
    if not verdict.waivers:
        return
    from pregate.report.waivers import added, idle, in_force

    sections = [("Suppressions that this change adds:", added(verdict))]
    sections.append(("Suppressions to look at:", idle(verdict)))
    if style.verbose:
        sections.append(("Suppressions in force:", in_force(verdict)))
    for title, told in sections:
        if not told:
            continue
        yield title
        limit = len(told) if style.verbose else UNREAD_MAX
        for entry in told[:limit]:
            rule = f"  {one_line(entry.rule)}" if entry.rule else ""
            yield f"  {visible(entry.place)}{rule}  {entry.words}"
        if len(told) > limit:
            yield f"  and {len(told) - limit:,} more (--verbose lists them)"
        yield ""


def _changes(verdict: Verdict, style: Style) -> Iterator[str]:
    if verdict.policy_changes:
        yield "The change alters the gate's configuration, which does not judge it:"
        yield from (f"  {one_line(words)}" for words in verdict.policy_changes)
        yield ""
    for note in verdict.notes:
        yield from _wrapped(f"note: {note}", style.width)
    if verdict.notes:
        yield ""


def _reasons(verdict: Verdict) -> Iterator[str]:
    if verdict.decision is Decision.INCOMPLETE and len(verdict.reasons) > REASONS_MAX:
        yield "The run is incomplete:"
        yield from (f"  {one_line(reason)}" for reason in verdict.reasons)
        yield ""
    if analysed(verdict) == 0:
        yield f"Nothing was scanned: {NOTHING_SCANNED}."
        yield ""
