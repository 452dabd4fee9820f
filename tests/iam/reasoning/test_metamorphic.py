"""What must hold of the answers whatever the policies are."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.iam.reasoning import Result, check_no_new_access
from tests.examples import examples
from tests.iam.reasoning.universe import SHAPES, Json, Shape, document, random_policy

pytestmark = pytest.mark.long


@st.composite
def shaped(draw: st.DrawFn) -> tuple[Shape, Json, Random]:
    """A policy with its shape, and what to draw more from."""
    rng = draw(st.randoms(use_true_random=False))
    shape = draw(st.sampled_from(SHAPES))
    return shape, random_policy(rng, shape), rng


def gains(shape: Shape, new: Json, existing: Json) -> Result:
    """Whether the new policy allows more."""
    resource = shape.principals
    return check_no_new_access(document(new, resource=resource), document(existing, resource=resource)).result


def with_statements(policy: Json, statements: list[Json]) -> Json:
    """The policy with other statements."""
    return {**policy, "Statement": statements}


def listed(value: Any) -> list[Any]:
    """One value or several as a list."""
    return value if isinstance(value, list) else [value]


def same(shape: Shape, one: Json, other: Json) -> None:
    """Neither policy allows more than the other, as far as there is an answer."""
    assert gains(shape, one, other) in (Result.PASS, Result.UNKNOWN)
    assert gains(shape, other, one) in (Result.PASS, Result.UNKNOWN)


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped())
def test_a_policy_allows_nothing_new_over_itself(case: tuple[Shape, Json, Random]) -> None:
    shape, policy, _rng = case
    assert gains(shape, policy, json.loads(json.dumps(policy))) is Result.PASS


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped())
def test_another_allow_loses_no_access(case: tuple[Shape, Json, Random]) -> None:
    shape, policy, rng = case
    more = [one for one in random_policy(rng, shape)["Statement"] if one["Effect"] == "Allow"]
    wider = with_statements(policy, [*policy["Statement"], *more])
    assert gains(shape, policy, wider) in (Result.PASS, Result.UNKNOWN)


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped())
def test_another_deny_gains_no_access(case: tuple[Shape, Json, Random]) -> None:
    shape, policy, rng = case
    deny = {**random_policy(rng, shape)["Statement"][0], "Effect": "Deny"}
    narrower = with_statements(policy, [deny, *policy["Statement"]])
    assert gains(shape, narrower, policy) in (Result.PASS, Result.UNKNOWN)


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped())
def test_an_allow_without_its_condition_loses_no_access(case: tuple[Shape, Json, Random]) -> None:
    shape, policy, _rng = case
    bare = [
        {name: value for name, value in one.items() if name != "Condition" or one["Effect"] == "Deny"}
        for one in policy["Statement"]
    ]
    assert gains(shape, policy, with_statements(policy, bare)) in (Result.PASS, Result.UNKNOWN)


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped())
def test_the_order_of_statements_means_nothing(case: tuple[Shape, Json, Random]) -> None:
    shape, policy, _rng = case
    same(shape, policy, with_statements(policy, policy["Statement"][::-1]))


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped(), st.sampled_from(["Action", "Resource"]))
def test_a_statement_may_be_split(case: tuple[Shape, Json, Random], element: str) -> None:
    shape, policy, _rng = case
    parts = [
        {**one, **({element: [value]} if element in one else {})}
        for one in policy["Statement"]
        for value in (listed(one[element]) if element in one else [None])
    ]
    same(shape, policy, with_statements(policy, parts))


@settings(max_examples=examples(20, 60), deadline=None)
@given(shaped(), st.text("abcXYZ019", min_size=1))
def test_names_of_statements_mean_nothing(case: tuple[Shape, Json, Random], sid: str) -> None:
    shape, policy, _rng = case
    named = [{"Sid": f"{sid}{at}", **one} for at, one in enumerate(policy["Statement"])]
    same(shape, policy, with_statements(policy, named))


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_what_is_split_is_mostly_decided(shape: Shape) -> None:
    """The answer UNKNOWN, which the tests above let pass, is rare."""
    rng = Random(3)
    answers = []
    for _ in range(30):
        policy = random_policy(rng, shape)
        answers.append(gains(shape, with_statements(policy, policy["Statement"][::-1]), policy))
    assert answers.count(Result.PASS) >= 28
