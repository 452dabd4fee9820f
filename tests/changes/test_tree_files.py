"""A tree as git lists it: the same files as one by one, in portions that a change leaves alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.changes import Everything
from pregate.changes.tree_files import TreeFiles
from pregate.model import Blob, ChangedFile, Mode
from tests.changes.shown import changes
from tests.gitrepo import GitRepo

NAMES = st.text(st.sampled_from("ab0\t\n é"), min_size=1, max_size=6)


def oid(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def listed(files: dict[str, str], mode: str = "100644") -> TreeFiles:
    """As git lists files with these ids."""
    lines = (f"{mode} blob {oid}\t{path}\0" for path, oid in files.items())
    return TreeFiles("".join(lines).encode(), "c0ffee")


def many(count: int = 2000) -> dict[str, str]:
    return {f"src/f{n:05}.py": oid(str(n)) for n in range(count)}


@settings(max_examples=50)
@given(st.dictionaries(NAMES, st.sampled_from(["a" * 39 + "1", "b" * 38 + "00", "c" * 38 + "10"])))
def test_files_are_the_same_in_order_and_by_number(files: dict[str, str]) -> None:
    tree = listed(files)
    plain = [ChangedFile(Blob(path, name, Mode.FILE, "c0ffee")) for path, name in files.items()]
    assert list(tree) == plain
    assert [tree[n] for n in range(len(tree))] == plain
    assert list(tree[1:]) == plain[1:]
    assert tree == tuple(plain)
    assert sum(portion.count for portion in tree.portions()) == len(plain)


def test_there_is_nothing_before_and_behind() -> None:
    tree = listed({"a": oid("a")})
    assert tree[-1].path == "a"
    for number in (1, -2):
        with pytest.raises(IndexError):
            tree[number]
    assert list(listed({}).portions()) == []


@pytest.mark.parametrize("number", [0, 700, 1999])
def test_a_change_leaves_all_other_portions_as_they_were(number: int) -> None:
    files = many()
    before = {portion.digest for portion in listed(files).portions()}
    files[f"src/f{number:05}.py"] = oid("changed")
    after = [portion.digest for portion in listed(files).portions()]
    assert len(before) > 10
    assert len([digest for digest in after if digest not in before]) <= 2


def test_a_file_more_moves_no_other_portion() -> None:
    before = {portion.digest for portion in listed(many()).portions()}
    after = [portion.digest for portion in listed({"a": oid("a"), **many()}).portions()]
    assert len([digest for digest in after if digest not in before]) <= 2


def test_the_mode_is_part_of_what_a_portion_is() -> None:
    plain, executable = (listed({"a": oid("a")}, mode) for mode in ("100644", "100755"))
    assert [p.digest for p in plain.portions()] != [p.digest for p in executable.portions()]


def test_ids_that_end_no_portion_make_none_too_long() -> None:
    files = {f"{n:05}": "a" * 40 for n in range(3000)}
    portions = list(listed(files).portions())
    assert max(portion.count for portion in portions) < 800
    assert [p.first for p in portions[1:]] == [p.first + p.count for p in portions[:-1]]
    assert [file.path for file in listed(files)] == list(files)


def test_a_tree_of_git_is_such_a_list(repo: GitRepo) -> None:
    files = changes(repo, Everything()).files
    assert isinstance(files, TreeFiles)
    assert hash(files) == hash(tuple(files))
