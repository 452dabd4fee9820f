"""How old a database is: in words, and whether that is too old."""

from __future__ import annotations

import time

from pregate.errors import AdvisoryError
from pregate.records import dataclass

_DAY = 86_400
_HOUR = 3_600
_EPOCH = 719_163  # the number of 1970-01-01 where 0001-01-01 is 1
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Age:
    """A span of time in ``seconds``; one before its beginning counts as none."""

    seconds: float

    @property
    def words(self) -> str:
        """``3 days``, ``1 hour``, ``less than an hour``: rounded down."""
        seconds = max(self.seconds, 0)
        for name, size in (("day", _DAY), ("hour", _HOUR)):
            number = int(seconds // size)
            if number:
                return f"{number} {name}{'s' if number > 1 else ''}"
        return "less than an hour"

    def refuse(self, what: str, max_age: int, hint: str) -> None:
        """Raises AdvisoryError, naming both ages, when it is more than ``max_age`` days; 0 allows any."""
        if max_age and self.seconds > max_age * _DAY:
            allowed = Age(max_age * _DAY).words
            raise AdvisoryError(f"{what} is {self.words} old; advisories.max-age allows {allowed}", hint)


def days_since(day: str, now: float) -> Age:
    """
    The age at ``now`` (seconds since the epoch) of a day as ISO 8601 writes it; that of no day is all time.
    """
    try:
        begin = float(_begin(day[:10]))
    except ValueError:
        begin = 0.0
    return Age(now - begin)


def day(moment: float) -> str:
    """
    The day of a time in seconds since the epoch, in UTC: ``2026-11-02``; ``""`` for one out of all bounds.
    """
    try:
        found = time.gmtime(moment)
    except (OverflowError, OSError, ValueError):
        return ""
    year, month, number = found[:3]
    return f"{year:04}-{month:02}-{number:02}" if 1 <= year <= 9999 else ""


def _begin(day: str) -> int:
    """
    When a day of the calendar begins, in seconds since the epoch; ValueError for what is none. Reckoned here,
    since ``datetime`` takes a hook as long to load as a short lock file to read.
    """
    parts = day.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not (day.isascii() and "".join(parts).isdigit()):
        return _begin_otherwise(day)
    year, month, number = map(int, parts)
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not year or not 1 <= month <= 12 or not 1 <= number <= _LENGTHS[month - 1] + (is_leap and month == 2):
        raise ValueError("no day of the calendar")
    years = year - 1
    days = years * 365 + years // 4 - years // 100 + years // 400 + sum(_LENGTHS[: month - 1]) + number
    return (days + (is_leap and month > 2) - _EPOCH) * _DAY


def _begin_otherwise(day: str) -> int:
    """As :func:`_begin`, of the other ways in which ISO 8601 writes days."""
    import datetime

    return int(datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC).timestamp())
