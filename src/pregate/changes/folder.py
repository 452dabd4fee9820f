"""Files without a repository: explicit paths, as they stand on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pregate.changes.contents import Contents
from pregate.changes.disk import Disk
from pregate.changes.selection import Paths, Selection
from pregate.errors import ChangesError
from pregate.model import WORKTREE, ChangedFile, ChangeSet


class Folder:
    """A directory outside any repository. ``prefix`` is always empty: paths are relative to the directory."""

    prefix = ""

    def __init__(self, directory: Path) -> None:
        self.root: Path | None = Path(os.path.realpath(directory))
        self._disk = Disk(os.fsencode(self.root))
        self._given = directory

    def changes(self, selection: Selection) -> ChangeSet:
        """
        The files of ``Paths``. Raises ChangesError for any other selection, and for a path that is not here.
        """
        if not isinstance(selection, Paths):
            raise ChangesError(
                f"Not a git repository: {self.root}.",
                "Run pregate inside one, or give the files and directories to scan.",
            )
        names = [relative(path, str(self.root), self._given, "") for path in selection.paths]
        return paths_on_disk(self._disk, names, self._disk.walk)

    def contents(self, change: ChangeSet | None = None) -> Contents:  # noqa: ARG002 - there is no index
        """A reader of these files."""
        return Contents(None, self._disk)

    def brings(self, folder: Path) -> bool:  # noqa: ARG002 - the protocol's shape
        """Never: what is here is the user's own."""
        return False


def relative(path: str, root: str, directory: Path, prefix: str) -> str:
    """
    A path that the user gave, relative to ``root``; ``""`` is the root itself.

    ``directory`` is where relative paths start and ``prefix`` where that stands in the root. Only the text is
    looked at, so that no symbolic link is followed. Raises ChangesError for one that is outside.
    """
    name = os.path.normpath(os.path.join(root, prefix, path))  # noqa: PTH118 - no link may be followed
    below = os.path.join(os.path.abspath(directory), "")  # noqa: PTH100, PTH118 - as the user wrote it
    for start, ahead in ((os.path.join(root, ""), ""), (below, prefix)):  # noqa: PTH118
        if (name + "/").startswith(start):
            return os.path.join(ahead, name[len(start) :]).rstrip("/")  # noqa: PTH118
    raise ChangesError(f"{path!r} is outside {root}.", "Run pregate from a directory that holds it.")


def paths_on_disk(disk: Disk, names: Iterable[str], expand: Callable[[str], Iterator[str]]) -> ChangeSet:
    """
    Files as they stand; ``expand`` gives those of a directory. Raises ChangesError for a path where there is
    nothing.
    """
    names = tuple(names)
    found: dict[str, ChangedFile] = {}
    for name in names:
        folder = disk.is_folder(name)
        for path in expand(name) if folder else (name,):
            blob = disk.blob(path) if path not in found else None
            if blob:
                found[path] = ChangedFile(blob)
        if not folder and name not in found:
            raise ChangesError(
                f"No such file or directory: {name!r}.",
                "Paths are taken from the working tree, relative to the current directory.",
            )
    files = tuple(found[path] for path in sorted(found))
    return ChangeSet(
        files, f"{count(len(files), 'file')} given by path", False, WORKTREE, WORKTREE, is_whole="" in names
    )


def count(number: int, word: str) -> str:
    """A number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
