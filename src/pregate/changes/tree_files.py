"""The files of a whole tree, kept as git lists them: objects are made of those that somebody asks for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import overload

from pregate.changes.parsing import read_mode, to_text
from pregate.digests import blake2b
from pregate.model import Blob, ChangedFile, Mode, Portion

# A portion ends after an entry whose id ends so, one in 32: a change moves no end but those of its files.
_END = re.compile(rb"0\t[^\0]*\0")
_BEFORE = b"01234567"
_LONGEST = 32_768  # bytes, for ids can be chosen


class TreeFiles(Sequence[ChangedFile]):
    """
    What ``git ls-tree -r -z`` said of ``commit``, as a sequence of files that are compared with nothing.

    It holds some 80 bytes a file. Two of them are equal where they give equal files.
    """

    def __init__(self, output: bytes, commit: str) -> None:
        self._output = output
        self._commit = commit
        self._ends = list(_ends(output))
        self._firsts: list[int] = []
        self._length = start = 0
        for end in self._ends:
            self._firsts.append(self._length)
            self._length += output.count(b"\0", start, end)
            start = end
        self._opened: tuple[int, list[bytes]] = -1, []  # the portion that was asked for last

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> ChangedFile: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ChangedFile]: ...

    def __getitem__(self, index: int | slice) -> ChangedFile | Sequence[ChangedFile]:
        if isinstance(index, slice):
            return tuple(self[n] for n in range(*index.indices(self._length)))
        number = index + self._length if index < 0 else index
        if not 0 <= number < self._length:
            raise IndexError(index)
        portion = bisect_right(self._firsts, number) - 1
        if self._opened[0] != portion:
            self._opened = portion, self._entries(portion)
        return self._file(self._opened[1][number - self._firsts[portion]])

    def __iter__(self) -> Iterator[ChangedFile]:
        portions = (self._entries(portion) for portion in range(len(self._ends)))
        return map(self._file, chain.from_iterable(portions))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TreeFiles | tuple) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def portions(self) -> Iterator[Portion]:
        """The files in portions whose bounds and names follow from what is in them, in order."""
        start = 0
        for number, (first, end) in enumerate(zip(self._firsts, self._ends, strict=True), 1):
            last = self._firsts[number] if number < len(self._firsts) else self._length
            yield Portion(first, last - first, blake2b(self._output[start:end], digest_size=32).digest())
            start = end

    def _entries(self, portion: int) -> list[bytes]:
        start = self._ends[portion - 1] if portion else 0
        return self._output[start : self._ends[portion]].split(b"\0")[:-1]

    def _file(self, line: bytes) -> ChangedFile:
        entry, _, name = line.partition(b"\t")
        octal, _, oid = entry.split(b" ")
        mode = _MODES.get(octal) or read_mode(octal) or Mode.FILE
        return ChangedFile(Blob(to_text(name), oid.decode("ascii"), mode, self._commit))


_MODES = {b"%o" % mode: mode for mode in Mode}


def _ends(output: bytes) -> Iterator[int]:
    """Where each portion ends: where an id says so, and before one gets too long."""
    start = 0
    for match in chain(_END.finditer(output), (None,)):
        # An expression that begins with what it looks for is searched several times as fast.
        if match and output[match.start() - 1] not in _BEFORE:
            continue
        end = match.end() if match else len(output)
        while end - start > _LONGEST:
            start = output.index(b"\0", start + _LONGEST) + 1
            yield start
        if end > start:
            yield end
            start = end
