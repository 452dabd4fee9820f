"""pregate's own detectors on one file: formats, places, and names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pregate.secrets import allowlist, formats, generic, places
from pregate.secrets.document import Document
from pregate.secrets.found import Hit, Secret, SecretValue

# Of two that overlap, the surer one is told, then what is known by its format, then by its place.
_RANKS = (formats, places, generic)


def secrets_in(path: str, text: str, lines: Sequence[str]) -> tuple[Secret, ...]:
    """The secrets of a decoded file, in order of place; no two of them overlap."""
    document = Document(path, text, lines)
    hits = [(rank, hit) for rank, room in enumerate(_RANKS) for hit in room.find(document)]
    comments = allowlist.Comments(lines)
    return tuple(_secret(document, hit, comments) for hit in _apart(hits))


def _apart(hits: Iterable[tuple[int, Hit]]) -> list[Hit]:
    """Hits in order of place, of overlapping ones the best."""
    taken: dict[int, list[tuple[int, int]]] = {}
    kept = []
    ordered = sorted(hits, key=lambda h: (-h[1].confidence, h[0], h[1].start - h[1].end, h[1]))
    for _, hit in ordered:
        spans = [(hit.row, hit.start, hit.end), *hit.body]
        if any(s < end and start < e for row, start, end in spans for s, e in taken.get(row, ())):
            continue
        kept.append(hit)
        for row, start, end in spans:
            taken.setdefault(row, []).append((start, end))
    return sorted(kept, key=lambda hit: (hit.row, hit.start, hit.end, hit.detector))


def _secret(document: Document, hit: Hit, comments: allowlist.Comments) -> Secret:
    lines = document.lines
    previous = lines[hit.row - 1] if hit.row else ""
    own = allowlist.pragma(lines[hit.row].rstrip(), previous, document.extension)
    # The line that ends a key belongs to it.
    last = max((row + 1 for row, _, _ in hit.body), default=hit.row)
    return Secret(
        hit.detector,
        hit.row + 1,
        hit.start + 1,
        hit.end + 1,
        SecretValue(hit.value or lines[hit.row][hit.start : hit.end]),
        own or comments.among(hit.row, last),
        tuple((row + 1, start + 1, end + 1) for row, start, end in hit.body),
        hit.confidence,
        hit.is_value,
        hit.note,
    )
