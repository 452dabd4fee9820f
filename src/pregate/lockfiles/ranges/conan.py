"""
Conan's ranges (https://docs.conan.io/2/tutorial/versioning/version_ranges.html): ``[>1 <2.0 || ~3.1]``; what
stands without brackets is one version.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.ranges.base import Bound, all_hold
from pregate.lockfiles.versioning import conan
from pregate.lockfiles.versioning.base import Parsed

_WORD = expression(r"([<>]=?|[~^=])?([^\s<>=~^*]+)")
_NUMBERS = expression(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)


def admits(constraint: str, version: str) -> bool | None:
    """Whether the range holds the version; pre-releases only with ``include_prerelease``."""
    ours = conan.parse(version)
    if not (constraint.startswith("[") and constraint.endswith("]")):
        only = conan.parse(constraint)
        return ours == only if ours and only else None
    text, *options = constraint[1:-1].split(",")
    if ours is None or any(option.strip() != "include_prerelease" for option in options):
        return None
    sets = [_set(part) for part in text.split("||")]
    if any(bounds is None for bounds in sets):
        return None
    if ours.is_prerelease and not options:
        return False
    return any(all_hold(bounds, ours) for bounds in sets if bounds is not None)


def _set(text: str) -> list[Bound] | None:
    bounds: list[Bound] = []
    for word in text.split() or ["*"]:
        found = _comparator("*" if word == "*" else word)
        if found is None:
            return None
        bounds += found
    return bounds


def _comparator(word: str) -> list[Bound] | None:
    found = _WORD.fullmatch(word if word != "*" else ">=0.0.0")
    if found is None:
        return None
    operator, text = found[1] or "=", found[2]
    if operator not in ("~", "^"):
        # >=1.0 and <1.0 are meant with the pre-releases of 1.0.
        is_widened = operator in (">=", "<") and "-" not in text and "+" not in text
        return _bound(operator, text + ("-" if is_widened else ""))
    main = text.partition("+")[0].partition("-")[0]
    if _NUMBERS.fullmatch(main) is None:
        return None
    numbers = [int(n) for n in main.split(".")]
    if operator == "~":
        place = 1 if len(numbers) > 1 else 0
    else:
        place = next((i for i, n in enumerate(numbers) if n), len(numbers))
    if place == len(numbers):
        return None
    above = [*numbers[:place], numbers[place] + 1]
    low = _bound(">=", text if "-" in text or "+" in text else text + "-")
    high = _bound("<", ".".join(map(str, above)) + "-")
    return low + high if low and high else None


def _bound(operator: str, text: str) -> list[Bound] | None:
    version: Parsed | None = conan.parse(text)
    return [Bound(operator, version)] if version else None
