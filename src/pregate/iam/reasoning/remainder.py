"""
What exactly one policy allows that another does not: by principal, action and resource as they are written.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from pregate.iam.document import PolicyDocument
from pregate.iam.reasoning.bindings import values_to_try
from pregate.iam.reasoning.cases import Case, Documents
from pregate.iam.reasoning.confirming import Witness
from pregate.iam.reasoning.model import Doubt, ExhaustedError, Limits, Reading, Request, Result
from pregate.iam.reasoning.policies import TOO_LARGE, Clause, conditions_of, errors_of, is_too_large
from pregate.iam.reasoning.requests import request_in
from pregate.iam.reasoning.states import ACTION, PRINCIPAL, RESOURCE, Test
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import Condition, Statement, statements_of
from pregate.records import dataclass

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
    most = limits or Limits()
    if any(len(document.text) > most.characters for document in documents.all):
        return Remainder(doubts=(TOO_LARGE,))
    errors = tuple(dict.fromkeys(error for document in documents.all for error in errors_of(document)))
    if errors:
        return Remainder(errors=errors)
    if any(is_too_large(document, most) for document in documents.all):
        return Remainder(doubts=(TOO_LARGE,))
    return _Inventory(documents.guarded(), limits or Limits()).take()


@dataclass(frozen=True, slots=True)
class _Option:
    """One element of a list, with the tests of being it; none for what has no list, or a negated one."""

    variable: str
    text: str
    tests: tuple[Test, ...] = ()


class _Inventory:
    """One inventory; use once."""

    def __init__(self, documents: Documents, limits: Limits) -> None:
        keys = conditions_of(documents.all)
        self._case = Case(documents, keys, limits=limits)
        self._statements = statements_of(documents.new)
        self._parts: list[Part] = []
        # Whatever a template leaves open: access that is new with any values, and an example with some.
        is_open = any(document.unknowns for document in documents.all)
        self._certain = Case(documents, keys, limits=limits, for_all=True) if is_open else None
        self._filled = documents.filled()
        self._attempts: list[Case] = []
        if self._filled is not None:
            self._witness = Witness(self._filled)
            variables = tuple(self._case.compiler.variables)
            tried = itertools.islice(values_to_try(self._case, -1, variables), _TRIED)
            self._attempts = [Case(self._filled, keys, bindings=v, limits=limits) for v in tried]

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
        for action in self._options(clause, ACTION, statement):
            if self._case.granted_by(clause, action.tests) is None:
                continue
            for resource in self._options(clause, RESOURCE, statement):
                if self._case.granted_by(clause, (*action.tests, *resource.tests)) is None:
                    continue
                for principal in self._options(clause, PRINCIPAL, statement):
                    part = self._part(clause, statement, (principal, action, resource))
                    if part is not None:
                        yield part

    def _part(
        self, clause: Clause, statement: Statement, options: tuple[_Option, _Option, _Option]
    ) -> Part | None:
        tests = [test for option in options for test in option.tests]
        if self._case.granted_by(clause, tests) is None:
            return None
        request = None
        if self._is_certain(clause.index, tests):
            request = next(self._examples(clause.index, options), None)
        result = Result.FAIL if request else Result.UNKNOWN
        principal, action, resource = (option.text for option in options)
        return Part(clause.index, principal, action, resource, statement.conditions, result, request)

    def _is_certain(self, index: int, tests: Sequence[Test]) -> bool:
        if self._certain is None:
            return True
        copies = [self._certain.space.copied(test) for test in tests]
        clauses = (clause for clause in self._certain.new.allows if clause.index == index)
        return any(self._certain.granted_by(clause, copies) is not None for clause in clauses)

    def _examples(self, index: int, options: Sequence[_Option]) -> Iterator[Request]:
        """Requests with values for policy variables and open values, confirmed."""
        for case in self._attempts:
            tests = [self._filled_test(case, index, option) for option in options if option.tests]
            for clause in case.new.allows:
                box = case.granted_by(clause, tests) if clause.index == index else None
                request = request_in(case, box) if box else None
                if request and self._witness.confirms(request, Reading()):
                    yield request

    def _filled_test(self, case: Case, index: int, option: _Option) -> Test:
        """The test of being the same element of the policy with values in it."""
        position = _written(self._statements[index], option.variable).index(option.text)
        text = _written(statements_of(case.documents.new)[index], option.variable)[position]
        patterns = case.compiler.patterns(case.documents.new, option.variable, text)
        return case.space.test(option.variable, Union(patterns))

    def _options(self, clause: Clause, variable: str, statement: Statement) -> Iterator[_Option]:
        """The elements of a list; a negated list is one option."""
        written = _written(statement, variable)
        test = next((t for t in clause.tests if t.variable == variable), None)
        if test is None:
            yield _Option(variable, "*" if variable != PRINCIPAL else "")
        elif not test.positive:
            yield _Option(variable, _ALL_BUT + ", ".join(written))
        else:
            for text in dict.fromkeys(written):
                patterns = self._case.compiler.patterns(self._case.documents.new, variable, text)
                yield _Option(variable, text, (self._case.space.test(variable, Union(patterns)),))


def _written(statement: Statement, variable: str) -> tuple[str, ...]:
    if variable == ACTION:
        return tuple(e.text for e in statement.actions or statement.not_actions)
    if variable == RESOURCE:
        return tuple(e.text for e in statement.resources or statement.not_resources)
    named = statement.principals or statement.not_principals
    return tuple(p.element.text if p.kind == "*" else f"{p.kind}: {p.element.text}" for p in named)
