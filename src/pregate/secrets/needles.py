"""The search of one text for many literals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class Needles:
    """Literals, each with a number of the caller's."""

    def __init__(self, pairs: Sequence[tuple[bytes, int]]) -> None:
        self._pairs = tuple(pairs)

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def find(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Where a literal stands and its number, for every place of each, in no order."""
        for needle, number in self._pairs:
            at = data.find(needle)
            while at >= 0:
                yield at, number
                at = data.find(needle, at + 1)
