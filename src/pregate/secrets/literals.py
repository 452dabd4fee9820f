"""
What stands in a file in lower case that somebody looks for: one search for the needles of formats that ignore
case, of places and of names.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pregate.secrets.formats.table import ROWS
from pregate.secrets.needles import Needles

if TYPE_CHECKING:
    from pregate.secrets.document import Document


class Literals(NamedTuple):
    """
    Of ``formats`` the number and where a needle of it stands; the numbers of ``places`` with a needle in the
    file; of ``names`` where a needle stands and its length.
    """

    formats: list[tuple[int, int]]
    places: set[int]
    names: list[tuple[int, int]]


@cache
def _needles() -> tuple[Needles, int, tuple[int, ...]]:
    """All needles; the number of the first after those of places; the lengths of those after that."""
    from pregate.secrets import generic
    from pregate.secrets.places import PLACES

    pairs = [
        (needle.encode(), number)
        for number, row in enumerate(ROWS)
        if row.ignores_case
        for needle in row.needles
    ]
    pairs += [(needle, n) for n, place in enumerate(PLACES, len(ROWS)) for needle in place.needles]
    end = len(ROWS) + len(PLACES)
    pairs += [(needle, n) for n, needle in enumerate(generic.NEEDLES, end)]
    return Needles(pairs, ignores_case=True), end, tuple(map(len, generic.NEEDLES))


def literals(document: Document) -> Literals:
    """What is found in a file, once for all who ask."""
    if document.literals is None:
        document.literals = _search(document)
    return document.literals


def _search(document: Document) -> Literals:
    needles, end, sizes = _needles()
    first = len(ROWS)
    found = Literals([], set(), [])

    def is_wanted(number: int) -> bool:
        return number >= first or document.has_run(ROWS[number].run)

    for offset, number in needles.find(document.folded, document.folded_words, is_wanted):
        if number < first:
            found.formats.append((offset, number))
        elif number < end:
            found.places.add(number - first)
        else:
            found.names.append((offset, sizes[number - end]))
    return found
