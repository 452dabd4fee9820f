"""Where lines of one commit stand in another, by the real git."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.changes import Repository
from pregate.changes.lines import UNKNOWN, UNMOVED, Moves, moves_between
from pregate.changes.parsing import Hunk
from pregate.errors import ChangesError
from pregate.model import LineRange
from tests.gitrepo import GitRepo


def text(lines: Sequence[object]) -> str:
    return "".join(f"{line}\n" for line in lines)


def moves(repo: GitRepo, old: str, new: str, *paths: str) -> dict[str, Moves]:
    return moves_between(Repository.open(repo.path, dict(os.environ)), old, new, paths)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "r").write("a", text(range(1, 21))).write("b", "x\n").commit("first")


def test_lines_below_an_insertion_move_and_those_above_stay(repo: GitRepo) -> None:
    old = repo.head
    new = repo.write("a", text([*range(1, 6), "new", "new", *range(6, 21)])).commit("more").head
    found = moves(repo, old, new, "a")["a"]
    assert found.moved(LineRange(5, 5)) == LineRange(5, 5)
    assert found.moved(LineRange(6, 8)) == LineRange(8, 10)


def test_lines_that_an_insertion_parts_have_no_place(repo: GitRepo) -> None:
    old = repo.head
    new = repo.write("a", text([*range(1, 6), "new", *range(6, 21)])).commit("more").head
    assert moves(repo, old, new, "a")["a"].moved(LineRange(5, 6)) is None


def test_a_changed_or_removed_line_has_no_place(repo: GitRepo) -> None:
    old = repo.head
    new = repo.write("a", text([*range(1, 6), "six", *range(7, 15)])).commit("less").head
    found = moves(repo, old, new, "a")["a"]
    assert found.moved(LineRange(6, 6)) is None
    assert found.moved(LineRange(15, 15)) is None
    assert found.moved(LineRange(7, 9)) == LineRange(7, 9)


def test_an_unchanged_file_and_the_same_commit_keep_every_line(repo: GitRepo) -> None:
    old = repo.head
    new = repo.write("a", "other\n").commit("other").head
    assert moves(repo, old, new, "b") == {"b": UNMOVED}
    assert moves(repo, old, old, "a") == {"a": UNMOVED}


def test_a_changed_mode_keeps_every_line(repo: GitRepo) -> None:
    old = repo.head
    new = repo.write("a", text(range(1, 21)), executable=True).commit("mode").head
    assert moves(repo, old, new, "a")["a"] == UNMOVED


@pytest.mark.parametrize("name", ["gone", "binary", "link"])
def test_what_git_cannot_tell_is_unknown(repo: GitRepo, name: str) -> None:
    old = repo.head
    if name == "gone":
        repo.remove("a")
    elif name == "binary":
        repo.write("a", b"\0\1\n")
    else:
        repo.link("a", "b")
    new = repo.commit("odd").head
    assert moves(repo, old, new, "a")["a"] == UNKNOWN
    assert UNKNOWN.moved(LineRange(1, 1)) is None


def test_names_with_blanks_and_bytes_that_are_no_utf8(repo: GitRepo) -> None:
    names = ["a b\tc", os.fsdecode(b"caf\xe9"), ":(glob)*"]
    for name in names:
        repo.write(name, text(range(3)))
    old = repo.commit("names").head
    for name in names:
        repo.write(name, text(["new", *range(3)]))
    found = moves(repo, old, repo.commit("more").head, *names)
    assert [found[name].moved(LineRange(1, 3)) for name in names] == [LineRange(2, 4)] * 3


def test_many_files_are_asked_for_in_parts(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.changes.lines._PATHS_MAX", 1)
    old = repo.head
    new = repo.write("a", text(["new", *range(1, 21)])).write("b", "y\nx\n").commit("both").head
    found = moves(repo, old, new, "a", "b")
    assert found["a"].moved(LineRange(1, 20)) == LineRange(2, 21)
    assert found["b"].moved(LineRange(1, 1)) == LineRange(2, 2)


def test_a_commit_that_is_not_there_is_an_error(repo: GitRepo) -> None:
    with pytest.raises(ChangesError):
        moves(repo, repo.head, "f" * 40, "a")


lines = st.lists(st.sampled_from("abcdefgh"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=lines, after=lines)
def test_a_line_that_moved_is_the_same_line(tmp_path: Path, before: list[str], after: list[str]) -> None:
    repo = GitRepo(tmp_path / "any")
    old = repo.write("f", text(before)).commit("old").head
    new = repo.write("f", text(after)).commit("new").head
    found = moves(repo, old, new, "f")["f"]
    ranges = [LineRange(i, j) for i in range(1, len(before) + 1) for j in range(i, len(before) + 1)]
    for old_lines in ranges:
        new_lines = found.moved(old_lines)
        if new_lines:
            assert after[new_lines.start - 1 : new_lines.end] == before[old_lines.start - 1 : old_lines.end]


def test_hunks_of_nothing_but_removals_shift_what_follows() -> None:
    found = Moves((Hunk(3, 2, 2, 0),))
    assert found.moved(LineRange(1, 2)) == LineRange(1, 2)
    assert found.moved(LineRange(3, 3)) is None
    assert found.moved(LineRange(5, 6)) == LineRange(3, 4)
