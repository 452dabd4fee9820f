from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import Extraction, extract, lint
from pregate.iam.sam import published


def function(policies: Any, **resources: Any) -> Extraction:
    resource = {"Type": "AWS::Serverless::Function", "Properties": {"Policies": policies}}
    parameters = {"P": {"Type": "String"}}
    return extract(
        "t.json", json.dumps({"Parameters": parameters, "Resources": {"F": resource, **resources}})
    )


TEXT = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - S3CrudPolicy:
            BucketName: '*'
        - SSMParameterReadPolicy:
            ParameterName: app/key
"""


def test_a_policy_template_is_expanded_and_stands_at_its_name() -> None:
    wide, narrow = extract("t.yaml", TEXT).documents
    assert (wide.name, wide.label("template")) == ("F.Policies.0.S3CrudPolicy", "S3CrudPolicy")
    resources = json.loads(wide.text)["Statement"][0]["Resource"]
    assert resources == ["arn:aws:s3:::*", "arn:aws:s3:::*/*"]
    assert {r.rule.id for r in lint(wide)} == {"iam/sensitive-data-any", "iam/resource-exposure-any"}
    place = wide.locate("/Statement/0/Action/0")
    assert (place.start_line, place.start_column, place.end_column) == (7, 11, 23)
    assert lint(narrow) == ()
    assert "app/key" in narrow.text


def test_every_published_template_is_expanded_to_a_policy() -> None:
    for name, template in published()["policy_templates"].items():
        arguments = dict.fromkeys(template["parameters"], "x")
        extraction = function([{name: arguments}])
        (document,) = extraction.documents
        assert extraction.gaps == ()
        assert json.loads(document.text)["Statement"], name
        assert '"Ref"' not in document.text


def test_the_data_names_its_source() -> None:
    assert "aws-sam-translator" in published()["source"]
    assert "Apache-2.0" in published()["source"]


@pytest.mark.parametrize(
    ("policies", "gaps"),
    [
        ([{"NoSuchPolicy": {}}], ["a SAM policy template that is not known here"]),
        ([{"A": 1, "B": 2}], ["an entry of Policies that is neither a policy nor a policy template"]),
        ({"Ref": "P"}, ["a managed policy is known only at deployment (Ref)"]),
        ([{"Fn::ImportValue": "x"}], ["a managed policy is known only at deployment (Fn::ImportValue)"]),
        ([{"Ref": "Other"}, {"Fn::GetAtt": ["Other", "PolicyArn"]}], []),
        ({"Ref": "AWS::NoValue"}, []),
        ([{"S3ReadPolicy": "text"}], []),
    ],
)
def test_entries_that_are_not_known_are_gaps(policies: Any, gaps: list[str]) -> None:
    extraction = function(policies, Other={"Type": "AWS::IAM::ManagedPolicy"})
    assert [gap.detail for gap in extraction.gaps] == gaps


def test_both_branches_of_a_condition_are_read() -> None:
    policies = {"Fn::If": ["c", "AdministratorAccess", [{"AMIDescribePolicy": {}}]]}
    extraction = function(policies)
    assert [reference.arn for reference in extraction.references] == ["AdministratorAccess"]
    assert [document.name for document in extraction.documents] == ["F.Policies.0.AMIDescribePolicy"]


def connector(properties: Any) -> Extraction:
    resources = {
        "F": {"Type": "AWS::Serverless::Function"},
        "T": {"Type": "AWS::Serverless::SimpleTable"},
        "Q": {"Type": "AWS::SQS::Queue"},
        "N": {"Type": "AWS::SNS::Topic"},
        "C": {"Type": "AWS::Serverless::Connector", "Properties": properties},
    }
    return extract("t.json", json.dumps({"Resources": resources}))


def test_a_connector_whose_profile_is_known_is_expanded() -> None:
    extraction = connector(
        {"Source": {"Id": "F"}, "Destination": [{"Id": "T"}, {"Id": "Q"}], "Permissions": ["Read", "Write"]}
    )
    assert [d.name for d in extraction.documents] == ["C.Read", "C.Write"] * 2
    document = extraction.documents[0]
    resources = json.loads(document.text)["Statement"][0]["Resource"]
    assert [document.readable(text) for text in resources] == ["${Fn::Sub}", "${Fn::Sub}/index/*"]
    assert not any(unknown.may_be_wildcard for unknown in document.unknowns)
    assert extraction.gaps == ()


def test_a_connector_may_make_a_resource_policy() -> None:
    (document,) = connector(
        {"Source": {"Type": "AWS::SNS::Topic"}, "Destination": {"Id": "Q"}, "Permissions": ["Write"]}
    ).documents
    assert (document.kind.value, document.resource_type) == ("resource", "AWS::SQS::Queue")
    assert lint(document) == ()


@pytest.mark.parametrize(
    "properties",
    [
        {"Source": {"Id": "F"}, "Destination": {"Id": "Nothing"}, "Permissions": ["Read"]},
        {"Source": {"Id": "F"}, "Destination": {"Id": "N"}, "Permissions": ["Read"]},
        {"Source": {"Id": "F"}, "Destination": {"Id": "T"}, "Permissions": {"Ref": "P"}},
        {"Source": {"Id": "F"}, "Permissions": ["Read"]},
        {"Destination": {"Id": "T"}},
    ],
)
def test_any_other_connector_is_a_gap(properties: Any) -> None:
    assert [gap.detail for gap in connector(properties).gaps] == ["what a connector grants is not known here"]


def test_connectors_on_a_resource_are_read() -> None:
    embedded = {
        "Good": {"Properties": {"Destination": {"Id": "T"}, "Permissions": ["Write"]}},
        "Bad": {"Properties": {"Destination": {"Id": "T"}, "Permissions": ["Delete"]}},
        "None": 1,
    }
    resources = {
        "F": {"Type": "AWS::Serverless::Function", "Connectors": embedded},
        "T": {"Type": "AWS::DynamoDB::Table"},
    }
    extraction = extract("t.json", json.dumps({"Resources": resources}))
    assert [d.name for d in extraction.documents] == ["F.Connectors.Good.Write"]
    assert len(extraction.gaps) == 1
