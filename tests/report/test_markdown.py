"""No text can make anything active: held against a CommonMark parser with GitHub's extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pregate.model import Decision, Verdict
from pregate.report import summary
from pregate.report.markdown import code, escape, fenced, inline, link, prose, rule_page
from pregate.report.visible import visible, visible_block
from tests.report import sample
from tests.report.strategies import hostile, often, quick, verdicts

PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "code_inline", "softbreak"}
PROSE = PLAIN | {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "fence"}
# What GitHub makes active in text that is neither code nor link
LIVE = re.compile(r"(^|[^\w`])@\w|#[0-9]|\bGH-[0-9]|\bwww\.|://|:smile:|\w@\w", re.IGNORECASE)


@pytest.fixture(scope="module")
def parser() -> MarkdownIt:
    """CommonMark, tables, strikethrough and addresses as GitHub links them: not every word with a dot."""
    made = MarkdownIt("gfm-like")
    assert made.linkify is not None
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
    return made


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def kinds(parser: MarkdownIt, text: str) -> set[str]:
    return {t.type for t in flat(parser.parse(text))}


def live_text(parser: MarkdownIt, text: str) -> list[str]:
    """Text outside code that GitHub would turn into something; text that is cut by escapes counts as one."""
    found = []
    for block in parser.parse(text):
        words = "".join("`" if c.type == "code_inline" else c.content for c in block.children or [])
        found += [m[0] for m in LIVE.finditer(words)]
    return found


def test_the_parser_sees_what_is_active(parser: MarkdownIt) -> None:
    active = kinds(parser, "[a](b) <i>x</i> ![c](d) https://e.example\n\n<!-- f -->\n\n# g\n")
    assert {"link_open", "html_inline", "image", "html_block", "heading_open"} <= active


@often
@given(text=hostile)
def test_escaped_text_is_plain_text(parser: MarkdownIt, text: str) -> None:
    assert kinds(parser, escape(text)) <= PLAIN
    assert live_text(parser, escape(text)) == []


@often
@given(text=hostile)
def test_escaped_text_keeps_its_words(parser: MarkdownIt, text: str) -> None:
    shown = "".join(
        t.content for t in flat(parser.parse("x " + escape(text))) if t.type in ("text", "code_inline")
    )
    expected = "x" + "".join(visible(word) for word in text.split())
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", expected)


@often
@given(text=hostile)
def test_a_code_span_shows_the_text_and_nothing_else(parser: MarkdownIt, text: str) -> None:
    children = parser.parse(f"before {code(text)} after")[1].children or []
    if visible(text).strip():
        assert [c.type for c in children] == ["text", "code_inline", "text"]
        assert children[1].content.strip() == visible(text).strip()
    else:
        assert code(text) == "(blank)"


@often
@given(text=hostile)
def test_a_fence_holds_the_text_and_nothing_else(parser: MarkdownIt, text: str) -> None:
    tokens = parser.parse(f"- item\n\n{fenced(text, '  ')}\n\nend")
    fences = [t for t in tokens if t.type == "fence"]
    assert [t.content for t in fences] == [visible_block(text) + "\n"]
    assert tokens[-2].content == "end"
    assert tokens[-2].level == 1


@often
@given(text=hostile)
def test_prose_has_lists_and_code_at_most(parser: MarkdownIt, text: str) -> None:
    for page in (prose(text), f"- x\n\n{prose(text, '  ')}", inline(text)):
        assert kinds(parser, page) <= PROSE
        assert live_text(parser, page) == []


HEADINGS = {
    "Findings",
    "Below the threshold",
    "Suppressions that this change adds",
    "Suppressions to look at",
    "This change alters the gate's configuration (which does not judge it)",
    "Notes",
    "Checks",
    "Not analysed",
}


@quick
@given(verdict=verdicts())
def test_a_summary_holds_only_what_we_put_there(parser: MarkdownIt, verdict: Verdict) -> None:
    text = summary.render(verdict)
    tokens = list(flat(parser.parse(text)))
    active = {t.type for t in tokens}
    assert not active & {"html_block", "html_inline", "image", "heading_setext", "code_block", "hr"}
    assert [t.type for t in tokens].count("table_open") == 1
    headings = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"]
    assert set(headings[1:]) <= HEADINGS
    uris = {j.finding.rule.help_uri for j in verdict.findings}
    assert {str(t.attrs["href"]) for t in tokens if t.type == "link_open"} <= uris
    assert live_text(parser, text) == []


def test_the_hostile_sample_stays_text(parser: MarkdownIt) -> None:
    page = summary.render(sample.verdict_of(sample.all_findings()[3:4], (), Decision.FAILED))
    assert not kinds(parser, page) & {"html_block", "html_inline", "image"}
    assert "\x1b" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("1. x", r"1\. x"),
        ("- x", r"\- x"),
        ("see @octocat, please", "see `@octocat`, please"),
        ("costs $5", r"costs \$5"),
        ("a :smile: b", "a `:smile:` b"),
        ("src/app.py: shell=True", "src/app.py: shell=True"),
    ],
)
def test_escape_touches_only_what_could_be_active(text: str, expected: str) -> None:
    assert escape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        (" ", "(blank)"),
        ("a\nb", r"`a\nb`"),
        ("a\\", "`a\\`"),
    ],
)
def test_a_code_span_has_a_fence_that_fits(text: str, expected: str) -> None:
    assert code(text) == expected


def test_code_spans_of_a_remedy_stay() -> None:
    assert inline("use `a_b`, not `c`s (`d`)") == "use `a_b`, not `c`s (`d`)"


def test_touching_code_spans_are_kept_apart() -> None:
    assert inline("`a`@b") == "`a` `@b`"


def test_prose_keeps_lists_and_fences() -> None:
    assert prose("Do:\n- a\n* b\n\n\n\n```python\nx = 1\n```") == "Do:\n- a\n- b\n\n```\nx = 1\n```"


def test_a_fence_that_is_never_closed_is_closed() -> None:
    assert prose("```\n<b>") == "```\n<b>\n```"


def test_a_link_to_anything_but_the_web_is_shown_as_code() -> None:
    assert link("x", "javascript:alert(1)") == "`javascript:alert(1)`"
    assert link("x", "https://example.org/a") == "[x](<https://example.org/a>)"


def test_a_rule_page_has_only_the_parts_that_the_rule_has() -> None:
    bare = replace(sample.WILDCARD, remedy="", help_uri="", cwe=())
    assert rule_page(bare) == (
        "# `iam/wildcard-action`: policy allows every action\n\nSeverity: **medium**\n\n"
        "A policy with `Action: *` grants what nobody asked for."
    )


def test_brackets_around_a_word_in_a_code_span_stay_outside() -> None:
    assert escape("(merge base 54e5dff).") == "(merge base `54e5dff`)."
    assert escape("(see #1) and (#2") == "(see `#1`) and (`#2`"
