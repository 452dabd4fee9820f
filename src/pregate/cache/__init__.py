"""
Results by content: what was analysed before is not analysed again.

A key is a digest of the check's name, version and options, the path and git's blob id, so a result can never
be used for other content. Every entry carries a checksum over key and value (:mod:`pregate.cache.sealing`); a
damaged entry is dropped, a damaged or foreign file is replaced, and a cache that cannot be used makes the run
slower, never wrong. Values are what reports may show: no secret is among them.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.digests import sha256
from pregate.logs import logger

if TYPE_CHECKING:
    from typing import Self

    from pregate.cache.sealing import Seal

LAYOUT = 1
LIMIT = 128 * 1024 * 1024
_KEY = 32
_log = logger(__name__)


class Cache:
    """A cache that holds nothing and keeps nothing; :func:`cache_at` gives one that does."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether anything that is put here can be kept."""
        return False

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:  # noqa: ARG002 - see FileCache
        """The values that are there and whole, by key."""
        return {}

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keeps the entries; failing to is no error."""

    def touch(self, keys: Iterable[bytes]) -> None:
        """Marks entries as used today, so that the oldest go first when the cache is full."""

    def absorb(self, directory: Path) -> int:  # noqa: ARG002 - see FileCache
        """
        Takes over the whole entries of the cache in another directory that has the same seal: how many.
        Raises OSError when there is none, and sqlite3.Error when it cannot be read.
        """
        return 0

    def close(self) -> None:
        """Drops the least recently used entries over the limit and closes the files."""


def cache_at(
    directory: Path | None,
    limit: int = LIMIT,
    seal: Seal | None = None,
    others: Sequence[tuple[Path, Seal]] = (),
) -> Cache:
    """The cache in a folder, as :class:`pregate.cache.file.FileCache` has it; one of nothing for ``None``."""
    if directory is None:
        return Cache()
    from pregate.cache.file import FileCache  # and SQLite

    return FileCache(directory, limit, seal, others)


class Keys:
    """
    Keys that begin with the same ``parts``: ``of(*more)`` is ``key_of(*parts, *more)`` for less work.
    """

    def __init__(self, *parts: str) -> None:
        self._digest = sha256(str(LAYOUT).encode() + _framed(parts))

    def of(self, *more: str) -> bytes:
        """32 bytes, different for different lists of parts."""
        digest = self._digest.copy()
        digest.update(_framed(more))
        return digest.digest()


def key_of(*parts: str) -> bytes:
    """A key from what a result depends on: 32 bytes, different for different lists of parts."""
    return sha256(str(LAYOUT).encode() + _framed(parts)).digest()


def _framed(parts: Iterable[str]) -> bytes:
    data = [part.encode("utf-8", "surrogateescape") for part in parts]
    return b"".join(piece for part in data for piece in (len(part).to_bytes(8, "big"), part))


def own_key(directory: Path | None) -> bytes | None:
    """
    A key of 32 bytes that belongs to the cache in ``directory`` and stays the same as long as that is there;
    made at the first call, for its owner's eyes only. ``None`` where none can be kept.

    Digests under it, of what is itself not kept, tell equal from different between runs. Whoever has the key
    as well as the digests can try guesses.
    """
    if directory is None:
        return None
    path = directory / "history.key"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make_key(path)
        is_private = is_ours(directory) and is_ours(path) and not path.lstat().st_mode & 0o077
        data = path.read_bytes() if is_private else b""
    except OSError as error:
        _log.debug("no key at %s: %s", path, error.strerror)
        return None
    return data if len(data) == _KEY else None


def _make_key(path: Path) -> None:
    """Whole or not at all, and never over one that another process has just made."""
    import tempfile

    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".key-") as file:
        file.write(os.urandom(_KEY))
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


def default_directory(environ: Mapping[str, str]) -> Path | None:
    """``$XDG_CACHE_HOME/pregate``, else ``~/.cache/pregate``; ``None`` when there is no home."""
    base = environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base) / "pregate"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(home) / ".cache" / "pregate" if home else None


def advisory_index(environ: Mapping[str, str]) -> Path | None:
    """
    Where the user's own index of advisories stands: in ``PREGATE_CACHE_DIR``, else in the user's cache
    folder; ``None`` when there is no home.
    """
    named = environ.get("PREGATE_CACHE_DIR")
    folder = Path(named) if named else default_directory(environ)
    return folder / "advisories.sqlite" if folder else None


def is_ours(path: Path) -> bool:
    """Whether a file or folder belongs to this user, and nobody else may write to it. Raises OSError."""
    if not hasattr(os, "getuid"):
        return True
    status = path.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
