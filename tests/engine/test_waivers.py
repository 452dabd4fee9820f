"""The suppressions file and the baseline on both sides of a change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pregate.engine.waivers import recorded, waivers_of, widened
from pregate.errors import UsageError
from pregate.model import Blob, Mode
from pregate.suppressions.file import PATH
from pregate.suppressions.writing import new_file
from tests.engine.fakes import Tree

ENTRY = '[[suppress]]\nrule = "word/BAD"\npath = "{}"\nanchor = "0123456789abcdef"\n'
SALTS = (b"a" * 16, b"b" * 16)


def file(*paths: str, salt: bytes = SALTS[0]) -> bytes:
    return new_file(salt) + "".join(ENTRY.format(path) for path in paths).encode()


def tree(before: bytes | None, after: bytes | None, *names: str) -> Tree:
    files = dict.fromkeys(names, b"bad\n")
    sides = {"base": dict(files), "head": dict(files)}
    for side, data in zip(sides.values(), (before, after), strict=True):
        side.update({PATH: data} if data is not None else {})
    return Tree(sides)


def test_both_sides_are_read_and_the_salt_is_the_trusted_one() -> None:
    held = tree(file("a.txt"), file("a.txt", "b.txt", salt=SALTS[1]))
    told = recorded(held, held.change())

    assert [s.path for s in told.suppressions] == ["a.txt", "b.txt"]
    assert [s.path for s in told.before] == ["a.txt"]
    assert told.salt == SALTS[0]


def test_a_file_that_the_change_brings_gives_the_salt_too() -> None:
    held = tree(None, file("a.txt", salt=SALTS[1]))
    told = recorded(held, held.change())

    assert (told.salt, told.before, len(told.suppressions)) == (SALTS[1], (), 1)


def test_where_nothing_is_compared_both_sides_are_the_same() -> None:
    held = tree(None, file("a.txt"))
    told = recorded(held, held.all())

    assert told.before == told.suppressions != ()


def test_without_a_file_there_is_nothing() -> None:
    held = tree(None, None)
    told = recorded(held, held.change())

    assert (told.salt, told.suppressions, told.before) == (b"", (), ())


def test_a_broken_file_of_the_head_is_refused_and_one_of_the_base_counts_for_nothing() -> None:
    held = tree(file("a.txt"), b"version = 7\n")
    with pytest.raises(UsageError, match="version is not one"):
        recorded(held, held.change())

    held = tree(b"version = 7\n", file("a.txt"))
    assert recorded(held, held.change()).before == ()


def test_a_link_in_its_place_is_refused() -> None:
    class Linked(Tree):
        def blob(self, revision: str, path: str) -> Blob:
            return replace(super().blob(revision, path), mode=Mode.SYMBOLIC_LINK)

    held = tree(None, file("a.txt"))
    with pytest.raises(UsageError, match="no plain file"):
        recorded(Linked(held.files), held.change())


def test_paths_that_are_gone_are_told_but_none_that_stands_for_several() -> None:
    held = tree(None, file("a.txt", "gone.txt", "lib/*.txt", "[id].txt"), "a.txt")
    change = held.change()

    assert waivers_of(held, change, recorded(held, change)).absent == {"gone.txt", "[id].txt"}


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        (file(), file("a.txt"), ["a.txt"]),
        (file("a.txt"), file(), ["a.txt"]),
        (None, file("a.txt", "gone.txt"), ["a.txt"]),
        (file("b.txt"), file("b.txt") + b'reason = "r"\n', ["b.txt"]),
        (file("a.txt"), b"\n" + file("a.txt"), []),
        (file(), file("lib/*"), ["lib/c.txt", "lib/d.txt"]),
        (file("a.txt"), file("a.txt"), []),
    ],
)
def test_what_the_entries_are_about_is_judged_with_the_change(
    before: bytes | None, after: bytes, added: list[str]
) -> None:
    held = tree(before, after, "a.txt", "b.txt", "lib/c.txt", "lib/d.txt")
    change = held.change()
    wider = widened(held, change, recorded(held, change))

    more = wider.files[len(change.files) :]
    assert [file.path for file in more] == added
    assert all(len(file.bases) == 1 and not file.added for file in more)


def test_a_file_that_is_judged_anyway_is_judged_once() -> None:
    held = tree(file(), file("a.txt"), "a.txt")
    held.files["head"]["a.txt"] = b"bad bad\n"
    change = held.change()

    assert widened(held, change, recorded(held, change)) is not change
    assert len(widened(held, change, recorded(held, change)).files) == len(change.files)


def test_a_whole_tree_grows_no_further() -> None:
    held = tree(file(), file("a.txt"), "a.txt")

    assert widened(held, held.all(), recorded(held, held.all())) == held.all()
