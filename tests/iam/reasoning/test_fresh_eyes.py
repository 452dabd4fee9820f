"""What was once said to pass, and does not: each a policy that was read as another one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.reasoning import Result
from pregate.iam.reasoning.questions import (
    check_access_not_granted,
    check_no_new_access,
    check_no_public_access,
)
from tests.iam.reasoning.policies import allow, policy, resource_policy, text_policy, when

USER, TAG, OPEN = "${aws:username}", "${aws:PrincipalTag/x}", "\ue0001\ue001"
NEITHER = policy(allow("ec2:*"))


def passed(new: PolicyDocument, existing: PolicyDocument) -> Result:
    return check_no_new_access(new, existing).result


@pytest.mark.parametrize(
    "more",
    [
        {"Resources": "*"},
        {"Conditions": {}},
        {"Condition": "x"},
        {"Condition": None},
        {"Condition": {"StringEquals": "x"}},
        {"Condition": {"StringEquals": {"aws:x": {"a": "b"}}}},
        {"Action": {"a": "s3:*"}},
        {"NotAction": [["s3:*"]]},
        {"Effect": ["Deny", "Allow"]},
        {"action": "ec2:*"},
        {"Principal": {"AWS": {"a": "b"}}},
        {"Principal": [["*"]]},
    ],
)
def test_what_is_not_of_the_right_form_is_refused(more: dict[str, Any]) -> None:
    odd = policy({**allow("s3:*"), **more})
    assert passed(policy(allow("s3:*")), odd) is Result.INVALID
    assert passed(odd, NEITHER) is Result.INVALID


@pytest.mark.parametrize(
    "root", ['"version": "2012-10-17"', '"Version": ["2012-10-17"]', '"Id": "a", "Id": "b"']
)
def test_a_root_that_is_not_of_the_right_form_is_refused(root: str) -> None:
    text = f'{{{root}, "Statement": {json.dumps(allow("s3:*"))}}}'
    assert passed(text_policy(text), policy(allow("s3:*"))) is Result.INVALID


@pytest.mark.parametrize(
    ("new", "existing", "result"),
    [
        (
            policy(allow("s3:*", **when("StringEqualsIgnoreCase", "s3:prefix", USER))),
            policy(allow("s3:*", **when("StringEquals", "s3:prefix", USER))),
            Result.FAIL,
        ),
        (
            policy(allow("s3:*", **when("StringEquals", "s3:prefix", USER))),
            policy(allow("s3:*", **when("StringEqualsIgnoreCase", "s3:prefix", USER))),
            Result.PASS,
        ),
        (
            policy(allow("s3:*", "arn:aws:s3:::b/${$}x")),
            policy(allow("s3:*", "arn:aws:s3:::b/${$}x"), version="2008-10-17"),
            Result.FAIL,
        ),
        (
            policy(allow("sqs:*", f"arn:aws:sqs:us-east-1:{TAG}:q")),
            policy(allow("sqs:*", "arn:aws:sqs:us-east-1:*:q")),
            Result.UNKNOWN,
        ),
        (policy(allow("kms:Decrypt")), policy(allow("\u212ams:Decrypt")), Result.FAIL),
        (policy(allow("s3:*", **when("Bool", "aws:SecureTransport", TAG))), NEITHER, Result.UNKNOWN),
    ],
)
def test_variables_and_letters(new: PolicyDocument, existing: PolicyDocument, result: Result) -> None:
    assert passed(new, existing) is result


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("NumericEquals", "s3:max-keys", "abc"),
        ("NumericEquals", "s3:max-keys", "1e3"),
        ("DateLessThan", "aws:CurrentTime", "2024"),
        ("DateLessThan", "aws:CurrentTime", "2024-01-01T00:00:00"),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/33"),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/0.255.255.255"),
    ],
)
def test_a_value_of_doubtful_meaning_is_compared_with_its_like_only(
    operator: str, key: str, value: str
) -> None:
    doubtful = policy(allow("s3:*", **when(operator, key, value)))
    assert passed(doubtful, NEITHER) is Result.UNKNOWN
    assert passed(doubtful, policy(allow("s3:*", Sid="same", **when(operator, key, value)))) is Result.PASS


@pytest.mark.parametrize(
    ("new", "existing"),
    [
        (policy(allow("s3:*", **when("Bool", "aws:SecureTransport", OPEN))), NEITHER),
        (policy(allow("s3:*", **when("BinaryEquals", "x:y", OPEN))), NEITHER),
        (policy(allow("s3:*")), policy(allow("s3:*", Condition={"StringEquals": OPEN}))),
        (policy(allow("s3:*")), policy(allow("s3:*", condition=OPEN))),
        (
            policy(allow("s3:*", f"arn:aws:s3:::b/{USER}"), version=OPEN),
            policy(allow("s3:*", "arn:aws:s3:::b/$*")),
        ),
        (
            policy(allow("s3:*", f"home/${{aws:PrincipalTag/{OPEN}}}")),
            policy(allow("s3:*", "home/$*")),
        ),
        (
            resource_policy(allow("s3:*", Principal={OPEN: "*"})),
            resource_policy(allow("ec2:*", Principal="*")),
        ),
    ],
)
def test_open_values_where_nobody_expects_them(new: PolicyDocument, existing: PolicyDocument) -> None:
    assert passed(new, existing) is Result.UNKNOWN


def test_an_action_without_service_is_no_question() -> None:
    assert check_access_not_granted(policy(allow("*")), ["GetObject"], []).result is Result.INVALID


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ({"StringLike": {"token.example.com:sub": "*"}}, Result.UNKNOWN),
        ({"StringEquals": {"token.example.com:aud": "sts.amazonaws.com"}}, Result.UNKNOWN),
        ({"StringNotEquals": {"token.example.com:sub": "x"}}, Result.UNKNOWN),
        ({"StringEqualsIfExists": {"token.example.com:sub": "x"}}, Result.UNKNOWN),
        ({"StringEquals": {"token.example.com:sub": "x"}}, Result.PASS),
    ],
)
def test_tokens_of_anybody_may_be_public(condition: dict[str, Any], result: Result) -> None:
    provider = {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.example.com"}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": provider}
    trust = policy({**statement, "Condition": condition}, kind=PolicyKind.TRUST)
    assert check_no_public_access(trust).result is result
