"""Issues about the ARNs of resources."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pregate.iam.catalogue import catalogue
from pregate.iam.validation.validate import validate
from tests.iam.samples import allow, policy

CODES = {
    "ARN_ACCOUNT_NOT_ALLOWED",
    "ARN_REGION_NOT_ALLOWED",
    "INVALID_ARN_RESOURCE",
    "MISSING_ARN_ACCOUNT",
    "MISSING_ARN_REGION",
}


def found(*arns: str, element: str = "Resource") -> list[tuple[str, str]]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", element: list(arns)}
    issues = validate(policy(statement), today=catalogue().dated + timedelta(days=1)).issues
    return [(issue.code, issue.details) for issue in issues if issue.code in CODES]


def test_iam_has_no_region() -> None:
    assert found("arn:aws:iam:eu-west-1:123456789012:role/app/*") == [
        (
            "ARN_REGION_NOT_ALLOWED",
            "The service iam does not support specifying a Region in the resource ARN.",
        )
    ]


def test_a_bucket_has_no_account_and_no_region() -> None:
    assert found("arn:aws:s3::123456789012:bucket") == [
        (
            "ARN_ACCOUNT_NOT_ALLOWED",
            "The service s3 does not support specifying an account ID in the resource ARN.",
        )
    ]
    assert [code for code, _ in found("arn:aws:s3:eu-west-1::bucket/*")] == ["ARN_REGION_NOT_ALLOWED"]


def test_a_queue_needs_region_and_account() -> None:
    assert found("arn:aws:sqs::123456789012:queue") == [
        ("MISSING_ARN_REGION", "Add a Region to the sqs resource ARN.")
    ]
    assert found("arn:aws:sqs:eu-west-1::queue") == [
        ("MISSING_ARN_ACCOUNT", "Add an account ID to the sqs resource ARN.")
    ]


def test_a_resource_of_no_known_kind() -> None:
    (issue,) = found("arn:aws:lambda:eu-west-1:123456789012:handler", element="NotResource")
    assert issue == (
        "INVALID_ARN_RESOURCE",
        "Resource ARN does not match the expected ARN format. Update the resource portion of the ARN.",
    )


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/a",
        "arn:aws:iam::123456789012:role/a",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
        "arn:aws:lambda:eu-west-1:123456789012:func*",
        "arn:aws:lambda:eu-west-1:123456789012:*",
        "arn:aws:lambda:*:123456789012:handler",
        "arn:aws:lambda:eu-west-1:${aws:PrincipalAccount}:handler",
        "arn:aws:logs:*:*:/aws-glue/*",
        "arn:aws:logs:::log-group:X*",
        "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript",
        "arn:aws:ec2:eu-west-1::image/ami-1",
        "arn:aws:backup:eu-west-1:123456789012:recovery-point:1",
        "arn:aws:apigateway:eu-west-1::/restapis/a",
        "arn:aws:nothing:eu-west-1:123456789012:x",
        "arn:aws:sqs:eu-west-1:123456789012",
        "arn:aws:sqs:eu-west-1:123456789012:",
        "arn:aws:lambda:eu-west-1:123456789012:" + "x" * 1000,
    ],
)
def test_nothing_is_said_of_arns_that_may_be_right(arn: str) -> None:
    assert found(arn) == []


def test_the_same_arn_twice_is_told_twice() -> None:
    arn = "arn:aws:sqs::123456789012:queue"
    issues = validate(policy(allow(resource=[arn, arn])), today=catalogue().dated).issues
    pointers = [issue.spots[0].pointer for issue in issues if issue.code == "MISSING_ARN_REGION"]
    assert pointers == ["/Statement/0/Resource/0", "/Statement/0/Resource/1"]


def test_many_hostile_arns_do_not_take_long() -> None:
    found(*(f"arn:aws:ec2:eu-west-1:123456789012:t*a*a*a*{n}*a*a*b" for n in range(1000)))
