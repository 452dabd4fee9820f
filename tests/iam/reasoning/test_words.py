"""Requests in words."""

from __future__ import annotations

import pytest

from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.document import CLOSE, OPEN
from pregate.iam.reasoning.model import Principal, Request
from pregate.iam.reasoning.words import (
    LONGEST,
    Written,
    context_words,
    deed_words,
    holder_of,
    plain,
    principal_element_words,
    principal_words,
    sentence,
    sentence_for,
    written_in,
)
from pregate.iam.statements import statements_of
from tests.iam.samples import allow, policy

TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/a"
ROLE = "arn:aws:iam::111122223333:role/app"


def request(action: str, resource: str, who: Principal | None = None, **context: tuple[str, ...]) -> Request:
    named = tuple(sorted((key.replace("_", ":", 1), values) for key, values in context.items()))
    return Request(who or Principal("AWS", ROLE), action, resource, named)


def attached_to(resource_type: str, use: str = "") -> PolicyDocument:
    found = policy(allow(), attached=resource_type)
    labels = (("use", use),) if use else ()
    return PolicyDocument(found.kind, resource_type, "", found.text, found.places, (), labels)


def test_a_grant_in_words_names_who_what_an_example_and_the_base() -> None:
    words = sentence_for(
        attached_to("AWS::IAM::Role"),
        request("dynamodb:deletetable", TABLE),
        Written("", "dynamodb:DeleteTable", "*"),
    )
    assert words == (
        "lets the role delete any DynamoDB table: dynamodb:DeleteTable on "
        "arn:aws:dynamodb:us-east-1:111122223333:table/a; the base version did not allow it"
    )


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("*", "do anything"),
        ("dynamodb:*", "do anything in DynamoDB"),
        ("dynamodb:*Table", "delete any DynamoDB table"),
        ("all but iam:*", "do everything but iam:*"),
    ],
)
def test_an_element_is_told_where_it_says_more_than_the_example(action: str, words: str) -> None:
    found = sentence_for(
        attached_to("AWS::IAM::Role"), request("dynamodb:DeleteTable", TABLE), Written("", action, "*"), ""
    )
    assert found == f"lets the role {words}: dynamodb:DeleteTable on {TABLE}"


def test_any_is_not_said_of_one_resource() -> None:
    words = sentence_for(
        attached_to("AWS::IAM::User"),
        request("dynamodb:deletetable", TABLE),
        Written("", "dynamodb:DeleteTable", TABLE),
        closing="",
    )
    assert words == f"lets the user delete a DynamoDB table: dynamodb:DeleteTable on {TABLE}"


@pytest.mark.parametrize(
    ("action", "resource", "words"),
    [
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:*:*:table/*", "delete any DynamoDB table"),
        ("s3:GetObject", "arn:aws:s3:::b/*", "read any S3 object matching arn:aws:s3:::b/*"),
        ("s3:GetObject", "", "read an S3 object"),
        ("s3:DeleteBucket", "arn:aws:s3:::b", "delete an S3 bucket"),
        ("s3:GetObject", "all but arn:aws:s3:::b/*", "read an S3 object"),
        ("rds:DescribeDBInstances", "", "describe RDS DB instances"),
        ("ecs:ListTagsForResource", "", "list ECS tags for resource"),
        ("lambda:DeleteAlias", "", "delete a Lambda alias"),
        ("rds:DeleteDBInstance", "", "delete an RDS DB instance"),
        ("ec2:StopInstances", "*", "stop any EC2 instances"),
        ("cloudtrail:StopLogging", "", "stop CloudTrail logging"),
        ("dynamodb:BatchGetItem", "", "get a DynamoDB item"),
        ("kms:Decrypt", "*", "decrypt with any KMS key"),
        ("iam:PassRole", "*", "pass any IAM role"),
        ("cognito-idp:AdminDeleteUser", "*", "call cognito-idp:AdminDeleteUser"),
        ("elasticache:CreateUser", "", "create an ElastiCache user"),
        ("new-service:CreateThing", "", "create a new-service thing"),
        ("dynamodb:deletetable", "", "delete a DynamoDB table"),
        ("dynamodb:frobnicate", "", "call dynamodb:frobnicate"),
        ("s3:*", "*", "do anything in S3"),
        ("*", "*", "do anything"),
        ("s3:Get*", "*", "do whatever s3:Get* covers"),
        ("all but iam:*", "*", "do everything but iam:*"),
        ("no colon", "", "call no colon"),
        ("", "", "call "),
    ],
)  # fmt: skip
def test_actions_become_a_verb_with_its_object(action: str, resource: str, words: str) -> None:
    assert deed_words(action, resource) == words


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Principal("AWS", ROLE), "the role app of account 111122223333"),
        (Principal("AWS", "arn:aws:iam::111122223333:user/team/ann"),
         "the user team/ann of account 111122223333"),
        (Principal("AWS", "arn:aws:iam::111122223333:root"), "account 111122223333"),
        (Principal("AWS", "arn:aws:sts::111122223333:assumed-role/app/i-1"),
         "the session i-1 of the role app of account 111122223333"),
        (Principal("AWS", "arn:aws:iam::111122223333:group/x"),
         "the principal arn:aws:iam::111122223333:group/x"),
        (Principal("AWS", "AROAEXAMPLE"), "the principal AROAEXAMPLE"),
        (Principal("Service", "lambda.amazonaws.com"), "the service lambda.amazonaws.com"),
        (Principal("Federated", "cognito-identity.amazonaws.com"),
         "users of the identity provider cognito-identity.amazonaws.com"),
        (Principal("CanonicalUser", "79a5"), "the account with the canonical ID 79a5"),
        (Principal("Anonymous"), "anybody"),
    ],
)  # fmt: skip
def test_principals_have_names(who: Principal, words: str) -> None:
    assert principal_words(who) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("*", "anybody"),
        ("AWS: *", "anybody"),
        ("AWS: 111122223333", "account 111122223333"),
        (f"AWS: {ROLE}", "the role app of account 111122223333"),
        ("Service: ec2.amazonaws.com", "the service ec2.amazonaws.com"),
        ("Service: *", "the service *"),
    ],
)
def test_principal_elements_have_names(written: str, words: str) -> None:
    assert principal_element_words(written) == words


def test_the_elements_that_a_request_comes_from_are_found() -> None:
    (statement,) = statements_of(
        policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com", "AWS": ["111122223333", "*"]},
                "Action": ["s3:List*", "S3:Get*"],
                "NotResource": ["arn:aws:s3:::x", "arn:aws:s3:::y"],
            }
        )
    )
    asked = request("s3:getobject", "arn:aws:s3:::b/a")
    assert written_in(statement, asked) == Written(
        "AWS: 111122223333", "S3:Get*", "all but arn:aws:s3:::x, arn:aws:s3:::y"
    )
    (statement,) = statements_of(
        policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::c"})
    )
    assert written_in(statement, asked) == Written("", "all but iam:*", "")


@pytest.mark.parametrize(
    ("principal", "words"),
    [
        ("*", "lets anybody read"),
        ("AWS: *", "lets anybody read"),
        ("111122223333", "lets account 111122223333 read"),
        ("AWS: arn:aws:iam::111122223333:root", "lets account 111122223333 read"),
        ("all but *", "lets the role app of account 111122223333 read"),
        (ROLE, "lets the role app of account 111122223333 read"),
    ],
)
def test_a_resource_policy_lets_whom_its_element_names(principal: str, words: str) -> None:
    found = sentence(
        request("s3:getobject", "arn:aws:s3:::b/a"),
        kind=PolicyKind.RESOURCE,
        written=Written(principal, "s3:GetObject", "arn:aws:s3:::b/a"),
    )
    assert found == (
        f"{words} an S3 object: s3:GetObject on arn:aws:s3:::b/a by {ROLE}; the base version did not allow it"
    )


def test_a_trust_policy_lets_somebody_assume_the_role() -> None:
    service = request("sts:assumerole", "arn:aws:iam::111122223333:role/a",
                      Principal("Service", "ec2.amazonaws.com"))  # fmt: skip
    words = sentence(service, kind=PolicyKind.TRUST, closing="")
    assert words == (
        "lets the service ec2.amazonaws.com assume this role: sts:assumerole by ec2.amazonaws.com"
    )
    anybody = sentence(request("sts:assumerole", "", Principal("Anonymous")), kind=PolicyKind.TRUST)
    assert anybody.startswith("lets anybody assume this role: sts:assumerole;")


def test_the_context_is_told() -> None:
    words = sentence(
        request("s3:getobject", "arn:aws:s3:::b/a", aws_sourceip=("203.0.113.9",)),
        kind=PolicyKind.SERVICE_CONTROL,
        closing="",
    )
    assert words == (
        "lets the accounts under this policy read an S3 object: s3:GetObject on arn:aws:s3:::b/a "
        "when aws:SourceIp is 203.0.113.9"
    )


def test_a_context_is_told_within_bounds() -> None:
    many = Request(Principal("AWS", ROLE), "a:b", "c", tuple((f"k:{n}", ("v",)) for n in range(9)))
    assert context_words(many).endswith("k:3 is v and 5 more keys have the right values")
    few = request("a:b", "c", aws_tagkeys=("a", "b", "c", "d", "e"))
    assert context_words(few) == "aws:TagKeys is a, b, c and 2 more"
    odd = Request(Principal("AWS", ROLE), "a:b", "c", (("aws:principaltag/team", ("",)), ("x:y", ())))
    assert context_words(odd) == "aws:PrincipalTag/team is empty and x:y is empty"


@pytest.mark.parametrize(
    ("resource_type", "use", "words"),
    [
        ("AWS::IAM::Group", "", "the group's members"),
        ("AWS::IAM::ManagedPolicy", "", "whoever has this policy"),
        ("AWS::IAM::ManagedPolicy", "permissions-boundary", "whoever is under this boundary"),
        ("", "", "whoever has this policy"),
    ],
)
def test_the_holder_of_an_identity_policy(resource_type: str, use: str, words: str) -> None:
    assert holder_of(attached_to(resource_type, use)) == words


def test_hostile_text_stays_on_one_line_and_within_bounds() -> None:
    nasty = "arn:aws:s3:::b\n\x1b[31m\u202e" + "a" * 5000
    words = sentence(
        request("s3:" + "G" * 5000, nasty, Principal("AWS", nasty), aws_sourcearn=(nasty,) * 9),
        kind=PolicyKind.RESOURCE,
        written=Written(nasty, "s3:" + "G" * 5000, nasty),
    )
    assert words.isprintable()
    assert len(words) < 20 * LONGEST
    assert plain("a\nb\u202e") == "a\\u{a}b\\u{202e}"


def test_an_open_value_of_a_template_is_no_riddle() -> None:
    token = f"{OPEN}1{CLOSE}"
    words = sentence(request("s3:getobject", f"arn:aws:s3:::{token}/a"), kind=PolicyKind.IDENTITY)
    assert "on arn:aws:s3:::${…}/a;" in words
