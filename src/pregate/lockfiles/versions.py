"""
The order of versions, per ecosystem, by the library that knows it.

PyPI: PEP 440 by ``packaging``. npm: Semantic Versioning 2.0.0 by ``semver``. A version that its ecosystem
does not allow has no place in the order: ``None``.
"""

from __future__ import annotations

import functools
from typing import Any, Protocol

from pregate.lockfiles.model import NPM, PYPI

MAX_LENGTH = 256


class Version(Protocol):
    """Something with a total order within its ecosystem."""

    def __lt__(self, other: Any, /) -> bool: ...


def parse_version(ecosystem: str, text: str) -> Version | None:
    """``text`` as a value that compares, or None when it is no version of that ecosystem."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    match ecosystem:
        case "PyPI":
            return _pypi(text)
        case "npm":
            return _npm(text)
    return None


@functools.lru_cache(maxsize=65536)
def _pypi(text: str) -> Version | None:
    from packaging.version import InvalidVersion
    from packaging.version import Version as PypiVersion

    try:
        return PypiVersion(text)
    except InvalidVersion:
        return None


@functools.lru_cache(maxsize=65536)
def _npm(text: str) -> Version | None:
    import semver

    text = text.lstrip("=").strip().removeprefix("v")
    try:
        return semver.Version.parse(text)
    except ValueError:
        pass
    try:  # some records write 4.17 for 4.17.0
        return semver.Version.parse(text, optional_minor_and_patch=True)
    except ValueError:
        return None


def without_local(ecosystem: str, text: str) -> str:
    """
    ``text`` without what says how it was built.

    A local version (``2.0.1+cu118``) is its public version built elsewhere (PEP 440, "Local version
    identifiers"), and has its flaws; semver's build metadata has no place in the order anyway.
    """
    return text.partition("+")[0] if ecosystem in (PYPI, NPM) else text


def is_prerelease(version: Version) -> bool:
    """Whether the version comes before a release of the same number."""
    return bool(getattr(version, "is_prerelease", False) or getattr(version, "prerelease", None))


def library_version() -> str:
    """
    What a cached reading depends on beside our own code: the version of ``packaging``, which reads
    requirements.
    """
    import packaging

    return packaging.__version__
