"""How old a database is: in words, and whether that is too old."""

from __future__ import annotations

import datetime

from pregate.errors import AdvisoryError
from pregate.records import dataclass

_DAY = 86_400
_HOUR = 3_600


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
        begin = datetime.datetime.fromisoformat(day[:10]).replace(tzinfo=datetime.UTC).timestamp()
    except ValueError:
        begin = 0.0
    return Age(now - begin)


def day(moment: float) -> str:
    """
    The day of a time in seconds since the epoch, in UTC: ``2026-11-02``; ``""`` for one out of all bounds.
    """
    try:
        return datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return ""
