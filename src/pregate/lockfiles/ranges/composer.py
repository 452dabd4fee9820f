"""
Composer's constraints (https://getcomposer.org/doc/articles/versions.md): ``||`` between alternatives, commas
and blanks between bounds, ``^``, ``~``, ``1.2.*`` and hyphen ranges.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.ranges.base import Bound, all_hold
from pregate.lockfiles.versioning import composer
from pregate.lockfiles.versioning.base import Parsed

_NUMBERS = r"v?([0-9]++)(?:\.([0-9]++))?+(?:\.([0-9]++))?+(?:\.([0-9]++))?+"
_MARKED = expression(rf"([~^]|~>){_NUMBERS}(\S*)", re.ASCII)
_WILD = expression(r"(?:=|==)?v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.[x*])+", re.ASCII)
_OPERATED = expression(r"(<>|!=|>=?|<=?|==?)?(\S+)")
_HYPHEN = expression(r"(\S+) +- +(\S+)")
_NUMBERED = expression(_NUMBERS + r"(\S*)", re.ASCII)
_FLAG = expression(r"@(?:stable|rc|beta|alpha|dev)\Z")
_GAP = expression(r"(<>|!=|>=?|<=?|==?)\s+")
_OR = expression(r"\s*\|\|?\s*")


def admits(constraint: str, version: str) -> bool | None:
    """Whether the constraint holds the version; named branches are not understood, nor are aliases."""
    ours = composer.parse(version)
    if ours is None or re.search(r"\sas\s", constraint):
        return None
    sets = [_set(part) for part in _OR.split(constraint.strip().lower())]
    found = [bounds for bounds in sets if bounds is not None]
    if any(all_hold(bounds, ours) for bounds in found):
        return True
    return False if len(found) == len(sets) else None


def _set(text: str) -> list[Bound] | None:
    if found := _HYPHEN.fullmatch(text):
        return _hyphen(found[1], found[2])
    bounds: list[Bound] = []
    for word in _GAP.sub(r"\1", text).replace(",", " ").split():
        more = _word(_FLAG.sub("", word) or "*")
        if more is None:
            return None
        bounds += more
    return bounds if text else None


def _word(word: str) -> list[Bound] | None:
    if word in ("*", "x"):
        return []
    if found := _WILD.fullmatch(word):
        numbers = [int(n) for n in found.groups() if n is not None]
        return _between(_lowest(numbers, "dev"), _next(numbers, len(numbers) - 1))
    if found := _MARKED.fullmatch(word):
        return _marked(found)
    operated = _OPERATED.fullmatch(word)
    if operated is None:
        return None
    operator, text = operated[1] or "=", operated[2]
    version = composer.parse(text)
    if version is None:
        return None
    operator = {"==": "=", "<>": "!="}.get(operator, operator)
    # >=1.0 holds the pre-releases of 1.0, and <1.0 holds none of them.
    if operator in ("<", ">=") and not version.is_prerelease and "-" not in text:
        version = composer.parse(text + "-dev") or version
    return [Bound(operator, version)]


def _marked(found: re.Match[str]) -> list[Bound] | None:
    numbers = [int(n) for n in found.groups()[1:5] if n is not None]
    text = found[0][len(found[1]) :]
    low = composer.parse(text if found[6] else text + "-dev")
    if low is None or (found[6] and not (low.is_prerelease or found[6].startswith("-"))):
        return None
    if found[1] == "^":
        place = next((i for i, n in enumerate(numbers[:3]) if n), min(len(numbers), 3) - 1)
    else:
        place = max(len(numbers) - 2, 0)
    return _between(low, _next(numbers, place))


def _hyphen(low: str, high: str) -> list[Bound] | None:
    numbered = _NUMBERED.fullmatch(high)
    first = composer.parse(low if "-" in low else low + "-dev")
    last = composer.parse(high)
    if numbered is None or first is None or last is None:
        return None
    numbers = [int(n) for n in numbered.groups()[:4] if n is not None]
    if numbered[5] or len(numbers) > 2:
        return [Bound(">=", first), Bound("<=", last)]
    return _between(first, _next(numbers, len(numbers) - 1))


def _between(low: Parsed | None, high: Parsed | None) -> list[Bound] | None:
    return [Bound(">=", low), Bound("<", high)] if low and high else None


def _next(numbers: list[int], place: int) -> Parsed | None:
    return _lowest([*numbers[:place], numbers[place] + 1], "dev")


def _lowest(numbers: list[int], stability: str) -> Parsed | None:
    return composer.parse(".".join(map(str, numbers)) + f"-{stability}")
