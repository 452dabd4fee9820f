"""A PASS holds whatever the values are that a template leaves open, in both versions the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument, Unknown
from pregate.iam.evaluation import UndecidedError, allows
from pregate.iam.reasoning import Reading, Request, Result, check_no_new_access
from pregate.model import Location
from tests.examples import examples
from tests.iam.reasoning.universe import (
    PLAIN,
    Json,
    Shape,
    changed_policy,
    document,
    random_policy,
    requests,
)

pytestmark = [pytest.mark.oracle, pytest.mark.long]

PAIRS = examples(100, 300)
TOKENS = [f"{OPEN}{number}{CLOSE}" for number in range(2)]
VALUES = ["a", "b", "ab", "x", ""]
SHAPES = (Shape(), Shape(keys=("x:s",)), Shape(variables=True))


def opened(rng: Random, policy: Json) -> Json:
    """The policy with values of a template in some resources and conditions."""
    policy = json.loads(json.dumps(policy))
    for statement in policy["Statement"]:
        for name in {"Resource", "NotResource"} & statement.keys():
            if rng.random() < 0.6:
                around = rng.choice(["{}", "a{}", "{}*", "{}b", "{}/{}", "x/{}"])
                more = [rng.choice(PLAIN)] if rng.random() < 0.4 else []
                statement[name] = [around.replace("{}", rng.choice(TOKENS)), *more]
        for operator, tests in statement.get("Condition", {}).items():
            for key in tests if operator.startswith("String") else ():
                tests[key] = rng.choice(TOKENS) if rng.random() < 0.5 else tests[key]
    return policy


def from_template(policy: Json, *, may_be_wildcard: bool) -> PolicyDocument:
    """The document that an extraction would make of it."""
    unknowns = tuple(
        Unknown(token, "Ref", Location("t.yaml"), may_be_wildcard, identity=f"parameter {number}")
        for number, token in enumerate(TOKENS)
    )
    return replace(document(policy), unknowns=unknowns)


def filled(policy: Json, values: list[str]) -> Json:
    """The policy with values in the places that were open."""
    text = json.dumps(policy, ensure_ascii=False)
    for token, value in zip(TOKENS, values, strict=True):
        text = text.replace(token, value)
    filled_in: Json = json.loads(text)
    return filled_in


def is_new(new: Json, existing: Json, request: Request) -> bool:
    """Whether only the new policy allows the request, for certain."""
    try:
        return allows(new, request, Reading()) and not allows(existing, request, Reading())
    except UndecidedError:
        return False


def refutations(rng: Random, new: Json, existing: Json, values: list[str]) -> Iterator[str]:
    """Requests that only the new policy allows, for some of the values."""
    for _ in range(12):
        chosen = [rng.choice(values), rng.choice(values)]
        policies = [filled(policy, chosen) for policy in (new, existing)]
        for request in requests(rng, policies, 10):
            if is_new(policies[0], policies[1], request):
                yield f"{new}\n{existing}\n{chosen}\n{request}"


@pytest.mark.parametrize("may_be_wildcard", [False, True])
def test_a_pass_holds_for_all_values(may_be_wildcard: bool) -> None:
    rng, seen = Random(8), Counter[Result]()
    values = [*VALUES, "*", "a*"] if may_be_wildcard else VALUES
    for number in range(PAIRS):
        shape = SHAPES[number % len(SHAPES)]
        base = random_policy(rng, shape)
        new = opened(rng, base)
        near = rng.random() < 0.5
        existing = changed_policy(rng, shape, new) if near else opened(rng, changed_policy(rng, shape, base))
        decision = check_no_new_access(
            from_template(new, may_be_wildcard=may_be_wildcard),
            from_template(existing, may_be_wildcard=may_be_wildcard),
        )
        seen[decision.result] += 1
        if decision.result is Result.PASS:
            assert next(refutations(rng, new, existing, values), None) is None
    assert seen[Result.PASS] > PAIRS / 5, seen
    assert seen[Result.FAIL] > PAIRS / 5, seen
