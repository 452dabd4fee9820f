"""Which policy of the head is which policy of the base."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks.base import Analysis, Pair
from pregate.checks.iam import matching
from pregate.checks.iam.matching import match_policies
from pregate.iam import extract


def statement(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "arn:aws:s3:::b/*", **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(*policies: dict[str, Any]) -> dict[str, Any]:
    rows = [{"PolicyName": "x", "PolicyDocument": p} for p in policies]
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": rows}}


def managed(document: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def found(value: Any, path: str = "t.json") -> Analysis:
    return Analysis(facts=extract(path, json.dumps(value)).documents)


def matched(pairs: list[Pair], removed: list[Pair] | None = None) -> list[tuple[str, list[str]]]:
    result = match_policies(pairs, removed or [])
    return [(m.document.name, [b.name for b in m.bases]) for m in result.matches]


def one(head: Any, *bases: Any) -> list[tuple[str, list[str]]]:
    return matched([Pair(found(head), tuple(found(base) for base in bases))])


READ, WRITE = policy(statement("s3:Get*")), policy(statement("s3:Put*"))
WHOLE = policy(statement("s3:GetObject", "s3:ListBucket", "s3:GetBucketPolicy", "s3:GetBucketAcl"))
NEARLY = policy(statement("s3:GetObject", "s3:ListBucket", "s3:GetBucketPolicy", "s3:PutObject"))


def test_a_name_is_a_name_whatever_it_says() -> None:
    names = one(template(A=managed(WRITE), B=managed(READ)), template(A=managed(READ), B=managed(WRITE)))
    assert names == [
        ("A.PolicyDocument", ["A.PolicyDocument"]),
        ("B.PolicyDocument", ["B.PolicyDocument"]),
    ]


def test_members_of_a_list_are_known_by_what_they_say() -> None:
    pattern = "R.Policies.{}.PolicyDocument"
    head, base = template(R=role(WRITE, WHOLE, READ)), template(R=role(NEARLY, READ))
    assert one(head, base) == [
        (pattern.format(0), []),
        (pattern.format(1), [pattern.format(0)]),
        (pattern.format(2), [pattern.format(1)]),
    ]


def test_members_of_a_list_of_the_same_length_keep_their_place() -> None:
    pattern = "R.Policies.{}.PolicyDocument"
    head, base = template(R=role(READ, WRITE)), template(R=role(WHOLE, NEARLY))
    assert one(head, base) == [(pattern.format(n), [pattern.format(n)]) for n in range(2)]


def test_a_changed_logical_id_is_known_by_what_it_says() -> None:
    assert one(template(B=managed(NEARLY)), template(A=managed(WHOLE))) == [
        ("B.PolicyDocument", ["A.PolicyDocument"])
    ]


def test_a_copy_of_a_policy_that_is_still_there_is_new() -> None:
    head = template(A=managed(WHOLE), B=managed(WHOLE))
    assert one(head, template(A=managed(WHOLE)))[1] == ("B.PolicyDocument", [])


def test_two_candidates_are_none() -> None:
    head, base = template(C=managed(WHOLE)), template(A=managed(WHOLE), B=managed(WHOLE))
    assert one(head, base) == [("C.PolicyDocument", [])]
    assert one(base, head) == [("A.PolicyDocument", []), ("B.PolicyDocument", [])]


def test_another_kind_of_policy_is_another_policy() -> None:
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "sts:AssumeRole"})
    assert one(trust, READ) == [("", [])]


def test_a_policy_that_moved_to_another_file_is_found_there() -> None:
    changed = template(A=managed(policy(statement("s3:GetObject", "s3:ListBucket"))))
    pairs = [
        Pair(found(template(A=managed(WHOLE)), "new.json")),
        Pair(found({}), (found(changed, "old.json"),)),
    ]
    assert matched(pairs) == [("A.PolicyDocument", ["A.PolicyDocument"])]
    gone = [Pair(Analysis(), (found(changed, "gone.json"),))]
    assert matched([pairs[0]], gone) == [("A.PolicyDocument", ["A.PolicyDocument"])]
    assert match_policies([], gone).removed[0].places[0].value.path == "gone.json"


def test_files_of_different_commits_do_not_belong_together() -> None:
    pairs = [Pair(found(WHOLE), (), "one"), Pair(found({}), (found(WHOLE, "old.json"),), "two")]
    assert matched(pairs) == [("", [])]


def test_a_merge_commit_has_several_bases() -> None:
    assert one(READ, WRITE, WHOLE) == [("", ["", ""])]


def test_readings_under_conditions_are_matched_in_order_or_by_likeness() -> None:
    def conditional(*actions: str) -> dict[str, Any]:
        yes, no = actions if len(actions) == 2 else (actions[0], actions[0])
        choice = {"Fn::If": ["C", yes, no]} if yes != no else yes
        return template(A=managed(policy(statement() | {"Action": choice})))

    head = [Pair(found(conditional("s3:Get*", "s3:Put*")), (found(conditional("s3:Get1", "s3:Put1")),))]
    texts = [(m.document.text, m.bases[0].text) for m in match_policies(head, []).matches]
    assert [("Get" in a, "Get" in b) for a, b in texts] == [(True, True), (False, False)]
    head = [Pair(found(conditional("s3:Get*", "s3:Put*")), (found(conditional("s3:Get*")),))]
    assert [m.is_unchanged for m in match_policies(head, []).matches] == [True, False]
    assert all(m.bases for m in match_policies(head, []).matches)


@pytest.mark.parametrize("limit", [0, 4000])
def test_more_candidates_than_can_be_compared_are_none(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(matching, "_MAX_PAIRS", limit)
    assert bool(one(template(B=managed(NEARLY)), template(A=managed(WHOLE)))[0][1]) is bool(limit)
    rows = one(template(R=role(WHOLE, WRITE)), template(R=role(NEARLY)))
    assert bool(rows[0][1]) is bool(limit)
    several = [Pair(Analysis(facts=(*found(READ).facts, *found(WRITE).facts)), (found(WHOLE),))]
    assert matched(several) == [("", [""]), ("", [""])]


def test_policies_of_included_files_keep_to_their_file() -> None:
    def both(path: str, own: Any, other: Any) -> Analysis:
        return Analysis(facts=(*found(own, path).facts, *found(other, "nested.json").facts))

    head = both("new.json", template(A=managed(READ)), template(A=managed(WRITE)))
    base = both("old.json", template(A=managed(READ)), template(A=managed(WHOLE)))
    pair = Pair(head, (base,), "", ("new.json", "old.json"))
    result = match_policies([pair], [])
    assert [m.bases[0].places[0].value.path for m in result.matches] == ["old.json", "nested.json"]
    assert [m.is_unchanged for m in result.matches] == [True, False]
