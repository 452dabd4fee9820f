"""Issues that need the table of AWS services: actions, services and keys that do not exist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pregate.iam.catalogue import catalogue
from pregate.iam.validation.services import MAX_AGE_DAYS, NEED_A_YOUNG_TABLE
from pregate.iam.validation.validate import Validation, validate
from tests.iam.samples import allow, policy

YOUNG = catalogue().dated + timedelta(days=1)


def found(*statements: Any, today: date = YOUNG) -> list[tuple[str, str, str]]:
    """Code, text and first pointer of what is found about existence."""
    issues = validate(policy(*statements), today=today).issues
    codes = {
        "INVALID_ACTION",
        "INVALID_SERVICE",
        "INVALID_SERVICE_CONDITION_KEY",
        "INVALID_SERVICE_IN_ACTION",
    }
    return [(i.code, i.details, i.spots[0].pointer) for i in issues if i.code in codes]


def codes(*statements: Any) -> list[str]:
    return [code for code, _, _ in found(*statements)]


def test_an_action_that_does_not_exist_is_told_with_a_similar_one() -> None:
    assert found(allow(["s3:GetObject", "s3:GetObjekt"])) == [
        (
            "INVALID_ACTION",
            "The action s3:GetObjekt does not exist. Did you mean s3:GetObject?",
            "/Statement/0/Action/1",
        )
    ]


def test_an_action_like_no_other_is_told_without_a_suggestion() -> None:
    ((_, details, _),) = found(allow("s3:Xyzzy"))
    assert details == "The action s3:Xyzzy does not exist."


def test_not_action_is_looked_at_too() -> None:
    statement = {"Effect": "Deny", "NotAction": "iam:Xyzzy", "Resource": "*"}
    assert codes(statement) == ["INVALID_ACTION"]


@pytest.mark.parametrize(
    "action",
    [
        "s3:GetObject",
        "S3:getobject",
        "s3:Get*",
        "s3:*",
        "*",
        "s3*:GetObject",
        "*:GetObjekt",
        "s3:GetObj?ct",
        "s3:${aws:PrincipalTag/action}",
        "s3:",
        "GetObjekt",
        "zocalo:Anything",  # of that service no action is known
        "s3:ListObjects",  # seen in an AWS managed policy
    ],
)
def test_nothing_is_said_of_what_exists_or_cannot_be_known(action: str) -> None:
    assert codes(allow(action)) == []


def test_a_pattern_that_no_action_matches_does_not_exist() -> None:
    assert codes(allow("s3:Gte*")) == ["INVALID_ACTION"]


def test_a_removed_action_is_not_called_unknown() -> None:
    table = catalogue()
    service = next(
        s for p in table.prefixes if (s := table.service(p)) and any(_gone(s, n) for n in s.action_names)
    )
    name = next(name for name in service.action_names if _gone(service, name))
    assert codes(allow(f"{service.prefix}:{name}")) == []


def _gone(service: Any, name: str) -> bool:
    return bool(service.action(name).removed)


def test_a_service_that_does_not_exist_is_told_with_a_similar_one() -> None:
    assert found(allow("dynamdb:GetItem")) == [
        (
            "INVALID_SERVICE_IN_ACTION",
            "The service dynamdb specified in the action does not exist. Did you mean dynamodb?",
            "/Statement/0/Action",
        )
    ]
    ((_, details, _),) = found(allow("xyzzyxyzzy:GetItem"))
    assert details == "The service xyzzyxyzzy specified in the action does not exist."


def test_a_key_that_its_service_does_not_have() -> None:
    statement = allow(Condition={"StringEquals": {"s3:Prefixes/a~b": "x"}})
    assert found(statement) == [
        (
            "INVALID_SERVICE_CONDITION_KEY",
            "The condition key s3:Prefixes/a~b does not exist in the service s3. Use a valid condition key.",
            "/Statement/0/Condition/StringEquals/s3:Prefixes~1a~0b",
        )
    ]


def test_a_key_of_a_service_that_does_not_exist() -> None:
    ((code, details, _),) = found(allow(Condition={"StringEquals": {"s33:prefix": "x"}}))
    assert (code, details) == ("INVALID_SERVICE", "The service s33 does not exist. Use a valid service name.")


@pytest.mark.parametrize(
    "key",
    [
        "s3:prefix",
        "S3:PREFIX",
        "s3:ExistingObjectTag/team",
        "aws:Nothing",  # global keys have their own code
        "token.actions.githubusercontent.com:sub",
        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud",
        "saml:aud",
        "prefix",
        "tiros:Nothing",  # a service without keys
    ],
)
def test_keys_that_exist_or_cannot_be_known(key: str) -> None:
    assert codes(allow(Condition={"StringEquals": {key: "x"}})) == []


def test_an_old_table_says_of_nothing_that_it_does_not_exist() -> None:
    statement = allow(["s3:GetObjekt", "xyzzy:Go"], Condition={"StringEquals": {"s3:xyzzy": "x"}})
    last = catalogue().dated + timedelta(days=MAX_AGE_DAYS)
    assert len(found(statement, today=last)) == 3
    assert found(statement, today=last + timedelta(days=1)) == []


def test_an_old_table_is_the_reason_that_codes_are_not_evaluated() -> None:
    late = catalogue().dated + timedelta(days=MAX_AGE_DAYS + 1)
    reasons = dict(_validated(late).not_evaluated)
    assert set(NEED_A_YOUNG_TABLE) <= reasons.keys()
    assert str(catalogue().dated) in reasons["INVALID_ACTION"]
    assert "INVALID_ACTION" in _validated(YOUNG).evaluated


def test_undocumented_codes_are_not_evaluated_and_say_why() -> None:
    reasons = dict(_validated(YOUNG).not_evaluated)
    assert "does not document" in reasons["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"]
    assert "does not document" in reasons["UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"]


def _validated(today: date) -> Validation:
    return validate(policy(allow()), today=today)


@pytest.mark.parametrize("pattern", ["?et*Object", "Get*b?e*t", "*Object", "GetO*", "Get?bject"])
def test_patterns_with_both_wildcards_match(pattern: str) -> None:
    assert codes(allow(f"s3:{pattern}")) == []


def test_many_wrong_names_do_not_take_long() -> None:
    actions = [f"ec2:*{n}*a*b*c*d*e*" for n in range(300)] + [f"s3:GetObjekt{n}" for n in range(300)]
    assert len(codes(allow([*actions, "s3:" + "x" * 10_000]))) == 601
