"""Numbers, dates and addresses."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pregate.iam.reasoning.points import (
    SIXTH,
    Interval,
    Intervals,
    date,
    find_point,
    network,
    number,
    spell_address,
    spell_date,
    spell_number,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("-1.50", Fraction(-3, 2)), ("1e2", 100), (".5", Fraction(1, 2)), ("5x", None), ("", None)],
)
def test_numbers_are_read_in_decimal(text: str, value: Fraction | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-02", 86400),
        ("1970-01", 0),
        ("1970", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30-0030", 0),
        ("1970-01-01T00:00:00.5Z", Fraction(1, 2)),
        ("1700000000", 1700000000),
        ("2027-13-01", None),
        ("tomorrow", None),
    ],
)
def test_dates_are_seconds(text: str, value: int | None) -> None:
    assert date(text) == value


def test_networks_are_ranges() -> None:
    assert network("10.0.0.0/8") == Interval(10 << 24, (11 << 24) - 1)
    assert network("2001:db8::/128") == Interval(SIXTH + (0x20010DB8 << 96), SIXTH + (0x20010DB8 << 96))
    assert network("10.0.0.256") is None


def test_a_point_between_two_ends_is_found() -> None:
    above, below = (
        Intervals((Interval(1, None, (False, True)),)),
        Intervals((Interval(None, 2, (True, False)),)),
    )
    assert find_point([above, below], []) == Fraction(3, 2)
    assert find_point([above], [above]) is None
    assert find_point([Intervals((Interval(1, 1),))], [Intervals((Interval(1, 1, (True, False)),))]) == 1
    assert find_point([], []) == 0


def test_two_halves_of_a_network_are_all_of_it() -> None:
    whole = Intervals((network("10.0.0.0/8") or Interval(0, 0),), whole=True)
    halves = [Intervals((network(n) or Interval(0, 0),), whole=True) for n in ("10.0.0.0/9", "10.128.0.0/9")]
    assert find_point([whole], halves) is None
    assert find_point([whole], halves[:1]) is not None
    assert find_point([], [whole]) is not None


def test_points_are_spelled_as_they_are_read() -> None:
    assert spell_number(Fraction(-3, 2)) == "-1.5"
    assert number(spell_number(Fraction(1, 8))) == Fraction(1, 8)
    assert spell_date(1700000000) == "2023-11-14T22:13:20Z"
    assert spell_date(Fraction(1, 2)) == "0.5"
    assert spell_address(10 << 24) == "10.0.0.0"
    assert spell_address(SIXTH + 1) == "::1"
