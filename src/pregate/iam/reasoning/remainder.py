"""
What exactly one policy allows that another does not: by principal, action and resource as they are written.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pregate.iam.comparable import comparable
from pregate.iam.document import PolicyDocument
from pregate.iam.reasoning.bindings import values_to_try
from pregate.iam.reasoning.cases import Case, Documents
from pregate.iam.reasoning.confirming import Witness
from pregate.iam.reasoning.model import Doubt, ExhaustedError, Limits, Reading, Request, Result
from pregate.iam.reasoning.policies import Clause, conditions_of, errors_of
from pregate.iam.reasoning.requests import request_in
from pregate.iam.reasoning.states import ACTION, PRINCIPAL, RESOURCE, Test
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import Condition, Statement, statements_of

_ALL_BUT = "all but "
_TRIED = 3  # values of policy variables for each part


@dataclass(frozen=True, slots=True)
class Part:
    """
    Something that a statement (0-based index in the new policy) allows: one principal, action and resource of
    its lists, as written. ``all but a, b`` stands for NotPrincipal, NotAction and NotResource; a principal is
    ``AWS: …``, ``""`` in a policy without principals. ``result`` is FAIL with a ``request`` that shows it, or
    UNKNOWN.
    """

    statement: int
    principal: str
    action: str
    resource: str
    conditions: tuple[Condition, ...]
    result: Result
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is newly allowed; ``doubts`` say what was not looked at, ``errors`` what is invalid."""

    parts: tuple[Part, ...] = ()
    doubts: tuple[tuple[Doubt, str], ...] = ()
    errors: tuple[str, ...] = ()


def new_access(
    new: PolicyDocument,
    existing: PolicyDocument | None,
    *,
    within: Sequence[PolicyDocument] = (),
    limits: Limits | None = None,
) -> Remainder:
    """What ``new`` allows that ``existing`` (None: nothing) does not, both bounded by ``within``."""
    documents = Documents(new, existing, tuple(within))
    errors = tuple(dict.fromkeys(error for document in documents.all for error in errors_of(document)))
    if errors:
        return Remainder(errors=errors)
    return _Inventory(documents.guarded(), limits or Limits()).take()


class _Inventory:
    """One inventory; use once."""

    def __init__(self, documents: Documents, limits: Limits) -> None:
        keys = conditions_of(documents.all)
        self._case = Case(documents, keys, limits=limits)
        variables = tuple(self._case.compiler.variables)
        tried = itertools.islice(values_to_try(self._case, -1, variables), _TRIED)
        self._concrete = [Case(documents, keys, bindings=values, limits=limits) for values in tried]
        self._statements = statements_of(documents.new)
        concrete = [comparable(d, alone=documents.existing is None) for d in documents.all]
        self._witness = Witness(documents) if not any(d is None or d.unknowns for d in concrete) else None
        self._parts: list[Part] = []

    def take(self) -> Remainder:
        try:
            for clause in self._case.new.allows:
                if clause.index < len(self._statements) and self._case.granted_by(clause) is not None:
                    self._parts += self._of(clause, self._statements[clause.index])
        except (ExhaustedError, RecursionError):
            words = "not all of the difference was looked at: it takes too long"
            return Remainder(tuple(self._parts), ((Doubt.BUDGET, words),))
        return Remainder(tuple(self._parts))

    def _of(self, clause: Clause, statement: Statement) -> Iterator[Part]:
        """Divides by action first, and only what has something new in it further."""
        for action in self._options(clause, ACTION, _written(statement, ACTION)):
            if self._case.granted_by(clause, action[1]) is None:
                continue
            for resource in self._options(clause, RESOURCE, _written(statement, RESOURCE)):
                more = (*action[1], *resource[1])
                if self._case.granted_by(clause, more) is None:
                    continue
                for principal in self._options(clause, PRINCIPAL, _written(statement, PRINCIPAL)):
                    names = (principal[0], action[0], resource[0])
                    part = self._part(clause, statement, names, (*more, *principal[1]))
                    if part is not None:
                        yield part

    def _part(
        self, clause: Clause, statement: Statement, names: tuple[str, str, str], more: Sequence[Test]
    ) -> Part | None:
        box = self._case.granted_by(clause, more)
        if box is None:
            return None
        request = next(self._examples(clause.index, more), None)
        result = Result.FAIL if request else Result.UNKNOWN
        return Part(clause.index, *names, statement.conditions, result, request)

    def _examples(self, index: int, more: Sequence[Test]) -> Iterator[Request]:
        """Requests with values for policy variables, confirmed."""
        for case in self._concrete if self._witness else ():
            for clause in case.new.allows:
                tests = [case.space.copied(test) for test in more]
                box = case.granted_by(clause, tests) if clause.index == index else None
                request = request_in(case, box) if box else None
                if self._witness and request and self._witness.confirms(request, Reading()):
                    yield request

    def _options(
        self, clause: Clause, variable: str, written: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[Test, ...]]]:
        """The elements of a list, each with the test of being it; a negated list is one option."""
        test = next((t for t in clause.tests if t.variable == variable), None)
        if test is None:
            yield ("*" if variable != PRINCIPAL else "", ())
        elif not test.positive:
            yield _ALL_BUT + ", ".join(written), ()
        else:
            yield from self._by_text(variable, written)

    def _by_text(self, variable: str, written: tuple[str, ...]) -> Iterator[tuple[str, tuple[Test, ...]]]:
        for text in dict.fromkeys(written):
            patterns = self._case.compiler.patterns(self._case.documents.new, variable, text)
            yield text, (self._case.space.test(variable, Union(patterns)),)


def _written(statement: Statement, variable: str) -> tuple[str, ...]:
    if variable == ACTION:
        return tuple(e.text for e in statement.actions or statement.not_actions)
    if variable == RESOURCE:
        return tuple(e.text for e in statement.resources or statement.not_resources)
    named = statement.principals or statement.not_principals
    return tuple(p.element.text if p.kind == "*" else f"{p.kind}: {p.element.text}" for p in named)
