"""
Which plug-ins are installed: entry points in the metadata of distributions, outside the tree.

Folders of ``sys.path`` that lie in the tree under judgement are passed over, and so is the current
directory, which Python itself puts there for ``python -m``: a ``.dist-info`` that a change brings is text
like any other. The folders in which the running interpreter keeps what is installed count even there: a
virtual environment within a checkout is where pregate itself comes from.
Source: Python Packaging User Guide, "Entry points specification".
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from pregate.errors import ScannerError
from pregate.records import dataclass

CHECKS = "pregate.checks"
REPORTS = "pregate.reports"


@dataclass(frozen=True, slots=True)
class Plugin:
    """
    One entry point: ``place`` is ``module:attribute``, ``distribution`` and ``version`` are of what brings
    it.
    """

    name: str
    group: str
    place: str
    distribution: str
    version: str


def installed(group: str, tree: Path | None) -> tuple[Plugin, ...]:
    """
    The entry points of a group, by name; ``tree`` is the root of what is judged, which has no say in it.
    """
    return tuple(plugin for plugin in _all(folders(tree)) if plugin.group == group)


def find(group: str, name: str, tree: Path | None) -> Plugin:
    """
    The plug-in of that name. Raises ScannerError where none is installed, or two are, with the names of those
    that are.
    """
    known = installed(group, tree)
    fitting = [plugin for plugin in known if plugin.name == name]
    if len(fitting) > 1:
        names = ", ".join(sorted(plugin.distribution for plugin in fitting))
        raise ScannerError(f"the plug-in {name} is there twice: {names}", "Uninstall one of them.")
    if not fitting:
        words = ", ".join(sorted({plugin.name for plugin in known})) or "none"
        raise ScannerError(
            f"the plug-in {name} is not installed",
            f"Install its distribution where pregate is (pip install …). Installed for {group}: {words}.",
        )
    return fitting[0]


def folders(tree: Path | None) -> tuple[str, ...]:
    """
    The folders of ``sys.path`` from which plug-ins may come: absolute, with no link into the tree among them.
    """
    own, here = _interpreters_own(), os.path.realpath(os.curdir)
    kept = []
    for folder in sys.path:
        real = os.path.realpath(folder or os.curdir)
        if real in own or (real != here and not is_in_tree(real, tree)):
            kept.append(os.path.abspath(folder))  # noqa: PTH100
    return tuple(dict.fromkeys(kept))


def is_in_tree(path: str, tree: Path | None) -> bool:
    """Whether what is at ``path`` came with the tree: within it, and not where the interpreter installs."""
    if tree is None:
        return False
    real = os.path.realpath(path)
    return _is_below(real, os.path.realpath(tree)) and not any(
        _is_below(real, o) for o in _interpreters_own()
    )


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))  # noqa: PTH118


@contextlib.contextmanager
def only(allowed: tuple[str, ...]) -> Iterator[None]:
    """Imports in the block look into these folders alone."""
    saved = sys.path[:]
    sys.path[:] = allowed
    try:
        yield
    finally:
        sys.path[:] = saved


@functools.cache
def _interpreters_own() -> frozenset[str]:
    """Where the running interpreter keeps its library and what is installed for it."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    places = {sysconfig.get_path(name) for name in names}
    places |= {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()
    return frozenset(os.path.realpath(place) for place in places if place)


@functools.lru_cache(maxsize=8)
def _all(allowed: tuple[str, ...]) -> tuple[Plugin, ...]:
    """As Python's import does: of two distributions of one name the first is the one that counts."""
    found: list[Plugin] = []
    seen: set[str] = set()
    for distribution in importlib.metadata.distributions(path=list(allowed)):
        name = str(distribution.metadata["Name"] or "")
        key = name.lower().replace("_", "-").replace(".", "-")
        if not name or key in seen:
            continue
        seen.add(key)
        found += (
            Plugin(entry.name, entry.group, entry.value, name, distribution.version)
            for entry in distribution.entry_points
            if entry.group in (CHECKS, REPORTS)
        )
    return tuple(sorted(found, key=lambda plugin: (plugin.group, plugin.name, plugin.distribution)))
