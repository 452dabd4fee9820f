"""
PEP 440 (https://packaging.python.org/specifications/version-specifiers/) by ``packaging``, which is loaded
for what is more than numbers: most versions are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version


class Release:
    """A version of numbers alone (``4.2.16``); it compares with those of ``packaging`` as its own would."""

    __slots__ = ("_numbers", "_text")
    is_prerelease = False

    def __init__(self, text: str, numbers: tuple[int, ...]) -> None:
        end = len(numbers)
        while end and not numbers[end - 1]:  # 1.0 and 1.0.0 are one version
            end -= 1
        self._text, self._numbers = text, numbers[:end]

    def __repr__(self) -> str:
        return f"<Release({self._text!r})>"

    def __hash__(self) -> int:
        return hash(self._whole())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Release):
            return self._numbers == other._numbers
        return self._whole() == other

    def __lt__(self, other: Release | Version) -> bool:
        if isinstance(other, Release):
            return self._numbers < other._numbers
        return self._whole() < other

    def __gt__(self, other: Release | Version) -> bool:
        if isinstance(other, Release):
            return self._numbers > other._numbers
        return self._whole() > other

    def __le__(self, other: Release | Version) -> bool:
        return not self > other

    def __ge__(self, other: Release | Version) -> bool:
        return not self < other

    def _whole(self) -> Version:
        from packaging.version import Version

        return Version(self._text)


def parse(text: str) -> Release | Version | None:
    """A version of PyPI, with epoch and local version where it has them."""
    if text.isascii():
        parts = text.split(".")
        if all(map(str.isdigit, parts)):
            return Release(text, tuple(map(int, parts)))
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None
