from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks.base import Target
from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.iam import Extraction, Reference, breadth_of, extract
from pregate.model import Location, Severity

ARN = "arn:aws:iam::aws:policy/"


def role(kind: str = "AWS::IAM::Role", **properties: Any) -> Extraction:
    resources = {"R": {"Type": kind, "Properties": properties}, "M": {"Type": "AWS::IAM::ManagedPolicy"}}
    parameters = {"P": {"Type": "String"}, "D": {"Type": "String", "Default": ARN + "ReadOnlyAccess"}}
    return extract("t.json", json.dumps({"Parameters": parameters, "Resources": resources}))


@pytest.mark.parametrize(
    ("arn", "severity"),
    [
        (ARN + "AdministratorAccess", Severity.CRITICAL),
        ("arn:aws-us-gov:iam::aws:policy/IAMFullAccess", Severity.CRITICAL),
        ("AdministratorAccess", Severity.CRITICAL),
        (ARN + "PowerUserAccess", Severity.HIGH),
        (ARN + "job-function/DatabaseAdministrator", Severity.HIGH),
        (ARN + "AmazonS3FullAccess", Severity.MEDIUM),
        (ARN + "AWSLambda_FullAccess", Severity.HIGH),
        (ARN + "AmazonS3ReadOnlyAccess", None),
        (ARN + "service-role/AWSLambdaBasicExecutionRole", None),
        ("arn:aws:iam::123456789012:policy/AdministratorAccess", None),
        ("not an arn", None),
        ("\ue0001\ue001AdministratorAccess", None),
    ],
)
def test_the_broad_policies_of_aws_are_known_by_name(arn: str, severity: Severity | None) -> None:
    found = breadth_of(Reference(arn, "R", Location("t")))
    assert (found[0] if found else None) is severity


def test_a_boundary_that_bounds_nothing_is_told() -> None:
    for name, expected in (("AdministratorAccess", Severity.MEDIUM), ("PowerUserAccess", None)):
        found = breadth_of(Reference(ARN + name, "R", Location("t"), boundary=True))
        assert (found[0] if found else None) is expected


@pytest.mark.parametrize(
    ("arns", "expected"),
    [
        ([ARN + "A", {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/B"}], [ARN + "A", ARN + "B"]),
        ([{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/B"]]}], [ARN + "B"]),
        ({"Fn::If": ["c", [ARN + "A"], {"Ref": "AWS::NoValue"}]}, [ARN + "A"]),
        ([{"Ref": "D"}], [ARN + "ReadOnlyAccess"]),
        ([{"Ref": "M"}], []),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
    ],
)
def test_managed_policies_are_references(arns: Any, expected: list[str]) -> None:
    extraction = role(ManagedPolicyArns=arns)
    assert [reference.arn for reference in extraction.references] == expected
    assert extraction.gaps == ()


def test_managed_policies_that_only_deployment_knows_are_gaps() -> None:
    extraction = role(ManagedPolicyArns=[{"Ref": "P"}, {"Fn::ImportValue": "x"}])
    assert [gap.detail for gap in extraction.gaps] == [
        "a managed policy is known only at deployment (Ref)",
        "a managed policy is known only at deployment (Fn::ImportValue)",
    ]


def test_names_that_nest_without_end_are_a_gap() -> None:
    value: Any = "x"
    for _ in range(50):
        value = {"Fn::Join": ["", [value]]}
    assert [gap.detail for gap in role(ManagedPolicyArns=[value]).gaps] == [
        "a managed policy's name nested deeper than 60 levels"
    ]


def test_boundaries_and_permission_sets_are_read() -> None:
    (reference,) = role(PermissionsBoundary=ARN + "AdministratorAccess").references
    assert (reference.boundary, reference.name) == (True, "R.PermissionsBoundary")
    assert (
        len(role("AWS::SSO::PermissionSet", ManagedPolicies=[ARN + "X"], PermissionsBoundary={}).references)
        == 1
    )
    assert role("AWS::Other::Thing", ManagedPolicyArns=[ARN + "X"]).references == ()


def test_a_policy_that_the_template_uses_as_boundary_is_labelled() -> None:
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    resources = {
        "B": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}},
        "R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "B"}}},
    }
    (document,) = extract("t.json", json.dumps({"Resources": resources})).documents
    assert document.label("use") == "permissions-boundary"
    (document,) = extract("iam/team-boundary.json", json.dumps(policy)).documents
    assert document.label("use") == "permissions-boundary"


TEXT = """\
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AdministratorAccess
        - arn:aws:iam::aws:policy/ReadOnlyAccess
      PermissionsBoundary: arn:aws:iam::aws:policy/AdministratorAccess
"""


def test_a_broad_managed_policy_is_a_finding_on_its_line() -> None:
    check = IamCheck(IamConfig())
    attached, boundary = check.analyse(Target("t.yaml", TEXT.encode())).findings
    assert attached.rule.id == "iam/broad-managed-policy"
    assert attached.location == Location("t.yaml", 6, 11, 6, 54)
    assert attached.severity is Severity.CRITICAL
    assert ("policy", "Deploy.ManagedPolicyArns.0") in attached.properties
    assert boundary.message.startswith("As a permissions boundary")
    moved = TEXT.replace(
        "        - arn:aws:iam::aws:policy/Adm", "        - x\n        - arn:aws:iam::aws:policy/Adm"
    )
    again = check.analyse(Target("t.yaml", moved.encode())).findings
    assert [f.anchor for f in again] == [attached.anchor, boundary.anchor]
