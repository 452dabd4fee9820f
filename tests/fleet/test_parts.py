"""A repository in parts, a task each: what is found is what is found in one piece."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pregate.cache.keeping import Keeping
from pregate.fleet.collecting import Fleet
from pregate.fleet.listing import repository_at
from pregate.fleet.model import Record, State
from pregate.fleet.pool import Pool
from pregate.fleet.running import Executor, Lost
from pregate.fleet.shares import Share, joined, packed, parts_of, within_bounds
from pregate.fleet.tasks import Answer, Job, Options, scan_one
from pregate.model import Decision
from pregate.records import replace
from tests.entry.test_merge import POLICY, bare
from tests.fleet import dying
from tests.fleet.helping import judged
from tests.fleet.made import Forest
from tests.gitrepo import GitRepo
from tests.secrets.specimens.code import github

RNG = random.Random(4)
OPTIONS = Options({"offline": True, "checks": ["secrets", "python", "iam"]}, seconds=120)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    made = GitRepo(tmp_path_factory.mktemp("parts") / "repo").write("policy.json", POLICY)
    for number in range(8):
        made.write(f"app{number}.py", f"import os\n\n\ndef f(x):\n    return eval(x), {number}\n")
    return (
        made.write("a.py", f"key = '{github(RNG)}'\n").write("b.py", f"k = '{github(RNG)}'\n").commit("one")
    )


@pytest.fixture(scope="module")
def whole(tree: GitRepo, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report on the tree in one piece."""
    folder = tmp_path_factory.mktemp("whole")
    fleet = scanned(tree, folder, Parts())
    return report_of(fleet, folder)


@dataclass
class Parts:
    """An executor in this process; it remembers its jobs, and loses a part so many times."""

    lost: int = 0
    answer: Answer | Lost = field(default_factory=lambda: Lost("the process that scanned it died"))
    done: list[Job] = field(default_factory=list)

    def run(
        self, jobs: Sequence[Job], tick: object, *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        for job in jobs:
            self.done.append(job)
            if job.part == 2 and self.lost:
                self.lost -= 1
                yield job, self.answer
            else:
                yield job, scan_one(pickle.loads(pickle.dumps(job)))


def scanned(tree: GitRepo, folder: Path, executor: Executor, **options: Any) -> Fleet:
    listed = folder / "list.txt"
    listed.write_text(f"file://{tree.path}\n")
    forest = Forest((tree.path,), (tree.head,), listed)
    return judged(forest, folder / "results", executor, options=replace(OPTIONS, **options))


def report_of(fleet: Fleet, folder: Path) -> Any:
    (record,) = fleet.records
    assert record.state is State.SCANNED, record
    return bare(json.loads((folder / "results" / record.report).read_text()))


def test_parts_give_the_report_of_one_piece(tree: GitRepo, whole: Any, tmp_path: Path) -> None:
    executor = Parts()
    fleet = scanned(tree, tmp_path, executor, shards=3)
    assert report_of(fleet, tmp_path) == whole
    assert whole["verdict"] == "failed"
    (file,) = (tmp_path / "results").glob("results/*/*.json")
    checks = [check["files"] for check in json.loads(file.read_text())["checks"]]
    assert [files["cached"] for files in checks] == [files["analysed"] for files in checks]
    assert sum(files["cached"] for files in checks) > 15
    assert [(job.part, job.parts) for job in executor.done] == [(0, 0), (1, 3), (2, 3), (3, 3), (0, 0)]
    assert len(executor.done[-1].shares) == 3
    assert {job.commit for job in executor.done[1:]} == {tree.head}


def test_parts_serve_the_whole_under_a_key_of_the_cache_too(
    tree: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREGATE_CACHE_KEY", "nobody" + "-guesses-this")
    scanned(tree, tmp_path, Parts(), shards=2)
    (file,) = (tmp_path / "results").glob("results/*/*.json")
    checks = [check["files"] for check in json.loads(file.read_text())["checks"]]
    assert [files["cached"] for files in checks] == [files["analysed"] for files in checks]


def test_a_part_whose_process_is_killed_is_tried_again(tree: GitRepo, whole: Any, tmp_path: Path) -> None:
    fleet = scanned(tree, tmp_path, Pool(2, dying.part_dies_once), shards=3)
    assert (tree.path / "part").exists()
    assert report_of(fleet, tmp_path) == whole


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_part_that_fails_for_good_leaves_no_verdict(is_lost: bool, tree: GitRepo, tmp_path: Path) -> None:
    executor = Parts(lost=9)
    if not is_lost:
        record = Record(
            repository_at(f"file://{tree.path}"), State.FAILED, reasons=("a network",), is_final=False
        )
        executor.answer = Answer(record)
    fleet = scanned(tree, tmp_path, executor, shards=3)
    (record,) = fleet.records
    assert (record.state, record.decision, record.attempts) == (State.FAILED, None, 3)
    assert record.reasons[0] == "part 2 of 3 could not be analysed"
    assert fleet.decision is Decision.INCOMPLETE
    assert not list((tmp_path / "results").rglob("results/*.json"))
    again = Parts()
    assert scanned(tree, tmp_path, again, shards=3).records[0].decision is Decision.FAILED
    assert [job.part for job in again.done] == [0, 1, 2, 3, 0]


def test_a_branch_that_moves_meanwhile_moves_no_part(tree: GitRepo, whole: Any, tmp_path: Path) -> None:
    class Moving(Parts):
        def run(
            self, jobs: Sequence[Job], tick: object, *, alone: bool = False
        ) -> Iterator[tuple[Job, Answer | Lost]]:
            yield from super().run(jobs, tick, alone=alone)
            if not jobs[0].commit:
                tree.write("late.py", f"k = '{github(RNG)}'\n").commit("late")

    before = tree.head
    try:
        fleet = scanned(tree, tmp_path, Moving(), shards=2)
    finally:
        tree.git("reset", "-q", "--hard", before)
    assert fleet.records[0].commit == before
    assert report_of(fleet, tmp_path) == whole


@pytest.mark.parametrize(("shards", "shard_files", "parts"), [(0, 5, [0, 1, 2, 3, 0]), (2, 100, [0])])
def test_only_large_repositories_are_done_in_parts(
    shards: int, shard_files: int, parts: list[int], tree: GitRepo, whole: Any, tmp_path: Path
) -> None:
    executor = Parts()
    fleet = scanned(tree, tmp_path, executor, shards=shards, shard_files=shard_files)
    assert [job.part for job in executor.done] == parts
    assert report_of(fleet, tmp_path) == whole


def test_what_did_not_change_is_not_done_in_parts_again(tree: GitRepo, tmp_path: Path) -> None:
    scanned(tree, tmp_path, Parts(), shards=2)
    again = Parts()
    assert scanned(tree, tmp_path, again, shards=3).records[0].is_kept
    assert [job.part for job in again.done] == [0]


@pytest.mark.parametrize("damage", [b"no zlib", None])
def test_a_damaged_part_is_analysed_by_the_task_that_judges(
    damage: bytes | None, tree: GitRepo, whole: Any, tmp_path: Path
) -> None:
    class Damaging(Parts):
        def run(
            self, jobs: Sequence[Job], tick: object, *, alone: bool = False
        ) -> Iterator[tuple[Job, Answer | Lost]]:
            for job, answer in super().run(jobs, tick, alone=alone):
                if job.part == 1 and isinstance(answer, Answer):
                    share = answer.share[:-40] if damage is None else damage
                    yield job, replace(answer, share=share)
                else:
                    yield job, answer

    fleet = scanned(tree, tmp_path, Damaging(), shards=2)
    assert report_of(fleet, tmp_path) == whole


def test_the_number_of_parts() -> None:
    assert [parts_of(n, 0, 50) for n in (0, 50, 51, 100, 101, 10**9)] == [1, 1, 2, 2, 3, 1000]
    assert [parts_of(n, 4, 50) for n in (50, 51, 1000)] == [1, 4, 4]
    assert (parts_of(7, 3, 0), parts_of(7, 0, 0)) == (3, 1)


def test_what_is_too_much_to_be_sent_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.fleet.shares._ALL", 10)
    monkeypatch.setattr("pregate.fleet.shares._LIMIT", 10)
    assert [within_bounds(sizes) for sizes in ([], [10], [6, 4, 1], [11])] == [0, 1, 2, 0]
    (tmp_path / "results-1.sqlite").write_bytes(random.Random(1).randbytes(3 << 20))
    assert packed(tmp_path) == b""
    assert packed(tmp_path / "nowhere") == b""


def test_results_that_are_gone_are_no_results(tmp_path: Path) -> None:
    gone = Share(tmp_path / "gone")
    assert pickle.loads(pickle.dumps(gone)).read() == b""
    assert joined((gone,), tmp_path, Keeping()).is_dir()
