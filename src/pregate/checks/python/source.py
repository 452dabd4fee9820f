"""Python source as bytes, parsed, or why it cannot be."""

from __future__ import annotations

import warnings
from _ast import PyCF_ONLY_AST
from typing import TYPE_CHECKING, cast

from pregate.expressions import expression
from pregate.model import Unread, UnreadReason

if TYPE_CHECKING:
    import ast

# What CPython 3.11 to 3.14 say of code that was right in Python 2.
_PYTHON_2 = expression(
    r"Missing parentheses in call to '(?:print|exec)'|multiple exception types must be parenthesized|"
    r"leading zeros in decimal integer literals|except expressions without parentheses"
)
_PYTHON_2_LINE = expression(
    r"^\s*(?:raise\s+[\w.]+\s*,|print\s+[\"'\w%]|print\s*>>|exec\s+[\"'\w])|<>|\b0[0-7]+L?\b|\bur[\"']"
)
_LONGEST_LINE = 2_000
_UNPRINTABLE = expression(r"[^\x20-\x7e\u00a0-\ud7ff]")


def parse(path: str, data: bytes) -> ast.Module | Unread:
    """The syntax tree, or why there is none: a line and the parser's words, never the source's."""
    try:
        with warnings.catch_warnings():
            # An invalid escape is no matter of ours, and the warning would quote the line.
            warnings.simplefilter("ignore")
            # As ast.parse does; to import that module would take as long as to parse a short file.
            tree = compile(data, "<unknown>", "exec", PyCF_ONLY_AST, dont_inherit=True)
            return cast("ast.Module", tree)
    except SyntaxError as error:
        return Unread(path, UnreadReason.UNPARSABLE, _words(error, data), error.lineno or 0)
    except (RecursionError, MemoryError):
        return Unread(path, UnreadReason.UNPARSABLE, "nested too deep, or too large, for Python's parser")
    except (ValueError, OverflowError) as error:
        return Unread(path, UnreadReason.UNPARSABLE, _clean(str(error)))


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
