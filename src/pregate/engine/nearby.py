"""The part of a large text that a few places need: the lines around them, the others empty."""

from __future__ import annotations

from collections.abc import Iterable

from pregate.model import Finding

# What is quoted are the first lines of a place: a value that reaches into them begins not far above.
REACH = 20
LARGE = 128 * 1024


def nearby(text: bytes, path: str, findings: Iterable[Finding]) -> bytes:
    """
    ``text`` of the file at ``path`` with the lines around every place that a finding names there; all other
    lines are empty, so that numbers stay. A text that is not large is given back as it is.
    """
    if len(text) <= LARGE:
        return text
    places = (place for f in findings for place in (f.location, *(r.location for r in f.related)))
    lines = text.splitlines(keepends=True)
    wanted: set[int] = set()
    for place in places:
        if place.path == path:
            first = max(place.start_line - REACH, 1)
            wanted.update(range(first, min(place.end_line + REACH, len(lines)) + 1))
    return b"".join(line if n in wanted else b"\n" for n, line in enumerate(lines, start=1))
