"""The bytes that a fetch may write."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from pregate.changes.process import Git
from pregate.errors import UsageError
from pregate.fleet.bound import Bound, parse_size, size_of, size_words
from pregate.fleet.model import Repository, State
from pregate.fleet.pool import Pool
from pregate.fleet.remote import Remote
from pregate.fleet.tasks import Job, Options, scan_one
from tests.fleet import dying
from tests.fleet.endless import IN_ITS_FOLDER, assert_ended, interrupt, program
from tests.gitrepo import GitRepo


def test_a_repository_larger_than_the_bound_is_told(tmp_path: Path) -> None:
    large = GitRepo(tmp_path / "large").write("blob", random.Random(1).randbytes(3 << 20)).commit()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    place = Repository("x", f"file://{large.path}")
    options = Options({"checks": ["secrets"]}, scratch=str(scratch), max_fetch=1 << 20)
    record = scan_one(Job(place, options)).record
    assert record is not None
    assert (record.state, record.decision, record.is_final) == (State.FAILED, None, True)
    assert record.reasons[0] == "its clone is larger than 1M, which --max-fetch allows"
    assert not list(scratch.iterdir())
    enough = scan_one(Job(place, Options({"checks": ["secrets"]}, max_fetch=8 << 20))).record
    assert enough is not None
    assert enough.state is State.SCANNED


def test_all_that_a_fetch_has_started_is_ended(tmp_path: Path) -> None:
    folder = program(tmp_path)
    git = Git(str(tmp_path / "git"), os.fsencode(folder), dict(os.environ), seconds=60, has_group=True)
    with git.start("fetch") as process, Bound(folder, 1_000_000, process.kill) as bound:
        while process.receive():
            pass
    assert bound.is_passed
    assert_ended(folder / "child")
    size = size_of(folder)
    time.sleep(0.1)
    assert size_of(folder) == size


def test_git_keeps_to_the_bound_where_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.fleet.bound._LOOK", 60.0)
    large = GitRepo(tmp_path / "large").write("blob", random.Random(1).randbytes(9 << 20)).commit()
    clone = tmp_path / "clone"
    clone.mkdir()
    place = Repository("x", f"file://{large.path}")
    remote = Remote(place, clone, os.environ, seconds=60, max_bytes=1 << 20)
    with pytest.raises(UsageError, match="--max-fetch"):
        remote.fetch(large.head)
    assert (1 << 20) < size_of(clone) < (3 << 20)


def test_an_interrupted_run_leaves_no_git_behind(tmp_path: Path) -> None:
    interrupt(Pool(1, dying.fetches_for_ever), tmp_path)
    assert_ended(tmp_path / "clone" / "child")


def test_what_git_has_started_ends_with_it_also_where_it_ends_by_itself(tmp_path: Path) -> None:
    place = tmp_path / "git"
    place.write_text(f"{IN_ITS_FOLDER}sleep 60 >/dev/null 2>&1 &\necho $! >child\nexit 3\n")
    place.chmod(0o755)
    git = Git(str(place), os.fsencode(tmp_path), dict(os.environ), seconds=20, has_group=True)
    with git.start("fetch") as process:
        while process.receive():
            pass
        process.finish(accept=(3,))
    assert_ended(tmp_path / "child")


def test_sizes() -> None:
    words = ("1", "10k", "2G", "3MiB", "4 T".replace(" ", ""))
    assert [parse_size(word, "x") for word in words] == [1, 10240, 2 << 30, 3 << 20, 4 << 40]
    assert [size_words(parse_size(word, "x")) for word in words] == ["1 bytes", "10K", "2G", "3M", "4T"]


@pytest.mark.parametrize("words", ["", "0", "-1", "G", "1.5G", "9" * 13, "2GG", "٣"])
def test_what_is_no_size_is_told(words: str) -> None:
    with pytest.raises(UsageError, match="--max-fetch is no size"):
        parse_size(words, "--max-fetch")
