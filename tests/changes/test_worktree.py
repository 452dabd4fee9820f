from __future__ import annotations

import os
from pathlib import Path

import pytest

from pregate.changes import Worktree
from pregate.errors import ChangesError
from pregate.model import INDEX, WORKTREE, Mode, Unread, UnreadReason
from tests.changes.shown import LIMIT, base_bytes, changes, head_bytes, lines, only, opened, paths, whole
from tests.gitrepo import GitRepo


def test_staged_unstaged_and_untracked_files_are_listed_and_ignored_ones_not(repo: GitRepo) -> None:
    repo.write(".gitignore", "ignored\n").write("b.py", "b\n").commit()
    repo.write("a.py", "one\nnew\ntwo\n").write("b.py", "B\n").add("b.py")
    repo.write("c.py", "c\n").write("ignored", "i\n")
    change = changes(repo, Worktree())
    assert head_bytes(repo, change) == {"a.py": b"one\nnew\ntwo\n", "b.py": b"B\n", "c.py": b"c\n"}
    assert base_bytes(repo, change) == {"a.py": [b"one\ntwo\n"], "b.py": [b"b\n"], "c.py": []}
    assert {f.path: lines(f) for f in change if f.bases} == {"a.py": [(2, 2)], "b.py": [(1, 1)]}
    assert (change.head, change.trusted) == (WORKTREE, repo.head)


def test_a_file_of_the_working_tree_has_the_id_that_git_would_give_it(repo: GitRepo) -> None:
    repo.write("c.py", "c\n")
    assert only(changes(repo, Worktree())).head.oid == repo.text("hash-object", "c.py")


def test_a_touched_link_is_not_changed_and_one_with_another_target_is(repo: GitRepo) -> None:
    repo.link("l", "a.py").link("m", "a.py").commit()
    os.utime(repo.file("l"), (1, 1), follow_symlinks=False)
    repo.link("m", "b.py")
    assert paths(changes(repo, Worktree())) == ["m"]


def test_a_touched_file_is_not_changed(repo: GitRepo) -> None:
    os.utime(repo.file("a.py"), (1, 1))
    assert paths(changes(repo, Worktree())) == []


def test_a_changed_file_with_the_size_and_time_of_the_old_one_is_found(repo: GitRepo) -> None:
    repo.write("a.py", "ONE\nTWO\n")
    assert paths(changes(repo, Worktree())) == ["a.py"]


def test_a_mode_change_is_listed(repo: GitRepo) -> None:
    repo.file("a.py").chmod(0o755)
    file = only(changes(repo, Worktree()))
    assert (file.head.mode, file.bases[0].mode, file.added) == (Mode.EXECUTABLE, Mode.FILE, ())


def test_deleted_files_are_only_counted(repo: GitRepo) -> None:
    repo.file("a.py").unlink()
    change = changes(repo, Worktree())
    assert (paths(change), change.deleted) == ([], 1)


def test_a_file_that_git_forgets_but_the_disk_keeps_has_its_base(repo: GitRepo) -> None:
    repo.git("rm", "-q", "--cached", "a.py")
    change = changes(repo, Worktree())
    assert [base.path for base in only(change).bases] == ["a.py"]
    assert change.deleted == 0


def test_an_intention_to_add_is_listed(repo: GitRepo) -> None:
    repo.write("later.py", "x\n").git("add", "--intent-to-add", "later.py")
    assert paths(changes(repo, Worktree())) == ["later.py"]


def test_a_repository_without_a_commit_lists_all_its_files(tmp_path: Path) -> None:
    new = GitRepo(tmp_path / "new").write("a.py", "x\n").add().write("b.py", "y\n")
    change = changes(new, Worktree())
    assert paths(change) == ["a.py", "b.py"]
    assert change.trusted == WORKTREE


def test_an_unmerged_file_is_judged_as_it_stands(repo: GitRepo) -> None:
    repo.branch("other").write("a.py", "other\n").commit()
    repo.checkout("main").write("a.py", "main\n").commit()
    with pytest.raises(AssertionError):
        repo.merge("other")
    change = changes(repo, Worktree())
    assert paths(change) == ["a.py"]
    assert b"<<<<<<<" in repo.file("a.py").read_bytes()
    assert head_bytes(repo, change) == {"a.py": repo.file("a.py").read_bytes()}
    assert base_bytes(repo, change) == {"a.py": [b"main\n"]}


def test_what_a_sparse_checkout_leaves_out_is_not_deleted(repo: GitRepo) -> None:
    repo.write("in/a.py", "x\n").write("out/b.py", "y\n").commit()
    repo.git("sparse-checkout", "set", "in")
    assert not repo.file("out/b.py").exists()
    change = changes(repo, Worktree())
    assert (paths(change), change.deleted) == ([], 0)


def test_a_staged_change_that_a_sparse_checkout_leaves_out_is_read_from_the_index(repo: GitRepo) -> None:
    repo.write("out/b.py", "y\n").commit()
    repo.write("out/b.py", "z\n").add().git("update-index", "--skip-worktree", "out/b.py")
    repo.file("out/b.py").unlink()
    change = changes(repo, Worktree())
    assert only(change).head.revision == INDEX
    assert head_bytes(repo, change) == {"out/b.py": b"z\n"}


def test_an_untracked_link_and_a_link_in_place_of_a_directory_are_not_followed(repo: GitRepo) -> None:
    repo.write("d/f.py", "x\n").commit()
    repo.write("elsewhere/f.py", "other\n").commit()
    repo.file("d/f.py").unlink()
    repo.file("d").rmdir()
    repo.link("d", "elsewhere").link("l", "/etc/passwd")
    change = changes(repo, Worktree())
    assert {f.path: f.head.mode for f in change} == {"d": Mode.SYMBOLIC_LINK, "l": Mode.SYMBOLIC_LINK}
    assert change.deleted == 1
    reasons = {u.reason for u in head_bytes(repo, change).values() if isinstance(u, Unread)}
    assert reasons == {UnreadReason.SYMBOLIC_LINK}


def test_an_untracked_repository_inside_is_named_and_not_entered(repo: GitRepo) -> None:
    GitRepo(repo.path / "inner").write("x.py", "x\n").commit()
    change = changes(repo, Worktree())
    assert (only(change).path, only(change).head.mode) == ("inner", Mode.SUBMODULE)


def test_a_changed_submodule_is_a_submodule(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo(tmp_path / "inner").write("x.py", "x\n").commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    repo.commit()
    GitRepo(repo.path / "sub").write("x.py", "y\n").commit()
    file = only(changes(repo, Worktree()))
    assert (file.path, file.head.mode, file.bases) == ("sub", Mode.SUBMODULE, ())


def test_a_pipe_in_the_tree_blocks_nothing(repo: GitRepo) -> None:
    os.mkfifo(repo.file("new"))
    assert paths(changes(repo, Worktree())) == []


def test_a_pipe_in_place_of_a_tracked_file_is_unread(repo: GitRepo) -> None:
    repo.file("a.py").unlink()
    os.mkfifo(repo.file("a.py"))
    change = changes(repo, Worktree())
    unread = head_bytes(repo, change)["a.py"]
    assert isinstance(unread, Unread)
    assert unread.detail == "it is not a regular file"


def test_crlf_conversion_does_not_make_files_look_changed(repo: GitRepo) -> None:
    repo.write(".gitattributes", "*.txt text eol=crlf\n").write("f.txt", "a\r\nb\r\n").commit()
    assert paths(changes(repo, Worktree())) == []
    repo.write("f.txt", "a\r\nnew\r\nb\r\n")
    change = changes(repo, Worktree())
    assert head_bytes(repo, change) == {"f.txt": b"a\r\nnew\r\nb\r\n"}
    assert lines(only(change)) == [(2, 2)]


def test_a_file_changed_after_it_was_listed_is_not_read_under_its_old_id(repo: GitRepo) -> None:
    repo.write("a.py", "listed\n")
    source = opened(repo)
    file = only(source.changes(Worktree()))
    repo.write("a.py", "changed\n")
    with source.contents() as contents:
        unread = contents.read(file.head, LIMIT)
    assert isinstance(unread, Unread)
    assert (unread.reason, unread.detail) == (UnreadReason.MISSING, "it was changed while pregate ran")


def test_a_large_file_is_listed_without_reading_it(repo: GitRepo) -> None:
    with repo.file("big.bin").open("wb") as file:
        file.truncate(9 << 20)
    change = changes(repo, Worktree())
    assert only(change).head.oid == ""
    unread = head_bytes(repo, change)["big.bin"]
    assert isinstance(unread, Unread)
    assert (unread.reason, unread.detail) == (UnreadReason.TOO_LARGE, "9.0 MiB, over the limit of 5.0 MiB")


def test_untracked_files_count_as_added_whole(repo: GitRepo) -> None:
    repo.write("c.py", "c\n")
    assert whole(only(changes(repo, Worktree())))


def test_a_bare_repository_has_no_working_tree(tmp_path: Path) -> None:
    bare = GitRepo(tmp_path / "bare.git", "--bare")
    with pytest.raises(ChangesError, match="is bare") as error:
        changes(bare, Worktree())
    assert "--all" in error.value.hint
