"""
Which of many small texts hold something for a detector: one search over all of them together, and then only
the detectors whose words stand in a text, as they stand there.

The conditions are those by which the detectors themselves are asked. A text that does not pass is one in
which :func:`pregate.secrets.own.secrets_in` finds nothing, but for UTF-16: git shows no lines of that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from pregate.secrets import formats, generic, places, wrapped
from pregate.secrets.document import Document, runs_of
from pregate.secrets.formats.table import ROWS
from pregate.secrets.found import Hit
from pregate.secrets.generic import names
from pregate.secrets.generic.values import name_around
from pregate.secrets.needles import Needles
from pregate.secrets.search_table import PLACES
from pregate.secrets.text import decode, split_lines

# What Python folds onto ASCII letters, in UTF-8: texts with one of them are not judged by their bytes.
_FOLDING = tuple(letter.encode() for letter in "\u017f\u212a\u0130\u0131")
_STRINGS = -1  # other numbers are those of places
_DOT = ord(".")


class Reasons:
    """
    The detectors that have to take a look at a text: those of formats, that of names at some ``spots`` (where
    a needle stands and its length), some places by their numbers, and all of them in what it wraps.
    ``is_plain`` tells that its bytes are its characters, so that spots are right.
    """

    __slots__ = ("formats", "is_plain", "places", "spots", "wrapped")

    def __init__(self, *, is_plain: bool) -> None:
        self.is_plain = is_plain
        self.formats = self.wrapped = False
        self.spots: list[tuple[int, int]] = []
        self.places: set[int] = set()

    def take_all(self) -> None:
        """Has every detector take a look."""
        self.is_plain = False
        self.formats = self.wrapped = True
        self.spots.append((0, 0))
        self.places.update(range(len(PLACES)))


class _Needle(NamedTuple):
    """
    Who looks for a literal: formats, whose matches have a run of so many characters (-1: none of them) in
    its line or, with ``next_line``, in the one after it; names, where ``size`` is not 0; places.
    """

    run: int
    next_line: bool
    size: int
    places: frozenset[int]


def candidates(paths: Sequence[str], texts: Sequence[bytes]) -> dict[int, Reasons]:
    """
    By index in order, those of ``texts`` that are worth a look, with the detectors that have to take it, for
    :func:`holds_any`; the path of each decides too.

    A text is bytes in which ASCII is ASCII: UTF-8 or an old encoding of one byte.
    """
    batch = _Batch(texts)
    for index, path in enumerate(paths):
        if always := _read_in_any_case(path):
            reasons = batch.reasons(index)
            reasons.wrapped = _STRINGS in always
            reasons.places.update(number for number in always if number >= 0)
    batch.search()
    return {index: batch.found[index] for index in sorted(batch.found)}


_NOBODY = _Needle(-1, next_line=False, size=0, places=frozenset())


class _Batch:
    """Many texts as one, and the reasons for those of them that have any."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.found: dict[int, Reasons] = {}
        self._texts = texts
        self._starts, at = [], 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1
        self._data = b"\n".join(texts)
        self._is_ascii = self._data.isascii()
        # Where all are, none is asked alone.
        is_written = self._is_ascii and b"\0" not in self._data
        self._is_written = [True] * len(texts) if is_written else [_is_written(text) for text in texts]
        self._runs = b""

    def reasons(self, index: int) -> Reasons:
        """Those of one text, to be added to."""
        found = self.found.get(index)
        if found is None:
            is_plain = self._is_written[index] and b"\r" not in self._texts[index]
            found = self.found[index] = Reasons(is_plain=is_plain)
        return found

    def search(self) -> None:
        """Looks for everything."""
        written, folded, needles = _needles()
        lower = self._data.lower()
        self._runs = runs_of(lower)
        for literals, data in ((written, self._data), (folded, lower)):
            for offset, number in literals.find(data):
                self._take(offset, needles[number])
        for offset in wrapped.offsets(self._data):
            self.reasons(bisect_right(self._starts, offset) - 1).wrapped = True
        for letter in () if self._is_ascii else _FOLDING:
            at = self._data.find(letter)
            while at >= 0:
                self.reasons(bisect_right(self._starts, at) - 1).take_all()
                at = self._data.find(letter, at + 1)

    def _take(self, offset: int, needle: _Needle) -> None:
        """A literal that stands somewhere, if it may be a part of what is looked for."""
        index = bisect_right(self._starts, offset) - 1
        is_written = self._is_written[index]
        if needle.run >= 0 and (
            not is_written or self._has_run(offset, needle.run, is_long=needle.next_line)
        ):
            self.reasons(index).formats = True
        if needle.size and (not is_written or _says(self._data, offset, needle.size)):
            self.reasons(index).spots.append((offset - self._starts[index], needle.size))
        if needle.places:
            self.reasons(index).places |= needle.places

    def _has_run(self, offset: int, run: int, *, is_long: bool) -> bool:
        """Whether so long a run is in the line around a place, or with ``is_long`` in the next one."""
        if not run:
            return True
        start = self._data.rfind(b"\n", 0, offset) + 1
        end = self._data.find(b"\n", offset)
        if is_long and end >= 0:
            end = self._data.find(b"\n", end + 1)
        return self._runs.find(b"A" * run, start, end if end >= 0 else len(self._data)) >= 0


def _is_written(text: bytes) -> bool:
    """Whether a text is ASCII, and none that is read as something wider."""
    return text.isascii() and b"\0" not in text


def _says(data: bytes, at: int, size: int) -> bool:
    """Whether the name around a needle says that its value is a secret (:mod:`pregate.secrets.generic`)."""
    start, end = name_around(data, at, size)
    if _is_telling(data[start:end]):
        return True
    if start and data[start - 1] == _DOT:
        return _is_telling(data[name_around(data, start - 1, 0)[0] : end].replace(b".", b"_"))
    return False


@lru_cache(maxsize=4096)
def _is_telling(name: bytes) -> bool:
    return names.kind(name.decode("ascii").strip("-")) > names.Kind.NONE


def holds_any(path: str, data: bytes, reasons: Reasons) -> bool:
    """Whether those detectors find anything in a text, doubtful and allowed ones included."""
    text = data.decode("ascii") if reasons.is_plain else decode(data)
    document = Document(path, text, split_lines(text))
    return any(True for _ in _hits(document, reasons))


def _hits(document: Document, reasons: Reasons) -> Iterator[Hit]:
    if reasons.spots:
        if reasons.is_plain:
            yield from generic.find_at(document, reasons.spots)
        else:
            yield from generic.find(document)
    if reasons.formats:
        yield from formats.find(document)
    for number in reasons.places:
        place = places.place(number)
        if not place.concerns or place.concerns(document):
            yield from place.find(document)
    if reasons.wrapped:
        rooms = (formats, places, generic)
        for layer in wrapped.layers(document):
            for room in rooms[: layer.ranks]:
                yield from room.find(layer.document)


@cache
def _needles() -> tuple[Needles, Needles, tuple[_Needle, ...]]:
    """What a text must hold, as written and in lower case; literals are numbered as they are in the last."""
    written: dict[bytes, _Needle] = {}
    folded: dict[bytes, _Needle] = {}
    for row in ROWS:
        literals = folded if row.ignores_case else written
        for word in row.needles:
            known = literals.get(word.encode(), _NOBODY)
            run = min(known.run, row.run) if known.run >= 0 else row.run
            literals[word.encode()] = known._replace(run=run, next_line=known.next_line or row.next_line)
    for index, place in enumerate(places.all_places()):
        for needle in place.needles:
            known = folded.get(needle, _NOBODY)
            folded[needle] = known._replace(places=known.places | {index})
    for needle in generic.NEEDLES:
        folded[needle] = folded.get(needle, _NOBODY)._replace(size=len(needle))
    first = Needles([(needle, n) for n, needle in enumerate(written)])
    second = Needles([(needle, n) for n, needle in enumerate(folded, len(written))])
    return first, second, (*written.values(), *folded.values())


@lru_cache(maxsize=4096)
def _read_in_any_case(path: str) -> tuple[int, ...]:
    """Who wants files of this name whatever is in them: places, and the strings of a notebook."""
    document = Document(path, "", ())
    layers = (_STRINGS,) if wrapped.has_strings(path) else ()
    return layers + tuple(
        index
        for index, place in enumerate(places.all_places())
        if not place.needles and (not place.concerns or place.concerns(document))
    )
