"""A database on this machine, opened when something is asked that is not known beforehand."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.errors import AdvisoryError
from pregate.logs import logger

if TYPE_CHECKING:
    from pregate.advisories.directory import OsvDirectory
    from pregate.advisories.index import OsvIndex
    from pregate.lockfiles.model import Advisory, Package

MAGIC = b"SQLite format 3\0"
HINT = (
    "Give an index that pregate advisories made, or a folder or a zip archive of OSV records (one JSON file "
    "each), as OSV publishes them."
)
_log = logger(__name__)


def is_index(path: Path) -> bool:
    """Whether the file at ``path`` is SQLite's, by its first bytes."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def is_trusted(path: Path) -> bool:
    """
    Whether nobody but this user and the machine's owner may have written the file, or put it in its folder;
    the log tells when it is not so.
    """
    if not hasattr(os, "getuid"):
        return True
    for place in (path, path.parent):
        status = place.stat()
        sticky = place == path.parent and status.st_mode & stat.S_ISVTX
        if status.st_uid not in (os.getuid(), 0) or (status.st_mode & 0o022 and not sticky):
            what = "it" if place == path else "its folder"
            _log.warning("%s is not used: others may write to %s, or it is somebody else's", path, what)
            return False
    return True


class LocalDatabase:
    """
    The port ``AdvisorySource`` on the index, folder or archive at ``path``; also ``Identified``, so that
    answers may be remembered. Raises AdvisoryError when there is nothing.

    ``max_age`` is how many days old it may be, 0 for any age; ``now`` gives the time in seconds since the
    epoch. ``remark`` is said of it beside what it is; with ``own`` nothing but an index is taken.
    """

    def __init__(
        self,
        path: Path,
        max_age: int = 0,
        now: Callable[[], float] = time.time,
        remark: str = "",
        *,
        own: bool = False,
    ) -> None:
        if not path.exists():
            raise AdvisoryError(f"there is no vulnerability database at {path}", HINT)
        self._path = path
        self._max_age = max_age
        self._now = now
        self._remark = remark
        self._own = own
        self._opened: OsvIndex | OsvDirectory | None = None

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """As the port says. Raises AdvisoryError for a database that is damaged or too old."""
        return self.opened.advisories_for(packages)

    def covers(self, ecosystem: str) -> bool:
        """As the port says."""
        return self.opened.covers(ecosystem)

    def describe(self) -> str:
        """As the port says."""
        return self.opened.describe()

    def identity(self) -> str:
        """As ``Identified`` says."""
        from pregate.advisories.identity import identity_of

        identity = identity_of(self._path, self._now())
        # The user's own is refused where it is no index, which the same file under --advisories is not.
        return f"{identity} own" if identity and self._own else identity

    def told(self) -> str:
        """As ``Identified`` says."""
        return self.opened.told().dump()

    def describe_again(self, told: str) -> str:
        """As ``Identified`` says."""
        from pregate.advisories.told import load

        known, now = load(told), self._now()
        known.refuse_old(self._path, self._max_age, now)
        return known.describe(self._path, self._remark, now)

    @property
    def opened(self) -> OsvIndex | OsvDirectory:
        """What reads it."""
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> OsvIndex | OsvDirectory:
        if self._own or (self._path.is_file() and is_index(self._path)):
            from pregate.advisories.index import OsvIndex

            return OsvIndex(self._path, self._max_age, self._now, self._remark)
        from pregate.advisories.directory import OsvDirectory

        return OsvDirectory(self._path, self._max_age, self._now)
