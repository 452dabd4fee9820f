"""
Suppressions: somebody's word that a finding is accepted, with a reason, and perhaps an owner and a last day.

``inline`` reads comments in the scanned files, ``file`` reads ``.pregate/suppressions.toml`` and ``writing``
changes it, ``comments`` knows which comment a file can hold, ``matching`` which rule a word means. What a
suppression is worth, policy decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.model import Suppression

PATH = ".pregate/suppressions.toml"
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16 and UTF-32


def may_hold_pragmas(data: bytes) -> bool:
    """Whether the comments of a file with these bytes need to be read at all."""
    return b"pregate:" in data or data.startswith(_WIDE)


def pragmas_in(path: str, data: bytes) -> tuple[Suppression, ...]:
    """As :func:`pregate.suppressions.inline.pragmas_in`, which is loaded for a file that may hold some."""
    if not may_hold_pragmas(data):
        return ()
    from pregate.suppressions import inline

    return inline.pragmas_in(path, data)


def without_pragmas(text: str) -> str:
    """As :func:`pregate.suppressions.inline.without_pragmas`, which is loaded for a text with some."""
    if "pregate:" not in text:
        return text
    from pregate.suppressions import inline

    return inline.without_pragmas(text)


def is_glob(path: str) -> bool:
    """Whether an entry's path stands for several; square brackets alone are part of a name."""
    return "*" in path or "?" in path
