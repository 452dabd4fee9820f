from __future__ import annotations

import pytest

from pregate.changes.parsing import Reader, intersect, read_patch, read_records, to_bytes, to_text
from pregate.errors import ChangesError
from pregate.model import LineRange


def reader(data: bytes, size: int) -> Reader:
    """A reader whose data comes in pieces of ``size`` bytes."""
    pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
    return Reader(lambda: next(pieces, b""))


PATCH = b"""\
diff --git a/a b/a
index 1..2 100644
--- a/a
+++ b/a
@@ -1,2 +1,3 @@ def f():
-x
-@@ -9 +9 @@
+++ b/other
+diff --git a/z b/z
+y
@@ -9 +10 @@
-last
\\ No newline at end of file
+last!
\\ No newline at end of file
diff --git a/gone b/gone
deleted file mode 100644
diff --git "a/q\\"\\\\\\303\\251\\n" "b/q\\"\\\\\\303\\251\\n"
--- /dev/null
+++ "b/q\\"\\\\\\303\\251\\n"
@@ -0,0 +1 @@
+q
diff --git a/b c b/b c
--- a/b c\t
+++ b/b c\t
@@ -3,2 +2,0 @@
-1
-2
"""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 5000])
def test_a_patch_is_read_in_pieces_of_any_size(size: int) -> None:
    assert list(read_patch(reader(PATCH, size))) == [
        ("", {"a": [LineRange(1, 3), LineRange(10, 10)], 'q"\\é\n': [LineRange(1, 1)], "b c": []})
    ]


@pytest.mark.parametrize("size", [1, 50, 5000])
def test_patches_of_several_commits(size: int) -> None:
    data = b"1" * 40 + b"\n" + PATCH + b"2" * 40 + b"\n" + b"3" * 64 + b"\n" + PATCH
    commits = [(commit, len(paths)) for commit, paths in read_patch(reader(data, size))]
    assert commits == [("1" * 40, 3), ("2" * 40, 0), ("3" * 64, 3)]


def test_an_empty_patch_has_no_paths() -> None:
    assert list(read_patch(reader(b"", 1))) == [("", {})]


@pytest.mark.parametrize("size", [1, 5000])
def test_records_are_read_up_to_the_patch(size: int) -> None:
    one, two, none = "1" * 40, "2" * 40, "0" * 40
    data = (
        f":100644 100755 {one} {two} M\0a\0:100644 120000 {one} {two} R086\0old\0new\0"
        f":000000 100664 {none} {two} A\0n\0"
        f":100644 000000 {one} {none} D\0d\0::100644 000000 100644 {one} {none} {two} MA\0p\0q\0r\0\0diff"
    ).encode()
    source = reader(data, size)
    found = [
        (r.status, [(s.path, s.mode) for s in r.before], r.after.path, r.after.mode)
        for r in read_records(source)[0]
    ]
    assert found == [
        ("M", [("a", 0o100644)], "a", 0o100755),
        ("R", [("old", 0o100644)], "new", 0o120000),
        ("A", [("n", None)], "n", 0o100644),
        ("D", [("d", 0o100644)], "d", None),
        ("MA", [("p", 0o100644), ("q", None)], "r", 0o100644),
    ]
    assert source.until(b"f") == b"di"


def test_an_answer_cut_short_is_an_error() -> None:
    with pytest.raises(ChangesError, match="cut short"):
        (read_records(reader(b":100644 100644", 5)))
    with pytest.raises(ChangesError, match="cut short"):
        reader(b"abc", 2).exactly(4)


def test_skipping_past_the_end_stops_there() -> None:
    source = reader(b"a\nb\nc", 2)
    source.skip(9)
    assert source.peek() == b""


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ([], [(1, 9)], []),
        ([(1, 3), (5, 9)], [(2, 6), (8, 20)], [(2, 3), (5, 6), (8, 9)]),
        ([(1, 1)], [(2, 2)], []),
        ([(1, 2**31 - 1)], [(4, 4), (7, 8)], [(4, 4), (7, 8)]),
    ],
)
def test_lines_in_both(
    one: list[tuple[int, int]], other: list[tuple[int, int]], both: list[tuple[int, int]]
) -> None:
    def ranges(pairs: list[tuple[int, int]]) -> list[LineRange]:
        return [LineRange(*pair) for pair in pairs]

    assert intersect(ranges(one), ranges(other)) == ranges(both)
    assert intersect(ranges(other), ranges(one)) == ranges(both)


def test_any_bytes_make_a_path_and_come_back() -> None:
    every = bytes(range(256))
    assert to_bytes(to_text(every)) == every
