"""
Token formats of providers: a module for each family, and the search for all of them.

Text is searched once for the needles of all formats (:mod:`pregate.secrets.literals`); a format is loaded,
its expression compiled and run over the stretch around a needle, only where that stretch holds a run of
characters as long as that format's matches have, and what else is in each of them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING

from pregate.levels import Confidence
from pregate.secrets.search_table import ALSO, FAMILIES, NEXT_LINE, RUNS

if TYPE_CHECKING:
    from pregate.secrets.document import Document
    from pregate.secrets.formats.model import Format
    from pregate.secrets.found import Hit

REACH = 512
LONGEST = 4096
_NEAR = 400


def all_formats() -> tuple[Format, ...]:
    """Every format; most searches need a few of them."""
    return tuple(map(_format, range(len(RUNS))))


@cache
def _format(number: int) -> Format:
    module, first = max((family for family in FAMILIES if family[1] <= number), key=itemgetter(1))
    form: Format = import_module(f"{__name__}.{module}").FORMATS[number - first]
    return form


def find(document: Document) -> Iterator[Hit]:
    """Every token of a known format in a file, in no order."""
    from pregate.secrets.literals import literals

    stretches: dict[int, list[list[int]]] = {}
    for offset, number in literals(document).formats:
        _add(document, number, stretches.setdefault(number, []), offset)
    for number, places in stretches.items():
        run = RUNS[number]
        held = [(start, end) for start, end in _joined(places) if document.has_run(run, start, end)]
        if number in ALSO:
            also, is_folded = ALSO[number]
            data = document.folded if is_folded else document.data
            held = [(start, end) for start, end in held if data.find(also, start, end) >= 0]
        if held:
            yield from _of_format(document, _format(number), held)


def _add(document: Document, number: int, places: list[list[int]], offset: int) -> None:
    """
    Adds the stretch of a line around a needle, or makes the last one longer when they overlap: places of a
    needle come in order, and there may be millions.
    """
    begin, finish = document.bounds(offset)
    if number in NEXT_LINE and finish < len(document.text):
        following = document.text.find("\n", finish + 1, offset + LONGEST)
        finish = following if following >= 0 else len(document.text)
    start, end = max(begin, offset - REACH), min(finish, offset + LONGEST)
    if places and places[-1][0] <= start <= places[-1][1]:
        places[-1][1] = max(places[-1][1], end)
    else:
        places.append([start, end])


def _of_format(document: Document, form: Format, places: Iterable[tuple[int, int]]) -> Iterator[Hit]:
    from pregate.secrets.formats.model import compiled

    expression = compiled(form.pattern, ignores_case=form.ignores_case)
    for start, end in places:
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
    from pregate.secrets.found import Hit
    from pregate.secrets.placeholders import is_placeholder

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
