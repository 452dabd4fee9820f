"""A tree in memory, as a check asks for one; it remembers what was read."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Files:
    """Texts by path."""

    texts_of: dict[str, str]
    listed: int = 0
    read: list[str] = field(default_factory=list)

    def __call__(self) -> Iterable[str]:
        self.listed += 1
        return list(self.texts_of)

    def ending(self, suffixes: Sequence[str]) -> Iterable[str]:
        return [path for path in self() if path.lower().endswith(tuple(suffixes))]

    def within(self, folders: Collection[str]) -> Iterable[str]:
        return [path for path in self.texts_of if posixpath.dirname(path) in folders]

    def texts(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            self.read.append(path)
            yield path, self.texts_of[path].encode()
