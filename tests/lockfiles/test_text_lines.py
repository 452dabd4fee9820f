"""The lines of a text, and what is no text."""

from __future__ import annotations

import pytest

from pregate.lockfiles.model import Reading
from pregate.lockfiles.text_lines import load_lines
from pregate.model import Location


def test_every_kind_of_break_ends_a_line() -> None:
    lines = load_lines("x", b"\xef\xbb\xbfa\r\n  b \rc\nd\x0ce")
    assert not isinstance(lines, Reading)
    assert [(line.number, line.text) for line in lines] == [(1, "a"), (2, "  b "), (3, "c"), (4, "d\x0ce")]
    assert lines[1].place() == Location("x", 2, 3, 2, 4)
    assert lines[1].place(0, 4) == Location("x", 2, 1, 2, 5)


@pytest.mark.parametrize(
    ("data", "detail", "line"),
    [
        (b"a\n\xff\n", "not text: not UTF-8", 2),
        (b"a\nb\0c\n", "not text: it holds a zero byte", 2),
        (b"\xef\xbb\xbf\n", "an empty file", 0),
        (b"a\n>>>>>>> other\n", "a merge conflict is not resolved", 2),
    ],
)
def test_what_is_no_text_is_told_with_its_line(data: bytes, detail: str, line: int) -> None:
    reading = load_lines("x", data)
    assert isinstance(reading, Reading)
    assert [(u.detail, u.line) for u in reading.unread] == [(detail, line)]
