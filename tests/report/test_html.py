"""The HTML report as text: what it holds, and that no text in it becomes more than text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.model import (
    Decision,
    Finding,
    Location,
    Severity,
    Standing,
    State,
    Suppression,
    SuppressionKind,
    Verdict,
    Waiver,
)
from pregate.report import FORMATS, html
from pregate.report.html.history import HistoryPoint, point_of, read_point
from pregate.report.html.listing import LINES_MAX, WIDTH_MAX, listing
from pregate.report.html.markup import Markup, element, inlined, web_address
from pregate.report.html.prose import blocks
from pregate.report.schema import ReportError
from pregate.report.visible import visible
from tests.examples import examples
from tests.report import sample
from tests.report.strategies import PIECES, characters, quick, verdicts

VOID = {"br", "input", "meta"}
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "nav", "main", "footer", "script"),
    *(
        "section",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "strong",
        "code",
        "kbd",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary", "noscript"),
    *("form", "fieldset", "legend", "label", "input", "select", "option", "button"),
    *("svg", "g", "rect", "path", "text"),
}


class Page(HTMLParser):
    """Reads a page strictly: every element is one of ours, and ends where it should."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.content: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("style", "src", "srcdoc")]
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.content[self.open[-1]] = self.content.get(self.open[-1], "") + data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">([^<]*)</script>', text)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def with_finding(finding: Finding, state: State = State.NEW) -> Verdict:
    judged = (sample.judged(state, finding),)
    return sample.verdict_of(judged, sample.outcomes()[:2], Decision.FAILED)


# --------------------------------------------------------------------------------------------------- one file


def test_the_policy_names_exactly_the_style_and_the_script_that_stand_in_the_page() -> None:
    text = html.render(sample.full(), sample.RULES)
    policy = next(m["content"] for m in Page(text).of("meta") if m.get("http-equiv"))
    for name in ("style", "script"):
        (content,) = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in f"{policy};"
    assert str(policy).startswith("default-src 'none'; ")
    assert "unsafe" not in str(policy)


def test_the_policy_stands_before_all_that_it_rules() -> None:
    page = Page(html.render(sample.full(), sample.RULES))
    names = [tag for tag, _ in page.elements]
    policy = next(n for n, (_, a) in enumerate(page.elements) if a.get("http-equiv"))
    assert policy < min(names.index("style"), names.index("script"))


def test_the_page_names_nothing_that_a_browser_would_load() -> None:
    text = html.render(sample.full(), sample.RULES)
    assert not re.search(r"url\(|@import|@font-face|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", text)
    assert {a["href"] for a in Page(text).of("a") if not str(a["href"]).startswith("#")} == set()


def test_the_same_verdict_gives_the_same_page() -> None:
    assert html.render(sample.full(), sample.RULES) == html.render(sample.full(), sample.RULES)


def test_script_and_style_could_not_end_their_own_element() -> None:
    with pytest.raises(ValueError, match="would end its script"):
        inlined("script", "x = '</script>'")


# ----------------------------------------------------------------------------------------------- hostile text


def test_an_element_escapes_what_is_not_markup() -> None:
    assert element("p", {"title": '"<&>'}, "<b>", [Markup("<i></i>")]) == (
        '<p title="&quot;&lt;&amp;&gt;">&lt;b&gt;<i></i></p>'
    )
    assert element("input", {"hidden": True, "value": None}) == "<input hidden>"


@pytest.mark.long
@settings(quick, max_examples=examples(15, 300))
@given(verdicts())
def test_no_text_becomes_an_element(verdict: Verdict) -> None:
    text = html.render(verdict, ())
    page = Page(text)
    assert len(page.of("script")) == 2
    assert text.count("</noscript") == len(page.of("noscript"))  # with scripts that is raw text
    prints = [finding["fingerprint"] for finding in data_of(text)["findings"]]
    assert sorted(prints) == sorted(j.finding.fingerprint for j in verdict.findings)
    assert visible(text, keep="\n\t") == text


HOSTILE = [
    "<script>x()</script>",
    "</script>",
    "</noscript>",
    "</noscript x='",
    '"><img src=x onerror=x()>',
    "<!--",
    "-->",
]
texts = st.lists(st.sampled_from([*PIECES, *HOSTILE]) | characters, max_size=8).map("".join)


@settings(max_examples=50)
@given(texts, texts)
def test_whatever_stands_in_an_attribute_or_a_text_ends_neither(attribute: str, text: str) -> None:
    made = element("p", {"title": attribute}, text)
    page = Page(made)
    assert [tag for tag, _ in page.elements] == ["p"]
    assert made.count("<") == 2
    assert made.count("</noscript") == 0


def test_the_data_has_nothing_that_could_end_its_element_or_a_line() -> None:
    shown = "</script><!--<script>\u2028\u202e&"
    text = html.render(with_finding(replace(sample.shell_finding(), message=shown)), ())
    raw = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert raw
    assert raw[1].isascii()
    assert not set("<>&\n") & set(raw[1])
    assert data_of(text)["findings"][0]["message"] == ["</script><!--<script>\\u2028\\u202e&"]


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://osv.dev/vulnerability/GHSA-aaaa", True),
        ("http://example.org/a?b=c#d", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:https://x", False),
        ("data:text/html,x", False),
        ("//evil.example", False),
        ("https://user:word@evil.example/", False),
        ("https://evil.example/\u202e", False),
        ("https://evil.example/ x", False),
        ('https://evil.example/"x', False),
        ("", False),
    ],
)
def test_only_plain_web_addresses_become_links(address: str, is_safe: bool) -> None:
    assert web_address(address) == (address if is_safe else "")
    rule = replace(sample.SHELL, help_uri=address)
    made = data_of(html.render(with_finding(replace(sample.shell_finding(), rule=rule)), ()))
    assert ("help" in made["rules"][0]) == is_safe


# ---------------------------------------------------------------------------------------------- what it shows


def test_findings_come_by_state_what_fails_first() -> None:
    states = [f["state"] for f in data_of(html.render(sample.full(), ()))["findings"]]
    assert states == sorted(states, key=["new", "below-threshold", "pre-existing", "suppressed"].index)


def test_what_many_findings_share_is_held_once() -> None:
    found = tuple(
        sample.judged(State.NEW, replace(sample.shell_finding(), ordinal=n, remedy="Do so."))
        for n in range(50)
    )
    verdict = sample.verdict_of(found, sample.outcomes()[:2], Decision.FAILED)
    data = data_of(html.render(verdict, ()))
    assert (len(data["findings"]), len(data["rules"]), len(data["remedies"])) == (50, 1, 1)


def test_the_flagged_columns_are_marked() -> None:
    assert listing(sample.shell_finding()) == ((12, "\t", "subprocess.call(command, shell=True)", ""),)
    assert listing(sample.key_finding()) == ((3, "KEY = '", "***", "'  # deploy"),)
    assert [line[0] for line in listing(sample.wide_finding())] == [7, 8]


def test_a_long_line_is_cut_around_its_flagged_part() -> None:
    line = f"{'a' * 5000}FLAGGED{'b' * 5000}"
    found = sample.finding(sample.SHELL, "x.py", 1, line, 5001, 5008)
    ((_, before, flagged, after),) = listing(found)
    assert flagged == "FLAGGED"
    assert before.startswith("…a")
    assert after.endswith("b...")
    assert len(before + flagged + after) <= WIDTH_MAX + 5


def test_a_long_finding_says_how_many_lines_are_left_out() -> None:
    found = sample.finding(sample.SHELL, "x.py", 1, "x\n" * 30, 1, 1, location=Location("x.py", 1, 1, 30, 2))
    (made,) = data_of(html.render(with_finding(found), ()))["findings"]
    assert (len(made["code"]), made["more"]) == (LINES_MAX, 30 - LINES_MAX)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one `two` three", [["p", ["one ", "two", " three"]]]),
        ("one\nline `x`\n\nnext", [["p", ["one line ", "x"]], ["p", ["next"]]]),
        ("`x`\nmore", [["p", ["", "x", " more"]]]),
        ("- a\n- b `c`\nrest", [["ul", ["a"], ["b ", "c", " rest"]]]),
        ("text\n```python\n  x\n```\nafter", [["p", ["text"]], ["pre", "  x"], ["p", ["after"]]]),
        ("```\nopen", [["pre", "open"]]),
        ("# no [link](x) <b>", [["p", ["# no [link](x) <b>"]]]),
        ("", []),
    ],
)
def test_remedies_are_blocks_of_a_small_part_of_markdown(text: str, expected: list[Any]) -> None:
    assert blocks(text) == expected


def test_a_check_says_its_outcome_and_why() -> None:
    text = html.render(sample.full(), ())
    for words in ("✓ completed", "skipped", "✕ failed", "No file concerns it.", "Grant access-analyzer:"):
        assert words in text


def test_what_was_not_analysed_is_listed_with_its_reason() -> None:
    text = html.render(sample.full(), ())
    assert "src/broken.py:9" in text
    assert "unparsable: invalid syntax" in text


def test_scanning_nothing_does_not_look_like_finding_nothing() -> None:
    assert "Nothing was scanned" in html.render(sample.nothing(), ())
    assert "Nothing was scanned" not in html.render(sample.clean(), ())


def test_what_concerns_the_gate_itself_is_shown_to_the_reviewer() -> None:
    suppression = Suppression(
        SuppressionKind.INLINE,
        "python/B602",
        Location("src/app.py", 40),
        "# pregate: ignore",
        reason="<b>tests",
    )
    found = replace(sample.shell_finding(), suppressed_by="# pregate: ignore", suppression=suppression)
    verdict = replace(
        with_finding(found, State.SUPPRESSED),
        waivers=(
            Waiver(suppression, Standing.USED, is_added=True, count=1),
            Waiver(replace(suppression, reason=""), Standing.EXPIRED, why="until 2026-01-01"),
        ),
        notes=("a note",),
        policy_changes=("`fail-on` would be none",),
    )
    text = html.render(verdict, ())
    for words in ("Suppressions that this change adds", 'reason "&lt;b&gt;tests"',
                  "expired: until 2026-01-01", "a note", "<code>fail-on</code> would be none"):  # fmt: skip
        assert words in text
    assert data_of(text)["findings"][0]["suppression"] == [
        ["Reason", "<b>tests"],
        ["Written in", "src/app.py:40"],
    ]
    assert "For the reviewer" not in html.render(sample.full(), ())


def test_without_a_script_there_is_a_list_of_what_fails() -> None:
    text = html.render(sample.full(), ())
    plain = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert plain.count("<li>") == len(sample.full().select(State.NEW))
    assert "src/old.py" not in plain
    assert "And 4 more of all states" in plain


def test_where_nothing_fails_the_list_without_a_script_has_the_first_findings() -> None:
    found = tuple(
        sample.judged(State.PRE_EXISTING, replace(sample.shell_finding(), ordinal=n)) for n in range(300)
    )
    text = html.render(sample.verdict_of(found, sample.outcomes()[:2], Decision.PASSED), ())
    plain = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert plain.count("<li>") == 200
    assert "And 100 more" in plain


def test_the_charts_count_by_check_and_by_state() -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", html.render(sample.full(), ()).replace("\n", ""))
    numbers = [re.findall(r">([0-9,]+)</(?:a|span)>", row) for row in rows]
    high = next(n for n, row in zip(numbers, rows, strict=True) if ">High<svg" in row)
    python = next(n for n, row in zip(numbers, rows, strict=True) if ">python<svg" in row)
    assert high == ["3", "0", "1", "1", "5"]
    assert python == ["0", "4", "1", "1", "0", "6"]


# ---------------------------------------------------------------------------------------------------- history


def test_an_earlier_report_gives_its_numbers() -> None:
    found = (*sample.failed().findings, sample.judged(State.SUPPRESSED, sample.wide_finding()))
    verdict = sample.verdict_of(found, sample.outcomes()[:2], Decision.FAILED)
    verdict = replace(verdict, ended=1_790_000_000_000)
    point = read_point(FORMATS["json"](verdict, ()).encode())
    assert point == point_of(verdict)
    assert point.ended_ms == 1_790_000_000_000
    assert (dict(point.states)[State.NEW], dict(point.states)[State.SUPPRESSED]) == (2, 1)
    assert (point.count(Severity.HIGH), point.count(Severity.MEDIUM), point.total) == (1, 0, 2)


@pytest.mark.parametrize("data", [b"", b"{}", b"<html>", b"[1]"])
def test_what_is_no_report_is_no_history(data: bytes) -> None:
    with pytest.raises(ReportError):
        read_point(data)


def test_there_is_a_trend_where_history_is_given() -> None:
    assert ">Trend<" not in html.render(sample.full(), ())
    earlier = [replace(point_of(sample.full()), ended_ms=86_400_000 * n) for n in range(40)]
    text = html.render(sample.clean(), (), earlier)
    Page(text)
    assert "Open findings of the last 30 runs: 8 at first, 0 now, at most 8." in text
    assert "1970-02-09 00:00 UTC 4 high" in text


def test_numbers_that_no_run_has_do_not_break_the_trend() -> None:
    wild = HistoryPoint(10**30, Decision.PASSED, (), ((Severity.LOW, 10**6),))
    Page(html.render(sample.clean(), (), [wild, replace(wild, ended_ms=-1, severities=())]))
