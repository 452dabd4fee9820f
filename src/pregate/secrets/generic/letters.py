"""
How much a text looks like words: which letters follow which, and how its kinds of characters change.

The table (``letters.bin``) is counted by ``bench/secrets/training/letters.py``; ``docs/secrets-model.md``
says from what.
"""

from __future__ import annotations

import os
import re
from functools import cache

# Bits, as those of the table: what another part costs, and a digit in the midst of letters.
_PART = 2.2
_SYMBOL = 0.6
_STEPS = 16
_ZERO = 128
LONGEST = 128


@cache
def _table() -> bytes:
    # pathlib would cost a hook more than all else here.
    with open(os.path.join(os.path.dirname(__file__), "letters.bin"), "rb") as file:  # noqa: PTH118, PTH120, PTH123
        return file.read()


@cache
def _parts() -> re.Pattern[str]:
    return re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]+")


def naturalness(text: str) -> float:
    """
    Bits for its being made of words (above zero) or of random characters (below), of the first 128
    characters.
    """
    total = 0.0
    before = ""
    for part in _parts().findall(text[:LONGEST]):
        kind = "a" if part.isalpha() else "0" if part.isdigit() else "-"
        if kind == "a":
            total += word(part.lower())
        if before and kind != "-" and before != "-":
            total -= _PART
        elif kind == "-":
            total -= _SYMBOL * len(part)
        before = kind
    return total


@cache
def _codes() -> dict[str, int]:
    return {letter: number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)}


def word(letters: str) -> float:
    """Bits for a run of letters in lower case, whose ends are those of a word."""
    table, codes = _table(), _codes()
    total, first, second = 0, 0, 0
    for letter in letters:
        third = codes.get(letter, 0)
        total += table[(first * 27 + second) * 27 + third] - _ZERO
        first, second = second, third
    total += table[(first * 27 + second) * 27] - _ZERO
    return total / _STEPS


def following(first: str, second: str, third: str) -> int:
    """Sixteenths of a bit for a letter after two others; a blank is what is before or after a word."""
    codes = _codes()
    return _table()[(codes.get(first, 0) * 27 + codes.get(second, 0)) * 27 + codes.get(third, 0)] - _ZERO
