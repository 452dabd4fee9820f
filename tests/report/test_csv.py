"""The CSV report: rows that any reader takes back, and no cell that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings

from pregate.model import Decision, State, Verdict
from pregate.report import FORMATS
from pregate.report.csv_report import COLUMNS, neutral
from tests.examples import examples
from tests.report import sample
from tests.report.strategies import verdicts


def rows(verdict: Verdict) -> list[dict[str, str]]:
    text = FORMATS["csv"](verdict, ())
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_one_row_for_each_finding_with_every_column() -> None:
    found = rows(sample.full())
    assert len(found) == len(sample.full().findings)
    assert all(tuple(row) == COLUMNS for row in found)
    assert (found[1]["path"], found[1]["start_line"], found[1]["severity"]) == ("src/app.py", "12", "high")


def test_without_findings_there_is_the_header_alone() -> None:
    assert FORMATS["csv"](sample.clean(), ()) == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral(f"1{start}1") == f"1{start}1"


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://evil.example")', "@SUM(1)", "-2+3", "+cmd|' /C calc'!A0"]
)
def test_text_of_the_tree_is_never_a_formula(text: str) -> None:
    found = replace(
        sample.shell_finding(),
        message=text,
        remedy=text,
        aliases=(text,),
        suppressed_by=text,
        location=replace(sample.shell_finding().location, path=text),
        properties=((text, text),),
    )
    judged = (sample.judged(State.NEW, found),)
    (row,) = rows(sample.verdict_of(judged, sample.outcomes()[:2], Decision.FAILED))
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert row["message"] == f"'{text}"


@pytest.mark.long
@settings(max_examples=examples(20, 100))
@given(verdicts())
def test_whatever_a_tree_holds_can_be_read_back(verdict: Verdict) -> None:
    FORMATS["csv"](verdict, ()).encode("utf-8")
    found = rows(verdict)
    assert [row["fingerprint"] for row in found] == [j.finding.fingerprint for j in verdict.findings]
    assert all(
        cell is not None and "\r" not in cell and "\n" not in cell for row in found for cell in row.values()
    )
