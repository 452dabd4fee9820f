"""
Semantic Versioning 2.0.0 (https://semver.org/#spec-item-11) and what ecosystems make of it.

Records and tags are written shorter than the specification allows (``4.17``, ``v4``); missing parts are
zero. Where they differ, each with its source:

- npm (node-semver, ``=`` and ``v`` before the version), crates.io and Hex (Elixir's ``Version``), SwiftURL:
  three numbers without leading zeros; build metadata has no order.
- Pub (pub_semver, https://pub.dev/documentation/pub_semver): a build comes after the same version without it.
- Julia (``VersionNumber``, https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals): the
  same; a bare ``-`` comes before every pre-release; a bare ``+`` is not read.
- GitHub Actions, Terraform (https://github.com/hashicorp/go-version): leading zeros and more than three
  numbers occur.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pregate.expressions import expression
from pregate.lockfiles.versioning.base import Parsed, trimmed
from pregate.records import dataclass

_SHAPE = expression(
    r"(?:=\s*)?[vV]?([0-9]+(?:\.[0-9]+)*)(?:-([0-9A-Za-z.-]*))?(?:\+([0-9A-Za-z.-]*))?", re.ASCII
)
_NUMBER = expression(r"[0-9]+", re.ASCII)
_RELEASE = (1,)

Identifiers = tuple[tuple[int, int | str], ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    How an ecosystem departs from the specification: how many numbers it allows, whether they may start with
    a zero, whether builds have an order, and whether identifiers may be missing (Julia's ``1.0.0-``).
    """

    parts: int = 3
    has_leading_zeros: bool = False
    has_build_order: bool = False
    has_bare_marks: bool = False


NPM = Dialect()
TAGS = Dialect(parts=20, has_leading_zeros=True)
PUB = Dialect(has_leading_zeros=True, has_build_order=True)
JULIA = Dialect(has_leading_zeros=True, has_build_order=True, has_bare_marks=True)


def reader(dialect: Dialect) -> Callable[[str], Parsed | None]:
    """The function that parses versions of ``dialect``."""
    return lambda text: parse(text, dialect)


def parse(text: str, dialect: Dialect = NPM) -> Parsed | None:
    """A semantic version, leniently: ``v`` before it and missing parts are accepted."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    core, before, build = found.groups()
    numbers = core.split(".")
    if len(numbers) > dialect.parts:
        return None
    if not dialect.has_leading_zeros and any(n[0] == "0" and n != "0" for n in numbers):
        return None
    main = trimmed(tuple([int(n) for n in numbers]))
    if before is None and build is None:
        return Parsed((main, _RELEASE, ()))
    ahead = _identifiers(before, dialect, dialect.has_leading_zeros)
    built = _identifiers(build, dialect, True) if build != "" else None
    if ahead is None or built is None:
        return None
    last = (1, *built) if dialect.has_build_order and build is not None else ()
    return Parsed((main, _RELEASE if before is None else (0, *ahead), last), before is not None)


def _identifiers(text: str | None, dialect: Dialect, may_start_with_zero: bool) -> Identifiers | None:
    if text is None or (text == "" and dialect.has_bare_marks):
        return ()
    found: list[tuple[int, int | str]] = []
    for part in text.split("."):
        if not part or (not may_start_with_zero and part[0] == "0" and part != "0" and part.isdecimal()):
            return None
        # Numbers come before words.
        found.append((0, int(part)) if _NUMBER.fullmatch(part) else (1, part))
    return tuple(found)
