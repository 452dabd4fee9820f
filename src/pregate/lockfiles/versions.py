"""
The order of versions, per ecosystem: the door to :mod:`pregate.lockfiles.versioning`.

A version that its ecosystem does not allow has no place in the order: ``None``. Schemes are imported when
their first version is read: a hook on one lock file needs one of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Protocol

from pregate.expressions import expression
from pregate.lockfiles import ecosystems as eco

MAX_LENGTH = 256
# The type that OSV gives to ranges of semantic versions, and an order of its own here.
SEMVER = "SEMVER"
# Ecosystems whose own order is that of Semantic Versioning, or a finer one.
SEMANTIC = frozenset(
    {
        eco.ACTIONS,
        eco.CRATES,
        eco.GO,
        eco.HEX,
        eco.JULIA,
        eco.NPM,
        eco.PUB,
        eco.SWIFT,
        eco.TERRAFORM,
    }
)
# Where what stands behind a + says how a version was built.
_BUILT = (SEMANTIC - {eco.ACTIONS, eco.GO}) | {SEMVER, eco.NUGET, eco.PYPI}

# A tag of an action with fewer than three numbers, which its owner moves.
_MOVING = expression(r"v?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


class Version(Protocol):
    """Something with a total order within its ecosystem; equal versions have equal hashes."""

    def __lt__(self, other: Any, /) -> bool: ...

    @property
    def is_prerelease(self) -> bool:
        """Whether it comes before a release of the same number."""


@functools.lru_cache(maxsize=65536)
def parse_version(ecosystem: str, text: str) -> Version | None:
    """
    ``text`` as a value that compares, or None when it is no version of that ecosystem.

    ``ecosystem`` is OSV's name, with or without a release behind it (``Debian:12``), or :data:`SEMVER`.
    """
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    scheme = _scheme(ecosystem.partition(":")[0])
    return scheme(text) if scheme else None


@functools.cache
def _scheme(ecosystem: str) -> Callable[[str], Version | None] | None:
    match ecosystem:
        case eco.PYPI:
            from pregate.lockfiles.versioning import python

            return python.parse
        case eco.GO:
            from pregate.lockfiles.versioning import golang

            return golang.parse
        case eco.MAVEN:
            from pregate.lockfiles.versioning import maven

            return maven.parse
        case eco.RUBYGEMS | eco.COCOAPODS:
            from pregate.lockfiles.versioning import rubygems

            return rubygems.parse if ecosystem == eco.RUBYGEMS else rubygems.parse_pod
        case eco.PACKAGIST:
            from pregate.lockfiles.versioning import composer

            return composer.parse
        case eco.NUGET:
            from pregate.lockfiles.versioning import nuget

            return nuget.parse
        case eco.HACKAGE | eco.CRAN | "Bioconductor":
            from pregate.lockfiles.versioning import numeric

            return numeric.parse_hackage if ecosystem == eco.HACKAGE else numeric.parse
        case eco.CONDA:
            from pregate.lockfiles.versioning import conda

            return conda.parse
        case eco.CONAN:
            from pregate.lockfiles.versioning import conan

            return conan.parse
    return _semantic(ecosystem) or _distribution(ecosystem)


def _semantic(ecosystem: str) -> Callable[[str], Version | None] | None:
    from pregate.lockfiles.versioning import semantic

    match ecosystem:
        case (
            eco.NPM
            | eco.CRATES
            | eco.HEX
            | eco.SWIFT
            | "SEMVER"
            | "Bitnami"
            | "GHC"
            | "Kubernetes"
            | "VSCode"
        ):
            return semantic.reader(semantic.NPM)
        case eco.PUB:
            return semantic.reader(semantic.PUB)
        case eco.JULIA:
            return semantic.reader(semantic.JULIA)
        case eco.ACTIONS | eco.TERRAFORM | "Linux":
            return semantic.reader(semantic.TAGS)
    return None


def _distribution(ecosystem: str) -> Callable[[str], Version | None] | None:
    from pregate.lockfiles.versioning import distributions

    match ecosystem:
        case "Debian" | "Ubuntu" | "Echo" | "opam":
            return distributions.parse_debian
        case "Alpine" | "Alpaquita" | "Chainguard" | "MinimOS" | "Wolfi" | "BellSoft Hardened Containers":
            return distributions.parse_apk
        case (
            "AlmaLinux"
            | "Azure Linux"
            | "Mageia"
            | "Photon OS"
            | "Red Hat"
            | "Rocky Linux"
            | "SUSE"
            | "openEuler"
            | "openSUSE"
        ):
            return distributions.parse_rpm
    return None


def without_local(ecosystem: str, text: str) -> str:
    """
    ``text`` without what says how it was built.

    A local version (``2.0.1+cu118``) is its public version built elsewhere (PEP 440, "Local version
    identifiers"), and has its flaws; semver's build metadata has no place in the order, or a late one (Pub,
    Julia). Elsewhere ``+`` may be a part of the version (``+incompatible``, Debian's ``+dfsg``).
    """
    return text.partition("+")[0] if ecosystem in _BUILT else text


def newest_of(ecosystem: str, text: str) -> str:
    """
    The newest version that ``text`` may stand for, where a name moves with the releases; ``text`` elsewhere.

    ``@v4`` of an action is a tag that its owner moves to the newest release 4.x.y (GitHub, "Creating custom
    actions", "Using release management"): what was fixed in 4.1.2 is not in it.
    """
    moving = _MOVING.fullmatch(text) if ecosystem == eco.ACTIONS else None
    if moving is None:
        return text
    return text + ".999999" * (2 - (moving[1] is not None))


def is_prerelease(version: Version) -> bool:
    """Whether the version comes before a release of the same number."""
    return version.is_prerelease
