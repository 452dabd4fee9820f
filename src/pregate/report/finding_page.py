"""One finding in full: where it is, what it says, its rule's page, and how to suppress this very one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.model import Judged, State
from pregate.report import markdown
from pregate.report.excerpt import excerpt
from pregate.report.rule_pages import indented
from pregate.report.rules_list import Format, explain
from pregate.report.visible import one_line, place, visible

_RELATED_MAX = 10


Ways = Sequence[tuple[str, str]]


def render_finding(judged: Judged, ways: Ways, form: Format = "text", width: int = 100) -> str:
    """
    The page, which ends with a line end; ``width`` is of a terminal, in cells.

    ``ways`` are those to suppress this finding alone: words, and the line to type or write.
    """
    return _markdown(judged, ways) if form == "markdown" else _text(judged, ways, width)


def state_words(judged: Judged) -> str:
    """What policy made of it, and why: ``suppressed by # nosec B602``."""
    by, excused = one_line(judged.finding.suppressed_by), one_line(judged.finding.excused)
    words = judged.state.value
    if judged.state is State.SUPPRESSED and by:
        words += f" by {by}"
    return f"{words}; it does not fail the gate: {excused}" if excused else words


def _text(judged: Judged, ways: Ways, width: int) -> str:
    finding = judged.finding
    lines = [
        f"{place(finding.location)}  {finding.severity.word}  {visible(finding.rule.id)}",
        *_facts(judged),
        "",
        indented(one_line(finding.message), width),
        *(f"  {row.gutter} {row.text}" for row in excerpt(finding.snippet, finding.location, width - 2)),
        *(f"  {place(r.location)}: {one_line(r.message)}" for r in finding.related[:_RELATED_MAX]),
    ]
    if finding.remedy and finding.remedy != finding.rule.remedy:
        lines += ["", "How to fix this one", indented(finding.remedy, width)]
    listed = "\n".join(indented(f"- {words}\n      {line}", width) for words, line in ways)
    lines += ["", "-" * min(width, 100), "", explain(finding.rule, "text", width).rstrip("\n"), ""]
    return "\n".join([*lines, "How to suppress this very finding", listed]) + "\n"


def _facts(judged: Judged) -> Iterator[str]:
    finding = judged.finding
    yield f"  state        {state_words(judged)}"
    yield f"  confidence   {finding.confidence.word}"
    yield f"  fingerprint  {finding.fingerprint}"
    if finding.aliases:
        yield f"  also         {', '.join(map(visible, finding.aliases[:_RELATED_MAX]))}"
    if finding.commit:
        yield f"  commit       {visible(finding.commit[:12])}"


def _markdown(judged: Judged, ways: Ways) -> str:
    finding = judged.finding
    facts = [line.split(maxsplit=1) for line in _facts(judged)]
    parts = [
        f"# {markdown.code(place(finding.location))}",
        "\n".join(f"- {name}: {markdown.code(value)}" for name, value in facts),
        markdown.prose(finding.message),
        markdown.fenced(finding.snippet) if finding.snippet else "",
    ]
    if finding.remedy and finding.remedy != finding.rule.remedy:
        parts.append(f"**How to fix this one**\n\n{markdown.prose(finding.remedy)}")
    listed = "\n\n".join(f"{words}\n\n{markdown.fenced(line)}" for words, line in ways)
    parts += [
        explain(finding.rule, "markdown").rstrip("\n"),
        f"## How to suppress this very finding\n\n{listed}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
