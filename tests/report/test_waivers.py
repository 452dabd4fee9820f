"""What reports say of suppressions, other thresholds and the gate's own configuration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pregate.model import (
    Decision,
    Judged,
    Location,
    Standing,
    State,
    Suppression,
    SuppressionKind,
    Verdict,
    Waiver,
)
from pregate.report import FORMATS
from pregate.report.console import render_console
from pregate.report.reading import read_report
from pregate.report.summary import render
from tests.report.sample import failed

COMMENT = Suppression(
    SuppressionKind.INLINE,
    "python/B602",
    Location("src/a.py", 4),
    '# pregate: ignore[python/B602] reason="a | b <b>@x"',
    reason="a | b <b>@x",
    until="2027-01-31",
)
ENTRY = Suppression(
    SuppressionKind.FILE,
    "secrets/*",
    Location(".pregate/suppressions.toml", 9),
    "entry",
    owner="team",
    path="tests/**",
)
WAIVERS = (
    Waiver(COMMENT, Standing.USED, is_added=True, count=1),
    Waiver(ENTRY, Standing.EXPIRED, count=2, why="expired on 2020-01-01"),
    Waiver(replace(COMMENT, rule="", reason="no rule is named"), Standing.UNUSED, why="no rule is named"),
    Waiver(replace(ENTRY, reason="known"), Standing.USED, count=3),
)


@pytest.fixture
def told() -> Verdict:
    return replace(
        failed(),
        waivers=WAIVERS,
        notes=("the change adds 1 entry to the baseline; they do not count for this change",),
        policy_changes=("fail-on: high → critical (looser)",),
    )


def test_the_console_tells_what_is_added_and_what_is_of_no_use(told: Verdict) -> None:
    text = render_console(told, width=200)
    assert (
        "Suppressions that this change adds:\n"
        '  src/a.py:4  python/B602  in force; 1 finding; reason "a | b <b>@x"; until 2027-01-31' in text
    )
    assert (
        ".pregate/suppressions.toml:9  secrets/*  expired: expired on 2020-01-01; 2 findings; in tests/**; "
        "no reason given; owner team" in text
    )
    assert "src/a.py:4  unused: no rule is named" in text
    assert "in force; 3 findings" not in text
    assert "in force; 3 findings" in render_console(told, width=200, verbose=True)
    assert "fail-on: high → critical (looser)" in text
    assert "note: the change adds 1 entry" in text


def test_the_summary_lists_them_for_the_reviewer_and_escapes_their_words(told: Verdict) -> None:
    text = render(told)
    assert "### Suppressions that this change adds\n\n- `src/a.py:4` `python/B602`: in force" in text
    assert "### Suppressions to look at" in text
    assert '`<b>@x"`' in text  # in a code span, where it is text
    assert "### This change alters the gate's configuration" in text
    assert "### Notes" in text


def test_the_json_report_holds_them_and_is_read_again(told: Verdict) -> None:
    read = read_report(FORMATS["json"](told, ()).encode()).verdict
    assert (read.notes, read.policy_changes) == (told.notes, told.policy_changes)
    assert [
        (w.suppression.rule, w.suppression.reason, w.standing, w.is_added, w.count, w.why)
        for w in read.waivers
    ] == [
        (w.suppression.rule, w.suppression.reason, w.standing, w.is_added, w.count, w.why)
        for w in told.waivers
    ]


def test_a_finding_tells_which_threshold_it_is_held_against(told: Verdict) -> None:
    why = 'at or over low (paths "services/**")'
    first = told.findings[0]
    judged: tuple[Judged, ...] = (replace(first, state=State.NEW, introduced=True, why=why),)
    verdict = replace(
        told, findings=judged, decision=Decision.FAILED, reasons=(f"1 new finding {why} (1 python)",)
    )
    assert f"FAILED: 1 new finding {why} (1 python)" in render_console(verdict, width=300)
