"""When a session's keys are renewed."""

from __future__ import annotations

import pytest

from pregate.aws.keys import Keys, RenewedKeys
from pregate.errors import AwsError


class Desk:
    """Gives keys that last ``life`` seconds of its own clock; ``closed``: it gives none."""

    def __init__(self, life: float = 3600) -> None:
        self.life = life
        self.now = 0.0
        self.given = 0
        self.closed = False
        self.keys = RenewedKeys(self.give, lambda: self.now)

    def give(self) -> Keys:
        if self.closed:
            raise AwsError("closed")
        self.given += 1
        return Keys(f"id{self.given}", "secret", "token", "1", self.life, self.now + self.life)

    def at(self, now: float) -> int:
        self.now = now
        self.keys.get_frozen_credentials()
        return self.given


def test_keys_are_fetched_when_they_are_wanted_and_kept() -> None:
    desk = Desk()
    assert desk.given == 0
    assert [desk.at(0), desk.at(10), desk.at(3299)] == [1, 1, 1]


def test_they_are_renewed_some_minutes_before_they_end() -> None:
    desk = Desk()
    assert [desk.at(0), desk.at(3301), desk.at(3400)] == [1, 2, 2]


def test_a_short_session_is_not_renewed_at_every_call() -> None:
    desk = Desk(life=60)
    assert [desk.at(t) for t in (0, 10, 30, 39, 41, 60)] == [1, 1, 1, 1, 2, 2]


def test_a_renewal_that_fails_early_leaves_the_old_keys() -> None:
    desk = Desk()
    desk.at(0)
    desk.closed = True
    assert desk.at(3400) == 1
    desk.closed = False
    assert desk.at(3410) == 2


def test_one_that_fails_late_is_an_error() -> None:
    desk = Desk()
    desk.at(0)
    desk.closed = True
    with pytest.raises(AwsError):
        desk.at(3550)


def test_keys_that_aws_no_longer_takes_are_fetched_anew() -> None:
    desk = Desk()
    desk.at(0)
    desk.keys.renew()
    assert desk.at(1) == 2


def test_they_answer_as_botocore_asks_and_show_nothing() -> None:
    keys = Desk().keys
    assert (keys.access_key, keys.secret_key, keys.token, keys.account_id) == ("id1", "secret", "token", "1")
    assert keys.get_deferred_property("account_id")() == "1"
    assert keys.get_deferred_property("nothing")() is None
    assert (repr(keys), repr(keys.get_frozen_credentials())) == ("RenewedKeys(***)", "Keys(***)")
