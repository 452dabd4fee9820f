"""The index from its comparison with HEAD: the same as git says when it is asked for each path."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pregate.changes import Staged
from pregate.model import INDEX, WORKTREE
from tests.changes.shown import LIMIT, opened
from tests.gitrepo import GitRepo

CHANGES: dict[str, Callable[[GitRepo], object]] = {
    "nothing": lambda repo: repo,
    "added": lambda repo: repo.write("new.txt", "n\n").write("d/e/new.txt", "n\n").add(),
    "altered": lambda repo: repo.write("a.py", "x\n").write("d/b.py", "y\n", executable=True).add(),
    "removed": lambda repo: repo.remove("a.py", "d/e"),
    "renamed": lambda repo: repo.move("d/e/c.py", "moved/c.py").move("link", "other-link"),
    "a folder made a file": lambda repo: repo.remove("d").write("d", "now a file\n").add(),
    "a file made a folder": lambda repo: repo.remove("a.py").write("a.py/inside.py", "i\n").add(),
    "a file made a link": lambda repo: repo.link("a.py", "d/b.py").add(),
    "intended to be added": lambda repo: repo.write("later.txt", "l\n").git("add", "-N", "later.txt"),
    "only in the working tree": lambda repo: repo.write("a.py", "not staged\n").write("untracked.txt"),
}
PATHS = (
    *("a.py", "a.py/inside.py", "d", "d/b.py", "d/e", "d/e/c.py", "d/e/new.txt", "moved/c.py", "new.txt"),
    *("link", "other-link", "same.txt", "", "../x", "untracked.txt"),
)


@pytest.fixture
def many(repo: GitRepo) -> GitRepo:
    repo.write("d/b.py", "b\n").write("d/e/c.py", "c\nc\nc\nc\n").write("same.txt", "s\n")
    return repo.link("link", "a.py").commit("second")


@pytest.mark.parametrize("name", CHANGES)
def test_each_path_is_what_the_index_has(name: str, many: GitRepo) -> None:
    CHANGES[name](many)
    repository = opened(many)
    change = repository.changes(Staged())
    with repository.contents() as asked, repository.contents(change) as known:
        assert known.find_all(INDEX, PATHS) == asked.find_all(INDEX, PATHS)
        for path in PATHS:
            assert known.find(INDEX, path) == asked.find(INDEX, path), path
        for folder in ("", "d", "d/e", "moved", "a.py", "nowhere"):
            later = {"later.txt"} if folder == "" else set()  # it is no part of what will be committed
            assert set(known.listing(INDEX, {folder})) == set(asked.listing(INDEX, {folder})) - later, folder


def test_without_a_commit_the_index_is_all_that_there_is(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "new").write("a.py", "x\n").write("d/b.py", "y\n").add()
    repository = opened(repo)
    with repository.contents(repository.changes(Staged())) as contents:
        assert sorted(contents.find_all(INDEX, ["a.py", "d/b.py", "c.py"])) == ["a.py", "d/b.py"]
        assert list(contents.listing(INDEX, {"d"})) == ["d/b.py"]


def test_given_paths_do_not_narrow_what_is_known_of_the_index(many: GitRepo) -> None:
    many.write("a.py", "x\n").add("a.py").remove("d/b.py")
    repository = opened(many)
    change = repository.changes(Staged(("same.txt",)))
    assert [file.path for file in change] == ["same.txt"]
    with repository.contents(change) as contents:
        blob = contents.find(INDEX, "a.py")
        assert blob
        assert contents.read(blob, LIMIT) == b"x\n"
        assert contents.find(INDEX, "d/b.py") is None


@pytest.mark.parametrize("where", ["HEAD", INDEX, WORKTREE])
def test_paths_by_their_ending_whatever_its_case_and_their_files(where: str, repo: GitRepo) -> None:
    names = ["x.txt", "d/Y.TXT", "d/e/z.Txt", "b.tf.json", "txt", "x.txt.py", ".txt", "odd \n[*].txt"]
    for name in (*names, os.fsdecode(b"\xff.txt")):
        repo.write(name, name)
    repo.commit("second")
    revision = repo.head if where == "HEAD" else where
    wanted = {name for name in (*names, os.fsdecode(b"\xff.txt")) if name.lower().endswith((".txt", ".json"))}
    with opened(repo).contents() as contents:
        found = list(contents.ending(revision, (".txt", ".json")))
        assert sorted(found) == sorted(wanted)
        blobs = contents.find_all(revision, found)
        assert {path: contents.read(blob, LIMIT) for path, blob in blobs.items()} == {
            path: os.fsencode(path) for path in wanted
        }
        assert list(contents.ending(revision, ())) == []
        assert list(contents.ending(revision, ("*].txt",))) == ["odd \n[*].txt"]
