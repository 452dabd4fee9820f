"""
Where the text of a YAML literal block (``|``) stands: line by line, behind its indentation (YAML 1.1 §9.3).
"""

from __future__ import annotations

from pregate.expressions import expression
from pregate.positions import Lines

_HEADER = expression(r"[^\r\n]*\|[0-9+-]{0,2}[ \t]*(?:#[^\r\n]*)?")
_BREAK = expression(r"\r\n|\n|\r")


class Block:
    """Offsets of a block's value as offsets into the file."""

    def __init__(self, inner: str, starts: list[int], lines: list[str]) -> None:
        self._inner, self._starts, self._lines = inner.split("\n"), starts, lines
        self._places = Lines(inner)

    @classmethod
    def of(cls, text: str, start: int, end: int, inner: str) -> Block | None:
        """
        The block that stands from ``start`` to ``end`` of the file and has the value ``inner``; None if it
        is no block.
        """
        header = _HEADER.match(text, start, end)
        line_break = _BREAK.match(text, header.end(), end) if header else None
        if line_break is None or "\r" in inner:
            return None
        position = line_break.end()
        starts, lines = [], []
        for line in _BREAK.split(text[position:end]):
            starts.append(position)
            lines.append(line)
            position += len(line)
            found = _BREAK.match(text, position, end)
            position = found.end() if found else position
        return cls(inner, starts, lines) if len(lines) >= len(inner.rstrip().split("\n")) else None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """
        Start and end in the file of a span of the value.

        In a line that differs from its source (``Fn::Sub`` filled something in) the whole line is meant.
        """
        return self._offset(start, False), self._offset(end, True)

    def _offset(self, offset: int, is_end: bool) -> int:
        line, column = self._places.place(offset)
        written, value = self._lines[line - 1], self._inner[line - 1]
        if value and written.endswith(value):
            return self._starts[line - 1] + len(written) - len(value) + column - 1
        indent = len(written) - len(written.lstrip())
        return self._starts[line - 1] + (len(written) if is_end else indent)
