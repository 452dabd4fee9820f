"""A set of the numbers of files, in a byte for each: most files of a tree are in several of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress, count


class Numbers:
    """Whole numbers from 0. In order, and small as long as they are."""

    __slots__ = ("_flags",)

    def __init__(self) -> None:
        self._flags = bytearray()

    def add(self, number: int) -> None:
        """Puts a number in; one that is there already may be."""
        if number >= len(self._flags):
            self._flags.extend(bytes(number + 1 - len(self._flags) + len(self._flags) // 4))
        self._flags[number] = 1

    def discard(self, number: int) -> None:
        """Takes a number out, if it is there."""
        if number < len(self._flags):
            self._flags[number] = 0

    def __contains__(self, number: int) -> bool:
        return number < len(self._flags) and bool(self._flags[number])

    def __len__(self) -> int:
        return self._flags.count(1)

    def __iter__(self) -> Iterator[int]:
        return compress(count(), self._flags)
