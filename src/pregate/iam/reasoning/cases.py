"""
One question under one reading: which statements of a policy allow something that is asked for?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pregate.iam.comparable import as_guard, comparable
from pregate.iam.document import PolicyDocument
from pregate.iam.reasoning.conditions import Keys
from pregate.iam.reasoning.model import Limits, Reading
from pregate.iam.reasoning.patterns import Pattern, exact, glob
from pregate.iam.reasoning.policies import Clause, Compiler, Policy
from pregate.iam.reasoning.principals import KINDS, of_kind
from pregate.iam.reasoning.search import Box, Search
from pregate.iam.reasoning.states import ACTION, PRINCIPAL, RESOURCE, Space, Test
from pregate.iam.reasoning.unions import Union
from pregate.records import dataclass, field, replace

Extras = Callable[["Case"], tuple[Test, ...]]


@dataclass(frozen=True)
class Documents:
    """
    What a question is about: a policy, the one that it is compared with, and those that bound both.
    ``extras`` are further tests of the requests that are asked for.
    """

    new: PolicyDocument
    existing: PolicyDocument | None = None
    within: tuple[PolicyDocument, ...] = ()
    extras: Extras = lambda case: ()  # noqa: ARG005
    listed: tuple[str, ...] = ()

    def guarded(self) -> Documents:
        """
        The same with control policies that only deny beside the policy that allows everything, as AWS
        Organizations attaches it: alone they would allow nothing, whatever they deny.
        """
        return replace(
            self,
            new=as_guard(self.new),
            existing=as_guard(self.existing) if self.existing else None,
            within=tuple(as_guard(document) for document in self.within),
        )

    def filled(self) -> Documents | None:
        """
        The same with values that nobody names for what a template leaves open; None where there are none.
        """
        filled = [comparable(document, alone=self.existing is None) for document in self.all]
        if any(document is None for document in filled):
            return None
        new, *rest = [document for document in filled if document is not None]
        existing = rest.pop(0) if self.existing else None
        return replace(self, new=new, existing=existing, within=tuple(rest))

    @property
    def all(self) -> tuple[PolicyDocument, ...]:
        """Every policy of the question."""
        return (self.new, *((self.existing,) if self.existing else ()), *self.within)


@dataclass
class Case:
    """
    The policies of a question, compiled under one reading; ``bindings`` are values of policy variables (None:
    absent from the request). ``linked`` relates keys that say who asks to the principal. ``for_all`` looks
    for what is allowed whatever stands for open values.
    """

    documents: Documents
    keys: Keys
    reading: Reading = field(default_factory=Reading)
    bindings: Mapping[str, str | None] = field(default_factory=dict)
    linked: bool = False
    limits: Limits = field(default_factory=Limits)
    for_all: bool = False

    def __post_init__(self) -> None:
        self.space = Space(self.limits, self.for_all)
        self.space.bases[PRINCIPAL] = self.space.test(
            PRINCIPAL, Union(tuple(of_kind(kind) for kind in KINDS))
        )
        self.space.bases[ACTION] = self.space.test(ACTION, Union((glob("*:*"),)))
        self.space.bases[RESOURCE] = self.space.test(RESOURCE, None)
        self.search = Search(self.space)
        self.compiler = Compiler(self.space, self.keys, self.reading, dict(self.bindings), self.linked)
        documents = self.documents
        self.new = self.compiler.compile(documents.new)
        self.existing = self.compiler.compile(documents.existing) if documents.existing else Policy((), ())
        self.within = tuple(self.compiler.compile(document) for document in documents.within)
        self._known = _ByAction(self.existing.allows)
        self._denied = _ByAction([deny for policy in (self.new, *self.within) for deny in policy.denies])
        self.extras = (*documents.extras(self), *self._bound())

    def _bound(self) -> Iterator[Test]:
        for key, value in self.bindings.items():
            if value is None:
                yield self.space.test(key, None, positive=False, absent=True)
            else:
                yield self.space.test(key, Union((exact(value),)))

    def found(self) -> Iterator[tuple[Clause, Box]]:
        """
        The statements that allow what is asked for, each with some requests; raises ExhaustedError when that
        takes too long.
        """
        for clause in self.new.allows:
            box = self.granted_by(clause)
            if box is not None:
                yield clause, box

    def granted_by(self, clause: Clause, more: Sequence[Test] = ()) -> Box | None:
        """Requests that are asked for, and pass ``more``, that one statement allows."""
        box = self.search.box((*clause.tests, *self.extras, *more))
        if box is None:
            return None
        denied = self._denied.near(clause)
        for bounded in self._bounded(box, self.within):
            found = self.search.outside(bounded, [*denied, *self._known.near(clause)])
            if found is not None:
                return found
            for deny in self.existing.denies:
                inner = self.search.joined(bounded, deny.tests)
                found = self.search.outside(inner, denied) if inner else None
                if found is not None:
                    return found
        return None

    def _bounded(self, box: Box, within: Sequence[Policy]) -> Iterator[Box]:
        """The parts of a box that each of the bounding policies allows."""
        if not within:
            yield box
            return
        for allow in within[0].allows:
            part = self.search.joined(box, allow.tests)
            if part is not None:
                yield from self._bounded(part, within[1:])


class _ByAction:
    """Statements by how their actions begin: most of a policy is about other services than one statement."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._tests = [clause.tests for clause in clauses]
        self._by_head: dict[Pattern | None, list[int]] = {}
        for number, clause in enumerate(clauses):
            for head in _heads(clause) or (None,):
                self._by_head.setdefault(head, []).append(number)

    def near(self, clause: Clause) -> list[tuple[Test, ...]]:
        """The tests of the statements that may be about the same actions as ``clause``."""
        heads = _heads(clause)
        if heads is None:
            return self._tests
        numbers = {n for head in (*heads, None) for n in self._by_head.get(head, ())}
        return [self._tests[number] for number in sorted(numbers)]


def _heads(clause: Clause) -> frozenset[Pattern] | None:
    for test in clause.tests:
        if test.variable == ACTION and test.positive and isinstance(test.content, Union):
            return test.content.heads
    return None
