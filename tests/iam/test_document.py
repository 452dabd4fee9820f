from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyDocument, extract
from pregate.iam.placeholders import with_placeholders
from tests.iam.samples import allow

TEXT = """\
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: ['s3:GetObject', "kms:D\\u00e9crypt"]
            Resource: !GetAtt B.Arn
            Condition: {NumericLessThan: {a/b: 5.5}, Bool: {c~d: true}}
"""


def document() -> PolicyDocument:
    (found,) = extract("t.yaml", TEXT).documents
    return found


def test_a_document_survives_json() -> None:
    value = json.loads(json.dumps(document().to_json()))
    assert PolicyDocument.from_json(value) == document()


def test_the_text_is_ascii_json_of_the_policy() -> None:
    assert document().text.isascii()
    assert json.loads(document().text)["Statement"][0]["Action"] == ["s3:GetObject", "kms:Décrypt"]


def test_a_number_that_json_has_not_stays_text() -> None:
    text = "Version: 2012-10-17\nStatement: {Effect: Deny, Sid: 1.0e999}"
    (found,) = extract("p.yaml", text).documents
    assert json.loads(found.text)["Statement"]["Sid"] == "1.0e999"


@pytest.mark.parametrize(
    ("words", "line", "column"),
    [
        ('"s3:GetObject"', 9, 22),
        ("GetObj", 9, 22),
        ('"Action"', 9, 13),
        ('"Action":["s3', 8, 13),
        ('"a/b"', 11, 43),
        ("5.5", 11, 48),
        ('"c~d"', 11, 61),
        ('"2012-10-17"', 6, 18),
    ],
)
def test_a_span_of_the_text_leads_to_the_smallest_part_around_it(words: str, line: int, column: int) -> None:
    start = document().text.index(words)
    place = document().locate_span(start, start + len(words))
    assert (place.start_line, place.start_column) == (line, column)


def test_the_whole_is_the_place_of_what_is_nowhere() -> None:
    assert document().locate_span(0, len(document().text)) == document().locate("/No/Such/Part")


def filled(**elements: Any) -> Any:
    parameters = {"Open": {"Type": "String"}}
    policy = {"Version": "2012-10-17", "Statement": [{**allow(), **elements}]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    text = json.dumps({"Parameters": parameters, "Resources": {"P": resource}})
    (found,) = extract("t.json", text).documents
    sent = with_placeholders(found)
    if sent is None:
        return None
    assert sent.unknowns == ()
    assert sent.places == found.places
    statement = json.loads(sent.text)["Statement"][0]
    return {name: statement[name] for name in elements}


OPEN = {"Ref": "Open"}


@pytest.mark.parametrize(
    ("elements", "sent"),
    [
        ({"Resource": "*"}, {"Resource": "*"}),
        ({"Resource": OPEN}, {"Resource": "arn:aws:s3:::placeholder-0"}),
        (
            {"Resource": {"Fn::Sub": "arn:aws:sqs:${Open}:${Open}:q-${Open}"}},
            {"Resource": "arn:aws:sqs:us-east-1:123456789012:q-placeholder2"},
        ),
        ({"Resource": {"Fn::Sub": "${Open}/*"}}, {"Resource": "arn:aws:s3:::placeholder-0/*"}),
        (
            {"Principal": {"AWS": [OPEN, {"Fn::Sub": "arn:aws:iam::${Open}:root"}]}},
            {
                "Principal": {
                    "AWS": ["arn:aws:iam::123456789012:role/placeholder-0", "arn:aws:iam::123456789012:root"]
                }
            },
        ),
        ({"Condition": {"Bool": {"a:b": OPEN}}}, {"Condition": {"Bool": {"a:b": "true"}}}),
        (
            {"Condition": {"StringLike": {"a:b": OPEN}}},
            {"Condition": {"StringLike": {"a:b": "placeholder0"}}},
        ),
        (
            {"Condition": {"ArnLike": {"a:b": OPEN}}},
            {"Condition": {"ArnLike": {"a:b": "arn:aws:s3:::placeholder-0"}}},
        ),
        ({"Condition": {"NumericEquals": {"a:b": OPEN}}}, {"Condition": {"NumericEquals": {"a:b": "1"}}}),
        (
            {"Condition": {"DateLessThanIfExists": {"a:b": [OPEN]}}},
            {"Condition": {"DateLessThanIfExists": {"a:b": ["2030-01-01T00:00:00Z"]}}},
        ),
        ({"Action": OPEN}, None),
        ({"Effect": OPEN}, None),
        ({"Principal": {"Service": OPEN}}, None),
        ({"Principal": OPEN}, None),
        ({"Condition": OPEN}, None),
    ],
)
def test_open_values_are_filled_only_where_that_says_nothing(elements: Any, sent: Any) -> None:
    assert filled(**elements) == sent


def test_an_open_key_is_never_filled() -> None:
    text = "Resources: {P: {Type: 'AWS::IAM::Policy', Properties: {PolicyDocument: {Statement: [!Ref S]}}}}"
    (found,) = extract("t.yaml", text).documents
    assert with_placeholders(found) is None
