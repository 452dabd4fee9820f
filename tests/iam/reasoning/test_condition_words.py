"""Conditions in words."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam.reasoning.condition_words import MOST_VALUES, condition_words
from pregate.iam.statements import statements_of
from tests.iam.samples import allow, policy


def words(operator: str, key: str, values: Any) -> str:
    (statement,) = statements_of(policy(allow(Condition={operator: {key: values}})))
    return condition_words(statement.conditions[0])


@pytest.mark.parametrize(
    ("operator", "key", "values", "said"),
    [
        ("IpAddress", "aws:sourceip", "203.0.113.0/24", "aws:SourceIp is in 203.0.113.0/24"),
        ("StringEquals", "aws:PrincipalTag/Team", ["a", "b"], "aws:PrincipalTag/team is a or b"),
        ("StringEqualsIfExists", "aws:SourceVpc", "vpc-1", "aws:SourceVpc is vpc-1, or is absent"),
        ("StringNotLike", "s3:prefix", ["a", "b"], "s3:prefix matches neither a nor b, or is absent"),
        ("NumericLessThanEquals", "s3:max-keys", 10, "s3:max-keys is at most 10"),
        ("DateLessThanEquals", "aws:CurrentTime", "2026-01-01", "aws:CurrentTime is not after 2026-01-01"),
        ("Bool", "aws:SecureTransport", False, "aws:SecureTransport is false"),
        ("Null", "aws:SourceVpc", "true", "aws:SourceVpc is absent"),
        ("Null", "aws:SourceVpc", "false", "aws:SourceVpc is there"),
        ("ForAnyValue:StringEquals", "aws:TagKeys", "a", "a value of aws:TagKeys is a"),
        (
            "ForAllValues:StringEquals",
            "aws:TagKeys",
            ["a", "b"],
            "every value of aws:TagKeys is a or b, or there is none",
        ),
        ("StringEquals", "a:b", "", "a:b is empty"),
        ("StringEquals", "a:b", [], "a:b is one of no values"),
        ("Sounds", "a:b", "c", "sounds holds of a:b"),
    ],
)
def test_a_condition_is_a_clause(operator: str, key: str, values: Any, said: str) -> None:
    assert words(operator, key, values) == said


def test_many_values_are_cut() -> None:
    said = words("StringEquals", "a:b", [f"v{number}" for number in range(MOST_VALUES + 3)])
    assert said.endswith("v7 or one of 3 more")
