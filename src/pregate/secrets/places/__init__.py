"""
Places that hold secrets by their structure: key blocks, URLs, files of programs, headers, commands.

Each module has ``PLACES``. A place is asked only about a file that its ``concerns`` accepts, and in which one
of its ``needles`` stands (in lower case; none means any).
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import (
    commands,
    connections,
    files,
    hashes,
    headers,
    jwt,
    keys,
    kubernetes,
    stores,
    urls,
)
from pregate.secrets.places.model import Place

PLACES: tuple[Place, ...] = (
    *keys.PLACES,
    *files.PLACES,
    *urls.PLACES,
    *hashes.PLACES,
    *jwt.PLACES,
    *connections.PLACES,
    *commands.PLACES,
    *headers.PLACES,
    *kubernetes.PLACES,
    *stores.PLACES,
)


def find(document: Document) -> Iterator[Hit]:
    """Every secret in a place of a known structure, in no order."""
    from pregate.secrets.literals import literals

    present = literals(document).places
    for number, place in enumerate(PLACES):
        if place.needles and number not in present:
            continue
        if not place.concerns or place.concerns(document):
            yield from place.find(document)
