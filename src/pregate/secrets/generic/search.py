"""The names of a file that say secret, and what is assigned to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.generic import files, names, score, values
from pregate.secrets.generic.files import Kind as File

_LONG = 100


def find(document: Document, detector: str, places: Iterable[tuple[int, int]]) -> Iterator[Hit]:
    """The hits of a detector for the names around ``places``: where a needle stands and its length."""
    text, data = document.text, document.data
    file = files.kind(document)
    is_code = File.CODE in file
    seen: set[int] = set()
    taken: dict[int, int] = {}
    judged = 0
    for at, size in sorted(places):
        start, end = values.name_around(data, at, size)
        if end in seen:
            continue
        seen.add(end)
        name = text[start:end].strip("-")
        told = names.kind(name)
        if told <= names.Kind.WEAK and text[start - 1 : start] == ".":
            # ``app.signing.key``
            whole = text[values.name_around(data, start - 1, 0)[0] : end].replace(".", "_")
            if names.kind(whole) > told:
                name, told = whole, names.kind(whole)
        if not told:
            continue
        start = end - len(text[start:end].lstrip("-"))
        value = values.value_after(text, start, end, is_code=is_code)
        if value is None or taken.get(value.start, -1) >= value.end:
            continue
        taken[value.start] = value.end
        if value.end - value.start > _LONG:
            # Names within a long value that are given long ones in turn would cost the square of its length.
            if value.start < judged:
                continue
            judged = value.end
        sure = score.confidence(name, text[value.start : value.end], value, file)
        if sure is None:
            continue
        row = document.row(value.start)
        column = value.start - document.starts[row]
        if value.end - value.start <= len(document.lines[row]) - column:
            yield Hit(detector, row, column, column + value.end - value.start, sure)
