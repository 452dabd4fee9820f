"""Bandit's distribution on disk, read without importing anything of it, nor what would look for it."""

# ruff: noqa: PTH118, PTH119, PTH120, PTH123, PTH208 - pathlib takes longer to import than this to run

from __future__ import annotations

import os
import sys
from functools import cache


def distribution_file(name: str) -> str:
    """
    A file of Bandit's ``dist-info`` folder, looked for beside the package, or else in the slower way; ``""``
    when the folder has none of that name. Raises ImportError when there is no Bandit.
    """
    folder = _folder()
    if folder:
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""
    from importlib import metadata

    return metadata.distribution("bandit").read_text(name) or ""


def version() -> str:
    """Bandit's version, or ``missing``."""
    folder = _folder()
    if folder:
        return os.path.basename(folder).removeprefix("bandit-").removesuffix(".dist-info")
    try:
        text = distribution_file("METADATA")
    except ImportError:
        return "missing"
    return next((line.split()[1] for line in text.splitlines() if line.startswith("Version:")), "unknown")


@cache
def _folder() -> str:
    """``""`` when there is none beside the package that ``import bandit`` would find."""
    finders = (getattr(finder, "find_spec", None) for finder in sys.meta_path)
    spec = next((spec for find in finders if find and (spec := find("bandit", None))), None)
    for package in (spec.submodule_search_locations or ()) if spec else ():
        above: str = os.path.dirname(package)
        for name in sorted(os.listdir(above)):
            if name.startswith("bandit-") and name.endswith(".dist-info"):
                return os.path.join(above, name)
    return ""
