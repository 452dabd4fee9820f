"""Ages in words, and the table of contents that they come from."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from pregate.advisories.age import Age, day, days_since
from pregate.advisories.contents import Contents, Origin, pack_contents, unpack_contents
from pregate.advisories.form import seal

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "less than an hour"),
        (59 * 60, "less than an hour"),
        (HOUR, "1 hour"),
        (DAY - 1, "23 hours"),
        (DAY, "1 day"),
        (9.9 * DAY, "9 days"),
    ],
)
def test_an_age_in_words(seconds: float, words: str) -> None:
    assert Age(seconds).words == words


def test_a_day_that_is_none_is_older_than_all() -> None:
    assert days_since("soon", 9 * DAY) == days_since("", 9 * DAY) == Age(9 * DAY)
    assert days_since("1970-01-03T04:05:06Z", 9 * DAY) == Age(7 * DAY)


def test_a_moment_out_of_all_bounds_has_no_day() -> None:
    assert (day(0), day(1e30), day(float("nan"))) == ("1970-01-01", "", "")


CONTENTS = Contents((Origin("PyPI", "/x", 5.0, 1, "2026", "d", (("PyPI", 1),)),), 64, 1, 1, "d")


def test_a_table_of_contents_comes_back_as_it_was() -> None:
    assert unpack_contents(pack_contents(CONTENTS)) == CONTENTS


@pytest.mark.parametrize(
    "change",
    [
        {"buckets": 3},
        {"buckets": 0},
        {"records": -1},
        {"names": "1"},
        {"origins": 3},
        {"origins": [3]},
        {"origins": [{}]},
        {"more": 1},
        {"origins": [{"name": "\x1b"}]},
        {"origins": [{"imported": "soon"}]},
        {"origins": [{"ecosystems": [[1, 2]]}]},
    ],
)
def test_a_table_of_contents_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    whole = json.loads(json.dumps(dataclasses.asdict(CONTENTS)))
    origins = change.get("origins")
    if isinstance(origins, list) and origins and isinstance(origins[0], dict) and origins[0]:
        change = {"origins": [whole["origins"][0] | origins[0]]}
    with pytest.raises(ValueError):
        unpack_contents(seal("contents", 1, json.dumps(whole | change).encode()))
