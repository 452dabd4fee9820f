"""One finding in full, on a terminal and in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pregate.model import State
from pregate.report.finding_page import render_finding, state_words
from tests.report import sample

COMMENT = '# pregate: ignore[python/B602] reason="…"'


def test_what_is_known_of_the_finding_comes_before_its_rule() -> None:
    found = replace(
        sample.shell_finding(),
        aliases=("CVE-1",),
        commit="ab" * 20,
        remedy="Upgrade `x` to 2.0.",
        properties=(),
    )
    text = render_finding(sample.judged(State.NEW, found), COMMENT)
    head, _, rest = text.partition("-" * 100)
    for words in (
        "also         CVE-1",
        "commit       abababababab",
        "How to fix this one\n  Upgrade `x` to 2.0.",
    ):
        assert words in head
    assert rest.lstrip().startswith("python/B602  (high, CWE-78)")


def test_a_comment_is_offered_for_files_as_they_are_and_not_for_the_past() -> None:
    now = sample.shell_finding()
    assert "at its place" in render_finding(sample.judged(State.NEW, now), COMMENT)
    past = replace(now, commit="ab" * 20)
    assert "at its place" not in render_finding(sample.judged(State.NEW, past), COMMENT)
    assert "at its place" not in render_finding(sample.judged(State.NEW, now), "")


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_suppressing_on_the_command_line_is_always_shown(form: str) -> None:
    found = sample.key_finding()
    text = render_finding(sample.judged(State.NEW, found), "", form)  # type: ignore[arg-type]
    assert f'pregate suppress {found.fingerprint} --reason "…"' in text


def test_the_state_says_why() -> None:
    found = sample.shell_finding()
    suppressed = replace(found, suppressed_by="# nosec B602")
    assert state_words(sample.judged(State.SUPPRESSED, suppressed)) == "suppressed by # nosec B602"
    excused = replace(found, excused="a development dependency")
    words = "below-threshold; it does not fail the gate: a development dependency"
    assert state_words(sample.judged(State.BELOW_THRESHOLD, excused)) == words


def test_a_hostile_finding_prints_nothing_active() -> None:
    text = render_finding(sample.judged(State.NEW, sample.hostile_finding()), "")
    assert text.replace("\n", "").isprintable()
    markdown = render_finding(sample.judged(State.NEW, sample.hostile_finding()), "", "markdown")
    assert markdown.replace("\n", "").replace("\t", "").isprintable()
    prose = "\n".join(line for line in markdown.splitlines() if not line.startswith(("# ", "- ", "x = ")))
    assert "<!--" not in re.sub(r"`[^`]*`", "", prose)


def test_markdown_has_code_facts_and_the_rules_page() -> None:
    found = replace(sample.shell_finding(), remedy="Do this instead.")
    text = render_finding(sample.judged(State.NEW, found), COMMENT, "markdown")
    assert "**How to fix this one**\n\nDo this instead." in text
    assert "- state: `new`" in text
    assert "\n# `python/B602`: subprocess call with shell=True\n" in text
    assert text.endswith(f"```\n{COMMENT}\n```\n")
