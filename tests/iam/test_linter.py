from __future__ import annotations

from typing import Any

import pytest

from pregate.iam import PolicyKind, lint
from pregate.model import Severity
from tests.iam.samples import allow, grant, only, policy, rules_of

ROOT = {"AWS": "arn:aws:iam::123456789012:root"}


@pytest.mark.parametrize("action", ["*", "*:*", "**", "?*", "*:?*"])
@pytest.mark.parametrize("resource", ["*", "**", ["arn:aws:s3:::b", "*"]])
def test_administrator_access_is_found_in_every_disguise(action: str, resource: Any) -> None:
    remark = only(policy(allow([action], resource)))
    assert (remark.rule.id, remark.severity) == ("iam/admin-access", Severity.CRITICAL)
    assert (remark.pointer, remark.statement) == ("/Statement/0/Action/0", "/Statement/0")


@pytest.mark.parametrize(
    ("action", "resource", "rule", "severity"),
    [
        ("s3:*", "*", "service-wildcard-any-resource", Severity.HIGH),
        ("S3:**", "*", "service-wildcard-any-resource", Severity.HIGH),
        ("s3:*", "arn:aws:s3:::*", "service-wildcard-any-resource", Severity.MEDIUM),
        ("s3:*", "arn:aws:s3:::*/*", "service-wildcard-any-resource", Severity.MEDIUM),
        ("iam:*", "*", "service-wildcard-any-resource", Severity.CRITICAL),
        ("*", "arn:aws:s3:::*", "service-wildcard-any-resource", Severity.HIGH),
        ("*", "arn:aws:s3:::b", "service-wildcard", Severity.MEDIUM),
        ("s3:*", "arn:aws:s3:::b/*", "service-wildcard", Severity.MEDIUM),
        ("s*:GetObject", "arn:aws:s3:::b/*", "wildcard-in-service-name", Severity.MEDIUM),
        ("s?:Get*", "*", "wildcard-in-service-name", Severity.HIGH),
        ("*:Get*", "*", "wildcard-in-service-name", Severity.HIGH),
        ("iam:PassRole", "*", "pass-role-any", Severity.HIGH),
        ("IAM:passrole", "arn:aws:iam::*:role/*", "pass-role-any", Severity.HIGH),
        ("iam:Pass*", "arn:aws:iam::123456789012:role/*", "pass-role-any", Severity.HIGH),
        ("iam:CreatePolicyVersion", "*", "privilege-escalation", Severity.HIGH),
        ("iam:*PolicyVersion", "*", "privilege-escalation", Severity.HIGH),
        ("lambda:UpdateFunctionCode", "*", "privilege-escalation", Severity.HIGH),
        ("sts:AssumeRole", "*", "assume-role-any", Severity.HIGH),
        ("s3:GetObject", "*", "sensitive-data-any", Severity.MEDIUM),
        ("s3:Get*", "arn:aws:s3:::*", "sensitive-data-any", Severity.MEDIUM),
        ("secretsmanager:GetSecretValue", "*", "sensitive-data-any", Severity.HIGH),
        ("ssm:GetParameter?", "*", "sensitive-data-any", Severity.HIGH),
    ],
)
def test_wide_grants_are_found(action: str, resource: str, rule: str, severity: Severity) -> None:
    remark = only(policy(allow(action, resource)))
    assert (remark.rule.id, remark.severity) == (f"iam/{rule}", severity)
    assert remark.pointer == "/Statement/0/Action"


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject", "arn:aws:s3:::bucket/*"),
        allow(["logs:CreateLogGroup", "logs:PutLogEvents"], "*"),
        allow("s3:ListAllMyBuckets", "*"),
        allow("iam:PassRole", "arn:aws:iam::123456789012:role/app"),
        allow("iam:PassRole", "arn:aws:iam::123456789012:role/app-*"),
        allow("iam:PassRole", "*", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
        allow("kms:Decrypt", "*", Condition={"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}),
        allow("s3:*", "*", Condition={"StringEquals": {"aws:ResourceTag/team": "a"}}),
        allow("dynamodb:Query", "arn:aws:dynamodb:us-east-1:123456789012:table/t"),
        allow("ec2:Describe*", "*"),
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::b"},
    ],
)
def test_least_privilege_and_denials_are_silent(statement: Any) -> None:
    expected = ["service-wildcard"] if statement.get("Action") == "s3:*" else []
    assert rules_of(policy(statement)) == expected


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"iam:PassedToService": "ec2.amazonaws.com"}},
        {"StringLike": {"iam:PassedToService": "*"}},
        {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"iam:PassedToService": []}},
    ],
)
def test_conditions_that_do_not_narrow_do_not_help(condition: Any) -> None:
    assert rules_of(policy(allow("iam:PassRole", "*", Condition=condition))) == ["pass-role-any"]


def test_a_guarded_administrator_is_still_found() -> None:
    guarded = allow("*", "*", Condition={"StringEquals": {"aws:ResourceTag/a": "b"}})
    assert rules_of(policy(guarded)) == ["service-wildcard-any-resource"]


def test_each_action_is_a_remark_of_its_own_and_names_the_resource() -> None:
    remarks = lint(policy(allow(["s3:GetObject", "kms:Decrypt"], ["arn:aws:s3:::b", "*"])))
    assert [r.pointer for r in remarks] == ["/Statement/0/Action/0", "/Statement/0/Action/1"]
    assert remarks[0].related == (("/Statement/0/Resource/1", "on these resources"),)
    assert remarks[0].anchor == ("", "s3:GetObject", "*")


@pytest.mark.parametrize(
    ("resource", "severity"), [("*", Severity.HIGH), ("arn:aws:s3:::b", Severity.MEDIUM)]
)
def test_allow_with_not_action(resource: str, severity: Severity) -> None:
    remark = only(policy({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": resource}))
    assert (remark.rule.id, remark.severity, remark.pointer) == (
        "iam/allow-not-action",
        severity,
        "/Statement/0/NotAction",
    )
    assert remark.on_key


def test_allow_with_not_resource() -> None:
    statement = {"Effect": "Allow", "Action": "ec2:RunInstances", "NotResource": "arn:aws:s3:::b"}
    assert rules_of(policy(statement)) == ["allow-not-resource"]


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::123456789012:root", "*"]}])
def test_a_public_principal_is_found(principal: Any) -> None:
    remark = only(policy(grant(principal)))
    assert (remark.rule.id, remark.severity) == ("iam/public-principal", Severity.CRITICAL)
    assert "sqs:SendMessage" in remark.message


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}},
        {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}},
        {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::bucket-*"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
        {"IpAddress": {"aws:SourceIp": "not an address"}},
        {"StringLike": {"aws:PrincipalOrgPaths": "o-1/r-1/*"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}},
    ],
)
def test_a_condition_on_who_or_where_makes_a_principal_bearable(condition: Any) -> None:
    assert rules_of(policy(grant("*", Condition=condition))) == []


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({}, "there is no condition"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "no condition says who"),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, "IfExists"),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, "no condition says who"),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, "no condition says who"),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}, "no condition says who"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, "no condition says who"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, "no condition says who"),
        ({"ArnLike": {"aws:SourceArn": "*"}}, "no condition says who"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, "no condition says who"),
    ],
)
def test_a_condition_that_anybody_meets_does_not(condition: Any, words: str) -> None:
    assert words in only(policy(grant("*", Condition=condition))).message


def test_not_principal_is_found_once() -> None:
    statement = grant(ROOT)
    del statement["Principal"]
    remark = only(policy({**statement, "NotPrincipal": {"AWS": ["1", "2"]}}))
    assert remark.rule.id == "iam/allow-not-principal"


def test_a_resource_policy_for_an_account_is_silent() -> None:
    statement = {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}
    assert rules_of(policy(statement, attached="AWS::KMS::Key")) == []


def test_an_endpoint_policy_may_name_everybody() -> None:
    assert rules_of(policy(grant("*"), attached="AWS::EC2::VPCEndpoint")) == []


@pytest.mark.parametrize("kind", [PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL])
def test_organisation_policies_grant_nothing(kind: PolicyKind) -> None:
    principal = {} if kind is PolicyKind.SERVICE_CONTROL else {"Principal": "*"}
    statement = {**allow("*", "*"), **principal}
    assert rules_of(policy(statement, kind=kind)) == []


def test_for_all_values_on_a_single_value_is_found() -> None:
    condition = {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    assert rules_of(policy(allow(Condition=condition))) == ["for-all-values-allow"]
    condition["Null"] = {"aws:PrincipalOrgID": "false"}
    assert rules_of(policy(allow(Condition=condition))) == []


def test_for_all_values_on_a_list_is_right() -> None:
    assert rules_of(policy(allow(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}))) == []
