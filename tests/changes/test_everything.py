from __future__ import annotations

from pathlib import Path

import pytest

from pregate.changes import Everything
from pregate.errors import ChangesError
from pregate.model import INDEX, Mode
from tests.changes.shown import changes, head_bytes, paths
from tests.gitrepo import GitRepo


def test_the_whole_tree_is_listed_and_compared_with_nothing(repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n", executable=True).link("l", "a.py").commit().write("a.py", "dirty\n")
    change = changes(repo, Everything())
    assert {f.path: f.head.mode.name for f in change} == {
        "a.py": "FILE",
        "d/b.py": "EXECUTABLE",
        "l": "SYMBOLIC_LINK",
    }
    assert not change.compared
    assert {(f.bases, f.added) for f in change} == {((), ())}
    assert head_bytes(repo, change)["a.py"] == b"one\ntwo\n"
    assert (change.head, change.trusted) == (repo.head, repo.head)


def test_the_tree_of_another_revision(repo: GitRepo) -> None:
    repo.write("b.py", "b\n").commit()
    assert paths(changes(repo, Everything("HEAD~1"))) == ["a.py"]


def test_the_whole_tree_is_listed_from_a_sub_directory(repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n").commit()
    assert paths(changes(repo.path / "d", Everything())) == ["a.py", "d/b.py"]


def test_a_repository_without_a_commit_has_no_files(tmp_path: Path) -> None:
    change = changes(GitRepo(tmp_path / "new"), Everything())
    assert (paths(change), change.trusted) == ([], INDEX)
    assert change.description == "no files: there is no commit yet"


@pytest.mark.parametrize("revision", ["nosuch", "--all", "HEAD:a.py"])
def test_a_revision_that_is_none_is_an_error(repo: GitRepo, revision: str) -> None:
    with pytest.raises(ChangesError, match="No commit"):
        changes(repo, Everything(revision))


def test_submodules_are_listed_as_such(repo: GitRepo) -> None:
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},sub")
    repo.commit(add=False)
    assert {f.path: f.head.mode for f in changes(repo, Everything())}["sub"] is Mode.SUBMODULE


def test_a_tree_of_an_old_git_with_group_writable_files(repo: GitRepo) -> None:
    oid = repo.text("rev-parse", "HEAD:a.py")
    entry = b"100664 old.py\0" + bytes.fromhex(oid)
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=entry).decode().strip()
    commit = repo.text("commit-tree", "-m", "old", tree)
    change = changes(repo, Everything(commit))
    assert {f.path: f.head.mode for f in change} == {"old.py": Mode.FILE}
