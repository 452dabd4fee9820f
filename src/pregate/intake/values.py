"""Parts of a JSON document whose shape nobody promised: a value of the wrong kind is as good as none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

_LONGEST = 20_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?")


def table(value: Any, *keys: str | int) -> dict[str, Any]:
    """The object that the keys lead to; an empty one where there is none."""
    found = at(value, *keys)
    return found if isinstance(found, dict) else {}


def items(value: Any, *keys: str | int) -> Sequence[Any]:
    """The array that the keys lead to; an empty one where there is none."""
    found = at(value, *keys)
    return found if isinstance(found, list) else ()


def text(value: Any, *keys: str | int) -> str:
    """
    The string that the keys lead to, ``""`` where there is none. Half a surrogate pair, which cannot be
    written anywhere, is replaced; it is cut at 20 000 characters.
    """
    found = at(value, *keys)
    return _SURROGATE.sub("\ufffd", found[:_LONGEST]) if isinstance(found, str) else ""


def integer(value: Any, *keys: str | int) -> int | None:
    """The whole number that the keys lead to (``3.0`` too), None where there is none of a sane size."""
    found = at(value, *keys)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    is_whole = isinstance(found, int) or found.is_integer()
    return int(found) if is_whole and -1 <= found <= 2**31 else None


def number(value: Any) -> float | None:
    """A finite number, also one that is written as a string; None for anything else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) < 2**31 else None


def at(value: Any, *keys: str | int) -> Any:
    """What the keys (of objects) and indices (of arrays) lead to, None where they lead nowhere."""
    for key in keys:
        if isinstance(key, str) and isinstance(value, dict):
            value = value.get(key)
        elif isinstance(key, int) and isinstance(value, list) and 0 <= key < len(value):
            value = value[key]
        else:
            return None
    return value


def one_line(words: str, size: int) -> str:
    """
    Text as one line of at most ``size`` characters. Lines that end without a mark are told apart by ``;``.
    """
    lines = [" ".join(line.split()) for line in words.splitlines()]
    joined = ""
    for line in lines:
        if line:
            between = "" if not joined else " " if joined[-1] in ".,:;!?|" else "; "
            joined += between + line
    return joined if len(joined) <= size else joined[: size - 1].rstrip() + "…"
