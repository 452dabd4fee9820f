"""
Where each character of a string's value stands in the file: through escapes, folded lines, literal blocks,
``Fn::Sub``, ``Fn::Join`` and URL encoding.

Sources: RFC 8259 §7 (JSON strings), YAML 1.1 §5.6 and §9 (escapes, flow scalars), RFC 3986 §2.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pregate.expressions import expression
from pregate.iam.block import Block
from pregate.positions import Scalar
from pregate.records import dataclass

_PROPERTIES = expression(r"(?:[!&][^\s]*+\s*+)*+")
_ESCAPE = expression(
    r"\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}"
    r"|U[0-9A-Fa-f]{8}|\r?\n[ \t]*+|.)",
    re.DOTALL,
)
_FOLD = expression(r"[ \t]*+(?:\r\n|\n|\r)[ \t\r\n]*+")
_PERCENT = expression(r"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Strand:
    """``starts`` and ``ends`` are offsets in the file of each character of a text."""

    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the file of a span of the text."""
        if not self.starts:
            return 0, 0
        first = self.starts[min(start, len(self.starts) - 1)]
        return first, max(first, self.ends[min(max(end - 1, start), len(self.ends) - 1)])


def strand_of(text: str, node: Scalar) -> Strand | None:
    """The characters of a scalar's value in the file's text; None where they cannot be told."""
    properties = _PROPERTIES.match(text, node.start, node.end) if node.start < len(text) else None
    start = properties.end() if properties and properties.end() < node.end else node.start
    if start >= len(text):
        return None
    quote = text[start]
    if quote == "|":
        return _block(text, start, node)
    if quote == ">":
        return None
    quoted = quote in "\"'"
    first, last = (start + 1, node.end - 1) if quoted else (start, node.end)
    value, strand = _flow(text, first, last, quote if quoted else "")
    return strand if value == node.text else None


def _block(text: str, start: int, node: Scalar) -> Strand | None:
    block = Block.of(text, start, node.end, node.text)
    if block is None:
        return None
    starts = [block.span(at, at)[0] for at in range(len(node.text))]
    return Strand(starts, [at + 1 for at in starts])


def _flow(text: str, position: int, end: int, quote: str) -> tuple[str, Strand]:
    """A flow scalar between its quotes: its value, and where that stands."""
    value: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    while position < end:
        letter, after = text[position], position + 1
        fold = _FOLD.match(text, position, end) if letter in " \t\r\n" else None
        escape = _ESCAPE.match(text, position, end) if quote == '"' and letter == "\\" else None
        if fold:
            breaks = fold[0].replace("\r\n", "\n").replace("\r", "\n").count("\n")
            letter, after = " " if breaks == 1 else "\n" * (breaks - 1), fold.end()
        elif escape:
            letter, after = _unescaped(escape[0]), escape.end()
        elif quote == "'" and letter == "'":
            after = position + 2
        for character in letter:
            value.append(character)
            starts.append(position)
            ends.append(after)
        position = after
    return "".join(value), Strand(starts, ends)


_ESCAPES = dict(
    zip(
        '0abtnvfre"/\\ N_LP\t',
        '\0\a\b\t\n\v\f\r\x1b"/\\ \x85\xa0\u2028\u2029\t',
        strict=True,
    )
)


def _unescaped(escape: str) -> str:
    kind = escape[1]
    if kind in "\r\n":
        return ""
    if len(escape) == 12:  # a pair of surrogates
        high, low = int(escape[2:6], 16), int(escape[8:], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if kind in "uxU" and len(escape) > 2:
        number = int(escape.lstrip("\\uxU"), 16)
        return chr(number) if number < 0x110000 else ""
    return _ESCAPES.get(kind, kind)


def unquoted(text: str, strand: Strand | None) -> tuple[str, Strand | None]:
    """A URL-encoded text of ASCII, decoded, with its strand."""
    value: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    while position < len(text):
        found = _PERCENT.match(text, position)
        after = found.end() if found else position + 1
        value.append(chr(int(found[1], 16)) if found else text[position])
        if strand:
            starts.append(strand.starts[position])
            ends.append(strand.ends[after - 1])
        position = after
    return "".join(value), Strand(starts, ends) if strand else None


Piece = tuple[int, int, Scalar, int]
"""A part of a text that stands in a scalar: offset in the text, length, the scalar, offset in its value."""


def joined(text: str, length: int, pieces: Sequence[Piece]) -> Strand | None:
    """
    The strand of a text of ``length`` characters made of pieces of scalars of the file's ``text``.

    What stands between two pieces was filled in: its place is what lies between them in the file.
    """
    if not pieces:
        return None
    strands: dict[int, Strand | None] = {}
    starts: list[int | None] = [None] * length
    ends: list[int | None] = [None] * length
    for offset, size, node, at in pieces:
        if id(node) not in strands:
            strands[id(node)] = strand_of(text, node)
        strand = strands[id(node)]
        if strand is None:
            return None
        starts[offset : offset + size] = strand.starts[at : at + size]
        ends[offset : offset + size] = strand.ends[at : at + size]
    first, last = pieces[0][2], pieces[-1][2]
    return Strand(_filled(starts, ends, first.start), _filled(ends[::-1], starts[::-1], last.end)[::-1])


def _filled(values: list[int | None], others: list[int | None], before: int) -> list[int]:
    """The values, unknown ones replaced by the other side of the known one before them."""
    done: list[int] = []
    for value, other in zip(values, others, strict=True):
        if value is None or other is None:
            done.append(before)
        else:
            done.append(value)
            before = other
    return done
