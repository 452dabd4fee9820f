"""What the parts of a difference are put together to."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam.reasoning import Part, Result, new_access
from pregate.iam.reasoning.differences import put_together
from pregate.iam.statements import Condition, Element
from tests.iam.samples import allow, grant, policy


def part(
    action: str = "s3:GetObject",
    resource: str = "*",
    principal: str = "",
    statement: int = 0,
    result: Result = Result.FAIL,
    **conditions: str,
) -> Part:
    tests = tuple(
        Condition("stringequals", "", False, key, (Element(value, ""),), "")
        for key, value in conditions.items()
    )
    return Part(statement, principal, action, resource, tests, result)


def told(*parts: Part) -> list[tuple[Any, ...]]:
    return [(d.statement, d.principals, d.actions, d.resources) for d in put_together(parts)]


def test_actions_on_the_same_resources_are_one_difference() -> None:
    found = told(part("s3:A", "r1"), part("s3:A", "r2"), part("s3:B", "r1"), part("s3:B", "r2"))
    assert found == [(0, ("",), ("s3:A", "s3:B"), ("r1", "r2"))]


def test_principals_with_the_same_access_are_one_difference() -> None:
    found = told(part(principal="AWS: 1"), part(principal="AWS: 2"), part("s3:Put", principal="AWS: 2"))
    assert found == [
        (0, ("AWS: 1",), ("s3:GetObject",), ("*",)),
        (0, ("AWS: 2",), ("s3:GetObject", "s3:Put"), ("*",)),
    ]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (part("s3:*"), part("S3:getobject", "arn:aws:s3:::b/*")),
        (part(principal="*"), part(principal="Service: ec2.amazonaws.com")),
        (part(principal="AWS: *"), part(principal="AWS: 111122223333")),
        (part(resource="arn:aws:s3:::b/*"), part(resource="arn:aws:s3:::b/a/*")),
        (part(statement=1), part(k="v")),
        (part(k="v"), part(k="v", other="w", statement=1)),
        (part(statement=1), part(result=Result.UNKNOWN)),
    ],
)
def test_what_a_wider_part_covers_is_not_said_again(wide: Part, narrow: Part) -> None:
    for parts in ((wide, narrow), (narrow, wide)):
        (found,) = put_together(parts)
        assert found.actions == (wide.action,)
        assert found.conditions == wide.conditions
        assert found.result is wide.result


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (part(result=Result.UNKNOWN), part(resource="arn:aws:s3:::b/*")),
        (part(k="v"), part(k="w", statement=1)),
        (part(resource="arn:aws:s3:::b/*"), part(resource="arn:aws:s3:::?/a")),
        (part(resource="arn:aws:s3:::?/a"), part(resource="arn:aws:s3:::b/a")),
        (part(resource="arn:aws:s3:::a*"), part(resource="arn:aws:s3:::a${aws:username}")),
        (part("all but s3:*"), part("iam:*")),
        (part(resource="arn:aws:*:b"), part(resource="arn:aws:s3:::b")),
        (part(principal="AWS: *"), part(principal="Service: ec2.amazonaws.com")),
    ],
)
def test_what_may_be_more_is_kept(one: Part, other: Part) -> None:
    found = put_together((one, other))
    assert sum(len(d.actions) * len(d.resources) * len(d.principals) for d in found) == 2


def test_what_is_certain_comes_first() -> None:
    found = put_together((part("s3:A", result=Result.UNKNOWN), part("s3:B", statement=1)))
    assert [d.actions for d in found] == [("s3:B",), ("s3:A",)]


def test_the_same_grant_twice_is_one_difference() -> None:
    new = policy(allow(), allow(), allow("s3:Get*"))
    (found,) = put_together(new_access(new, policy()).parts)
    assert found.actions == ("s3:Get*",)
    assert found.request is not None


def test_grants_of_a_resource_policy_keep_their_principals() -> None:
    new = policy(grant({"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"}))
    (found,) = put_together(new_access(new, None).parts)
    assert found.principals == ("AWS: *", "Service: ec2.amazonaws.com")
