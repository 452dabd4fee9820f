"""
The bytes that a fetch may write: git has no option for them, so its folder is watched while it works.

Git unpacks what a server sends as it comes, and says beforehand neither how much there is nor how much it
becomes. Between two looks it writes on: the bound is passed by what arrives in a fraction of a second.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from pregate.errors import UsageError
from pregate.fleet.limit import undisturbed

MAX_FETCH = 2 << 30
_LOOK = 0.1  # seconds between two looks
_SIZE = re.compile(r"([0-9]{1,12})([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class Bound:
    """
    A context in which ``folder`` may grow to ``limit`` bytes; ``end`` is called, in another thread, when it
    does not stay below. ``is_passed`` is whether that happened; it is also looked at when the context ends.
    """

    def __init__(self, folder: Path, limit: int, end: Callable[[], None]) -> None:
        self._folder = folder
        self._limit = limit
        self._end = end
        self._left = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self.is_passed = False

    def __enter__(self) -> Self:
        is_in = False
        try:
            with undisturbed():
                self._watch.start()
            is_in = True
        finally:
            # A limit of time may strike here, and then nobody leaves.
            if not is_in:
                self._left.set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._watch.join()
        self.is_passed |= size_of(self._folder) > self._limit

    def _look(self) -> None:
        while not self._left.wait(_LOOK):
            if size_of(self._folder) > self._limit:
                self.is_passed = True
                self._end()
                return


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder; what comes and goes meanwhile may be left out."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - many
    return total


def parse_size(words: str, name: str) -> int:
    """``2G``, ``500M`` or a number of bytes, as bytes; units are powers of 1024. Raises UsageError."""
    found = _SIZE.fullmatch(words.strip())
    size = int(found[1]) * _UNITS[found[2].upper()] if found else 0
    if size < 1:
        raise UsageError(f"{name} is no size", "Write bytes, or a number with K, M, G or T: 2G.")
    return size


def size_words(size: int) -> str:
    """The bytes as they are written: in the largest unit of which they are a whole number."""
    unit = next(unit for unit in reversed(_UNITS) if size % _UNITS[unit] == 0)
    return f"{size // _UNITS[unit]}{unit}" if unit else f"{size} bytes"
