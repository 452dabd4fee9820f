"""
``Gem::Version`` (https://docs.ruby-lang.org/en/master/Gem/Version.html) and CocoaPods' variant of it.

A version is a list of numbers and words; a word makes it a pre-release, zeros before a word and at the end
do not count. ``-`` starts a pre-release (``1.0-a`` is ``1.0.pre.a``).
"""

from __future__ import annotations

import re
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed, trimmed

_GEM = expression(r"[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", re.ASCII)
_POD = expression(r"[0-9]+(?:\.[0-9a-zA-Z-]+)*(?:\+[0-9A-Za-z.-]*)?", re.ASCII)
_SEGMENT = expression(r"[0-9]+|[a-zA-Z]+", re.ASCII)
_END = (2,)


def parse(text: str) -> Parsed | None:
    """A gem's version, without the platform that a lock file puts behind it."""
    if _GEM.fullmatch(text) is None:
        return None
    numbers, rest = segments(text.replace("-", ".pre."))
    return Parsed(_zero_padded(trimmed(numbers) + trimmed(rest)), bool(rest))


def parse_pod(text: str) -> Parsed | None:
    """
    A pod's version: numbers first, then the pre-release as Semantic Versioning has it, but split between
    letters and digits, with words after numbers.

    Not held against CocoaPods itself: the pattern is that of CocoaPods/Core, ``Pod::Version``; that its
    pre-releases are compared so, and builds passed over, is our reading.
    """
    if _POD.fullmatch(text) is None:
        return None
    plain = text.partition("+")[0]
    numbers, rest = segments(plain)
    ahead = tuple((1, s) if isinstance(s, str) else (0, s) for s in rest)
    is_prerelease = bool(rest) or "-" in plain
    return Parsed((trimmed(numbers), (0, *ahead) if is_prerelease else (1,)), is_prerelease)


def released(text: str) -> list[int]:
    """The numbers of a gem's or pod's version before its pre-release."""
    return [n for n in segments(text)[0] if isinstance(n, int)]


def segments(text: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The numbers at the start, and what follows from the first word on."""
    found = [int(s) if s.isdecimal() else s for s in _SEGMENT.findall(text)]
    at = next((i for i, s in enumerate(found) if isinstance(s, str)), len(found))
    return tuple(found[:at]), tuple(found[at:])


def _zero_padded(segments: tuple[Any, ...]) -> tuple[Any, ...]:
    """
    The order of lists that go on in zeros without end, where a word comes before a number.

    A run of zeros is one element, told by its length and what comes behind it: before the end when that is
    a word (the longer run is the nearer to the end), after it when it is a number.
    """
    order: list[tuple[Any, ...]] = []
    zeros = 0
    for segment in segments:
        if segment == 0:
            zeros += 1
            continue
        if isinstance(segment, str):
            order += [(1, zeros)] if zeros else []
            order.append((0, segment))
        else:
            order += [(3, -zeros)] if zeros else []
            order.append((4, segment))
        zeros = 0
    return (*order, _END)
