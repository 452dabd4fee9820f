"""Issues about what a policy may say of the resource that it is attached to."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam import PolicyKind
from pregate.iam.catalogue import catalogue
from pregate.iam.validation.validate import validate
from tests.iam.samples import policy

CODES = {
    "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    "UNSUPPORTED_ACTION_IN_POLICY",
    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
}
BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table"


def found(
    attached: str, action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::b/*", **rest: Any
) -> list[tuple[str, str]]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **rest}
    document = policy(statement, kind=PolicyKind.RESOURCE, attached=attached)
    issues = validate(document, today=catalogue().dated).issues
    return [(issue.code, issue.details) for issue in issues if issue.code in CODES]


def test_an_action_of_another_service() -> None:
    assert found(BUCKET, ["s3:GetObject", "sqs:SendMessage"]) == [
        (
            "UNSUPPORTED_ACTION_IN_POLICY",
            (
                "The action sqs:SendMessage is not supported for the resource-based policy attached to "
                "the resource type AWS::S3::Bucket."
            ),
        )
    ]


def test_an_arn_of_another_service() -> None:
    assert found(TABLE, "dynamodb:GetItem", "arn:aws:s3:::b") == [
        (
            "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
            (
                "The resource ARN is not supported for the resource-based policy attached to the "
                "resource type AWS::DynamoDB::Table."
            ),
        )
    ]


def test_a_role_is_assumed_with_sts_only() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "123456789012"},
        "Action": ["sts:AssumeRole", "iam:PassRole"],
    }
    issues = validate(policy(statement, kind=PolicyKind.TRUST), today=catalogue().dated).issues
    assert [i.spots[0].pointer for i in issues if i.code in CODES] == ["/Statement/0/Action/1"]


@pytest.mark.parametrize("attached", [BUCKET, "AWS::S3::AccessPoint"])
def test_the_owner_of_the_resource_is_not_asked_in_its_own_policy(attached: str) -> None:
    condition = {"StringEquals": {"s3:resourceaccount": "123456789012"}}
    ((code, details),) = found(attached, Condition=condition)
    assert code == "IRRELEVANT_CONDITION_KEY_IN_POLICY"
    assert details.startswith(
        f"The condition key s3:ResourceAccount is not relevant for the {attached} policy."
    )


@pytest.mark.parametrize(
    ("attached", "action", "resource"),
    [
        (BUCKET, "s3:GetObject", "arn:aws:s3:::b/*"),
        (BUCKET, "*", "*"),
        (BUCKET, "sqs:Nothing", "arn:aws:*:::b"),
        (BUCKET, "sqs:Send*", "b"),
        ("AWS::SQS::Queue", "s3:GetObject", "arn:aws:s3:::b"),
        ("", "s3:GetObject", "arn:aws:s3:::b"),
    ],
)
def test_what_fits_or_is_left_to_other_codes(attached: str, action: str, resource: str) -> None:
    assert found(attached, action, resource, Condition={"StringEquals": {"s3:prefix": "a"}}) == []


def test_an_identity_policy_is_attached_to_no_resource() -> None:
    document = policy({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}, attached=BUCKET)
    assert not [i for i in validate(document, today=catalogue().dated).issues if i.code in CODES]
