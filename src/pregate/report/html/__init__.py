"""
The verdict as one HTML file that needs nothing else: it asks no server for anything, and what it shows of the
scanned tree stays text.

The policy of the page (Content Security Policy Level 3, in a ``meta`` element, as a file has no headers) lets
exactly its own style sheet and its own script run, by their SHA-256, and nothing be loaded, sent or framed;
Trusted Types make every way from a text to HTML an error in the script. Findings are embedded once as JSON
(:mod:`pregate.report.html.data`) and shown by the script some at a time.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from pregate import __version__
from pregate.model import Rule, Verdict
from pregate.report.html import charts, sections
from pregate.report.html.controls import findings_section
from pregate.report.html.data import embedded
from pregate.report.html.history import HistoryPoint, point_of
from pregate.report.html.markup import Markup, element, inlined, joined
from pregate.report.html.reviewer import reviewer_section

__all__ = ["HistoryPoint", "render"]


def render(verdict: Verdict, rules: Sequence[Rule] = (), history: Sequence[HistoryPoint] = ()) -> str:
    """
    The whole file. ``history`` holds earlier runs, oldest first; with at least one there is a trend, which
    this run ends.
    """
    drawn = _drawn(verdict, history)
    body = element(
        "body",
        None,
        element("a", {"class": "skip", "href": "#main"}, "Skip to the verdict"),
        _header(drawn),
        element("main", {"id": "main", "tabindex": "-1"}, _main(verdict, drawn)),
        element("footer", None, f"pregate {__version__}. This file loads nothing and sends nothing."),
        inlined("script", embedded(verdict, rules), ' type="application/json" id="data"'),
        inlined("script", asset("report.js")),
    )
    return f"<!doctype html>\n{element('html', {'lang': 'en'}, _head(verdict), body)}\n"


@functools.cache
def asset(name: str) -> str:
    """The style sheet or the script, as they stand in the page."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def content_policy() -> str:
    """The Content Security Policy of every page."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest('report.js')}",
            f"style-src {_digest('report.css')}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


@functools.cache
def _digest(name: str) -> str:
    digest = hashlib.sha256(asset(name).encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _head(verdict: Verdict) -> Markup:
    return element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": content_policy()}),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", None, f"pregate: {verdict.decision.value}"),
        inlined("style", asset("report.css")),
    )


def _header(drawn: Sequence[Markup]) -> Markup:
    parts = ("main", "Verdict"), ("charts", "Charts"), ("checks", "Checks"), ("findings", "Findings")
    links = [
        element("li", None, element("a", {"href": f"#{target}"}, words))
        for target, words in parts
        if drawn or target != "charts"
    ]
    toggle = element("button", {"type": "button", "id": "theme", "hidden": True}, "Dark theme")
    return element(
        "header",
        None,
        element("span", {"class": "brand"}, "pregate"),
        element("nav", {"aria-label": "Sections"}, element("ul", None, links)),
        toggle,
    )


def _drawn(verdict: Verdict, history: Sequence[HistoryPoint]) -> list[Markup]:
    """The charts that have something to show."""
    drawn = [charts.by_state(verdict), charts.by_check(verdict)] if verdict.findings else []
    return [*drawn, charts.trend([*history, point_of(verdict)])] if history else drawn


def _main(verdict: Verdict, drawn: Sequence[Markup]) -> Markup:
    checks = (sections.checks_table(verdict), sections.unread_list(verdict))
    return joined(
        sections.verdict_section(verdict),
        reviewer_section(verdict),
        _section("charts", "Charts", element("div", {"class": "panels"}, drawn)) if drawn else "",
        _section("checks", "Checks", element("div", {"class": "panel"}, checks)),
        findings_section(verdict),
    )


def _section(identifier: str, title: str, content: Markup) -> Markup:
    heading = f"{identifier}-title"
    return element(
        "section",
        {"id": identifier, "aria-labelledby": heading},
        element("h2", {"id": heading}, title),
        content,
    )
