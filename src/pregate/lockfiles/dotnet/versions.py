"""
What NuGet's version specifications say of one version.

Source: "Package versioning" (https://learn.microsoft.com/nuget/concepts/package-versioning). A bare version
is the lowest that is taken, and so the one that a restore takes while it is published; ``[1.0]`` is that one
alone; other ranges and floating versions (``1.*``) are decided by what is published.
"""

from __future__ import annotations

from pregate.lockfiles.ecosystems import NUGET
from pregate.lockfiles.versions import parse_version


def pinned(specification: str) -> str:
    """The version that is taken, without brackets; ``""`` where there is no such one version."""
    text = specification.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].strip()
    # The order of versions accepts a "v" before them, as records have it; NuGet does not.
    return text if text[:1].isdecimal() and parse_version(NUGET, text) is not None else ""
