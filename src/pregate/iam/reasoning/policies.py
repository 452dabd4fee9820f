"""
Policies as boxes: each statement as the tests that it asks of a request.

A statement that AWS would refuse makes the policy invalid, since the service gives no answer about it either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pregate.iam.document import TOKEN, PolicyDocument, PolicyKind
from pregate.iam.globs import has_wildcard
from pregate.iam.reasoning.conditions import Conditions, Keys
from pregate.iam.reasoning.model import Doubt, Limits, Reading
from pregate.iam.reasoning.patterns import Pattern, lowered
from pregate.iam.reasoning.principals import patterns_of
from pregate.iam.reasoning.search import in_order
from pregate.iam.reasoning.shapes import open_conditions, wrong_parts, wrong_root
from pregate.iam.reasoning.states import ACTION, PRINCIPAL, RESOURCE, Mode, Space, Test
from pregate.iam.reasoning.strings import Strings
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import Element, Principal, Statement, elements_of, statements_of
from pregate.iam.tables import OPERATORS, PRINCIPAL_KINDS
from pregate.positions import Array, Object, PositionError, Scalar
from pregate.records import dataclass, field

_WITH_PRINCIPALS = (PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.RESOURCE_CONTROL)
_QUALIFIERS = ("", "forallvalues", "foranyvalue")
_VERSIONS = ("2012-10-17", "2008-10-17")


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement (0-based ``index``), which allows or denies the requests that pass its tests."""

    index: int
    allows: bool
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of a policy, by effect."""

    allows: tuple[Clause, ...]
    denies: tuple[Clause, ...]


TOO_LARGE = (Doubt.BUDGET, "a policy, or a string in it, is larger than any that AWS takes")


def is_too_large(document: PolicyDocument, limits: Limits) -> bool:
    """Whether the document, which must be one that can be read, is more than will be looked at."""
    return len(document.text) > limits.characters or any(
        len(element.text) > limits.longest and has_wildcard(element.text)
        for statement in statements_of(document)
        for element in elements_of(statement)
    )


def errors_of(document: PolicyDocument) -> tuple[str, ...]:
    """Why the service would refuse the document, in words; nothing when it would not."""
    return tuple(dict.fromkeys(_errors(document)))


def _errors(document: PolicyDocument) -> Iterator[str]:
    try:
        root = document.root
    except PositionError as error:
        yield f"The policy cannot be read: {error.message}"
        return
    if not isinstance(root, Object):
        yield "The policy is not a JSON object."
        return
    yield from wrong_root(root)
    version = root.get("Version")
    if isinstance(version, Scalar) and version.text not in _VERSIONS and not TOKEN.search(version.text):
        yield "Version is none of 2012-10-17 and 2008-10-17."
    found = root.get("Statement")
    if found is None:
        yield "The policy has no Statement."
    items = found.items if isinstance(found, Array) else [found] if found is not None else []
    if any(not isinstance(i, Object) and not (isinstance(i, Scalar) and TOKEN.search(i.text)) for i in items):
        yield "A statement is not an object."
    for number, statement in enumerate(statements_of(document)):
        for words in _statement_errors(document.kind, statement):
            yield f"Statement {number}: {words}"


def _statement_errors(kind: PolicyKind, statement: Statement) -> Iterator[str]:
    effect = statement.effect
    if effect is None:
        yield "it has no Effect."
    elif effect.text not in ("Allow", "Deny") and not effect.is_partly_unknown:
        yield "its Effect is neither Allow nor Deny."
    has = statement.elements
    for one, other in (("action", "notaction"), ("resource", "notresource"), ("principal", "notprincipal")):
        if {one, other} <= has:
            yield f"it has both {one.capitalize()} and Not{one.capitalize()}."
    if not has & {"action", "notaction"}:
        yield "it has no Action."
    yield from wrong_parts(statement.node)
    yield from _principal_errors(kind, statement)
    yield from _condition_errors(statement)


def _principal_errors(kind: PolicyKind, statement: Statement) -> Iterator[str]:
    named = statement.elements & {"principal", "notprincipal"}
    if named and kind not in _WITH_PRINCIPALS:
        yield f"the policy is of a kind ({kind.value}) that has no Principal."
    if not named and kind in _WITH_PRINCIPALS:
        yield "it has no Principal."
    for entry in (*statement.principals, *statement.not_principals):
        if entry.kind not in (*PRINCIPAL_KINDS, "*") and not TOKEN.search(entry.kind):
            yield "a kind of principal does not exist."
        if entry.kind == "*" and entry.element.text != "*" and not entry.element.is_partly_unknown:
            yield 'its Principal is neither "*" nor an object.'


def _condition_errors(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        known = condition.operator in OPERATORS and condition.qualifier in _QUALIFIERS
        if not known and not TOKEN.search(condition.operator):
            yield "a condition operator does not exist."


@dataclass
class Compiler:
    """Makes policies of documents for one question, so that equal tests are the same."""

    space: Space
    keys: Keys
    reading: Reading = field(default_factory=Reading)
    bindings: dict[str, str | None] = field(default_factory=dict)
    linked: bool = False

    def __post_init__(self) -> None:
        self.variables: dict[str, None] = {}
        self.negated: dict[str, None] = {}
        self.touched: dict[str, None] = {}
        self._documents = 0

    def compile(self, document: PolicyDocument) -> Policy:
        """The policy of a document that :func:`errors_of` has nothing against."""
        self._documents += 1
        strings = self._strings(document)
        statements = statements_of(document)
        clauses = [c for n, s in enumerate(statements) for c in self._clauses(n, s, strings)]
        clauses += self._open_statements(document, strings, len(statements))
        return Policy(
            tuple(clause for clause in clauses if clause.allows),
            tuple(clause for clause in clauses if not clause.allows),
        )

    def patterns(self, document: PolicyDocument, variable: str, text: str) -> tuple[Pattern, ...]:
        """
        The patterns of one element of the document, as it is written; a principal with its kind before it
        (``AWS: …``).
        """
        strings = self._strings(document)
        if variable == ACTION:
            return self._actions((Element(text, ""),), strings).patterns
        if variable == RESOURCE:
            return _union([strings.arn(text)]).patterns
        kind, colon, name = text.partition(": ")
        principal = Principal(kind, Element(name, "")) if colon else Principal("*", Element(text, ""))
        return tuple(patterns_of(principal, strings))

    def _strings(self, document: PolicyDocument) -> Strings:
        return Strings(
            reading=self.reading,
            bindings=self.bindings,
            has_variables=_version(document) == "2012-10-17",
            names={u.token: u.identity or f"{self._documents} {u.token}" for u in document.unknowns},
            variables=self.variables,
            negated=self.negated,
            touched=self.touched,
        )

    def _clauses(self, index: int, statement: Statement, strings: Strings) -> Iterator[Clause]:
        tests = in_order(self._tests(statement, strings))
        effect = statement.effect.text if statement.effect else ""
        if TOKEN.search(effect):
            yield from self._either(index, f"effect {strings.worded(effect)}", tests)
        else:
            yield Clause(index, effect == "Allow", tests)

    def _either(self, index: int, name: str, tests: tuple[Test, ...] = ()) -> Iterator[Clause]:
        """A statement that allows or denies: which is known only at deployment."""
        allows = self.space.test(f"proposition {name}", None)
        yield Clause(index, True, (*tests, allows))
        yield Clause(index, False, (*tests, self.space.opposite(allows)))

    def _open_statements(self, document: PolicyDocument, strings: Strings, count: int) -> Iterator[Clause]:
        root = document.root
        found = root.get("Statement") if isinstance(root, Object) else None
        for item in found.items if isinstance(found, Array) else [found]:
            if isinstance(item, Scalar) and TOKEN.search(item.text):
                name = strings.worded(item.text)
                matches = self.space.test(f"proposition statement {name}", None)
                yield from self._either(count, f"effect of statement {name}", (matches,))

    def _tests(self, statement: Statement, strings: Strings) -> Iterator[Test]:
        has = statement.elements
        if "action" in has:
            yield self.space.test(ACTION, self._actions(statement.actions, strings))
        elif "notaction" in has:
            yield self.space.test(ACTION, self._actions(statement.not_actions, strings), positive=False)
        if "resource" in has:
            yield self.space.test(RESOURCE, _union(strings.arn(e.text) for e in statement.resources))
        elif "notresource" in has:
            patterns = _union(strings.arn(e.text, negated=True) for e in statement.not_resources)
            yield self.space.test(RESOURCE, patterns, positive=False)
        if "principal" in has:
            yield self.space.test(
                PRINCIPAL, _union(x for p in statement.principals for x in patterns_of(p, strings))
            )
        elif "notprincipal" in has:
            named = _union(x for p in statement.not_principals for x in patterns_of(p, strings, negated=True))
            yield self.space.test(PRINCIPAL, named, positive=False)
        conditions = Conditions(self.space, strings, self.keys)
        for condition in statement.conditions:
            for test in conditions.tests(condition):
                yield self._linked(test) if self.linked else test
        for name in open_conditions(statement.node):
            yield self.space.test(f"proposition condition {strings.worded(name)}", None)

    def _actions(self, elements: Iterable[Element], strings: Strings) -> Union:
        literal = Strings(has_variables=False, names=strings.names)
        return _union(literal.like(lowered(element.text)) for element in elements)

    def _linked(self, test: Test) -> Test:
        """A test of who asks by key as a test of the principal itself: the two cannot differ."""
        if test.variable not in ("aws:principalarn", "aws:principalaccount") or test.mode is not Mode.ONE:
            return test
        from pregate.iam.reasoning.linking import principals_with

        content = principals_with(test)
        return self.space.test(PRINCIPAL, content, positive=test.positive)


def _union(patterns: Iterable[Pattern | None]) -> Union:
    return Union(tuple(dict.fromkeys(pattern for pattern in patterns if pattern is not None)))


def _version(document: PolicyDocument) -> str:
    root = document.root
    version = root.get("Version") if isinstance(root, Object) else None
    return version.text if isinstance(version, Scalar) else ""


def has_open_version(document: PolicyDocument) -> bool:
    """Whether the version, and with it what ``${…}`` means, is known only at deployment."""
    return TOKEN.search(_version(document)) is not None


def conditions_of(documents: Sequence[PolicyDocument]) -> Keys:
    """How all keys of some policies are used."""
    return Keys.of(c for document in documents for s in statements_of(document) for c in s.conditions)
