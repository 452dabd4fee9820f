"""Service principals that act for anybody. Source: IAM User Guide, "The confused deputy problem"."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam import lint
from pregate.model import Severity
from tests.iam.samples import grant, only, policy, rules_of


def service(name: str, **rest: Any) -> dict[str, Any]:
    """A queue that a service may send to."""
    return grant({"Service": name}, **rest)


def role(name: str, **rest: Any) -> dict[str, Any]:
    """A role that a service may assume."""
    return {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole", **rest}


@pytest.mark.parametrize(
    "name",
    [
        "sns.amazonaws.com",
        "events.amazonaws.com",
        "s3.amazonaws.com",
        "logs.eu-central-1.amazonaws.com",
        "sns.cn-north-1.amazonaws.com.cn",
        "S3.amazonaws.com",
    ],
)
def test_a_service_without_a_source_is_found(name: str) -> None:
    remark = only(policy(service(name)))
    assert (remark.rule.id, remark.severity) == ("iam/confused-deputy", Severity.MEDIUM)
    assert remark.pointer == "/Statement/0/Principal/Service"
    assert "`sqs:SendMessage`" in remark.message


def test_a_role_for_a_service_that_names_its_source_is_told() -> None:
    remark = only(policy(role("scheduler.amazonaws.com")))
    assert (remark.rule.id, remark.severity) == ("iam/confused-deputy", Severity.LOW)


@pytest.mark.parametrize(
    "statement",
    [
        role("ec2.amazonaws.com"),
        role("lambda.amazonaws.com"),
        service("example.com"),
        service("unheard-of.amazonaws.com"),
        grant({"AWS": "123456789012"}),
    ],
)
def test_who_names_no_source_is_left_alone(statement: Any) -> None:
    assert rules_of(policy(statement)) == []


SOURCE = {"aws:SourceAccount": "123456789012"}


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": SOURCE},
        {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}},
        {"StringEquals": {"aws:SourceOrgID": "o-1234567890"}},
        {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1234567890/r-1/*"}},
        {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:*"}},
    ],
)
def test_a_condition_on_the_source_helps(condition: Any) -> None:
    assert rules_of(policy(service("sns.amazonaws.com", Condition=condition))) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": SOURCE},
        {"StringNotEquals": SOURCE},
        {"StringLike": {"aws:SourceAccount": "*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}},
        {"Null": {"aws:SourceAccount": "false"}},
    ],
)
def test_a_condition_that_any_account_meets_does_not(condition: Any) -> None:
    assert rules_of(policy(service("sns.amazonaws.com", Condition=condition))) == ["confused-deputy"]


def denial(**changes: Any) -> dict[str, Any]:
    condition = {"StringNotEquals": SOURCE}
    return {**grant("*", "sqs:*", Effect="Deny", Condition=condition), "Resource": "*", **changes}


@pytest.mark.parametrize(
    "deny",
    [
        denial(),
        denial(Principal={"Service": "sns.amazonaws.com"}),
        denial(Resource="arn:aws:sqs:*:123456789012:q"),
        denial(Condition={"StringNotEqualsIfExists": SOURCE, "Bool": {"aws:PrincipalIsAWSService": "true"}}),
        denial(
            Condition={
                "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"},
                "Null": {"aws:SourceAccount": "false"},
                "Bool": {"aws:PrincipalIsAWSService": "true"},
            }
        ),
        denial(Condition={"ArnNotLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}),
    ],
)
def test_a_deny_that_demands_the_source_helps(deny: Any) -> None:
    assert rules_of(policy(service("sns.amazonaws.com"), deny)) == []


@pytest.mark.parametrize(
    "deny",
    [
        denial(Action="sqs:ReceiveMessage"),
        {k: v for k, v in denial(NotAction="sns:*").items() if k != "Action"},
        {k: v for k, v in denial(NotPrincipal={"AWS": "1"}).items() if k != "Principal"},
        denial(Action="sqs:Send?essage*"),
        denial(Resource="arn:aws:sqs:us-east-1:123456789012:other"),
        denial(Principal={"Service": "s3.amazonaws.com"}),
        denial(Condition={"StringNotEquals": SOURCE, "Bool": {"aws:PrincipalIsAWSService": "false"}}),
        denial(Condition={"StringNotEquals": SOURCE, "Null": {"aws:SourceAccount": "true"}}),
        denial(Condition={"StringNotEquals": SOURCE, "StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
        denial(Condition={"StringNotLike": {"aws:SourceAccount": "*"}}),
    ],
)
def test_a_deny_that_leaves_requests_open_does_not(deny: Any) -> None:
    assert rules_of(policy(service("sns.amazonaws.com"), deny)) == ["confused-deputy"]


def test_a_statement_without_actions_has_words_of_its_own() -> None:
    statement = service("sns.amazonaws.com")
    statement["NotAction"] = statement.pop("Action")
    remarks = [r for r in lint(policy(statement)) if r.rule.id == "iam/confused-deputy"]
    assert "what this statement allows" in remarks[0].message


def test_several_services_and_actions_are_told_apart() -> None:
    statement = service("sns.amazonaws.com")
    statement["Principal"]["Service"] = ["sns.amazonaws.com", "ec2.amazonaws.com", "s3.amazonaws.com"]
    statement["Action"] = ["sqs:SendMessage", "sqs:GetQueueUrl"]
    remarks = lint(policy(statement))
    assert [r.pointer[-1] for r in remarks] == ["0", "2"]
    assert "(and 1 more)" in remarks[0].message
