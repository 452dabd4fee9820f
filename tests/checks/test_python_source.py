"""Places in decoded source, where Python's own offsets are no columns."""

from __future__ import annotations

import ast

import pytest

from pregate.checks.python.places import Source, read
from pregate.model import Location


def node(line: int, start: int, end_line: int | None, end: int | None) -> ast.expr:
    return ast.Name("x", lineno=line, col_offset=start, end_lineno=end_line, end_col_offset=end)


@pytest.mark.parametrize(("end_line", "end"), [(None, None), (1, 2), (1, 1)])
def test_a_node_without_an_end_is_its_whole_line(end_line: int | None, end: int | None) -> None:
    source = Source("a.py", ("  f(x)  ",))
    assert source.region(node(1, 2, end_line, end)) == Location("a.py", 1, 3, 1, 7)


def test_offsets_behind_wide_characters_are_counted_in_characters() -> None:
    source = Source("a.py", ("\u00e9\U0001f600x",))
    assert source.region(node(1, 6, 1, 7)) == Location("a.py", 1, 3, 1, 4)


def test_an_offset_behind_the_end_of_a_line_is_its_end() -> None:
    source = Source("a.py", ("ab", "c"))
    assert source.region(node(1, 0, 2, 9)) == Location("a.py", 1, 1, 2, 2)


@pytest.mark.parametrize(("number", "place"), [(0, 1), (1, 1), (2, 2), (9, 9)])
def test_a_line_that_is_empty_or_not_there_has_a_place(number: int, place: int) -> None:
    assert Source("a.py", ("", " ")).line(number).start_line == place


def test_bytes_that_their_declaration_does_not_decode_are_kept_one_by_one() -> None:
    assert read("a.py", b"# coding: ascii\nx\xff = 1\n").lines[1] == "x\xff = 1"
