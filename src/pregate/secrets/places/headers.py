"""Logins in headers of HTTP requests (RFC 7617, RFC 6750), wherever such a request is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import pattern, values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import Judge, Pattern

DETECTOR = "AuthorizationHeaderDetector"
_DIFFERENT = 10
# The tokens of some services, which know them better, and as often the name of a thing.
_UUID = expression(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BETWEEN = r"\\?['\"]?\]?[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4}(?:[a-z]{0,2}\\?['\"`])?[ \t]{0,4}"
_TOKEN = r"(?P<value>[A-Za-z0-9._~+/-]{20,2000}={0,2})"  # noqa: S105 - an expression


def _basic(value: str, path: str) -> tuple[Confidence, str, str] | None:
    parts = values.login(value)
    sure = values.strength(parts[1], path) if parts else None
    if parts is None or sure is None:
        return None
    return (Confidence.LOW if parts[0].lower() == parts[1].lower() else sure, "", value)


def _bearer(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A token: long, with digits and letters, and no words with dashes between them."""
    if values.is_reference(value) or values.is_word(value) or len(set(value)) < _DIFFERENT:
        return None
    if not any(c.isdigit() for c in value) or not any(c.isalpha() for c in value):
        return None
    words = [word for word in re.split(r"[-_.]", value) if word]
    if len(words) > 1 and all(word.isalpha() or word.isdigit() for word in words):
        return (Confidence.LOW, "", "")
    is_doubtful = values.is_sample(path) or _UUID.fullmatch(value)
    return (Confidence.MEDIUM if is_doubtful else Confidence.HIGH, "", "")


_NAMES = "api-key|auth-token|access-token|api-token|vault-token"
_SCHEME = b"authorization"
_TOKENS = tuple(b"x-" + name.encode() for name in _NAMES.split("|"))
# The needles that each begins with, and what else is in a file with such a header.
_HEADERS: tuple[tuple[tuple[bytes, ...], bytes, str, Judge], ...] = (
    (
        (_SCHEME,),
        b"basic ",
        rf"authorization{_BETWEEN}basic[ \t]{{1,4}}(?P<value>[A-Za-z0-9+/]{{6,1000}}={{0,2}})",
        _basic,
    ),
    ((_SCHEME,), b"", rf"authorization{_BETWEEN}(?:bearer|token|apikey|key)[ \t]{{1,4}}{_TOKEN}", _bearer),
    (_TOKENS, b"", rf"\bx-(?:{_NAMES}){_BETWEEN}{_TOKEN}", _bearer),
)
# The value alone, or with the name after it; the scheme and what follows it are two strings in C#.
_STRINGS: tuple[tuple[bytes, str, Judge], ...] = (
    (
        b"forhttpheaderfield",
        rf"['\"]{_TOKEN}['\"],[ \t]{{0,4}}forhttpheaderfield:[ \t]{{0,4}}['\"]x-(?:{_NAMES})['\"]",
        _bearer,
    ),
    (b"bearer", rf"['\"`]bearer(?:[ \t]{{1,4}}|['\"],[ \t]{{0,4}}['\"]){_TOKEN}\\?['\"`]", _bearer),
    (b"basic ", r"['\"`]basic[ \t]{1,4}(?P<value>[A-Za-z0-9+/]{6,1000}={0,2})\\?['\"`;]", _basic),
)


def _headers(document: Document) -> Iterator[Hit]:
    for needles, word, header, judge in _HEADERS:
        if word in document.folded:
            yield from pattern.hits_at(document, Pattern(DETECTOR, header, judge), needles)


def _strings(document: Document) -> Iterator[Hit]:
    for needle, string, judge in _STRINGS:
        yield from pattern.near(document, needle, Pattern(DETECTOR, string, judge), 400, 2100)


PLACES = (
    Place((DETECTOR,), (_SCHEME, *_TOKENS), _headers),
    Place((DETECTOR,), tuple(needle for needle, _, _ in _STRINGS), _strings),
)
