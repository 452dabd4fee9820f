"""Files that are made where nothing was: never over another one, never through a symbolic link."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path, PurePosixPath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def in_the_way(root: Path, path: str) -> str:
    """Why no file can be made at ``path`` below ``root``, in words; ``""`` when one can, as things stand."""
    *folders, name = PurePosixPath(path).parts
    here = root
    for folder in folders:
        here /= folder
        if not os.path.lexists(here):
            return ""
        kind = here.lstat().st_mode
        if stat.S_ISLNK(kind):
            return f"{here.relative_to(root)} is a symbolic link, and none is followed"
        if not stat.S_ISDIR(kind):
            return f"{here.relative_to(root)} is no folder"
    return "it is there already" if os.path.lexists(here / name) else ""


def make_file(root: Path, path: str, text: str) -> None:
    """
    Makes the file and the folders above it, below ``root``. Raises OSError when it cannot be made, is there
    already, or would stand behind a symbolic link; then nothing of the file is left.
    """
    *folders, name = PurePosixPath(path).parts
    if not name or ".." in (*folders, name) or path.startswith("/"):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = _folder(folder, here)
            os.close(here)
            here = inner
        _write(name, here, text.encode())
    finally:
        os.close(here)


def _folder(name: str, parent: int) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)


def _write(name: str, parent: int, data: bytes) -> None:
    handle = os.open(name, _NEW, 0o666, dir_fd=parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except (OSError, KeyboardInterrupt):
        os.unlink(name, dir_fd=parent)
        raise
