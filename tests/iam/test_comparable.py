"""Policies made comparable: what an open value becomes, and where there is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyDocument, extract
from pregate.iam.comparable import (
    allows_something,
    as_guard,
    comparable,
    has_unknown,
    likeness,
    parts_of,
    statements_in,
    wording,
)


def document(statement: Any, **more: Any) -> PolicyDocument:
    properties = {"PolicyDocument": {"Version": "2012-10-17", "Statement": statement, **more}}
    template = {
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {"X": {"Type": "AWS::Logs::ResourcePolicy", "Properties": properties}},
    }
    (found,) = extract("t.json", json.dumps(template)).documents
    return found


def filled(element: str, value: Any, *, effect: str = "Allow", widest: bool = False) -> Any:
    """What an element becomes; None where the policy cannot be compared."""
    made = comparable(document({"Effect": effect, "Action": "a:b", element: value}), widest=widest)
    return json.loads(made.text)["Statement"][element] if made else None


P, R = {"Ref": "P"}, {"Ref": "Resource"}


def test_a_policy_without_open_values_is_itself() -> None:
    closed = document({"Effect": "Allow", "Action": "a:b", "Resource": "*"})
    assert comparable(closed) is closed
    assert not has_unknown(closed.root)


def test_an_open_resource_is_an_arn_that_no_pattern_for_a_real_one_covers() -> None:
    arn = filled("Resource", P)
    assert arn.startswith("arn:aws:placeholder:us-east-1:")
    assert filled("Resource", P) == arn != filled("Resource", R)
    assert filled("Resource", {"Fn::Sub": "${P}/x"}) == f"{arn}/x"
    part = filled("Resource", {"Fn::Sub": "arn:aws:s3:::${P}/*"})
    assert part.startswith("arn:aws:s3:::placeholder-")
    account = filled("Resource", {"Fn::Sub": "arn:aws:iam::${P}:role/x"}).split(":")[4]
    assert account.isdecimal()
    assert len(account) == 12


def test_the_widest_reading_is_for_what_is_allowed_and_might_be_a_wildcard() -> None:
    assert filled("Resource", P, widest=True) == "*"
    assert filled("Resource", {"Fn::Sub": "arn:aws:s3:::${P}/*"}, widest=True) == "arn:aws:s3:::*/*"
    assert "placeholder" in filled("Resource", R, widest=True)
    assert "placeholder" in filled("Resource", P, widest=True, effect="Deny")
    assert "placeholder" in filled("NotResource", P, widest=True)


def test_open_principals_are_accounts_that_nobody_is_meant_by() -> None:
    role = filled("Principal", {"AWS": P})["AWS"]
    assert role.startswith("arn:aws:iam::")
    assert ":role/placeholder-" in role
    assert ":oidc-provider/placeholder-" in filled("Principal", {"Federated": R})["Federated"]
    partly = filled("Principal", {"AWS": {"Fn::Sub": "arn:aws:iam::${P}:root"}})["AWS"]
    assert partly.startswith("arn:aws:iam::")
    assert partly.endswith(":root")
    assert filled("Principal", {"Service": P}) is None
    assert filled("Principal", P) is None


@pytest.mark.parametrize(
    ("operator", "value", "start"),
    [
        ("StringEquals", P, "placeholder-"),
        ("ForAnyValue:StringLike", {"Fn::Sub": "a${P}b"}, "aplaceholder-"),
        ("ArnLike", P, "arn:aws:placeholder:"),
        ("IpAddress", P, "24"),
        ("IpAddress", {"Fn::Sub": "${P}/32"}, None),
        ("NumericLessThan", P, None),
        ("Bool", P, None),
        ("DateLessThan", P, None),
    ],
)
def test_open_values_of_conditions(operator: str, value: Any, start: str | None) -> None:
    found = filled("Condition", {operator: {"a:b": value}})
    if start is None:
        assert found is None
    else:
        assert found[operator]["a:b"].startswith(start)


def test_what_decides_everything_cannot_be_compared() -> None:
    assert filled("Action", P) is None
    assert filled("Condition", {"StringEquals": {"{{resolve:ssm:x}}": "a"}}) is not None
    assert comparable(document({"Effect": P, "Action": "a:b"})) is None
    allow = {"Effect": "Allow", "Action": "a:b", "Resource": "*"}
    assert comparable(document(allow, Version=P)) is None
    identified = comparable(document(allow, Id=P))
    assert identified is not None
    assert json.loads(identified.text)["Id"] == "placeholder"
    labelled = comparable(document({**allow, "Sid": P}))
    assert labelled is not None
    assert json.loads(labelled.text)["Statement"]["Sid"] == ""


def test_open_values_of_the_same_name_are_worded_alike() -> None:
    first = document([{"Effect": "Allow", "Action": "a:b", "Resource": [P, R]}])
    second = document([{"Effect": "Allow", "Action": "a:b", "Resource": [R, P]}])
    assert wording(first) != wording(second)
    assert parts_of(first) == parts_of(second)
    assert wording(first) == wording(document([{"Effect": "Allow", "Action": "a:b", "Resource": [P, R]}]))


def test_likeness_is_the_share_of_common_parts() -> None:
    one = parts_of(document({"Effect": "Allow", "Action": ["a:b", "a:c"], "Resource": "*"}))
    other = parts_of(document({"Effect": "Allow", "Action": ["a:b", "a:d"], "Resource": "*"}))
    assert likeness(one, other) == 0.75
    assert likeness(parts_of(document([])), parts_of(document([]))) == 1.0


def test_what_is_no_statement_is_harmless() -> None:
    odd = document(["x", {"Effect": ["Allow"], "Action": "a:b"}])
    assert allows_something(odd)
    assert len(statements_in(odd.root)) == 2
    assert as_guard(odd) is odd
    assert statements_in(document([]).root) == ()
