"""
Conan's order (https://docs.conan.io/2/tutorial/versioning/versions.html): items at dots, numbers as numbers,
all else as text; a pre-release behind ``-``, a build behind ``+`` which counts.

A number and a word are compared as texts, as Conan does: ``10`` is before ``1w``, so that an order over
items of different width need not exist. Conan 2 rules; they are kept even there.
A negative number (``1+-0``) is text here and a number there.
"""

from __future__ import annotations

import re
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed, trimmed

_VERSION = expression(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", re.ASCII)


class _Item:
    """A number or a word of a version."""

    __slots__ = ("value",)

    def __init__(self, text: str) -> None:
        self.value: int | str = int(text) if text.isascii() and text.isdecimal() else text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Item) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: _Item) -> bool:
        if isinstance(self.value, int) and isinstance(other.value, int):
            return self.value < other.value
        return str(self.value) < str(other.value)


_ZERO = _Item("0")


def parse(text: str) -> Parsed | None:
    """A version of Conan: a letter or digit, then these, dots, dashes, underscores and pluses."""
    if _VERSION.fullmatch(text) is None:
        return None
    rest, plus, build = text.rpartition("+")
    rest, build = (rest, build) if plus else (build, "")
    main, dash, before = rest.partition("-")
    ahead: tuple[Any, ...] = (0, _items(before)) if dash else (1,)
    return Parsed((_items(main), ahead, (1, _items(build)) if plus else (0,)), bool(dash))


def _items(text: str) -> tuple[_Item, ...]:
    return trimmed(tuple([_Item(part) for part in text.split(".")]), _ZERO)
