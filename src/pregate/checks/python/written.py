"""
A call as it is written: the places of its arguments, and the lines that it becomes when they are edited.

Places are offsets, in code points, into the whole lines on which the call stands, joined by line feeds.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator, Sequence

from pregate.records import dataclass

# A call over these is not looked at: the work for one fix is some hundredths of a second.
MAX_CALL = 3_000
MAX_CALL_LINES = 100
# What a reader can judge at a glance.
MAX_LINES = 20
MAX_LINE = 1_000
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


class DoubtError(Exception):
    """Something is written in a way for which no certain edit is known."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in the place of that from ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An argument with its parentheses; ``comma`` is the place of the one behind it, or -1."""

    start: int
    end: int
    comma: int


@dataclass(frozen=True, slots=True)
class Lines:
    """
    The lines of a UTF-8 source without their ends, which are beside them (``"\\n"``, ``"\\r\\n"``, ``""``).

    ``marked`` tells that a byte order mark stands before the first.
    """

    texts: tuple[str, ...]
    ends: tuple[str, ...]
    marked: bool


def read_lines(data: bytes) -> Lines | None:
    """
    The lines of a source that Python has parsed.

    None when it is not UTF-8, or when a carriage return stands alone: Python, git and editors count other
    lines then.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None
    if encoding not in ("utf-8", "utf-8-sig") or "\r" in text.replace("\r\n", ""):
        return None
    raw = text.split("\n")
    ends = ["\r\n" if line.endswith("\r") else "\n" for line in raw[:-1]]
    return Lines(tuple(line.removesuffix("\r") for line in raw), (*ends, ""), encoding == "utf-8-sig")


class Written:
    """
    One call in its lines.

    Raises DoubtError when it is too large, holds characters that do not show, or is not found where the
    syntax tree places it (Python before 3.12 misplaces what stands in an f-string), or names a keyword twice
    (which parses, and does not compile).
    """

    def __init__(self, call: ast.Call, lines: Lines) -> None:
        self._call = call
        keywords = [k.arg for k in call.keywords if k.arg is not None]
        if len(set(keywords)) < len(keywords):
            raise DoubtError
        self.first, last = call.lineno, call.end_lineno or 0
        texts = lines.texts[self.first - 1 : last]
        self._ends = set(lines.ends[self.first - 1 : last - 1])
        self._marked = lines.marked
        if not 1 <= len(texts) <= MAX_CALL_LINES or not all(map(_is_plain, texts)) or len(self._ends) > 1:
            raise DoubtError
        self.text = "\n".join(texts)
        self._starts = _line_starts(texts)
        self.start, self.end = self.span(call)
        if self.end - self.start > MAX_CALL or not _is_same(self.text[self.start : self.end], call):
            raise DoubtError
        self.comments = 0
        self.opening = self._find_opening(call.func)
        self.close = -1
        self.items = tuple(self._find_items())
        if self.close != self.end - 1 or len(self.items) != len(call.args) + len(call.keywords):
            raise DoubtError  # a lambda's commas look like those between arguments

    def span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        """Where a node of the call begins and ends, without parentheses around it."""
        return (
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno or 0, node.end_col_offset or 0),
        )

    def item(self, node: ast.expr | ast.keyword) -> Item:
        """The argument ``node`` with its parentheses and comma."""
        arguments: list[ast.expr | ast.keyword] = [*self._call.args, *self._call.keywords]
        ordered = sorted(arguments, key=lambda n: (n.lineno, n.col_offset))
        return self.items[ordered.index(node)]

    def rewritten(self, edits: Sequence[Edit], wanted: ast.Call) -> tuple[int, int, str]:
        """
        The lines that change, from 1 and both inclusive, and what they become, when the call is edited so
        that it becomes ``wanted``.

        Raises DoubtError when it would become another, or when the lines are too many or too long.
        """
        text = self.text
        for edit in reversed(sorted(edits, key=lambda e: e.start)):  # noqa: C413 - of two at one place, the last
            text = text[: edit.start] + edit.text + text[edit.end :]
        end = self.end + len(text) - len(self.text)
        if not _is_same(text[self.start : end], wanted):
            raise DoubtError
        start, old, new = _difference(self.text.split("\n"), text.split("\n"))
        if old > MAX_LINES or len(new) > MAX_LINES or not all(map(_is_plain, new)):
            raise DoubtError
        first = self.first + start
        if first == 1 and self._marked:
            raise DoubtError  # whoever replaces the line would have to know of the mark
        return first, first + old - 1, "".join(self._ends or {""}).join(new)

    def _offset(self, line: int, column: int) -> int:
        """From a line of the file and a column in bytes of UTF-8."""
        number = line - self.first
        if not 0 <= number < len(self._starts):
            raise DoubtError
        text = self.text[self._starts[number] :].partition("\n")[0]
        return self._starts[number] + len(text.encode()[:column].decode(errors="ignore"))

    def _find_opening(self, function: ast.expr) -> int:
        at = self.span(function)[1]
        at += len(self.text[at:]) - len(self.text[at:].lstrip())
        if self.text[at : at + 1] != "(":
            raise DoubtError
        return at

    def _find_items(self) -> Iterator[Item]:
        depth, start, end = 0, -1, -1
        for token, first, last in self._tokens():
            opens = token.type == tokenize.OP and token.string in _OPENING
            closes = token.type == tokenize.OP and token.string in _CLOSING
            depth += opens - closes
            if closes and depth == 0:
                self.close = first
                break
            if opens and depth == 1:
                continue
            if token.type == tokenize.COMMENT:
                self.comments += 1
            elif depth == 1 and token.type == tokenize.OP and token.string == ",":
                yield Item(start, end, first)
                start = -1
            elif token.type not in _LAYOUT:
                start, end = (first if start < 0 else start), last
        if start >= 0:
            yield Item(start, end, -1)

    def _tokens(self) -> Iterator[tuple[tokenize.TokenInfo, int, int]]:
        source = self.text[self.opening : self.end]
        starts = [self.opening + at for at in _line_starts(source.split("\n"))]
        try:
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                if token.start[0] <= len(starts) and token.end[0] <= len(starts):
                    yield (
                        token,
                        starts[token.start[0] - 1] + token.start[1],
                        starts[token.end[0] - 1] + token.end[1],
                    )
        except (tokenize.TokenError, SyntaxError) as error:
            raise DoubtError from error


def _line_starts(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _is_plain(line: str) -> bool:
    """
    Whether a line shows all that is in it: no control or formatting character, no blank but the usual ones.
    """
    return len(line) <= MAX_LINE and line.replace("\t", " ").isprintable()


def _is_same(text: str, call: ast.Call) -> bool:
    """Whether ``text`` by itself is that call."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes: they would quote the line
            found = ast.parse(f"({text})", mode="eval").body
        return ast.dump(found) == ast.dump(call)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _difference(old: list[str], new: list[str]) -> tuple[int, int, list[str]]:
    """
    Where the lists begin to differ, how many of the old lines differ, and the new ones: at least one line of
    each.
    """
    start, end = 0, 0
    least = min(len(old), len(new)) - 1
    while end < least and old[-1 - end] == new[-1 - end]:
        end += 1
    while start < least - end and old[start] == new[start]:
        start += 1
    return start, len(old) - end - start, new[start : len(new) - end]
