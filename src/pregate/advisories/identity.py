"""
What tells one content of a local database from any other, without reading the database.

A file's inode, size and times change with its content, but clocks tick: one that is replaced within the tick
in which it was written may look the same afterwards. So nothing is said of a file that was touched a moment
ago (git does so with its index: https://git-scm.com/docs/racy-git), and the parts that hold the checksums of
all others are looked at as well: the table of contents of an index stands at its beginning
(:mod:`pregate.advisories.building`), that of a zip archive at its end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pregate.digests import sha256

_MOMENT = 2_000_000_000  # nanoseconds: the coarsest clock of a file system, FAT's, ticks every two seconds
_LOOKED_AT = 32 * 1024


def identity_of(path: Path, now: float) -> str:
    """
    A digest of the file at ``path``, or of all files in a folder and below it, by what the file system tells
    of them; ``""`` where that is not certain: something was touched within two seconds before ``now``
    (seconds since the epoch) or after it, or cannot be looked at.
    """
    digest = sha256()
    latest = int(now * 1_000_000_000) - _MOMENT
    try:
        if not path.is_dir():
            is_certain = _add(digest, str(path), latest)
            with path.open("rb") as file:
                digest.update(file.read(_LOOKED_AT))
                file.seek(-min(_LOOKED_AT, file.seek(0, os.SEEK_END)), os.SEEK_END)
                digest.update(file.read(_LOOKED_AT))
            return digest.hexdigest() if is_certain else ""
        return digest.hexdigest() if _add_folder(digest, str(path), latest) else ""
    except OSError:
        return ""


def _add_folder(digest: Any, path: str, latest: int) -> bool:
    """Every file and folder, as :mod:`pregate.advisories.files` reads them; whether all of it is certain."""
    with os.scandir(path) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if not _add(digest, path, latest):
        return False
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != ".git" and not _add_folder(digest, entry.path, latest):
                return False
        elif not _add(digest, entry.path, latest):
            return False
    return True


def _add(digest: Any, path: str, latest: int) -> bool:
    """What the file system says of one, which a change cannot leave as it is; whether that is certain."""
    status = Path(path).stat()
    times = status.st_mtime_ns, status.st_ctime_ns
    told = (path, status.st_dev, status.st_ino, status.st_mode, status.st_size, *times)
    digest.update(repr(told).encode("utf-8", "surrogateescape"))
    return max(times) < latest
