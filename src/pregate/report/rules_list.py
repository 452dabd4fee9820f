"""The rules as a list, and one of them as a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pregate.model import Rule
from pregate.report import markdown
from pregate.report.examples import example_of
from pregate.report.rule_pages import render_markdown, render_text
from pregate.report.visible import display_width, one_line

Format = Literal["text", "markdown"]


def render_rules(rules: Sequence[Rule], form: Format = "text", width: int = 100) -> str:
    """
    All rules in the order of their ids: id, usual severity, title.

    As text a line for each, cut to ``width``; as Markdown a list.
    """
    ordered = sorted(rules, key=lambda r: r.id)
    if form == "markdown":
        entries = (
            f"- {markdown.code(r.id)} ({r.severity.word}): {markdown.escape(r.title)}" for r in ordered
        )
        return "".join(f"{entry}\n" for entry in entries)
    ids = max((display_width(r.id) for r in ordered), default=0)
    lines = [f"{one_line(r.id):<{ids}}  {r.severity.word:<8}  {one_line(r.title)}" for r in ordered]
    return "".join(f"{_fit(line, width)}\n" for line in lines)


def _fit(line: str, width: int) -> str:
    return line if len(line) <= width else line[: max(width - 3, 1)].rstrip() + "..."


def explain(rule: Rule, form: Format = "text", width: int = 100) -> str:
    """One rule as a page: what, why, examples, how to fix, how to suppress, where to read on."""
    example = example_of(rule.id)
    return render_markdown(rule, example) if form == "markdown" else render_text(rule, example, width)
