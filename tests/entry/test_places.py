"""Where findings stand in the head: what whole runs do not reach."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pregate.changes.lines import UNMOVED, Moves
from pregate.changes.parsing import Hunk
from pregate.entry.places import find_places, place_of
from pregate.model import ChangeSet, Decision, Finding, LineRange, Location, State
from tests.gitrepo import GitRepo
from tests.report import sample
from tests.work import calls_of

ADDED = (LineRange(2, 3), LineRange(6, 8))


def finding(first: int, last: int) -> Finding:
    return replace(sample.shell_finding(), location=Location("app.py", first, 1, last, 9), fixes=())


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (1, 1, ()),
        (1, 2, (LineRange(2, 2),)),
        (2, 7, (LineRange(2, 3),)),
        (4, 5, ()),
        (3, 3, (LineRange(3, 3),)),
        (8, 9, (LineRange(8, 8),)),
        (9, 9, ()),
    ],
)
def test_a_remark_stands_on_the_first_lines_that_are_added(
    first: int, last: int, shown: tuple[LineRange, ...]
) -> None:
    place = place_of(finding(first, last), ADDED, UNMOVED)
    assert place is not None
    assert place.diff == shown


def test_a_head_that_the_clone_does_not_hold_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    repo = GitRepo(tmp_path / "r").write("app.py", "x\n").commit("first")
    change = ChangeSet((), "", True, repo.head, repo.head)
    verdict = sample.verdict_of((sample.judged(State.NEW, finding(1, 1)),), (), Decision.FAILED)
    assert find_places(repo.path, dict(os.environ), verdict, change, "a" * 40) == {}
    assert "no remarks on lines" in caplog.text


def test_thousands_of_findings_in_a_file_of_thousands_of_hunks_take_few_steps_each() -> None:
    number = 10_000
    added = [LineRange(2 * n + 1, 2 * n + 1) for n in range(number)]
    moves = Moves(tuple(Hunk(2 * n + 1, 0, 3 * n + 2, 1) for n in range(number)))
    findings = [finding(2 * n + 1, 2 * n + 1) for n in range(number)]
    place = place_of(findings[-1], added, moves)
    assert place is not None
    assert place.lines == LineRange(3 * number - 2, 3 * number - 2)
    chosen = findings[:: number // 20]
    assert calls_of(lambda: [place_of(one, added, moves) for one in chosen]) < 200 * len(chosen)
