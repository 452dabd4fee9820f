"""
Secrets that have no format: a value assigned to a name that says what it is.

The name, the shape of the value and the kind of the file decide how sure that is.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.secrets.document import Document
from pregate.secrets.found import Hit

DETECTOR = "AssignedSecretDetector"
NEEDLES: tuple[bytes, ...] = ()


def find(document: Document) -> Iterator[Hit]:  # noqa: ARG001
    """Every value that is likely a secret by its name and shape, in no order."""
    yield from ()
