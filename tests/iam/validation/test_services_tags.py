"""Issues about conditions on tags for services that do not know them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pregate.iam.catalogue import catalogue
from pregate.iam.validation.validate import validate
from tests.iam.samples import policy

TAG = {"StringEquals": {"aws:ResourceTag/team": "a"}}


def found(effect: str, condition: Any = TAG, **rest: Any) -> list[tuple[str, str]]:
    statement = {"Effect": effect, "Resource": "*", "Condition": condition, **rest}
    issues = validate(policy(statement), today=catalogue().dated + timedelta(days=1)).issues
    return [(issue.code, issue.details) for issue in issues if "_TAG_CONDITION_KEY_FOR_SERVICE" in issue.code]


def test_a_denial_that_a_service_never_meets() -> None:
    ((code, details),) = found("Deny", Action=["tag:GetResources", "ec2:StopInstances"])
    assert code == "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    assert "aws:ResourceTag/team" in details
    assert "can be overly permissive: tag. " in details


def test_a_grant_that_a_service_never_meets() -> None:
    ((code, details),) = found("Allow", Action=["tag:GetResources", "tag:GetTagKeys"])
    assert code == "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    assert "does not affect the policy: tag. " in details


@pytest.mark.parametrize(("effect", "word"), [("Allow", "allows only"), ("Deny", "overly permissive")])
def test_not_action_always_has_services_without_the_key(effect: str, word: str) -> None:
    ((code, details),) = found(effect, NotAction="iam:*")
    assert code == f"{effect.upper()}_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    assert word in details


@pytest.mark.parametrize(
    "condition",
    [
        {"StringNotEquals": {"aws:ResourceTag/team": "a"}},
        {"StringEqualsIfExists": {"aws:ResourceTag/team": "a"}},
        {"Null": {"aws:ResourceTag/team": "true"}},
        {"StringEquals": {"aws:PrincipalTag/team": "a"}},
    ],
)
def test_conditions_that_a_missing_tag_meets(condition: Any) -> None:
    assert found("Deny", condition, Action="tag:GetResources") == []


@pytest.mark.parametrize(
    "action", ["ec2:StopInstances", "sts:AssumeRole", "*", "tag*:Get*", "nothing:Nothing", "zocalo:Describe"]
)
def test_services_that_know_tags_or_are_not_known(action: str) -> None:
    assert found("Allow", Action=action) == []


def test_a_statement_without_a_valid_effect_is_left_to_other_codes() -> None:
    assert found("Perhaps", Action="tag:GetResources") == []
