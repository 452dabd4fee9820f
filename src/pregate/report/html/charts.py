"""
Charts as tables with bars, which any reader of a screen can say, and the trend as a drawing with its numbers
beside it. Colours are named by classes; none tells what a word does not.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from pregate.model import Decision, Severity, State, Verdict
from pregate.report.html.data import ORDER
from pregate.report.html.history import HistoryPoint
from pregate.report.html.markup import Markup, element
from pregate.report.words import plural

SEVERITIES = tuple(sorted(Severity, reverse=True))
POINTS_MAX = 30
BAR = 200  # units of a bar's whole length
TREND = (720, 150)  # units of the drawing: its length and the height of its bars
_LABEL = 18

STATE_WORDS = {
    State.NEW: "New",
    State.BELOW_THRESHOLD: "Below threshold",
    State.PRE_EXISTING: "Pre-existing",
    State.SUPPRESSED: "Suppressed",
}
MARKS = {Decision.PASSED: "✓", Decision.FAILED: "✕", Decision.INCOMPLETE: "!"}
Segment = tuple[str, int]


def moment(milliseconds: int) -> str:
    """``2026-11-02 09:30 UTC``; ``""`` for 0 and for what no calendar has."""
    try:
        when = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    return when.strftime("%Y-%m-%d %H:%M UTC") if milliseconds > 0 else ""


def shown(**choices: str) -> str:
    """The address of the page with these filters set."""
    return f"#{urlencode(choices)}"


def link(number: int, **choices: str) -> Markup:
    """A number that leads to the findings it counts; a plain zero."""
    if not number:
        return element("span", {"class": "zero"}, "0")
    return element("a", {"href": shown(**choices)}, f"{number:,}")


def by_check(verdict: Verdict) -> Markup:
    """Severity by check, of what is not suppressed."""
    open_states = [state.value for state in ORDER if state is not State.SUPPRESSED]
    counter = Counter(
        (j.finding.rule.check, j.finding.severity)
        for j in verdict.findings
        if j.state is not State.SUPPRESSED
    )
    names = list(dict.fromkeys([*(s.check for s in verdict.checks), *(check for check, _ in counter)]))
    columns = [s for s in SEVERITIES if s not in (Severity.UNKNOWN, Severity.INFO) or _has(counter, s)]
    longest = max((_total(counter, name) for name in names), default=0)
    rows = []
    for name in names:
        here = {"check": name, "state": ",".join(open_states)}
        cells = (element("td", None, link(counter[name, s], **here, severity=s.word)) for s in columns)
        segments = [(s.word, counter[name, s]) for s in SEVERITIES]
        rows.append(_row(name, _bar(segments, longest), cells, link(_total(counter, name), **here)))
    heads = [_swatch(severity.word, severity.word.capitalize()) for severity in columns]
    return _table("Severity by check", "What is suppressed is not counted.", "Check", heads, rows)


def by_state(verdict: Verdict) -> Markup:
    """New against pre-existing and suppressed, by severity."""
    counter = Counter((j.finding.severity, j.state) for j in verdict.findings)
    totals = {s: sum(counter[s, state] for state in State) for s in SEVERITIES}
    rows = []
    for severity in SEVERITIES:
        if not totals[severity] and severity in (Severity.UNKNOWN, Severity.INFO):
            continue
        word = severity.word
        cells = (
            element("td", None, link(counter[severity, state], severity=word, state=state.value))
            for state in ORDER
        )
        segments = [(state.value, counter[severity, state]) for state in ORDER]
        bar = _bar(segments, max(totals.values()))
        rows.append(_row(word.capitalize(), bar, cells, link(totals[severity], severity=word)))
    heads = [_swatch(state.value, STATE_WORDS[state]) for state in ORDER]
    note = "" if verdict.compared else "Nothing was compared: every finding counts as new."
    return _table("New against what was there", note, "Severity", heads, rows)


def _has(counter: Counter[tuple[str, Severity]], severity: Severity) -> bool:
    return any(number for (_, found), number in counter.items() if found is severity)


def _total(counter: Counter[tuple[str, Severity]], name: str) -> int:
    return sum(counter[name, severity] for severity in SEVERITIES)


def _swatch(kind: str, words: str) -> Markup:
    return element("th", {"scope": "col"}, element("span", {"class": f"swatch fill-{kind}"}), words)


def _row(name: str, bar: Markup, cells: Iterable[Markup], total: Markup) -> Markup:
    return element("tr", None, element("th", {"scope": "row"}, name, bar), cells, element("td", None, total))


def _table(title: str, note: str, first: str, heads: Sequence[Markup], rows: Sequence[Markup]) -> Markup:
    row = element(
        "tr",
        None,
        element("th", {"scope": "col"}, first),
        heads,
        element("th", {"scope": "col"}, "Total"),
    )
    table = element("table", {"class": "chart"}, element("thead", None, row), element("tbody", None, rows))
    return element(
        "section",
        {"class": "panel"},
        element("h3", None, title),
        element("p", {"class": "note"}, note) if note else "",
        scrolled(title, table),
    )


def _bar(segments: Iterable[Segment], longest: int) -> Markup:
    """Segments side by side, in units of the longest bar; each that counts something can be seen."""
    rects = []
    end = 0.0
    for kind, number in segments:
        if number:
            width = max(number * BAR / longest, 1.5)
            rects.append(_rect(kind, (end, 0, width, 10)))
            end += width
    box = {"viewBox": f"0 0 {max(end, BAR):g} 10", "preserveAspectRatio": "none", "aria-hidden": "true",
           "class": "bar"}  # fmt: skip
    return element("svg", box, rects)


def _rect(kind: str, box: tuple[float, float, float, float], title: str = "") -> Markup:
    x, y, width, height = (f"{round(value, 2):g}" for value in box)
    attributes = {"class": f"fill-{kind}", "x": x, "y": y, "width": width, "height": height}
    return element("rect", attributes, element("title", None, title) if title else "")


# ---------------------------------------------------------------------------------------------------- trend


def trend(points: Sequence[HistoryPoint]) -> Markup:
    """The last runs, oldest first: a bar of open findings by severity for each, and a table of the same."""
    last = list(points)[-POINTS_MAX:]
    longest = max(1, *(point.total for point in last))
    step = TREND[0] / len(last)
    bars = [_column(point, number * step, step, longest) for number, point in enumerate(last)]
    words = (
        f"Open findings of the last {plural(len(last), 'run')}: {last[0].total:,} at first, "
        f"{last[-1].total:,} now, at most {longest:,}."
    )
    box = {"viewBox": f"0 0 {TREND[0]} {TREND[1] + _LABEL}", "role": "img", "aria-label": words}
    heads = [element("th", {"scope": "col", "class": "left"}, head) for head in ("Run", "Verdict")]
    heads += [_swatch(severity.word, severity.word.capitalize()) for severity in SEVERITIES]
    table = element(
        "table",
        None,
        element("thead", None, element("tr", None, heads, element("th", {"scope": "col"}, "Open"))),
        element("tbody", None, [_point(point, number) for number, point in enumerate(last, 1)]),
    )
    return element(
        "section",
        {"class": "panel wide"},
        element("h3", None, "Trend"),
        element("p", {"class": "note"}, words),
        scrolled("Trend", element("svg", {**box, "class": "trend"}, bars)),
        element("p", {"class": "note legend", "aria-hidden": "true"}, _legend()),
        element(
            "details", None, element("summary", None, "The numbers"), scrolled("Trend in numbers", table)
        ),
    )


def _legend() -> list[Markup]:
    marks = (f"{MARKS[decision]} {decision.value}" for decision in Decision)
    return [
        *(
            element("span", None, element("span", {"class": f"swatch fill-{s.word}"}), s.word)
            for s in SEVERITIES
        ),
        *(element("span", None, mark) for mark in marks),
    ]


def scrolled(label: str, content: Markup) -> Markup:
    """Content that may be wider than its place, which the keyboard scrolls too."""
    return element("div", {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": label}, content)


def _column(point: HistoryPoint, left: float, step: float, longest: int) -> Markup:
    width = min(step * 0.7, 48)
    x = left + (step - width) / 2
    base = float(TREND[1])
    rects = []
    for severity in reversed(SEVERITIES):
        height = point.count(severity) * (TREND[1] - 6) / longest
        if height:
            base -= height
            words = f"{moment(point.ended_ms)} {point.count(severity):,} {severity.word}".strip()
            rects.append(_rect(severity.word, (x, base, width, height), words))
    floor = _rect("floor", (left, TREND[1], step, 1))
    place = {"x": f"{left + step / 2:.1f}", "y": f"{TREND[1] + 14}", "class": f"mark {point.decision.value}"}
    return element("g", None, rects, floor, element("text", place, MARKS[point.decision]))


def _point(point: HistoryPoint, number: int) -> Markup:
    name = moment(point.ended_ms) or f"Run {number}"
    cells = [element("td", None, f"{point.count(severity):,}") for severity in SEVERITIES]
    return element(
        "tr",
        None,
        element("th", {"scope": "row"}, name),
        element("td", {"class": "word"}, point.decision.value),
        cells,
        element("td", None, f"{point.total:,}"),
    )
