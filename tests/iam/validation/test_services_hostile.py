"""Policies of odd shapes: the rules that need the table of services say something or nothing, and end."""

from __future__ import annotations

import dataclasses
import json
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.iam import PolicyKind
from pregate.iam.catalogue import catalogue
from pregate.iam.validation.issue import Subject
from tests.iam.samples import policy

MODULES = ("services", "services_arns", "services_conditions", "services_resources", "services_tags")
WORDS = (
    *(
        "*",
        "s3:Get*",
        "s3:?*",
        "S3:GETOBJECT",
        "s3:*?*?*?",
        "ec2:*a*?b*c",
        ":",
        "",
        "\u017f3:GetObject",
        "s3:",
    ),
    *(
        "arn:aws:s3:::b",
        "arn:::::",
        "arn:aws:iam:eu-west-1:1:role/*",
        "arn:aws:ec2:r:1:t*?*",
        "${aws:username}",
    ),
    *("aws:ResourceTag/x", "kms:MultiRegion", "events:EventBusArn", "kms:EncryptionContextKeys", "a/b~c"),
    *("StringLike", "ForAllValues:StringEquals", "Null", "IpAddress", "Allow", "Deny", "x" * 3000),
    *("Action", "NotAction", "Resource", "NotResource", "Condition", "condition", "Effect", "EFFECT", "Sid"),
)
values = st.recursive(
    st.sampled_from([*WORDS, 1, 1.5, True, None]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
statements = st.dictionaries(
    st.sampled_from(["Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]), values
)


@settings(max_examples=60, deadline=None)
@given(statement=statements, kind=st.sampled_from(PolicyKind))
def test_no_shape_breaks_a_rule(statement: dict[str, Any], kind: PolicyKind) -> None:
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    document = dataclasses.replace(policy({"Effect": "Allow", "Action": "*", "Resource": "*"}), kind=kind)
    document = dataclasses.replace(document, text=_text(whole), resource_type="AWS::S3::Bucket")
    subject = Subject(document, catalogue().dated)
    for name in MODULES:
        for codes, rule in import_module(f"pregate.iam.validation.{name}").RULES:
            assert {issue.code for issue in rule(subject)} <= set(codes)


def _text(statement: dict[str, Any]) -> str:
    return json.dumps({"Statement": [statement]})


@pytest.mark.parametrize("name", MODULES)
def test_each_rule_has_codes(name: str) -> None:
    assert all(codes for codes, _ in import_module(f"pregate.iam.validation.{name}").RULES)
