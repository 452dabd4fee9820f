"""
Git, and nothing else: which files a change touches, which lines it adds, and the bytes of any version of a
file.

``open_source`` gives what a selection is taken from: a :class:`Repository`, or a :class:`Folder` where there
is no git. Both answer ``changes(selection)`` and ``contents()``. Everything in a repository, its
configuration included, is taken to be hostile: see :mod:`pregate.changes.environment`. Names are imported
when they are first used, because the hook's start-up counts.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pregate.changes.contents import Contents
    from pregate.changes.folder import Folder
    from pregate.changes.repository import Repository, Source, open_source
    from pregate.changes.selection import Commits, Everything, Paths, Range, Selection, Staged, Worktree

__all__ = [
    "Commits",
    "Contents",
    "Everything",
    "Folder",
    "Paths",
    "Range",
    "Repository",
    "Selection",
    "Source",
    "Staged",
    "Worktree",
    "open_source",
]

_HOMES = {"Contents": "contents", "Folder": "folder", "Repository": "repository", "Source": "repository"}
_HOMES["open_source"] = "repository"


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'selection')}"), name)
