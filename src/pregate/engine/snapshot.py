"""The tree of one revision as checks ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pregate.model import Blob, Unread


class _Source(Protocol):
    def read(self, blob: Blob, limit: int) -> bytes | Unread: ...

    def find_all(self, revision: str, paths: Iterable[str]) -> Mapping[str, Blob]: ...

    def listing(self, revision: str, folders: Collection[str] | None = None) -> Iterable[str]: ...

    def ending(self, revision: str, suffixes: Sequence[str]) -> Iterable[str]: ...


class Snapshot:
    """One revision of ``source``; files of more than ``limit`` bytes are not read."""

    def __init__(self, source: _Source, revision: str, limit: int) -> None:
        self._source, self._revision, self._limit = source, revision, limit

    def __call__(self) -> Iterable[str]:
        """Every path."""
        return self._source.listing(self._revision)

    def ending(self, suffixes: Sequence[str]) -> Iterable[str]:
        """Every path with one of these endings, whatever its case."""
        return self._source.ending(self._revision, suffixes)

    def within(self, folders: Collection[str]) -> Iterable[str]:
        """The paths of the files that stand in one of these folders, not deeper."""
        return self._source.listing(self._revision, folders)

    def texts(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Those of the files that can be read, with their bytes."""
        for path, blob in self._source.find_all(self._revision, paths).items():
            data = self._source.read(blob, self._limit)
            if isinstance(data, bytes):
                yield path, data
