"""One decoded file as the detectors see it: text, lines, and one byte per character to search in."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.secrets.literals import Literals

# Python folds these onto s, k, i, i when it ignores case.
_FOLDED = (("\u017f", "s"), ("\u212a", "k"), ("\u0130", "i"), ("\u0131", "i"))

# What tokens are made of, in lower case; the rest ends a run of it.
_TOKEN = b"abcdefghijklmnopqrstuvwxyz0123456789_-+/="
_RUNS = bytes(0x41 if byte in _TOKEN else 0x20 for byte in range(256))


# What words are made of, for whoever looks for literals.
_WORD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_SPACED = bytes(byte if byte in _WORD else 0x20 for byte in range(256))


def words(data: bytes) -> set[bytes]:
    """The different words of a text: ASCII letters, digits, ``_`` and ``-``."""
    return set(data.translate(_SPACED).split())


def runs_of(folded: bytes) -> bytes:
    """A text in lower case with ``A`` for each letter, digit and ``_-+/=``, and a blank for anything else."""
    return folded.translate(_RUNS)


class Document:
    """
    ``text`` is the file with ``\\n`` as line ends, ``lines`` its lines, ``starts`` where each begins in it.

    ``data`` has one byte per character of the text, ``?`` for those outside ASCII, so that offsets are the
    same; ``folded`` is that in lower case. ``name`` and ``extension`` (with its dot) are in lower case.
    ``literals`` is kept for :mod:`pregate.secrets.literals`.
    """

    __slots__ = (
        "_bounds",
        "_folded",
        "_has_run",
        "_runs",
        "_starts",
        "_words",
        "data",
        "extension",
        "lines",
        "literals",
        "name",
        "path",
        "text",
    )

    def __init__(self, path: str, text: str, lines: Sequence[str]) -> None:
        self.path = path
        self.name = posixpath.basename(path).lower()
        self.extension = posixpath.splitext(self.name)[1]
        self.text = text
        self.lines = lines
        self.data = text.encode("ascii", "replace")
        self._folded: bytes | None = None
        self._starts: list[int] | None = None
        self._words: set[bytes] | None = None
        self._runs = b""
        self._has_run: dict[int, bool] = {0: True}
        self._bounds = (0, -1)
        self.literals: Literals | None = None

    @property
    def folded(self) -> bytes:
        """``data`` in lower case, with what ``re.IGNORECASE`` takes for ASCII letters made such."""
        if self._folded is None:
            if self.text.isascii():
                self._folded = self.data.lower()
            else:
                text = self.text
                for character, letter in _FOLDED:
                    text = text.replace(character, letter)
                self._folded = text.encode("ascii", "replace").lower()
        return self._folded

    def words(self) -> set[bytes]:
        """The different words of ``data``: :func:`words`."""
        if self._words is None:
            self._words = words(self.data)
        return self._words

    def folded_words(self) -> set[bytes]:
        """The words of ``folded``, maybe as they are written in ``data``."""
        return self.words() if self.text.isascii() else words(self.folded)

    def has_run(self, length: int, start: int = 0, end: int | None = None) -> bool:
        """
        Whether so many ASCII letters, digits and ``_-+/=`` follow each other in the text, or in a stretch of
        it; characters that ``re.IGNORECASE`` takes for letters count as such.
        """
        found = self._has_run.get(length)
        if found is None:
            if not self._runs:
                self._runs = runs_of(self.folded)
            found = self._has_run[length] = b"A" * length in self._runs
        if not found or end is None or not length:
            return found
        return self._runs.find(b"A" * length, start, end) >= 0

    @property
    def starts(self) -> list[int]:
        """Where each line begins in ``text``."""
        if self._starts is None:
            starts, at = [], 0
            for line in self.lines:
                starts.append(at)
                at += len(line) + 1
            self._starts = starts
        return self._starts

    def row(self, offset: int) -> int:
        """The index of the line that holds a character of ``text``."""
        return bisect_right(self.starts, offset) - 1

    def bounds(self, offset: int) -> tuple[int, int]:
        """Where the line that holds a character begins and ends in ``text``, without its line end."""
        first, last = self._bounds
        if not first <= offset <= last:  # a line of megabytes is not searched for every place in it
            end = self.text.find("\n", offset)
            self._bounds = self.text.rfind("\n", 0, offset) + 1, len(self.text) if end < 0 else end
        return self._bounds
