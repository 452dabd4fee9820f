"""A comparison with nothing to say is made once; whatever it depends on has it made again."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from pregate.checks.base import Comparison, Pair, Target
from pregate.checks.iam import IamCheck, access
from pregate.checks.iam.judge import Judge
from pregate.config import IamConfig


class Store:
    """Answers by question, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, ...], str] = {}

    def recall(self, question: Sequence[str]) -> str | None:
        return self.kept.get(tuple(question))

    def keep(self, question: Sequence[str], answer: str) -> None:
        self.kept[tuple(question)] = answer


def policy(action: str) -> bytes:
    allowed = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::shop/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]}).encode()


def compared(store: Store, head: str, base: str = "s3:*", config: IamConfig | None = None) -> Comparison:
    check = IamCheck(config or IamConfig(engine="local"), None, Judge(None, store))
    sides = [check.analyse(Target("p.json", policy(action))) for action in (head, base) if action]
    pair = Pair(sides[0], tuple(sides[1:]), "", ("p.json",) * len(sides))
    return check.compare([pair], [], compared=True)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by each comparison that is really made."""
    made: list[int] = []
    real = access.Comparer.compare

    def counted(self: access.Comparer, *args: object, **options: object) -> Comparison:
        made.append(1)
        return real(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(access.Comparer, "compare", counted)
    return made


def test_nothing_to_say_is_said_again_without_judging(judged: list[int]) -> None:
    store = Store()
    first = compared(store, "s3:GetObject")
    assert compared(store, "s3:GetObject") == first
    assert len(judged) == 1


def test_a_finding_is_made_anew(judged: list[int]) -> None:
    store = Store()
    first = compared(store, "s3:*", "s3:GetObject")
    assert first.files[0].introduced
    assert compared(store, "s3:*", "s3:GetObject") == first
    assert len(judged) == 2
    assert not store.kept


@pytest.mark.parametrize(
    ("head", "base", "config"),
    [
        ("s3:PutObject", "s3:*", None),
        ("s3:GetObject", "s3:Get*", None),
        ("s3:GetObject", "s3:*", IamConfig(engine="local", sensitive_actions=("s3:GetObject",))),
    ],
    ids=("the policy", "the base", "the options"),
)
def test_something_else_is_judged(judged: list[int], head: str, base: str, config: IamConfig | None) -> None:
    store = Store()
    compared(store, "s3:GetObject")
    compared(store, head, base, config)
    assert len(judged) == 2


@pytest.mark.parametrize("kept", ["", "{", '{"a": 1}', "[1]", "null"])
def test_what_is_damaged_is_judged_anew(judged: list[int], kept: str) -> None:
    store = Store()
    first = compared(store, "s3:GetObject")
    store.kept = dict.fromkeys(store.kept, kept)
    assert compared(store, "s3:GetObject") == first
    assert len(judged) == 2


@pytest.mark.parametrize(
    ("config", "is_judged"),
    [
        (IamConfig(engine="local"), False),
        (IamConfig(engine="both"), False),
        (IamConfig(engine="local", sensitive_actions=("s3:PutObject",)), True),
        (IamConfig(engine="local", sensitive_resources=("arn:aws:s3:::other/*",)), True),
    ],
)
def test_a_new_policy_is_judged_where_something_is_said_of_new_ones(
    judged: list[int], config: IamConfig, is_judged: bool
) -> None:
    made = compared(Store(), "s3:GetObject", "", config)
    assert bool(judged) == is_judged
    check = IamCheck(config, None, Judge())
    pair = Pair(check.analyse(Target("p.json", policy("s3:GetObject"))), (), "", ("p.json",))
    assert made.files == access.Comparer(config, Judge()).compare([pair], [], compared=True).files


def test_a_new_policy_of_a_role_is_judged(judged: list[int]) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    check = IamCheck(IamConfig(engine="local"), None, Judge())
    text = json.dumps({"Version": "2012-10-17", "Statement": [trust]}).encode()
    check.compare([Pair(check.analyse(Target("p.json", text)), (), "", ("p.json",))], [], compared=True)
    assert judged
