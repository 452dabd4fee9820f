"""
What a part of a repository found, on its way from the task that analysed it to the one that judges the whole.

It is the file of a :class:`pregate.cache.Cache`, compressed: results by content, each with its checksum. What
is damaged, missing or too large for the way is analysed anew by the task that judges. On its way it is kept
among the results of runs (:mod:`pregate.fleet.part_store`).
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from pregate.cache import LAYOUT
from pregate.cache.keeping import Keeping
from pregate.records import replace

MOST = 1000
"""How many parts a repository may have."""
_CHUNK = 1 << 20
LIMIT = 512 << 20
"""How many bytes one part may take on its way."""
_UNPACKED = 16 << 30
_NO_LIMIT = 1 << 50
_NAME = f"results-{LAYOUT}.sqlite"


class Share:
    """
    The results of one part, compressed: ``kept`` gives them, or is them. Pickled, as for another process, it
    is its bytes, so that they are in memory only while they are sent.
    """

    __slots__ = ("_kept",)

    def __init__(self, kept: Callable[[], bytes] | bytes) -> None:
        self._kept = kept

    def __reduce__(self) -> tuple[Callable[..., Share], tuple[bytes]]:
        return Share, (self.read(),)

    def read(self) -> bytes:
        """The compressed bytes, ``b""`` where they are not to be had."""
        return self._kept if isinstance(self._kept, bytes) else self._kept()


def parts_of(files: int, shards: int, shard_files: int) -> int:
    """
    In how many parts a repository with so many files is analysed: ``shards`` where they are asked for, else
    as many as it takes for ``shard_files`` files each; one where it has no more than those.
    """
    if shard_files and files <= shard_files:
        return 1
    return min(MOST, shards or (-(-files // shard_files) if shard_files else 1))


def packed(directory: Path) -> bytes:
    """The results in a cache's directory for the way, ``b""`` where there are none or too many."""
    engine, parts, size = zlib.compressobj(1), [], 0
    try:
        with (directory / _NAME).open("rb") as file:
            while data := file.read(_CHUNK):
                parts.append(engine.compress(data))
                size += len(parts[-1])
                if size > LIMIT:
                    return b""
    except OSError:
        return b""
    return b"".join((*parts, engine.flush()))


def joined(shares: Sequence[Share], folder: Path, keeping: Keeping) -> Path:
    """
    A cache's directory below ``folder`` with the results of all shares that have the seal of ``keeping``.
    Raises OSError of the disk.
    """
    whole = folder / "whole"
    with replace(keeping, limit=_NO_LIMIT).open(whole) as cache:
        for share in shares:
            # A damaged one is as good as none.
            with contextlib.suppress(zlib.error, sqlite3.Error, FileNotFoundError):
                cache.absorb(_unpacked(share, folder / "share"))
    return whole


def _unpacked(share: Share, place: Path) -> Path:
    place.mkdir(exist_ok=True)
    data, stream, size = share.read(), zlib.decompressobj(), 0
    with (place / _NAME).open("wb") as file:
        while size <= _UNPACKED and (piece := stream.decompress(data, _CHUNK)):
            size += file.write(piece)
            data = stream.unconsumed_tail
        if size > _UNPACKED or not stream.eof:
            raise zlib.error("no whole results")
    return place
