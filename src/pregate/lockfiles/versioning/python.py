"""PEP 440 (https://packaging.python.org/specifications/version-specifiers/) by ``packaging``."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version


def parse(text: str) -> Version | None:
    """A version of PyPI, with epoch and local version where it has them."""
    try:
        return Version(text)
    except InvalidVersion:
        return None
