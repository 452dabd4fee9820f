"""Issues of condition keys by their names."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument, PolicyKind
from pregate.iam.extraction import extract
from pregate.iam.validation.tables_keys import DATED, RULES
from pregate.iam.validation.validate import validate
from tests.iam.validation.samples import allow, found, policy, when

CODES = {code for codes, _ in RULES for code in codes}
_ATTRIBUTES = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["name"]}}
_ASSUME = {"Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}, "Resource": None}


def ours(statement: dict[str, Any], kind: str = "identity") -> dict[str, list[str]]:
    """What this module's rules say, on a day on which its tables are young."""
    return {code: parts for code, parts in found(policy(statement), kind, DATED).items() if code in CODES}


def _reads(*actions: str, **blocks: dict[str, Any]) -> dict[str, Any]:
    return allow(Action=[f"dynamodb:{action}" for action in actions], Condition={**_ATTRIBUTES, **blocks})


@pytest.mark.parametrize(
    ("code", "kind", "bad", "part", "good"),
    [
        (
            "S3_PREFIX_IN_NEGATIVE_CONTEXT",
            "identity",
            when("StringNotLike", "s3:prefix", "secret/*", Action="s3:ListBucket"),
            "s3:prefix",
            when("StringLike", "s3:prefix", "public/*", Action="s3:ListBucket"),
        ),
        (
            "S3_PREFIX_IN_NEGATIVE_CONTEXT",
            "identity",
            when("StringLike", "s3:prefix", "secret/*", Action="s3:ListBucket", Effect="Deny"),
            "s3:prefix",
            when("StringNotLike", "s3:prefix", "public/*", Action="s3:ListBucket", Effect="Deny"),
        ),
        (
            "INVALID_GLOBAL_CONDITION_KEY",
            "identity",
            when("StringEquals", "aws:PrincipalOrg", "o-a1b2c3d4e5"),
            "aws:PrincipalOrg",
            when("StringEquals", "AWS:principalorgid", "o-a1b2c3d4e5"),
        ),
        (
            "MISSING_TAG_KEY_IN_CONDITION",
            "identity",
            when("StringEquals", "aws:ResourceTag/", "x"),
            "aws:ResourceTag/",
            when("StringEquals", "aws:ResourceTag/owner", "x"),
        ),
        (
            "MISSING_TAG_KEY_IN_CONDITION",
            "identity",
            when("StringEquals", "ec2:ResourceTag", "x"),
            "ec2:ResourceTag",
            when("StringEquals", "ec2:ResourceTag/owner", "x"),
        ),
        (
            "DEPRECATED_GLOBAL_CONDITION_KEY",
            "identity",
            when("ArnLike", "aws:ARN", "arn:aws:iam::*:role/a"),
            "aws:ARN",
            when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/a"),
        ),
        (
            "UNSUPPORTED_GLOBAL_CONDITION_KEY",
            "resource",
            when("ArnLike", "aws:ARN", "arn:aws:iam::*:role/a", Principal="*"),
            "aws:ARN",
            when("ArnLike", "aws:SourceArn", "arn:aws:iam::*:role/a", Principal="*"),
        ),
        (
            "UNTRUSTWORTHY_CONDITION_KEY",
            "resource",
            when("StringLike", "aws:Referer", "https://example.com/*", Principal="*"),
            "aws:Referer",
            when("StringEquals", "aws:Referer", "123456789012", Principal={"Service": "ses.amazonaws.com"}),
        ),
        (
            "MISSING_PAIRED_CONDITION_KEYS",
            "identity",
            when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
            "aws:VpcSourceIp",
            allow(
                Condition={
                    "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
                    "StringEquals": {"aws:SourceVpc": "vpc-12345678"},
                }
            ),
        ),
        (
            "MISSING_PAIRED_CONDITION_KEYS",
            "identity",
            when("IpAddress", "aws:Ec2InstanceSourcePrivateIPv4", "10.0.0.1"),
            "aws:Ec2InstanceSourcePrivateIPv4",
            when("IpAddress", "aws:Ec2InstanceSourcePrivateIPv4", "10.0.0.1", Effect="Deny"),
        ),
        (
            "MISSING_ACTION_FOR_CONDITION_KEY",
            "trust",
            when("StringEquals", "sts:SourceIdentity", "Diego", **_ASSUME),
            "sts:SourceIdentity",
            when(
                "StringEquals",
                "sts:SourceIdentity",
                "Diego",
                **{**_ASSUME, "Action": ["sts:AssumeRole", "sts:Set*"]},
            ),
        ),
        (
            "MISSING_ACTION_FOR_CONDITION_KEY",
            "trust",
            when("ForAnyValue:StringEquals", "sts:TransitiveTagKeys", "a", **_ASSUME),
            "sts:TransitiveTagKeys",
            when("ForAllValues:StringEquals", "sts:TransitiveTagKeys", "a", **_ASSUME),
        ),
        (
            "MISSING_ACTION_FOR_CONDITION_KEY",
            "trust",
            when("StringEquals", "sts:SourceIdentity", "Diego", **_ASSUME),
            "sts:SourceIdentity",
            when("StringEqualsIfExists", "sts:SourceIdentity", "Diego", **_ASSUME),
        ),
        (
            "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
            "identity",
            _reads("Query"),
            "dynamodb:Attributes",
            _reads("Query", StringEqualsIfExists={"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}),
        ),
        (
            "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
            "identity",
            _reads("*", StringEquals={"dynamodb:Select": "ALL_ATTRIBUTES"}),
            "dynamodb:Attributes",
            _reads("PutItem"),
        ),
        (
            "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
            "identity",
            when("StringEquals", "aws:VpceOrgID", "o-a1b2c3d4e5", Action=["s3:*", "sns:Publish"]),
            "aws:VpceOrgID",
            when("StringEquals", "aws:VpceOrgID", "o-a1b2c3d4e5", Action=["s3:*", "sqs:*"]),
        ),
        (
            "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
            "service-control",
            when("StringEquals", "aws:VpceAccount", "123456789012", Action="*"),
            "aws:VpceAccount",
            when("StringEquals", "aws:VpceAccount", "123456789012", Action=["kms:*", "?3:*"]),
        ),
        (
            "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
            "identity",
            when("StringEquals", "aws:VpceAccount", "123456789012", Action="iam:PassRole"),
            "aws:VpceAccount",
            when("StringEquals", "aws:VpceAccount", "123456789012", Action="iam:GetRole"),
        ),
        (
            "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
            "service-control",
            when(
                "ForAnyValue:StringLike",
                "aws:VpceOrgPaths",
                "o-a1b2c3d4e5/*",
                Action=None,
                NotAction="s3:*",
            ),
            "aws:VpceOrgPaths",
            when("ForAnyValue:StringLike", "aws:VpceOrgPaths", "o-a1b2c3d4e5/*", Action=["lambda:*"]),
        ),
    ],
)
def test_an_issue_and_its_clean_twin(
    code: str, kind: str, bad: dict[str, Any], part: str, good: dict[str, Any]
) -> None:
    assert ours(bad, kind) == {code: [json.dumps(part)]}
    assert ours(good, kind) == {}


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        # a bucket's policy is about that bucket
        (when("StringEquals", "aws:VpceAccount", "123456789012", Action="*", Principal="*"), "resource"),
        (when("StringEquals", "aws:FederatedProvider", "accounts.google.com"), "identity"),
        (when("Null", "sts:SourceIdentity", "true", **_ASSUME), "trust"),
        (when("StringEquals", "sts:SourceIdentity", "Diego", **{**_ASSUME, "Effect": "Deny"}), "trust"),
        (when("Null", "dynamodb:Attributes", "false", Action="dynamodb:*"), "identity"),
        (when("StringEquals", "sts:SourceIdentity", "Diego", Action=None, NotAction="s3:*"), "identity"),
    ],
)
def test_nothing_is_said(statement: dict[str, Any], kind: str) -> None:
    assert ours(statement, kind) == {}


def test_the_words() -> None:
    (document,) = extract("p.json", policy(when("StringEquals", "aws:RequestTag", "x"))).documents
    (issue,) = (issue for issue in validate(document, today=DATED).issues if issue.code in CODES)
    assert issue.details == (
        "The condition key aws:RequestTag/ must include a tag key to control access based on tags. Use the "
        "format aws:RequestTag/tag-key and specify a key name for tag-key."
    )


def test_an_old_table_says_nothing_of_what_is_not_in_it() -> None:
    text = policy(when("StringEquals", "aws:New", "x"))
    (document,) = extract("p.json", text).documents
    result = validate(document, today=DATED + timedelta(days=181))
    reasons = dict(result.not_evaluated)
    assert "INVALID_GLOBAL_CONDITION_KEY" not in {issue.code for issue in result.issues}
    assert "180 days" in reasons["INVALID_GLOBAL_CONDITION_KEY"]
    assert "180 days" in reasons["USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES"]


@pytest.mark.parametrize(
    "statement",
    [
        allow(Action="dynamodb:Query", Condition={**_ATTRIBUTES, "StringEquals": {"dynamodb:Select": "@"}}),
        allow(Action="dynamodb:Query", Condition={**_ATTRIBUTES, "StringEquals": {"@": "x"}}),
        allow(Action="dynamodb:Query", Condition={**_ATTRIBUTES, "@": {"dynamodb:Select": "x"}}),
        allow(Action="dynamodb:Query", Condition={**_ATTRIBUTES, "StringEquals": "@"}),
        when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8", Effect="@"),
        when("StringEquals", "aws:VpceAccount", "123456789012", Action="@"),
        when("StringEquals", "aws:VpceAccount", "123456789012", Action=None, NotAction=["@"]),
        when("StringEquals", "sts:SourceIdentity", "Diego", Action=["sts:AssumeRole", "@"]),
        when("StringEquals", "aws:@", "x"),
    ],
)
def test_what_is_not_known_decides_nothing(statement: dict[str, Any]) -> None:
    text = policy(statement).replace("@", f"{OPEN}0{CLOSE}")
    (document,) = extract("p.json", policy(allow())).documents
    marked = PolicyDocument(PolicyKind.IDENTITY, "", "", text, document.places)
    assert not CODES & {issue.code for issue in validate(marked, today=DATED).issues}
