from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import Extraction, PolicyDocument, extract, lint
from pregate.iam.undecided import undecided
from tests.iam.samples import allow

PARAMETERS = {
    "Known": {"Type": "String", "Default": "app"},
    "Open": {"Type": "String"},
    "List": {"Type": "CommaDelimitedList", "Default": "s3:GetObject, s3:PutObject"},
    "Secret": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
    "Strange": {"Type": "String", "Default": {"Ref": "x"}},
}
MAPPINGS = {"M": {"us-east-1": {"Name": "mapped", "List": ["a", "b"]}}}


def found(statement: Any) -> Extraction:
    document = {
        "Version": "2012-10-17",
        "Statement": statement if isinstance(statement, list) else [statement],
    }
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
    whole = {
        "Parameters": PARAMETERS,
        "Mappings": MAPPINGS,
        "Resources": {"P": resource, "Queue": {"Type": "AWS::SQS::Queue"}},
    }
    return extract("t.json", json.dumps(whole))


def one(statement: Any) -> PolicyDocument:
    (document,) = found(statement).documents
    return document


def resource_of(value: Any) -> Any:
    """What a resource resolves to, its unknown parts as ``${Function}``."""
    document = one(allow(resource=value))
    resolved = json.loads(document.text)["Statement"][0]["Resource"]
    return (
        [document.readable(r) for r in resolved]
        if isinstance(resolved, list)
        else document.readable(resolved)
    )


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Known"}, "app"),
        ({"Ref": "Open"}, "${Ref}"),
        ({"Ref": "Secret"}, "${Ref}"),
        ({"Ref": "Strange"}, "${Ref}"),
        ({"Ref": "Queue"}, "${Ref}"),
        ({"Ref": ["x"]}, "${Ref}"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "${Fn::GetAtt}"),
        ({"Fn::ImportValue": "x"}, "${Fn::ImportValue}"),
        ({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Known}-${Open}"}, "arn:aws:s3:::app-${Fn::Sub}"),
        ({"Fn::Sub": "${Queue.Arn}/${!aws:username}/${List}"}, "${Fn::Sub}/${aws:username}/${Fn::Sub}"),
        ({"Fn::Sub": ["${x}-${y}", {"x": {"Ref": "Known"}, "y": {"Ref": "List"}}]}, "app-${Fn::Sub}"),
        ({"Fn::Sub": [{"Ref": "a"}, {}]}, "${Fn::Sub}"),
        ({"Fn::Sub": "a-{{resolve:ssm:/b}}"}, "a-${dynamic reference}"),
        ("a-{{resolve:ssm:/b}}", "a-${dynamic reference}"),
        ({"Fn::Join": [":", ["arn", "aws", {"Ref": "Open"}]]}, "arn:aws:${Ref}"),
        ({"Fn::Join": [":", {"Ref": "List"}]}, "s3:GetObject:s3:PutObject"),
        ({"Fn::Join": [":", [["x"]]]}, "${Fn::Join}"),
        ({"Fn::Join": "x"}, "${Fn::Join}"),
        ({"Fn::Select": [1, {"Ref": "List"}]}, "s3:PutObject"),
        ({"Fn::Select": ["1", {"Fn::Split": ["-", "a-b"]}]}, "b"),
        ({"Fn::Select": [7, {"Ref": "List"}]}, "${Fn::Select}"),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "${Fn::Select}"),
        ({"Fn::Select": "x"}, "${Fn::Select}"),
        ({"Fn::Split": ["-", {"Fn::Sub": "a-${Open}"}]}, "${Fn::Split}"),
        ({"Fn::Split": "x"}, "${Fn::Split}"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "Name"]}, "mapped"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "List"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["M", {"Ref": "Open"}, "Name"]}, "${Fn::FindInMap}"),
        ({"Fn::FindInMap": ["M", "us-east-1", "None"]}, "${Fn::FindInMap}"),
        ({"Fn::FindInMap": "M"}, "${Fn::FindInMap}"),
        ([{"Ref": "List"}, {"Ref": "AWS::NoValue"}, "x"], ["s3:GetObject", "s3:PutObject", "x"]),
    ],
)
def test_functions_give_what_the_template_alone_can_tell(written: Any, resolved: Any) -> None:
    assert resource_of(written) == resolved


def test_short_forms_mean_the_same() -> None:
    text = """
Parameters: {Known: {Type: String, Default: app}}
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          Effect: Allow
          Action: [!Ref Known, !Select [0, !Split ['-', a-b]]]
          Resource: !Join ['', [!Sub 'x${Known}', !GetAtt a.b]]
"""
    (document,) = extract("t.yaml", text).documents
    statement = json.loads(document.text)["Statement"]
    assert statement["Action"] == ["app", "a"]
    assert document.readable(statement["Resource"]) == "xapp${Fn::GetAtt}"


def test_an_unknown_resource_is_no_wildcard() -> None:
    assert lint(one(allow("iam:PassRole", {"Fn::GetAtt": ["Role", "Arn"]}))) == ()


def test_text_that_looks_like_a_token_is_none() -> None:
    document = one([allow("\ue0000\ue001", {"Ref": "Open"}), allow("*", "*")])
    assert document.unknowns_in(json.loads(document.text)["Statement"][0]["Action"]) == ()
    assert {remark.rule.id for remark in lint(document)} == {"iam/invalid-action", "iam/admin-access"}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (allow({"Ref": "Open"}), ["an action is known only at deployment (Ref)"]),
        (allow({"Fn::Sub": "s3:${Open}"}), ["an action is known only at deployment (Fn::Sub)"]),
        (allow(resource={"Ref": "Open"}), ["a resource is known only at deployment (Ref)"]),
        (allow(resource={"Ref": "Queue"}), []),
        (allow(resource={"Fn::GetAtt": "a.b"}), []),
        (allow(resource={"Fn::Sub": "arn:aws:s3:::${Open}"}), []),
        (allow(Effect={"Ref": "Open"}), ["an effect is known only at deployment (Ref)"]),
        ({**allow({"Ref": "Open"}), "Effect": "Deny"}, []),
        (
            {
                "Effect": "Allow",
                "Principal": {"AWS": {"Ref": "Open"}},
                "Action": "s3:A",
                "Resource": "arn:aws:s3:::b",
            },
            ["a principal is known only at deployment (Ref)"],
        ),
    ],
)
def test_what_might_turn_out_a_wildcard_is_told(statement: Any, words: list[str]) -> None:
    assert [detail for _, detail in undecided(one(statement))] == words


def test_both_branches_of_a_condition_are_judged() -> None:
    documents = found(allow("s3:GetObject", {"Fn::If": ["c", "*", "arn:aws:s3:::b"]})).documents
    assert [len(lint(document)) for document in documents] == [1, 0]


def test_combinations_of_conditions_are_judged() -> None:
    statement = allow({"Fn::If": ["a", "*", "s3:A"]}, {"Fn::If": ["b", "*", "arn:aws:s3:::b"]})
    rules = [remark.rule.id for document in found(statement).documents for remark in lint(document)]
    assert "iam/admin-access" in rules


def test_a_removed_element_leaves_no_trace() -> None:
    document = one(allow(Condition={"Ref": "AWS::NoValue"}))
    assert "Condition" not in document.text


def conditional(*names: str) -> dict[str, Any]:
    return allow([{"Fn::If": [name, f"s3:{name}", "*"]} for name in names], "*")


def test_many_conditions_are_combined_within_each_statement() -> None:
    extraction = found([conditional(f"A{n}", f"B{n}") for n in range(4)])
    assert extraction.gaps == ()
    assert len(extraction.documents) > 8


@pytest.mark.parametrize(
    "statements",
    [[conditional("a", "b", "c", "d", "e")], [conditional(f"A{n}", f"B{n}", f"C{n}") for n in range(9)]],
)
def test_more_combinations_than_can_be_tried_are_a_gap(statements: list[Any]) -> None:
    extraction = found(statements)
    assert "too many conditions to try all their combinations" in {gap.detail for gap in extraction.gaps}


def test_functions_that_double_their_text_are_stopped() -> None:
    value: Any = "x" * 100
    for _ in range(25):
        value = {"Fn::Sub": ["${a}${a}", {"a": value}]}
    extraction = found(allow(resource=value))
    assert [gap.detail for gap in extraction.gaps] == ["a policy functions write more than 500000 characters"]


def test_deep_nesting_is_a_gap() -> None:
    value: Any = "x"
    for _ in range(40):
        value = {"Fn::Join": ["", [value]]}
    assert [gap.detail for gap in found(allow(resource=value)).gaps] == [
        "a policy nested deeper than 60 levels"
    ]


def test_a_string_policy_that_expands_without_end_is_a_gap() -> None:
    value: Any = {"Fn::Sub": ["${a}" * 6000, {"a": "x" * 100}]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": value}}
    extraction = extract("t.json", json.dumps({"Resources": {"P": resource}}))
    assert ["500000" in gap.detail for gap in extraction.gaps] == [True]
