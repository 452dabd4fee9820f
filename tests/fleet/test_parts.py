"""A repository in parts, a task each: what is found is what is found in one piece."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pregate.cache.keeping import Keeping
from pregate.fleet.pool import Pool
from pregate.fleet.running import Lost
from pregate.fleet.shares import Share, joined, packed, parts_of
from pregate.fleet.tasks import Answer, Job
from pregate.records import replace
from tests.fleet import dying
from tests.fleet.in_parts import RNG, Parts, kept, raw_report, report_of, scanned
from tests.gitrepo import GitRepo
from tests.secrets.specimens.code import github


def test_parts_give_the_report_of_one_piece(tree: GitRepo, whole: Any, tmp_path: Path) -> None:
    executor = Parts()
    fleet = scanned(tree, tmp_path, executor, shards=3)
    assert report_of(fleet, tmp_path) == whole
    assert whole["verdict"] == "failed"
    assert fleet.records[0].parts == 3
    assert not kept(tmp_path)
    checks = [check["files"] for check in raw_report(fleet, tmp_path)["checks"]]
    assert [files["cached"] for files in checks] == [files["analysed"] for files in checks]
    assert sum(files["cached"] for files in checks) > 15
    assert [(job.part, job.parts) for job in executor.done] == [(0, 0), (1, 3), (2, 3), (3, 3), (0, 3)]
    assert len(executor.done[-1].shares) == 3
    assert {job.commit for job in executor.done[1:]} == {tree.head}


def test_parts_serve_the_whole_under_a_key_of_the_cache_too(
    tree: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREGATE_CACHE_KEY", "nobody" + "-guesses-this")
    fleet = scanned(tree, tmp_path, Parts(), shards=2)
    checks = [check["files"] for check in raw_report(fleet, tmp_path)["checks"]]
    assert [files["cached"] for files in checks] == [files["analysed"] for files in checks]


def test_a_part_whose_process_is_killed_is_tried_again(tree: GitRepo, whole: Any, tmp_path: Path) -> None:
    fleet = scanned(tree, tmp_path, Pool(2, dying.part_dies_once), shards=3)
    assert (tree.path / "part").exists()
    assert report_of(fleet, tmp_path) == whole


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
    assert executor.numbers == parts
    assert report_of(fleet, tmp_path) == whole


def test_what_did_not_change_is_not_done_in_parts_again(tree: GitRepo, tmp_path: Path) -> None:
    scanned(tree, tmp_path, Parts(), shards=2)
    again = Parts()
    assert scanned(tree, tmp_path, again, shards=3).records[0].is_kept
    assert again.numbers == [0]


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
    monkeypatch.setattr("pregate.fleet.shares.LIMIT", 10)
    (tmp_path / "results-1.sqlite").write_bytes(random.Random(1).randbytes(3 << 20))
    assert packed(tmp_path) == b""
    assert packed(tmp_path / "nowhere") == b""


def test_results_that_are_gone_are_no_results(tmp_path: Path) -> None:
    assert joined((Share(b""),), tmp_path, Keeping()).is_dir()
