"""The nodes, the places in a text, and the error that both parsers raise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from pregate.expressions import expression
from pregate.model import Location
from pregate.records import dataclass

MAX_DEPTH = 200
BOM = "\ufeff"

_BREAK = expression(r"\r\n|\n|\r")


class PositionError(ValueError):
    """The text is not what it should be: ``message`` in our words, ``line`` and ``column`` from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message, self.line, self.column = message, line, column

    def __reduce__(self) -> tuple[type[PositionError], tuple[str, int, int]]:
        return type(self), (self.message, self.line, self.column)


# Not frozen, for speed: a lock file has a million of them. Nobody alters one after the parser is done.


@dataclass(slots=True, eq=False, repr=False)
class Scalar:
    """
    A string, number, truth value or null.

    ``value`` is the resolved value, ``text`` a string's own text, else the number or word as written. The
    span includes quotes and a YAML tag. ``tag`` is a custom YAML tag (``!Sub``) or ``""``.
    """

    value: str | int | float | bool | None
    text: str
    start: int
    end: int
    tag: str = ""

    def to_plain(self) -> Any:
        """The value."""
        return self.value

    def __repr__(self) -> str:
        return f"Scalar({self.start}, {self.end})"


@dataclass(slots=True, eq=False, repr=False)
class Array:
    """A sequence, brackets included in its span."""

    items: list[Node]
    start: int
    end: int
    tag: str = ""

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def to_plain(self) -> Any:
        """A list of plain values; custom tags are lost."""
        return [item.to_plain() for item in self.items]

    def __repr__(self) -> str:
        return f"Array({self.start}, {self.end})"


@dataclass(slots=True, eq=False, repr=False)
class Object:
    """A mapping, braces included in its span; ``members`` in the order of the text, duplicate keys kept."""

    members: list[tuple[Scalar, Node]]
    start: int
    end: int
    tag: str = ""

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def get(self, name: str) -> Node | None:
        """The value of a key, the last one if it is repeated (as most parsers read it). Takes linear time."""
        found = self.member(name)
        return found[1] if found else None

    def member(self, name: str) -> tuple[Scalar, Node] | None:
        """Key and value of a key, the last one if it is repeated."""
        for member in reversed(self.members):
            if member[0].text == name:
                return member
        return None

    def to_plain(self) -> Any:
        """A dictionary of plain values with text keys; the last of repeated keys; custom tags are lost."""
        return {key.text: value.to_plain() for key, value in self.members}

    def __repr__(self) -> str:
        return f"Object({self.start}, {self.end})"


Node = Scalar | Array | Object


class Lines:
    """Where the lines of a text begin. LF, CRLF and CR end a line; a byte order mark has no column."""

    def __init__(self, text: str) -> None:
        first = 1 if text.startswith(BOM) else 0
        lines = (text + ".").splitlines(keepends=True)
        if "\r" not in text and len(lines) == text.count("\n") + 1:  # no other breaks: all of it in C
            self._starts = [first, *accumulate(map(len, lines[:-1]))]
        else:
            self._starts = [first, *(match.end() for match in _BREAK.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, the column in code points."""
        line = max(bisect_right(self._starts, offset), 1)
        return line, max(offset - self._starts[line - 1], 0) + 1

    def location(self, path: str, start: int, end: int) -> Location:
        """The region from offset ``start`` to ``end`` (exclusive) of the file ``path``."""
        line, column = self.place(start)
        end, starts = max(start, end), self._starts
        if line == len(starts) or end < starts[line]:  # most regions end where they begin
            return Location(path, line, column, line, max(end - starts[line - 1], 0) + 1)
        return Location(path, line, column, *self.place(end))


def decode(data: bytes) -> str:
    """The text of a JSON or YAML file: UTF-8, or UTF-16 with its byte order mark. Raises PositionError."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        raise PositionError(f"not {encoding.upper()}", *Lines(before).place(len(before))) from None
