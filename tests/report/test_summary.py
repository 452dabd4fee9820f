"""The size of a Markdown summary."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pregate.model import Completed, Counts, Decision, Finding, Location, State, Unread, UnreadReason, Verdict
from pregate.report import summary
from tests.report import sample
from tests.report.strategies import quick, verdicts


def many(number: int) -> Verdict:
    found = tuple(
        sample.judged(
            State.NEW,
            replace(sample.shell_finding(), location=Location(f"src/größe/{n}.py", n + 1, 1, n + 1, 5)),
        )
        for n in range(number)
    )
    return sample.verdict_of(found, (Completed("python", (), (), Counts(1, 1)),), Decision.FAILED)


@quick
@given(verdict=verdicts(), limit=st.integers(20, 5000))
def test_a_summary_never_exceeds_its_limit(verdict: Verdict, limit: int) -> None:
    assert summary.size(summary.render(verdict, limit=limit)) <= limit


def test_a_small_report_is_written_in_full() -> None:
    assert "subprocess.call(command, shell=True)" in summary.render(many(3))


def test_a_report_that_is_too_long_has_a_line_for_each_finding() -> None:
    text = summary.render(many(50), limit=20_000)
    assert "subprocess.call(command, shell=True)" not in text
    assert text.count("\n- **high**") == 50
    assert "no room" not in text


def test_findings_that_do_not_fit_are_counted() -> None:
    text = summary.render(many(500), limit=20_000)
    shown = text.count("\n- **high**")
    assert 0 < shown < 500
    assert f"and {500 - shown} more findings that this summary has no room for" in text
    assert summary.size(text) > 19_000


@pytest.mark.parametrize("limit", range(600, 4000, 97))
def test_a_cut_ends_after_a_whole_finding(limit: int) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(summary.render(many(100), limit=limit))
    rows = [t for t in tokens if t.type == "tr_open"]
    assert len(rows) in (0, 2)
    items = [t.content for t in tokens if t.type == "inline" and t.content.startswith("**high**")]
    assert all(item.endswith("shell=True") for item in items)
    assert not [t for t in tokens if t.type == "fence"]


def test_a_million_bytes_hold_without_a_limit_of_the_caller() -> None:
    assert summary.size(summary.render(many(8000))) <= 1024 * 1024


def test_one_huge_finding_cannot_push_out_the_verdict() -> None:
    huge = replace(sample.shell_finding(), message="x" * 3_000_000, snippet="y\n" * 1_000_000)
    verdict = replace(many(1), findings=(sample.judged(State.NEW, huge),))
    text = summary.render(verdict)
    assert summary.size(text) < 10_000
    assert "FAILED" in text


def test_with_no_room_at_all_the_verdict_remains() -> None:
    assert summary.render(many(9), limit=20) == "**FAILED**\n"


def test_unread_files_are_listed_up_to_a_limit() -> None:
    unread = tuple(Unread(f"f{n:02}.py", UnreadReason.TOO_LARGE) for n in range(25))
    verdict = sample.verdict_of((), (Completed("python", (), unread, Counts(25)),), Decision.INCOMPLETE)
    text = summary.render(verdict)
    assert text.count("over the size limit") == 20
    assert "- and 5 more" in text


def test_reasons_that_the_title_has_no_room_for_are_listed() -> None:
    verdict = replace(sample.full(), reasons=("a", "b", "c", "d"))
    assert "and 1 more reason" in summary.render(verdict)
    assert "\n- a\n- b\n- c\n- d\n" in summary.render(verdict)


def test_findings_that_have_no_room_are_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    usual = summary._short

    def counted(found: Finding, view: summary.View) -> str:
        made.append(found.rule.id)
        return usual(found, view)

    monkeypatch.setattr(summary, "_short", counted)
    found = [replace(sample.shell_finding(), ordinal=n) for n in range(5_000)]
    verdict = sample.verdict_of(tuple(sample.judged(State.NEW, f) for f in found), (), Decision.FAILED)
    assert len(summary.render(verdict, limit=20_000)) <= 20_000
    assert len(made) < 1_000
