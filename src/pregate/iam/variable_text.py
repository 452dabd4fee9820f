"""How variables of the Serverless Framework are written: ``${source(…):address, fallback}``, nested."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression

MAX_NESTED = 20

_START = expression(r"\$\{(?=file\(|[A-Za-z][\w.-]{0,80}(?:\([^()]{0,500}\))?:(?!:))")
_EDGE = expression(r"\$\{|[{}]")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each variable in a text, the outermost ones."""
    position = 0
    while found := _START.search(text, position):
        end = _closing(text, found.end())
        if end:
            yield found.start(), end
        position = end or found.end()


def _closing(text: str, position: int) -> int:
    """The offset behind the brace that closes, 0 if there is none."""
    depth = 1
    for edge in _EDGE.finditer(text, position):
        depth += -1 if edge[0] == "}" else 1
        if depth == 0:
            return edge.end()
        if depth > MAX_NESTED:
            return 0
    return 0


def split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside braces, parentheses and quotes."""
    parts: list[str] = []
    depth, quote, start = 0, "", 0
    for position, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "{(":
            depth += 1
        elif letter in "})":
            depth -= 1
        elif letter == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
