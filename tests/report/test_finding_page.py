"""One finding in full, on a terminal and in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

from pregate.model import State
from pregate.report.finding_page import render_finding, state_words
from tests.report import sample

COMMENT = '# pregate: ignore[python/B602] reason="…"'
WAYS = (("on the command line:", "pregate suppress"), ("or in the file:", COMMENT))


def test_what_is_known_of_the_finding_comes_before_its_rule() -> None:
    found = replace(
        sample.shell_finding(),
        aliases=("CVE-1",),
        commit="ab" * 20,
        remedy="Upgrade `x` to 2.0.",
        properties=(),
    )
    text = render_finding(sample.judged(State.NEW, found), WAYS)
    head, _, rest = text.partition("-" * 100)
    for words in (
        "also         CVE-1",
        "commit       abababababab",
        "How to fix this one\n  Upgrade `x` to 2.0.",
    ):
        assert words in head
    assert rest.lstrip().startswith("python/B602  (high, CWE-78)")


def test_the_ways_to_suppress_it_come_last() -> None:
    text = render_finding(sample.judged(State.NEW, sample.key_finding()), WAYS)
    assert text.endswith(f"- or in the file:\n        {COMMENT}\n")


def test_the_state_says_why() -> None:
    found = sample.shell_finding()
    suppressed = replace(found, suppressed_by="# nosec B602")
    assert state_words(sample.judged(State.SUPPRESSED, suppressed)) == "suppressed by # nosec B602"
    excused = replace(found, excused="a development dependency")
    words = "below-threshold; it does not fail the gate: a development dependency"
    assert state_words(sample.judged(State.BELOW_THRESHOLD, excused)) == words


def test_a_hostile_finding_prints_nothing_active() -> None:
    text = render_finding(sample.judged(State.NEW, sample.hostile_finding()), WAYS)
    assert text.replace("\n", "").isprintable()
    markdown = render_finding(sample.judged(State.NEW, sample.hostile_finding()), WAYS, "markdown")
    assert markdown.replace("\n", "").replace("\t", "").isprintable()
    prose = "\n".join(line for line in markdown.splitlines() if not line.startswith(("# ", "- ", "x = ")))
    assert "<!--" not in re.sub(r"`[^`]*`", "", prose)


def test_markdown_has_code_facts_and_the_rules_page() -> None:
    found = replace(sample.shell_finding(), remedy="Do this instead.")
    text = render_finding(sample.judged(State.NEW, found), WAYS, "markdown")
    assert "**How to fix this one**\n\nDo this instead." in text
    assert "- state: `new`" in text
    assert "\n# `python/B602`: subprocess call with shell=True\n" in text
    assert text.endswith(f"```\n{COMMENT}\n```\n")
