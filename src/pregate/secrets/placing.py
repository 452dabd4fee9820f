"""Of what several detectors found in a file: the best where they overlap, as secrets."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from pregate.levels import Confidence
from pregate.secrets import allowlist
from pregate.secrets.document import Document
from pregate.secrets.found import Hit, Secret, SecretValue
from pregate.secrets.published import is_published


def placed(document: Document, hits: Iterable[tuple[int, Hit]]) -> tuple[Secret, ...]:
    """
    The secrets that hits are, with the rank of the detector of each, in order of place; no two overlap, and
    samples of well-known manuals are none.
    """
    lines = document.lines
    kept = [hit for hit in _apart(hits) if hit.body or not is_published(lines[hit.row][hit.start : hit.end])]
    # A line with many of them is read once for its comments.
    pragmas = {row: _pragma(document, row) for row in {hit.row for hit in kept}}
    comments = allowlist.Comments(lines)
    return tuple(_secret(document, hit, pragmas[hit.row], comments) for hit in kept)


def _apart(hits: Iterable[tuple[int, Hit]]) -> list[Hit]:
    """Hits in order of place, of overlapping ones the best."""
    taken: dict[int, list[tuple[int, int, int]]] = {}
    kept: list[Hit] = []
    for _, hit in sorted(hits, key=_order):
        spans = [(hit.row, hit.start, hit.end), *hit.body]
        over = {i for row, start, end in spans for i in _overlapping(taken.get(row, []), start, end)}
        if over:
            for index in over:
                kept[index] = _surer(kept[index], hit)
            continue
        for row, start, end in spans:
            insort(taken.setdefault(row, []), (start, end, len(kept)))
        kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.row, hit.start, hit.end, hit.detector))


def _order(ranked: tuple[int, Hit]) -> tuple[bool, int, int, int, Hit]:
    rank, hit = ranked
    return hit.confidence is Confidence.LOW, rank, -hit.confidence, hit.start - hit.end, hit


def _surer(kept: Hit, other: Hit) -> Hit:
    """A hit that another detector has too, in the same place or within it."""
    is_same = kept.row == other.row and (kept.start <= other.start < other.end <= kept.end)
    if (
        kept.is_settled
        or kept.confidence is Confidence.LOW
        or other.confidence <= kept.confidence
        or not is_same
    ):
        return kept
    return kept._replace(confidence=other.confidence)


def _overlapping(taken: list[tuple[int, int, int]], start: int, end: int) -> Iterator[int]:
    """The numbers of those stretches taken, which are in order and apart, that one meets."""
    at = bisect_left(taken, (start,))
    if at and taken[at - 1][1] > start:
        yield taken[at - 1][2]
    while at < len(taken) and taken[at][0] < end:
        yield taken[at][2]
        at += 1


def _pragma(document: Document, row: int) -> str:
    previous = document.lines[row - 1] if row else ""
    return allowlist.pragma(document.lines[row].rstrip(), previous, document.extension)


def _secret(document: Document, hit: Hit, own: str, comments: allowlist.Comments) -> Secret:
    # The line that ends a key belongs to it.
    last = max((row + 1 for row, _, _ in hit.body), default=hit.row)
    return Secret(
        hit.detector,
        hit.row + 1,
        hit.start + 1,
        hit.end + 1,
        SecretValue(hit.value or document.lines[hit.row][hit.start : hit.end]),
        own or comments.among(hit.row, last),
        tuple((row + 1, start + 1, end + 1) for row, start, end in hit.body),
        hit.confidence,
        hit.is_value,
        hit.note,
    )
