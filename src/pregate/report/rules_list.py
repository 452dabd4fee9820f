"""The rules as pages: a list of all, and one explained in full."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal

from pregate.model import Rule
from pregate.report import markdown
from pregate.report.visible import display_width, one_line, visible
from pregate.report.words import suppression_of

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
    """One rule as a page: what, why, how to fix, how to suppress, where to read on."""
    if form == "markdown":
        return markdown.rule_page(rule) + "\n"
    suppression = suppression_of(rule)
    sections = [
        ("Why", rule.description),
        ("How to fix", rule.remedy),
        ("How to suppress", f"{suppression[0].upper()}{suppression[1:]}." if suppression else ""),
        ("CWE", ", ".join(f"CWE-{n}" for n in rule.cwe)),
        ("See", rule.help_uri),
    ]
    head = f"{one_line(rule.id)}  ({rule.severity.word})\n{one_line(rule.title)}\n"
    return head + "".join(f"\n{name}\n{_indented(text, width)}\n" for name, text in sections if text.strip())


def _indented(text: str, width: int) -> str:
    lines: list[str] = []
    is_code = False
    for line in text.strip("\n").split("\n"):
        if line.strip().startswith("```"):
            is_code = not is_code
        elif is_code or line.startswith("    "):
            lines.append(visible(line.expandtabs(4)))
        else:
            lines += textwrap.wrap(one_line(line), max(width - 2, 20), break_long_words=False) or [""]
    return "\n".join(f"  {line}".rstrip() for line in lines)
