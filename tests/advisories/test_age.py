"""Days are reckoned as the calendar of ``datetime`` has them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.advisories.age import day, days_since

UTC = datetime.UTC


@settings(max_examples=50, deadline=None)
@given(st.dates())
def test_a_day_is_as_old_as_the_calendar_says(when: datetime.date) -> None:
    begin = datetime.datetime(when.year, when.month, when.day, tzinfo=UTC).timestamp()
    assert days_since(f"{when.isoformat()}T12:00:00Z", 5.0).seconds == 5.0 - begin


@pytest.mark.parametrize(
    "text", ["", "x", "2026-02-29", "1900-02-29", "0000-01-01", "2026-13-01", "2026-00-10"]
)
def test_no_day_is_as_old_as_time(text: str) -> None:
    assert days_since(text, 5.0).seconds == 5.0


def test_other_ways_to_write_a_day_are_read_too() -> None:
    assert days_since("20261102", 0.0) == days_since("2026-11-02", 0.0)


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e10, 1e11))
def test_the_day_of_a_time_is_that_of_the_calendar(moment: float) -> None:
    assert day(moment) == datetime.datetime.fromtimestamp(int(moment // 1), UTC).strftime("%Y-%m-%d")


@pytest.mark.parametrize("moment", [float("nan"), float("inf"), 1e20, 1e12, -1e12])
def test_a_time_out_of_all_bounds_has_no_day(moment: float) -> None:
    assert day(moment) == ""
