"""A default of ``""`` where the template's own condition says that the parameter is not empty."""

from __future__ import annotations

import pytest

from pregate.iam import extract, lint
from pregate.iam.undecided import undecided

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Bucket: {Type: String, Default: "", AllowedPattern: "^[a-z0-9-]*$"}
  Keys: {Type: CommaDelimitedList, Default: ""}
Conditions:
  C: %s
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
%s    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
        - %s
"""
STATEMENT = '{Effect: Allow, Action: "s3:GetObject", Resource: !Sub "arn:aws:s3:::${Bucket}*"}'
GIVEN = '!Not [!Equals [!Ref Bucket, ""]]'
HELD = "    Condition: C\n"


def rules(text: str) -> set[str]:
    documents = extract("t.yaml", text).documents
    return {remark.rule.id for document in documents for remark in lint(document)}


@pytest.mark.parametrize(
    "condition",
    [
        GIVEN,
        '!Not [!Equals ["", !Ref Bucket]]',
        '!And [!Equals [a, b], !Not [!Equals [!Ref Bucket, ""]]]',
        '{"Fn::Not": [{"Fn::Equals": [{"Ref": "Bucket"}, ""]}]}',
    ],
)
def test_a_default_that_the_resources_condition_excludes_is_no_value(condition: str) -> None:
    assert rules(TEMPLATE % (condition, HELD, STATEMENT)) == set()


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (GIVEN, ""),
        ('!Equals [!Ref Bucket, ""]', HELD),
        ('!Not [!Equals [!Ref Bucket, "x"]]', HELD),
        ('!Not [!Equals [!Ref Keys, ""]]', HELD),
        ('!Or [!Equals [a, b], !Not [!Equals [!Ref Bucket, ""]]]', HELD),
        ("!Not [x]", HELD),
        ("!Not x", HELD),
        ("x", HELD),
    ],
)
def test_any_other_default_is_the_value(condition: str, held: str) -> None:
    assert rules(TEMPLATE % (condition, held, STATEMENT)) == {"iam/sensitive-data-any"}


def test_a_branch_of_a_condition_excludes_it_too() -> None:
    harmless = '{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x"}'
    chosen = f"!If [C, {STATEMENT}, {harmless}]"
    assert rules(TEMPLATE % (GIVEN, "", chosen)) == set()
    otherwise = f"!If [C, {harmless}, {STATEMENT}]"
    assert rules(TEMPLATE % (GIVEN, "", otherwise)) == {"iam/sensitive-data-any"}


def test_a_value_that_may_then_be_a_wildcard_is_not_decided() -> None:
    text = TEMPLATE % (
        '!Not [!Equals [!Ref Keys, ""]]',
        HELD,
        '{Effect: Allow, Action: "s3:GetObject", Resource: !Ref Keys}',
    )
    (document,) = extract("t.yaml", text).documents
    assert [detail for _, detail in undecided(document)] == ["a resource is known only at deployment (Ref)"]
