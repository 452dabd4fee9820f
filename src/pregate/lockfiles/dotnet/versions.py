"""
What NuGet's version specifications say of one version.

Source: "Package versioning" (https://learn.microsoft.com/nuget/concepts/package-versioning). A bare version
is the lowest that is taken, and so the one that a restore takes while it is published; ``[1.0]`` is that one
alone; other ranges and floating versions (``1.*``) are decided by what is published.
"""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"[0-9]{1,30}(?:\.[0-9]{1,30}){0,3}(?:-[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+)?+(?:\+[0-9A-Za-z.-]++)?+"
)
MAX_VERSION = 300


def pinned(specification: str) -> str:
    """The version that is taken, without brackets; ``""`` where there is no such one version."""
    text = specification.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].strip()
    return text if len(text) <= MAX_VERSION and _VERSION.fullmatch(text) else ""
