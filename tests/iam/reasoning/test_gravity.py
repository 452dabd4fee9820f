"""How grave an access is, and the example for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyDocument, extract
from pregate.iam.reasoning import Limits, check_no_new_access
from pregate.iam.reasoning.cases import Documents
from pregate.iam.reasoning.gravity import Gravity, gravest


def policy(*actions: str, **more: Any) -> PolicyDocument:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return extract("p.json", json.dumps(document)).documents[0]


@pytest.mark.parametrize(
    ("action", "gravity", "example"),
    [
        ("iam:*", Gravity.ESCALATION, "iam:AddUserToGroup"),
        ("iam:PassRole", Gravity.ESCALATION, "iam:PassRole"),
        ("dynamodb:*", Gravity.DESTRUCTION, "dynamodb:DeleteTable"),
        ("logs:DeleteLogStream", Gravity.DESTRUCTION, "logs:DeleteLogStream"),
        ("s3:Get*", Gravity.DATA, "s3:GetObject"),
        ("logs:PutLogEvents", Gravity.USE, "logs:PutLogEvents"),
        ("sns:TagResource", Gravity.USE, "sns:TagResource"),
        ("sqs:ListQueues", Gravity.LOOK, "sqs:ListQueues"),
    ],
)
def test_the_gravest_example_is_found(action: str, gravity: Gravity, example: str) -> None:
    base, new = policy("s3:ListBucket"), policy("s3:ListBucket", action)
    decision = check_no_new_access(new, base)
    found, gravest_one = gravest(Documents(new, base), decision, Limits())
    assert found is gravity
    assert gravest_one.request is not None
    assert gravest_one.request.action == example


def test_only_what_is_new_counts() -> None:
    base, new = policy("iam:PassRole", "s3:ListBucket"), policy("iam:PassRole", "s3:ListBucket", "sqs:List*")
    decision = check_no_new_access(new, base)
    assert gravest(Documents(new, base), decision, Limits())[0] is Gravity.LOOK


def test_that_it_only_looks_must_be_proven() -> None:
    base, new = policy("s3:ListBucket"), policy("s3:ListBucket", "sqs:List*")
    decision = check_no_new_access(new, base)
    found, example = gravest(Documents(new, base), decision, Limits(steps=0))
    assert (found, example) == (Gravity.USE, decision)
