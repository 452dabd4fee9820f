"""What ``--output`` offers, and what importing it costs; the list and page of rules; shared words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given

from pregate.model import Rule
from pregate.report import FORMATS
from pregate.report.rules_list import explain, render_rules
from pregate.report.visible import cells, one_line, uri, visible
from pregate.report.words import suppression_of
from tests.report import sample
from tests.report.strategies import hostile, often


def test_the_formats_have_the_names_that_users_write() -> None:
    assert sorted(FORMATS) == [
        *("console", "csv", "cyclonedx", "gitlab-code-quality", "gitlab-sast", "html", "json"),
        *("junit", "markdown", "ocsf", "sarif", "spdx"),
    ]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_report_is_text_that_can_be_written_as_utf8(name: str) -> None:
    text = FORMATS[name](sample.full(), sample.RULES)
    assert text.encode("utf-8").endswith(b"\n")


def test_the_registry_imports_no_format() -> None:
    probe = "import sys, pregate.report; print([m for m in sys.modules if 'sarif' in m or 'report.' in m])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_long_title_is_cut_to_the_width() -> None:
    line = render_rules((replace(sample.SHELL, title="x " * 100),), width=40)
    assert len(line) <= 41
    assert line.endswith("...\n")


def test_no_rules_no_lines() -> None:
    assert render_rules(()) == ""


@pytest.mark.parametrize("render", [explain, lambda r: render_rules((r,))])
def test_a_rule_page_shows_nothing_active(render: Callable[[Rule], str]) -> None:
    rule = replace(sample.SHELL, title="\x1b[31m", description="\u202e", remedy="```\n\x07\n```")
    assert render(rule).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("secrets/aws", "# pragma: allowlist secret"),
        ("python/B602", "# nosec B602"),
    ],
)
def test_how_to_suppress(rule: str, words: str) -> None:
    assert words in suppression_of(replace(sample.SHELL, id=rule))


@pytest.mark.parametrize(
    ("rule", "remedy"),
    [
        ("python/B602", "or write `# nosec B602`"),
        ("secrets/x", "or write `# pragma: allowlist secret`"),
    ],
)
def test_what_the_remedy_says_is_not_said_again(rule: str, remedy: str) -> None:
    assert suppression_of(replace(sample.SHELL, id=rule), remedy) == ""
    assert suppression_of(replace(sample.SHELL, id=rule, remedy=remedy)) == ""


@pytest.mark.parametrize("rule", ["python/syntax", "dependencies/GHSA-1", "iam/x"])
def test_a_rule_without_an_inline_suppression_promises_none(rule: str) -> None:
    assert suppression_of(replace(sample.SHELL, id=rule)) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[0m", r"a\x1b[0m"),
        ("\u202e", r"\u202e"),
        ("\udcff", r"\xff"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\u00a0文é", "\u00a0文é"),
        ("\r\n\t", r"\r\n\t"),
    ],
)
def test_invisible_characters_are_written_out(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_blanks_and_line_ends_become_one_blank() -> None:
    assert one_line(" a\r\n\tb ") == "a b"


@often
@given(text=hostile)
def test_cells_account_for_every_code_point(text: str) -> None:
    pieces, starts = cells(text)
    assert len(pieces) == len(text) == len(starts) - 1
    assert starts == sorted(starts)


def test_a_lone_surrogate_that_is_no_byte_has_a_uri_too() -> None:
    assert uri("\ud800") == "%EF%BF%BD"
