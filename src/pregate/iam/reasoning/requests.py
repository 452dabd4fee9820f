"""
From a box to one request, as people would write it: a known action, an ARN of the right form.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction

from pregate.iam.reasoning.cases import Case, Documents
from pregate.iam.reasoning.conditions import Domain
from pregate.iam.reasoning.model import Principal, Request
from pregate.iam.reasoning.patterns import ANY, FIELD_STAR, STAR, Pattern, exact, is_exact
from pregate.iam.reasoning.points import spell_address, spell_date, spell_number
from pregate.iam.reasoning.search import Box
from pregate.iam.reasoning.states import ACTION, PRINCIPAL, RESOURCE, Test, Value, passes
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import statements_of
from pregate.iam.tables import ESCALATION_ACTIONS, SENSITIVE_ACTIONS

ACCOUNT, REGION = "111122223333", "us-east-1"
_SOMEBODY = Principal("AWS", f"arn:aws:iam::{ACCOUNT}:role/a")
# What a service's ARNs look like, for the services whose actions are listed by name.
_FORMS = {
    "dynamodb": ":{region}:{account}:table/a",
    "ec2": ":{region}:{account}:instance/i-0123456789abcdef0",
    "iam": "::{account}:role/a",
    "kms": ":{region}:{account}:key/00000000-0000-0000-0000-000000000000",
    "lambda": ":{region}:{account}:function:a",
    "rds": ":{region}:{account}:db:a",
    "s3": ":::a/a",
    "secretsmanager": ":{region}:{account}:secret:a",
    "sns": ":{region}:{account}:a",
    "sqs": ":{region}:{account}:a",
    "ssm": ":{region}:{account}:parameter/a",
    "sts": "::{account}:role/a",
}
_PRINCIPALS = (
    "Anonymous:",
    "AWS:arn:aws:iam::444455556666:role/a",
    f"AWS:arn:aws:iam::{ACCOUNT}:role/a",
    "Service:lambda.amazonaws.com",
    "Federated:cognito-identity.amazonaws.com",
)


def request_in(case: Case, box: Box) -> Request:
    """One of the requests of a box. Holes in it are spelled as they are: they need bindings first."""
    action = _nice(case, box, ACTION, _actions(box))
    resource = _nice(case, box, RESOURCE, _resources(box, action))
    principal = _SOMEBODY
    if PRINCIPAL in box.parts:
        kind, _, name = _nice(case, box, PRINCIPAL, _principals(box)).partition(":")
        principal = Principal(kind, name)
    context: dict[str, tuple[str, ...]] = _keys_of(principal) if case.linked else {}
    for variable in box.parts:
        state = case.space.solve(box.parts[variable])
        if variable in (ACTION, RESOURCE, PRINCIPAL) or variable.startswith("proposition") or not state:
            continue
        domain = case.keys.domains.get(variable, Domain.TEXT)
        context[variable] = tuple(_spelled(value, domain) for value in state)
    return Request(principal, _cased(action, case.documents), resource, tuple(sorted(context.items())))


def _keys_of(principal: Principal) -> dict[str, tuple[str, ...]]:
    """The keys of a request that say again who asks."""
    fields = principal.text.split(":")
    if principal.kind != "AWS" or len(fields) < 6:
        return {}
    return {"aws:principalarn": (principal.text,), "aws:principalaccount": (fields[4],)}


def _spelled(value: Value, domain: Domain) -> str:
    if isinstance(value, tuple):
        return "".join(value)
    if domain is Domain.DATE:
        return spell_date(value)
    return spell_address(value) if domain is Domain.ADDRESS else spell_number(Fraction(value))


def _nice(case: Case, box: Box, variable: str, candidates: Iterable[str]) -> str:
    tests: set[Test] = set(box.parts.get(variable, ()))
    if variable in case.space.bases:
        tests.add(case.space.bases[variable])
    for text in candidates:
        if passes(tests, exact(text)):
            return text
    state = case.space.solve(frozenset(tests)) if tests else ()
    return "".join(value for value in state[0]) if state and isinstance(state[0], tuple) else "*"


def _tests(box: Box, variable: str) -> list[Test]:
    """The tests in the order in which they were made: the order of a set differs from run to run."""
    return sorted(box.parts.get(variable, ()), key=lambda test: test.number)


def _actions(box: Box) -> Iterator[str]:
    """Names of actions: those that the policies name, then known ones."""
    for test in _tests(box, ACTION):
        if test.positive and isinstance(test.content, Union):
            yield from ("".join(p) for p in test.content.patterns[:50] if is_exact(p))
    for name in (*ESCALATION_ACTIONS, *SENSITIVE_ACTIONS, *_COMMON):
        yield name.lower()
    yield from (name.lower() for name in _catalogued(box))


_PATTERNS, _NAMES = 5, 20  # that are looked up
_COMMON = (
    "iam:PassRole",
    "sts:AssumeRole",
    "s3:PutObject",
    "ec2:TerminateInstances",
    "dynamodb:DeleteTable",
    "lambda:InvokeFunction",
    "sqs:SendMessage",
    "sns:Publish",
)


def _catalogued(box: Box) -> Iterator[str]:
    """Actions that AWS's services have: only a request that is shown asks for them."""
    for test in _tests(box, ACTION):
        if test.positive and isinstance(test.content, Union):
            for pattern in test.content.patterns[:_PATTERNS]:
                text = "".join({STAR: "*", ANY: "?"}.get(symbol, symbol) for symbol in pattern)
                yield from _in_catalogue(text)


def _in_catalogue(pattern: str) -> tuple[str, ...]:
    from pregate.iam.catalogue import catalogue

    return catalogue().actions_matching(pattern, _NAMES)


def _resources(box: Box, action: str) -> Iterator[str]:
    service = action.partition(":")[0]
    form = _FORMS.get(service)
    exacts: list[str] = []
    filled: list[str] = []
    for test in _tests(box, RESOURCE):
        if test.positive and isinstance(test.content, Union):
            for pattern in test.content.patterns[:50]:
                (exacts if is_exact(pattern) else filled).append(_filled(pattern))
    yield from exacts
    if form:
        yield f"arn:aws:{service}" + form.format(region=REGION, account=ACCOUNT)
    yield from filled
    yield f"arn:aws:{service}:{REGION}:{ACCOUNT}:a"


def _principals(box: Box) -> Iterator[str]:
    yield from _PRINCIPALS
    for test in _tests(box, PRINCIPAL):
        if test.positive and isinstance(test.content, Union):
            for pattern in test.content.patterns[:50]:
                text = "".join(pattern[:4])
                yield text + _filled(pattern[4:]) if text == "AWS:" else _filled(pattern)


def _filled(pattern: Pattern) -> str:
    """A pattern of an ARN with an ordinary value for each wildcard."""
    text, colons = "", 0
    for symbol in pattern:
        if symbol in (FIELD_STAR, STAR) and text.endswith(":"):
            text += {1: "aws", 3: REGION, 4: ACCOUNT}.get(colons, "a")
        elif len(symbol) > 1:
            text += "a" if symbol != FIELD_STAR else ""
        else:
            colons += symbol == ":"
            text += symbol
    return text


def _cased(action: str, documents: Documents) -> str:
    """An action as the question, the policies or AWS write it; patterns are compared in lower case."""
    written = (
        element.text
        for document in documents.all
        for statement in statements_of(document)
        for element in (*statement.actions, *statement.not_actions)
    )
    names = itertools.chain(documents.listed, written, ESCALATION_ACTIONS, SENSITIVE_ACTIONS, _COMMON)
    found = next((name for name in names if name.lower() == action), None)
    return found or next(iter(_in_catalogue(action)), action)
