"""Private keys in blocks of text."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.secrets import pem
from pregate.secrets.document import Document
from pregate.secrets.expressions import expression
from pregate.secrets.found import Hit
from pregate.secrets.places.model import Place

_HEADER = expression(r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_SHORTEST = 64


def _private_keys(document: Document) -> Iterator[Hit]:
    for match in _HEADER.finditer(document.text):
        row = document.row(match.start())
        start = match.start() - document.starts[row]
        end = match.end() - document.starts[row]
        body = tuple(pem.body(document.lines, row, end))
        if sum(last - first for _, first, last in body) < _SHORTEST:
            continue
        value = "\n".join(document.lines[i][first:last] for i, first, last in body)
        yield Hit("PrivateKeyDetector", row, start, end, value=value, body=body, is_value=False)


PLACES = (Place(("PrivateKeyDetector",), (b"private key",), _private_keys),)
