"""Paths to more rights, single actions, and what a Deny or a condition prevents of them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from pregate.iam import PolicyDocument, PolicyKind, extract, lint
from pregate.iam.escalation_paths import PASS_ROLE, PATHS, Path
from pregate.iam.exposing import EXPOSING_ACTIONS
from pregate.iam.statements import statements_of
from pregate.iam.tables import ESCALATION_ACTIONS
from pregate.iam.weighing import MAX_EXHAUSTED, MAX_QUESTIONS, MAX_READ, Weigher, resource_for
from pregate.model import Severity
from tests.iam.samples import allow, only, policy, rules_of

FUNCTION = ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]


def deny(action: Any, resource: Any = "*", **rest: Any) -> dict[str, Any]:
    """A Deny statement of an identity policy."""
    return {**allow(action, resource, **rest), "Effect": "Deny"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "+".join(path.actions))
def test_every_path_is_found_and_stands_for_its_steps(path: Path) -> None:
    remarks = lint(policy(allow(list(path.actions), "*")))
    found = [remark for remark in remarks if remark.rule.id == "iam/escalation-path"]
    assert found
    assert max(remark.severity for remark in found) >= path.severity
    assert {r.rule.id for r in remarks} <= {"iam/escalation-path", "iam/resource-exposure-any"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "+".join(path.actions))
def test_a_path_with_a_step_missing_is_none(path: Path) -> None:
    for step in path.actions:
        others = [action for action in path.actions if action != step]
        still = [p for p in PATHS if set(p.actions) <= set(others)]
        assert ("escalation-path" in rules_of(policy(allow(others, "*")))) is bool(still)


def test_a_path_goes_over_statements_and_wildcards() -> None:
    document = policy(allow("iam:Pass*", "arn:aws:iam::*:role/*"), allow("lambda:*Function", "*"))
    remark = only(document)
    assert (remark.rule.id, remark.severity) == ("iam/escalation-path", Severity.HIGH)
    assert remark.pointer == "/Statement/0/Action"
    assert remark.related == (("/Statement/1/Action", "together with this action"),)
    assert "`iam:PassRole`, `lambda:CreateFunction` and `lambda:InvokeFunction` together" in remark.message


def test_several_ways_are_one_remark_at_the_worst() -> None:
    remark = only(policy(allow([*FUNCTION, "ec2:RunInstances", "glue:CreateDevEndpoint"], "*")))
    assert remark.message.endswith("(and 2 more).")
    document = policy(allow(["iam:AttachRolePolicy", "iam:CreateRole", "sts:AssumeRole"], "*"))
    assert only(document).severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "statements",
    [
        [allow("iam:PassRole", "arn:aws:iam::123456789012:role/app"), allow(FUNCTION[1:], "*")],
        [
            allow("iam:PassRole", "*", Condition={"StringEquals": {"aws:ResourceTag/a": "b"}}),
            allow(FUNCTION[1:], "*"),
        ],
        [allow("iam:PassRole", "arn:aws:iam::*:role/app-*"), allow("ec2:RunInstances", "*")],
    ],
)
def test_narrow_steps_make_no_path(statements: Any) -> None:
    assert rules_of(policy(*statements)) == []


@pytest.mark.parametrize("action", ["*", "iam:*", "IAM:**"])
def test_what_is_told_of_a_whole_account_is_not_told_again(action: str) -> None:
    assert "escalation-path" not in rules_of(policy(allow([action, *FUNCTION], "*")))


def passing(service: str) -> dict[str, Any]:
    return allow("iam:PassRole", "*", Condition={"StringEquals": {"iam:PassedToService": service}})


def test_a_role_may_be_passed_to_the_service_that_runs_something_only() -> None:
    run = allow(["ec2:RunInstances", *FUNCTION[1:]], "*")
    remark = only(policy(passing("ec2.amazonaws.com"), run))
    assert "ec2:RunInstances" in remark.message
    assert rules_of(policy(passing("glue.amazonaws.com"), run)) == []
    other = allow(
        "iam:PassRole", "*", Condition={"StringNotEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    )
    assert rules_of(policy(other, allow(FUNCTION[1:], "*"))) == ["pass-role-any"]


@pytest.mark.parametrize(
    "denial",
    [
        deny("iam:PassRole"),
        deny("iam:*"),
        {"Effect": "Deny", "NotAction": ["s3:*", "lambda:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::*:role/app/*"},
    ],
)
def test_a_deny_of_a_step_prevents_the_path(denial: Any) -> None:
    assert rules_of(policy(allow(FUNCTION, "*"), denial)) == []


@pytest.mark.parametrize(
    "denial",
    [
        deny("iam:PassRole", "arn:aws:iam::*:role/admin*"),
        deny("s3:*"),
        {"Effect": "Deny", "NotAction": ["iam:*", "lambda:*"], "Resource": "*"},
        deny("iam:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        deny("*", Condition={"StringNotEquals": {"aws:ResourceOrgID": "o-1234567890"}}),
        deny("iam:*", Condition={"StringEquals": {"aws:ResourceTag/protected": "true"}}),
    ],
)
def test_a_deny_that_leaves_it_open_does_not(denial: Any) -> None:
    assert rules_of(policy(allow(FUNCTION, "*"), denial)) == ["escalation-path"]


BOUNDARY = {"iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundary"}
TEAM = {"aws:ResourceTag/team": "a"}


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        ("iam:PutRolePolicy", {"StringNotEquals": BOUNDARY}),
        ("iam:AttachUserPolicy", {"ArnNotEquals": {"iam:PolicyARN": "arn:aws:iam::123456789012:policy/app"}}),
        ("lambda:UpdateFunctionCode", {"StringNotEquals": TEAM}),
        ("secretsmanager:GetSecretValue", {"StringNotEquals": TEAM}),
        ("kms:PutKeyPolicy", {"StringNotEquals": TEAM}),
        ("s3:PutBucketPolicy", {}),
        ("sts:AssumeRole", {}),
    ],
)
def test_a_deny_guards_single_actions_too(action: str, condition: Any) -> None:
    assert len(rules_of(policy(allow(action, "*")))) == 1
    assert rules_of(policy(allow(action, "*"), deny(action, Condition=condition))) == []


def test_a_condition_on_which_policy_is_attached_is_honoured() -> None:
    mine = {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::123456789012:policy/app-*"}}
    assert rules_of(policy(allow("iam:AttachRolePolicy", "*", Condition=mine))) == []
    any_of_aws = {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}
    assert rules_of(policy(allow("iam:AttachRolePolicy", "*", Condition=any_of_aws))) == [
        "privilege-escalation"
    ]


def test_what_cannot_be_decided_is_not_prevented() -> None:
    odd = deny("iam:PassRole", "arn:aws:iam::*:role/${aws:PrincipalTag/team}-*")
    assert rules_of(policy(allow(FUNCTION, "*"), odd)) == ["escalation-path"]


def test_a_template_leaves_the_account_open() -> None:
    text = """
    {"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {
      "Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:PutRolePolicy",
         "Resource": {"Fn::Sub": "arn:aws:iam::${Other.Account}:role/*"}},
        {"Effect": "Deny", "Action": "iam:PutRolePolicy", "Resource": "*"}]}}}}}
    """
    (document,) = extract("t.json", text).documents
    assert rules_of(document) == []
    (document,) = extract("t.json", text.replace('"Resource": "*"', '"Resource": "arn:aws:s3:::b"')).documents
    assert rules_of(document) == ["privilege-escalation"]


def test_questions_are_bounded() -> None:
    document = policy(allow("iam:PutRolePolicy", "*"), deny("iam:PutRolePolicy"))
    statements = statements_of(document)
    asked = {(str(number), "", ""): True for number in range(MAX_QUESTIONS)}
    for full, answer in ((asked, False), ({}, True)):
        weigher = Weigher(document, statements, dict(full))
        assert weigher.prevents("iam:PutRolePolicy", statements[0], "*") is answer
        assert weigher.prevents("iam:PutRolePolicy", statements[0], "*") is answer
    long = policy(allow("iam:PutRolePolicy", "*"), deny("iam:PutRolePolicy", Sid="a" * MAX_READ))
    assert rules_of(long) == ["privilege-escalation"]


def test_a_policy_that_costs_too_much_is_not_asked_about_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.iam.weighing._STEPS", 0)
    document = policy(allow("iam:Put*", "*"), deny("iam:Put*"))
    statements = statements_of(document)
    weigher = Weigher(document, statements)
    for action in ("PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "PutRolePermissionsBoundary"):
        assert not weigher.prevents(f"iam:{action}", statements[0], "*")
    assert weigher.exhausted == MAX_EXHAUSTED


@pytest.mark.parametrize(
    ("action", "broad", "resource"),
    [
        ("iam:PutRolePolicy", "*", "arn:aws:iam::123456789012:role/any-name-at-all"),
        ("iam:CreateAccessKey", "*", "arn:aws:iam::123456789012:user/any-name-at-all"),
        ("iam:AddUserToGroup", "**", "arn:aws:iam::123456789012:group/any-name-at-all"),
        ("iam:CreatePolicyVersion", "*", "arn:aws:iam::123456789012:policy/any-name-at-all"),
        ("sts:AssumeRole", "*", "arn:aws:iam::123456789012:role/any-name-at-all"),
        ("s3:PutBucketPolicy", "*", "arn:aws:s3:::any-name-at-all"),
        ("s3:GetObject", "*", "arn:aws:s3:::any-name-at-all/any-name-at-all"),
        ("lambda:AddPermission", "*", "arn:aws:lambda:us-east-1:123456789012:function:any-name-at-all"),
        ("ecr:SetRepositoryPolicy", "*", "arn:aws:ecr:us-east-1:123456789012:any-name-at-all"),
        ("s3:GetObject", "arn:aws:s3:::*/*", "arn:aws:s3:::any-name-at-all/any-name-at-all"),
        ("iam:PassRole", "arn:*:iam::*:role/?*", "arn:aws:iam::123456789012:role/aany-name-at-all"),
    ],
)
def test_a_resource_of_no_particular_name(action: str, broad: str, resource: str) -> None:
    assert resource_for(action, broad) == resource


@pytest.mark.parametrize("kind", [PolicyKind.RESOURCE, PolicyKind.SERVICE_CONTROL, PolicyKind.TRUST])
def test_other_policies_have_no_paths(kind: PolicyKind) -> None:
    found = policy(allow(FUNCTION, "*"))
    document = PolicyDocument(kind, "", "", found.text, found.places)
    assert "escalation-path" not in rules_of(document)


# ------------------------------------------------------------------------------------- exposure and wildcards


@pytest.mark.parametrize("action", EXPOSING_ACTIONS)
def test_every_exposing_action_is_found_on_everything_only(action: str) -> None:
    remark = only(policy(allow(action, "*")))
    severity, words = EXPOSING_ACTIONS[action]
    assert (remark.rule.id, remark.severity) == ("iam/resource-exposure-any", severity)
    assert words in remark.message
    assert rules_of(policy(allow(action, "arn:aws:x:us-east-1:123456789012:y/z"))) == []


def test_an_action_is_told_of_once() -> None:
    assert not set(EXPOSING_ACTIONS) & set(ESCALATION_ACTIONS)
    assert PASS_ROLE not in ESCALATION_ACTIONS


@pytest.mark.parametrize(
    ("action", "resource", "severity"),
    [
        ("iam:Tag*", "*", Severity.MEDIUM),
        ("kms:Create*Key", "*", Severity.MEDIUM),
        ("organizations:*Account", "*", Severity.MEDIUM),
        ("secretsmanager:Put*", "arn:aws:secretsmanager:us-east-1:123456789012:secret:a", Severity.LOW),
        ("STS:Assume*", "arn:aws:iam::123456789012:role/app", Severity.LOW),
    ],
)
def test_a_wildcard_in_a_sensitive_service_is_told(action: str, resource: str, severity: Severity) -> None:
    remark = only(policy(allow(action, resource)))
    assert (remark.rule.id, remark.severity) == ("iam/wildcard-sensitive-service", severity)


@pytest.mark.parametrize(
    "action",
    [
        "iam:Get*",
        "iam:List*",
        "kms:Describe*",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
        "ec2:Create*",
        "iam:TagRole",
    ],
)
def test_reading_and_names_in_full_are_not(action: str) -> None:
    assert rules_of(policy(allow(action, "*"))) == []


def test_an_ordinary_policy_does_not_load_the_reasoning() -> None:
    code = (
        "import sys; from tests.iam.samples import allow, policy, rules_of\n"
        f"assert rules_of(policy(allow({FUNCTION}, '*'))) == ['escalation-path']\n"
        "assert not any(name.startswith('pregate.iam.reasoning') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
