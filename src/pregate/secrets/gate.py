"""
Which of many small texts hold something for a detector: one search over all of them together, and then only
the detectors whose words stand in a text.

The conditions are those by which the detectors themselves are asked. A text that does not pass is one in
which :func:`pregate.secrets.own.secrets_in` finds nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from pregate.secrets import formats, generic, places
from pregate.secrets.document import Document
from pregate.secrets.formats.table import ROWS
from pregate.secrets.needles import Needles
from pregate.secrets.text import decode, split_lines

# What Python folds onto ASCII letters, in UTF-8: texts with one of them are not judged by their bytes.
_FOLDING = tuple(letter.encode() for letter in "\u017f\u212a\u0130\u0131")
_FORMATS, _GENERIC = -1, -2  # other numbers are those of places

Reasons = frozenset[int]


def candidates(paths: Sequence[str], texts: Sequence[bytes]) -> dict[int, Reasons]:
    """
    By index in order, those of ``texts`` that are worth a look, with the detectors that have to take it, for
    :func:`holds_any`; the path of each decides too.

    A text is bytes in which ASCII is ASCII: UTF-8 or an old encoding of one byte.
    """
    found: dict[int, set[int]] = {}
    for index, path in enumerate(paths):
        if always := _read_in_any_case(path):
            found[index] = set(always)
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    for offset, reasons in _offsets(b"\n".join(texts)):
        found.setdefault(bisect_right(starts, offset) - 1, set()).update(reasons)
    return {index: frozenset(found[index]) for index in sorted(found)}


def holds_any(path: str, data: bytes, reasons: Reasons) -> bool:
    """Whether those detectors find anything in a text, doubtful and allowed ones included."""
    text = decode(data)
    document = Document(path, text, split_lines(text))
    for reason in reasons:
        if reason == _FORMATS:
            hits = formats.find(document)
        elif reason == _GENERIC:
            hits = generic.find(document)
        else:
            place = places.PLACES[reason]
            if place.concerns and not place.concerns(document):
                continue
            hits = place.find(document)
        if any(True for _ in hits):
            return True
    return False


def _offsets(data: bytes) -> Iterator[tuple[int, Reasons]]:
    """Where something stands, and for whom."""
    written, folded, numbers = _needles()
    for offset, number in written.find(data):
        yield offset, numbers[number]
    lower = data.lower()
    for offset, number in folded.find(lower):
        yield offset, numbers[number]
    for letter in () if data.isascii() else _FOLDING:
        at = data.find(letter)
        while at >= 0:
            yield at, _everybody()
            at = data.find(letter, at + 1)


@cache
def _needles() -> tuple[Needles, Needles, tuple[Reasons, ...]]:
    """What a text must hold, as it is written and in lower case; a needle's number is an index of reasons."""
    written: dict[bytes, set[int]] = {}
    folded: dict[bytes, set[int]] = {}
    for _, _, words, ignores_case, *_ in ROWS:
        for word in words:
            (folded if ignores_case else written).setdefault(word.encode(), set()).add(_FORMATS)
    for index, place in enumerate(places.PLACES):
        for needle in place.needles:
            folded.setdefault(needle, set()).add(index)
    for needle in generic.NEEDLES:
        folded.setdefault(needle, set()).add(_GENERIC)
    reasons = [*map(frozenset, written.values()), *map(frozenset, folded.values())]
    first = Needles([(needle, n) for n, needle in enumerate(written)])
    second = Needles([(needle, n) for n, needle in enumerate(folded, len(written))])
    return first, second, tuple(reasons)


@cache
def _everybody() -> Reasons:
    return frozenset((_FORMATS, _GENERIC, *range(len(places.PLACES))))


@lru_cache(maxsize=4096)
def _read_in_any_case(path: str) -> tuple[int, ...]:
    """The places that want files of this name whatever is in them."""
    document = Document(path, "", ())
    return tuple(
        index
        for index, place in enumerate(places.PLACES)
        if not place.needles and (not place.concerns or place.concerns(document))
    )
