"""
Is what a file requires content with a version? The door to :mod:`pregate.lockfiles.ranges`.

A lock file repeats the constraints of its packages (``^1.2.0``); with them one sees whether a fixed version
would be taken without touching the package that requires it.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable

from pregate.lockfiles import ecosystems as eco
from pregate.lockfiles import versions

MAX_LENGTH = 1024


class Admits(enum.Enum):
    """Whether a constraint holds a version; ``UNKNOWN`` when either is not understood."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"


@functools.lru_cache(maxsize=16384)
def admits(ecosystem: str, constraint: str, version: str) -> Admits:
    """
    Whether ``constraint``, in the notation of the ecosystem's lock files, holds ``version``.

    Never a guess: tags, branches, addresses, paths and what else is no range are UNKNOWN; so is a pre-release
    where the manager's options decide.
    """
    constraint, version = constraint.strip(), version.strip()
    reader = _reader(ecosystem)
    if reader is None or not 0 < len(version) <= versions.MAX_LENGTH or len(constraint) > MAX_LENGTH:
        return Admits.UNKNOWN
    if not constraint and ecosystem not in (eco.NPM, eco.PYPI):
        return Admits.UNKNOWN
    answer = reader(constraint, version)
    return Admits.UNKNOWN if answer is None else Admits.YES if answer else Admits.NO


@functools.cache
def _reader(ecosystem: str) -> Callable[[str, str], bool | None] | None:
    match ecosystem:
        case eco.PYPI:
            from pregate.lockfiles.ranges import python

            return python.admits
        case eco.NPM | eco.CRATES | eco.JULIA:
            from pregate.lockfiles.ranges import semantic

            readers = {eco.NPM: semantic.admits_npm, eco.CRATES: semantic.admits_cargo}
            return readers.get(ecosystem, semantic.admits_julia)
        case eco.PACKAGIST:
            from pregate.lockfiles.ranges import composer

            return composer.admits
        case eco.MAVEN | eco.NUGET:
            from pregate.lockfiles.ranges import intervals

            return intervals.admits_maven if ecosystem == eco.MAVEN else intervals.admits_nuget
        case eco.CONAN:
            from pregate.lockfiles.ranges import conan

            return conan.admits
    from pregate.lockfiles.ranges import operators

    return {
        eco.RUBYGEMS: operators.admits_gem,
        eco.COCOAPODS: operators.admits_pod,
        eco.TERRAFORM: operators.admits_terraform,
        eco.HEX: operators.admits_hex,
        eco.PUB: operators.admits_pub,
        eco.CRAN: operators.admits_cran,
        eco.HACKAGE: operators.admits_hackage,
        eco.CONDA: operators.admits_conda,
        eco.GO: operators.admits_go,
    }.get(ecosystem)
