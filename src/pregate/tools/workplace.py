"""
The folder in which a scanner works: a copy of the files that concern it, and nothing else of the tree.

Every file is created anew and for itself, so that no name of the change leads out of the folder; what has a
name that git or a file system would take for something else is not laid out, and said so.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from pregate.model import Unread, UnreadReason

_LONGEST = 4096
_WAYS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Workplace:
    """
    A private folder with ``tree`` (the files), ``out`` (results), ``home`` and ``tmp``; gone at the end of
    the context.
    """

    def __init__(self) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="pregate-")).resolve()
        self.tree, self.out, self.home, self._tmp = (self._base / n for n in ("tree", "out", "home", "tmp"))
        for folder in (self.tree, self.out, self.home, self._tmp):
            folder.mkdir(mode=0o700)
        self.texts: dict[str, bytes] = {}

    def lay(self, path: str, data: bytes) -> Unread | None:
        """Puts a file at its path; why that cannot be done, if it cannot."""
        if not is_plain(path):
            return Unread(path, UnreadReason.NOT_ASKED, "its name is not given to other programs")
        target = self.tree / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(target, _WAYS, 0o600), "wb") as file:
                file.write(data)
        except OSError as error:
            return Unread(path, UnreadReason.NOT_ASKED, f"cannot be laid out: {error.strerror}")
        self.texts[path] = data
        return None

    def text(self, path: str) -> bytes | None:
        """What the file at a path held when it was laid out."""
        return self.texts.get(path)

    def environment(self, scanner_path: str, more: Mapping[str, str]) -> dict[str, str]:
        """All the variables that a scanner sees; ``more`` cannot bring back another PATH."""
        return {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self._tmp),
            **more,
            # A scanner that asks git is not to find a repository around the folder.
            "GIT_CEILING_DIRECTORIES": str(self._base),
            "PATH": scanner_path,
        }

    def file(self, name: str) -> Path:
        """A new file outside the tree for what a scanner prints."""
        return self._base / name

    def read(self, path: Path, limit: int) -> bytes | None:
        """The first ``limit`` + 1 bytes of an ordinary file; None where a scanner wrote none."""
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        with os.fdopen(handle, "rb") as file:
            return file.read(limit + 1)

    def close(self) -> None:
        """Removes everything."""
        shutil.rmtree(self._base, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_plain(path: str) -> bool:
    """Whether a path names a file below a folder, and nothing that git would take for its own."""
    parts = path.split("/")
    odd = {"", ".", ".."}
    return (
        len(path) <= _LONGEST
        and "\0" not in path
        and "\\" not in path
        and not odd.intersection(parts)
        and not any(part.casefold().rstrip(" .") == ".git" for part in parts)
    )
