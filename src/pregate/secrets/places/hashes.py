"""Hashes of passwords: in files of users, and in dumps of databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import guarded, hit, windows

DETECTOR = "PasswordHashDetector"
# crypt(5) of Linux, and htpasswd's own (httpd.apache.org/docs/current/misc/password_encryptions.html).
_CRYPT = (
    r"\$(?:2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}"
    r"|(?:apr1|1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}"
    r"|5\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}"
    r"|6\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}"
    r"|6\$[./A-Za-z0-9]{16}\$[./A-Za-z0-9]{40,100}"
    r"|y\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"
    r"|argon2(?:id|i|d)\$v=[0-9]{1,3}\$[mtp=,0-9]{5,40}\$[A-Za-z0-9+/]{8,90}\$[A-Za-z0-9+/]{16,200}"
    r"|P\$[./A-Za-z0-9]{31}|S\$[./A-Za-z0-9]{52})"
)
_OF_USER = rf"(?:^|[\s\"'])[A-Za-z0-9_.@-]{{1,64}}:(?P<value>\{{SHA\}}[A-Za-z0-9+/]{{27}}=|{_CRYPT})"
_QUOTED = rf"'(?P<value>{_CRYPT})'"
_DIGEST = r"'(?P<value>[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})'"
_INSERT = expression(
    r"insert\s{1,4}into\s{1,4}[`\"\[]?\w{0,40}(?:user|account|member|admin|login|customer|passwd)\w{0,20}[`\"\]]?"
    r"[^;\n]{0,400}?\b\w{0,20}(?:pass|pwd)",
    re.IGNORECASE,
)
_STATEMENT = 1 << 20
_SEVERAL = 3
# How the hashes of users begin, in lower case.
_BEGINNINGS = (
    *(b":{sha}", b":$2a$", b":$2b$", b":$2x$", b":$2y$", b":$apr1$", b":$1$", b":$5$", b":$6$", b":$y$"),
    *(b":$argon2", b":$p$", b":$s$"),
)
# Programs ask these files who may come in.
_FILES = expression(r"(?:\.|[a-z0-9_-]{1,40}\.|)htpasswd|\.?(?:g?shadow|passwd)-?|master\.passwd|\.htdigest")


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.MULTILINE)


def _in_use(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A hash that somebody logs in by."""
    verdict = guarded(value, path)
    return (Confidence.HIGH, "", "") if verdict and verdict[0] is Confidence.MEDIUM else verdict


def _of_users(document: Document) -> Iterator[Hit]:
    expression = _compiled(_OF_USER)
    judge = _in_use if _FILES.fullmatch(document.name) else guarded
    for needle in (b":$", b":{sha}"):
        for start, end in windows(document, needle, 70, 400):
            for match in expression.finditer(document.text, start, end):
                yield from hit(document, DETECTOR, *match.span("value"), judge)


def _of_dumps(document: Document) -> Iterator[Hit]:
    text = document.text
    found = list(_compiled(_QUOTED).finditer(text))
    # One alone is the login that a new installation begins with.
    judge = _in_use if len(found) >= _SEVERAL else guarded
    for match in found:
        yield from hit(document, DETECTOR, *match.span("value"), judge)
    at = 0
    while insert := _INSERT.search(text, at):
        end = text.find(";\n", insert.end(), insert.end() + _STATEMENT)
        at = insert.end() + _STATEMENT if end < 0 else end
        for match in _compiled(_DIGEST).finditer(text, insert.end(), at):
            yield from hit(document, DETECTOR, *match.span("value"), guarded)


def _is_dump(document: Document) -> bool:
    return document.extension in {".sql", ".dump", ".mysql", ".pgsql", ".psql"}


PLACES = (
    Place((DETECTOR,), _BEGINNINGS, _of_users),
    Place((DETECTOR,), (b"insert into", b"copy "), _of_dumps, _is_dump),
)
