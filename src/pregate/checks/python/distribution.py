"""Bandit's distribution on disk, read without importing anything of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def distribution_file(name: str) -> str:
    """
    A file of Bandit's ``dist-info`` folder, looked for beside the package, or else in the slower way.
    Raises ImportError when there is none.
    """
    spec = importlib.util.find_spec("bandit")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        for folder in Path(package).parent.glob("bandit-*.dist-info"):
            return (folder / name).read_text("utf-8")
    from importlib import metadata

    return metadata.distribution("bandit").read_text(name) or ""


def version() -> str:
    """Bandit's version, or ``missing``."""
    try:
        text = distribution_file("METADATA")
    except ImportError:
        return "missing"
    return next((line.split()[1] for line in text.splitlines() if line.startswith("Version:")), "unknown")
