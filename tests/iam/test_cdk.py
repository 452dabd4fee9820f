from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks.base import Target
from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.iam import extract, includes
from pregate.iam.names import concerns
from tests.iam.samples import allow

POLICY = {"Version": "2012-10-17", "Statement": [allow("s3:*", "*")]}


def template(**metadata: str) -> str:
    resource: dict[str, Any] = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}
    if metadata:
        resource["Metadata"] = metadata
    return json.dumps({"Resources": {"RoleDefaultPolicy5FFB7DAB": resource}}, indent=1)


MANIFEST = {
    "artifacts": {
        "App": {
            "properties": {"templateFile": "App.template.json"},
            "metadata": {
                "/App/Role/DefaultPolicy/Resource": [
                    {"type": "aws:cdk:logicalId", "data": "RoleDefaultPolicy5FFB7DAB"},
                    {"type": "aws:cdk:warning", "data": "x"},
                ],
                "/App/Other": 1,
            },
        },
        "Other": {"properties": {"templateFile": "Other.template.json"}, "metadata": {}},
        "Strange": 1,
    }
}


def test_the_construct_path_of_the_metadata_is_a_label_and_a_property() -> None:
    text = template(**{"aws:cdk:path": "App/Role/DefaultPolicy/Resource"})
    (document,) = extract("cdk.out/App.template.json", text).documents
    assert document.label("construct") == "App/Role/DefaultPolicy/Resource"
    analysis = IamCheck(IamConfig()).analyse(Target("cdk.out/App.template.json", text.encode()))
    (finding,) = analysis.findings
    assert ("construct", "App/Role/DefaultPolicy/Resource") in finding.properties
    assert text.splitlines()[finding.location.start_line - 1].strip() == '"Action": "s3:*",'
    assert includes("cdk.out/App.template.json", {"cdk.out/App.template.json": text}) == ()


def test_without_metadata_the_manifest_tells_the_construct_path() -> None:
    path = "cdk.out/App.template.json"
    assert includes(path, {path: template()}) == ("cdk.out/manifest.json",)
    (document,) = extract(path, template(), {"cdk.out/manifest.json": json.dumps(MANIFEST)}).documents
    assert document.label("construct") == "App/Role/DefaultPolicy/Resource"


@pytest.mark.parametrize(
    "manifest", ["{", "[]", "{}", '{"artifacts": 1}', json.dumps({"artifacts": {"a": {}}})]
)
def test_a_manifest_that_says_nothing_is_no_harm(manifest: str) -> None:
    (document,) = extract("App.template.json", template(), {"manifest.json": manifest}).documents
    assert document.label("construct") == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"cdk.out/asset.{'a' * 64}/template.yaml", False),
        (f"infra/cdk.out/x/asset.{'0' * 64}/p.json", False),
        (f"asset.{'a' * 64}/template.yaml", True),
        ("cdk.out/asset.abc/template.yaml", True),
        ("cdk.out/App.template.json", True),
        (f"cdk.out/{'a' * 64}.template.json", True),
        ("p.jsonc", True),
    ],
)
def test_bundled_assets_are_left_to_where_they_come_from(path: str, expected: bool) -> None:
    assert concerns(path) is expected
