"""Files of a working tree, read without following a symbolic link, not even in the middle of a path."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pregate.changes.parsing import is_inside, to_bytes, to_text
from pregate.model import WORKTREE, Blob, Mode, Unread, UnreadReason

IDENTIFIED = 8 << 20
"""Files up to this size get git's blob id, so that what is known of them from a cache is used."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class _BehindLinkError(OSError):
    """A directory of the path is a symbolic link."""


class Disk:
    """
    The tree under ``root``. Paths are relative to it, as in the model; ``algorithm`` is that of the object
    ids.
    """

    def __init__(self, root: bytes, algorithm: str = "sha1") -> None:
        self.root = root
        self._algorithm = algorithm

    def blob(self, path: str) -> Blob | None:
        """
        The file as it stands now; ``None`` where there is nothing or a directory.

        A pipe, socket or device is given as a plain file: reading it says why it cannot be. A directory that
        holds a repository of its own is a submodule.
        """
        try:
            with self._parent(path) as (folder, name):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISLNK(found.st_mode):
                    target = blob_id(os.readlink(name, dir_fd=folder), self._algorithm)
                    return Blob(path, target, Mode.SYMBOLIC_LINK, WORKTREE)
        except _BehindLinkError:
            return Blob(path, "", Mode.SYMBOLIC_LINK, WORKTREE)
        except OSError:
            return None
        if stat.S_ISDIR(found.st_mode):
            return Blob(path, "", Mode.SUBMODULE, WORKTREE) if self._is_nested(path) else None
        mode = Mode.EXECUTABLE if found.st_mode & stat.S_IXUSR else Mode.FILE
        return Blob(path, self._identify(path) if found.st_size <= IDENTIFIED else "", mode, WORKTREE)

    def link_target(self, path: str) -> str:
        """What a symbolic link names, as it is written; ``""`` when there is no link."""
        try:
            with self._parent(path) as (folder, name):
                return to_text(os.readlink(name, dir_fd=folder))
        except OSError:
            return ""

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a file now, which must be those that its ``oid`` names if it has one; or why not."""
        data = self._bytes(blob.path, limit)
        if isinstance(data, bytes) and blob.oid and blob.oid != blob_id(data, self._algorithm):
            return Unread(blob.path, UnreadReason.MISSING, "it was changed while pregate ran")
        return data

    def replace(self, path: str, before: bytes, after: bytes) -> None:
        """
        Writes a file anew, whole or not at all, with the permissions that it has.

        Raises OSError when it cannot be written, is no plain file, stands behind a symbolic link or is one,
        or is not ``before`` any more.
        """
        with self._parent(path) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode) or self._bytes(path, len(before)) != before:
                raise OSError(errno.EBUSY, "it was changed while pregate ran")
            temporary = b".pregate-%s" % os.urandom(8).hex().encode()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(temporary, flags, 0o600, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(after)
                    file.flush()
                    os.fchmod(handle, stat.S_IMODE(found.st_mode))
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            finally:
                with suppress(FileNotFoundError):  # it is gone where it was moved
                    os.unlink(temporary, dir_fd=folder)

    def create(self, path: str, data: bytes) -> None:
        """
        Writes a file that is not there yet, with its last folder where that is missing.

        Raises OSError when something is there already, or the path leads through a symbolic link; then, or
        when the run is interrupted, nothing of the file is left.
        """
        folder = os.path.dirname(path)  # noqa: PTH120 - as text of the model
        if folder and not self.is_folder(folder):
            with self._parent(folder) as (above, name):
                os.mkdir(name, 0o777, dir_fd=above)
        with self._parent(path) as (above, name):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(name, flags, 0o666, dir_fd=above)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
            except (OSError, KeyboardInterrupt):
                os.unlink(name, dir_fd=above)
                raise

    def is_folder(self, path: str) -> bool:
        """Whether there is a directory, reached without a symbolic link; ``""`` is the root."""
        if not path:
            return True
        try:
            with self._parent(path) as (folder, name):
                return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
        except OSError:
            return False

    def walk(self, path: str) -> Iterator[str]:
        """Every file and link under a directory, in order of names; git's own directories are passed over."""
        start = os.path.join(self.root, to_bytes(path)) if path else self.root  # noqa: PTH118 - bytes
        for folder, folders, files in os.walk(start):
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118
            folders[:] = sorted(name for name in folders if name != b".git")
            for name in sorted((*files, *links)):
                full = os.path.join(folder, name)  # noqa: PTH118
                yield to_text(full[len(self.root.rstrip(b"/")) + 1 :])

    def _is_nested(self, path: str) -> bool:
        try:
            with self._parent(f"{path}/.git") as (folder, name):
                os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return False
        return True

    def _identify(self, path: str) -> str:
        data = self._bytes(path, IDENTIFIED)
        return blob_id(data, self._algorithm) if isinstance(data, bytes) else ""

    def _bytes(self, path: str, limit: int) -> bytes | Unread:
        try:
            with self._parent(path) as (folder, name):
                before = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISLNK(before.st_mode):
                    return Unread(path, UnreadReason.SYMBOLIC_LINK, "symbolic links are not followed")
                if not stat.S_ISREG(before.st_mode):
                    return Unread(path, UnreadReason.MISSING, "it is not a regular file")
                return _read_file(os.open(name, _FILE, dir_fd=folder), path, limit)
        except _BehindLinkError:
            return Unread(
                path, UnreadReason.SYMBOLIC_LINK, "it stands behind a symbolic link, which is not followed"
            )
        except OSError as error:
            if error.errno == errno.ELOOP:
                return Unread(path, UnreadReason.SYMBOLIC_LINK, "symbolic links are not followed")
            return Unread(path, UnreadReason.MISSING, (error.strerror or "it cannot be read").lower())

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, bytes]]:
        """The directory that holds the file, opened, and the file's name. Raises OSError."""
        *folders, name = to_bytes(path).split(b"/")
        if not is_inside(path):
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for folder in folders:
                if stat.S_ISLNK(os.stat(folder, dir_fd=handle, follow_symlinks=False).st_mode):
                    raise _BehindLinkError(errno.ELOOP, os.strerror(errno.ELOOP))
                inner = os.open(folder, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle, name
        finally:
            os.close(handle)


def blob_id(data: bytes, algorithm: str) -> str:
    """Git's object id of a blob with this content (gitformat-pack(5), loose objects)."""
    import hashlib

    digest = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def too_large(path: str, size: int, limit: int) -> Unread:
    """The entry for a file over the limit, with both sizes."""
    return Unread(path, UnreadReason.TOO_LARGE, f"{_size(size)}, over the limit of {_size(limit)}")


def _size(count: int) -> str:
    if count < 1 << 10:
        return f"{count} bytes"
    if count < 1 << 20:
        return f"{count / (1 << 10):.1f} KiB"
    return f"{count / (1 << 20):.1f} MiB"


def _read_file(handle: int, path: str, limit: int) -> bytes | Unread:
    with open(handle, "rb", buffering=0) as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return Unread(path, UnreadReason.MISSING, "it is not a regular file")
        if found.st_size > limit:
            return too_large(path, found.st_size, limit)
        parts = []
        left = limit + 1
        while left and (part := file.read(min(left, 1 << 20))):
            parts.append(part)
            left -= len(part)
    return b"".join(parts) if left else too_large(path, limit + 1, limit)
