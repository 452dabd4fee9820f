"""pregate's own detectors on one file: formats, places, and names."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from pregate.secrets import allowlist, formats, generic, places, wrapped
from pregate.secrets.document import Document
from pregate.secrets.found import Hit, Secret, SecretValue
from pregate.secrets.published import is_published

# Of two that overlap, the surer one is told, then what is known by its format, then by its place.
_RANKS = (formats, places, generic)


def secrets_in(path: str, text: str, lines: Sequence[str]) -> tuple[Secret, ...]:
    """The secrets of a decoded file, in order of place; no two of them overlap."""
    document = Document(path, text, lines)
    hits = [(rank, hit) for rank, room in enumerate(_RANKS) for hit in room.find(document)]
    for layer in wrapped.layers(document):
        for rank, room in enumerate(_RANKS[: layer.ranks]):
            hits += [(rank, layer.placed(hit)) for hit in room.find(layer.document)]
    kept = [hit for hit in _apart(hits) if hit.body or not is_published(lines[hit.row][hit.start : hit.end])]
    # A line with many of them is read once for its comments.
    pragmas = {row: _pragma(document, row) for row in {hit.row for hit in kept}}
    comments = allowlist.Comments(lines)
    return tuple(_secret(document, hit, pragmas[hit.row], comments) for hit in kept)


def _apart(hits: Iterable[tuple[int, Hit]]) -> list[Hit]:
    """Hits in order of place, of overlapping ones the best."""
    taken: dict[int, list[tuple[int, int]]] = {}
    kept = []
    ordered = sorted(_agreed(list(hits)), key=lambda h: (-h[1].confidence, h[0], h[1].start - h[1].end, h[1]))
    for _, hit in ordered:
        spans = [(hit.row, hit.start, hit.end), *hit.body]
        if any(_overlaps(taken.get(row, []), start, end) for row, start, end in spans):
            continue
        kept.append(hit)
        for row, start, end in spans:
            insort(taken.setdefault(row, []), (start, end))
    return sorted(kept, key=lambda hit: (hit.row, hit.start, hit.end, hit.detector))


def _agreed(hits: list[tuple[int, Hit]]) -> Iterable[tuple[int, Hit]]:
    """Hits, those of a service's or place's own detector as sure as the name alone makes the same stretch."""
    named = {(h.row, h.start, h.end): h.confidence for rank, h in hits if rank == len(_RANKS) - 1}
    for rank, hit in hits:
        sure = named.get((hit.row, hit.start, hit.end), hit.confidence)
        yield rank, hit._replace(confidence=sure) if sure > hit.confidence else hit


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch meets one of those taken, which are in order and apart."""
    at = bisect_left(taken, (start, end))
    return (at > 0 and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end)


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
