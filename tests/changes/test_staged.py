from __future__ import annotations

import os
from pathlib import Path

import pytest

from pregate.changes import Staged
from pregate.errors import ChangesError
from pregate.model import INDEX, Mode
from tests.changes.shown import base_bytes, changes, head_bytes, lines, only, opened, paths, whole
from tests.gitrepo import GitRepo


def test_a_partially_staged_file_is_judged_by_what_is_staged(repo: GitRepo) -> None:
    repo.write("a.py", "one\nstaged\ntwo\n").add()
    repo.write("a.py", "one\nnot staged\n")
    change = changes(repo, Staged())
    assert head_bytes(repo, change) == {"a.py": b"one\nstaged\ntwo\n"}
    assert base_bytes(repo, change) == {"a.py": [b"one\ntwo\n"]}
    assert lines(only(change)) == [(2, 2)]


def test_a_staged_change_is_compared_with_head(repo: GitRepo) -> None:
    repo.write("a.py", "x\n").add()
    change = changes(repo, Staged())
    assert change.compared
    assert (change.head, change.trusted) == (INDEX, repo.head)
    assert only(change).head.revision == INDEX
    assert only(change).bases[0].revision == repo.head
    assert change.description == "1 staged file"


def test_nothing_staged_is_an_empty_change_set(repo: GitRepo) -> None:
    repo.write("a.py", "changed\n").write("new.py", "x\n")
    change = changes(repo, Staged())
    assert paths(change) == []
    assert change.description == "0 staged files"


def test_a_repository_without_a_commit_has_only_added_files(tmp_path: Path) -> None:
    new = GitRepo(tmp_path / "new").write("a.py", "x\ny\n").add()
    change = changes(new, Staged())
    assert only(change).bases == ()
    assert lines(only(change)) == [(1, 2)]
    assert change.trusted == INDEX
    assert change.compared


def test_a_repository_without_a_commit_and_without_files_is_empty(tmp_path: Path) -> None:
    assert paths(changes(GitRepo(tmp_path / "new"), Staged())) == []


def test_a_renamed_file_is_compared_with_its_old_path(repo: GitRepo) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    repo.write("old.py", text).commit()
    repo.move("old.py", "sub/new.py").write("sub/new.py", text + "more\n").add()
    change = changes(repo, Staged())
    assert paths(change) == ["sub/new.py"]
    assert [base.path for base in only(change).bases] == ["old.py"]
    assert lines(only(change)) == [(21, 21)]
    assert change.deleted == 0


def test_a_file_that_only_moved_adds_no_lines(repo: GitRepo) -> None:
    repo.move("a.py", "b.py")
    file = only(changes(repo, Staged()))
    assert file.added == ()
    assert file.head.oid == file.bases[0].oid


def test_deleted_files_are_only_counted(repo: GitRepo) -> None:
    repo.write("b.py", "b\n").commit()
    repo.remove("a.py", "b.py")
    change = changes(repo, Staged())
    assert paths(change) == []
    assert change.deleted == 2


def test_a_change_of_mode_alone_is_listed_with_its_base(repo: GitRepo) -> None:
    repo.write("a.py", "one\ntwo\n", executable=True).add()
    file = only(changes(repo, Staged()))
    assert (file.bases[0].mode, file.head.mode) == (Mode.FILE, Mode.EXECUTABLE)
    assert file.bases[0].oid == file.head.oid
    assert file.added == ()


def test_a_file_that_became_a_link_keeps_its_base(repo: GitRepo) -> None:
    repo.link("a.py", "elsewhere").add()
    file = only(changes(repo, Staged()))
    assert file.head.mode is Mode.SYMBOLIC_LINK
    assert [base.mode for base in file.bases] == [Mode.FILE]
    assert file.added == ()


def test_a_link_that_became_a_file_is_all_new(repo: GitRepo) -> None:
    repo.link("l", "a.py").commit()
    repo.file("l").unlink()
    repo.write("l", "x\ny\n").add()
    file = only(changes(repo, Staged()))
    assert file.bases == ()
    assert lines(file) == [(1, 2)]


def test_lines_taken_away_add_none(repo: GitRepo) -> None:
    repo.write("a.py", "one\n").add()
    assert only(changes(repo, Staged())).added == ()


def test_several_hunks_and_a_last_line_without_newline(repo: GitRepo) -> None:
    repo.write("a.py", "".join(f"{n}\n" for n in range(1, 11)) + "end").commit()
    repo.write("a.py", "new\n1\n2\n3\nfour\n5\n6\n8\n9\n10\nend of it").add()
    assert lines(only(changes(repo, Staged()))) == [(1, 1), (5, 5), (11, 11)]


def test_contents_that_look_like_a_patch_confuse_nothing(repo: GitRepo) -> None:
    trap = "--- a/x\n+++ b/trap.py\n@@ -1 +1,99 @@\ndiff --git a/x b/x\n" + "0" * 40 + "\n\\ No newline\n"
    repo.write("a.py", "one\n" + trap + "two\n" + trap).write("b.py", trap + "tail\n").add()
    found = {file.path: lines(file) for file in changes(repo, Staged())}
    assert found == {"a.py": [(2, 7), (9, 14)], "b.py": [(1, 7)]}


@pytest.mark.parametrize("rule", ["*.py -diff", "*.py binary", "*.py diff=mine"])
def test_attributes_cannot_hide_added_lines(repo: GitRepo, rule: str) -> None:
    repo.configure("diff.mine.binary", "true").write(".gitattributes", rule + "\n").commit()
    repo.write("a.py", "one\ntwo\nthree\n").add()
    assert whole(only(changes(repo, Staged())))


def test_users_settings_of_diff_change_nothing(repo: GitRepo) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    repo.write("sub/old é.py", text).commit()
    expected = None
    for key, value in (
        *(("diff.noprefix", "false"), ("diff.noprefix", "true"), ("diff.mnemonicPrefix", "true")),
        *(("diff.renames", "false"), ("core.quotePath", "false"), ("color.ui", "always")),
        *(("diff.context", "9"), ("diff.interHunkContext", "9"), ("diff.relative", "true")),
        *(("diff.wsErrorHighlight", "all"), ("diff.srcPrefix", "left/"), ("diff.dstPrefix", "right/")),
        *(("diff.orderFile", "/dev/null"), ("diff.algorithm", "patience"), ("diff.submodule", "log")),
    ):
        repo.configure(key, value)
        repo.git("read-tree", "HEAD")
        repo.write("sub/new é.py", text.replace("line 3\n", "x\ny\n")).add("sub/new é.py")
        repo.git("rm", "-q", "--cached", "sub/old é.py")
        change = changes(repo, Staged())
        expected = expected or change
        assert change == expected
    assert expected is not None
    assert lines(only(expected)) == [(4, 5)]


def test_an_unmerged_index_is_refused_with_what_to_do(repo: GitRepo) -> None:
    repo.branch("other").write("a.py", "other\n").commit()
    repo.checkout("main").write("a.py", "main\n").commit()
    with pytest.raises(AssertionError):
        repo.merge("other")
    with pytest.raises(ChangesError, match=r"unmerged paths: 'a\.py'") as error:
        changes(repo, Staged())
    assert "git add" in error.value.hint


def test_an_intention_to_add_is_not_staged(repo: GitRepo) -> None:
    repo.write("later.py", "x\n").git("add", "--intent-to-add", "later.py")
    assert paths(changes(repo, Staged())) == []


def test_given_paths_that_are_staged_are_compared_and_the_others_judged_whole(repo: GitRepo) -> None:
    repo.write("b.py", "b\n").write("c.py", "c\n").commit()
    repo.write("b.py", "b\nmore\n").write("c.py", "other\n").add()
    change = changes(repo, Staged(("a.py", "b.py")))
    found = {file.path: [base.path for base in file.bases] for file in change}
    assert found == {"a.py": [], "b.py": ["b.py"]}
    assert change.description == "2 staged files"


def test_a_given_renamed_path_keeps_its_base(repo: GitRepo) -> None:
    repo.move("a.py", "b.py")
    assert [base.path for base in only(changes(repo, Staged(("b.py",)))).bases] == ["a.py"]


def test_given_paths_are_relative_to_the_directory_that_was_opened(repo: GitRepo) -> None:
    repo.write("sub/a.py", "x\n").add()
    assert paths(changes(repo.path / "sub", Staged(("a.py",)))) == ["sub/a.py"]


def test_a_given_directory_stands_for_its_files(repo: GitRepo) -> None:
    repo.write("sub/a.py", "x\n").write("sub/b.py", "y\n").commit()
    repo.write("sub/b.py", "z\n").add()
    assert paths(changes(repo, Staged(("sub",)))) == ["sub/a.py", "sub/b.py"]


def test_a_given_path_that_is_not_in_the_index_is_an_error(repo: GitRepo) -> None:
    repo.write("new.py", "x\n")
    with pytest.raises(ChangesError, match=r"'new\.py' is not in the index") as error:
        changes(repo, Staged(("new.py",)))
    assert "git add" in error.value.hint


def test_a_given_path_that_is_staged_for_deletion_is_counted(repo: GitRepo) -> None:
    repo.remove("a.py")
    assert changes(repo, Staged(("a.py",))).deleted == 1


def test_many_given_paths_are_asked_for_in_portions(repo: GitRepo) -> None:
    names = [f"{'d' * 200}/{n}.py" for n in range(400)]
    for name in names:
        repo.write(name, "x\n")
    repo.commit()
    assert paths(changes(repo, Staged(tuple(names)))) == sorted(names)


def test_glob_characters_in_given_paths_are_plain(repo: GitRepo) -> None:
    repo.write("*.py", "x\n").write("b.py", "y\n").write(":(top)z", "z\n").commit()
    assert paths(changes(repo, Staged(("*.py", ":(top)z")))) == ["*.py", ":(top)z"]


def test_a_temporary_index_of_git_commit_is_the_one_that_counts(repo: GitRepo) -> None:
    repo.write("a.py", "of the other index\n").git("add", "a.py", GIT_INDEX_FILE=".git/other")
    environ = {**os.environ, "GIT_INDEX_FILE": ".git/other"}
    change = opened(repo, environ).changes(Staged())
    assert paths(change) == ["a.py"]


def test_the_index_of_git_commit_with_a_path_reaches_a_hook(repo: GitRepo, tmp_path: Path) -> None:
    """``git commit FILE`` gives its hooks another index than the one on disk, with a relative GIT_DIR."""
    seen = tmp_path / "seen"
    hook = repo.file(".git/hooks/pre-commit")
    hook.write_text(f'#!/bin/sh\nenv | grep ^GIT_ > {seen}\ncp "$GIT_INDEX_FILE" {tmp_path}/index\nexit 1\n')
    hook.chmod(0o755)
    repo.write("a.py", "committed\n").write("b.py", "staged only\n").git("add", "b.py")
    with pytest.raises(AssertionError):
        repo.git("commit", "-m", "x", "a.py")
    given = dict(line.split("=", 1) for line in seen.read_text().splitlines())
    environ = {**os.environ, **given, "GIT_INDEX_FILE": str(tmp_path / "index")}
    assert paths(opened(repo, environ).changes(Staged())) == ["a.py"]
    assert paths(changes(repo, Staged())) == ["b.py"]
