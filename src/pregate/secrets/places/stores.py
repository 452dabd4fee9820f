"""Key stores: PKCS #12 (RFC 7292) and Java's own, told by their first bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places.model import Place

DETECTOR = "KeyStoreDetector"
# The bytes of a binary file are the characters of its text (Latin-1); of line ends one character is left.
# The first entry's tag after the version and the number of entries is 1 for a private key.
_JAVA = expression(
    r"(?:\xfe\xed\xfe\xed|\xce\xce\xce\xce)\x00{3}[\x01\x02].{3,4}\x00{3}[\x01\x03]", re.DOTALL
)
_PKCS12 = expression(r"0[\x80-\x84].{0,4}\x02\x01\x030", re.DOTALL)
# The object identifiers of key bags in PKCS #12, encrypted and plain: 1.2.840.113549.1.12.10.1.2 and .1.
_KEY_BAG = expression(r"\x2a\x86\x48\x86\xf7[\r\n]\x01\x0c\n\x01[\x01\x02]")
_BEGINNINGS = "0\xfe\xce"
_SHOWN = 4


def _stores(document: Document) -> Iterator[Hit]:
    is_store = _JAVA.match(document.text) or _KEY_BAG.search(document.text)
    if is_store and document.lines:
        end = min(_SHOWN, len(document.lines[0]))
        yield Hit(DETECTOR, 0, 0, end, Confidence.MEDIUM, ", which a password protects", is_value=False)


def _may_be_store(document: Document) -> bool:
    text = document.text
    return text[:1] in _BEGINNINGS and bool(_JAVA.match(text) or _PKCS12.match(text))


PLACES = (Place((DETECTOR,), (), _stores, _may_be_store, beginnings=_BEGINNINGS),)
