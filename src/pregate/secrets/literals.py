"""
What stands in a file that somebody looks for: one search for the needles of formats, of places and of names.

For the first files that a process reads nothing is built: which of the needles may be in a text is told by
four characters of each that are in its words (:mod:`pregate.secrets.search_table`), and those are looked for
one by one. When more was read, :mod:`pregate.secrets.needles` makes what searches for all of them faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from pregate.secrets.generic import NEEDLES
from pregate.secrets.search_table import ALWAYS, GRAMS, NUMERIC, PLACES, RUNS, SHORT

if TYPE_CHECKING:
    from pregate.secrets.document import Document
    from pregate.secrets.needles import Needles

FEW = 128 * 1024
"""So many bytes are searched before more is made for it."""
_GRAM = 4
_DIGITS = b"0123456789abcdef"
_FIRST_PLACE = len(RUNS)
_FIRST_NAME = _FIRST_PLACE + len(PLACES)
_Needle = tuple[bytes, tuple[int, ...], tuple[int, ...]]


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

        places = (
            self._with_much(document, is_wanted) if self._read > FEW else _with_little(document, is_wanted)
        )
        for offset, number in places:
            if number < _FIRST_PLACE:
                found.formats.append((offset, number))
            elif number >= _FIRST_NAME:
                found.names.append((offset, len(NEEDLES[number - _FIRST_NAME])))
            elif number - _FIRST_PLACE not in found.places:
                run = PLACES[number - _FIRST_PLACE][2]
                if not run or document.has_run(run, *document.bounds(offset)):
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

        written = [(needle, number) for needle, numbers, _ in _all_needles() for number in numbers]
        folded = [(needle, number) for needle, _, numbers in _all_needles() for number in numbers]
        in_long = {needle for needle, number in written if ROWS[number].word}
        in_long -= {needle for needle, number in written if not ROWS[number].word}
        return Needles(written, in_long=in_long, searched=FEW), Needles(
            folded, ignores_case=True, searched=FEW
        )


def _all_needles() -> Iterator[_Needle]:
    yield from ALWAYS
    for words in (SHORT, NUMERIC, *GRAMS.values()):
        for _, needles in words:
            yield from needles


def _with_little(document: Document, is_wanted: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    for needle, written, folded in _candidates(document.folded_words()):
        for numbers, data in ((written, document.data), (folded, document.folded)):
            at = data.find(needle) if numbers else -1
            wanted = [number for number in numbers if is_wanted(number)] if at >= 0 else ()
            while at >= 0 and wanted:
                for number in wanted:
                    yield at, number
                at = data.find(needle, at + 1)


def _candidates(different: set[bytes]) -> Iterator[_Needle]:
    """The needles that may be in a text with these words, and maybe others."""
    # Numbers and hashes, most of a lock file, hold none but those of such characters.
    text = _joined([word for word in different if word.strip(_DIGITS)])
    grams = {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}
    yield from ALWAYS
    for words, said in (
        *((GRAMS[gram], text) for gram in grams & GRAMS.keys()),
        (SHORT, text),
        (NUMERIC, _joined(different)),
    ):
        for word, needles in words:
            if word in said:
                yield from needles


def _joined(words: list[bytes] | set[bytes]) -> bytes:
    return (b" " + b" ".join(words) + b" ").lower()


_SEARCH = _Search()
