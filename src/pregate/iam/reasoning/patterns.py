"""
Patterns over strings.

A pattern is a tuple of symbols: a character stands for itself; the others are named below. A *hole* stands
for text that is the same wherever the hole stands (a policy variable, a value that a template leaves open)
and is read as one symbol. Strings that are searched are tuples of symbols too, so that one pattern can be
run over another: where an automaton accepts a pattern as if it were text, it accepts everything that the
pattern does.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from functools import lru_cache

Symbol = str
Pattern = tuple[Symbol, ...]

STAR = "\0*"  # any text
FIELD_STAR = "\0:*"  # any text without a colon
ANY = "\0?"  # one character
FIELD_ANY = "\0:?"  # one character that is no colon
FOLD = "\2"  # before a letter: the letter in either case
HOLE = "\1"  # before a name: a hole; "\1:" one whose text has no colon

IN_ANY_CASE = " in any case"  # ends the name of a hole whose letters may be in either case

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_STARS = (STAR, FIELD_STAR)
_ARN = ("a", "r", "n", ":")
_LONGEST_KEPT = 200  # symbols of a pattern whose fields are remembered
_LONG = 24  # letters of a name that are enough to tell it from others


def is_hole(symbol: Symbol) -> bool:
    """Whether a symbol stands for text that is not known."""
    return len(symbol) > 1 and symbol[0] == HOLE


def is_folded(symbol: Symbol) -> bool:
    """Whether a symbol is a letter in either case."""
    return len(symbol) > 1 and symbol[0] == FOLD


def collapse(symbols: Iterable[Symbol]) -> Pattern:
    """The pattern with runs of stars made one: an automaton takes one step past a star, not several."""
    found: list[Symbol] = []
    for symbol in symbols:
        if symbol in _STARS and found and found[-1] in _STARS:
            if symbol == STAR:
                found[-1] = STAR
        else:
            found.append(symbol)
    return tuple(found)


def lowered(text: str) -> str:
    """The text with ASCII letters in lower case: others have no documented case (U+212A is no k)."""
    return text.translate(_LOWER)


def is_exact(pattern: Pattern) -> bool:
    """Whether it matches one text only."""
    return all(len(symbol) == 1 for symbol in pattern)


def exact(text: str) -> Pattern:
    """The pattern of one text."""
    return tuple(text)


def folded(text: str) -> Pattern:
    """The pattern of a text in any case, of ASCII letters."""
    return tuple(FOLD + c.lower() if c.isascii() and c.isalpha() else c for c in text)


def glob(text: str) -> Pattern:
    """``*`` and ``?`` anywhere match anything."""
    return collapse(STAR if c == "*" else ANY if c == "?" else c for c in text)


def head_of(symbols: Sequence[Symbol]) -> Pattern | None:
    """
    The first field of a string, of an ARN the first three, or all of it; None when a wildcard comes before.
    """
    colons = 3 if tuple(symbols[:4]) == _ARN else 1
    for position, symbol in enumerate(symbols):
        if len(symbol) > 1:
            return None
        if symbol == ":":
            colons -= 1
            if not colons:
                return tuple(symbols[: position + 1])
    return tuple(symbols)


def name_of(pattern: Pattern) -> str | None:
    """How the last part of an ARN's pattern begins, up to a wildcard; None when that cannot be said."""
    fields = fields_of(pattern)
    if len(fields) < 6:
        return None
    letters: list[str] = []
    for field in fields[5:]:
        for symbol in field:
            if len(symbol) > 1 or len(letters) >= _LONG:
                return "".join(letters)
            letters.append(symbol)
        letters.append(":")
    return "".join(letters[:-1])


def fields_of(pattern: Pattern) -> tuple[Pattern, ...]:
    """
    The parts of a pattern between colons, as far as no wildcard may stand for one; the last part is the rest.
    """
    return _kept_fields(pattern) if len(pattern) < _LONGEST_KEPT else _fields(pattern)


@lru_cache(maxsize=10_000)
def _kept_fields(pattern: Pattern) -> tuple[Pattern, ...]:
    return _fields(pattern)


def _fields(pattern: Pattern) -> tuple[Pattern, ...]:
    found: list[Pattern] = []
    first = 0
    for position, symbol in enumerate(pattern):
        if symbol in (STAR, ANY) or (is_hole(symbol) and symbol[1:2] != ":"):
            break
        if symbol == ":":
            found.append(pattern[first:position])
            first = position + 1
    return (*found, pattern[first:])


def may_meet(one: Pattern, other: Pattern) -> bool:
    """Whether two patterns may match the same string, by the ends of their fields: False is sure."""
    mine, others = fields_of(one), fields_of(other)
    whole = min(len(mine), len(others)) - 1
    for left, right in zip(mine[:whole], others[:whole], strict=True):
        if left != right and not (_agree(left, right) and _agree(left[::-1], right[::-1])):
            return False
    left = tuple(symbol for field in mine[whole:] for symbol in (*field, ":"))[:-1]
    right = tuple(symbol for field in others[whole:] for symbol in (*field, ":"))[:-1]
    return _agree(left, right) and _agree(left[::-1], right[::-1])


def _agree(one: Pattern, other: Pattern) -> bool:
    for left, right in zip(one, other, strict=False):
        if len(left) > 1 or len(right) > 1:
            return True
        if left != right:
            return False
    longer, shorter = (one, len(other)) if len(one) > len(other) else (other, len(one))
    return len(longer) == shorter or not is_exact(longer[shorter:])
