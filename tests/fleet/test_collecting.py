"""The report on a fleet."""

from __future__ import annotations

import csv
import io

import pytest

from pregate.fleet.collecting import Fleet, document, headline, losses, render_csv, render_markdown
from pregate.fleet.model import Count, Record, Repository, State
from pregate.fleet.records import document_of, record_of
from pregate.model import Decision
from pregate.records import replace


def row(name: str, decision: Decision | None, *, state: State = State.SCANNED, reason: str = "why") -> Record:
    counts = (Count("python", "low", 2), Count("secrets", "high", 1))
    return Record(Repository(name, f"https://h/{name}"), state, decision, "1" * 40, (reason,), counts)


@pytest.mark.parametrize(
    ("decisions", "word"),
    [
        ((Decision.PASSED, Decision.PASSED), Decision.PASSED),
        ((Decision.PASSED, Decision.FAILED), Decision.FAILED),
        ((Decision.FAILED, Decision.INCOMPLETE), Decision.INCOMPLETE),
        ((Decision.FAILED, None), Decision.INCOMPLETE),
    ],
)
def test_the_worst_decides_and_a_hole_is_worse_than_a_finding(
    decisions: tuple[Decision | None, ...], word: Decision
) -> None:
    fleet = Fleet(tuple(row(f"{n}", decision) for n, decision in enumerate(decisions)), 0, 0)
    assert fleet.decision is word
    assert document(fleet)["exit_code"] == word.exit_code


def test_totals_are_sums() -> None:
    lost = Record(Repository("c", "https://h/c"), State.NOT_REACHED)
    fleet = Fleet((row("a", Decision.PASSED), row("b", Decision.FAILED), lost), 0, 0)
    totals = document(fleet)["totals"]
    assert totals["findings"] == {"python": {"low": 4}, "secrets": {"high": 2}}
    assert totals["states"] == {"scanned": 2, "failed": 0, "not-reached": 1}
    assert headline(fleet) == "INCOMPLETE: 3 repositories: 1 passed, 1 failed, 0 incomplete, 1 not reached"


def test_text_of_others_stays_text() -> None:
    words = "<script>alert(1)</script> [x](http://evil) @mona\x1b[2J"
    fleet = Fleet((row(words, Decision.FAILED, reason=words), row("=cmd()", None, reason="=cmd()")), 0, 0)
    text = render_markdown(fleet)
    assert "\x1b" not in text
    assert "\n- **failed** `<script>" in text
    assert "\\<script\\>" in text
    rows = list(csv.reader(io.StringIO(render_csv(fleet))))
    assert rows[2][0] == rows[2][-1] == "'=cmd()"
    assert rows[1][0].endswith("@mona\\x1b[2J")


def test_what_was_lost_is_told_in_a_line_each_and_not_without_end() -> None:
    records = [replace(row(f"{n}\x1b", Decision.INCOMPLETE), lost_parts=(2,)) for n in range(12)]
    lines = losses(Fleet((*records, row("whole", Decision.PASSED)), 0, 0))
    assert lines[0] == "0\\x1b: why"
    assert len(lines) == 11
    assert lines[-1] == "and 2 more of which parts were lost"


def test_a_record_comes_back_from_its_document() -> None:
    record = row("a", Decision.FAILED)
    assert record_of(document_of(record)) == record


@pytest.mark.parametrize(
    "change", [{"state": "x"}, {"findings": [1]}, {"commit": 5}, {"seconds": "x"}, {"seconds": float("nan")}]
)
def test_what_is_no_record_is_none(change: dict[str, object]) -> None:
    assert record_of(document_of(row("a", None)) | change) is None
    assert record_of([]) is None
