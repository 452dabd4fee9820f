"""Regions become lines and columns that the file has."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pregate.intake.regions import Text, locate

TEXT = Text("import os\n\tname = '𝄞𝄞x'; eval(name)\nlast line\n".encode())
CRLF = Text(b"\xef\xbb\xbfone\r\ntwo words\r\nthree\r\n")


def at(region: Any, text: Text | None = TEXT, *, is_utf16: bool = False) -> tuple[int, int, int, int]:
    place = locate("a.py", region, text, is_utf16=is_utf16)
    return place.start_line, place.start_column, place.end_line, place.end_column


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ({"startLine": 1}, (1, 1, 1, 10)),
        ({"startLine": 1, "startColumn": 8}, (1, 8, 1, 10)),
        ({"startLine": 1, "startColumn": 8, "endColumn": 10}, (1, 8, 1, 10)),
        ({"startLine": 1, "endLine": 3}, (1, 1, 3, 10)),
        ({"startLine": 1, "endLine": 3, "endColumn": 1}, (1, 1, 2, 26)),
        ({"startLine": 1, "startColumn": 4, "endColumn": 4}, (1, 1, 1, 10)),
        ({"startLine": 1, "startColumn": 9, "endColumn": 4}, (1, 1, 1, 10)),
        ({"startLine": 1, "startColumn": 0, "endColumn": 900}, (1, 1, 1, 10)),
        ({"startLine": 3, "endLine": 1}, (3, 1, 3, 10)),
        ({"startLine": 2, "endLine": 99}, (2, 1, 3, 10)),
        ({"startLine": 99}, (3, 1, 3, 10)),
        ({"startLine": 0}, (1, 1, 1, 10)),
        ({"startLine": -3}, (1, 1, 1, 10)),
        ({"startLine": 2.0, "startColumn": 2.0, "endColumn": 6.0}, (2, 2, 2, 6)),
        ({"startLine": "2"}, (1, 1, 1, 10)),
        ({"startLine": True}, (1, 1, 1, 10)),
        ({"startLine": 10**40}, (1, 1, 1, 10)),
        ({}, (1, 1, 1, 10)),
        (None, (1, 1, 1, 10)),
        ({"charOffset": 7, "charLength": 2}, (1, 8, 1, 10)),
        ({"charOffset": 19, "charLength": 2}, (2, 10, 2, 12)),
        ({"byteOffset": 19, "byteLength": 8}, (2, 10, 2, 12)),
        ({"charOffset": 10**9}, (3, 1, 3, 10)),
    ],
)
def test_regions_are_held_against_the_text(region: Any, expected: tuple[int, int, int, int]) -> None:
    assert at(region) == expected


def test_columns_in_utf_16_units_are_counted_in_code_points() -> None:
    region = {"startLine": 2, "startColumn": 18, "endColumn": 28}
    assert at(region, is_utf16=True) == (2, 16, 2, 26)
    assert at(region, is_utf16=False) == (2, 18, 2, 26)


def test_a_column_within_a_pair_is_that_of_its_character() -> None:
    assert at({"startLine": 2, "startColumn": 11, "endColumn": 13}, is_utf16=True) == (2, 10, 2, 11)


def test_offsets_count_line_ends_and_marks_as_the_file_has_them() -> None:
    assert at({"charOffset": 5, "charLength": 3}, CRLF) == (2, 1, 2, 4)
    assert at({"byteOffset": 8, "byteLength": 3}, CRLF) == (2, 1, 2, 4)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ({"startLine": 7}, (7, 1, 7, 1)),
        ({"startLine": 7, "startColumn": 3, "endColumn": 9}, (7, 3, 7, 9)),
        ({"startLine": 7, "startColumn": 3, "endLine": 8}, (7, 3, 8, 1)),
        ({"startLine": 7, "startColumn": 9, "endColumn": 3}, (7, 9, 7, 9)),
        ({"charOffset": 7}, (1, 1, 1, 1)),
    ],
)
def test_without_the_text_a_region_is_believed(region: Any, expected: tuple[int, int, int, int]) -> None:
    assert at(region, None) == expected


def test_an_empty_file_has_one_line() -> None:
    assert at({"startLine": 5, "endLine": 9, "endColumn": 3}, Text(b"")) == (1, 1, 1, 1)


def test_repairs_are_counted_in_words() -> None:
    repairs: Counter[str] = Counter()
    for region in ({}, {"startLine": 99}, {"startLine": 2, "endLine": 1}, {"charOffset": 1}):
        locate("a.py", region, TEXT, is_utf16=False, repairs=repairs)
    assert list(repairs.values()) == [1, 1, 1, 1]
