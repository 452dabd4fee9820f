"""
Patterns with ``*`` and ``?``, and policy variables in them.

A pattern is read once from left to right against sets of positions (one integer, a bit for each), so that the
time is bounded by the product of both lengths, whatever the pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pregate.iam.evaluation.undecided import UndecidedError, folded, known
from pregate.records import dataclass, field

if TYPE_CHECKING:  # it imports this package to confirm its answers
    from pregate.iam.reasoning.model import Request

FIELDS = 5  # of an ARN, before the resource: arn:partition:service:region:account:resource
LONGEST = 5_000  # a pattern with wildcards; AWS has no ARN, and no value of a key, of that length
WORK = 20_000_000  # positions of a pattern (64 cost as much as one) times characters of a text
VARIABLE = re.compile(r"\$\{([^{}]*)\}")
DEFAULT = re.compile(r"[ ]*'([^'*?$]*)'[ ]*")
WILD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern: text in which wildcards mean something, or (``plain``) nothing does."""

    text: str
    plain: bool = False


def substitute(text: str, request: Request) -> list[Piece] | None:
    """
    The pattern with the request's values for its policy variables, in which no wildcard means anything; None
    when the request lacks one that has no default: then the pattern matches nothing.

    Raises UndecidedError for what is no variable in the documented form, or has several values.
    """
    pieces: list[Piece] = []
    end = 0
    for found in VARIABLE.finditer(known(text)):
        pieces.append(Piece(text[end : found.start()]))
        value = _value(found[1], request)
        if value is None:
            return None
        pieces.append(Piece(value, plain=True))
        end = found.end()
    pieces.append(Piece(text[end:]))
    if any("${" in piece.text for piece in pieces if not piece.plain):
        raise UndecidedError("a policy variable that is not closed")
    return pieces


def matches(pieces: list[Piece], text: str) -> bool:
    """Whether the pattern matches the text; a wildcard matches any characters."""
    return _matches(pieces, text, fields=False)


def matches_arn(pieces: list[Piece], text: str, *, crossing: bool = False) -> bool:
    """
    Whether the pattern of an ARN matches the text: a wildcard in one of the first five fields matches no
    colon (with ``crossing`` it does), unless it is the ``*`` that the pattern ends with.
    """
    return _matches(pieces, text, fields=not crossing)


def _matches(pieces: list[Piece], text: str, *, fields: bool) -> bool:
    size = sum(len(piece.text) for piece in pieces)
    if not any(WILD.search(piece.text) for piece in pieces if not piece.plain):
        return "".join(piece.text for piece in pieces) == text
    if size > LONGEST or max(size, 64) * len(text) > WORK:
        raise UndecidedError("a pattern that is too long")
    return _Automaton.of(pieces, fields=fields).accepts(text)


def _value(inner: str, request: Request) -> str | None:
    if inner in ("*", "?", "$"):
        return inner
    name, comma, rest = inner.partition(",")
    name = name.strip(" ")
    default = DEFAULT.fullmatch(rest) if comma else None
    if not name or WILD.search(name) or "$" in name or (comma and not default):
        raise UndecidedError("a policy variable of unknown form")
    values = request.values(folded(name))
    if len(values) > 1:
        raise UndecidedError("a policy variable with several values")
    if values:
        return values[0]
    return default[1] if default else None


@dataclass(slots=True)
class _Automaton:
    """Bit i of a set of states says that the first i parts of the pattern have matched."""

    size: int = 0
    literals: dict[str, int] = field(default_factory=dict)
    ones: int = 0  # ? that matches any character
    field_ones: int = 0  # ? that matches no colon
    stars: int = 0
    field_stars: int = 0

    @classmethod
    def of(cls, pieces: list[Piece], *, fields: bool) -> _Automaton:
        """The automaton of a pattern, with ARN fields or without."""
        automaton = cls()
        colons = 0
        for piece in pieces:
            for char in piece.text:
                if char in "*?" and not piece.plain:
                    automaton._wild(char, within=fields and colons < FIELDS)
                else:
                    automaton.literals[char] = automaton.literals.get(char, 0) | 1 << automaton.size
                    automaton.size += 1
                    colons += char == ":"
        if _ends_with_star(pieces):
            last = 1 << automaton.size - 1
            automaton.stars, automaton.field_stars = automaton.stars | last, automaton.field_stars & ~last
        return automaton

    def _wild(self, char: str, *, within: bool) -> None:
        bit = 1 << self.size
        if char == "?":
            if within:
                self.field_ones |= bit
            else:
                self.ones |= bit
        elif self.size and (self.stars | self.field_stars) & bit >> 1:
            return  # ** is *
        elif within:
            self.field_stars |= bit
        else:
            self.stars |= bit
        self.size += 1

    def accepts(self, text: str) -> bool:
        """Whether the whole text matches."""
        every_star = self.stars | self.field_stars
        states = 1
        states |= (states & every_star) << 1
        for char in text:
            steps, loops = self.literals.get(char, 0) | self.ones, self.stars
            if char != ":":
                steps, loops = steps | self.field_ones, every_star
            states = (states & steps) << 1 | (states & loops)
            states |= (states & every_star) << 1
            if not states:
                return False
        return bool(states >> self.size & 1)


def _ends_with_star(pieces: list[Piece]) -> bool:
    last = next((piece for piece in reversed(pieces) if piece.text), Piece(""))
    return not last.plain and last.text.endswith("*")
