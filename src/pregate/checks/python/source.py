"""Python source as bytes: parsed, decoded as its own header says, and byte offsets turned into columns."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

from pregate.model import Location, Unread, UnreadReason
from pregate.records import dataclass

# What CPython 3.11 to 3.14 say of code that was right in Python 2.
_PYTHON_2 = re.compile(
    r"Missing parentheses in call to '(?:print|exec)'|multiple exception types must be parenthesized|"
    r"leading zeros in decimal integer literals|except expressions without parentheses"
)
_PYTHON_2_LINE = re.compile(
    r"^\s*(?:raise\s+[\w.]+\s*,|print\s+[\"'\w%]|print\s*>>|exec\s+[\"'\w])|<>|\b0[0-7]+L?\b|\bur[\"']"
)
_LONGEST_LINE = 2_000
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\ud7ff]")


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


def parse(path: str, data: bytes) -> ast.Module | Unread:
    """The syntax tree, or why there is none: a line and the parser's words, never the source's."""
    try:
        with warnings.catch_warnings():
            # An invalid escape is no matter of ours, and the warning would quote the line.
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except SyntaxError as error:
        return Unread(path, UnreadReason.UNPARSABLE, _words(error, data), error.lineno or 0)
    except (RecursionError, MemoryError):
        return Unread(path, UnreadReason.UNPARSABLE, "nested too deep, or too large, for Python's parser")
    except (ValueError, OverflowError) as error:
        return Unread(path, UnreadReason.UNPARSABLE, _clean(str(error)))


def read(path: str, data: bytes) -> Source:
    """The text of a source that was parsed, by its byte order mark or PEP 263 declaration."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("latin-1")
    return Source(path, tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _words(error: SyntaxError, data: bytes) -> str:
    message = _clean(error.msg or "invalid syntax")
    if _PYTHON_2.search(message) or _PYTHON_2_LINE.search(_line_of(data, error.lineno or 0)):
        return f"Python 2 syntax: {message}"
    return message


def _line_of(data: bytes, number: int) -> str:
    lines = data.splitlines()
    return lines[number - 1][:_LONGEST_LINE].decode("latin-1") if 0 < number <= len(lines) else ""


def _clean(message: str) -> str:
    return _UNPRINTABLE.sub("?", message)[:160]
