"""For each code that needs only the language: a policy that has it, what it points at, and a twin without."""

from __future__ import annotations

import json
from typing import Any

from tests.iam.validation.samples import allow, policy, when

# code → kind, the policy with the issue, the parts that it points at, the policy without it
Case = tuple[str, str, str, list[str], str]

_IP = ("IpAddress", "aws:SourceIp")
_ROLE_ID, _USER_ID = (f"{stem}{'EXAMPLE' * 2}Q2" for stem in ("AROA", "AIDA"))
_PASS: dict[str, Any] = {"iam:PassedToService": "ec2.amazonaws.com"}
_LINKED: dict[str, Any] = {"iam:AWSServiceName": "ecs.amazonaws.com"}
_OTHER = "arn:aws:iam::123456789012:role/other"


def identity(code: str, bad: Any, parts: Any, good: Any) -> Case:
    """A case of one statement each."""
    shown = [part if isinstance(part, str) else json.dumps(part) for part in parts]
    return code, "identity", policy(bad), shown, policy(good)


def value(code: str, operator: str, key: str, bad: Any, good: Any, part: Any = None) -> Case:
    """A case of a condition value each."""
    shown = json.dumps(bad if part is None else part)
    return code, "identity", policy(when(operator, key, bad)), [shown], policy(when(operator, key, good))


def operator(code: str, bad: str, good: str, given: Any = "true") -> Case:
    """A case of an operator each."""
    one, other = (policy(when(name, "aws:username", given)) for name in (bad, good))
    return code, "identity", one, [json.dumps(bad)], other


def kind(code: str, which: str, bad: Any, parts: list[str], good: Any) -> Case:
    """A case of one statement of another kind of policy each."""
    return code, which, policy(bad), parts, policy(good)


def _roles(stem: str, action: str, narrow: dict[str, Any]) -> list[Case]:
    prefix = action[: action.index(":") + 3] + "*"
    outer: list[tuple[str, dict[str, Any], list[Any]]] = [
        ("STAR_IN_RESOURCE", {"Action": action, "Resource": "*"}, [action, "*"]),
        ("STAR_IN_ACTION_AND_RESOURCE", {"Action": [prefix], "Resource": ["*"]}, [prefix, "*"]),
        ("STAR_IN_RESOURCE_AND_NOT_ACTION", {"NotAction": "s3:*", "Resource": "*"}, ["s3:*", "*"]),
        ("NOT_RESOURCE", {"Action": action, "NotResource": _OTHER}, [action, _OTHER]),
        ("STAR_IN_ACTION_AND_NOT_RESOURCE", {"Action": prefix, "NotResource": _OTHER}, [prefix, _OTHER]),
        ("NOT_ACTION_AND_NOT_RESOURCE", {"NotAction": "s3:*", "NotResource": _OTHER}, ["s3:*", _OTHER]),
    ]
    cases = []
    for rest, elements, parts in outer:
        bad = {"Effect": "Allow", **elements}
        good = {**bad, "Condition": {"StringEquals": narrow}}
        cases.append(identity(f"{stem}_WITH_{rest}", bad, parts, good))
    return cases


CASES: list[Case] = [
    # the document
    identity("DATA_TYPE_MISMATCH", allow(Effect=1), ["1"], allow()),
    identity("INVALID_POLICY_ELEMENT", allow(Actions="s3:*"), ['"Actions"'], allow()),
    (
        "MISSING_STATEMENT",
        "identity",
        '{"Version": "2012-10-17"}',
        ['{"Version": "2012-10-17"}'],
        policy(allow()),
    ),
    ("INVALID_VERSION", "identity", policy(allow(), Version="2012"), ['"2012"'], policy(allow())),
    (
        "MISSING_VERSION",
        "identity",
        policy(allow(), Version=None),
        [policy(allow(), Version=None)],
        policy(allow()),
    ),
    identity("EMPTY_SID_VALUE", allow(Sid=""), ['""'], allow(Sid="Read")),
    identity("UNSUPPORTED_SID", allow(Sid="Read it"), ['"Read it"'], allow(Sid="ReadIt")),
    (
        "UNIQUE_SIDS_REQUIRED",
        "identity",
        policy(allow(Sid="A"), allow(Sid="A", Action="s3:PutObject")),
        ['"A"'],
        policy(allow(Sid="A"), allow(Sid="B", Action="s3:PutObject")),
    ),
    (
        "UNIQUE_SIDS_RECOMMENDED",
        "resource",
        policy(allow(Sid="A"), allow(Sid="A", Action="s3:PutObject")),
        ['"A"'],
        policy(allow(Sid="A"), allow(Sid="B", Action="s3:PutObject")),
    ),
    (
        "REDUNDANT_STATEMENT",
        "identity",
        policy(allow(Action=["s3:A", "s3:B"]), allow(Sid="Again", Action=["s3:b", "s3:a"])),
        [json.dumps(allow(Action=["s3:A", "s3:B"])), json.dumps(allow(Sid="Again", Action=["s3:b", "s3:a"]))],
        policy(allow(Action=["s3:A", "s3:B"]), allow(Action=["s3:A"])),
    ),
    # statements
    identity("MISSING_ACTION", allow(Action=None), [allow(Action=None)], allow()),
    identity("MISSING_EFFECT", allow(Effect=None), [allow(Effect=None)], allow()),
    identity("MISSING_RESOURCE", allow(Resource=None), [allow(Resource=None)], allow()),
    identity("INVALID_EFFECT", allow(Effect="allow"), ['"allow"'], allow(Effect="Deny")),
    identity(
        "UNSUPPORTED_ELEMENT_COMBINATION", allow(NotAction="s3:*"), ['"Action"', '"NotAction"'], allow()
    ),
    identity("EMPTY_ARRAY_ACTION", allow(Action=[]), ["[]"], allow()),
    identity("EMPTY_ARRAY_RESOURCE", allow(Resource=[]), ["[]"], allow()),
    identity(
        "EMPTY_OBJECT_CONDITION", allow(Condition={}), ["{}"], when("Bool", "aws:SecureTransport", "true")
    ),
    kind(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        "trust",
        allow(Action="sts:AssumeRole", Principal={"AWS": "123456789012"}, Resource="*"),
        ['"Resource"'],
        allow(Action="sts:AssumeRole", Principal={"AWS": "123456789012"}, Resource=None),
    ),
    kind(
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
        "service-control",
        allow(Action="iam:*role"),
        ['"iam:*role"'],
        allow(Action=["iam:Get*", "*"]),
    ),
    kind(
        "RCP_SYNTAX_ERROR_NOTACTION",
        "resource-control",
        allow(Effect="Deny", Action=None, NotAction="s3:*", Principal="*"),
        ['"NotAction"'],
        allow(Effect="Deny", Principal="*"),
    ),
    kind(
        "RCP_SYNTAX_ERROR_ALLOW",
        "resource-control",
        allow(Principal="*"),
        ['"Allow"'],
        allow(Principal="*", Action="*", Resource="*"),
    ),
    kind(
        "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        "resource-control",
        allow(
            Effect="Deny",
            Principal="*",
            Condition={"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-12345"}},
        ),
        ['"aws:SourceOrgID"'],
        allow(
            Effect="Deny",
            Principal="*",
            Condition={
                "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-12345"},
                "Null": {"aws:SourceAccount": "false"},
            },
        ),
    ),
    kind(
        "INVALID_ROLE_REFERENCE",
        "resource",
        allow(Principal={"AWS": _ROLE_ID}),
        [f'"{_ROLE_ID}"'],
        allow(Principal={"AWS": _OTHER}),
    ),
    kind(
        "INVALID_USER_REFERENCE",
        "resource",
        allow(Principal={"AWS": [_USER_ID]}),
        [f'"{_USER_ID}"'],
        allow(Principal={"AWS": "123456789012"}),
    ),
    # resources
    identity("MISSING_ARN_FIELD", allow(Resource="arn:aws:s3"), ['"arn:aws:s3"'], allow()),
    identity(
        "INVALID_ARN_PREFIX",
        allow(Resource="aws:s3:::b:c:d"),
        ['"aws:s3:::b:c:d"'],
        allow(Resource="*:aws:s3:::b"),
    ),
    identity(
        "INVALID_ARN_ACCOUNT", allow(Resource="arn:aws:iam::12345:role/a"), ["12345"], allow(Resource=_OTHER)
    ),
    identity("INVALID_ARN_SERVICE_CASE", allow(Resource="arn:aws:S3:::b"), ["S3"], allow()),
    identity(
        "WILDCARD_IN_SERVICE_NAME",
        allow(Action="s?:GetObject", Resource="arn:aws:*code*::123456789012:a"),
        ["s?", "*code*"],
        allow(Action="*"),
    ),
    identity(
        "REDUNDANT_ACTION",
        allow(Action=["iam:Get*", "iam:List*", "iam:GetCredentialReport"]),
        ['"iam:Get*"', '"iam:GetCredentialReport"'],
        allow(Action=["iam:Get*", "iam:List*", "iam:*CredentialReport"]),
    ),
    identity(
        "REDUNDANT_RESOURCE",
        allow(Resource=[_OTHER, "arn:aws:iam::123456789012:role/o*"]),
        [f'"{_OTHER}"', '"arn:aws:iam::123456789012:role/o*"'],
        allow(Resource=[_OTHER, "arn:aws:iam::123456789012:role/p*"]),
    ),
    # conditions
    operator("INVALID_CONDITION_OPERATOR", "StringEqual", "StringEquals"),
    operator("NULL_WITH_IF_EXISTS", "NullIfExists", "Null"),
    operator("NULL_WITH_QUALIFIER", "ForAnyValue:Null", "ForAnyValue:StringLike"),
    identity(
        "INVALID_CONDITION_KEY_FORMAT",
        when("StringEquals", "username", "a"),
        ['"username"'],
        when("StringEquals", "oidc.eks.eu-west-1.amazonaws.com/id/E:sub", "a"),
    ),
    identity(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        allow(Condition={"StringEquals": {"aws:UserName": "a", "aws:username": "b"}}),
        ['"aws:username"', '"aws:UserName"'],
        allow(Condition={"StringEquals": {"aws:username": "a"}}),
    ),
    value("EMPTY_ARRAY_CONDITION", "StringEquals", "aws:username", [], ["a"]),
    value("EMPTY_ARRAY_CONDITION_FORALLVALUES", "ForAllValues:StringEquals", "aws:TagKeys", [], ["a"]),
    value("EMPTY_ARRAY_CONDITION_FORANYVALUE", "ForAnyValue:StringEquals", "aws:TagKeys", [], ["a"]),
    value("EMPTY_ARRAY_CONDITION_IFEXISTS", "StringEqualsIfExists", "aws:username", [], ["a"]),
    value("WILDCARD_WITHOUT_LIKE_OPERATOR", "StringEquals", "aws:username", ["a", "a*"], ["${*}"], "a*"),
    value("EQUIVALENT_TO_NULL_FALSE", "StringLike", "aws:RequestTag/a", "*", "a*"),
    value("EQUIVALENT_TO_NULL_TRUE", "StringNotLike", "aws:RequestTag/a", "*", "?*"),
    value("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", "StringLikeIfExists", "aws:RequestTag/a", "*", "a"),
    value(
        "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        "ForAnyValue:StringNotLike",
        "aws:TagKeys",
        "*",
        "a",
    ),
    # values
    value("TYPE_MISMATCH_BOOLEAN", "Bool", "aws:SecureTransport", "yes", True),
    value("TYPE_MISMATCH_NUMBER", "NumericLessThan", "s3:max-keys", "ten", 10),
    value("TYPE_MISMATCH_STRING", "BinaryEquals", "a:b", "no base64!", "QmluYXJ5"),
    value("TYPE_MISMATCH_DATE", "DateLessThan", "aws:CurrentTime", "2026-02-30", "2026-02-28T12:00:00Z"),
    value("INVALID_DATE_VALUE", "DateLessThan", "aws:CurrentTime", "1700000000", "2026-02"),
    value("INVALID_CONDITION_MULTIPLE_BOOLEAN", "Bool", "aws:SecureTransport", ["true", "false"], ["true"]),
    value("REDUNDANT_CONDITION_VALUE_NUM", "NumericLessThan", "a:b", ["2700", "3600"], ["2700"], "2700"),
    value("TYPE_MISMATCH_IP_RANGE", *_IP, "203.0.113.0/33", "203.0.113.7"),
    value("IMPROVE_IP_RANGE", *_IP, "203.0.113.7/24", "2001:DB8:1234:5678::/64"),
    value("PRIVATE_IP_ADDRESS", *_IP, ["10.1.0.0/16"], "203.0.113.0/24", "10.1.0.0/16"),
    value("PRIVATE_IP_ADDRESS_SUBSET", *_IP, ["fc00::/8", "203.0.113.0/24"], "203.0.113.0/24", "fc00::/8"),
    value("PRIVATE_NOT_IP_ADDRESS", "NotIpAddress", "aws:SourceIp", "192.168.1.1", "203.0.113.0/24"),
    value(
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        "NotIpAddress",
        "aws:SourceIp",
        ["203.0.113.0/24", "172.16.0.0/12"],
        "203.0.113.0/24",
        "172.16.0.0/12",
    ),
    # variables
    identity("EMPTY_VARIABLE", allow(Resource="arn:aws:s3:::b/${ }"), ["${ }"], allow()),
    identity(
        "MISSING_BRACE_IN_VARIABLE",
        allow(Resource="arn:aws:s3:::b/${aws:a/${aws:b}"),
        ["${aws:a/"],
        allow(Resource="arn:aws:s3:::b/${aws:a}/${aws:b}"),
    ),
    identity(
        "MISSING_QUOTE_IN_VARIABLE",
        allow(Resource="arn:aws:s3:::b/${aws:userid, 'anyone}"),
        ["${aws:userid, 'anyone}"],
        allow(Resource="arn:aws:s3:::b/${aws:userid, 'any one'}"),
    ),
    (
        *value(
            "UNSUPPORTED_SPACE_IN_VARIABLE", "StringEquals", "a:b", "${aws:user id}", "${aws:userid}", "x"
        )[:3],
        ["${aws:user id}"],
        policy(allow()),
    ),
    (
        *value("INVALID_VARIABLE_FOR_OPERATOR", "NumericEquals", "a:b", "${a:c}", "1")[:3],
        ["${a:c}"],
        policy(when("StringEquals", "a:b", "${a:c}")),
    ),
    identity(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT", allow(Action="s3:${aws:username}"), ["${aws:username}"], allow()
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        "identity",
        policy(allow(Resource="arn:aws:s3:::${aws:username}"), Version="2008-10-17"),
        ["${aws:username}"],
        policy(allow(Resource="arn:aws:s3:::${aws:username}")),
    ),
    # roles
    *_roles("PASS_ROLE", "iam:PassRole", _PASS),
    *_roles("CREATE_SLR", "iam:CreateServiceLinkedRole", _LINKED),
]
