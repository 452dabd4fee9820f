"""
Maven's order (https://maven.apache.org/pom.html#version-order-specification), as ``ComparableVersion`` of
maven-artifact 3.9 decides.

A version is a list of numbers and words whose last item may be another list: ``-`` and a change between
digits and letters open one. Known words are ordered and may stand before the release (``alpha``) or after it
(``sp``), others come after them by their text. Empty items at the end of a list are dropped.

A word with a separator behind it opens no list (``1.sp.1``), and is then before every list, even one that is
before the release: among such versions Maven's order goes in circles. It is kept as it is.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed

_KNOWN = ("alpha", "beta", "milestone", "rc", "snapshot", "", "sp")
_RELEASE = _KNOWN.index("")
_ALIASES = {"ga": "", "final": "", "release": "", "cr": "rc"}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
_TOKEN = expression(r"[.-]|[0-9]+|[^0-9.-]+", re.ASCII)

Item = int | str
# The lists of a version, the outermost first: each is the last item of the one before it.
Levels = tuple[tuple[Item, ...], ...]


def parse(text: str) -> Parsed | None:
    """A version of Maven: any text without blanks, ranges and properties left out."""
    if not text.isprintable() or any(c in " ,[](){}$<>:/\\\"'" for c in text):
        return None
    levels = _levels(text.lower())
    words = (item for level in levels for item in level if isinstance(item, str))
    return Parsed(_Order(levels), any(_rank(word) < (_RELEASE, "") for word in words))


def _levels(text: str) -> Levels:
    levels: list[list[Item]] = [[]]
    parts = _TOKEN.findall(text)
    is_open = False  # an item stands before this token, without a separator between them
    for index, part in enumerate(parts):
        if part in ".-":
            if not is_open:
                levels[-1].append(0)
            if part == "-":
                levels.append([])
            is_open = False
            continue
        if is_open:
            levels.append([])
        if part[0].isascii() and part[0].isdecimal():
            levels[-1].append(int(part))
        else:
            following = parts[index + 1] if index + 1 < len(parts) else ""
            is_followed = following not in ("", ".", "-")
            if levels[-1] and (is_followed or not following):
                levels.append([])  # .x is -x, but for a word with a separator behind it
            word = _SHORT.get(part, part) if is_followed else part
            levels[-1].append(_ALIASES.get(word, word))
        is_open = True
    return _normalised(levels)


def _normalised(levels: list[list[Item]]) -> Levels:
    kept: list[tuple[Item, ...]] = []
    for level in reversed(levels):
        end = len(level)
        while end and level[end - 1] in (0, ""):
            end -= 1
        if end or kept:
            kept.append(tuple(level[:end]))
    return tuple(reversed(kept))


class _Order:
    """The lists of a version, compared item by item; what is missing is the release."""

    __slots__ = ("levels",)

    def __init__(self, levels: Levels) -> None:
        self.levels = levels

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Order) and (
            self.levels == other.levels or _compare(self.levels, other.levels) == 0
        )

    def __lt__(self, other: _Order) -> bool:
        return _compare(self.levels, other.levels) < 0

    def __hash__(self) -> int:
        return hash(self.levels)


def _compare(ours: Levels, theirs: Levels) -> int:
    for depth in range(min(len(ours), len(theirs))):
        left, right = ours[depth], theirs[depth]
        for one, other in zip(left, right, strict=False):
            if one != other:
                return _compare_items(one, other)
        if len(left) == len(right):
            continue
        # One list has an item where the other has its inner list, or its end.
        if len(left) > len(right):
            return _compare_longer(left[len(right) :], ours[depth + 1 :], theirs[depth + 1 :])
        return -_compare_longer(right[len(left) :], theirs[depth + 1 :], ours[depth + 1 :])
    common = min(len(ours), len(theirs))
    return _compare_with_nothing(ours[common:]) or -_compare_with_nothing(theirs[common:])


def _compare_longer(items: tuple[Item, ...], inner: Levels, theirs: Levels) -> int:
    if theirs:
        return 1 if isinstance(items[0], int) else -1
    return _compare_with_nothing((items, *inner))


def _compare_with_nothing(levels: Levels) -> int:
    for level in levels:
        for item in level:
            if found := _compare_items(item, 0 if isinstance(item, int) else ""):
                return found
    return 0


def _compare_items(one: Item, other: Item) -> int:
    if isinstance(one, int) and isinstance(other, int):
        return (one > other) - (one < other)
    if isinstance(one, str) and isinstance(other, str):
        return (_rank(one) > _rank(other)) - (_rank(one) < _rank(other))
    return 1 if isinstance(one, int) else -1


def _rank(word: str) -> tuple[int, str]:
    return (_KNOWN.index(word), "") if word in _KNOWN else (len(_KNOWN), word)
