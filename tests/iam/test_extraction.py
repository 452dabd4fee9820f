from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from pregate.iam import Extraction, PolicyDocument, PolicyKind, extract, lint
from pregate.iam.resource_types import policy_properties, supported_types
from pregate.positions import PositionError
from tests.iam.samples import allow, grant, trust

POLICY = {"Version": "2012-10-17", "Statement": [allow()]}


def template(properties: Any, kind: str = "AWS::IAM::ManagedPolicy", **rest: Any) -> Extraction:
    text = json.dumps({**rest, "Resources": {"Thing": {"Type": kind, "Properties": properties}}})
    return extract("t.json", text)


def names(extraction: Extraction) -> list[tuple[str, str]]:
    return [(document.kind.value, document.name) for document in extraction.documents]


def source(text: str, document: PolicyDocument, pointer: str, *, key: bool = False) -> str:
    """The text of the file at a pointer's place, of one line."""
    place = document.locate(pointer, key=key)
    assert place.start_line == place.end_line
    return text.splitlines()[place.start_line - 1][place.start_column - 1 : place.end_column - 1]


def test_a_policy_file_is_found_with_the_place_of_every_part() -> None:
    text = json.dumps(POLICY, indent=2)
    (document,) = extract("p.json", text).documents
    assert names(extract("p.json", text)) == [("identity", "")]
    assert source(text, document, "/Statement/0/Action") == '"s3:GetObject"'
    assert source(text, document, "/Statement/0/Action", key=True) == '"Action"'
    assert document.locate("/Statement/0").start_line == 4
    assert document.locate("/Statement/0/Sid") == document.locate("/Statement/0")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (allow(), PolicyKind.IDENTITY),
        (grant("*"), PolicyKind.RESOURCE),
        (trust(), PolicyKind.TRUST),
        (
            {
                "Effect": "Allow",
                "Principal": {"Service": "x"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            },
            PolicyKind.TRUST,
        ),
        (grant("*", "sts:AssumeRole"), PolicyKind.RESOURCE),
    ],
)
def test_the_kind_follows_from_the_principals(statement: Any, kind: PolicyKind) -> None:
    (document,) = extract("p.json", json.dumps({"Statement": statement})).documents
    assert document.kind is kind


def test_policies_inside_answers_of_the_command_line_are_found() -> None:
    answer = {
        "Role": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        "Versions": [{"Document": POLICY}, {"a/b": {"Statement": [1], "Version": "2012-10-17"}}],
    }
    assert names(extract("r.json", json.dumps(answer))) == [
        ("trust", "/Role/AssumeRolePolicyDocument"),
        ("identity", "/Versions/0/Document"),
        ("identity", "/Versions/1/a~1b"),
    ]


@pytest.mark.parametrize("encode", [json.dumps, lambda policy: quote(json.dumps(policy))])
def test_the_parts_of_policies_in_strings_have_their_own_places(encode: Any) -> None:
    text = json.dumps({"Policy": encode(POLICY)})
    (document,) = extract("p.json", text).documents
    found = source(text, document, "/Statement/0/Action")
    assert found in ('\\"s3:GetObject\\"', "%22s3%3AGetObject%22")
    assert source(text, document, "") == text[text.index(":") + 3 : -2]


def test_a_policy_in_a_string_that_does_not_parse_is_a_gap() -> None:
    (gap,) = extract("p.json", json.dumps({"Policy": '{"Statement": "Effect'})).gaps
    assert "could not be read" in gap.detail


def test_a_string_of_json_that_is_no_policy_is_nothing() -> None:
    assert extract("p.json", json.dumps({"a": '{"Statement": 1, "Effect": 2}'})) == Extraction()


@pytest.mark.parametrize(
    "text",
    ["[]", "1", '{"Statement": 1}', '{"Statement": [{"Effect": 1}]}', '{"Resources": {"a": {"Type": "x"}}}'],
)
def test_other_files_are_of_no_concern(text: str) -> None:
    assert extract("p.json", text) == Extraction()


def test_every_listed_property_is_found_with_its_kind() -> None:
    for type_name in supported_types():
        for path, kind, attached in policy_properties(type_name):
            node: Any = [POLICY["Statement"][0]] if path.endswith("Statements") else POLICY
            for step in reversed(path.split("/")):
                node = [node] if step == "*" else {step: node}
            (document,) = template(node, type_name).documents
            assert (document.kind, document.resource_type) == (kind, attached), type_name
            assert document.name == "Thing." + path.replace("/", ".").replace("*", "0")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("SERVICE_CONTROL_POLICY", "service-control"), ("RESOURCE_CONTROL_POLICY", "resource-control")],
)
def test_policies_of_organisations_have_their_own_kinds(kind: str, expected: str) -> None:
    extraction = template({"Type": kind, "Content": POLICY}, "AWS::Organizations::Policy")
    assert names(extraction) == [(expected, "Thing.Content")]


def test_tag_policies_of_organisations_are_none() -> None:
    extraction = template({"Type": "TAG_POLICY", "Content": {"tags": {}}}, "AWS::Organizations::Policy")
    assert (extraction.documents, extraction.concerned) == ((), True)


def test_policies_of_unknown_types_are_found_by_their_shape() -> None:
    assert names(template({"A": {"B": [POLICY]}}, "Custom::Thing")) == [
        ("identity", "Thing.Properties.A.B.0")
    ]


def test_a_statement_that_stands_alone_in_a_resource_is_found() -> None:
    extraction = template({"StatementId": "a", "Statement": grant("*")}, "AWS::Events::EventBusPolicy")
    assert names(extraction) == [("resource", "Thing.Statement")]
    assert [remark.rule.id for remark in lint(extraction.documents[0])] == ["iam/public-principal"]


def test_a_sam_functions_policies_are_all_found() -> None:
    policies = ["ReadOnly", {"S3ReadPolicy": {"BucketName": "b"}}, POLICY, {"Statement": allow()}]
    extraction = template(
        {"Policies": policies}, "AWS::Serverless::Function", Transform="AWS::Serverless-2016-10-31"
    )
    assert names(extraction) == [
        ("identity", "Thing.Policies.1.S3ReadPolicy"),
        ("identity", "Thing.Policies.2"),
        ("identity", "Thing.Policies.3"),
    ]
    assert [reference.arn for reference in extraction.references] == ["ReadOnly"]
    assert extraction.gaps == ()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"Ref": "P"}, "identity policy is known only at deployment (Ref)"),
        ({"Fn::Transform": {"Name": "AWS::Include"}}, "(Fn::Transform)"),
        ({"Fn::If": ["c", {"Fn::FindInMap": ["a", "b", "c"]}, {"Ref": "AWS::NoValue"}]}, "(Fn::FindInMap)"),
        (
            {"Version": "2012-10-17", "Statement": {"Ref": "S"}},
            "a statement is known only at deployment (Ref)",
        ),
        ({"Version": "2012-10-17", "Statement": [allow(), {"Fn::GetAtt": "a.b"}]}, "(Fn::GetAtt)"),
        ({"Version": "2012-10-17", "Statement": [{"Fn::If": ["c", {"Ref": "S"}, allow()]}]}, "(Ref)"),
        ({"Fn::Sub": "${Whole}"}, "could not be read as JSON"),
        ("not json", "could not be read as JSON"),
        (5, "could not be read as JSON"),
        ("[1]", "could not be read as JSON"),
        ({"Fn::If": "x"}, "known only at deployment (Fn::If)"),
        ({"Statement": [], "Fn::Transform": {"Name": "x"}}, "known only at deployment (Fn::Transform)"),
    ],
)
def test_policies_that_only_deployment_knows_are_gaps(document: Any, words: str) -> None:
    extraction = template({"PolicyDocument": document})
    assert any(words in gap.detail for gap in extraction.gaps)
    assert extraction.concerned


def test_an_inline_policy_list_that_only_deployment_knows_is_a_gap() -> None:
    extraction = template({"Policies": {"Ref": "P"}}, "AWS::IAM::Role")
    assert [gap.detail for gap in extraction.gaps] == [
        "the identity policy is known only at deployment (Ref)"
    ]


@pytest.mark.parametrize(
    ("transform", "gaps"),
    [
        ("AWS::Serverless-2016-10-31", 0),
        (["AWS::LanguageExtensions", "Mine"], 1),
        ({"Name": "AWS::Include"}, 1),
        ([{"Name": "AWS::Include"}], 1),
        ([["x"]], 0),
    ],
)
def test_a_macro_that_rewrites_the_template_is_a_gap(transform: Any, gaps: int) -> None:
    assert len(template({"PolicyDocument": POLICY}, Transform=transform).gaps) == gaps


def test_resources_made_in_an_unknown_loop_are_a_gap_and_still_searched() -> None:
    body = {"R${I}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}}
    text = json.dumps(
        {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Fn::ForEach::I": ["I", {"Ref": "X"}, body]}}
    )
    extraction = extract("t.json", text)
    assert [gap.detail for gap in extraction.gaps] == [
        "resources made by ForEach are known only at deployment"
    ]
    assert len(extraction.documents) == 1


def test_a_policy_under_a_condition_is_found_in_both_branches() -> None:
    extraction = template({"PolicyDocument": {"Fn::If": ["c", POLICY, {"Statement": allow("*", "*")}]}})
    assert [len(lint(document)) for document in extraction.documents] == [0, 2]


@pytest.mark.parametrize(
    "wrap", [lambda p: {"Fn::ToJsonString": p}, json.dumps, lambda p: {"Fn::Sub": json.dumps(p)}]
)
def test_wrapped_policies_are_read(wrap: Any) -> None:
    assert names(template({"PolicyDocument": wrap(POLICY)})) == [("identity", "Thing.PolicyDocument")]


YAML = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Access:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Sid: Read
            Effect: Allow
            Principal: '*'
            Action:
              - s3:GetObject
              - s3:Put*   # no
            Resource: !Sub '${Bucket.Arn}/*'
---
Version: 2012-10-17
Statement: {Effect: Deny, Action: '*', Resource: '*'}
"""


@pytest.mark.parametrize("name", ["t.yaml", "t.yml", "t.template"])
def test_yaml_templates_keep_the_place_of_every_part(name: str) -> None:
    bucket, other = extract(name, YAML).documents
    assert (bucket.kind, bucket.resource_type, bucket.name) == (
        PolicyKind.RESOURCE,
        "AWS::S3::Bucket",
        "Access.PolicyDocument",
    )
    assert source(YAML, bucket, "/Statement/0/Action/1") == "s3:Put*"
    assert source(YAML, bucket, "/Statement/0/Principal") == "'*'"
    assert source(YAML, bucket, "/Statement/0/Resource") == "!Sub '${Bucket.Arn}/*'"
    assert json.loads(bucket.text)["Version"] == "2012-10-17"
    assert other.kind is PolicyKind.IDENTITY


def test_a_template_file_may_be_json() -> None:
    assert len(extract("t.template", json.dumps(POLICY)).documents) == 1
    assert len(extract("t.yaml", "{Version: 2012-10-17, Statement: {Effect: Deny}}").documents) == 1


def test_a_json_file_is_no_yaml() -> None:
    with pytest.raises(PositionError):
        extract("p.json", "Statement: {Effect: Allow}")


def test_a_deep_policy_in_a_string_is_read() -> None:
    inner = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Condition": '
        + "[" * 190
        + "]" * 190
        + "}]}"
    )
    assert len(extract("p.json", json.dumps({"Policy": inner})).documents) == 1


def test_aliases_of_conditions_cannot_multiply_without_end() -> None:
    levels = "".join(f"   D{n}: &d{n} !If [c, *d{n - 1}, *d{n - 1}]\n" for n in range(1, 9))
    text = (
        "Resources:\n A:\n  Type: AWS::IAM::ManagedPolicy\n  Properties:\n"
        "   D0: &d0 {Version: '2012-10-17', Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}\n"
        f"{levels}   PolicyDocument: *d8\n"
    )
    assert {lint(document)[0].rule.id for document in extract("t.yaml", text).documents} == {
        "iam/admin-access"
    }


def test_a_thousand_statements_are_judged() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:*", "*")] * 1000})
    (document,) = extract("p.json", text).documents
    assert len(lint(document)) == 1000


def test_a_resource_that_is_no_object_is_searched() -> None:
    text = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": [POLICY], "B": 1}})
    assert names(extract("t.json", text)) == [("identity", "A.0")]


def test_a_source_that_only_deployment_knows_is_a_fixed_one() -> None:
    statement = grant("*", Condition={"ArnLike": {"aws:SourceArn": {"Fn::Sub": "${Topic}*"}}}, Resource="*")
    extraction = template(
        {"PolicyDocument": {"Version": "2012-10-17", "Statement": statement}}, "AWS::SQS::QueuePolicy"
    )
    assert [remark.rule.id for remark in lint(extraction.documents[0])] == []
