"""
AWS managed policies that grant far too much, as the statements that matter of them.

Attaching one is like writing these statements. Source: AWS Managed Policy Reference Guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import Map, Seq, Str, Value

_ARN = re.compile(r"arn:[a-z-]{1,20}:iam::aws:policy/(?:[a-z-]{1,30}/)?([A-Za-z0-9_-]{1,128})")

# Name: actions on every resource; those after "!" are all actions but them.
_BROAD: Mapping[str, tuple[str, ...]] = {
    "AWSLambda_FullAccess": ("lambda:*", "iam:PassRole"),
    "AWSOrganizationsFullAccess": ("organizations:*",),
    "AdministratorAccess": ("*",),
    "AmazonDynamoDBFullAccess": ("dynamodb:*",),
    "AmazonEC2FullAccess": ("ec2:*",),
    "AmazonRDSFullAccess": ("rds:*",),
    "AmazonS3FullAccess": ("s3:*", "s3-object-lambda:*"),
    "AmazonSNSFullAccess": ("sns:*",),
    "AmazonSQSFullAccess": ("sqs:*",),
    "AmazonSSMFullAccess": ("ssm:*",),
    "IAMFullAccess": ("iam:*",),
    "PowerUserAccess": ("!", "iam:*", "organizations:*", "account:*"),
    "SecretsManagerReadWrite": ("secretsmanager:*",),
}


def managed_name(arn: str) -> str:
    """The name of the AWS managed policy with this ARN, or ``""``."""
    found = _ARN.fullmatch(arn)
    return found[1] if found else ""


def broad_policy(arn: str, span: Span) -> Map | None:
    """The policy with this ARN if it is one of the broad ones; all its parts stand where the ARN does."""
    actions = _BROAD.get(managed_name(arn))
    if actions is None:
        return None

    def member(value: Value) -> tuple[Span, Value]:
        return span, value

    key, listed = ("NotAction", actions[1:]) if actions[0] == "!" else ("Action", actions)
    statement: dict[str, tuple[Span, Value]] = {
        "Effect": member(Str("Allow", span)),
        key: member(Seq([Str(action, span) for action in listed], span)),
        "Resource": member(Str("*", span)),
    }
    return Map(
        {
            "Version": member(Str("2012-10-17", span)),
            "Statement": member(Seq([Map(statement, span)], span)),
        },
        span,
    )
