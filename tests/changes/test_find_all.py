"""Several files of a snapshot looked up at once, as includes of one file are."""

from __future__ import annotations

import pytest

from pregate.model import INDEX, WORKTREE
from tests.changes.shown import LIMIT, opened
from tests.gitrepo import GitRepo

PATHS = ("a.py", "d/b.py", "missing.py", "d", "../outside.py", "/etc/passwd", "")


@pytest.mark.parametrize("where", ["HEAD", INDEX, WORKTREE])
def test_the_files_that_are_there_are_found_and_are_those_of_one_look_each(where: str, repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n").commit("second")
    revision = repo.head if where == "HEAD" else where
    with opened(repo).contents() as contents:
        found = contents.find_all(revision, PATHS)
        assert sorted(found) == ["a.py", "d/b.py"]
        assert found == {path: contents.find(revision, path) for path in found}


def test_a_staged_version_is_not_that_of_the_commit(repo: GitRepo) -> None:
    repo.write("a.py", "three\n").add()
    with opened(repo).contents() as contents:
        staged = contents.find_all(INDEX, ["a.py"])["a.py"]
        assert contents.read(staged, LIMIT) == b"three\n"
        committed = contents.find_all(repo.head, ["a.py"])["a.py"]
        assert contents.read(committed, LIMIT) == b"one\ntwo\n"


@pytest.mark.parametrize("where", ["HEAD", INDEX, WORKTREE])
def test_single_folders_are_listed_without_those_below(where: str, repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n").write("d/e/c.py", "c\n").write("f/g.py", "g\n").commit("second")
    revision = repo.head if where == "HEAD" else where
    with opened(repo).contents() as contents:
        assert sorted(contents.listing(revision, {"", "d", "nowhere", "a.py", "d/nowhere"})) == [
            "a.py",
            "d/b.py",
        ]
        assert list(contents.listing(revision, {"d/e"})) == ["d/e/c.py"]
        assert list(contents.listing(revision, ())) == []


def test_many_staged_files_are_found_as_few_are(repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n").add()
    many = [*PATHS, *(f"x{n}" for n in range(200))]
    with opened(repo).contents() as contents:
        assert contents.find_all(INDEX, many) == contents.find_all(INDEX, PATHS)
