"""JSON Web Tokens (RFC 7519), decoded: who issued one, and until when it is valid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.formats.model import START
from pregate.secrets.found import Hit
from pregate.secrets.places import values
from pregate.secrets.places.model import Place

DETECTOR = "JwtTokenDetector"
_EXPRESSION = (
    START + r"(?<!\.)(?P<header>eyJ[A-Za-z0-9_-]{8,2000})\.(?P<payload>e[A-Za-z0-9_-]{2,8000})"
    r"\.(?P<signature>[A-Za-z0-9_-]{0,2000})(?![A-Za-z0-9_-])"
)
_LONGEST = 12_000
_SHORTEST_SIGNATURE = 20
_LONGEST_ISSUER = 60
_SAMPLE_SUBJECTS = frozenset({"1234567890", "1234567890abcdef"})
_SAMPLE_NAMES = frozenset({"john doe", "jane doe", "john", "test", "test user"})
_SAMPLES: tuple[dict[str, Any], ...] = (
    {"some": "payload"},
    {"foo": "bar"},
    {"hello": "world"},
    {"foo": "bar", "iat": 1516239022},
)
_REGISTERED = frozenset(
    {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "role", "roles", "email", "uid"}
)
# As much of the path as is words.
_HOST = expression(
    r"(?P<shown>(?:https?://)?(?:[a-z0-9-]{1,24}\.){1,6}[a-z]{2,12}(?::[0-9]{1,5})?"
    r"(?:/(?:[a-z_-]{1,20}(?=/|$))?)?)(?:/?[^@?\s]{0,400})?"
)
_WORDS = expression(r"[a-z]{2,20}(?:[ ./_-][a-z]{2,20}){0,4}", re.IGNORECASE)
_LATEST = 253_402_300_799  # the last second of the year 9999


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_EXPRESSION)


def _tokens(document: Document) -> Iterator[Hit]:
    for match in _token().finditer(document.text):
        verdict = judged(match["header"], match["payload"], match["signature"], document.path)
        if verdict:
            row = document.row(match.start())
            base = document.starts[row]
            yield Hit(DETECTOR, row, match.start() - base, match.end() - base, *verdict)


def judged(header: str, payload: str, signature: str, path: str = "") -> tuple[Confidence, str] | None:
    """How sure a token is one that somebody accepts, and what may be said of it."""
    head, claims = _object(header), _object(payload)
    if head is None or claims is None or not ({"alg", "typ", "kid"} & head.keys()):
        return None
    if str(head.get("alg", "")).lower() == "none" or len(signature) < _SHORTEST_SIGNATURE:
        return None
    if len(set(signature)) < _SHORTEST_SIGNATURE // 2 or _is_sample(claims):
        return None
    return _confidence(claims, path), _note(claims)


def _object(part: str) -> dict[str, Any] | None:
    import json  # most files have none of these tokens

    text = values.decoded(part, _LONGEST)
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_sample(claims: dict[str, Any]) -> bool:
    """The token of jwt.io's first page, and those that people make of it."""
    name = claims.get("name")
    if claims in _SAMPLES:
        return True
    subject = claims.get("sub")
    return (isinstance(subject, str) and subject in _SAMPLE_SUBJECTS) or (
        isinstance(name, str) and name.lower() in _SAMPLE_NAMES
    )


def _confidence(claims: dict[str, Any], path: str) -> Confidence:
    # Supabase's key for browsers is public by design (supabase.com/docs/guides/api/api-keys).
    if claims.get("role") == "anon":
        return Confidence.LOW
    return (
        Confidence.HIGH if _REGISTERED & claims.keys() and not values.is_sample(path) else Confidence.MEDIUM
    )


def _note(claims: dict[str, Any]) -> str:
    issuer = claims.get("iss")
    said = ""
    if isinstance(issuer, str) and (clean := cleaned(issuer)):
        said += f", issued by {clean}"
    if claims.get("role") == "service_role":
        said += ", with the role service_role"
    expiry = claims.get("exp")
    if isinstance(expiry, int | float) and 0 < expiry < _LATEST:
        from datetime import UTC, datetime

        said += f", expires {datetime.fromtimestamp(int(expiry), UTC).date().isoformat()}"
    return said


def cleaned(text: str) -> str:
    """
    A name out of a file for a message: that of a host, or words. A service's issuer may be a key (Zoom's is),
    and the path after a host may hold one: nothing random is shown, and no login.
    """
    host = _HOST.fullmatch(text[:_LONGEST])
    if host:
        return host.group("shown")[:_LONGEST_ISSUER]
    return text if _WORDS.fullmatch(text) else ""


PLACES = (Place((DETECTOR,), (b"eyj",), _tokens),)
