"""
Licences as lock files and registries write them, read as SPDX expressions.

Sources: SPDX specification 2.3, annex D "SPDX license expressions"; the SPDX License List, whose identifiers
stand in ``data/spdx.json``; npm docs, package.json, "license" (``UNLICENSED``, ``SEE LICENSE IN …``).
"""

from __future__ import annotations

import enum
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources

from pregate.expressions import expression
from pregate.lockfiles.license_names import as_expression
from pregate.records import dataclass

TEXT_MAX = 2000
TERMS_MAX = 200
DEPTH_MAX = 40
_TOKEN = expression(r"\s*([()]|[A-Za-z0-9.:+-]{1,200})")
_REFERENCE = expression(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+", re.IGNORECASE)
VERSIONED = expression(r"(.+)-([0-9]+(?:\.[0-9]+)*)(-only|-or-later|)", re.IGNORECASE)
GNU = frozenset({"gpl", "lgpl", "agpl", "gfdl"})


class Kind(enum.Enum):
    """What the words of a lock file are: a known identifier, an expression of known ones, or other words."""

    NONE = "none"
    ID = "id"
    EXPRESSION = "expression"
    NAME = "name"


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
    return _parsed(text) if len(text) <= TEXT_MAX else None


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> Expression | None:
    tokens = _tokens(as_expression(text))
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
    if found is None or not is_known(found):
        return Kind.NAME, plain[:TEXT_MAX]
    if isinstance(found, Term) and not found.exception and found.id in names()[0].values():
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


def is_known(expression: Expression) -> bool:
    """Whether every licence of the expression is one of the list, or a reference to one of its own."""
    if isinstance(expression, Term):
        return bool(expression.id)
    return all(map(is_known, expression.parts))


@functools.cache
def names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The identifiers of licences and of exceptions, by their lower case."""
    text = resources.files("pregate.lockfiles").joinpath("data/spdx.json").read_text("utf-8")
    data = json.loads(text)
    licenses, exceptions = (
        {name.lower(): name for line in data[key] for name in line.split()}
        for key in ("licenses", "exceptions")
    )
    return licenses, exceptions


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


def _term(name: str, exception: str) -> Term:
    licenses, exceptions = names()
    with_exception = exceptions.get(exception.lower(), "")
    if _REFERENCE.fullmatch(name):
        return Term(name, with_exception)
    bare = name.lower().removesuffix("+")
    is_plus = name.endswith("+")
    family = VERSIONED.fullmatch(bare)
    identifier = licenses.get(bare, "")
    if family and family[1] in GNU and not family[3] and identifier:
        # Deprecated: "GPL-2.0" is "GPL-2.0-only", "GPL-2.0+" is "GPL-2.0-or-later".
        ending = "-or-later" if is_plus else "-only"
        identifier = licenses.get(f"{bare}{ending}", identifier)
    elif is_plus and identifier:
        identifier = f"{identifier}+"
    if exception and not with_exception:
        identifier = ""
    return Term(identifier, with_exception, identifier.endswith(("+", "-or-later")))
