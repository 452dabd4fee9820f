"""
NuGet: Semantic Versioning with up to four numbers, zeros at the start, and pre-releases without case
(https://learn.microsoft.com/nuget/concepts/package-versioning).
"""

from __future__ import annotations

from pregate.lockfiles.versioning import semantic
from pregate.lockfiles.versioning.base import Parsed

_DIALECT = semantic.Dialect(parts=4, has_leading_zeros=True)


def parse(text: str) -> Parsed | None:
    """A version of NuGet."""
    return semantic.parse(text.lower(), _DIALECT)
