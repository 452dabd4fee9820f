"""
Conda's order (https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html, "Version
ordering"): an epoch, components at dots and underscores, each of numbers and words, a local version.

Words come before numbers, ``dev`` before all words and ``post`` after all numbers; what is missing is zero.
An underscore at the end belongs to the last word, as in conda itself; rattler reads it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed, trimmed

_VERSION = expression(r"(?:([0-9]+)!)?([0-9a-z*._-]+)(?:\+([0-9a-z*._-]+))?", re.ASCII)
_RUN = expression(r"[0-9]+|\*+|[^0-9*]+", re.ASCII)
_DEV, _WORD, _NUMERIC, _POST = range(4)
_ZERO: tuple[int, Any] = (_NUMERIC, 0)


def parse(text: str) -> Parsed | None:
    """A version of Conda; one with a word other than ``post`` in it is a pre-release."""
    text = text.lower()
    found = _VERSION.fullmatch(text)
    if found is None or ("-" in text and "_" in text):
        return None
    main = _components(found[2])
    local = _components(found[3]) if found[3] else ()
    if main is None or local is None:
        return None
    is_prerelease = any(kind < _NUMERIC for component in main for kind, _ in component)
    return Parsed((int(found[1] or 0), _Padded(main), _Padded(local)), is_prerelease)


def starts_with(version: Parsed, numbers: Sequence[int]) -> bool:
    """Whether the version starts with ``numbers``: 1.2, 1.2.5 and 1.2rc1 do so with (1, 2), 1.20 does not."""
    epoch, main, _ = version.order
    for place, number in enumerate(numbers):
        found = main[place] if place < len(main) else ()
        first = found[0] if found else _ZERO
        is_last = place == len(numbers) - 1
        if first != (_NUMERIC, number) or (len(found) > 1 and not is_last):
            return False
    return bool(epoch == 0)


def _components(text: str) -> tuple[tuple[tuple[int, Any], ...], ...] | None:
    text = text.replace("-", "_")
    # An underscore at the end is openssl's way to come before the next letter: it stays a word.
    body = text.rstrip("_")
    tail = text[len(body) :]
    parts = (body.replace("_", ".") + tail).split(".") if body else [tail]
    found = []
    for part in parts:
        runs = _RUN.findall(part)
        if not runs:
            return None
        items = [_item(run) for run in runs]
        if not part[0].isdecimal():
            items.insert(0, _ZERO)
        found.append(trimmed(tuple(items), _ZERO))
    return trimmed(tuple(found), ())


def _item(run: str) -> tuple[int, Any]:
    if run.isdecimal():
        return (_NUMERIC, int(run))
    if run == "dev":
        return (_DEV, "")
    return (_POST, "") if run == "post" else (_WORD, run)


class _Padded(tuple[tuple[tuple[int, Any], ...], ...]):
    """Components that compare as if zeros followed without end; equal ones are equal tuples."""

    __slots__ = ()

    def __lt__(self, other: Any) -> bool:
        for index in range(max(len(self), len(other))):
            ours = self[index] if index < len(self) else ()
            theirs = other[index] if index < len(other) else ()
            if ours == theirs:
                continue
            width = max(len(ours), len(theirs))
            return ours + (_ZERO,) * (width - len(ours)) < theirs + (_ZERO,) * (width - len(theirs))
        return False
