"""What a scan needs of others: contents, and somebody who watches; and how its work is divided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from pregate.digests import blake2b
from pregate.model import Blob, Outcome, Unread
from pregate.records import dataclass


class Source(Protocol):
    """Where contents come from: git objects, the index or the working tree (``pregate.changes``)."""

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a blob of at most ``limit`` bytes, or why there are none."""
        ...

    def read_all(self, blobs: Sequence[Blob], limit: int) -> list[bytes | Unread]:
        """The same of each of a few blobs, which are held together."""
        ...

    def link_target(self, blob: Blob) -> str:
        """What a symbolic link names, as it is written; ``""`` when that is not known."""
        ...

    def find(self, revision: str, path: str) -> Blob | None:
        """The blob at ``path`` in a snapshot."""
        ...

    def find_all(self, revision: str, paths: Iterable[str]) -> Mapping[str, Blob]:
        """The blobs at those of ``paths`` that a snapshot has."""
        ...

    def listing(self, revision: str, folders: Collection[str] | None = None) -> Iterable[str]:
        """Every path of a snapshot; of the files in ``folders`` alone, where such are given."""
        ...

    def ending(self, revision: str, suffixes: Sequence[str]) -> Iterable[str]:
        """The paths of a snapshot that have one of these endings (in lower case), whatever their case."""
        ...


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``of`` parts of the versions of files, by their content; ``number`` counts from 1."""

    number: int
    of: int

    def holds(self, blob: Blob) -> bool:
        """Whether a version of a file is this part's."""
        digest = blake2b((blob.oid or blob.path).encode("utf-8", "surrogateescape"), digest_size=8)
        return int.from_bytes(digest.digest(), "big") % self.of == self.number - 1


def words_of_lost(lost: Mapping[Shard, str]) -> list[str]:
    """A sentence for each reason for which shards could not be analysed, with their numbers."""
    numbers: dict[tuple[str, int], list[int]] = {}
    for shard, reason in sorted(lost.items(), key=lambda pair: pair[0].number):
        numbers.setdefault((reason, shard.of), []).append(shard.number)
    return [
        f"{'part' if len(some) == 1 else 'parts'} {', '.join(map(str, some))} of {of} could not be analysed: "
        f"{reason}"
        for (reason, of), some in numbers.items()
    ]


class Progress(Protocol):
    """Told what is going on; silent by default."""

    def started(self, files: int, checks: Mapping[str, int]) -> None:
        """It is known how many files there are to look at, and how many of them concern each check."""
        ...

    def analysed(self, check: str) -> None:
        """One more file is done for a check."""
        ...

    def finished(self, outcome: Outcome) -> None:
        """A check has its outcome."""
        ...
