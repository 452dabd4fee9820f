"""
Secrets that have no format: a value assigned to a name that says what it is.

The name, the shape of the value and the kind of the file decide how sure that is. Only the names around
``NEEDLES`` are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pregate.secrets.document import Document
    from pregate.secrets.found import Hit

DETECTOR = "AssignedSecretDetector"
NEEDLES: tuple[bytes, ...] = (
    b"pass",
    b"pwd",
    b"secret",
    b"token",
    b"key",
    b"auth",
    b"cred",
    b"salt",
    b"pw",
    b"psk",
)


def find(document: Document) -> Iterator[Hit]:
    """Every value that is likely a secret by its name and shape, in no order."""
    from pregate.secrets.literals import literals

    yield from find_at(document, literals(document).names)


def find_at(document: Document, places: Sequence[tuple[int, int]]) -> Iterator[Hit]:
    """The same, where it is known at which places a needle stands, and how long it is."""
    if not places:
        return
    from pregate.secrets.generic import search

    yield from search.find(document, DETECTOR, places)
