"""
Licences held against lists of allowed and denied ones.

Source: SPDX specification 2.3, annex D "SPDX license expressions": what ``OR``, ``AND``, ``WITH`` and ``+``
mean.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Sequence

from pregate.lockfiles.license_expressions import (
    GNU,
    VERSIONED,
    Expression,
    Group,
    Term,
    is_known,
    names,
    parse,
)


class Judgement(enum.Enum):
    """What the lists say of a licence."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_ALLOWED = "not-allowed"
    UNKNOWN = "unknown"


def unknown_terms(texts: Sequence[str]) -> tuple[str, ...]:
    """Those of a user's list that are no expression of licences that the SPDX list knows."""
    wrong = []
    for text in texts:
        found = parse(text)
        if found is None or not is_known(found):
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
    for name in names()[0].values():
        other = _version_of(name)
        is_single = not name.endswith("-or-later") and (own[0] not in GNU or name.endswith("-only"))
        if other and is_single and other[0] == own[0] and other[1] >= own[1]:
            found.append(name)
    return tuple(found)


def _version_of(identifier: str) -> tuple[str, tuple[int, ...]] | None:
    """The family of a licence and its version: ``("gpl", (2, 0))``; None where its name holds no version."""
    found = VERSIONED.fullmatch(identifier.removesuffix("+"))
    return (found[1].lower(), tuple(int(n) for n in found[2].split("."))) if found else None
