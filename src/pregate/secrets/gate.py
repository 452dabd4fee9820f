"""
Which of many small texts can hold a secret at all: one search over all of them together.

The conditions are those by which the detectors themselves are asked about a text; what passes is searched by
them as always, and what does not pass they would have found nothing in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from pregate.secrets import formats, generic, places
from pregate.secrets.document import Document
from pregate.secrets.needles import Needles

# What Python folds onto ASCII letters, in UTF-8: texts with one of them are not judged by their bytes.
_FOLDING = tuple(letter.encode() for letter in "\u017f\u212a\u0130\u0131")


def candidates(paths: Sequence[str], texts: Sequence[bytes]) -> list[int]:
    """
    The indexes, in order, of those of ``texts`` that are worth a search; the path of each decides too.

    A text is bytes in which ASCII is ASCII: UTF-8 or an old encoding of one byte.
    """
    found = {n for n, path in enumerate(paths) if _is_always_read(path)}
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    whole = b"\n".join(texts)
    for offset in _offsets(whole):
        found.add(bisect_right(starts, offset) - 1)
    return sorted(found)


def _offsets(data: bytes) -> Iterator[int]:
    written, folded = _needles()
    lower = data.lower()
    for offset, _ in written.find(data):
        yield offset
    for offset, _ in folded.find(lower):
        yield offset
    for letter in () if data.isascii() else _FOLDING:
        at = data.find(letter)
        while at >= 0:
            yield at
            at = data.find(letter, at + 1)


@cache
def _needles() -> tuple[Needles, Needles]:
    """What a text must hold as it is written, and in lower case."""
    written = {n.encode() for f in formats.FORMATS if not f.ignores_case for n in f.needles}
    folded = {n.encode() for f in formats.FORMATS if f.ignores_case for n in f.needles}
    folded.update(needle for place in places.PLACES for needle in place.needles)
    folded.update(getattr(generic, "NEEDLES", ()))
    return Needles([(n, 0) for n in sorted(written)]), Needles([(n, 0) for n in sorted(folded)])


@lru_cache(maxsize=4096)
def _is_always_read(path: str) -> bool:
    """Whether a detector wants files of this name whatever is in them."""
    document = Document(path, "", ())
    return any(not p.needles and (not p.concerns or p.concerns(document)) for p in places.PLACES)
