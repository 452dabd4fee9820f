"""Files that pregate keeps in a repository, under ``.pregate/``: read and written on disk."""

from __future__ import annotations

import os
from pathlib import Path

from pregate.errors import PregateError
from pregate.model import Mode, Unread

FOLDER = ".pregate"
LIMIT = 32 << 20
"""Bytes of a file that is read."""


def read_kept(root: Path, path: str) -> bytes | None:
    """
    The bytes of a file in the working tree; None where there is none. Raises PregateError for a link, and for
    what cannot be read.
    """
    from pregate.changes.disk import Disk

    disk = Disk(os.fsencode(root))
    blob = disk.blob(path)
    if blob is None:
        return None
    data = disk.read(blob, LIMIT) if blob.mode in (Mode.FILE, Mode.EXECUTABLE) else None
    if not isinstance(data, bytes):
        words = data.detail if isinstance(data, Unread) else "it is a symbolic link, or behind one"
        raise PregateError(f"{path} cannot be used: {words}", "Make it a plain file in plain folders.")
    return data


def write_kept(root: Path, path: str, data: bytes) -> None:
    """Writes a file in the working tree, whole or not at all. Raises PregateError as :func:`read_kept`."""
    from pregate.changes.disk import Disk

    disk, before = Disk(os.fsencode(root)), read_kept(root, path)
    try:
        if before is None:
            disk.create(path, data)
        elif before != data:
            disk.replace(path, before, data)
    except OSError as error:
        words = (error.strerror or "it cannot be").lower()
        raise PregateError(f"cannot write {path}: {words}", "Nothing more was written.") from None
