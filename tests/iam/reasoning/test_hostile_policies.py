"""No policy crashes the reasoning, or keeps it longer than its limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.iam.reasoning.hostile import survive
from tests.iam.reasoning.universe import ACTIONS, ARNS, KEYS, PRINCIPALS, TEXTS, A

OPERATORS = sorted({name for operators, _policy, _request in KEYS.values() for name in operators})
ODD_TEXTS = ["", "${", "${}", "${a, 'b'}", "\ue0001\ue001", "\ud800", "*" * 40, "1e3", "2020", "ß", "::", A]
words = st.sampled_from([*ACTIONS, *ARNS, *TEXTS, *ODD_TEXTS]) | st.text(max_size=4)
scalars = words | st.none() | st.booleans() | st.integers() | st.floats()
anything: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
mostly_words = st.one_of(words, words, st.lists(words, max_size=3), anything)
keys = st.sampled_from([*KEYS, "", "X:S", "aws:tagkeys", "\u0130"])
qualified = st.builds(
    lambda before, name, after: before + name + after,
    st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:", "For:"]),
    st.sampled_from([*OPERATORS, "Null", "BinaryEquals", "Nonsense"]),
    st.sampled_from(["", "", "IfExists"]),
)
conditions = st.dictionaries(
    qualified, st.dictionaries(keys, mostly_words, max_size=2) | anything, max_size=2
)
principals = st.sampled_from(PRINCIPALS) | st.dictionaries(
    st.sampled_from(["AWS", "Service", "Federated", "aws", "CanonicalUser"]), mostly_words, max_size=2
)
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Allow", "Deny", "allow"])},
    optional={
        "Sid": scalars,
        "Action": mostly_words,
        "NotAction": mostly_words,
        "Resource": mostly_words,
        "NotResource": mostly_words,
        "Principal": principals | anything,
        "NotPrincipal": principals,
        "Condition": conditions | anything,
        "Other": anything,
    },
)
policies = st.fixed_dictionaries(
    {"Statement": st.lists(statements, min_size=1, max_size=4) | statements | anything},
    optional={"Version": st.sampled_from(["2012-10-17", "2008-10-17", "2020-01-01", 1]), "Id": scalars},
)


@pytest.mark.long
@settings(max_examples=examples(50, 150), deadline=None)
@given(policies)
def test_no_policy_crashes(policy: Any) -> None:
    survive("p.json", json.dumps(policy))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["p.json", "p.yaml", "main.tf"]))
def test_no_text_crashes(text: str, path: str) -> None:
    survive(path, text)
    survive(path, json.dumps({"Statement": [{"Effect": "Allow", "Action": text, "Resource": text}]}))


def many(count: int, **rest: Any) -> list[Any]:
    """Statements that differ in their resource."""
    return [
        {"Effect": "Allow", "Action": f"s3:a{n}*", "Resource": f"arn:aws:s3:::b{n}*{n}", **rest}
        for n in range(count)
    ]


STARS = "*a" * 40 + "*b"
LARGE: dict[str, Any] = {
    "stars": [{"Effect": "Allow", "Action": "*", "Resource": [STARS, STARS[1:], "*b" * 40]}],
    "stars in conditions": [
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"k": STARS}}},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotLike": {"k": STARS[2:]}}},
    ],
    "statements": many(examples(800, 2_000)),
    "denies": [*many(200), *(dict(one, Effect="Deny") for one in many(200))],
    "values": [
        {"Effect": "Allow", "Action": "*", "Resource": [f"a{n}*" for n in range(examples(5_000, 20_000))]}
    ],
    "conditions": [
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"ForAnyValue:StringNotLike": {f"k{n}": f"*{n}*" for n in range(300)}},
        },
    ],
    "long": [{"Effect": "Allow", "Action": "*", "Resource": "*a?" * 150_000}],
}


@pytest.mark.long
@pytest.mark.parametrize("name", LARGE)
def test_large_policies_come_to_an_end(name: str) -> None:
    """The limits are steps, so that it is the same on every machine; what a FAIL shows is confirmed."""
    assert survive("p.json", json.dumps({"Version": "2012-10-17", "Statement": LARGE[name]})) == 1


def test_deep_policies_end() -> None:
    depth = 50_000
    text = '{"Statement": {"Effect": "Allow", "Resource": "*", "Action": ' + "[" * depth + "]" * depth + "}}"
    survive("p.json", text)
