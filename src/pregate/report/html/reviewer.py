"""What a reviewer should see beside the findings."""

from __future__ import annotations

from collections.abc import Sequence

from pregate.model import Verdict
from pregate.report.html.markup import Markup, element
from pregate.report.html.prose import spanned
from pregate.report.visible import clipped, one_line
from pregate.report.waivers import Told, added, idle

LINES_MAX = 200
TEXT_MAX = 2000


def reviewer_section(verdict: Verdict) -> Markup:
    """
    What the change makes of the gate itself, suppressions
    that it adds, those of no use, and notes of the run. Nothing where there is nothing of it.
    """
    groups = {
        "This change alters the gate's configuration (which does not judge it)": _plain_items(
            verdict.policy_changes
        ),
        "Suppressions that this change adds": _told_items(added(verdict)),
        "Suppressions to look at": _told_items(idle(verdict)),
        "Notes": _plain_items(verdict.notes),
    }
    parts = [
        (element("h3", None, title), element("ul", {"class": "remarks"}, items))
        for title, items in groups.items()
        if items
    ]
    if not parts:
        return Markup()
    return element(
        "section",
        {"id": "reviewer", "aria-labelledby": "reviewer-title"},
        element("h2", {"id": "reviewer-title"}, "For the reviewer"),
        element("div", {"class": "panel"}, parts),
    )


def _plain_items(texts: Sequence[str]) -> list[Markup]:
    made = [element("li", None, spanned(clipped(one_line(text), TEXT_MAX))) for text in texts[:LINES_MAX]]
    return made + _rest(len(texts))


def _told_items(told: Sequence[Told]) -> list[Markup]:
    return [*map(_told, told[:LINES_MAX]), *_rest(len(told))]


def _told(told: Told) -> Markup:
    rule = (element("code", None, clipped(told.rule, 200)), ": ") if told.rule else ""
    place = element("code", None, clipped(told.place, 500))
    return element("li", None, place, " ", rule, clipped(told.words, TEXT_MAX))


def _rest(number: int) -> list[Markup]:
    more = f"And {number - LINES_MAX:,} more, which the JSON report lists."
    return [element("li", None, more)] if number > LINES_MAX else []
