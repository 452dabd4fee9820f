"""What a person sees at a terminal, and what never gets there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given

from pregate.model import (
    Completed,
    Counts,
    Decision,
    Failed,
    Finding,
    Location,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.report.console import render_console, render_last_line
from pregate.report.excerpt import excerpt
from tests.report import sample
from tests.report.strategies import hostile, often, quick, verdicts

SGR = re.compile(r"\x1b\[[0-9;]+m")


def rows(snippet: str, location: Location, width: int = 80) -> list[str]:
    return [f"{row.gutter} {row.text}" for row in excerpt(snippet, location, width)]


def verdict_with(*found: Finding, **more: object) -> Verdict:
    judged = tuple(sample.judged(State.NEW, f) for f in found)
    made = (Completed("python", (), (), Counts(1, 1)),)
    return sample.verdict_of(judged, made, Decision.FAILED, **more)


@quick
@given(verdict=verdicts())
def test_nothing_invisible_or_active_reaches_the_terminal(verdict: Verdict) -> None:
    for verbose in (False, True):
        text = render_console(verdict, verbose=verbose)
        odd = {c for c in text if not c.isprintable() and c != "\n" and unicodedata.category(c) != "Zs"}
        assert odd == set()


@quick
@given(verdict=verdicts())
def test_the_last_line_is_the_verdict(verdict: Verdict) -> None:
    last = render_console(verdict).rstrip("\n").split("\n")[-1]
    assert last == render_last_line(verdict).rstrip()
    assert last.startswith(f"pregate: {verdict.decision.value.upper()}: ")


def test_colours_change_nothing_but_colours() -> None:
    assert SGR.sub("", render_console(sample.full(), colour=True)) == render_console(sample.full())


def test_without_colours_there_is_no_escape() -> None:
    assert "\x1b" not in render_console(sample.full())


def test_a_rule_is_explained_once() -> None:
    other = replace(sample.shell_finding(), ordinal=1)
    text = render_console(verdict_with(sample.shell_finding(), other))
    assert text.count(sample.SHELL.description) == 1


def test_findings_beyond_the_limit_are_counted_by_rule() -> None:
    found = [replace(sample.shell_finding(), ordinal=n) for n in range(60)]
    text = render_console(verdict_with(*found), limit=10)
    assert text.count("src/app.py:12:2") == 10
    assert "and 50 more findings: 50 python/B602" in text


def test_what_policy_lets_pass_is_counted_and_shown_when_asked() -> None:
    assert "src/old.py" not in render_console(sample.full())
    assert "Not shown: 2 below-threshold, 1 pre-existing, 1 suppressed" in render_console(sample.full())
    assert "src/old.py" in render_console(sample.full(), verbose=True)
    assert "Not shown" not in render_console(sample.full(), verbose=True)


def test_a_suppressed_finding_says_by_what() -> None:
    assert "(suppressed by # nosec B602)" in render_console(sample.full(), verbose=True)


def test_unread_files_are_listed_up_to_a_limit() -> None:
    unread = tuple(Unread(f"f{n:02}.py", UnreadReason.TOO_LARGE) for n in range(25))
    verdict = sample.verdict_of((), (Completed("python", (), unread, Counts(25)),), Decision.INCOMPLETE)
    text = render_console(verdict)
    assert "f19.py" in text
    assert "f20.py" not in text
    assert "and 5 more" in text
    assert "f24.py" in render_console(verdict, verbose=True)


def test_files_that_are_no_text_are_only_counted() -> None:
    unread = tuple(Unread(f"f{n}.png", UnreadReason.BINARY) for n in range(3))
    made = (Completed("secrets", (), unread, Counts(4, 1)),)
    text = render_console(sample.verdict_of((), made, Decision.PASSED))
    assert "  3 files: binary" in text
    assert "f0.png" not in text


def test_a_file_that_two_checks_could_not_read_is_counted_once() -> None:
    unread = (Unread("link.py", UnreadReason.SYMBOLIC_LINK),)
    made = tuple(Completed(check, (), unread, Counts(1, 0)) for check in ("secrets", "python"))
    assert "  1 file: symbolic-link" in render_console(sample.verdict_of((), made, Decision.PASSED))


def test_a_skipped_check_has_no_zeroes() -> None:
    line = next(x for x in render_console(sample.full()).split("\n") if x.startswith("offline "))
    assert line.split() == ["offline", "skipped", *"---------"]


def test_a_failed_check_shows_its_hint() -> None:
    text = render_console(sample.full())
    assert "iam: failed: AccessAnalyzer refused the call (403)\n    Grant access-analyzer" in text


def test_scanning_nothing_never_looks_like_finding_nothing() -> None:
    text = render_console(sample.nothing())
    assert "Nothing was scanned" in text
    assert "no new finding" not in text
    assert text.endswith(
        "pregate: PASSED: nothing was scanned in 1 staged file; no check had a file to analyse\n"
    )


def test_a_check_that_analysed_no_file_has_scanned_nothing() -> None:
    made = (Completed("secrets", (), (), Counts(3, 0)), Skipped("python", SkipReason.NO_TARGETS))
    assert "nothing was scanned" in render_last_line(sample.verdict_of((), made, Decision.PASSED))


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (
            sample.failed(),
            "FAILED: 2 new findings at or over high (1 secrets, 1 python) in 4 staged files",
        ),
        (sample.clean(), "PASSED: no new finding at or over high in 4 staged files"),
        (
            replace(sample.failed(), compared=False, change="the tree"),
            "FAILED: 2 findings at or over high (1 secrets, 1 python) in the tree",
        ),
        (
            replace(sample.failed(), fail_on="none", decision=Decision.PASSED),
            (
                "PASSED: 2 new findings (1 secrets, 1 python), which fail nothing as fail-on is none"
                " in 4 staged files"
            ),
        ),
        (
            replace(sample.clean(), decision=Decision.INCOMPLETE, reasons=("a.", "b", "c", "d", "e")),
            "INCOMPLETE: a; b; c; and 2 more reasons in 4 staged files",
        ),
        (
            replace(sample.nothing(), decision=Decision.INCOMPLETE, reasons=()),
            "INCOMPLETE: not everything could be checked; nothing was scanned in 1 staged file",
        ),
        (replace(sample.clean(), change=""), "PASSED: no new finding at or over high in an empty change"),
    ],
)
def test_the_verdict_says_why(verdict: Verdict, expected: str) -> None:
    assert render_last_line(verdict) == f"pregate: {expected}"


def test_findings_of_unknown_severity_are_named_in_the_verdict() -> None:
    advisory = sample.finding(sample.ADVISORY, "requirements.txt", 1, "x==1", 1, 5)
    assert "(1 dependencies, 1 of unknown severity)" in render_last_line(verdict_with(advisory))


def test_findings_of_unknown_severity_that_fail_nothing_are_named_too() -> None:
    advisory = sample.finding(sample.ADVISORY, "requirements.txt", 1, "x==1", 1, 5)
    made = (Completed("dependencies", (), (), Counts(1, 1)),)
    verdict = sample.verdict_of((sample.judged(State.BELOW_THRESHOLD, advisory),), made, Decision.PASSED)
    assert "no new finding at or over high, 1 of unknown severity in" in render_last_line(verdict)


def test_unread_files_are_named_in_the_verdict() -> None:
    made = (Completed("secrets", (), sample.unread()[1:2], Counts(2, 1)),)
    line = render_last_line(sample.verdict_of((), made, Decision.PASSED))
    assert line.endswith("in 4 staged files; 1 file not fully read (1 binary)")


def test_what_was_only_not_audited_is_not_advised_to_be_made_smaller() -> None:
    unread = (Unread("requirements.txt", UnreadReason.NOT_AUDITED, "six is not pinned to one version", 1),)
    made = (Completed("dependencies", (), unread, Counts(1, 1)),)
    text = render_console(sample.verdict_of((), made, Decision.PASSED))
    assert "lock it in one version" in text
    assert "max-file-size" not in text


def test_many_reasons_are_listed_in_full() -> None:
    verdict = replace(sample.full(), reasons=("a", "b", "c", "d"))
    assert "The run is incomplete:\n  a\n  b\n  c\n  d\n" in render_console(verdict)


def test_a_note_does_not_repeat_the_name_of_its_check() -> None:
    made = (Completed("iam", (), (), Counts(1, 1), ("iam: local rules only",)),)
    assert "\niam: local rules only\n" in render_console(sample.verdict_of((), made, Decision.PASSED))


def test_a_code_span_is_not_broken_over_lines() -> None:
    found = replace(sample.shell_finding(), message="word " * 14 + "`a code span of words` end")
    assert "\n  `a code span of words` end\n" in render_console(verdict_with(found), width=80)


def test_a_failed_check_without_a_hint_is_one_line() -> None:
    made = (Failed("iam", "no answer", "", Counts(1)),)
    text = render_console(sample.verdict_of((), made, Decision.INCOMPLETE, reasons=("x",)))
    assert "iam: failed: no answer\n\n" in text


# -------------------------------------------------------------------------------------------------- excerpts


def test_the_underline_stands_below_the_region() -> None:
    assert rows("x = f(a, b)", Location("p", 7, 5, 7, 12)) == ["7 | x = f(a, b)", "  |     ^^^^^^^"]


def test_a_tab_is_as_wide_as_it_is_shown() -> None:
    assert rows("\tab\tc", Location("p", 1, 5, 1, 6)) == ["1 |     ab  c", "  |         ^"]


def test_wide_characters_take_two_cells_and_combining_ones_none() -> None:
    line = "'文字 e\u0301' = f"
    assert rows(line, Location("p", 1, 11, 1, 12)) == [f"1 | {line}", "  |            ^"]


def test_a_written_out_control_character_is_as_wide_as_its_escape() -> None:
    assert rows("\x1b = f", Location("p", 1, 5, 1, 6)) == [r"1 | \x1b = f", "  |        ^"]


def test_every_line_of_a_region_is_underlined_from_its_indent() -> None:
    assert rows("f(\r\n  a,\r\n)", Location("p", 9, 1, 11, 2)) == [
        " 9 | f(",
        "   | ^^",
        "10 |   a,",
        "   |   ^^",
        "11 | )",
        "   | ^",
    ]


def test_the_rest_of_a_long_region_is_named() -> None:
    shown = rows("\n".join("abcdefgh"), Location("p", 1, 1, 8, 2))
    assert shown[-1] == "  | ... to line 8"
    assert len(shown) == 13


def test_lines_beyond_the_region_are_not_shown() -> None:
    assert rows("a\nb", Location("p", 1, 1, 1, 2)) == ["1 | a", "  | ^"]


def test_an_empty_region_has_a_place() -> None:
    assert rows("abc", Location("p", 1, 2, 1, 2)) == ["1 | abc", "  |  ^"]


def test_a_blank_line_has_no_underline() -> None:
    assert rows(" ", Location("p", 1, 1, 1, 1)) == ["1 | "]


def test_no_snippet_no_rows() -> None:
    assert rows("", Location("p", 1, 1, 1, 1)) == []


def test_a_masked_value_is_underlined_as_it_is_shown() -> None:
    assert rows("k = '***' # x", Location("p", 1, 6, 1, 46)) == ["1 | k = '***' # x", "  |      ^^^"]


def test_a_region_behind_a_mask_or_a_cut_has_no_underline() -> None:
    assert rows("f('***', shell=True)", Location("p", 1, 40, 1, 50)) == ["1 | f('***', shell=True)"]
    assert rows("…, shell=True)", Location("p", 1, 340, 1, 350)) == ["1 | …, shell=True)"]


@pytest.mark.parametrize("start", [1, 30, 100, 180, 196])
def test_a_long_line_is_cut_around_the_region(start: int) -> None:
    line = "".join(chr(ord("a") + n % 26) for n in range(200))
    text, mark = rows(line, Location("p", 1, start, 1, start + 4), width=60)
    assert max(len(text), len(mark)) <= 60
    assert text[mark.index("^") :][:4] == line[start - 1 : start + 3]
    assert mark.count("^") == 4


@often
@given(text=hostile)
def test_an_excerpt_is_never_wider_than_asked(text: str) -> None:
    for row in excerpt(text * 5, Location("p", 1, 7, 3, 9), 50):
        assert len(row.gutter) + 1 + sum(unicodedata.east_asian_width(c) in "WF" for c in row.text) <= 50
        assert "\n" not in row.text
