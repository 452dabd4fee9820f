"""pregate's own detectors on one file: formats, places, and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.secrets import formats, generic, places, wrapped
from pregate.secrets.document import Document
from pregate.secrets.paths import is_scanned

if TYPE_CHECKING:
    from pregate.secrets.found import Hit, Secret

# Of two that overlap and are not doubtful, what is known by its format is told, then by its place; it is as
# sure as the surer of them.
_RANKS = (formats, places, generic)


def secrets_in(path: str, text: str, lines: Sequence[str]) -> tuple[Secret, ...]:
    """The secrets of a decoded file, in order of place; no two of them overlap."""
    document = Document(path, text, lines)
    # In lock files, source maps, styles and drawings names tell nothing of values.
    rooms = _RANKS if is_scanned(path) else _RANKS[:2]
    hits: list[tuple[int, Hit]] = [
        (rank, hit) for rank, room in enumerate(rooms) for hit in room.find(document)
    ]
    for layer in wrapped.layers(document):
        for rank, room in enumerate(rooms[: layer.ranks]):
            hits += [(rank, layer.placed(hit)) for hit in room.find(layer.document)]
    if not hits:
        return ()
    from pregate.secrets.placing import placed

    return placed(document, hits)
