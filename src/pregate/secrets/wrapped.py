"""
Whether a file holds text in another writing: what Base64 hides, and the strings of a Jupyter notebook. What
they are, with the way back to where they stand, is in :mod:`pregate.secrets.layers`.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pregate.secrets.document import Document
    from pregate.secrets.layers import Layer

NOTEBOOK = ".ipynb"
FIRST = 32
_SHORTEST_RUN = 24
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_IN_RUN, _APART = b"A", b" "
_CLASSES = bytes(_IN_RUN[0] if byte in _ALPHABET else _APART[0] for byte in range(256))


def layers(document: Document) -> Iterator[Layer]:
    """The layers of a file: none of most."""
    if document.extension == NOTEBOOK or any(True for _ in offsets(document.data)):
        from pregate.secrets.layers import layers_of

        yield from layers_of(document)


def offsets(data: bytes) -> Iterator[int]:
    """Where runs of Base64 begin that may say text, in bytes in which ASCII is ASCII."""
    for start, end in runs(data):
        if printable(unwrapped(data[start : min(end, start + FIRST)])):
            yield start


def has_strings(path: str) -> bool:
    """Whether the strings in a file of this name are a layer of their own, whatever they hold."""
    return path.lower().endswith(NOTEBOOK)


def runs(data: bytes) -> Iterator[tuple[int, int]]:
    """Where runs of Base64's characters begin and end that are long enough to tell."""
    classes = data.translate(_CLASSES)
    needle = _IN_RUN * _SHORTEST_RUN
    at = classes.find(needle)
    while at >= 0:
        end = classes.find(_APART, at + _SHORTEST_RUN)
        end = len(data) if end < 0 else end
        yield at, end
        at = classes.find(needle, end)


def unwrapped(run: bytes) -> bytes:
    """The bytes that a run says; ``b""`` where it is no Base64."""
    whole = len(run) // 4 * 4
    rest = run[whole:] if len(run) - whole > 1 else b""
    try:
        return binascii.a2b_base64(run[:whole] + rest + b"=" * (-len(rest) % 4))
    except binascii.Error:
        return b""


def printable(data: bytes) -> str:
    """Bytes as a text, if they are ASCII that can be shown; ``""`` if not."""
    if not data.isascii():
        return ""
    text = data.decode("ascii").replace("\r\n", "\n").replace("\t", " ")
    return text if text.replace("\n", "").isprintable() else ""
