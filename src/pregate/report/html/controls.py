"""The findings' section: the form that filters them, and the empty list that the script fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pregate.model import Confidence, Severity, Verdict
from pregate.report.html.charts import SEVERITIES, STATE_WORDS
from pregate.report.html.data import ORDER
from pregate.report.html.markup import Markup, element
from pregate.report.html.sections import plain_list
from pregate.report.visible import visible

Option = tuple[str, str]
_SORTS = (("", "What fails first"), ("severity", "Severity"), ("path", "File"), ("rule", "Rule"))


def findings_section(verdict: Verdict) -> Markup:
    """The whole section; without a script it has the plain list alone."""
    return element(
        "section",
        {"id": "findings", "aria-labelledby": "findings-title", "tabindex": "-1"},
        element("h2", {"id": "findings-title"}, "Findings"),
        _empty() if not verdict.findings else _browser(verdict),
        plain_list(verdict) if verdict.findings else "",
    )


def _empty() -> Markup:
    return element("p", {"class": "panel"}, "No findings. The table of checks above says what was looked at.")


def _browser(verdict: Verdict) -> Markup:
    status = {"id": "status", "role": "status", "aria-live": "polite"}
    keys = element("p", {"class": "note keys"}, element("kbd", None, "/"), " searches, ",
                   element("kbd", None, "↓"), " and ", element("kbd", None, "↑"), " move, ",
                   element("kbd", None, "Enter"), " opens and closes.")  # fmt: skip
    return element(
        "div",
        {"id": "browser", "hidden": True},
        _form(verdict),
        element("div", {"class": "bar-line"}, element("p", status), keys),
        element("ol", {"id": "list", "role": "list"}),
        element("button", {"type": "button", "id": "more", "hidden": True}, "Show more"),
    )


def _form(verdict: Verdict) -> Markup:
    found = verdict.findings
    states = Counter(judged.state for judged in found)
    severities = Counter(judged.finding.severity for judged in found)
    return element(
        "form",
        {"id": "filters", "role": "search", "aria-label": "Filter the findings"},
        _search(),
        _choices("state", "State", [(s.value, STATE_WORDS[s], states[s]) for s in ORDER]),
        _choices("severity", "Severity", [_severity(s, severities) for s in SEVERITIES if severities[s]]),
        element(
            "div",
            {"class": "selects"},
            _select("check", "Check", _counted(j.finding.rule.check for j in found)),
            _select("rule", "Rule", _counted(j.finding.rule.id for j in found)),
            _select("confidence", "Confidence", [("", "Any"), *((c.word, c.word) for c in _confidences())]),
            _select("sort", "Order", _SORTS),
            element("button", {"type": "reset"}, "Reset"),
        ),
    )


def _search() -> Markup:
    field = {
        "id": "q",
        "name": "q",
        "type": "search",
        "placeholder": "Path, rule, message or alias",
        "autocomplete": "off",
        "spellcheck": "false",
    }
    label = element("label", {"for": "q"}, "Search")
    return element("div", {"class": "search"}, label, element("input", field))


def _severity(severity: Severity, counter: Counter[Severity]) -> tuple[str, str, int]:
    return severity.word, severity.word.capitalize(), counter[severity]


def _choices(name: str, legend: str, choices: Iterable[tuple[str, str, int]]) -> Markup:
    boxes = [
        element(
            "label",
            {"class": f"choice {value}"},
            element("input", {"type": "checkbox", "name": name, "value": value}),
            element("span", {"class": f"swatch fill-{value}"}),
            f"{words} ",
            element("span", {"class": "count"}, f"{number:,}"),
        )
        for value, words, number in choices
    ]
    return element("fieldset", None, element("legend", None, legend), boxes)


def _select(name: str, label: str, options: Sequence[Option]) -> Markup:
    made = [element("option", {"value": value}, words) for value, words in options]
    field = element("select", {"id": f"by-{name}", "name": name}, made)
    return element("div", {"class": "field"}, element("label", {"for": f"by-{name}"}, label), field)


def _counted(names: Iterable[str]) -> list[Option]:
    """The names with their numbers, in alphabetical order, as the script knows them."""
    counter = Counter(visible(name, keep="\n\t") for name in names)
    return [("", "All"), *((name, f"{name} ({number:,})") for name, number in sorted(counter.items()))]


def _confidences() -> Iterable[Confidence]:
    return sorted(Confidence, reverse=True)
