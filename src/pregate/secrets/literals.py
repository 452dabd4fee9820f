"""
What stands in a file that somebody looks for: one search for the needles of formats, of places and of names.

For the first files that a process reads nothing is built: which of the needles may be in a text is told by
four characters of each that are in its words (:mod:`pregate.secrets.search_table`), and those are looked for
one by one. When more was read, :mod:`pregate.secrets.needles` makes what searches for all of them faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pregate.secrets.generic import NEEDLES
from pregate.secrets.search_table import GRAMS, NUMERIC, PLACES, RUNS, SHORT

if TYPE_CHECKING:
    from pregate.secrets.document import Document
    from pregate.secrets.needles import Needles

FEW = 128 * 1024  # as pregate.secrets.needles has it, which is not loaded for less
"""So many bytes are searched before more is made for it."""
_GRAM = 4
_DIGITS = b"0123456789abcdef"
_FIRST_PLACE = len(RUNS)
_FIRST_NAME = _FIRST_PLACE + len(PLACES)
_RECORD, _UNIT = b"\x1e", b"\x1f"
_Row = tuple[bytes, bytes, tuple[int, ...], tuple[int, ...]]


class Literals:
    """
    Of ``formats`` the number and where a needle of it stands; the numbers of ``places`` with a needle in the
    file; of ``names`` where a needle stands and its length.
    """

    __slots__ = ("formats", "names", "places")

    def __init__(self) -> None:
        self.formats: list[tuple[int, int]] = []
        self.places: set[int] = set()
        self.names: list[tuple[int, int]] = []


def literals(document: Document) -> Literals:
    """What is found in a file, once for all who ask."""
    if document.literals is None:
        document.literals = _SEARCH.literals(document)
    return document.literals


class _Search:
    """The search, which remembers how much it was used."""

    def __init__(self) -> None:
        self._read = 0

    def literals(self, document: Document) -> Literals:
        """The literals of a document."""
        self._read += len(document.data)
        found = Literals()

        def is_wanted(number: int) -> bool:
            return number >= _FIRST_PLACE or document.has_run(RUNS[number])

        search = self._with_much if self._read > FEW else _with_little
        for offset, number in search(document, is_wanted):
            if number < _FIRST_PLACE:
                found.formats.append((offset, number))
            elif number >= _FIRST_NAME:
                found.names.append((offset, len(NEEDLES[number - _FIRST_NAME])))
            elif number - _FIRST_PLACE not in found.places:
                run = PLACES[number - _FIRST_PLACE][2]
                if not run or document.has_run(run, offset, offset + run):
                    found.places.add(number - _FIRST_PLACE)
        return found

    def _with_much(self, document: Document, is_wanted: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
        written, folded = self._needles
        yield from written.find(document.data, document.words, is_wanted)
        yield from folded.find(document.folded, document.folded_words, is_wanted)

    @cached_property
    def _needles(self) -> tuple[Needles, Needles]:
        from pregate.secrets.formats.table import ROWS
        from pregate.secrets.needles import Needles

        rows = _rows(SHORT + NUMERIC + b"".join(GRAMS.values()))
        written = [(needle, number) for _, needle, numbers, _ in rows for number in numbers]
        folded = [(needle, number) for _, needle, _, numbers in rows for number in numbers]
        in_long = {needle for needle, number in written if ROWS[number].word}
        in_long -= {needle for needle, number in written if not ROWS[number].word}
        first = Needles(written, in_long=in_long, searched=FEW)
        return first, Needles(folded, ignores_case=True, searched=FEW)


@cache
def _rows(written: bytes) -> tuple[_Row, ...]:
    found = []
    for row in written.split(_RECORD)[:-1]:
        word, needle, first, second = row.split(_UNIT)
        found.append((word, needle, tuple(map(int, first.split())), tuple(map(int, second.split()))))
    return tuple(found)


def _with_little(document: Document, is_wanted: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    for _, needle, written, folded in _candidates(document.folded_words()):
        for numbers, data in ((written, document.data), (folded, document.folded)):
            at = data.find(needle) if numbers else -1
            wanted = [number for number in numbers if is_wanted(number)] if at >= 0 else ()
            while at >= 0 and wanted:
                for number in wanted:
                    yield at, number
                at = data.find(needle, at + 1)


def _candidates(different: set[bytes]) -> Iterator[_Row]:
    """The needles that may be in a text with these words, and maybe others."""
    # Numbers and hashes, most of a lock file, hold none but those of such characters.
    text = _joined([word for word in different if word.strip(_DIGITS)])
    grams = {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}
    for gram in grams & GRAMS.keys():
        yield from (row for row in _rows(GRAMS[gram]) if row[0] in text)
    yield from (row for row in _rows(SHORT) if row[0] in text)
    text = _joined(different)
    yield from (row for row in _rows(NUMERIC) if row[0] in text)


def _joined(words: list[bytes] | set[bytes]) -> bytes:
    return (b" " + b" ".join(words) + b" ").lower()


_SEARCH = _Search()
