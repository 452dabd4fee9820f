"""Passwords in commands of shells, and in statements of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import NamedTuple

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import pattern, values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import Judge, Pattern, named

DETECTOR = "CommandPasswordDetector"
_REACH = 300
_ENDS = expression(r"[\n|;&]")


def _pair(value: str, path: str) -> tuple[Confidence, str, str] | None:
    """``user:password``, as curl takes it."""
    user, colon, password = value.partition(":")
    if not colon or values.is_reference(user):
        return None
    sure = values.strength(password, path)
    if sure is None:
        return None
    return (Confidence.LOW if user.lower() == password.lower() else sure, "", password)


# One word of a shell, quoted or not.
_WORD = r"(?:'(?P<single>[^'\n]{1,200})'|\"(?P<double>[^\"\n]{1,200})\"|(?P<value>[^\s'\"`|;&<>()\\]{1,200}))"
_GROUPS = ("value", "single", "double")


class _Command(NamedTuple):
    """
    ``tool`` begins with ``needle``, or up to ``before`` characters before it; ``option`` is looked for from
    its end on, as far as the command goes (case counts).
    """

    needle: bytes
    tool: str
    option: str
    judge: Judge = named
    before: int = 0


_LOGINS = "docker|podman|buildah|skopeo|helm|oras|nerdctl|az|oc|heroku|cf|ibmcloud|faas-cli|argocd"
_COMMANDS = (
    _Command(b"curl", r"\bcurl\b", rf"(?<=\s)(?:-u|--user|--proxy-user|-U)(?:[ \t]{{0,8}}|=){_WORD}", _pair),
    _Command(b"sshpass", r"\bsshpass\b", rf"(?<=\s)-p[ \t]{{0,4}}{_WORD}"),
    _Command(b"wget", r"\bwget\b", rf"(?<=\s)--(?:http-|ftp-|proxy-)?password[= ]{_WORD}"),
    _Command(b"twine", r"\btwine\b", rf"(?<=\s)(?:-p|--password)[ =]{_WORD}"),
    _Command(
        b"ldap", r"\bldap(?:search|modify|add|delete|whoami|passwd)\b", rf"(?<=\s)-w[ \t]{{1,4}}{_WORD}"
    ),
    _Command(
        b"mysql",
        r"(?<!lib/)\bmysql(?:dump|admin|import|show|check)?(?=[ \t])",
        rf"(?<=\s)(?:-p|--password=){_WORD}",
    ),
    _Command(b"mariadb", r"\bmariadb(?:-dump|-admin)?(?=[ \t])", rf"(?<=\s)(?:-p|--password=){_WORD}"),
    _Command(
        b"mongo",
        r"\bmongo(?:sh|dump|restore|import|export)?(?=[ \t])",
        rf"(?<=\s)(?:-p[ \t]{{1,8}}|--password[= ]){_WORD}",
    ),
    _Command(b"redis-cli", r"\bredis-cli\b", rf"(?<=\s)(?:-a|--pass)[ \t]{{1,8}}{_WORD}"),
    _Command(b"sqlcmd", r"\bsqlcmd\b", rf"(?<=\s)-P[ \t]{{0,4}}{_WORD}"),
    _Command(b"smbclient", r"\bsmbclient\b", r"(?<=\s)-U[ \t]{0,4}[^\s%]{1,60}%(?P<value>[^\s'\"]{1,100})"),
    _Command(
        b"openssl", r"\bopenssl\b", r"(?<=\s)-pass(?:in|out)?[ \t]{1,4}['\"]?pass:(?P<value>[^\s'\"]{1,200})"
    ),
    _Command(b"keytool", r"\bkeytool\b", rf"(?<=\s)-(?:storepass|keypass)[ \t]{{1,4}}{_WORD}"),
    _Command(
        b"login",
        rf"\b(?:{_LOGINS})(?:[ \t]{{1,4}}(?!login\b)[\w-]{{1,30}}){{0,2}}[ \t]{{1,4}}login\b",
        rf"(?<=\s)(?:-p|--password)(?:[ \t]{{1,4}}|=){_WORD}",
        before=90,
    ),
    _Command(
        b"htpasswd",
        r"\bhtpasswd[ \t]{1,4}-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}\b",
        rf"\s[^\s|;&]{{1,120}}[ \t]{{1,4}}{_WORD}(?=[ \t]{{0,8}}(?:$|[|;&>#]))",
    ),
    _Command(
        b"net user",
        r"\bnet[ \t]{1,4}user[ \t]{1,4}[^\s/]{1,60}[ \t](?=[^/])",
        rf"(?:){_WORD}(?=[ \t]{{1,4}}/add)",
    ),
    _Command(
        b"chpasswd",
        r"\becho[ \t]",
        r"['\" \t][a-z_][a-z0-9_-]{0,31}:(?P<value>[^\s'\"|$:]{1,200})"
        r"(?=['\"]?[ \t]{0,4}\|[ \t]{0,4}(?:sudo[ \t]{1,4})?chpasswd)",
        before=250,
    ),
    _Command(
        b"machine",
        r"\bmachine[ \t]{1,8}[^\s]{1,200}[ \t]{1,8}login\b",
        r"(?<=\s)password[ \t]{1,8}(?P<value>[^\s'\"\\]{1,200})",
    ),
    _Command(b"mysql_pwd", r"\bMYSQL_PWD=", rf"(?:){_WORD}"),
    _Command(b"pgpassword", r"\bPGPASSWORD=", rf"(?:){_WORD}"),
    _Command(b"rediscli_auth", r"\bREDISCLI_AUTH=", rf"(?:){_WORD}"),
    _Command(
        b"ansible_",
        r"\bansible_(?:ssh_pass|password|become_pass(?:word)?|sudo_pass)=",
        r"(?:)['\"]?(?P<value>[^\s'\"]{1,200})",
    ),
)
# What stands right behind the tool, and not anywhere in the command.
_AT_ONCE = "(?:)"
_QUOTED = r"(?P<mark>\\?['\"])(?P<value>[^'\"\\\n]{1,200})(?P=mark)"
_IDENTIFIED = (
    r"\bidentified[ \t]{1,4}(?:with[ \t]{1,4}['\"`]?\w{1,40}['\"`]?[ \t]{1,4})?by[ \t]{1,4}"
    r"(?!password\b)" + _QUOTED
)
_UNQUOTED = (
    r"\b(?:user|to)[ \t]{1,4}[\w\"$.]{1,64}[ \t]{1,4}identified by[ \t]{1,4}(?!password\b|values\b)"
    r"(?P<value>[A-Za-z][A-Za-z0-9_$#]{5,100})(?=[ \t]{0,4}(?:;|$))"
)
_LOGIN_CALL = (
    r"\.login\([ \t]{0,8}['\"][^'\"\s@]{1,64}@[^'\"\s@]{1,120}['\"][ \t]{0,8},[ \t]{0,8}"
    r"['\"](?P<value>[^'\"\n]{6,200})['\"]"
)
# The arguments of calls that take a user and a password without their names.
_STRING = r"['\"`](?P<value>[^'\"`\n]{6,200})['\"`]"
_USER = r"[ \t]{0,4}['\"][^'\"\n]{1,100}['\"],[ \t]{0,4}"
_STDIN = (
    r"\becho[ \t]{1,4}(?:-n[ \t]{1,4})?(?P<mark>['\"]?)(?P<value>[^\s'\"|]{6,200})(?P=mark)[ \t]{0,4}\|"
    r"[^|\n]{0,120}(?:--password-stdin|\bsudo[ \t]{1,4}-S)"
)
# Each begins with one of its needles.
_CALLS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"setbasicauth(",), rf"setbasicauth\({_USER}{_STRING}[ \t]{{0,4}}\)"),
    ((b"getconnection(",), rf"getconnection\({_USER}{_USER}{_STRING}[ \t]{{0,4}}\)"),
    (
        (b"jwt.sign(", b"jwt.encode(", b"jwt.verify("),
        rf"\bjwt\.(?:sign|encode|verify)\([^'\"`\n]{{1,120}},[ \t]{{0,4}}{_STRING}[ \t]{{0,4}}[,)]",
    ),
    ((b"signwith(",), rf"signwith\([\w.]{{1,60}},[ \t]{{0,4}}{_STRING}"),
    ((b"sp_addlogin",), rf"\bsp_addlogin[ \t]{{1,4}}n?{_USER}n?{_STRING}"),
)
_STATEMENTS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"identified",), _IDENTIFIED),
    (
        (b"with password", b"with encrypted password", b"with login password"),
        r"\bwith (?:encrypted |login )?password[ \t]{0,4}=?[ \t]{0,4}N?'(?P<value>[^'\n]{1,200})'",
    ),
    ((b"set password",), r"\bset password[^;\n]{0,120}?=[ \t]{0,4}(?:password\()?'(?P<value>[^'\n]{1,200})'"),
    ((b".login(",), _LOGIN_CALL),
    *_CALLS,
)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.MULTILINE)


def _of(command: _Command, document: Document) -> Iterator[Hit]:
    text, option = document.text, _compiled(command.option)
    tools = list(_tools(document, command))
    for index, at in enumerate(tools):
        # As far as the next command of the kind: all of them together are no longer than the text.
        stop = min(len(text), at + _REACH, *tools[index + 1 : index + 2])
        line_end = text.find("\n", at, stop)
        stop = stop if line_end < 0 else line_end
        if command.option.startswith(_AT_ONCE):
            match = option.match(text, at, stop)
        else:
            match = option.search(text, at, stop)
        if match and not _ENDS.search(text, at, match.start()):
            for group in _GROUPS:
                if group in option.groupindex and match[group]:
                    yield from _judged(document, *match.span(group), command.judge)


def _tools(document: Document, command: _Command) -> Iterator[int]:
    """Where each command's tool ends, in order."""
    tool, text, done = _compiled(command.tool), document.text, 0
    for place in pattern.places_of(document.folded, command.needle):
        reach = place + len(command.needle)
        if command.before:
            found = tool.search(text, max(done, place - command.before), reach)
        else:
            found = tool.match(text, place)
        if found:
            done = max(done, reach)
            yield found.end()


def _judged(document: Document, start: int, end: int, judge: Judge) -> Iterator[Hit]:
    """The hit of a word; of ``user:password`` the password alone."""
    for found in pattern.hit(document, DETECTOR, start, end, judge):
        skipped = document.text.find(":", start, end) + 1 - start if judge is _pair else 0
        yield found._replace(start=found.start + skipped, value="")


def _statements(document: Document) -> Iterator[Hit]:
    for needles, statement in _STATEMENTS:
        yield from pattern.hits_at(document, Pattern(DETECTOR, statement, named), needles)
    if b"identified by" in document.folded:
        yield from pattern.near(document, b"identified by", Pattern(DETECTOR, _UNQUOTED, named))


def _piped(document: Document) -> Iterator[Hit]:
    """What is handed to a program on its standard input."""
    yield from pattern.hits_at(document, Pattern(DETECTOR, _STDIN, named), (b"echo ",))


PLACES = (
    Place((DETECTOR,), (b"--password-stdin", b"sudo -s"), _piped),
    *(Place((DETECTOR,), (command.needle,), partial(_of, command)) for command in _COMMANDS),
    Place((DETECTOR,), tuple(needle for needles, _ in _STATEMENTS for needle in needles), _statements),
)
