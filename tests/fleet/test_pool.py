"""Many repositories in processes of this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pregate.fleet.model import State
from pregate.fleet.pool import Pool
from pregate.fleet.tasks import Answer, Job
from tests.fleet import dying
from tests.fleet.helping import assert_whole, judged
from tests.fleet.made import Forest, forest


def test_nothing_is_lost_or_doubled_where_two_workers_are_killed(tmp_path: Path) -> None:
    trees = forest(tmp_path, 40)
    fleet = judged(trees, tmp_path / "results", Pool(2, dying.dies_twice))
    assert_whole(fleet, trees, tmp_path / "results")
    assert (trees.paths[10] / "before").exists()
    assert (trees.paths[30] / "after").exists()


@pytest.mark.parametrize("work", [dying.dies_always, dying.hangs])
def test_a_repository_that_costs_its_process_costs_itself_alone(
    work: Callable[[Job], Answer], grove: Forest, tmp_path: Path
) -> None:
    fleet = judged(grove, tmp_path / "results", Pool(2, work), retries=1)
    deaths = [r for r in fleet.records if "died" in " ".join(r.reasons)]
    assert [(r.repository.name[-4:], r.attempts) for r in deaths] == [("r007", 2)]
    assert sum(r.state is State.SCANNED for r in fleet.records) == 7


def test_a_bug_is_told_without_its_words_and_not_tried_again(grove: Forest, tmp_path: Path) -> None:
    fleet = judged(grove, tmp_path / "results", Pool(2, dying.fails))
    assert (fleet.records[7].reasons, fleet.records[7].attempts) == (("pregate has a bug: KeyError",), 1)
    assert sum(r.state is State.SCANNED for r in fleet.records) == 7
