from __future__ import annotations

from pathlib import Path

import pytest

from pregate.changes import Commits
from pregate.errors import ChangesError
from pregate.model import ChangeSet
from tests.changes.shown import base_bytes, changes, head_bytes, lines, only, paths, whole
from tests.gitrepo import GitRepo


def by_commit(change: ChangeSet) -> list[tuple[str, str]]:
    return [(file.commit, file.path) for file in change]


def test_each_commit_is_listed_by_itself_oldest_first(repo: GitRepo) -> None:
    base = repo.head
    first = repo.write("a.py", "secret\n").commit().head
    second = repo.write("a.py", "clean\n").write("b.py", "b\n").commit().head
    change = changes(repo, Commits(base, "HEAD"))
    assert by_commit(change) == [(first, "a.py"), (second, "a.py"), (second, "b.py")]
    assert [file.head.revision for file in change] == [first, second, second]
    assert [[b.revision for b in file.bases] for file in change] == [[base], [first], []]
    assert (change.trusted, change.head, change.compared) == (base, second, True)
    assert change.description == "2 commits up to HEAD"


def test_what_a_later_commit_takes_back_is_still_there(repo: GitRepo) -> None:
    base = repo.head
    repo.write("a.py", "one\nleaked\ntwo\n").commit().write("a.py", "one\ntwo\n").commit()
    first, second = changes(repo, Commits(base, "HEAD"))
    assert (lines(first), lines(second)) == ([(2, 2)], [])


def test_without_a_base_history_is_judged_from_its_root(repo: GitRepo) -> None:
    root = repo.head
    repo.write("b.py", "b\n").commit()
    change = changes(repo, Commits("", "HEAD"))
    assert by_commit(change) == [(root, "a.py"), (repo.head, "b.py")]
    assert lines(change.files[0]) == [(1, 2)]
    assert change.files[0].bases == ()


def test_the_zero_id_of_hooks_means_no_base(repo: GitRepo) -> None:
    assert paths(changes(repo, Commits("0" * 40, "HEAD"))) == ["a.py"]


def test_an_empty_range_is_an_empty_change_set(repo: GitRepo) -> None:
    change = changes(repo, Commits("HEAD", "main"))
    assert paths(change) == []
    assert change.description == "no commits up to main that are not judged already"


def test_an_empty_commit_is_counted_and_lists_nothing(repo: GitRepo) -> None:
    repo.commit("empty").commit("empty too")
    change = changes(repo, Commits("HEAD~2", "HEAD"))
    assert (paths(change), change.description) == ([], "2 commits up to HEAD")


def test_renames_are_found_in_each_commit(repo: GitRepo) -> None:
    repo.move("a.py", "b.py").commit().move("b.py", "c.py").commit()
    change = changes(repo, Commits("HEAD~2", "HEAD"))
    assert [(f.path, [b.path for b in f.bases], f.added) for f in change] == [
        ("b.py", ["a.py"], ()),
        ("c.py", ["b.py"], ()),
    ]


def test_deletions_are_counted(repo: GitRepo) -> None:
    repo.remove("a.py").commit()
    change = changes(repo, Commits("HEAD~1", "HEAD"))
    assert (paths(change), change.deleted) == ([], 1)


class TestMerges:
    @pytest.fixture
    def merged(self, repo: GitRepo) -> GitRepo:
        """A merge that takes each side's file as it is."""
        repo.branch("topic").write("topic.py", "t\n").commit()
        repo.checkout("main").write("main.py", "m\n").commit()
        return repo.merge("topic")

    def test_a_clean_merge_lists_nothing_of_its_own(self, merged: GitRepo) -> None:
        change = changes(merged, Commits("HEAD^1", "HEAD"))
        assert by_commit(change) == [(merged.text("rev-parse", "topic"), "topic.py")]

    def test_an_evil_merge_lists_what_differs_from_all_parents(self, merged: GitRepo) -> None:
        merged.write("evil.py", "e\n").write("main.py", "m\nevil\n").git("add", "-A")
        merged.git("commit", "-q", "--amend", "--no-edit")
        change = changes(merged, Commits("HEAD^1", "HEAD", not_in=("topic",)))
        assert by_commit(change) == [(merged.head, "evil.py"), (merged.head, "main.py")]
        assert base_bytes(merged, change) == {"evil.py": [], "main.py": [b"m\n"]}
        assert [lines(file) for file in change] == [[(1, 1)], [(2, 2)]]

    def test_a_resolved_conflict_has_a_base_for_each_parent(self, repo: GitRepo) -> None:
        repo.branch("topic").write("a.py", "one\ntopic\ntwo\n").commit()
        repo.checkout("main").write("a.py", "one\nmain\ntwo\n").commit()
        with pytest.raises(AssertionError):
            repo.merge("topic")
        repo.write("a.py", "one\nmain\ntopic\nneither\ntwo\n").commit("resolved")
        change = changes(repo, Commits("HEAD^1", "HEAD", not_in=("topic",)))
        file = only(change)
        assert base_bytes(repo, change) == {"a.py": [b"one\nmain\ntwo\n", b"one\ntopic\ntwo\n"]}
        assert [base.revision for base in file.bases] == repo.text("rev-parse", "HEAD^1", "HEAD^2").split()
        assert lines(file) == [(4, 4)]

    def test_a_merge_of_three_has_three_bases(self, repo: GitRepo) -> None:
        for name in ("x", "y"):
            repo.checkout("main").branch(name).write(f"{name}.py", name).commit()
        repo.checkout("main").write("z.py", "z").commit().merge("x", "y")
        repo.write("a.py", "merged\n").git("add", "-A")
        repo.git("commit", "-q", "--amend", "--no-edit")
        file = only(changes(repo, Commits("HEAD^1", "HEAD", not_in=("x", "y"))))
        assert (file.path, len(file.bases)) == ("a.py", 3)

    def test_a_file_renamed_on_one_side_keeps_both_bases(self, repo: GitRepo) -> None:
        text = "".join(f"line {n}\n" for n in range(20))
        repo.write("old.py", text).commit().branch("topic").move("old.py", "new.py").commit()
        repo.checkout("main").write("old.py", text + "main\n").commit().merge("topic")
        repo.write("new.py", text + "main\nevil\n").git("add", "-A")
        repo.git("commit", "-q", "--amend", "--no-edit")
        file = only(changes(repo, Commits("HEAD^1", "HEAD", not_in=("topic",))))
        assert [base.path for base in file.bases] == ["old.py", "new.py"]
        assert lines(file) == [(22, 22)]

    def test_a_merge_that_deletes_is_counted(self, merged: GitRepo) -> None:
        merged.git("rm", "-q", "a.py")
        merged.git("commit", "-q", "--amend", "--no-edit")
        assert changes(merged, Commits("HEAD^1", "HEAD", not_in=("topic",))).deleted == 1

    def test_a_merge_with_a_file_git_calls_binary_counts_whole(self, repo: GitRepo) -> None:
        repo.write(".gitattributes", "*.py -diff\n").commit()
        repo.branch("topic").write("t", "t").commit().checkout("main").write("m", "m").commit().merge("topic")
        repo.write("a.py", "evil\n").git("add", "-A")
        repo.git("commit", "-q", "--amend", "--no-edit")
        assert whole(only(changes(repo, Commits("HEAD^1", "HEAD", not_in=("topic",)))))


class TestExclusions:
    """What the other side of a push has already."""

    @pytest.fixture
    def cloned(self, repo: GitRepo, tmp_path: Path) -> GitRepo:
        clone = repo.clone(tmp_path / "clone")
        return clone.branch("topic").write("new.py", "x\n").commit()

    def test_what_the_remote_has_is_not_judged_again(self, cloned: GitRepo) -> None:
        change = changes(cloned, Commits("", "HEAD", not_in=("--remotes=origin",)))
        assert by_commit(change) == [(cloned.head, "new.py")]
        assert change.trusted == cloned.text("rev-parse", "origin/main")

    def test_several_exclusions_add_up(self, cloned: GitRepo) -> None:
        later = cloned.write("later.py", "y\n").commit().head
        change = changes(cloned, Commits("", "HEAD", not_in=("--remotes=origin", "HEAD~1", "--tags")))
        assert by_commit(change) == [(later, "later.py")]

    def test_an_exclusion_that_does_not_exist_excludes_nothing(self, cloned: GitRepo) -> None:
        change = changes(cloned, Commits("origin/main", "HEAD", not_in=("f" * 40, "nosuch", "--exec=x")))
        assert paths(change) == ["new.py"]

    def test_a_base_over_which_is_pushed_by_force_may_be_unknown(self, cloned: GitRepo) -> None:
        change = changes(cloned, Commits("f" * 40, "HEAD", not_in=("--remotes=origin",)))
        assert paths(change) == ["new.py"]

    def test_an_unknown_base_is_an_error_where_nothing_else_is_excluded(self, cloned: GitRepo) -> None:
        with pytest.raises(ChangesError, match="No commit"):
            changes(cloned, Commits("f" * 40, "HEAD"))

    def test_an_orphan_branch_is_not_trusted_to_configure_its_own_gate(self, repo: GitRepo) -> None:
        main = repo.head
        repo.git("checkout", "-q", "--orphan", "evil")
        repo.write("evil.py", "x\n").commit()
        orphan = repo.head
        repo.checkout("main")
        change = changes(repo, Commits("", orphan, not_in=("main",)))
        assert change.trusted == main

    def test_a_merged_orphan_does_not_become_the_trusted_revision(self, repo: GitRepo) -> None:
        main = repo.head
        repo.git("checkout", "-q", "--orphan", "evil")
        repo.write("evil.py", "x\n").commit()
        repo.branch("topic", "main").git("merge", "-q", "--allow-unrelated-histories", "-m", "m", "evil")
        assert changes(repo, Commits("", "HEAD", not_in=("main",))).trusted == main

    def test_a_first_push_has_nothing_older_to_trust(self, repo: GitRepo) -> None:
        assert changes(repo, Commits("", "HEAD", not_in=("--remotes",))).trusted == repo.head


def test_the_end_of_a_shallow_clone_is_not_taken_for_a_root(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("b.py", "b\n").commit().write("c.py", "c\n").commit()
    shallow = repo.clone(tmp_path / "shallow", "--depth=2")
    with pytest.raises(ChangesError, match="where this shallow clone ends") as error:
        changes(shallow, Commits("", "HEAD"))
    assert "fetch-depth: 0" in error.value.hint
    assert "git fetch --unshallow" in error.value.hint
    assert paths(changes(shallow, Commits("HEAD~1", "HEAD"))) == ["c.py"]


def test_odd_names_and_contents_like_ids_pass_through_the_stream_of_commits(repo: GitRepo) -> None:
    trap = f"{repo.head}\n+++ b/a.py\n@@ -1 +1,9 @@\n"
    name = "a\tb\n\"c' \udcff.py"
    repo.write(name, trap).commit().write(name, trap + "more\n").write("z", "z").commit()
    change = changes(repo, Commits("HEAD~2", "HEAD"))
    assert [(f.path, lines(f)) for f in change] == [(name, [(1, 3)]), (name, [(4, 4)]), ("z", [(1, 1)])]
    assert head_bytes(repo, change)[name] == trap.encode() + b"more\n"


def test_an_object_that_only_the_patch_needs_may_be_missing(repo: GitRepo) -> None:
    oid = repo.text("rev-parse", "HEAD:a.py")
    repo.write("a.py", "new\n").commit()
    repo.file(f".git/objects/{oid[:2]}/{oid[2:]}").unlink()
    assert whole(only(changes(repo, Commits("HEAD~1", "HEAD"))))


def test_exactly_the_listed_commits_are_judged_in_their_order(repo: GitRepo) -> None:
    base = repo.head
    one = repo.write("a.py", "1\n").commit().head
    two = repo.write("b.py", "2\n").commit().head
    repo.write("c.py", "3\n").commit()
    change = changes(repo, Commits(base, "HEAD", only=(one, two)))
    assert by_commit(change) == [(one, "a.py"), (two, "b.py")]
    assert [file.bases[0].revision for file in change if file.bases] == [base]
    assert (change.trusted, change.description) == (base, "2 commits up to HEAD")


def test_listed_commits_of_a_shallow_clone_are_judged_without_a_walk(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("a.py", "1\n").commit().write("a.py", "2\n").commit()
    top = repo.head
    shallow = repo.clone(tmp_path / "shallow", "--depth=2")
    change = changes(shallow, Commits("", "HEAD", only=(top,)))
    assert by_commit(change) == [(top, "a.py")]
    with pytest.raises(ChangesError, match="shallow clone ends"):
        changes(shallow, Commits("", "HEAD", only=(shallow.text("rev-parse", "HEAD~1"), top)))


@pytest.mark.parametrize("kind", ["missing", "blob", "name", "option"])
def test_a_listed_commit_that_is_none_is_an_error(repo: GitRepo, kind: str) -> None:
    names = {
        "missing": "d" * 40,
        "blob": repo.text("rev-parse", "HEAD:a.py"),
        "name": "main",
        "option": "--all",
    }
    with pytest.raises(ChangesError, match="No commit"):
        changes(repo, Commits("", "HEAD", only=(repo.head, names[kind])))


def test_lines_are_not_asked_for_where_nobody_wants_them(repo: GitRepo) -> None:
    base = repo.head
    repo.write("a.py", "one\nleaked\n").commit()
    (file,) = changes(repo, Commits(base, "HEAD", lines=False))
    assert whole(file)
