"""
Notations that are lists of an operator and a version each: RubyGems and CocoaPods, Terraform, Hex, Pub, CRAN,
Conda, Hackage and Go.

Sources: ``Gem::Requirement`` (https://guides.rubygems.org/patterns/#pessimistic-version-constraint);
Terraform, "Version constraints"; Elixir, ``Version``, "Requirements"; dart.dev, "Package dependencies";
"Writing R Extensions", 1.1.3; conda, "Package match specifications"; Cabal, "build-depends"; Go, "Modules
reference".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.ranges.base import Bound, all_hold
from pregate.lockfiles.versioning import conda, golang, numeric, rubygems, semantic

Parse = Callable[[str], Any]
_WORD = expression(r"(\^>=|~>|[<>!=]=|[<>=^])?\s*([^\s,|&<>=~^!()]+)")
_JOINT = expression(r"[\s,]*")
_PLACES = expression(r"v?[0-9]+(?:\.[0-9]+)*", re.ASCII)
_START = expression(r"=([0-9]+(?:\.[0-9]+)*)(?:\.?\*)?|([0-9]+(?:\.[0-9]+)*)\.\*", re.ASCII)
Words = Sequence[tuple[str, str]]


def _words(text: str) -> Words | None:
    """Operators and versions of ``text``; None when something else stands between them."""
    found: list[tuple[str, str]] = []
    at = 0
    while True:
        at = _JOINT.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        if at == len(text):
            return found
        word = _WORD.match(text, at)
        if word is None:
            return None
        found.append((word[1] or "=", word[2]))
        at = word.end()


def _bounds(words: Words | None, parse: Parse) -> list[Bound] | None:
    """The bounds of words whose operators are the plain ones."""
    bounds = []
    for operator, text in words or ():
        version = parse(text)
        if version is None or operator in ("~>", "^", "^>="):
            return None
        bounds.append(Bound("=" if operator == "==" else operator, version))
    return bounds if words else None


def _next(numbers: Sequence[int], place: int) -> str:
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1]))


def _numbers(text: str) -> list[int]:
    found = _PLACES.match(text)
    return [int(n) for n in found[0].removeprefix("v").split(".")] if found else []


def admits_gem(constraint: str, version: str) -> bool | None:
    """Whether a requirement of RubyGems holds the version: ``~> 1.2, >= 1.2.3``, perhaps in brackets."""
    return _gem(constraint, version, rubygems.parse)


def admits_pod(constraint: str, version: str) -> bool | None:
    """The same for CocoaPods."""
    return _gem(constraint, version, rubygems.parse_pod)


def _gem(constraint: str, version: str, parse: Parse) -> bool | None:
    ours = parse(version)
    words = _words(constraint.strip().removeprefix("(").removesuffix(")"))
    pessimistic = [text for operator, text in words or () if operator == "~>"]
    plain = [(operator, text) for operator, text in words or () if operator != "~>"]
    bounds = _bounds(plain, parse) if plain else []
    if ours is None or not words or bounds is None:
        return None
    is_held = all_hold(bounds, ours)
    for text in pessimistic:
        low = parse(text)
        if low is None:
            return None
        numbers = rubygems.released(text)
        # The pre-releases of what comes next are out: their release is.
        release = parse(".".join(map(str, rubygems.released(version))))
        bound = parse(_next(numbers, max(len(numbers) - 2, 0)))
        is_held = is_held and not ours < low and release < bound
    return is_held


def admits_terraform(constraint: str, version: str) -> bool | None:
    """Whether a constraint of Terraform holds the version; pre-releases only where one is named exactly."""
    ours = semantic.parse(version, semantic.TAGS)
    bounds = _pessimistic(_words(constraint), lambda text: semantic.parse(text, semantic.TAGS))
    if ours is None or bounds is None:
        return None
    if ours.is_prerelease and not any(b.operator == "=" and b.version == ours for b in bounds):
        return False
    return all_hold(bounds, ours)


def admits_hex(constraint: str, version: str) -> bool | None:
    """Whether a requirement of Hex holds the version: ``~> 1.0 and >= 1.0.2 or 2.0.0``."""
    ours = semantic.parse(version)
    sets = []
    for part in re.split(r"\s+or\s+", constraint.strip()):
        words = _words(re.sub(r"\s+and\s+", " , ", part))
        sets.append(_pessimistic(words, semantic.parse))
    if ours is None or any(bounds is None for bounds in sets):
        return None
    held = [bounds for bounds in sets if bounds is not None and all_hold(bounds, ours)]
    # Whether a pre-release is taken where none is named is the caller's choice in Elixir.
    if ours.is_prerelease and held and not any("-" in word for word in constraint.split()):
        return None
    return bool(held)


def _pessimistic(words: Words | None, parse: Parse) -> list[Bound] | None:
    """Bounds in which ``~> 1.2`` stays below 2 and ``~> 1.2.3`` below 1.3, their pre-releases included."""
    bounds: list[Bound] = []
    for operator, text in words or ():
        if operator != "~>":
            found = _bounds([(operator, text)], parse)
        else:
            numbers = _numbers(text)
            low = parse(text)
            high = parse(_next(numbers, max(len(numbers) - 2, 0)) + "-0") if numbers else None
            found = [Bound(">=", low), Bound("<", high)] if low and high else None
        if found is None:
            return None
        bounds += found
    return bounds if words else None


def admits_pub(constraint: str, version: str) -> bool | None:
    """Whether a constraint of Pub holds the version: ``^1.2.3``, ``>=1.0.0 <2.0.0`` or ``any``."""
    ours = semantic.parse(version, semantic.PUB)
    words = [] if constraint == "any" else _words(constraint)
    if ours is None or words is None or (not words and constraint != "any"):
        return None
    bounds: list[Bound] = []
    for operator, text in words:
        at = semantic.parse(text, semantic.PUB)
        if at is None or operator in ("~>", "^>=", "!=", "=="):
            return None
        numbers = [*_numbers(text), 0, 0][:3]
        if operator == "^":
            above = _next(numbers, 0 if numbers[0] else 1) + "-0"
            bounds += [Bound(">=", at), Bound("<", semantic.parse(above, semantic.PUB))]
        elif operator == "<" and not at.is_prerelease and ours.is_prerelease and ours.order[0] == at.order[0]:
            return None  # depends on the lower bound
        else:
            bounds.append(Bound(operator, at))
    return all_hold(bounds, ours)


def admits_cran(constraint: str, version: str) -> bool | None:
    """Whether ``>= 1.0`` of an R package holds the version; ``*`` holds all."""
    ours = numeric.parse(version)
    bounds = [] if constraint == "*" else _bounds(_words(constraint.strip(" ()")), numeric.parse)
    return all_hold(bounds, ours) if ours is not None and bounds is not None else None


def admits_hackage(constraint: str, version: str) -> bool | None:
    """Whether bounds of Cabal hold the version: ``>=1.2 && <1.3 || ==1.4.*``, ``^>=1.2``, ``any``."""
    ours = numeric.parse_hackage(version)
    sets = [_cabal(part) for part in constraint.split("||")]
    if ours is None or any(bounds is None for bounds in sets):
        return None
    return any(all_hold(bounds, ours) for bounds in sets if bounds is not None)


def _cabal(text: str) -> list[Bound] | None:
    bounds: list[Bound] = []
    for part in text.split("&&"):
        words = _words(part)
        if words is None or len(words) != 1 or part.strip()[:1] not in "<>=^":
            return None
        operator, version = words[0]
        if operator == "^>=":
            numbers = [*_numbers(version), 0][: max(2, len(_numbers(version)))]
            found = _bounds([(">=", version), ("<", _next(numbers, 1))], numeric.parse_hackage)
        elif operator == "==" and version.endswith(".*"):
            numbers = _numbers(version)
            above = _next(numbers, len(numbers) - 1) if numbers else ""
            found = _bounds([(">=", version[:-2]), ("<", above)], numeric.parse_hackage)
        else:
            found = _bounds(words, numeric.parse_hackage)
        if found is None:
            return None
        bounds += found
    return bounds


def admits_conda(constraint: str, version: str) -> bool | None:
    """
    Whether a match specification's version holds: ``>=1.2,<2|=3.0``. ``=1.2`` and ``1.2.*`` hold what starts
    so; a bare version is not understood.
    """
    ours = conda.parse(version)
    answers = [_conda_set(part.strip(), ours) if ours else None for part in constraint.split("|")]
    return None if None in answers else any(answers)


def _conda_set(text: str, ours: Any) -> bool | None:
    if text == "*":
        return True
    is_held = True
    for word in text.split(","):
        if (start := _START.fullmatch(word.strip())) is not None:
            numbers = [int(n) for n in (start[1] or start[2]).split(".")]
            is_held = is_held and conda.starts_with(ours, numbers)
            continue
        words = _words(word)
        bounds = _bounds(words, conda.parse) if words and words[0][0] != "=" else None
        if bounds is None or "*" in word:
            return None
        is_held = is_held and all_hold(bounds, ours)
    return is_held


def admits_go(constraint: str, version: str) -> bool | None:
    """Whether the version is at least the one that a ``go.mod`` requires."""
    ours, least = golang.parse(version), golang.parse(constraint)
    return not ours < least if ours and least else None
