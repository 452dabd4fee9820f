"""Issues of values that come from short lists or have a fixed form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument, PolicyKind
from pregate.iam.extraction import extract
from pregate.iam.validation.issue import Subject
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.tables_values import DATED, RULES
from pregate.iam.validation.validate import validate
from tests.iam.validation.samples import allow, found, policy, when

CODES = {code for codes, _ in RULES for code in codes}
_VPC, _VPCE = ("StringEquals", "aws:SourceVpc"), ("StringEquals", "aws:SourceVpce")
_REGION = ("StringEquals", "aws:RequestedRegion")
_KMS = ("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id")
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_ORG = "aws:PrincipalOrgID"
_USER = ("StringLike", "aws:userid")


def ours(statement: dict[str, Any], kind: str = "identity") -> dict[str, list[str]]:
    """What this module's rules say, on a day on which its tables are young."""
    return {code: parts for code, parts in found(policy(statement), kind, DATED).items() if code in CODES}


def resource(text: str) -> dict[str, Any]:
    """A statement about a resource."""
    return allow(Resource=[text])


def public(*condition: Any, **changes: Any) -> dict[str, Any]:
    """A statement for everybody under a condition."""
    return when(*condition, Principal="*", **changes)


@pytest.mark.parametrize(
    ("code", "kind", "bad", "part", "good"),
    [
        (
            "INVALID_PARTITION",
            "identity",
            resource("arn:amazon:sqs:eu-west-1:123456789012:q"),
            "amazon",
            resource("arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q"),
        ),
        (
            "INVALID_ARN_REGION",
            "identity",
            resource("arn:aws:sqs:eu-west-12:123456789012:q"),
            "eu-west-12",
            resource("arn:aws:sqs:eu-west-*:123456789012:q"),
        ),
        (
            "INVALID_ARN_REGION",
            "identity",
            resource("arn:aws-cn:sqs:eu-west-1:123456789012:q"),
            "eu-west-1",
            resource("arn:*:sqs:eu-west-1:123456789012:q"),
        ),
        (
            "INVALID_ARN_REGION",
            "identity",
            allow(Resource=None, NotResource="arn:a*:sqs:here:123456789012:q"),
            "here",
            allow(Resource=None, NotResource="arn:${aws:x}:iam::123456789012:role/a"),
        ),
        ("INVALID_REGION", "identity", when(*_REGION, "Ireland"), '"Ireland"', when(*_REGION, "eu-west-1")),
        (
            "INVALID_REGION",
            "identity",
            when(*_REGION, ["eu-west-1", "eu-west-1a"]),
            '"eu-west-1a"',
            when("StringNotLike", "aws:RequestedRegion", ["eu-*", "aws-global"]),
        ),
        (
            "INVALID_REGION",
            "identity",
            when(*_REGION, "EU-WEST-1"),
            '"EU-WEST-1"',
            when("StringEqualsIgnoreCase", "aws:RequestedRegion", "EU-WEST-1"),
        ),
        ("INVALID_VPC_FORMAT", "resource", public(*_VPC, "vpc-1"), '"vpc-1"', public(*_VPC, "vpc-1a2b3c4d")),
        (
            "INVALID_VPC_FORMAT",
            "resource",
            public(*_VPC, "vpce-1a2b3c4d"),
            '"vpce-1a2b3c4d"',
            public(*_VPC, "vpc-11223344556677889"),
        ),
        (
            "INVALID_VPCE_FORMAT",
            "resource",
            public(*_VPCE, "vpc-1a2b3c4d"),
            '"vpc-1a2b3c4d"',
            public("StringNotEqualsIgnoreCase", "aws:SourceVpce", "VPCE-1A2B3C4D"),
        ),
        ("INVALID_KMS_KEY_VALUE", "resource", public(*_KMS, "alias/a"), '"alias/a"', public(*_KMS, _KEY)),
        (
            "INVALID_KMS_KEY_VALUE",
            "identity",
            when("ArnEquals", _KMS[1], _KEY.replace("key/", "alias/")),
            f'"{_KEY.replace("key/", "alias/")}"',
            when("ArnLike", _KMS[1], "arn:aws:kms:*:*:key/*"),
        ),
        (
            "WILDCARD_USAGE_TOO_PERMISSIVE",
            "resource",
            public("StringLike", _ORG, "o-*"),
            '"o-*"',
            public("StringLike", _ORG, "o-a1b2c3d4e5"),
        ),
        (
            "WILDCARD_USAGE_TOO_PERMISSIVE",
            "identity",
            when("StringNotLike", "aws:ResourceAccount", "1234*", Effect="Deny"),
            '"1234*"',
            when("StringLike", "aws:ResourceAccount", "1234*", Effect="Deny"),
        ),
        (
            "WILDCARD_USAGE_TOO_PERMISSIVE",
            "resource",
            public(*_USER, "AROA*"),
            '"AROA*"',
            public(*_USER, ["*:session", "AROAEXAMPLEID:*"]),
        ),
        (
            "WILDCARD_USAGE_TOO_PERMISSIVE",
            "resource",
            public(*_USER, "*"),
            '"*"',
            when(*_USER, "AROA*", Principal={"AWS": "123456789012"}),
        ),
        (
            "VARIABLE_USAGE_TOO_PERMISSIVE",
            "resource",
            public("StringEquals", _ORG, "${aws:PrincipalTag/org}"),
            '"${aws:PrincipalTag/org}"',
            public("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"),
        ),
        (
            "VARIABLE_USAGE_TOO_PERMISSIVE",
            "resource",
            public(*_VPC, "${aws:RequestTag/vpc, 'vpc-1a2b3c4d'}"),
            "\"${aws:RequestTag/vpc, 'vpc-1a2b3c4d'}\"",
            public(*_VPC, "${aws:Ec2InstanceSourceVpc}"),
        ),
    ],
)
def test_an_issue_and_its_clean_twin(
    code: str, kind: str, bad: dict[str, Any], part: str, good: dict[str, Any]
) -> None:
    assert ours(bad, kind) == {code: [part]}
    assert ours(good, kind) == {}


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (resource("*"), "identity"),
        (resource("arn:aws:s3:::shop/arn:aws:x:nowhere:y"), "identity"),
        (resource("aws:none:sqs:nowhere:123456789012:q"), "identity"),
        (resource("execute-api:/prod/GET/a:b:c:d:e"), "identity"),
        (when("Null", "aws:RequestedRegion", "true"), "identity"),
        (when("StringEquals", "aws:SourceVpc", "${aws:Ec2InstanceSourceVpc}", Effect="Deny"), "identity"),
        (when("StringEquals", _KMS[1], ""), "identity"),
        # to compare with the caller's own is what AWS advises in an identity's policy
        (when("StringEquals", "aws:ResourceAccount", "${aws:PrincipalTag/account}"), "identity"),
        (public("StringEquals", _ORG, "${*}"), "resource"),
        (public("StringLike", _ORG, "o-${*}"), "resource"),
        (public("StringLike", "aws:PrincipalTag/a", "*a*"), "resource"),
        (when(*_USER, "AROA*"), "identity"),
        (when("StringNotLike", "aws:userid", "AROA*", Effect="Deny", Principal="*"), "resource"),
    ],
)
def test_nothing_is_said(statement: dict[str, Any], kind: str) -> None:
    assert ours(statement, kind) == {}


def test_an_endpoint_policy_may_compare_with_a_variable() -> None:
    text = policy(public("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalTag/org}"))
    for resource_type, count in (("AWS::S3::Bucket", 1), ("AWS::EC2::VPCEndpoint", 0)):
        document = document_of(text, PolicyKind.RESOURCE, resource_type)
        codes = [issue.code for issue in validate(document, today=DATED).issues]
        assert codes.count("VARIABLE_USAGE_TOO_PERMISSIVE") == count


def test_the_words() -> None:
    document = document_of(policy(resource("arn:amazon:sqs:::q")), PolicyKind.IDENTITY)
    details = {issue.code: issue.details for issue in validate(document, today=DATED).issues}
    assert details["INVALID_PARTITION"] == (
        "The resource ARN for the service sqs does not support the partition amazon. Use the supported "
        "values: aws, aws-cn, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-us-gov"
    )


def test_an_old_table_says_nothing_of_what_is_not_in_it() -> None:
    document = document_of(policy(when(*_REGION, "eu-west-9")), PolicyKind.IDENTITY)
    result = validate(document, today=DATED + timedelta(days=181))
    assert "INVALID_REGION" not in {issue.code for issue in result.issues}
    reasons = dict(result.not_evaluated)
    for code in ("INVALID_REGION", "INVALID_ARN_REGION", "INVALID_PARTITION"):
        assert "180 days" in reasons[code]


@pytest.mark.parametrize(
    "statement",
    [
        resource("arn:@:sqs:nowhere:123456789012:q"),
        resource("arn:aws:sqs:@:123456789012:q"),
        when(*_REGION, ["@", "eu-@"]),
        public(*_VPC, "vpc-@"),
        public(*_KMS, "arn:aws:kms:@"),
        public("StringLike", _ORG, "@*"),
        public("StringLike", _ORG, "o-*", Effect="@"),
        public("StringEquals", _ORG, "${aws:username}@"),
    ],
)
def test_what_is_not_known_decides_nothing(statement: dict[str, Any]) -> None:
    text = policy(statement).replace("@", f"{OPEN}0{CLOSE}")
    (document,) = extract("p.json", policy(allow())).documents
    marked = PolicyDocument(PolicyKind.RESOURCE, "AWS::S3::Bucket", "", text, document.places)
    assert not CODES & {issue.code for issue in validate(marked, today=DATED).issues}


@pytest.mark.parametrize(
    "text", ["${" * 20_000, "${" + "a" * 50_000, "${a," * 10_000, "vpc-" * 20_000, _KEY * 900]
)
def test_hostile_values_give_issues_of_these_codes_only(text: str) -> None:
    conditions = [(*_VPC, text), ("StringLike", _ORG, f"{text}*"), (*_KMS, text), (*_USER, text)]
    statements = [resource(text), *(public(*condition) for condition in conditions)]
    subject = Subject(document_of(policy(*statements), PolicyKind.RESOURCE), DATED)
    codes = {code for names, _ in RULES for code in names}
    assert {issue.code for _, rule in RULES for issue in rule(subject)} <= codes
