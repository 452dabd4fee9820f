"""
A requirements file as pip cuts it: decoded, split, continued lines joined, comments taken off, places kept.

Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.model import Location
from pregate.records import dataclass

_COMMENT = expression(r"(?:^|(?<=\s))#")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """
    One line after joining, without comment and outer blanks.

    ``pieces`` tells where it comes from: for each part the offset in ``text`` where it begins, its line and
    column, both from 1.
    """

    text: str
    pieces: tuple[tuple[int, int, int], ...]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset in ``text``."""
        index = max(bisect_right(self.pieces, (offset, 1 << 60, 0)) - 1, 0)
        start, line, column = self.pieces[index]
        return line, column + offset - start

    def location(self, path: str, start: int, end: int) -> Location:
        """The region from offset ``start`` to ``end`` (exclusive)."""
        line, column = self.place(start)
        last_line, last_column = self.place(max(end - 1, start))
        return Location(path, line, column, last_line, last_column + 1)

    @property
    def line(self) -> int:
        """The line where it begins."""
        return self.pieces[0][1]


def decode_requirements(data: bytes) -> str:
    """
    The text, by its byte order mark or as UTF-8; bytes that are neither become U+FFFD, which no requirement
    holds.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """
    The lines that say something, in order.

    As in pip, a backslash at the end joins the next line, a line that is only a comment ends the joining, and
    a comment begins at ``#`` after a blank. pip splits where ``str.splitlines`` does (form feed, U+2028, …);
    editors count lines by LF, CRLF and CR, so places do.
    """
    parts: list[tuple[str, int, int]] = []
    for content, line, column in _physical_lines(text):
        comment = content.lstrip().startswith("#")
        if content.endswith("\\") and not comment:
            kept = content.lstrip("\\")  # pip strips backslashes from both ends
            parts.append((kept.rstrip("\\"), line, column + len(content) - len(kept)))
            continue
        # pip puts a blank before a comment that ends joined lines, so that it is one.
        parts.append((" " + content if comment else content, line, column - 1 if comment else column))
        yield from _joined(parts)
        parts = []
    yield from _joined(parts)


def _joined(parts: list[tuple[str, int, int]]) -> Iterator[LogicalLine]:
    whole = "".join(part for part, _, _ in parts)
    comment = _COMMENT.search(whole) if "#" in whole else None
    text = whole[: comment.start()] if comment else whole
    left = len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        return
    pieces, offset = [], -left
    for part, line, column in parts:
        if offset + len(part) > 0 and offset < len(text):
            skipped = max(-offset, 0)
            pieces.append((max(offset, 0), line, column + skipped))
        offset += len(part)
    yield LogicalLine(text, tuple(pieces))


def _physical_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """What ``str.splitlines`` gives, with the line and column, as editors count them, where each begins."""
    line, column = 1, 1
    for raw in text.splitlines(keepends=True):
        content = raw.rstrip("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        yield content, line, column
        if raw.endswith(("\n", "\r")):
            line, column = line + 1, 1
        else:
            column += len(raw)
