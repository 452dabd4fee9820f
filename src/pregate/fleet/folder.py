"""
Results in a directory, which one process writes.

Every file is written beside its place and moved there, so that a run which is ended at any moment leaves
whole files, and the next one goes on from them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pregate.errors import PregateError, UsageError

_CHUNK = 1 << 20


class Folder:
    """A place for results: ``directory``, which is made. Implements :class:`pregate.fleet.keeping.Store`."""

    readers = 1

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextmanager
    def held(self) -> Iterator[None]:
        """Makes the directory and keeps other runs out of it. Raises UsageError where one is there."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._directory / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PregateError(
                f"the directory of results cannot be used: {error.strerror}", "Name another: --results DIR."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise UsageError(
                "another run writes into this directory of results", "Wait for it, or name another."
            ) from error
        except OSError as error:
            os.close(handle)
            raise PregateError(
                f"the directory of results cannot be locked: {error.strerror}",
                "Name one of a file system that has locks: --results DIR.",
            ) from error
        try:
            yield
        finally:
            os.close(handle)

    def has(self, name: str) -> bool:
        """Whether there is such a file with anything in it: a machine that fails may leave an empty one."""
        path = self._directory / name
        return path.is_file() and path.stat().st_size > 0

    def sizes(self, folder: str) -> Mapping[str, int]:
        """The files below a folder, also what a run that was killed had not finished, with their bytes."""
        found = {}
        for place, _, names in os.walk(self._directory / folder):
            for name in names:
                path = Path(place, name)
                with contextlib.suppress(OSError):
                    found[path.relative_to(self._directory).as_posix()] = path.lstat().st_size
        return found

    def remove(self, name: str) -> None:
        """Takes a file away, and its folder where it was the last one in it. Raises PregateError."""
        path = self._directory / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise PregateError(
                f"a result cannot be removed: {error.strerror}", "May pregate write to that directory?"
            ) from error
        with contextlib.suppress(OSError):
            path.parent.rmdir()

    def read(self, name: str, limit: int) -> bytes | None:
        """The first ``limit`` bytes of a file, ``None`` where there is none to read."""
        try:
            with (self._directory / name).open("rb") as file:
                return file.read(limit)
        except OSError:
            return None

    def write(self, name: str, data: bytes, *, compressed: bool = False) -> None:
        """
        Writes the whole file or none; ``compressed`` data are written as they were before. Raises
        PregateError.
        """
        try:
            _write(self._directory / name, data, compressed)
        except (OSError, zlib.error) as error:
            words = getattr(error, "strerror", None) or type(error).__name__
            raise PregateError(
                f"a result cannot be written: {words}", "Is there space, and may pregate write there?"
            ) from error


def _write(place: Path, data: bytes, compressed: bool) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.parent / f".new-{os.urandom(8).hex()}"
    # Who may read it is for the user's mask to say.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
            if compressed:
                stream = zlib.decompressobj()
                file.write(stream.decompress(data, _CHUNK))
                while stream.unconsumed_tail:
                    file.write(stream.decompress(stream.unconsumed_tail, _CHUNK))
                file.write(stream.flush())
            else:
                file.write(data)
        temporary.replace(place)
    finally:
        # It is gone where it was moved.
        with contextlib.suppress(OSError):
            temporary.unlink()
