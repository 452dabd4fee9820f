from __future__ import annotations

from pathlib import Path

import pytest

from pregate.changes import Range
from pregate.errors import ChangesError
from pregate.model import Unread, UnreadReason
from tests.changes.shown import base_bytes, changes, head_bytes, lines, only, opened, paths, whole
from tests.gitrepo import GitRepo


def test_only_what_the_branch_changed_counts_not_what_the_base_did_since(repo: GitRepo) -> None:
    start = repo.head
    repo.branch("topic").write("topic.py", "x\n").write("a.py", "one\ntwo\nthree\n").commit()
    repo.checkout("main").write("main.py", "y\n").commit()
    change = changes(repo, Range("main", "topic"))
    assert paths(change) == ["a.py", "topic.py"]
    assert (change.trusted, change.head, change.compared) == (start, repo.text("rev-parse", "topic"), True)
    assert {base.revision for file in change for base in file.bases} == {start}
    assert change.description == "2 files changed between main and topic"


def test_contents_come_from_the_commits_not_the_working_tree(repo: GitRepo) -> None:
    repo.write("a.py", "committed\n").commit().write("a.py", "dirty\n").add()
    change = changes(repo, Range("HEAD~1"))
    assert head_bytes(repo, change) == {"a.py": b"committed\n"}
    assert base_bytes(repo, change) == {"a.py": [b"one\ntwo\n"]}


def test_renames_deletions_and_lines(repo: GitRepo) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    repo.write("old.py", text).commit()
    repo.move("old.py", "new.py").write("new.py", "top\n" + text).remove("a.py").commit()
    change = changes(repo, Range("HEAD~1"))
    assert change.deleted == 1
    assert ([b.path for b in only(change).bases], lines(only(change))) == (["old.py"], [(1, 1)])


def test_the_same_commit_twice_is_an_empty_change_set(repo: GitRepo) -> None:
    change = changes(repo, Range("main", "HEAD"))
    assert (paths(change), change.description) == ([], "no changes between main and HEAD")
    assert change.trusted == repo.head


def test_a_head_behind_its_base_changes_nothing(repo: GitRepo) -> None:
    repo.write("b.py", "b\n").commit()
    assert paths(changes(repo, Range("HEAD", "HEAD~1"))) == []


def test_given_paths_limit_the_range(repo: GitRepo) -> None:
    repo.write("sub/b.py", "b\n").write("sub/deep/c.py", "c\n").write("d.py", "d\n").commit()
    assert paths(changes(repo, Range("HEAD~1", paths=("sub/deep", "d.py")))) == ["d.py", "sub/deep/c.py"]
    assert paths(changes(repo.path / "sub", Range("HEAD~1", paths=("b.py",)))) == ["sub/b.py"]


def test_a_tag_a_branch_and_an_abbreviated_id_name_commits(repo: GitRepo) -> None:
    repo.git("tag", "-a", "-m", "a tag", "v1")
    source = opened(repo)
    assert {source.resolve(name) for name in ("v1", "main", "HEAD", repo.head[:8])} == {repo.head}


def test_in_a_bare_repository(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("b.py", "b\n").commit()
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    change = changes(bare, Range("HEAD~1", paths=("./b.py",)))
    assert head_bytes(bare, change) == {"b.py": b"b\n"}


@pytest.mark.parametrize("revision", ["nosuch", "--upload-pack=touch x", "a b\nc", "", "HEAD:a.py", "0" * 40])
def test_a_revision_that_is_none_is_an_error_with_a_hint(repo: GitRepo, revision: str) -> None:
    with pytest.raises(ChangesError) as error:
        changes(repo, Range(revision))
    assert error.value.hint
    assert "\n" not in error.value.message


def test_unrelated_histories_have_no_merge_base(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("unrelated")
    with pytest.raises(ChangesError, match="no common history") as error:
        changes(repo, Range("main", "other"))
    assert "--all" in error.value.hint


def test_a_fetch_is_named_for_a_branch_of_the_remote(repo: GitRepo) -> None:
    with pytest.raises(ChangesError) as error:
        changes(repo, Range("origin/release"))
    assert "git fetch origin +refs/heads/release:refs/remotes/origin/release" in error.value.hint


class TestShallowClones:
    """A checkout with ``--depth 1`` is what workflows get unless they ask for more."""

    @pytest.fixture
    def shallow(self, repo: GitRepo, tmp_path: Path) -> GitRepo:
        repo.branch("topic").write("b.py", "b\n").commit()
        repo.checkout("main").write("c.py", "c\n").commit()
        return repo.clone(tmp_path / "shallow", "--depth=1", "--no-single-branch")

    def test_a_missing_base_names_the_fetch(self, repo: GitRepo, shallow: GitRepo) -> None:
        base = repo.text("rev-parse", "main~1")
        with pytest.raises(ChangesError, match="shallow") as error:
            changes(shallow, Range(base))
        assert "fetch-depth: 0" in error.value.hint
        assert f"git fetch origin {base}" in error.value.hint

    def test_a_missing_branch_names_the_fetch(self, shallow: GitRepo) -> None:
        with pytest.raises(ChangesError, match="shallow") as error:
            changes(shallow, Range("release/1.0"))
        assert "git fetch origin release/1.0" in error.value.hint

    def test_an_odd_revision_is_not_put_into_a_command(self, shallow: GitRepo) -> None:
        with pytest.raises(ChangesError) as error:
            changes(shallow, Range("x;$(touch y)"))
        assert "touch" not in error.value.hint

    def test_a_missing_merge_base_names_the_fetch(self, shallow: GitRepo) -> None:
        with pytest.raises(ChangesError, match="No merge base") as error:
            changes(shallow, Range("origin/main", "origin/topic"))
        assert "fetch-depth: 0" in error.value.hint
        assert "git fetch --unshallow" in error.value.hint

    def test_the_staged_files_need_no_history(self, shallow: GitRepo) -> None:
        from pregate.changes import Staged

        shallow.write("new.py", "x\n").add()
        assert paths(changes(shallow, Staged())) == ["new.py"]


def test_an_object_that_only_the_patch_needs_may_be_missing(repo: GitRepo) -> None:
    oid = repo.text("rev-parse", "HEAD:a.py")
    repo.write("a.py", "new\n").commit()
    repo.file(f".git/objects/{oid[:2]}/{oid[2:]}").unlink()
    change = changes(repo, Range("HEAD~1"))
    assert whole(only(change))
    (unread,) = base_bytes(repo, change)["a.py"]
    assert isinstance(unread, Unread)
    assert unread.reason is UnreadReason.MISSING


def test_an_exact_base_is_compared_as_it_is(repo: GitRepo) -> None:
    repo.branch("topic").write("b.py", "b\n").commit().checkout("main").write("c.py", "c\n").commit()
    assert paths(changes(repo, Range("main", "topic"))) == ["b.py"]
    change = changes(repo, Range("main", "topic", exact=True))
    assert (paths(change), change.removed) == (["b.py"], ("c.py",))
    assert change.trusted == repo.head
