"""Places in decoded source, as reports count them: byte offsets of a syntax tree turned into columns."""

from __future__ import annotations

import ast
import io
import tokenize

from pregate.model import Location
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Decoded lines without their ends, as Python counts them."""

    path: str
    lines: tuple[str, ...]

    def region(self, node: ast.AST) -> Location:
        """
        The place of a node that has one.

        Offsets in a syntax tree are bytes of UTF-8, from 0, within the line.
        """
        line: int = node.lineno  # type: ignore[attr-defined]
        end: int = getattr(node, "end_lineno", None) or line
        start_column = self._column(line, node.col_offset)  # type: ignore[attr-defined]
        end_column = self._column(end, getattr(node, "end_col_offset", None) or 0)
        if (end, end_column) <= (line, start_column):
            return self.line(line)
        return Location(self.path, line, start_column, end, end_column)

    def line(self, number: int) -> Location:
        """A whole line without the blanks around its text."""
        text = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
        start = len(text) - len(text.lstrip()) + 1
        return Location(self.path, max(number, 1), start, max(number, 1), max(len(text.rstrip()) + 1, start))

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if text.isascii():
            return min(offset, len(text)) + 1
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1


def read(path: str, data: bytes) -> Source:
    """The text of a source that was parsed, by its byte order mark or PEP 263 declaration."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("latin-1")
    return Source(path, tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
