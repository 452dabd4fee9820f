from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyKind, extract, lint
from tests.iam.samples import allow, grant, only, policy, rules_of, trust

DENY = '"Effect": "Deny", "Action": "*", "Resource": "*"'
AUDIENCE = {"StringEquals": {"a:sub": "b", "a:aud": "c"}}


@pytest.mark.parametrize(
    ("statement", "words", "pointer"),
    [
        ({**allow(), "Extra": 1}, "unknown element `Extra`", "/Statement/0/Extra"),
        (
            {"effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            "write Effect",
            "/Statement/0/effect",
        ),
        ({**allow(), "Effect": "allow"}, "neither Allow nor Deny", "/Statement/0/Effect"),
        ({"Action": "s3:A", "Resource": "*"}, "no Effect", "/Statement/0"),
        ({"Effect": "Allow", "Resource": "*"}, "no Action", "/Statement/0"),
        ({"Effect": "Allow", "Action": "s3:A"}, "no Resource", "/Statement/0"),
        ({**allow(), "NotResource": "*", "Effect": "Deny"}, "both Resource and NotResource", "/Statement/0"),
        ({**allow(), "Effect": "Deny", "NotAction": "s3:B"}, "both Action and NotAction", "/Statement/0"),
        (allow([]), "Action is empty", "/Statement/0/Action"),
        (allow({"a": "b"}), "Action is not a string", "/Statement/0/Action"),
        (allow([["s3:A"]]), "Action is not a string", "/Statement/0/Action"),
        (allow(Condition=[]), "Condition is not an object", "/Statement/0/Condition"),
        (
            allow(Condition={"StringIs": {"a:b": "c"}}),
            "operator does not exist",
            "/Statement/0/Condition/StringIs",
        ),
        (
            allow(Condition={"NullIfExists": {"a:b": "true"}}),
            "Null cannot",
            "/Statement/0/Condition/NullIfExists",
        ),
        (
            allow(Condition={"Some:Bool": {"a:b": "true"}}),
            "does not exist",
            "/Statement/0/Condition/Some:Bool",
        ),
    ],
)
def test_what_the_grammar_forbids_is_found_at_its_place(statement: Any, words: str, pointer: str) -> None:
    found = [r for r in lint(policy(statement)) if r.rule.id == "iam/invalid-policy"]
    assert any(words in r.message and r.pointer == pointer for r in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"Version": "2012-10-17", "Statement": []}', "list of statements is empty"),
        ('{"Version": "2012-10-17", "Statement": [1]}', "A statement is not an object"),
        ('{"Version": "2012-10-17", "Statement": 1}', "neither an object nor a list"),
        (
            '{"Version": "2012-10-18", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}',
            "Version",
        ),
        (
            f'{{"Version": "2012-10-17", "Statement": {{{DENY}}}, "X": 1}}',
            "The policy has an unknown element",
        ),
        (f'{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", {DENY}}}}}', "`Effect` stands twice"),
    ],
)
def test_what_is_wrong_with_the_whole_is_found(text: str, words: str) -> None:
    (document,) = extract("p.json", text).documents
    assert words in only(document).message


def test_a_document_without_statement_is_invalid() -> None:
    text = json.dumps(
        {"Resources": {"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Id": "x"}}}}}
    )
    (document,) = extract("t.json", text).documents
    assert "has no Statement" in lint(document)[0].message


@pytest.mark.parametrize("action", ["s3GetObject", "s3:", ":GetObject", "s3:Get Object", "s3:Get:Object", ""])
def test_an_action_without_service_is_invalid(action: str) -> None:
    assert rules_of(policy(allow(action, Effect="Deny"))) == ["invalid-action"]


@pytest.mark.parametrize(
    "resource", ["bucket", "arn:aws:s3", "arn:aws:iam::*", "s3:::b", "ARN:aws:s3:::b", "b*"]
)
def test_a_resource_that_is_no_arn_is_invalid(resource: str) -> None:
    assert rules_of(policy(allow(resource=resource))) == ["invalid-arn"]


@pytest.mark.parametrize(
    "resource", ["*", "arn:aws:s3:::b/${aws:username}/*", "arn:aws-cn:s3:::b", "arn:*:sqs:*:*:q"]
)
def test_arns_with_variables_and_wildcards_are_valid(resource: str) -> None:
    assert rules_of(policy(allow("sqs:ListQueues", resource))) == []


def test_short_resources_of_an_api_are_valid() -> None:
    statement = grant({"AWS": "123456789012"}, "execute-api:Invoke", Resource="execute-api:/prod/*")
    assert rules_of(policy(statement, attached="AWS::ApiGateway::RestApi")) == []


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        (grant({"AWS": "123456789012"}), PolicyKind.IDENTITY, "must not have a Principal"),
        (grant({"AWS": "123456789012"}), PolicyKind.SERVICE_CONTROL, "must not have a Principal"),
        (allow(), PolicyKind.RESOURCE, "needs a Principal"),
        (trust(AUDIENCE, "a", Resource="*"), PolicyKind.TRUST, "not have a Resource"),
        (grant({"Aws": "123456789012"}), PolicyKind.RESOURCE, "kind `Aws` does not exist"),
    ],
)
def test_principals_and_resources_stand_where_the_kind_wants_them(
    statement: Any, kind: PolicyKind, words: str
) -> None:
    assert words in only(policy(statement, kind=kind)).message


def test_a_sid_used_twice_is_found_at_the_second() -> None:
    remark = only(policy(allow(Sid="A"), allow(Sid="B"), allow(Sid="A")))
    assert (remark.rule.id, remark.pointer) == ("iam/duplicate-sid", "/Statement/2/Sid")


@pytest.mark.parametrize(
    ("version", "resource", "words"),
    [
        ({}, "arn:aws:s3:::b", "has no Version"),
        ({}, "arn:aws:s3:::${aws:username}", "plain text"),
        ({"Version": "2008-10-17"}, "arn:aws:s3:::${aws:username}", "plain text"),
        ({"Version": "2008-10-17"}, "arn:aws:s3:::b", ""),
    ],
)
def test_the_old_version_is_found_where_it_matters(version: Any, resource: str, words: str) -> None:
    text = json.dumps({**version, "Statement": [allow(resource=resource)]})
    (document,) = extract("p.json", text).documents
    assert [r.message for r in lint(document) if words not in r.message] == []
    assert len(lint(document)) == bool(words)


def test_hostile_conditions_do_not_crash() -> None:
    statement = allow(
        Condition={"StringEquals": 1, "Bool": {"a:b": {"c": 1}}, "": {"": ""}}, Principal=[[1]], Sid=[1]
    )
    assert "invalid-policy" in rules_of(policy(statement))


def test_open_statements_and_versions_are_not_called_invalid() -> None:
    policy = {"Version": {"Ref": "V"}, "Statement": {"Ref": "S"}}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    (document,) = extract("t.json", json.dumps({"Resources": {"P": resource}})).documents
    assert lint(document) == ()


@pytest.mark.parametrize("function", [{"Fn::ImportValue": "x"}, {"Fn::GetAtt": "a.b"}])
def test_open_elements_are_not_called_invalid(function: Any) -> None:
    statement = {"Effect": "Deny", "Action": function, "Resource": function, "Condition": function}
    policy = {"Version": "2012-10-17", "Statement": {**statement, "Sid": function}}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    (document,) = extract("t.json", json.dumps({"Resources": {"P": resource}})).documents
    assert lint(document) == ()
