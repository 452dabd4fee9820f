"""From a region (§3.30) to a place in our terms, held against the text of the file where that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pregate.intake import values
from pregate.model import Location
from pregate.secrets.text import decode, split_lines

BEYOND = "beyond the end of their file: shown at its last line"
BACKWARDS = "whose region ended before it began: shown at its first line"
OFFSETS = "placed by offsets, counted in lines and columns"
NO_LINE = "without a line: shown at the file's first"
_LAST_LINE = 10_000_000
_LAST_COLUMN = 1_000_000_000


class Text:
    """
    One version of a file: its lines as every check counts them, and its bytes for offsets.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.lines: Sequence[str] = split_lines(decode(data))

    def from_bytes(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte."""
        return _position(self._data[:offset].decode("utf-8", "ignore"))

    def from_characters(self, offset: int) -> tuple[int, int]:
        """Line and column of a character of the undecorated text, line ends as they are in the file."""
        return _position(self._data.decode("utf-8-sig", "replace")[:offset])


def _position(before: str) -> tuple[int, int]:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1].removeprefix("\ufeff")) + 1


def locate(
    path: str, region: Any, text: Text | None, *, is_utf16: bool, repairs: Counter[str] | None = None
) -> Location:
    """
    The place that a region means, in lines and columns that the file has.

    ``is_utf16`` tells that columns count UTF-16 code units (the default of §3.14.17). Without ``text``
    columns are taken as they are. What had to be made up is counted in ``repairs``, under its words.
    """
    told: Counter[str] = Counter() if repairs is None else repairs
    start = values.integer(region, "startLine")
    if (start is None or start < 1) and text and (found := _by_offset(path, region, text)):
        told[OFFSETS] += 1
        return found
    if start is None or start < 1:
        told[NO_LINE] += 1
        return _whole(path, 1, text)
    start, end = min(start, _LAST_LINE), min(values.integer(region, "endLine") or start, _LAST_LINE)
    if text and start > max(len(text.lines), 1):
        told[BEYOND] += 1
        return _whole(path, max(len(text.lines), 1), text)
    if end < start:
        told[BACKWARDS] += 1
        end = start
    end = min(end, max(len(text.lines), 1)) if text else end
    first = _column(values.integer(region, "startColumn"), start, text, is_utf16=is_utf16)
    last = _column(values.integer(region, "endColumn"), end, text, is_utf16=is_utf16)
    return _trimmed(path, (start, first or 1), (end, last), text)


def _by_offset(path: str, region: Any, text: Text) -> Location | None:
    for kind, find in (("char", text.from_characters), ("byte", text.from_bytes)):
        offset = values.integer(region, f"{kind}Offset")
        if offset is not None and offset >= 0:
            length = max(values.integer(region, f"{kind}Length") or 0, 0)
            return _trimmed(path, find(offset), find(offset + length), text)
    return None


def _column(given: int | None, line: int, text: Text | None, *, is_utf16: bool) -> int | None:
    """A column in code points, None where none was given."""
    if given is None or given < 1:
        return None
    given = min(given, _LAST_COLUMN)
    if text is None or line > len(text.lines):
        return given
    return code_points(given, text.lines[line - 1], is_utf16=is_utf16)


def code_points(column: int, line: str, *, is_utf16: bool) -> int:
    """A column of a line in code points, at most the one behind its end."""
    if is_utf16 and not line.isascii():
        units = line.encode("utf-16-le", "surrogatepass")[: 2 * (column - 1)]
        column = len(units.decode("utf-16-le", "ignore")) + 1
    return min(column, len(line) + 1)


def _trimmed(path: str, start: tuple[int, int], end: tuple[int, int | None], text: Text | None) -> Location:
    """The place between two positions; the whole line where that is empty or runs backwards."""
    first, column = start
    last, until = end
    if text is None:
        known = until if until is not None and (last > first or until > column) else column
        return Location(path, first, column, last, known if last == first else until or 1)
    lines = text.lines
    first = min(first, max(len(lines), 1))
    last = min(max(last, first), max(len(lines), 1))
    if until == 1 and last > first:  # up to the line's beginning: nothing of that line
        last, until = last - 1, None
    until = len(_line(text, last)) + 1 if until is None else until
    if first == last and not _line(text, first)[column - 1 : until - 1].strip():
        return _whole(path, first, text)
    return Location(path, first, column, last, until)


def _line(text: Text, number: int) -> str:
    return text.lines[number - 1] if 1 <= number <= len(text.lines) else ""


def _whole(path: str, line: int, text: Text | None) -> Location:
    return Location(path, line, 1, line, len(_line(text, line)) + 1 if text else 1)
