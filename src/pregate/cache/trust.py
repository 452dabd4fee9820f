"""Whether a folder stands in a checkout, whose files somebody else may have written."""

from __future__ import annotations

from pathlib import Path


def in_checkout(folder: Path) -> bool:
    """Whether the folder, by its name or by where that leads, is in the working tree of a repository."""
    named = folder.absolute()
    real = folder.resolve()
    return any((place / ".git").exists() for place in {named, *named.parents, real, *real.parents})
