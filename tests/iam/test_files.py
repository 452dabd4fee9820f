from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyDocument, PolicyKind, extract
from pregate.iam.parsing import without_comments
from pregate.positions import PositionError
from tests.iam.samples import allow, grant, trust

POLICY = {"Version": "2012-10-17", "Statement": [allow("s3:*", "*")]}
CONTROL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
BOUND = {"Version": "2012-10-17", "Statement": [{**grant("*"), "Effect": "Deny"}]}


def kinds(path: str, value: Any) -> list[str]:
    return [document.kind.value for document in extract(path, json.dumps(value)).documents]


def shown(text: str, document: PolicyDocument, pointer: str) -> str:
    place = document.locate(pointer)
    assert place.start_line == place.end_line
    return text.splitlines()[place.start_line - 1][place.start_column - 1 : place.end_column - 1]


# ---------------------------------------------------------------------------------- JSON with comments


JSONC = """\
// a policy, {"not": this}
{
  "Version": "2012-10-17", /* "Statement": [] */
  "Statement": [
    {
      "Effect": "Allow", // "Action"
      "Action": "s3:*",
      "Resource": "http://x/*", /* a
      line */ "Sid": "a\\"// b,]",
    },
  ],
}
"""


def test_comments_and_trailing_commas_are_read_over() -> None:
    (document,) = extract("p.jsonc", JSONC).documents
    statement = json.loads(document.text)["Statement"][0]
    assert (statement["Resource"], statement["Sid"]) == ("http://x/*", 'a"// b,]')
    place = document.locate("/Statement/0/Action")
    assert (place.start_line, place.start_column, place.end_column) == (7, 17, 23)
    assert [len(line) for line in without_comments(JSONC).splitlines()] == list(map(len, JSONC.splitlines()))


@pytest.mark.parametrize("text", ['{"a": 1,,}', '{"a": "x', "/* never", '{"a" // b'])
def test_what_is_no_json_with_comments_is_refused(text: str) -> None:
    with pytest.raises(PositionError):
        extract("p.jsonc", text)


# ------------------------------------------------------------------------------------- lists and maps


def test_policies_in_lists_and_maps_are_found() -> None:
    value = {"policies": [POLICY, {"name": "x", "document": POLICY}], "by-name": {"a": json.dumps(POLICY)}}
    assert [document.name for document in extract("p.json", json.dumps(value)).documents] == [
        "/policies/0",
        "/policies/1/document",
        "/by-name/a",
    ]


# ------------------------------------------------------------------------------------------ SCP and RCP


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("scp/deny.json", CONTROL, "service-control"),
        ("org/SCPs/deny.json", CONTROL, "service-control"),
        ("org/deny-scp.json", CONTROL, "service-control"),
        ("service-control-policies/a.json", CONTROL, "service-control"),
        ("service_control_policy.yaml", CONTROL, "service-control"),
        ("rcp/a.json", BOUND, "resource-control"),
        ("resource-control/a.json", BOUND, "resource-control"),
        ("rcp/a.json", CONTROL, "resource-control"),
        ("scp/trust.json", {"Statement": [trust()]}, "trust"),
        ("scp/queue.json", BOUND, "resource"),
        ("discpline/a.json", CONTROL, "identity"),
        ("service/control.json", CONTROL, "identity"),
        ("rcps-x/y/a.json", BOUND, "resource-control"),
    ],
)
def test_the_folder_or_name_tells_policies_of_an_organization(path: str, value: Any, expected: str) -> None:
    assert kinds(path, value) == [expected]
    assert kinds(path, {"Content": json.dumps(value)}) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": json.dumps(CONTROL)}},
            "service-control",
        ),
        ({"Type": "RESOURCE_CONTROL_POLICY", "Content": BOUND}, "resource-control"),
        ({"Type": "SERVICE_CONTROL_POLICY", "Content": [CONTROL]}, "service-control"),
        ({"Type": "SERVICE_CONTROL_POLICY", "Other": CONTROL}, "identity"),
        ({"PolicySummary": {"Type": "TAG_POLICY"}, "Content": CONTROL}, "identity"),
    ],
)
def test_an_answer_of_organizations_says_of_what_kind_it_is(value: Any, expected: str) -> None:
    assert kinds("answer.json", value) == [expected]


def test_the_name_of_a_templates_folder_says_nothing_about_its_policies() -> None:
    resource = {"Type": "Custom::Thing", "Properties": {"Some": POLICY}}
    (document,) = extract("scp/t.json", json.dumps({"Resources": {"A": resource}})).documents
    assert document.kind is PolicyKind.IDENTITY


# ------------------------------------------------------------------------------------- places in strings


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("p.json", json.dumps({"a": json.dumps(POLICY)}), '\\"s3:*\\"'),
        ("p.json", json.dumps({"a": json.dumps(POLICY).replace("s3", "s\u00e9")}), '\\"s\\u00e9:*\\"'),
        ("p.yaml", "a: '" + json.dumps(POLICY) + "'\n", '"s3:*"'),
        ("p.yaml", "a: " + json.dumps(json.dumps(POLICY)) + "\n", '\\"s3:*\\"'),
        ("p.yaml", "a: &x " + json.dumps(json.dumps(POLICY)) + "\n", '\\"s3:*\\"'),
        ("p.yaml", "a: '" + json.dumps(POLICY).replace(', "Action"', ',\n\n   "Action"') + "'\n", '"s3:*"'),
        (
            "p.yaml",
            'a: "' + json.dumps(POLICY).replace('"', "\\x22").replace(", ", ",\\\n   ") + '"\n',
            "\\x22s3:*\\x22",
        ),
    ],
)
def test_each_part_of_a_policy_in_a_string_has_its_place(path: str, text: str, expected: str) -> None:
    (document,) = extract(path, text).documents
    assert shown(text, document, "/Statement/0/Action") == expected


TEMPLATE = """\
Resources:
  A:
    Type: AWS::SQS::QueuePolicy
    Properties:
      PolicyDocument: !Sub '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:${What}", "Resource": "${Q.Arn}", "Sid": "x"}]}'
  B:
    Type: AWS::SQS::QueuePolicy
    Properties:
      PolicyDocument:
        Fn::Join:
          - ''
          - - '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:A", "Resource": "'
            - !GetAtt Q.Arn
            - '", "Principal": "*"}]}'
"""  # noqa: E501


def test_parts_around_a_function_have_their_places() -> None:
    first, second = extract("t.yaml", TEMPLATE).documents
    assert shown(TEMPLATE, first, "/Statement/0/Principal") == '"*"'
    assert shown(TEMPLATE, first, "/Statement/0/Action") == '"sqs:${What}"'
    assert shown(TEMPLATE, first, "/Statement/0/Sid") == '"x"'
    assert shown(TEMPLATE, second, "/Statement/0/Principal") == '"*"'
    place = second.locate("/Statement/0/Resource")
    assert (place.start_line, place.end_line) == (12, 14)


STRING = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Sid": "X"}}'


@pytest.mark.parametrize(
    "text",
    [
        "a: |\r\n  " + STRING.replace(", ", ",\r\n   ", 1) + "\r\n",
        'a: "' + STRING.replace('"', "\\U00000022").replace("X", "\\U0001F600") + '"\n',
        json.dumps({"a": STRING.replace("X", "\U0001f600")}),
        "a: " + json.dumps(STRING.replace("X", "\u00e9")) + "\n",
    ],
)
def test_escapes_and_line_ends_of_every_kind_are_followed(text: str) -> None:
    (document,) = extract("t.yaml", text).documents
    found = shown(text, document, "/Statement")
    assert found.startswith("{")
    assert found.endswith("}")


def test_a_condition_inside_a_string_is_read_in_both_branches() -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": allow("s3:*", "${W}")})
    value = {"Fn::Sub": [policy, {"W": {"Fn::If": ["c", "arn:aws:s3:::b", "*"]}}]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": value}}
    documents = extract("t.json", json.dumps({"Resources": {"A": resource}})).documents
    assert [json.loads(d.text)["Statement"]["Resource"] for d in documents] == ["arn:aws:s3:::b", "*"]


def test_a_join_whose_parts_cannot_be_told_is_one_place() -> None:
    text = TEMPLATE.replace('\'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action"', "X")
    folded = text.replace(
        "- X", '- >-\n              {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action"'
    )
    folded = folded.replace('"Resource": "\'', '"Resource": "')
    document = extract("t.yaml", folded).documents[1]
    assert document.locate("/Statement/0/Principal") == document.locate("")
