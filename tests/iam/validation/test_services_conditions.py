"""Issues about the types of condition keys."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam.catalogue import catalogue
from pregate.iam.validation.validate import validate
from tests.iam.samples import allow, policy

CODES = {
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    "INVALID_CONDITION_DATA_TYPE",
    "MISSING_QUALIFIER",
    "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
    "TYPE_MISMATCH",
}


def found(condition: Any, **rest: Any) -> list[tuple[str, str]]:
    statement = {**allow(Condition=condition), **rest}
    issues = validate(policy(statement), today=catalogue().dated).issues
    return [(issue.code, issue.details) for issue in issues if issue.code in CODES]


def codes(condition: Any, **rest: Any) -> list[str]:
    return [code for code, _ in found(condition, **rest)]


def test_an_arn_compared_as_a_text_pattern() -> None:
    condition = {"StringLikeIfExists": {"acm-pca:TemplateArn": "arn:aws:acm-pca:::template/A/V*"}}
    assert found(condition) == [
        (
            "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
            "Use the operator type ARN instead of operator string for the condition key acm-pca:TemplateArn.",
        )
    ]


def test_the_principal_s_arn_may_be_compared_as_text_too() -> None:
    ((_, details),) = found({"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})
    assert details.startswith("Use the operator type ARN, String instead of operator string")


@pytest.mark.parametrize(
    ("operator", "key", "text"),
    [
        (
            "StringEquals",
            "kms:MultiRegion",
            "Use the operator type Boolean instead of operator string for the condition key kms:MultiRegion.",
        ),
        (
            "StringEquals",
            "aws:ViaAWSService",
            (
                "Use the operator type Boolean instead of operator string for the condition key "
                "aws:ViaAWSService."
            ),
        ),
        (
            "StringLike",
            "s3:max-keys",
            "Use the operator type Numeric instead of operator string for the condition key s3:max-keys.",
        ),
        (
            "NumericEquals",
            "s3:prefix",
            "Use the operator type String instead of operator numeric for the condition key s3:prefix.",
        ),
        (
            "StringEquals",
            "kms:ValidTo",
            "Use the operator type Date instead of operator string for the condition key kms:ValidTo.",
        ),
        (
            "StringEquals",
            "ec2-instance-connect:privateIpAddress",
            (
                "Use the operator type IP address instead of operator string for the condition key "
                "ec2-instance-connect:privateIpAddress."
            ),
        ),
        (
            "NotIpAddress",
            "s3:prefix",
            "Use the operator type String instead of operator IP address for the condition key s3:prefix.",
        ),
    ],
)
def test_an_operator_that_does_not_fit_the_key(operator: str, key: str, text: str) -> None:
    assert found({operator: {key: "1"}}) == [("TYPE_MISMATCH", text)]


@pytest.mark.parametrize(
    ("operator", "key"),
    [
        ("Bool", "kms:MultiRegion"),
        ("NumericLessThan", "s3:max-keys"),
        ("ArnLike", "acm-pca:TemplateArn"),
        ("StringEquals", "iam:PermissionsBoundary"),
        ("ArnLike", "kms:EncryptionContext:aws:s3:arn"),
        ("NumericEquals", "s3:ExistingObjectTag/age"),
        ("DateLessThan", "kms:ValidTo"),
        ("NumericLessThan", "kms:ValidTo"),
        ("Null", "kms:MultiRegion"),
        ("ForAnyValue:StringLike", "aws:TagKeys"),
        ("ForAllValues:StringLike", "aws:TagKeys"),
        ("Null", "kms:EncryptionContextKeys"),
        ("BinaryEquals", "s3:prefix"),
        ("ForAnyValue:StringEquals", "kms:EncryptionContextKeys"),
        ("ForAllValues:StringEquals", "kms:EncryptionContextKeys"),
        ("StringEquals", "events:detail-type"),
        ("ForAllValues:StringEquals", "organizations:ServicePrincipal"),
        ("ForAllValues:Null", "s3:prefix"),
        ("ForAllValues:StringEquals", "s3:nothing"),
        ("StringEquals", "nothing:nothing"),
    ],
)
def test_operators_that_fit(operator: str, key: str) -> None:
    assert codes({operator: {key: "1"}}) == []


def test_several_values_need_a_qualifier() -> None:
    assert found({"StringEquals": {"kms:EncryptionContextKeys": "a"}}) == [
        (
            "MISSING_QUALIFIER",
            (
                "The request context key kms:EncryptionContextKeys has multiple values. Use the "
                "ForAllValues or ForAnyValue condition key qualifiers in your policy."
            ),
        )
    ]


def test_for_all_values_on_one_value_is_met_without_the_key() -> None:
    condition = {"ForAllValues:StringEquals": {"s3:prefix": "a"}}
    assert found(condition) == [
        (
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            (
                "Using ForAllValues qualifier with the single-valued condition key s3:prefix can be overly "
                "permissive. We recommend that you remove ForAllValues:."
            ),
        )
    ]
    assert codes(condition, Effect="Deny") == []


@pytest.mark.parametrize("values", [["a", True], [1, "1"], [True, 1], ["a", {}]])
def test_values_of_different_types(values: Any) -> None:
    ((code, details),) = found({"StringEquals": {"aws:PrincipalTag/a~b": values}})
    assert code == "INVALID_CONDITION_DATA_TYPE"
    assert details.startswith("The condition value data types do not match.")


@pytest.mark.parametrize("values", [["a", "b"], [1, 2.5], [True, False], [], "a", 1])
def test_values_of_one_type(values: Any) -> None:
    assert codes({"StringEquals": {"aws:PrincipalTag/team": values}}) == []


@pytest.mark.parametrize("condition", [[], "x", {"StringEquals": []}, {"StringEquals": "x"}])
def test_conditions_of_another_shape_are_left_to_other_codes(condition: Any) -> None:
    assert codes(condition) == []
