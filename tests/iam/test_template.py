from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import Extraction, PolicyDocument, extract, lint
from pregate.iam.undecided import undecided
from tests.iam.samples import allow, trust


def found(statement: Any, parameters: Any = None, **rest: Any) -> Extraction:
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
    whole = {"Parameters": parameters or {}, "Resources": {"P": resource}, **rest}
    return extract("t.json", json.dumps(whole))


def resources_of(extraction: Extraction) -> list[Any]:
    found: list[Any] = []
    for document in extraction.documents:
        value = json.loads(document.text)["Statement"][0]["Resource"]
        found.append(document.readable(value) if isinstance(value, str) else value)
    return found


def open_words(extraction: Extraction) -> list[str]:
    return [words for document in extraction.documents for _, words in undecided(document)]


# -------------------------------------------------------------------------------------------- parameters


def test_allowed_values_are_all_tried_where_a_parameter_is_a_whole_value() -> None:
    parameters = {
        "W": {"Type": "String", "Default": "arn:aws:s3:::b", "AllowedValues": ["*", "arn:aws:s3:::b"]}
    }
    extraction = found(allow("s3:*", {"Ref": "W"}), parameters)
    assert resources_of(extraction) == ["arn:aws:s3:::b", "*"]
    assert [len(lint(document)) for document in extraction.documents] == [1, 1]


def test_allowed_values_with_a_wildcard_are_tried_inside_a_text_too() -> None:
    parameters = {"E": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "*"]}}
    for text in ({"Fn::Sub": "arn:aws:s3:::${E}"}, {"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "E"}]]}):
        assert resources_of(found(allow(resource=text), parameters)) == ["arn:aws:s3:::dev", "arn:aws:s3:::*"]


def test_a_mapping_is_looked_up_for_every_allowed_value() -> None:
    parameters = {"E": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]}}
    mapping = {"M": {"dev": {"k": "arn:aws:s3:::b"}, "prod": {"k": "*"}}}
    value = {"Fn::FindInMap": ["M", {"Ref": "E"}, "k"]}
    assert resources_of(found(allow(resource=value), parameters, Mappings=mapping)) == ["arn:aws:s3:::b", "*"]


def test_inside_a_text_the_default_counts() -> None:
    parameters = {"E": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]}}
    assert resources_of(found(allow(resource={"Fn::Sub": "arn:aws:s3:::${E}"}), parameters)) == [
        "arn:aws:s3:::dev"
    ]
    only = {"E": {"Type": "String", "AllowedValues": ["prod"]}}
    assert resources_of(found(allow(resource={"Fn::Sub": "arn:aws:s3:::${E}"}), only)) == [
        "arn:aws:s3:::prod"
    ]


def test_more_allowed_values_than_can_be_tried_are_unknown() -> None:
    for values, words in (
        ([f"arn:aws:s3:::{n}" for n in range(20)], []),
        (["*", *map(str, range(20))], ["a resource is known only at deployment (Ref)"]),
    ):
        parameters = {"W": {"Type": "String", "AllowedValues": values}}
        extraction = found(allow(resource={"Ref": "W"}), parameters)
        assert resources_of(extraction) == ["${Ref}"]
        assert open_words(extraction) == words


@pytest.mark.parametrize(
    ("declaration", "may_be_wildcard"),
    [
        ({"Type": "String"}, True),
        ({"Type": "Number"}, False),
        ({"Type": "AWS::EC2::VPC::Id"}, False),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, False),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, True),
        ({"Type": "String", "AllowedPattern": "^[a-z0-9-]+$"}, False),
        ({"Type": "String", "AllowedPattern": "[A-Za-z]{1,20}"}, False),
        ({"Type": "String", "AllowedPattern": "^[a-z*]+$"}, True),
        ({"Type": "String", "AllowedPattern": "(a+)+$"}, True),
        ("no declaration", True),
    ],
)
def test_types_and_patterns_say_whether_a_value_may_be_a_wildcard(
    declaration: Any, may_be_wildcard: bool
) -> None:
    extraction = found(allow(resource={"Ref": "W"}), {"W": declaration})
    assert bool(open_words(extraction)) is may_be_wildcard


def test_rules_limit_the_values_of_a_parameter() -> None:
    contains = {"Fn::Contains": [["*", "arn:aws:s3:::a"], {"Ref": "W"}]}
    for rule, expected in (
        ({"Assertions": [{"Assert": contains}]}, ["*", "arn:aws:s3:::a"]),
        ({"RuleCondition": {"Fn::Equals": [1, 2]}, "Assertions": [{"Assert": contains}]}, ["${Ref}"]),
        ({"Assertions": [{"Assert": {"Fn::Equals": [1, 2]}}, 1]}, ["${Ref}"]),
        ({"Assertions": [{"Assert": {"Fn::Contains": [["a"], "b"]}}]}, ["${Ref}"]),
        (1, ["${Ref}"]),
    ):
        extraction = found(allow(resource={"Ref": "W"}), {"W": {"Type": "String"}}, Rules={"R": rule})
        assert resources_of(extraction) == expected


# --------------------------------------------------------------------------------------------- functions


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ({"Fn::Length": ["a", "b"]}, "2"),
        ({"Fn::Length": {"Ref": "Open"}}, "${Fn::Length}"),
        ({"Fn::Base64": "ab"}, "YWI="),
        ({"Fn::Base64": {"Ref": "Open"}}, "${Fn::Base64}"),
        ({"Fn::ToJsonString": {"a": [1, True]}}, '{"a":[1,true]}'),
        ({"Fn::ToJsonString": {"Ref": "AWS::NoValue"}}, "${Fn::ToJsonString}"),
        ({"Fn::FindInMap": ["M", "x", "none", {"DefaultValue": "d"}]}, "d"),
        ({"Fn::FindInMap": ["M", {"Ref": "Open"}, "k", {"DefaultValue": "d"}]}, "${Fn::FindInMap}"),
    ],
)
def test_functions_of_language_extensions_are_known(written: Any, resolved: Any) -> None:
    extraction = found(
        allow(resource=written), {"Open": {"Type": "String"}}, Mappings={"M": {"x": {"k": "v"}}}
    )
    assert resources_of(extraction) == [resolved]


@pytest.mark.parametrize(
    ("values", "open_"), [(("arn:aws:s3:::a", "arn:aws:s3:::b"), False), (("arn:aws:s3:::a", "*"), True)]
)
def test_a_mapping_with_an_open_key_may_be_any_of_its_values(values: tuple[str, str], open_: bool) -> None:
    mapping = {"M": {name: {"k": value} for name, value in zip("xy", values, strict=True)}}
    value = {"Fn::FindInMap": ["M", {"Ref": "Open"}, "k"]}
    extraction = found(allow(resource=value), {"Open": {"Type": "String"}}, Mappings=mapping)
    assert resources_of(extraction) == ["${Fn::FindInMap}"]
    assert bool(open_words(extraction)) is open_


def test_what_a_network_function_gives_is_no_wildcard() -> None:
    for value in ({"Fn::Cidr": ["10.0.0.0/16", 1, 8]}, {"Fn::GetAZs": ""}, {"Fn::Base64": {"Ref": "Open"}}):
        assert open_words(found(allow(resource=value), {"Open": {"Type": "String"}})) == []


# ------------------------------------------------------------------------------------------------- loops

LOOP = """\
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'one, two'}}
Resources:
  Fn::ForEach::Roles:
    - Name
    - !Ref Names
    - Role${Name}:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Action: 's3:${Name}'
                Resource: !Sub 'arn:aws:s3:::${Name}-&{Name}'
              - Effect: Allow
                Action: !Ref Name
                Resource: '*'
"""


def statements(document: PolicyDocument) -> Any:
    return json.loads(document.text)["Statement"]


def test_a_loop_over_known_values_is_carried_out() -> None:
    extraction = extract("t.yaml", LOOP)
    assert [d.name for d in extraction.documents] == ["Roleone.PolicyDocument", "Roletwo.PolicyDocument"]
    first = statements(extraction.documents[0])
    assert (first[0]["Action"], first[0]["Resource"][:16]) == ("s3:one", "arn:aws:s3:::one")
    assert first[1]["Action"] == "one"
    assert extraction.gaps == ()


def test_loops_nest() -> None:
    body = {"R${A}${B}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}}
    loop = {"Fn::ForEach::A": ["A", ["x", "y"], {"Fn::ForEach::B": ["B", ["1", "2"], body]}]}
    extraction = extract("t.json", json.dumps({"AWSTemplateFormatVersion": "1", "Resources": loop}))
    assert [d.name.partition(".")[0] for d in extraction.documents] == ["Rx1", "Rx2", "Ry1", "Ry2"]


POLICY = {"Version": "2012-10-17", "Statement": [allow("s3:*", "*")]}


@pytest.mark.parametrize(
    "loop",
    [
        [
            "A",
            {"Ref": "Open"},
            {"R": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}},
        ],
        ["A", ["a"], [POLICY]],
        [{"x": 1}, ["a"], {"R": POLICY}],
    ],
)
def test_a_loop_that_cannot_be_carried_out_is_a_gap_and_searched_once(loop: Any) -> None:
    text = json.dumps({"AWSTemplateFormatVersion": "1", "Resources": {"Fn::ForEach::A": loop}})
    extraction = extract("t.json", text)
    assert [gap.detail for gap in extraction.gaps] == [
        "resources made by ForEach are known only at deployment"
    ]
    assert len(extraction.documents) == 1


def test_loops_that_multiply_without_end_are_gaps() -> None:
    many = [str(n) for n in range(60)]
    loop: Any = {"R": {"Type": "AWS::SNS::Topic"}}
    for name in "ABCD":
        loop = {f"Fn::ForEach::{name}": [name, many, loop]}
    extraction = extract("t.json", json.dumps({"AWSTemplateFormatVersion": "1", "Resources": loop}))
    assert {gap.detail for gap in extraction.gaps} == {
        "resources made by ForEach are known only at deployment"
    }


def test_a_collection_that_nests_without_end_is_a_gap() -> None:
    value: Any = "x"
    for _ in range(50):
        value = {"Fn::Join": ["", [value]]}
    loop = {"Fn::ForEach::A": ["A", [value], {"R": {"Type": "AWS::SNS::Topic"}}]}
    extraction = extract("t.json", json.dumps({"AWSTemplateFormatVersion": "1", "Resources": loop}))
    assert "a loop nested deeper than 60 levels" in {gap.detail for gap in extraction.gaps}


# ----------------------------------------------------------------------------------------- other resources


def test_modules_and_open_properties_are_gaps() -> None:
    resources = {
        "M": {"Type": "My::S3::Bucket::MODULE", "Properties": {}},
        "R": {"Type": "AWS::IAM::Role", "Properties": {"Fn::Transform": {"Name": "AWS::Include"}}},
    }
    extraction = extract("t.json", json.dumps({"Resources": resources}))
    assert [gap.detail for gap in extraction.gaps] == [
        "what a module holds is known only at deployment",
        "properties that may hold a policy are known only at deployment",
    ]


def test_what_stands_beside_an_included_snippet_is_read() -> None:
    snippet = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}
    good = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY, **snippet}}
    other = {"Type": "AWS::SNS::Topic", "Properties": snippet}
    text = json.dumps({"Resources": {"R": good, "T": other, **snippet}}, indent=1)
    extraction = extract("t.json", text)
    assert [d.name for d in extraction.documents] == ["R.PolicyDocument"]
    assert sorted(gap.detail for gap in extraction.gaps) == [
        "properties that may hold a policy are known only at deployment",
        "resources made by Transform are known only at deployment",
    ]


def test_the_globals_of_functions_are_read() -> None:
    shared = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust({"a": {"b": "c"}})]},
        "PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
    }
    text = json.dumps({"AWSTemplateFormatVersion": "1", "Globals": {"Function": shared}})
    extraction = extract("t.json", text)
    assert [(d.name, d.kind.value) for d in extraction.documents] == [
        ("Globals.Function.AssumeRolePolicyDocument", "trust")
    ]
    assert [(r.name, r.boundary) for r in extraction.references] == [
        ("Globals.Function.PermissionsBoundary", True)
    ]


def permission(kind: str = "AWS::Lambda::Permission", **properties: Any) -> list[str]:
    given = {"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "*", **properties}
    extraction = extract("t.json", json.dumps({"Resources": {"P": {"Type": kind, "Properties": given}}}))
    return [remark.rule.id for document in extraction.documents for remark in lint(document)]


def test_a_permission_is_a_statement() -> None:
    assert permission() == ["iam/public-principal"]
    assert permission("AWS::Lambda::LayerVersionPermission") == ["iam/public-principal"]
    assert permission("AWS::Events::EventBusPolicy") == ["iam/public-principal"]
    assert permission(FunctionUrlAuthType="NONE") == ["iam/public-principal"]
    assert permission(PrincipalOrgID="o-abc") == []
    assert permission(SourceArn={"Fn::GetAtt": ["T", "Arn"]}, Principal="sns.amazonaws.com") == []
    assert permission(Principal="123456789012") == []
    organization = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-abc"}
    assert permission("AWS::Events::EventBusPolicy", Condition=organization) == []
    assert permission("AWS::Events::EventBusPolicy", Condition={"Type": "x"}) == ["iam/public-principal"]


def test_a_permission_stands_at_its_principal() -> None:
    text = (
        "Resources:\n  P:\n    Type: AWS::Lambda::Permission\n    Properties:\n"
        "      Action: lambda:InvokeFunction\n"
        "      FunctionName: f\n      Principal: '*'\n"
    )
    (document,) = extract("t.yaml", text).documents
    (remark,) = lint(document)
    place = document.locate(remark.pointer)
    assert (place.start_line, place.start_column, place.end_column) == (7, 18, 21)
    assert (document.name, document.resource_type) == ("P", "AWS::Lambda::Function")
