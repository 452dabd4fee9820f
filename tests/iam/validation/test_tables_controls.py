"""Issues of resource control policies, and of policies that are too long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.tables_controls import DATED
from pregate.iam.validation.validate import Validation, validate
from tests.iam.validation.samples import KINDS, allow, found, policy
from tests.iam.validation.test_tables_principals import UNKNOWN, denied

RCP = "resource-control"
ACTION = "RCP_SYNTAX_ERROR_ACTION"
PRINCIPAL = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY"
SERVICE = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY"
ORGANIZATION = {"aws:PrincipalOrgID": "o-example"}
SOURCE = {"aws:SourceOrgID": "o-example"}


def checked(action: str, days: int = 1) -> Validation:
    """What is said of a policy with that action, days after the date of the table."""
    places = document_of(policy(allow()), KINDS[RCP]).places
    marked = PolicyDocument(KINDS[RCP], "", "", policy(denied(Action=action)), places)
    return validate(marked, today=DATED + timedelta(days=days))


@pytest.mark.parametrize("action", ["iam:CreateRole", "EC2:*"])
def test_services_without_resource_control_policies(action: str) -> None:
    assert ACTION in {issue.code for issue in checked(action).issues}


@pytest.mark.parametrize("action", ["s3:*", "KMS:Decrypt", "*", "s*:*", UNKNOWN, f"{UNKNOWN}:Get", "${a}:b"])
def test_services_with_them_and_what_may_be_one(action: str) -> None:
    assert ACTION not in {issue.code for issue in checked(action).issues}


def test_an_old_list_of_services_says_nothing() -> None:
    result = checked("iam:CreateRole", days=181)
    assert ACTION not in {issue.code for issue in result.issues}
    assert str(DATED) in dict(result.not_evaluated)[ACTION]
    assert ACTION in checked("iam:CreateRole", days=180).evaluated


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringNotEqualsIfExists": ORGANIZATION}, {PRINCIPAL: ['"aws:PrincipalOrgID"']}),
        ({"StringNotEquals": {"aws:PrincipalTag/a": "b"}}, {PRINCIPAL: ['"aws:PrincipalTag/a"']}),
        ({"StringNotEqualsIfExists": SOURCE}, {SERVICE: ['"aws:SourceOrgID"']}),
        (
            {"StringNotEqualsIfExists": ORGANIZATION, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
            {},
        ),
        ({"StringNotEqualsIfExists": SOURCE, "Bool": {"aws:PrincipalIsAWSService": "true"}}, {}),
        ({"StringEquals": ORGANIZATION}, {}),
        ({"StringEquals": SOURCE}, {}),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, {}),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-12345678"}}, {}),
    ],
)
def test_denials_that_meet_others_too(condition: Any, expected: Any) -> None:
    parts = found(policy(denied(Condition=condition)), RCP)
    assert {code: at for code, at in parts.items() if "_RELATED_" in code} == expected


@pytest.mark.parametrize("open_part", [{UNKNOWN: UNKNOWN}, {"Bool": {UNKNOWN: "false"}}, {"Bool": UNKNOWN}])
def test_an_open_condition_may_tell_services_from_others(open_part: Any) -> None:
    condition = {"StringNotEquals": ORGANIZATION, **open_part}
    places = document_of(policy(allow()), KINDS[RCP]).places
    marked = PolicyDocument(KINDS[RCP], "", "", policy(denied(Condition=condition)), places)
    assert PRINCIPAL not in {issue.code for issue in validate(marked).issues}


def test_related_keys_are_for_denials_of_resource_control_policies() -> None:
    condition = {"StringNotEquals": ORGANIZATION}
    for statement, kind in (
        (denied(Condition=condition, Effect="Allow"), RCP),
        (denied(Condition=condition, Effect=None), RCP),
        (denied(Condition=condition), "resource"),
    ):
        assert PRINCIPAL not in found(policy(statement), kind)


def long(length: int, blank: str = "") -> str:
    """A policy of as many characters without white space."""
    start, end = '{"Version":"2012-10-17",', f'"Statement":[],{blank}"Id":"'
    return f'{start}{end}{"a" * (length - len(start + end) - 2 + len(blank))}"}}'


QUOTAS = [
    ("identity", "", 10_240, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
    ("service-control", "", 10_240, "POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
    ("resource-control", "", 5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
    ("trust", "", 2_048, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
    ("resource", "AWS::S3::Bucket", 20_480, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
    ("resource", "AWS::SQS::Queue", 8_192, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
]


def sizes(text: str, kind: str, resource_type: str = "") -> list[tuple[str, str]]:
    """Code and details of each issue of size."""
    read = document_of(text, KINDS[kind])
    document = PolicyDocument(KINDS[kind], resource_type, "", text, read.places)
    issues = [issue for issue in validate(document).issues if "SIZE" in issue.code]
    assert all(issue.spots[0].pointer == "" for issue in issues)
    return [(issue.code, issue.details) for issue in issues]


@pytest.mark.parametrize(("kind", "resource_type", "quota", "code"), QUOTAS)
def test_policies_that_are_too_long(kind: str, resource_type: str, quota: int, code: str) -> None:
    assert sizes(long(quota, blank=" \n\t "), kind, resource_type) == []
    ((given, _),) = sizes(long(quota + 1, blank=" "), kind, resource_type)
    assert given == code


def test_the_length_is_told_as_the_service_counts_it() -> None:
    ((_, details),) = sizes(long(11_000), "identity")
    assert details.startswith(
        "The 11001 characters in the identity policy, excluding whitespace, exceed the "
    )
    ((_, details),) = sizes(long(11_000), "service-control")
    assert details.startswith("The 11000 characters in the service control policy (SCP) exceed the 10240 ")


def test_what_is_unknown_or_only_written_longer_does_not_count() -> None:
    open_value = f"{OPEN}0{CLOSE}"
    assert sizes(long(10_230).replace('a"', f'a{open_value * 20}"'), "identity") == []
    assert sizes(long(10_230).replace('a"', 'a\\u00e9\\"\\u00e9"'), "identity") == []
    assert sizes(long(10_230).replace('a"', f'a{" " * 20}"'), "identity") != []
    assert sizes(long(100_000), "resource", "AWS::Other::Thing") == []
