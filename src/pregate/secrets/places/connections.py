"""
Passwords in connection strings: JDBC, ODBC and ADO.NET, libpq, StackExchange.Redis.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import matches_at, stretches

DETECTOR = "ConnectionStringDetector"
# What is with a password in one string: words of connection strings, and words that variables have as well.
_CERTAIN = expression(
    r"(?:^|[;\s'\"`,(=])(?:server|data ?source|initial ?catalog|user ?id|uid|driver|provider)\s{0,3}=",
    re.IGNORECASE,
)
_LIKELY = expression(
    r"(?:^|[;\s'\"`,(=])(?:host(?:name)?|user(?:name)?|dbname|database|port|ssl(?:mode)?|abortconnect)\s{0,3}=",
    re.IGNORECASE,
)
_CODE = expression(r"[A-Za-z_$][\w$]*(?:\.[\w$]+)+|.*[()\[\]].*")
_SEMICOLONS = expression(
    r"(?:^|[;'\"`\s])(?:password|pwd)\s{0,3}=\s{0,3}['{]?"
    r"(?P<value>[^;'\"`\s{}<>|]{1,200})(?=[;'\"`}\s&<]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_JDBC = expression(r"\bjdbc:(?=[a-z])", re.IGNORECASE)
_QUERY = expression(
    r"[?&;](?:password|pwd|trustStorePassword|accessToken)=(?P<value>[^\s;&'\"`<>|,}]{1,200})", re.IGNORECASE
)
_OUTSIDE = expression(r"[\s'\"`<>]")
_ORACLE = expression(
    r"jdbc:oracle:(?:thin|oci8?):(?P<user>[A-Za-z0-9_.$#]{1,64})/(?P<value>[^\s/@'\"`<>]{1,100})@",
    re.IGNORECASE,
)
_LIBPQ = expression(
    r"\b(?:host|user|dbname|hostaddr)=[^\s'\"`,;&]{1,120}[ ](?:[a-z_]{2,30}=[^\s'\"`,;&]{0,120}[ ]){0,8}"
    r"password=(?P<value>[^\s'\"`,;&)<>]{1,200})"
    r"|\bpassword=(?P<first>[^\s'\"`,;&)<>]{1,200})[ ](?:host|user|dbname|port|sslmode|hostaddr)="
)
_REDIS = expression(
    r":(?:6379|6380),(?:[A-Za-z]{2,30}=[^\s,'\"`]{0,80},){0,8}"
    r"password=(?P<value>[^\s,'\"`]{1,200})",
    re.IGNORECASE,
)
# go-sql-driver's data source name: user:password@tcp(host:port)/database.
_GO = expression(r"[\"'`][A-Za-z0-9_.-]{1,64}:(?P<value>[^\s'\"`@]{1,100})@(?:tcp|unix)\(", re.IGNORECASE)
_REACH = 500
_PASSWORDS = (b"password", b"pwd")


@cache
def _near_host() -> re.Pattern[str]:
    return re.compile(
        r"(?:server|data ?source|host(?:name)?|address)\s{0,3}=\s{0,3}(?:tcp:)?"
        r"(?:localhost|127\.0\.0\.1|\.|\(local\)|\(localdb\)|[a-z0-9.-]{0,60}example\.[a-z]{3})\b"
        r"|//(?:localhost|127\.0\.0\.1)",
        re.IGNORECASE,
    )


def _hit(document: Document, start: int, end: int, context: str) -> Iterator[Hit]:
    value = document.text[start:end]
    sure = values.strength(value, document.path)
    if sure is None:
        return
    if values.strength(value) is not Confidence.HIGH and _near_host().search(context):
        sure = Confidence.LOW
    row = document.row(start)
    base = document.starts[row]
    yield Hit(DETECTOR, row, start - base, end - base, sure)


def _around(document: Document, start: int, end: int) -> str:
    """The line that a stretch is in, as far as a connection string goes."""
    text = document.text
    first = text.rfind("\n", max(0, start - _REACH), start) + 1 or max(0, start - _REACH)
    last = text.find("\n", end, end + _REACH)
    return text[first : end + _REACH if last < 0 else last]


def _lists(document: Document) -> Iterator[Hit]:
    """``Server=…;User Id=…;Password=…;`` (SqlConnection.ConnectionString of .NET; ODBC's PWD)."""
    for match in matches_at(document, _SEMICOLONS, _PASSWORDS, before=1):
        start, end = match.span("value")
        context = _around(document, start, end)
        if ";" not in context or _CODE.fullmatch(match["value"]):
            continue
        is_likely = values.strength(match["value"]) is Confidence.HIGH and _LIKELY.search(context)
        if is_likely or _CERTAIN.search(context):
            yield from _hit(document, start, end, context)


def _queries(document: Document) -> Iterator[Hit]:
    """The parameters of JDBC's URLs."""
    text = document.text
    for at, stop in stretches(text, _JDBC, _REACH):
        match = _QUERY.search(text, at, stop)
        if match and not _OUTSIDE.search(text, at, match.start()):
            yield from _hit(document, *match.span("value"), text[at : match.start()])


def _of(expression: re.Pattern[str], *groups: str) -> Callable[[Document], Iterator[Hit]]:
    def find(document: Document) -> Iterator[Hit]:
        for match in expression.finditer(document.text):
            for group in groups:
                if match[group] is not None:
                    yield from _hit(document, *match.span(group), match.group())

    return find


PLACES = (
    Place((DETECTOR,), _PASSWORDS, _lists),
    Place((DETECTOR,), (b"jdbc:",), _queries),
    Place((DETECTOR,), (b"jdbc:oracle",), _of(_ORACLE, "value")),
    Place((DETECTOR,), (b"password=",), _of(_LIBPQ, "value", "first")),
    Place((DETECTOR,), (b"@tcp(", b"@unix("), _of(_GO, "value")),
    Place((DETECTOR,), (b":6379,", b":6380,"), _of(_REDIS, "value")),
)
