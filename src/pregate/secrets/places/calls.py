"""
Passwords that a call is given with a user, by their place among its arguments, and those of statements that
name them in words of their own: ``net use``, ``psk``, ``bindpw``.

The order of the arguments is that of each function's manual: PHP's ``mysqli_connect`` (host, user, password),
``PDO`` (source, user, password), Requests' ``auth`` (user, password), .NET's ``NetworkCredential``.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import pattern
from pregate.secrets.places.commands import DETECTOR
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import Pattern, named

_GAP = r"[ \t]{0,8}(?:\r?\n[ \t]{0,60})?"
_STRING = r"(?:\"[^\"\n]{0,160}\"|'[^'\n]{0,160}')"
_ARGUMENT = rf"(?:{_STRING}|\$?[A-Za-z_][\w.>\[\]-]{{0,60}})"
_VALUE = r"(?P<mark>[\"'])(?P<value>[^\"'\n]{4,200})(?P=mark)"
_COMMA = rf"{_GAP},{_GAP}"
_THIRD = rf"\({_GAP}{_ARGUMENT}{_COMMA}{_ARGUMENT}{_COMMA}{_VALUE}"
_SECOND = rf"\({_GAP}(?P<user>{_STRING}){_COMMA}{_VALUE}"
_BEFORE = 200
_OF_THREE = (
    "mysqli_connect",
    "mysql_connect",
    "mysql_pconnect",
    "new mysqli",
    "new pdo",
    "mysqli_real_connect",
    "ftp_login",
    "ldap_bind",
    "ssh2_auth_password",
    "imap_open",
    "drivermanager.getconnection",
    "mysqldb.connect",
    "pymysql.connect",
)
_OF_TWO = (
    "auth=",
    "basicauth",
    "basic_auth",
    "digestauth",
    "ntlmauth",
    "basicauthentication",
    "passwordcredentials",
    "networkcredential",
    "passwordauthentication",
    "awscredentials",
    "plainauthprovider",
    "plaintextauthprovider",
    "oci_connect",
)
_WORDS: tuple[tuple[bytes, str], ...] = (
    (
        b"convertto-securestring",
        r"convertto-securestring[ \t]{1,4}(?:-(?:string|asplaintext|force)[ \t]{1,4}){0,3}" + _VALUE,
    ),
    (
        b"net use",
        r"\bnet use[ \t][^\n/]{1,200}/user:[^\s]{1,100}[ \t]{1,4}\"?(?P<value>[^\s\"/*%$<][^\s\"]{3,100})",
    ),
    (
        b"net use",
        r"\bnet use [^\n/]{0,40}\\\\[^\s]{1,99} \"?(?P<value>[^\s\"/*%$<][^\s\"]{3,99})[ \"]{1,2}/user:",
    ),
    (b"psk", r"(?<![\w-])psk[ \t]{0,4}[:=][ \t]{0,4}" + _VALUE),
    (b"psk=", r"^[ \t]{0,8}psk=(?P<value>[^\s\"'$<]{8,64})[ \t]{0,4}$"),
    (b"bindpw", r"^[ \t]{0,8}(?:root)?bindpw[ \t]{1,8}\"?(?P<value>[^\s\"]{4,200})"),
    (b"rootpw", r"^[ \t]{0,8}(?:olc)?rootpw:?[ \t]{1,8}\"?(?P<value>[^\s\"{]{4,200})"),
)


def _of_two(document: Document, call: str) -> Iterator[Hit]:
    """A user and a password that are the same are those of nobody."""
    expression = Pattern(DETECTOR, rf"{call}{_SECOND}", named)
    for found in pattern.near(document, f"{call}(".encode(), expression, 40, 500):
        line, value = document.lines[found.row], document.lines[found.row][found.start : found.end]
        before = line[max(0, found.start - _BEFORE) : found.start]
        yield found._replace(confidence=Confidence.LOW) if value in before else found


def _calls(document: Document) -> Iterator[Hit]:
    for call in _OF_THREE:
        needle = f"{call}(".encode()
        if needle in document.folded:
            yield from pattern.near(document, needle, Pattern(DETECTOR, call + _THIRD, named), 40, 700)
    for call in _OF_TWO:
        if f"{call}(".encode() in document.folded:
            yield from _of_two(document, call)


def _words(document: Document) -> Iterator[Hit]:
    for needle, statement in _WORDS:
        if needle in document.folded:
            yield from pattern.near(document, needle, Pattern(DETECTOR, statement, named), 60, 400)


PLACES = (
    Place((DETECTOR,), tuple(f"{call}(".encode() for call in (*_OF_THREE, *_OF_TWO)), _calls),
    Place((DETECTOR,), tuple(dict.fromkeys(needle for needle, _ in _WORDS)), _words),
)
