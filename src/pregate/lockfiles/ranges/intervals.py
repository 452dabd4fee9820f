"""
The intervals of Maven (https://maven.apache.org/pom.html#dependency-version-requirement-specification) and of
NuGet (https://learn.microsoft.com/nuget/concepts/package-versioning#version-ranges).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pregate.expressions import expression
from pregate.lockfiles.ranges.base import Bound, all_hold
from pregate.lockfiles.versioning import maven, nuget
from pregate.lockfiles.versioning.base import Parsed

_INTERVAL = expression(r"\s*([\[(])([^\[\](),]*)(,?)([^\[\](),]*)([\])])\s*(?:,|\Z)")


def admits_maven(constraint: str, version: str) -> bool | None:
    """
    Whether intervals hold the version. A bare version is a wish: itself and later ones satisfy it, for
    earlier ones it depends on the tool.
    """
    ours = maven.parse(version)
    if constraint[:1] in "[(":
        return _within(constraint, ours, maven.parse)
    wish = maven.parse(constraint)
    return True if ours and wish and Bound(">=", wish).holds(ours) else None


def admits_nuget(constraint: str, version: str) -> bool | None:
    """
    Whether an interval holds the version; a bare version is the least. Floating versions (``1.*``) are not
    understood, but for ``*``; nor are pre-releases within an interval that names none.
    """
    ours = nuget.parse(version)
    if constraint[:1] not in "[(":
        least = nuget.parse(constraint)
        constraint = "(,)" if constraint == "*" else f"[{constraint},)" if least else ""
    held = _within(constraint, ours, nuget.parse)
    return None if held and ours and ours.is_prerelease and "-" not in constraint else held


def _within(constraint: str, ours: Parsed | None, parse: Callable[[str], Parsed | None]) -> bool | None:
    is_held = False
    at = 0
    while at < len(constraint):
        found = _INTERVAL.match(constraint, at)
        bounds = _bounds(found, parse) if found else None
        if found is None or bounds is None:
            return None
        at = found.end()
        is_held = is_held or (ours is not None and all_hold(bounds, ours))
    return is_held if ours is not None and at else None


def _bounds(found: re.Match[str], parse: Callable[[str], Parsed | None]) -> list[Bound] | None:
    opening, low, comma, high, closing = (group.strip() for group in found.groups())
    if not comma:  # [1.0]
        only = parse(low)
        return [Bound("=", only)] if only and opening == "[" and closing == "]" else None
    bounds = []
    for text, operator in ((low, ">=" if opening == "[" else ">"), (high, "<=" if closing == "]" else "<")):
        bound = parse(text) if text else None
        if text and bound is None:
            return None
        if bound:
            bounds.append(Bound(operator, bound))
    return bounds
