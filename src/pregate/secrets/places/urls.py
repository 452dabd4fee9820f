"""Passwords in URLs (RFC 3986, section 3.2.1), of whatever scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import values
from pregate.secrets.places.model import Place

DETECTOR = "BasicAuthDetector"
_USER = r"[^\s/:'\"`<>()\[\]|\\,;?#]{0,128}"
_PART = r"[^\s/:'\"`<>()|\\,;?@]{1,200}"
# A host, or what stands for one; an `@` in a password that somebody forgot to encode goes with it.
_HOST = (
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_][A-Za-z0-9_.-]{0,250}|\$?\{[^{}\s]{1,80}\}|%s|\$\w{1,80})"
)
_URL = rf"://(?P<user>{_USER}):(?P<value>{_PART}(?:@[^\s/:'\"`<>()|\\,;?@]{{0,60}}(?=@))?)@{_HOST}"
_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+.-]{0,24}$")
_LONGEST_SCHEME = 25
_NOT_LOGINS = frozenset({"ssh", "git+ssh", "mailto", "docker", "oci", "pkg", "urn", "npm", "data"})
_DIGESTS = ("sha1", "sha256", "sha512")
_EXAMPLES = expression(
    r"(?:^|\.)(?:example(?:\.[a-z]{2,6})?|test|invalid|domain\.[a-z]{2,4}|foo\.[a-z]{2,4}|bar\.[a-z]{2,4}"
    r"|(?:my|your|some)[-_.]?[a-z]{3,12}(?:\.[a-z]{2,4})?)$",
    re.IGNORECASE,
)
_NEAR = expression(
    r"^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host|hostname|server|address|ip|proxy|[a-z]{1,12}(?:[-_][a-z]{1,12})?"
    r"|host\.docker\.internal|.{0,60}\.local)$",
    re.IGNORECASE,
)
# What GitHub wants for a password where the user is the token.
_NO_PASSWORDS = frozenset({"x-oauth-basic", "x-access-token"})
_NOBODY = frozenset(
    (
        "user",
        "username",
        "usr",
        "name",
        "login",
        "me",
        "you",
        "foo",
        "u",
        "john",
        "joe",
        "bob",
        "alice",
        "someone",
    )
)
# Programs write these files, for logins alone.
_HOMES = frozenset({".git-credentials", ".netrc", ".mylogin.cnf"})
# A machine's own name with a number: nobody makes that up for a manual.
_MACHINE = expression(r"[a-z-]{0,40}[0-9]{4,}[a-z0-9-]{0,40}(?:\.[a-z0-9-]{1,63}){2,6}$", re.IGNORECASE)
_LOW = Confidence.LOW
_TIGER = "tiger"  # scott's, of Oracle's manuals and those of others
_PORT = expression(r"[0-9]{1,5}(?:$|[^0-9A-Za-z])")


@cache
def _url() -> re.Pattern[str]:
    return re.compile(_URL)


def _passwords(document: Document) -> Iterator[Hit]:
    text = document.text
    for match in _url().finditer(text):
        before = text[max(0, match.start() - _LONGEST_SCHEME) : match.start()]
        scheme = _SCHEME.search(before)
        if not scheme or scheme.group().lower() in _NOT_LOGINS:
            continue
        sure = judged(match["user"], match["value"], match["host"], document.path)
        if sure is Confidence.LOW and document.name in _HOMES and not values.is_sample(document.path):
            sure = Confidence.MEDIUM
        if sure is None:
            continue
        row = document.row(match.start())
        base = document.starts[row]
        yield Hit(DETECTOR, row, match.start("value") - base, match.end("value") - base, sure)


def _unquoted(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote  # a hook needs it for nothing else

    return unquote(text)


def judged(user: str, password: str, host: str, path: str) -> Confidence | None:
    """How surely a password in a URL is one; a word is none for certain, whatever the host."""
    if password in _NO_PASSWORDS or host.lower() in _DIGESTS or (_PORT.match(password) and "@" in user):
        return None
    plain = _unquoted(password)
    sure, alone = values.strength(plain, path), values.strength(plain)
    if sure is None:
        return None
    if (user and values.is_reference(user)) or user.lower() == plain.lower() or plain.startswith(_TIGER):
        return _LOW
    if alone is Confidence.HIGH:
        return Confidence.MEDIUM if _EXAMPLES.search(host) else sure
    if user.lower() in _NOBODY or _EXAMPLES.search(host) or _NEAR.match(host):
        return _LOW
    return Confidence.MEDIUM if sure is _LOW and _MACHINE.match(host) and not values.is_sample(path) else sure


PLACES = (Place((DETECTOR,), (b"://",), _passwords),)
