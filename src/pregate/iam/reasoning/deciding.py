"""
The steps to a decision: search under the usual reading, confirm what was found, and try the other readings.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from pregate.iam.reasoning.bindings import values_asked_for, values_to_try
from pregate.iam.reasoning.cases import Case, Documents
from pregate.iam.reasoning.confirming import Witness
from pregate.iam.reasoning.linking import LINKED
from pregate.iam.reasoning.model import Decision, Doubt, ExhaustedError, Limits, Reading, Request, Result
from pregate.iam.reasoning.policies import Clause, conditions_of
from pregate.iam.reasoning.principals import has_session
from pregate.iam.reasoning.requests import request_in
from pregate.iam.reasoning.search import Box
from pregate.iam.reasoning.states import Test
from pregate.iam.statements import statements_of
from pregate.records import dataclass, field, replace

_SWITCH_DOUBTS = {
    "aws_star_is_everybody": (Doubt.PRINCIPAL, 'it depends on whether {"AWS": "*"} means services too'),
    "role_covers_sessions": (Doubt.PRINCIPAL, "it depends on whether a role as principal means its sessions"),
    "account_covers_members": (
        Doubt.PRINCIPAL,
        "it depends on whether an account in NotPrincipal means all of its principals",
    ),
    "any_value_is_enough": (
        Doubt.QUALIFIER,
        "it depends on how a key with several values is compared without ForAllValues or ForAnyValue",
    ),
}
_CROSSING = "star_crosses_fields"
_MOST_READINGS = 4  # switches that are tried together: sixteen combinations
_MOST_ABSENT = 3
_BRIEF = 0.02  # seconds

Tests = Callable[[Case], tuple[Test, ...]]


@dataclass
class Decider:
    """One question; use once."""

    documents: Documents
    limits: Limits
    certain: Tests | None = None
    _doubts: dict[Doubt, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._keys = conditions_of(self.documents.all)
        self._witness = Witness(self.documents)

    def decide(self) -> Decision:
        """The decision, without a look at what values a template may have."""
        try:
            case = self._case(Reading())
            found = [entry for entry in case.found() if not self._is_settled(case, entry[0])]
        except (ExhaustedError, RecursionError):
            self._doubt(Doubt.BUDGET, "the policies are too intricate for the time that a question may take")
            return self._unknown()
        try:
            return self._failed(case, found) if found else self._passed(case)
        except (ExhaustedError, RecursionError):
            self._doubt(Doubt.BUDGET, "the policies are too intricate for the time that a question may take")
            return self._unknown()

    def is_certain(self) -> bool:
        """Whether something is allowed whatever the values that a template leaves open."""
        try:
            case = self._case(Reading(), certain=True, for_all=True)
            return any(True for _ in case.found())
        except (ExhaustedError, RecursionError):
            return False

    def _is_settled(self, case: Case, clause: Clause) -> bool:
        """Whether a statement allows nothing new with any value that it wants of its variables' keys."""
        values = list(values_asked_for(case, clause))
        for bindings in values:
            bound = self._case(Reading(), bindings)
            if any(bound.granted_by(c) is not None for c in bound.new.allows if c.index == clause.index):
                return False
        return bool(values)

    # ------------------------------------------------------------------------------------------------ PASS

    def _passed(self, case: Case) -> Decision:
        """No request is possible: also under the other readings, and without the policy variables' keys?"""
        absent = tuple(case.compiler.negated)
        if len(absent) > _MOST_ABSENT:
            self._doubt(Doubt.VARIABLE, "too many policy variables stand in negated elements")
            return self._unknown()
        for count in range(1, len(absent) + 1):
            for names in itertools.combinations(absent, count):
                without = self._case(Reading(), dict.fromkeys(names))
                if any(True for _ in without.found()):
                    self._doubt(Doubt.VARIABLE, "it depends on requests without the key of a policy variable")
                    return self._unknown()
        switches = self._switches(case)
        for reading in self._readings(switches):
            if any(True for _ in self._case(reading).found()):
                self._doubt_reading(reading)
                return self._unknown()
        crossing = _CROSSING in case.compiler.touched and self._may_cross()
        return Decision(Result.PASS, assumptions=(_CROSSING,) if crossing else ())

    def _may_cross(self) -> bool:
        """Whether wildcards that cross fields might change a PASS: asked briefly, as it decides nothing."""
        case = self._case(replace(Reading(), **{_CROSSING: True}))
        case.space.ends_at -= case.space.limits.seconds - min(_BRIEF, case.space.limits.seconds)
        try:
            return any(True for _ in case.found())
        except ExhaustedError:
            return True

    # ------------------------------------------------------------------------------------------------ FAIL

    def _failed(self, case: Case, found: Sequence[tuple[Clause, Box]]) -> Decision:
        """Requests were found: which of them can be confirmed?"""
        confirmed: list[int] = []
        example: Request | None = None
        for clause, box in found:
            if clause.index in confirmed:
                continue
            request = self._confirmed(case, clause.index, box)
            if request is not None:
                confirmed.append(clause.index)
                example = example or request
        if example is None:
            if not self._doubts:
                self._doubt(Doubt.WITNESS, "no request could be confirmed")
            return self._unknown()
        assumptions = self._assumptions(case, example)
        if assumptions is None:
            return self._unknown()
        return Decision(Result.FAIL, tuple(confirmed), example, assumptions=assumptions)

    def _confirmed(self, case: Case, index: int, box: Box | None) -> Request | None:
        linked = self._is_linked()
        variables = tuple(case.compiler.variables)
        if box is not None and not variables and not linked and self.certain is None:
            first = request_in(case, box)
            if self._witness.confirms(first, Reading()):
                return first
        for bindings in values_to_try(case, index, variables):
            attempt = self._case(Reading(), bindings, linked=linked, certain=True)
            for clause in attempt.new.allows:
                found = attempt.granted_by(clause) if clause.index == index else None
                request = request_in(attempt, found) if found else None
                if request is not None and self._witness.confirms(request, Reading()):
                    return request
        self._explain(case, variables, linked=linked)
        return None

    def _explain(self, case: Case, variables: tuple[str, ...], *, linked: bool) -> None:
        """Why nothing could be confirmed."""
        if any(document.unknowns for document in self.documents.all):
            self._doubt(Doubt.TEMPLATE, "it depends on a value that is known only at deployment")
        elif self.certain is not None:
            self._doubt(Doubt.TRUST, "it depends on whether a condition of the policy counts as fixed")
        elif variables:
            self._doubt(Doubt.VARIABLE, "it depends on the value of a policy variable")
        elif linked:
            self._doubt(
                Doubt.LINKED, "it depends on whether keys that say who asks are tied to the principal"
            )
        elif case.keys.mixed:
            self._doubt(Doubt.TYPES, "a key is compared as values of several types")

    def _assumptions(self, case: Case, request: Request) -> tuple[str, ...] | None:
        """The switches that a FAIL rests on; None: it does not hold under another reading that counts."""
        for reading in self._readings(self._switches(case)):
            if self._witness.confirms(request, reading):
                continue
            if not self._fails(case, reading):
                self._doubt_reading(reading)
                return None
        crossing = replace(Reading(), **{_CROSSING: True})
        if _CROSSING in case.compiler.touched and not self._witness.confirms(request, crossing):
            return () if self._fails(case, crossing) else (_CROSSING,)
        return ()

    def _fails(self, case: Case, reading: Reading) -> bool:
        """Whether a request can be confirmed under another reading."""
        for bindings in values_to_try(case, -1, tuple(case.compiler.variables)):
            attempt = self._case(reading, bindings, certain=True, linked=self._is_linked())
            for _, box in attempt.found():
                if self._witness.confirms(request_in(attempt, box), reading):
                    return True
        return False

    # ---------------------------------------------------------------------------------------------- cases

    def _case(
        self,
        reading: Reading,
        bindings: Mapping[str, str | None] | None = None,
        *,
        linked: bool = False,
        certain: bool = False,
        for_all: bool = False,
    ) -> Case:
        documents = self.documents
        if certain and self.certain is not None:
            documents = replace(documents, extras=self.certain)
        return Case(documents, self._keys, reading, bindings or {}, linked, self.limits, for_all)

    def _is_linked(self) -> bool:
        principals = any(
            s.principals or s.not_principals for d in self.documents.all for s in statements_of(d)
        )
        return principals and not LINKED.isdisjoint(self._keys.domains)

    def _switches(self, case: Case) -> tuple[str, ...]:
        touched = [name for name in case.compiler.touched if name != _CROSSING]
        sessions = any(
            has_session(p.element.text)
            for d in self.documents.all
            for s in statements_of(d)
            for p in (*s.principals, *s.not_principals)
        )
        return tuple(name for name in touched if name != "role_covers_sessions" or sessions)[:_MOST_READINGS]

    def _readings(self, switches: tuple[str, ...]) -> Iterator[Reading]:
        yield from Reading().variants(switches)[1:]

    def _doubt_reading(self, reading: Reading) -> None:
        for name, (doubt, words) in _SWITCH_DOUBTS.items():
            if getattr(reading, name) != getattr(Reading(), name):
                self._doubt(doubt, words)

    def _doubt(self, doubt: Doubt, words: str) -> None:
        self._doubts.setdefault(doubt, words)

    def _unknown(self) -> Decision:
        return Decision(Result.UNKNOWN, doubts=tuple(self._doubts.items()))
