"""Passwords and tokens in commands, statements of SQL, and headers of HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pregate.model import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import pattern, values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import Judge, Pattern, named

COMMAND = "CommandPasswordDetector"
HEADER = "AuthorizationHeaderDetector"
# One word of a shell, quoted or not; options before it stay on the line.
_WORD = r"(?:'(?P<single>[^'\n]{1,200})'|\"(?P<double>[^\"\n]{1,200})\"|(?P<value>[^\s'\"`|;&<>()\\]{1,200}))"
_BETWEEN = r"\b[^\n|;&]{0,300}?[ \t]"
_TOKEN_LEAST = 20
_TOKEN_DIFFERENT = 10


def _pair(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """``user:password``, as curl takes it."""
    user, colon, password = value.partition(":")
    if not colon or values.is_reference(user):
        return None
    sure = values.strength(password, path)
    if sure is None:
        return None
    return (Confidence.LOW if user.lower() == password.lower() else sure, "", password)


def _basic(value: str, path: str) -> tuple[Confidence, str, str] | None:
    parts = values.login(value)
    if parts is None:
        return None
    sure = values.strength(parts[1], path)
    if sure is None:
        return None
    return (Confidence.LOW if parts[0].lower() == parts[1].lower() else sure, "", value)


def _bearer(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """A token: long, with digits and letters, and no words with dashes between them."""
    if values.is_reference(value) or values.is_word(value) or len(set(value)) < _TOKEN_DIFFERENT:
        return None
    if not any(c.isdigit() for c in value) or not any(c.isalpha() for c in value):
        return None
    words = re.split(r"[-_.]", value)
    if len(words) > 1 and all(word.isalpha() or word.isdigit() for word in words):
        return (Confidence.LOW, "", "")
    return (Confidence.MEDIUM if values.is_sample(path) else Confidence.HIGH, "", "")


_SHELL: tuple[tuple[bytes, str, Judge], ...] = (
    (b"curl", rf"\bcurl{_BETWEEN}(?:-u|--user|--proxy-user|-U)(?:[ \t]+|=){_WORD}", _pair),
    (b"curl", rf"\bcurl{_BETWEEN}-u{_WORD}", _pair),
    (b"sshpass", rf"\bsshpass[ \t]+(?:-v[ \t]+)?-p[ \t]{{0,4}}{_WORD}", named),
    (b"wget", rf"\bwget{_BETWEEN}--(?:http-|ftp-|proxy-)?password[= ]{_WORD}", named),
    (b"mysql", rf"\bmysql(?:dump|admin|import|show|check)?{_BETWEEN}-p{_WORD}", named),
    (b"mysql", rf"\bmysql(?:dump|admin|import|show|check)?{_BETWEEN}--password={_WORD}", named),
    (b"mariadb", rf"\bmariadb(?:-dump|-admin)?{_BETWEEN}(?:-p|--password=){_WORD}", named),
    (
        b"mongo",
        rf"\bmongo(?:sh|dump|restore|import|export)?{_BETWEEN}(?:-p[ \t]+|--password[= ]){_WORD}",
        named,
    ),
    (b"redis-cli", rf"\bredis-cli{_BETWEEN}(?:-a[ \t]+|--pass[ \t]+){_WORD}", named),
    (b"sqlcmd", rf"\bsqlcmd{_BETWEEN}-P[ \t]{{0,4}}{_WORD}", named),
    (b"pgpassword", rf"\bPGPASSWORD={_WORD}", named),
    (b"mysql_pwd", rf"\bMYSQL_PWD={_WORD}", named),
    (b"rediscli_auth", rf"\bREDISCLI_AUTH={_WORD}", named),
    (
        b"login",
        rf"\b(?:docker|podman|buildah|skopeo|helm|oras|nerdctl|az|oc|heroku|cf|ibmcloud|faas-cli|argocd|bw)[ \t]"
        rf"[^\n|;&]{{0,60}}\blogin{_BETWEEN}(?:-p|--password)(?:[ \t]+|=){_WORD}",
        named,
    ),
    (
        b"htpasswd",
        rf"\bhtpasswd[ \t][^\n|;&]{{0,60}}-[a-zA-Z]{{0,6}}b[a-zA-Z]{{0,6}}[ \t]+[^\n|;&]{{1,120}}?[ \t]{_WORD}[ \t]*$",
        named,
    ),
    (b"net user", rf"\bnet[ \t]+user[ \t]+[^\s/]{{1,60}}[ \t]+(?!/){_WORD}(?=[ \t]+/add)", named),
    (
        b"chpasswd",
        rf"\becho[ \t]+(?:-e[ \t]+)?['\"]?[a-z_][a-z0-9_-]{{0,31}}:(?P<value>[^\s'\"|$]{{1,200}})['\"]?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd",
        named,
    ),
    (b"smbclient", rf"\bsmbclient{_BETWEEN}-U[ \t]*[^\s%]{{1,60}}%(?P<value>[^\s'\"]{{1,100}})", named),
    (
        b"openssl",
        rf"\bopenssl{_BETWEEN}-(?:pass|passin|passout)[ \t]+['\"]?pass:(?P<value>[^\s'\"]{{1,200}})",
        named,
    ),
    (b"keytool", rf"\bkeytool{_BETWEEN}-(?:storepass|keypass)[ \t]+{_WORD}", named),
    (
        b"ansible",
        rf"\bansible_(?:ssh_pass|password|become_pass(?:word)?|sudo_pass)=(?P<value>[^\s'\"]{{1,200}})",
        named,
    ),
    (
        b"machine",
        r"\bmachine[ \t]+[^\s]{1,200}[ \t]+login[ \t]+[^\s]{1,200}[ \t]+password[ \t]+(?P<value>[^\s'\"\\]{1,200})",
        named,
    ),
)
_SQL: tuple[tuple[bytes, str], ...] = (
    (
        b"identified",
        r"\bidentified[ \t]+(?:with[ \t]+['\"`]?\w{1,40}['\"`]?[ \t]+)?by[ \t]+(?!password\b)(?P<mark>\\?['\"])(?P<value>[^'\"\\\n]{1,200})(?P=mark)",
    ),
    (
        b"identified by",
        r"\bidentified[ \t]+by[ \t]+(?!password\b|values\b)(?P<value>[A-Za-z][A-Za-z0-9_$#]{5,100})(?=[ \t;]|$)",
    ),
    (
        b"password",
        r"\b(?:create|alter)[ \t]+(?:user|role|login)[ \t][^;\n]{1,200}?\bpassword[ \t]*=?[ \t]*N?'(?P<value>[^'\n]{1,200})'",
    ),
    (b"set password", r"\bset[ \t]+password[^;\n]{0,120}?=[ \t]*(?:password\()?'(?P<value>[^'\n]{1,200})'"),
    (
        b".login(",
        r"\.login\([ \t]*['\"][^'\"\s@]{1,64}@[^'\"\s@]{1,120}['\"][ \t]*,[ \t]*['\"](?P<value>[^'\"\n]{6,200})['\"]",
    ),
)
_AUTHORIZATION = r"authorization\\?['\"]?\]?[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4}[a-z]{0,2}\\?['\"`]?[ \t]{0,4}"
_HEADERS: tuple[tuple[bytes, str, Judge], ...] = (
    (b"basic ", _AUTHORIZATION + r"basic[ \t]{1,4}(?P<value>[A-Za-z0-9+/]{6,1000}={0,2})", _basic),
    (
        b"authorization",
        _AUTHORIZATION
        + rf"(?:bearer|token|apikey|key)[ \t]{{1,4}}(?P<value>[A-Za-z0-9._~+/-]{{{_TOKEN_LEAST},2000}}={{0,2}})",
        _bearer,
    ),
    (
        b"x-",
        r"\bx-(?:api-key|auth-token|access-token|api-token|vault-token)\\?['\"]?\]?[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4}"
        r"\\?['\"`]?[ \t]{0,4}(?P<value>[A-Za-z0-9._~+/-]{20,1000}={0,2})",
        _bearer,
    ),
)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.MULTILINE)


def _shell(document: Document) -> Iterator[Hit]:
    for needle, expression, judge in _SHELL:
        if needle not in document.folded:
            continue
        for match in _compiled(expression).finditer(document.text):
            for group in ("value", "single", "double"):
                if group in match.re.groupindex and match[group] is not None:
                    yield from _judged(document, *match.span(group), judge)


def _judged(document: Document, start: int, end: int, judge: Judge) -> Iterator[Hit]:
    """As :func:`pattern.hit`, but of ``user:password`` the password alone stands out."""
    for found in pattern.hit(document, COMMAND, start, end, judge):
        if judge is _pair:
            skipped = document.text.find(":", start, end) + 1 - start
            yield found._replace(start=found.start + skipped, value="")
        else:
            yield found


def _statements(document: Document) -> Iterator[Hit]:
    for needle, expression in _SQL:
        if needle in document.folded:
            yield from pattern.matches(document, Pattern(COMMAND, expression, named))


def _headers(document: Document) -> Iterator[Hit]:
    for needle, expression, judge in _HEADERS:
        if needle in document.folded:
            yield from pattern.matches(document, Pattern(HEADER, expression, judge))


PLACES = (
    Place((COMMAND,), tuple({needle: None for needle, _, _ in _SHELL}), _shell),
    Place((COMMAND,), tuple(needle for needle, _ in _SQL), _statements),
    Place(
        (HEADER,),
        (
            b"authorization",
            b"x-api-key",
            b"x-auth-token",
            b"x-access-token",
            b"x-vault-token",
            b"x-api-token",
        ),
        _headers,
    ),
)
