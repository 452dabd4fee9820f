from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks.base import Target
from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.iam import Extraction, PolicyDocument, extract, includes, lint
from pregate.iam.names import possible_parents
from tests.checks.trees import Files

CHILD = """\
Parameters:
  What: {Type: String}
  Where: {Type: String}
Resources:
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: !Ref What
            Resource: !Ref Where
"""
PARENT = """\
Parameters: {Given: {Type: String, Default: 's3:*'}}
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./nested/child.yaml
      Parameters:
        What: !Ref Given
        Where: '*'
"""
FILES = {"stacks/nested/child.yaml": CHILD}


def read(text: str = PARENT, files: Any = None, path: str = "stacks/parent.yaml") -> Extraction:
    return extract(path, text, FILES if files is None else files)


def gaps(extraction: Extraction) -> list[tuple[str, int]]:
    return [(gap.detail, gap.location.start_line) for gap in extraction.gaps]


def test_a_nested_stack_is_read_with_the_parameters_that_it_is_given() -> None:
    assert includes("stacks/parent.yaml", {"stacks/parent.yaml": PARENT}) == ("stacks/nested/child.yaml",)
    extraction = read()
    (document,) = extraction.documents
    assert document.name == "Nested/Role.PolicyDocument"
    assert document.label("stack") == "stacks/parent.yaml:Nested"
    (remark,) = lint(document)
    place = document.locate(remark.pointer)
    assert (remark.rule.id, place.path, place.start_line, place.start_column) == (
        "iam/service-wildcard-any-resource",
        "stacks/nested/child.yaml",
        12,
        21,
    )
    assert gaps(extraction) == []


def test_what_the_child_says_by_itself_is_left_to_its_own_file() -> None:
    child = CHILD.replace("!Ref What", "'*'").replace("!Ref Where", "'*'")
    extraction = read(files={"stacks/nested/child.yaml": child})
    assert extraction.documents == ()
    assert [d.name for d in extraction.apart] == ["Role.PolicyDocument"]
    both = child.replace(
        "Statement:\n", "Statement:\n          - {Effect: Deny, Action: !Ref What, Resource: '*'}\n"
    )
    check = IamCheck(IamConfig(engine="local"))
    target = Target("stacks/parent.yaml", PARENT.encode(), (("stacks/nested/child.yaml", both.encode()),))
    assert check.analyse(target).findings == ()


def test_a_parameter_that_the_parent_does_not_know_keeps_its_kind() -> None:
    for value, expected in (("!GetAtt Bucket.Arn", False), ("!ImportValue x", True)):
        (document,) = read(PARENT.replace("'*'", value)).documents
        assert [unknown.may_be_wildcard for unknown in document.unknowns] == [expected]
    (document,) = read(PARENT.replace("'*'", "!Sub 'arn:${Bucket.Arn}/x'")).documents
    assert document.readable(json.loads(document.text)["Statement"][0]["Resource"]) == "arn:${Fn::Sub}/x"


def test_a_condition_of_the_parent_is_read_in_both_branches() -> None:
    documents = read(PARENT.replace("'*'", "!If [Prod, 'arn:aws:s3:::b', '*']")).documents
    assert [json.loads(d.text)["Statement"][0]["Resource"] for d in documents] == ["arn:aws:s3:::b", "*"]


@pytest.mark.parametrize(
    "value",
    [
        "!If [a, !If [b, 'x', !If [c, 'y', 'z']], !If [d, 'v', 'w']]",
        "!If [a, !GetAtt A.B, 'x']",
        "{a: b}",
        "!If [a, [x], [y]]",
    ],
)
def test_values_that_are_too_many_or_of_other_kinds_are_unknown(value: str) -> None:
    (document,) = read(PARENT.replace("'*'", value)).documents
    assert document.unknowns[-1].may_be_wildcard


def test_a_name_of_an_ssm_parameter_is_no_value() -> None:
    child = CHILD.replace("Where: {Type: String}", "Where: {Type: 'AWS::SSM::Parameter::Value<String>'}")
    (document,) = read(files={"stacks/nested/child.yaml": child}).documents
    assert document.unknowns[-1].may_be_wildcard


def test_lists_with_open_items_are_handed_down() -> None:
    parent = PARENT.replace("'*'", "[!GetAtt A.B, 'arn:aws:s3:::b', {a: b}]")
    (document,) = read(parent).documents
    resources = json.loads(document.text)["Statement"][0]["Resource"]
    assert [document.readable(text) for text in resources] == ["${Fn::GetAtt}", "arn:aws:s3:::b", ""]


def test_lists_are_handed_down() -> None:
    child = CHILD.replace("What: {Type: String}", "What: {Type: CommaDelimitedList, Default: 'a:b'}")
    parent = PARENT.replace("!Ref Given", "'s3:A, s3:B'").replace("'*'", "!Split [',', 'x,y']")
    (document,) = read(parent, {"stacks/nested/child.yaml": child}).documents
    statement = json.loads(document.text)["Statement"][0]
    assert (statement["Action"], statement["Resource"]) == (["s3:A", "s3:B"], ["x", "y"])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://s3.amazonaws.com/b/t.yaml", "not in the repository"),
        ("!Sub 'https://${B}/t.yaml'", "not in the repository"),
        ("../../../t.yaml", "not in the repository"),
        ("/etc/passwd", "not in the repository"),
        ("other.yaml", "not found in this revision"),
        ("parent.yaml", "part of itself"),
        ("broken.yaml", "does not parse"),
    ],
)
def test_a_template_that_cannot_be_read_is_a_gap_at_its_place(url: str, words: str) -> None:
    files = {"stacks/broken.yaml": "a: [", "stacks/parent.yaml": PARENT}
    extraction = read(PARENT.replace("./nested/child.yaml", url), files)
    assert gaps(extraction) == [(f"the template of a nested stack is {words}".replace("is does", "does"), 6)]


def test_stacks_that_nest_in_a_circle_end() -> None:
    files = {"stacks/nested/child.yaml": PARENT.replace("./nested/child.yaml", "../parent.yaml")}
    extraction = read(files={**files, "stacks/parent.yaml": PARENT})
    assert ("the template of a nested stack is part of itself", 6) in gaps(extraction)
    assert set(includes("stacks/parent.yaml", {**files, "stacks/parent.yaml": PARENT})) == set(files)


def test_stacks_that_nest_too_deep_or_too_often_end() -> None:
    files = {f"{n}.yaml": PARENT.replace("./nested/child.yaml", f"{n + 1}.yaml") for n in range(12)}
    extraction = extract("0.yaml", files["0.yaml"], files)
    assert any("nested too deep, or too many" in words for words, _ in gaps(extraction))
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "c.yaml"}}
    many = json.dumps({"Resources": {f"S{n}": stack for n in range(100)}})
    assert any("too many" in words for words, _ in gaps(extract("p.json", many, {"c.yaml": CHILD})))


def test_a_parameter_that_nests_without_end_is_a_gap() -> None:
    value: Any = "x"
    for _ in range(50):
        value = {"Fn::Join": ["", [value]]}
    stack = {"TemplateURL": "c.yaml", "Parameters": {"What": "s3:A", "Where": value}}
    text = json.dumps({"Resources": {"S": {"Type": "AWS::CloudFormation::Stack", "Properties": stack}}})
    assert [words for words, _ in gaps(extract("p.json", text, {"c.yaml": CHILD}))] == [
        "a parameter nested deeper than 60 levels"
    ]


def test_a_serverless_application_and_a_stack_of_the_cdk_are_read_too() -> None:
    parent = PARENT.replace("AWS::CloudFormation::Stack", "AWS::Serverless::Application").replace(
        "TemplateURL:", "Location:"
    )
    assert [d.name for d in read(parent).documents] == ["Nested/Role.PolicyDocument"]
    stack = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {
            "TemplateURL": {"Fn::Join": ["", ["https://"]]},
            "Parameters": {"What": "*", "Where": "*"},
        },
        "Metadata": {"aws:asset:path": "n.nested.template.json", "aws:cdk:path": "App/N"},
    }
    text = json.dumps({"Resources": {"S": stack}})
    files = {"cdk.out/n.nested.template.json": json.dumps({**_plain(CHILD)})}
    assert [d.name for d in extract("cdk.out/a.template.json", text, files).documents] == [
        "S/Role.PolicyDocument"
    ]


def _plain(_: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": {"Ref": "What"}, "Resource": {"Ref": "Where"}}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    return {
        "Parameters": {"What": {"Type": "String"}, "Where": {"Type": "String"}},
        "Resources": {"Role": resource},
    }


def test_an_application_of_the_public_repository_is_a_gap() -> None:
    app = {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "arn:x"}}}
    assert gaps(extract("t.json", json.dumps({"Resources": {"A": app}}))) == [
        ("the template of a nested stack is not in the repository", 1)
    ]


def test_managed_policies_that_the_parent_chooses_are_references() -> None:
    child = (
        "Parameters: {P: {Type: String}}\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n"
        "      ManagedPolicyArns: [!Ref P]\n"
    )
    parent = PARENT.replace("What: !Ref Given", "P: arn:aws:iam::aws:policy/AdministratorAccess")
    extraction = read(parent, {"stacks/nested/child.yaml": child})
    assert [(r.name, r.location.path) for r in extraction.references] == [
        ("Nested/R.ManagedPolicyArns.0", "stacks/nested/child.yaml")
    ]


def test_the_check_reads_children_and_is_run_again_for_parents() -> None:
    check = IamCheck(IamConfig())
    target = Target("stacks/parent.yaml", PARENT.encode())
    assert check.includes(target) == ("stacks/nested/child.yaml",)
    with_child = Target(
        "stacks/parent.yaml", PARENT.encode(), (("stacks/nested/child.yaml", CHILD.encode()),)
    )
    (finding,) = check.analyse(with_child).findings
    assert finding.location.path == "stacks/nested/child.yaml"
    listing = ["stacks/parent.yaml", "other/x.yaml", "a.yaml", "stacks/nested/z.py", "stacks/nested/y.json"]
    tree = Files(dict.fromkeys(listing, ""))
    assert check.dependents(["stacks/nested/child.yaml"], tree) == (
        "stacks/nested/y.json",
        "stacks/parent.yaml",
        "a.yaml",
    )
    assert tree.listed == 0
    assert check.dependents(["a.py"], tree) == ()
    assert possible_parents(["a.py"], listing) == ()
    assert check.includes(Target("stacks/parent.yaml", b"\xff")) == ()


def test_facts_of_nested_stacks_survive_json() -> None:
    (document,) = read().documents
    assert PolicyDocument.from_json(json.loads(json.dumps(document.to_json()))) == document
