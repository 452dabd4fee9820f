"""
Licences as lock files and registries write them: SPDX expressions read, and held against lists of allowed and
denied ones.

Sources: SPDX specification 2.3, annex D "SPDX license expressions"; the SPDX License List, whose identifiers
stand in ``data/spdx.json``; npm docs, package.json, "license" (``UNLICENSED``, ``SEE LICENSE IN …``); The
Cargo Book, "The license and license-file fields" (``MIT/Apache-2.0``).
"""

from __future__ import annotations

import enum
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

TEXT_MAX = 2000
TERMS_MAX = 200
DEPTH_MAX = 40
_TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9.:+-]{1,200})")
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+", re.IGNORECASE)
_VERSIONED = re.compile(r"(.+)-([0-9]+(?:\.[0-9]+)*)(-only|-or-later|)", re.IGNORECASE)
_GNU = frozenset({"gpl", "lgpl", "agpl", "gfdl"})
# Names of the commonest licences that are no identifiers, as registries hold them.
_KNOWN_NAMES: Mapping[str, str] = {
    "mit license": "MIT",
    "the mit license": "MIT",
    "expat": "MIT",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "the apache software license, version 2.0": "Apache-2.0",
    "isc license": "ISC",
    "bsd-3": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "mozilla public license 2.0": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "psf": "PSF-2.0",
}


class Kind(enum.Enum):
    """What the words of a lock file are: a known identifier, an expression of known ones, or other words."""

    NONE = "none"
    ID = "id"
    EXPRESSION = "expression"
    NAME = "name"


class Judgement(enum.Enum):
    """What the lists say of a licence."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_ALLOWED = "not-allowed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Term:
    """
    One licence in an expression: an identifier in the list's spelling, ``""`` for one that it does not know,
    with the exception after ``WITH``. ``is_later`` tells that later versions may be chosen too.
    """

    id: str
    exception: str = ""
    is_later: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of an expression joined by ``AND`` or ``OR``."""

    operator: str
    parts: tuple[Expression, ...]


Expression = Term | Group


def parse(text: str) -> Expression | None:
    """
    The expression in ``text``, ``None`` for what is none: empty, prose, too long or nested too deep.

    Operators may be written in any case, as package managers take them. Identifiers that the list does not
    know become a term without one.
    """
    plain = " ".join(text.split()) if len(text) <= TEXT_MAX else ""
    known = _KNOWN_NAMES.get(plain.lower())
    if known:
        return Term(known)
    tokens = _tokens(plain if "(" in plain else plain.replace("/", " OR "))
    if not tokens or len(tokens) > 2 * TERMS_MAX:
        return None
    reader = _Reader(tokens)
    found = reader.either(0)
    return found if found is not None and reader.is_done else None


def classify(text: str) -> tuple[Kind, str]:
    """
    What ``text`` is, and how to write it: an identifier or expression in the list's spelling, other words as
    they are.
    """
    plain = " ".join(text.split())
    if not plain:
        return Kind.NONE, ""
    found = parse(text)
    if found is None or not _is_known(found):
        return Kind.NAME, plain[:TEXT_MAX]
    if isinstance(found, Term) and not found.exception and found.id in _names()[0].values():
        return Kind.ID, found.id
    return Kind.EXPRESSION, write(found)


def write(expression: Expression) -> str:
    """The expression in its plainest form, with parentheses where they are needed."""
    match expression:
        case Term(id=identifier, exception=exception):
            return f"{identifier} WITH {exception}" if exception else identifier
        case Group(operator=operator, parts=parts):
            texts = [f"({write(p)})" if isinstance(p, Group) else write(p) for p in parts]
            return f" {operator} ".join(texts)


def unknown_terms(texts: Sequence[str]) -> tuple[str, ...]:
    """Those of a user's list that are no expression of licences that the SPDX list knows."""
    wrong = []
    for text in texts:
        found = parse(text)
        if found is None or not _is_known(found):
            wrong.append(text)
    return tuple(wrong)


def judge(expression: str, allow: Sequence[str] = (), deny: Sequence[str] = ()) -> Judgement:
    """
    What lists of licences say of an expression; every entry of a list is an identifier or an expression,
    whose licences all count.

    Allowed is what has a choice (``OR``) all of whose licences (``AND``) are allowed; denied what has no
    choice without a denied one. ``GPL-2.0-or-later`` in a list stands for all its versions from there; in a
    package it is a choice among them. An entry without ``WITH`` covers a licence with any exception. Without
    lists everything is allowed; what cannot be read is unknown.
    """
    if not allow and not deny:
        return Judgement.ALLOWED
    found = parse(expression)
    if found is None:
        return Judgement.UNKNOWN
    found = _with_choices(found)
    if deny:
        denied = _holds(found, _matcher(deny), "OR")
        if denied:
            return Judgement.DENIED
        if denied is None:
            return Judgement.UNKNOWN
    if allow:
        allowed = _holds(found, _matcher(allow), "AND")
        if allowed is None:
            return Judgement.UNKNOWN
        return Judgement.ALLOWED if allowed else Judgement.NOT_ALLOWED
    return Judgement.ALLOWED


# ------------------------------------------------------------------------------------------------- reading


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return []
        tokens.append(found.group(1))
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent: ``WITH`` binds before ``AND``, ``AND`` before ``OR``; ``None`` for a fault."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._tokens)

    def either(self, depth: int) -> Expression | None:
        return self._joined("OR", self.both, depth)

    def both(self, depth: int) -> Expression | None:
        return self._joined("AND", self.one, depth)

    def _joined(
        self, operator: str, read: Callable[[int], Expression | None], depth: int
    ) -> Expression | None:
        parts: list[Expression] = []
        while True:
            part = read(depth)
            if part is None:
                return None
            parts += part.parts if isinstance(part, Group) and part.operator == operator else [part]
            if self._peek() != operator:
                return parts[0] if len(parts) == 1 else Group(operator, tuple(parts))
            self._at += 1

    def one(self, depth: int) -> Expression | None:
        token = self._peek()
        if token == "(":  # noqa: S105 - a parenthesis
            self._at += 1
            inner = self.either(depth + 1) if depth < DEPTH_MAX else None
            if inner is None or self._peek() != ")":
                return None
            self._at += 1
            return inner
        if token in ("", ")", "AND", "OR", "WITH"):
            return None
        name = self._tokens[self._at]
        self._at += 1
        if self._peek() != "WITH":
            return _term(name, "")
        self._at += 1
        exception = self._peek()
        if exception in ("", "(", ")", "AND", "OR", "WITH"):
            return None
        self._at += 1
        return _term(name, self._tokens[self._at - 1])

    def _peek(self) -> str:
        """The next token, operators in capitals; ``""`` at the end."""
        if self.is_done:
            return ""
        token = self._tokens[self._at]
        return token.upper() if token.upper() in ("AND", "OR", "WITH") else token


@functools.cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The identifiers of licences and of exceptions, by their lower case."""
    text = resources.files("pregate.lockfiles").joinpath("data/spdx.json").read_text("utf-8")
    data = json.loads(text)
    licenses, exceptions = (
        {name.lower(): name for line in data[key] for name in line.split()}
        for key in ("licenses", "exceptions")
    )
    return licenses, exceptions


def _term(name: str, exception: str) -> Term:
    licenses, exceptions = _names()
    with_exception = exceptions.get(exception.lower(), "")
    if _REFERENCE.fullmatch(name):
        return Term(name, with_exception)
    bare = name.lower().removesuffix("+")
    is_plus = name.endswith("+")
    family = _VERSIONED.fullmatch(bare)
    identifier = licenses.get(bare, "")
    if family and family[1] in _GNU and not family[3] and identifier:
        # Deprecated: "GPL-2.0" is "GPL-2.0-only", "GPL-2.0+" is "GPL-2.0-or-later".
        ending = "-or-later" if is_plus else "-only"
        identifier = licenses.get(f"{bare}{ending}", identifier)
    elif is_plus and identifier:
        identifier = f"{identifier}+"
    if exception and not with_exception:
        identifier = ""
    return Term(identifier, with_exception, identifier.endswith(("+", "-or-later")))


def _is_known(expression: Expression) -> bool:
    if isinstance(expression, Term):
        return bool(expression.id)
    return all(map(_is_known, expression.parts))


# ------------------------------------------------------------------------------------------------- judging


def _holds(expression: Expression, is_listed: Callable[[Term], bool | None], every: str) -> bool | None:
    """
    Kleene's three values: whether all parts of the groups joined by ``every``, and one part of the others,
    are listed.
    """
    if isinstance(expression, Term):
        return is_listed(expression)
    answers = [_holds(part, is_listed, every) for part in expression.parts]
    decisive = expression.operator != every
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def _matcher(texts: Sequence[str]) -> Callable[[Term], bool | None]:
    listed = tuple(term for text in texts for term in _terms(parse(text)))

    def is_listed(term: Term) -> bool | None:
        return any(_covers(entry, term) for entry in listed) if term.id else None

    return is_listed


def _terms(expression: Expression | None) -> tuple[Term, ...]:
    match expression:
        case None:
            return ()
        case Term():
            return (expression,)
        case Group(parts=parts):
            return tuple(term for part in parts for term in _terms(part))


def _covers(entry: Term, term: Term) -> bool:
    """Whether a list's entry speaks of a package's licence."""
    if entry.exception and entry.exception != term.exception:
        return False
    if entry.id.lower() == term.id.lower():
        return True
    own, other = _version_of(entry.id), _version_of(term.id)
    return bool(entry.is_later and own and other and own[0] == other[0] and own[1] <= other[1])


def _with_choices(expression: Expression) -> Expression:
    """The expression with a choice among versions for every ``-or-later`` and ``+``."""
    if isinstance(expression, Group):
        return Group(expression.operator, tuple(map(_with_choices, expression.parts)))
    choices = tuple(Term(name, expression.exception) for name in _later(expression.id))
    return Group("OR", choices) if expression.is_later and choices else expression


@functools.lru_cache(maxsize=256)
def _later(identifier: str) -> tuple[str, ...]:
    """The identifiers of one version each, from that of ``identifier`` on: ``GPL-2.0-only`` …"""
    own = _version_of(identifier)
    if own is None:
        return ()
    found = []
    for name in _names()[0].values():
        other = _version_of(name)
        is_single = not name.endswith("-or-later") and (own[0] not in _GNU or name.endswith("-only"))
        if other and is_single and other[0] == own[0] and other[1] >= own[1]:
            found.append(name)
    return tuple(found)


def _version_of(identifier: str) -> tuple[str, tuple[int, ...]] | None:
    """The family of a licence and its version: ``("gpl", (2, 0))``; None where its name holds no version."""
    found = _VERSIONED.fullmatch(identifier.removesuffix("+"))
    return (found[1].lower(), tuple(int(n) for n in found[2].split("."))) if found else None
