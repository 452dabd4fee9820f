"""The questions and their answers, by what AWS documents of the policy language."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam import PolicyDocument, PolicyKind, extract
from pregate.iam.reasoning import (
    Decision,
    Doubt,
    Limits,
    Result,
    check_access_not_granted,
    check_no_new_access,
    check_no_public_access,
    new_access,
)
from tests.iam.reasoning.policies import (
    Statement,
    allow,
    deny,
    policy,
    resource_policy,
    text_policy,
    when,
)

ROLE = "arn:aws:iam::111122223333:role/app"
OIDC = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
HOME = "arn:aws:s3:::home/${aws:username}/*"


def compare(new: list[Statement], existing: list[Statement]) -> Decision:
    return check_no_new_access(policy(*new), policy(*existing))


PASSING: list[tuple[list[Statement], list[Statement]]] = [
    ([allow("s3:GetObject")], [allow("s3:Get*")]),
    ([allow("S3:GETOBJECT")], [allow("s3:getobject")]),
    ([allow("s3:*"), deny("s3:Delete*")], [allow("s3:*"), deny("s3:DeleteBucket")]),
    ([allow("s3:Get*", "arn:aws:s3:::a/*")], [allow("*", "arn:aws:s3:::a*")]),
    (
        [{"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
    ),
    (
        [allow("s3:*", "arn:aws:s3:::a")],
        [{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::b*"}],
    ),
    (
        [allow("a:b")],
        [
            allow("a:b", **when("Bool", "aws:SecureTransport", "true")),
            allow("a:b", **when("BoolIfExists", "aws:SecureTransport", "false")),
        ],
    ),
    ([allow("a:b", **when("StringEquals", "a:k", "x"))], [allow("a:b", **when("StringLike", "a:k", "x*"))]),
    (
        [allow("a:b", **when("StringEquals", "a:k", "x"))],
        [allow("a:b", **when("StringEqualsIfExists", "a:k", "x"))],
    ),
    ([allow("a:b", **when("Null", "a:k", "true"))], [allow("a:b", **when("StringNotEquals", "a:k", "x"))]),
    (
        [allow("a:b", **when("StringEquals", "a:k", "ABC"))],
        [allow("a:b", **when("StringEqualsIgnoreCase", "a:k", "abc"))],
    ),
    (
        [allow("a:b", **when("NumericLessThan", "a:n", "5"))],
        [allow("a:b", **when("NumericLessThanEquals", "a:n", "5"))],
    ),
    (
        [allow("a:b", **when("DateGreaterThan", "aws:CurrentTime", "2027-01-02T00:00:00Z"))],
        [allow("a:b", **when("DateGreaterThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"))],
    ),
    (
        [allow("a:b", **when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))],
        [allow("a:b", **when("IpAddress", "aws:SourceIp", "10.0.0.0/9", "10.128.0.0/9"))],
    ),
    (
        [allow("a:b", **when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"))],
        [allow("a:b", **when("NotIpAddress", "aws:SourceIp", "10.1.0.0/16"))],
    ),
    (
        [allow("a:b", **when("ArnEquals", "aws:SourceArn", "arn:aws:s3:::a"))],
        [allow("a:b", **when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:a*"))],
    ),
    (
        [allow("a:b", **when("ForAllValues:StringEquals", "aws:TagKeys", "x"))],
        [allow("a:b", **when("ForAllValues:StringEquals", "aws:TagKeys", "x", "y"))],
    ),
    (
        [allow("a:b", **when("ForAnyValue:StringEquals", "aws:TagKeys", "x"))],
        [allow("a:b", **when("Null", "aws:TagKeys", "false"))],
    ),
    (
        [allow("a:b", **when("BinaryEquals", "a:k", "QUJD"))],
        [allow("a:b", **when("BinaryEquals", "a:k", "QUJD"))],
    ),
    ([allow("s3:*", HOME)], [allow("s3:*", "arn:aws:s3:::home/*")]),
    (
        [allow("s3:*", HOME), deny("s3:*", "arn:aws:s3:::home/admin/*")],
        [deny("s3:*", "arn:aws:s3:::home/admin/*"), allow("s3:*", HOME)],
    ),
    ([deny("*")], [deny("s3:*")]),
    ([allow([])], []),
]
FAILING: list[tuple[list[Statement], list[Statement]]] = [
    ([allow("s3:Get*")], [allow("s3:GetObject")]),
    ([allow("*")], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
    ([allow("s3:*")], [allow("s3:*"), deny("s3:DeleteBucket")]),
    ([allow("s3:*"), deny("s3:DeleteBucket", **when("Bool", "aws:SecureTransport", "false"))],
     [allow("s3:*"), deny("s3:DeleteBucket")]),
    ([allow("s3:*", "arn:aws:s3:::A")], [allow("s3:*", "arn:aws:s3:::a")]),
    ([allow("a:b", **when("StringEqualsIfExists", "a:k", "x"))],
     [allow("a:b", **when("StringEquals", "a:k", "x"))]),
    ([allow("a:b", **when("StringNotEquals", "a:k", "x"))],
     [allow("a:b", **when("StringNotEquals", "a:k", "x", "y"))]),
    ([allow("a:b", **when("ForAllValues:StringEquals", "aws:TagKeys", "x"))],
     [allow("a:b", **when("ForAnyValue:StringEquals", "aws:TagKeys", "x"))]),
    ([allow("a:b", **when("ForAnyValue:StringEquals", "aws:TagKeys", "x"))],
     [allow("a:b", **when("ForAllValues:StringEquals", "aws:TagKeys", "x"))]),
    ([allow("a:b", **when("NumericLessThanEquals", "a:n", "5"))],
     [allow("a:b", **when("NumericLessThan", "a:n", "5"))]),
    ([allow("a:b", **when("IpAddress", "aws:SourceIp", "2001:db8::/32"))],
     [allow("a:b", **when("IpAddress", "aws:SourceIp", "2001:db8::/33"))]),
    ([allow("s3:*", "arn:aws:s3:::home/*")], [allow("s3:*", HOME)]),
    ([allow("s3:*", HOME)], [allow("s3:*", HOME), deny("s3:*", "arn:aws:s3:::home/admin/*")]),
    ([{"Effect": "Allow", "Action": "s3:*", "NotResource": HOME}],
     [allow("s3:*"), deny("s3:*", "arn:aws:s3:::home/x/*")]),
    ([allow("s3:*", "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}")], [allow("s3:*", "arn:aws:s3:::none")]),
]  # fmt: skip


@pytest.mark.parametrize(("new", "existing"), PASSING)
def test_what_is_covered_passes(new: list[Statement], existing: list[Statement]) -> None:
    assert compare(new, existing) == Decision(Result.PASS)


@pytest.mark.parametrize(("new", "existing"), FAILING)
def test_what_is_new_fails_with_a_request(new: list[Statement], existing: list[Statement]) -> None:
    decision = compare(new, existing)
    assert decision.result is Result.FAIL
    assert decision.request is not None
    assert decision.statements


def test_every_statement_that_grants_something_new_is_named() -> None:
    new = [allow("s3:GetObject"), allow("ec2:*"), allow("sqs:*")]
    assert compare(new, [allow("s3:*"), allow("sqs:Send*")]).statements == (1, 2)


def test_the_request_is_one_that_people_would_write() -> None:
    decision = compare([allow("dynamodb:DeleteTable")], [allow("dynamodb:Get*")])
    assert decision.request is not None
    assert decision.request.action == "dynamodb:DeleteTable"
    assert decision.request.resource == "arn:aws:dynamodb:us-east-1:111122223333:table/a"


def test_values_of_keys_are_spelled_in_the_request() -> None:
    condition = {"NumericEquals": {"a:n": "5"}, "DateEquals": {"a:d": "2027-01-01T00:00:00Z"},
                 "IpAddress": {"aws:SourceIp": "198.51.100.7/32"}, "StringEquals": {"a:k": "v"}}  # fmt: skip
    request = compare([allow("a:b", Condition=condition)], []).request
    assert request is not None
    assert dict(request.context) == {"a:n": ("5",), "a:d": ("2027-01-01T00:00:00Z",),
                                     "aws:sourceip": ("198.51.100.7",), "a:k": ("v",)}  # fmt: skip
    assert request.values("a:k") == ("v",)
    assert request.values("a:other") == ()


def test_variables_are_plain_text_in_the_old_version() -> None:
    new = policy(allow("s3:*", "arn:aws:s3:::home/bob/a"))
    assert check_no_new_access(new, policy(allow("s3:*", HOME))).result is Result.FAIL
    literal = policy(allow("s3:*", "arn:aws:s3:::home/${aws:username}/a"), version="2008-10-17")
    assert (
        check_no_new_access(literal, policy(allow("s3:*", HOME), version="2008-10-17")).result is Result.PASS
    )


def test_a_variable_whose_value_a_condition_fixes_is_that_value() -> None:
    bound = [
        allow("s3:*", "arn:aws:s3:::h/${aws:username}", **when("StringEquals", "aws:username", "a", "b"))
    ]
    both = [allow("s3:*", "arn:aws:s3:::h/a"), allow("s3:*", "arn:aws:s3:::h/b")]
    assert compare(bound, both).result is Result.PASS
    assert compare(bound, both[:1]).result is Result.FAIL


def test_the_listed_resource_may_be_what_a_variable_stands_for() -> None:
    document = policy(allow("s3:*", "arn:aws:s3:::b/${aws:username}"))
    found = check_access_not_granted(document, [], ["arn:aws:s3:::b/bob"])
    assert found.result is Result.FAIL
    assert found.request is not None
    assert found.request.values("aws:username") == ("bob",)
    assert check_access_not_granted(document, [], []).result is Result.INVALID


def test_special_characters_are_written_as_variables() -> None:
    star = [allow("s3:*", "arn:aws:s3:::a${*}b")]
    assert compare(star, [allow("s3:*", "arn:aws:s3:::a?b")]).result is Result.PASS
    assert compare([allow("s3:*", "arn:aws:s3:::axb")], star).result is Result.FAIL


def test_wildcards_stay_in_their_field_and_the_answer_says_so() -> None:
    new = [allow("ecs:*"), deny("*", "arn:aws:ecs:*:*:task/secret:*")]
    existing = [allow("*"), deny("ecs:*", "arn:aws:ecs:*:*:task/*:*")]
    assert compare(existing, [allow("*")]).assumptions == ()
    inner = compare(
        [allow("a:b", "arn:aws:a:*:1:b")], [allow("a:b", "arn:aws:a:?*:1:b"), allow("a:b", "arn:aws:a::1:b")]
    )
    assert inner.result is Result.PASS
    assert compare(new, existing).result is Result.FAIL


def test_bounds_limit_what_counts_as_new() -> None:
    new, existing = policy(allow("s3:*"), allow("iam:*")), policy(allow("s3:Get*"))
    boundary = policy(allow("*"), deny("iam:*"))
    found = check_no_new_access(new, existing, within=[boundary])
    assert (found.result, found.statements) == (Result.FAIL, (0,))
    only_reading = policy(allow("s3:Get*"), allow("ec2:*"))
    assert check_no_new_access(new, existing, within=[boundary, only_reading]).result is Result.PASS


# ----------------------------------------------------------------------------------------------- principals


def test_principals_are_compared_by_what_they_stand_for() -> None:
    def of(**principal: Any) -> PolicyDocument:
        return resource_policy(allow("s3:*", Principal=principal))

    account = of(AWS="111122223333")
    assert check_no_new_access(of(AWS=ROLE), account).result is Result.PASS
    assert check_no_new_access(account, of(AWS="arn:aws:iam::111122223333:root")).result is Result.PASS
    assert check_no_new_access(account, of(AWS=ROLE)).result is Result.FAIL
    assert check_no_new_access(of(AWS=ROLE), of(AWS="arn:aws:iam::111122223333:role/*")).result is Result.PASS
    assert check_no_new_access(of(Service="sns.amazonaws.com"), account).result is Result.FAIL
    assert check_no_new_access(of(Federated="a"), of(Federated="a")).result is Result.PASS
    assert check_no_new_access(of(CanonicalUser="ab"), of(CanonicalUser="*")).result is Result.PASS


def test_everybody_is_more_than_every_aws_principal() -> None:
    star = resource_policy(allow("s3:*", Principal="*"))
    aws = resource_policy(allow("s3:*", Principal={"AWS": "*"}))
    assert check_no_new_access(aws, star).result is Result.PASS
    unsure = check_no_new_access(star, aws)
    assert unsure.result is Result.UNKNOWN
    assert [doubt for doubt, _ in unsure.doubts] == [Doubt.PRINCIPAL]


def test_sessions_of_a_role_are_a_matter_of_reading() -> None:
    session = resource_policy(
        allow("s3:*", Principal={"AWS": "arn:aws:sts::111122223333:assumed-role/app/s"})
    )
    role = resource_policy(allow("s3:*", Principal={"AWS": ROLE}))
    assert check_no_new_access(session, role).result is Result.UNKNOWN
    assert check_no_new_access(role, session).result is Result.FAIL


def test_not_principal_of_an_account_is_a_matter_of_reading() -> None:
    everybody = allow("s3:*", Principal="*")
    but_account = deny("s3:*", NotPrincipal={"AWS": "111122223333"})
    only = resource_policy(allow("s3:*", Principal={"AWS": ROLE}))
    assert check_no_new_access(only, resource_policy(everybody, but_account)).result is Result.UNKNOWN
    stranger = resource_policy(allow("s3:*", Principal={"AWS": "444455556666"}))
    assert check_no_new_access(stranger, resource_policy(everybody, but_account)).result is Result.FAIL


def test_keys_that_say_again_who_asks_are_tied_to_the_principal() -> None:
    other = "arn:aws:iam::111122223333:role/other"
    by_key = resource_policy(
        allow("s3:*", Principal={"AWS": "*"}, **when("ArnLike", "aws:PrincipalArn", other))
    )
    by_name = resource_policy(allow("s3:*", Principal={"AWS": ROLE}))
    found = check_no_new_access(by_key, by_name)
    assert found.result is Result.FAIL
    assert found.request is not None
    assert found.request.principal.text == other
    same = resource_policy(
        allow("s3:*", Principal={"AWS": "*"}, **when("ArnEquals", "aws:PrincipalArn", ROLE))
    )
    assert check_no_new_access(same, by_name).result is Result.UNKNOWN
    account = resource_policy(
        allow("s3:*", Principal={"AWS": "*"}, **when("StringEquals", "aws:PrincipalAccount", "111122223333"))
    )
    assert check_no_new_access(account, by_name).result is Result.FAIL


# ---------------------------------------------------------------------------------------- not granted, public


def test_listed_access_is_granted_or_not() -> None:
    document = policy(allow("*"), deny("iam:*"), deny("s3:*", "arn:aws:s3:::secret/*"))
    assert check_access_not_granted(document, ["iam:PassRole", "iam:Create*"], []).result is Result.PASS
    found = check_access_not_granted(document, ["iam:PassRole", "s3:GetObject"], [])
    assert (found.result, found.statements) == (Result.FAIL, (0,))
    assert found.request is not None
    assert found.request.action == "s3:GetObject"
    assert check_access_not_granted(document, [], ["arn:aws:s3:::secret/*"]).result is Result.FAIL  # sqs:…
    assert check_access_not_granted(document, ["s3:*"], ["arn:aws:s3:::secret/*"]).result is Result.PASS
    bound = check_access_not_granted(document, ["s3:Put*"], [], within=[policy(allow("s3:Get*"))])
    assert bound.result is Result.PASS


def test_a_deny_with_a_condition_does_not_deny_all() -> None:
    document = policy(allow("iam:*"), deny("iam:*", **when("Bool", "aws:MultiFactorAuthPresent", "false")))
    assert check_access_not_granted(document, ["iam:PassRole"], []).result is Result.FAIL


PUBLIC = [
    (allow("s3:*", Principal="*"),),
    (allow("s3:*", Principal={"AWS": "*"}),),
    (allow("s3:*", Principal="*", **when("StringLike", "aws:PrincipalOrgID", "o-*")),),
    (allow("s3:*", Principal="*", **when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a")),),
    (allow("s3:*", Principal="*", **when("IpAddress", "aws:SourceIp", "0.0.0.0/0")),),
    (allow("s3:*", Principal="*", **when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1")),),
    (allow("s3:*", Principal="*", **when("StringEquals", "s3:prefix", "a")),),
    (
        allow("s3:*", Principal="*"),
        deny("s3:*", Principal="*", **when("StringEquals", "aws:SourceVpce", "vpce-1")),
    ),
    ({"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"},),
    (allow("s3:*", Principal={"AWS": "arn:aws:iam::*:user/u"}),),
]
NOT_PUBLIC = [
    (allow("s3:*", Principal={"AWS": ROLE}),),
    (allow("s3:*", Principal={"Service": "sns.amazonaws.com"}),),
    (allow("s3:*", Principal="*", **when("StringEquals", "aws:PrincipalOrgID", "o-a")),),
    (allow("s3:*", Principal="*", **when("ArnEquals", "aws:SourceArn", "arn:aws:s3:::a")),),
    (allow("s3:*", Principal="*", **when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "10.0.0.0/8")),),
    (
        allow("s3:*", Principal="*"),
        deny("*", Principal="*", **when("StringNotEquals", "aws:SourceVpce", "vpce-1")),
    ),
    (
        allow(
            "s3:*",
            Principal="*",
            **when("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-east-1:111122223333:*"),
        ),
    ),
    (deny("s3:*", Principal="*"),),
]
NOT_SAID = [
    (allow("s3:*", Principal="*", **when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*")),),
    (allow("s3:*", Principal="*", **when("StringEquals", "kms:CallerAccount", "111122223333")),),
    (allow("s3:*", Principal="*", **when("StringEquals", "aws:SourceAccount", "${aws:ResourceAccount}")),),
    (allow("s3:*", Principal="*", **when("StringLike", "aws:userid", "AROAEXAMPLEID:*")),),
    (allow("s3:*", Principal={"Service": "*"}),),
    (
        allow(
            "s3:*",
            Principal="*",
            **when("IpAddress", "aws:SourceIp", *(f"{n}.0.0.0/8" for n in range(1, 224))),
        ),
    ),
]


@pytest.mark.parametrize("statements", PUBLIC)
def test_a_stranger_is_let_in(statements: tuple[Statement, ...]) -> None:
    assert check_no_public_access(resource_policy(*statements)).result is Result.FAIL


@pytest.mark.parametrize("statements", NOT_PUBLIC)
def test_no_stranger_is_let_in(statements: tuple[Statement, ...]) -> None:
    assert check_no_public_access(resource_policy(*statements)).result is Result.PASS


@pytest.mark.parametrize("statements", NOT_SAID)
def test_where_the_meaning_of_public_is_not_documented_nothing_is_said(
    statements: tuple[Statement, ...],
) -> None:
    found = check_no_public_access(resource_policy(*statements))
    assert found.result is Result.UNKNOWN
    assert [doubt for doubt, _ in found.doubts] == [Doubt.TRUST]


@pytest.mark.parametrize(
    ("provider", "condition", "result"),
    [
        ("arn:aws:iam::111122223333:saml-provider/idp", {}, Result.PASS),
        (OIDC, when("StringEquals", "token.actions.githubusercontent.com:aud", "a"), Result.UNKNOWN),
        (OIDC, when("StringLike", "token.actions.githubusercontent.com:sub", "repo:o/r:*"), Result.PASS),
        ("cognito-identity.amazonaws.com", {}, Result.UNKNOWN),
        (
            "cognito-identity.amazonaws.com",
            when("StringEquals", "cognito-identity.amazonaws.com:aud", "p"),
            Result.PASS,
        ),
    ],
)
def test_identities_of_a_provider(provider: str, condition: dict[str, Any], result: Result) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider},
    }
    document = policy({**statement, **condition}, kind=PolicyKind.TRUST)
    assert check_no_public_access(document).result is result


# ----------------------------------------------------------------------------------------- what is not said


def test_a_key_of_two_types_is_left_open() -> None:
    new, existing = (
        [allow("a:b", **when("StringEquals", "a:k", "5"))],
        [allow("a:b", **when("NumericEquals", "a:k", "5"))],
    )
    found = compare(new, existing)
    assert [doubt for doubt, _ in found.doubts] == [Doubt.TYPES]
    assert compare(existing, [*existing, allow("s3:*")]).result is Result.PASS


def test_a_key_with_several_values_compared_as_one_is_a_matter_of_reading() -> None:
    new = [allow("a:b", **when("StringEquals", "aws:TagKeys", "x"))]
    every = [allow("a:b", **when("ForAllValues:StringEquals", "aws:TagKeys", "x"))]
    assert [doubt for doubt, _ in compare(new, every).doubts] == [Doubt.QUALIFIER]
    assert compare(new, [*new, *every]).result is Result.PASS
    negated = [allow("a:b", **when("StringNotEquals", "aws:TagKeys", "x"))]
    assert compare(negated, [*negated, allow("c:d")]).result is Result.PASS


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[]", "object"),
        ("{}", "no Statement"),
        ('{"Statement": 5}', "not an object"),
        ('{"Version": "2020", "Statement": []}', "Version"),
        ('{"Statement": {"Effect": "allow", "Action": "*"}}', "Effect"),
        ('{"Statement": {"Action": "*", "Resource": "*"}}', "no Effect"),
        ('{"Statement": {"Effect": "Allow", "Resource": "*"}}', "no Action"),
        ('{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "a"}}', "both"),
        ('{"Statement": {"Effect": "Allow", "Action": "*", "Principal": "*"}}', "no Principal"),
        (
            '{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Equals": {"a": "b"}}}}',
            "operator",
        ),
        ('{"Statement": {"Effect": "Allow", "Action": "*", "Condition": []}}', "Condition"),
        ("[" * 300, "cannot be read"),
    ],
)
def test_what_the_service_would_refuse_is_invalid(text: str, error: str) -> None:
    found = check_no_new_access(text_policy(text), policy(allow("*")))
    assert found.result is Result.INVALID
    assert error in found.errors[0]


def test_principals_that_do_not_exist_are_invalid() -> None:
    for principal in ({"Aws": "*"}, "somebody"):
        assert (
            check_no_public_access(resource_policy(allow("*", Principal=principal))).result is Result.INVALID
        )
    assert check_no_public_access(resource_policy(allow("*"))).result is Result.INVALID


def test_work_beyond_the_limits_is_not_done() -> None:
    new = policy(*(allow(f"s3:*{n}*", **when("StringLike", f"a:{n}", "*x*")) for n in range(20)))
    existing = policy(*(allow(f"s3:*{n}?*", **when("StringLike", f"a:{n}", "*y*")) for n in range(20)))
    for limits in (Limits(steps=3), Limits(seconds=0.0, steps=600), Limits(characters=10), Limits(longest=3)):
        found = check_no_new_access(new, existing, limits=limits)
        assert (found.result, found.doubts[0][0]) == (Result.UNKNOWN, Doubt.BUDGET)


def test_many_statements_that_overlap_do_not_exhaust_the_stack() -> None:
    new = policy(allow("*"))
    existing = policy(*(allow("*", **when("StringEquals", f"a:{n}", "x")) for n in range(450)))
    assert check_no_new_access(new, existing).result in (Result.FAIL, Result.UNKNOWN)


# ------------------------------------------------------------------------------------------------- templates

TEMPLATE = """
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]
"""


@pytest.mark.parametrize(
    ("new", "existing", "result"),
    [
        (("s3:Get*", "!GetAtt B.Arn"), ("s3:*", "!GetAtt B.Arn"), Result.PASS),
        (("s3:Get*", "!GetAtt B.Arn"), ("s3:*", "'*'"), Result.PASS),
        (("s3:Get*", "!Sub '${B.Arn}/a/*'"), ("s3:Get*", "!Sub '${B.Arn}/*'"), Result.PASS),
        (("s3:Get*", "!Sub '${B.Arn}/*'"), ("s3:Get*", "!Sub '${B.Arn}/a/*'"), Result.FAIL),
        (("s3:Get*", "!Sub '${C.Arn}/*'"), ("s3:Get*", "!Sub '${B.Arn}/*'"), Result.UNKNOWN),
        (("s3:Get*", "!GetAtt B.Arn"), ("s3:*", "'arn:aws:s3:::*'"), Result.UNKNOWN),
        (("[s3:Get*, sqs:*]", "!GetAtt B.Arn"), ("s3:*", "!GetAtt B.Arn"), Result.FAIL),
        (("!Ref Action", "'*'"), ("!Ref Action", "'*'"), Result.PASS),
        (("!Ref Action", "'*'"), ("s3:*", "'*'"), Result.UNKNOWN),
        (("s3:*", "!Sub 'arn:aws:s3:${R}:${A}:x'"), ("s3:*", "'arn:aws:s3:*:*:x'"), Result.PASS),
    ],
)
def test_values_that_a_template_leaves_open(
    new: tuple[str, str], existing: tuple[str, str], result: Result
) -> None:
    documents = [
        extract("t.yaml", TEMPLATE.format(action=action, resource=resource)).documents[0]
        for action, resource in (new, existing)
    ]
    found = check_no_new_access(*documents)
    assert found.result is result
    if result is Result.UNKNOWN:
        assert found.doubts[0][0] is Doubt.TEMPLATE


OPEN = """
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties: {{PolicyDocument: {{Version: "2012-10-17", Statement: {statement}}}}}
"""


@pytest.mark.parametrize(
    "statement",
    [
        "{Effect: !Ref E, Action: 's3:*', Resource: '*'}",
        "[!Ref Statement, {Effect: Allow, Action: 's3:*', Resource: '*'}]",
        "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: !Ref C}",
        "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {NumericEquals: {'a:n': !Ref N}}}",
        "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringLike: {'a:k': !Sub 'x${N}*'}}}",
        "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {Null: {'a:k': !Ref N}}}",
    ],
)
def test_the_same_open_value_means_the_same(statement: str) -> None:
    document, other = (
        extract("t.yaml", OPEN.format(statement=statement) + end).documents[0] for end in ("", "# moved\n")
    )
    longer = extract("t.yaml", OPEN.format(statement=statement.replace("s3:*", "s3:**"))).documents[0]
    assert check_no_new_access(document, other).result is Result.PASS
    assert check_no_new_access(longer, document).result is Result.PASS
    found = check_no_new_access(document, policy(allow("sqs:*")))
    assert found.result in (Result.FAIL, Result.UNKNOWN)


@pytest.mark.parametrize("kind", [PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL])
def test_control_policies_that_only_deny_are_read_beside_the_one_that_allows_all(kind: PolicyKind) -> None:
    principal = {"Principal": "*"} if kind is PolicyKind.RESOURCE_CONTROL else {}
    narrow, wide = (
        policy(deny(actions, **principal), kind=kind) for actions in (["iam:*", "s3:*"], ["iam:*"])
    )
    assert check_no_new_access(narrow, wide).result is Result.PASS
    found = check_no_new_access(wide, narrow)
    assert (found.result, found.statements) == (Result.FAIL, ())


def test_a_control_policy_as_bound_takes_only_what_it_denies() -> None:
    guard = policy(deny("iam:*"), kind=PolicyKind.SERVICE_CONTROL)
    nothing = policy(deny("ec2:*"))
    assert check_no_new_access(policy(allow("s3:*")), nothing, within=[guard]).result is Result.FAIL
    assert check_no_new_access(policy(allow("iam:*")), nothing, within=[guard]).result is Result.PASS
    assert new_access(policy(allow("s3:*")), nothing, within=[guard]).parts


def test_the_difference_of_templates_has_the_same_answers() -> None:
    wide, narrow = ("s3:Get*", "!Sub '${B.Arn}/*'"), ("s3:Get*", "!Sub '${B.Arn}/a/*'")
    other = ("s3:Get*", "!Sub '${C.Arn}/*'")

    def read(pair: tuple[str, str]) -> PolicyDocument:
        return extract("t.yaml", TEMPLATE.format(action=pair[0], resource=pair[1])).documents[0]

    (sure,) = new_access(read(wide), read(narrow)).parts
    assert sure.result is Result.FAIL
    assert sure.request is not None
    assert sure.request.resource.endswith("/a")
    (perhaps,) = new_access(read(other), read(narrow)).parts
    assert (perhaps.result, perhaps.request) == (Result.UNKNOWN, None)


@pytest.mark.parametrize("limits", [Limits(characters=10), Limits(longest=3)])
def test_the_difference_of_what_is_too_large_is_not_looked_at(limits: Limits) -> None:
    found = new_access(policy(allow("s3:*Object*")), policy(allow("s3:a")), limits=limits)
    assert not found.parts
    assert [doubt for doubt, _ in found.doubts] == [Doubt.BUDGET]
