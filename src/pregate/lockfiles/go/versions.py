"""
Versions of Go modules as ``go.mod`` writes them.

Source: Go Modules Reference, "Versions" (https://go.dev/ref/mod#versions): semantic versions with a leading
``v``; ``+incompatible`` is the only build metadata.
"""

from __future__ import annotations

import re

_NUMBER = r"(0|[1-9][0-9]{0,30})"
_VERSION = re.compile(
    rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+))?+(?:\+[0-9A-Za-z.-]+)?"
)
Key = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]


def version_key(version: str) -> Key | None:
    """By what versions are ordered (semver.org, 11); None for what is no version: a branch, a range."""
    found = _VERSION.fullmatch(version) if len(version) <= 300 else None
    if not found:
        return None
    before = found.group(4)
    parts = tuple(
        (False, int(p), "") if p.isdecimal() else (True, 0, p) for p in (before.split(".") if before else ())
    )
    return tuple(int(found.group(n)) for n in (1, 2, 3)), before is None, parts
