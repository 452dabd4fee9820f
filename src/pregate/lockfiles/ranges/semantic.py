"""
The ranges of npm, and those of Cargo and Julia, which differ from them in what joins bounds and in what a
bare version means.

Sources: node-semver, "Ranges" (https://github.com/npm/node-semver#ranges); The Cargo Book, "Specifying
Dependencies"; Pkg.jl, "Compatibility".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pregate.expressions import expression
from pregate.lockfiles.ranges.base import Bound, all_hold
from pregate.lockfiles.versioning import semantic
from pregate.lockfiles.versioning.base import Parsed

_PLACE = r"(x|X|\*|0|[1-9][0-9]*)"
_PARTIAL = rf"[v=\s]*{_PLACE}(?:\.{_PLACE}(?:\.{_PLACE}(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?)?)?"
_COMPARATOR = expression(rf"(~>?|\^|[<>]=?|=)?{_PARTIAL}", re.ASCII)
_HYPHEN = expression(rf"\s*{_PARTIAL}\s+-\s+{_PARTIAL}\s*", re.ASCII)
_GAP = expression(r"(~>?|\^|[<>]=?|=)\s+")
_NOTHING = "<0.0.0-0"


class Partial(NamedTuple):
    """A version with places left out (None), and its pre-release or ``""``."""

    major: int | None
    minor: int | None
    patch: int | None
    ahead: str

    @property
    def is_full(self) -> bool:
        """Whether no place is left out."""
        return self.patch is not None

    @property
    def lowest(self) -> str:
        """The version with zeros in the places left out."""
        return f"{self.major or 0}.{self.minor or 0}.{self.patch or 0}" + (
            f"-{self.ahead}" if self.ahead else ""
        )

    def next(self, place: int) -> str:
        """What comes before all versions that are greater in ``place`` (0 for major)."""
        numbers = [self.major or 0, self.minor or 0, self.patch or 0]
        numbers[place] += 1
        numbers[place + 1 :] = [0] * (2 - place)
        return ".".join(map(str, numbers)) + "-0"


def admits_npm(constraint: str, version: str) -> bool | None:
    """Whether an npm range holds the version; tags, addresses and files are not understood."""
    if constraint.startswith("npm:"):
        constraint = constraint[4:].rpartition("@")[2] if "@" in constraint[5:] else constraint[4:]
    return _any(version, [_npm_set(part) for part in constraint.split("||")])


def admits_cargo(constraint: str, version: str) -> bool | None:
    """Whether a requirement of Cargo holds the version: bounds joined by commas, a bare version is ``^``."""
    bounds: list[Bound] = []
    for part in constraint.split(","):
        word = _GAP.sub(r"\1", part.strip())
        found = _comparator(word, default="=" if "*" in word else "^")
        if found is None:
            return None
        bounds += found
    return _any(version, [bounds])


def admits_julia(constraint: str, version: str) -> bool | None:
    """Whether a compatibility entry of Julia holds the version: alternatives joined by commas."""
    sets: list[list[Bound] | None] = []
    for part in constraint.replace("≥", ">=").replace("≤", "<=").split(","):
        sets.append(_hyphen(part) or _comparator(_GAP.sub(r"\1", part.strip()), default="^"))
    return _any(version.partition("+")[0], sets)


def _any(text: str, sets: list[list[Bound] | None]) -> bool | None:
    version = semantic.parse(text)
    if version is None or any(bounds is None for bounds in sets):
        return None
    return any(_holds(bounds, version) for bounds in sets if bounds is not None)


def _holds(bounds: list[Bound], version: Parsed) -> bool:
    if not all_hold(bounds, version):
        return False
    # A pre-release only where a bound names one of the same three numbers.
    return not version.is_prerelease or any(
        b.version.is_prerelease and b.version.order[0] == version.order[0] for b in bounds
    )


def _npm_set(text: str) -> list[Bound] | None:
    hyphen = _hyphen(text)
    if hyphen is not None:
        return hyphen
    bounds: list[Bound] = []
    for word in _GAP.sub(r"\1", text).split():
        found = _comparator(word, default="=")
        if found is None:
            return None
        bounds += found
    return bounds


def _hyphen(text: str) -> list[Bound] | None:
    found = _HYPHEN.fullmatch(text)
    if found is None:
        return None
    low, high = _partial(found.groups()[:4]), _partial(found.groups()[4:])
    if low is None or high is None:
        return None
    bounds = [] if low.major is None else [f">={low.lowest}"]
    if high.is_full:
        bounds.append(f"<={high.lowest}")
    elif high.major is not None:
        bounds.append("<" + high.next(0 if high.minor is None else 1))
    return _bounds(bounds)


def _partial(groups: tuple[str | None, ...]) -> Partial | None:
    numbers = [int(g) if g and g.isdecimal() else None for g in groups[:3]]
    for place in (1, 2):  # 1.x.3
        if numbers[place - 1] is None and numbers[place] is not None:
            return None
    return Partial(numbers[0], numbers[1], numbers[2], groups[3] or "")


def _comparator(word: str, default: str) -> list[Bound] | None:
    found = _COMPARATOR.fullmatch(word)
    if found is None:
        return None
    at = _partial(found.groups()[1:])
    if at is None or (at.ahead and not at.is_full):
        return None
    operator = found[1] or default
    if at.major is None:
        return _bounds([_NOTHING] if operator in "<>" else [])
    match operator:
        case "^":
            return _bounds([f">={at.lowest}", "<" + at.next(_caret_place(at))])
        case "~" | "~>":
            return _bounds([f">={at.lowest}", "<" + at.next(0 if at.minor is None else 1)])
    if at.is_full:
        return _bounds([f"{operator}{at.lowest}"])
    above = at.next(0 if at.minor is None else 1)
    match operator:
        case ">":
            return _bounds([f">={above.removesuffix('-0')}"])
        case "<=":
            return _bounds([f"<{above}"])
        case "<":
            return _bounds([f"<{at.lowest}-0"])
        case ">=":
            return _bounds([f">={at.lowest}"])
    return _bounds([f">={at.lowest}", f"<{above}"])


def _caret_place(at: Partial) -> int:
    if at.major or at.minor is None:
        return 0
    return 1 if at.minor or at.patch is None else 2


def _bounds(texts: list[str]) -> list[Bound] | None:
    bounds = []
    for text in texts:
        operator = text[: len(text) - len(text.lstrip("<>="))]
        version = semantic.parse(text[len(operator) :])
        if version is None:
            return None
        bounds.append(Bound(operator, version))
    return bounds
