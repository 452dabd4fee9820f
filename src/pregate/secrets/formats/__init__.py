"""
Token formats of providers: a table for each family, and the search for all of them.

Text is searched once for the needles of all formats (:mod:`pregate.secrets.needles`); an expression is
compiled, and run over the stretch around it, only where a needle of its format stands.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.formats import ai, cloud, code, messaging, monitoring, payments, saas, social
from pregate.secrets.formats.model import Format, compiled
from pregate.secrets.found import Hit
from pregate.secrets.needles import Needles
from pregate.secrets.placeholders import is_placeholder

FORMATS: tuple[Format, ...] = (
    *cloud.FORMATS,
    *code.FORMATS,
    *ai.FORMATS,
    *messaging.FORMATS,
    *payments.FORMATS,
    *saas.FORMATS,
    *monitoring.FORMATS,
    *social.FORMATS,
)
REACH = 512
LONGEST = 4096
_NEAR = 400


@cache
def _needles() -> tuple[Needles, Needles]:
    """All needles, as written and in lower case; the number of each is the index of its format."""
    written = [(n.encode(), i) for i, f in enumerate(FORMATS) if not f.ignores_case for n in f.needles]
    folded = [(n.encode(), i) for i, f in enumerate(FORMATS) if f.ignores_case for n in f.needles]
    return Needles(written), Needles(folded)


def find(document: Document) -> Iterator[Hit]:
    """Every token of a known format in a file, in no order."""
    written, folded = _needles()
    stretches: dict[int, list[list[int]]] = {}
    for offset, index in written.find(document.data, document.words):
        _add(document, FORMATS[index], stretches.setdefault(index, []), offset)
    if folded:
        for offset, index in folded.find(document.folded, document.folded_words):
            _add(document, FORMATS[index], stretches.setdefault(index, []), offset)
    for index, places in stretches.items():
        yield from _of_format(document, FORMATS[index], places)


def _add(document: Document, form: Format, places: list[list[int]], offset: int) -> None:
    """
    Adds the stretch of a line around a needle, or makes the last one longer when they overlap: places of a
    needle come in order, and there may be millions.
    """
    begin, finish = document.bounds(offset)
    if form.next_line and finish < len(document.text):
        following = document.text.find("\n", finish + 1, offset + LONGEST)
        finish = following if following >= 0 else len(document.text)
    start, end = max(begin, offset - REACH), min(finish, offset + LONGEST)
    if places and places[-1][0] <= start <= places[-1][1]:
        places[-1][1] = max(places[-1][1], end)
    else:
        places.append([start, end])


def _of_format(document: Document, form: Format, places: list[list[int]]) -> Iterator[Hit]:
    expression = compiled(form.pattern, ignores_case=form.ignores_case)
    for start, end in _joined(places):
        for match in expression.finditer(document.text, start, end):
            if hit := _judged(document, form, match):
                yield hit


def _joined(places: list[list[int]]) -> Iterator[tuple[int, int]]:
    """Stretches in order, overlapping ones joined."""
    first = last = -1
    for start, end in sorted(places):
        if start <= last:
            last = max(last, end)
            continue
        if last >= 0:
            yield first, last
        first, last = start, end
    if last >= 0:
        yield first, last


def _judged(document: Document, form: Format, match: re.Match[str]) -> Hit | None:
    groups = match.re.groupindex
    value = match["value"] if "value" in groups else match.group()
    start = match.start("value") if "value" in groups else match.start()
    random = (match["random"] if "random" in groups else None) or value
    if not value or entropy(random) < form.entropy or is_placeholder(random):
        return None
    if form.near and not _is_near(document, form.near, start, start + len(value)):
        return None
    if form.holds and not form.holds(value):
        return None
    is_made_up = form.checksum is not None and not form.checksum(value)
    confidence = min(form.confidence, Confidence.MEDIUM) if is_made_up else form.confidence
    row = document.row(start)
    column = start - document.starts[row]
    return Hit(form.detector, row, column, column + len(value), confidence, is_settled=is_made_up)


def _is_near(document: Document, words: tuple[str, ...], start: int, end: int) -> bool:
    first, last = document.bounds(start)
    earliest = max(0, start - _NEAR)
    if first > earliest:
        first = document.text.rfind("\n", earliest, first - 1) + 1
    first, last = max(first, earliest), min(last, end + _NEAR)
    # Not in the value: what is random holds a short word now and then.
    around = document.folded[first:start] + b" " + document.folded[end:last]
    return any(word.encode() in around for word in words)


def entropy(text: str) -> float:
    """Shannon's entropy of a text's characters, in bits a character."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0
