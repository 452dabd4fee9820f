"""
Numbers, dates and addresses as positions on a line, and sets of them as intervals.

Numbers and dates (seconds since 1970) are fractions on one line; an IPv4 address is its number, an IPv6
address its number plus :data:`SIXTH`, so that both are whole numbers on another.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from pregate.records import dataclass

SIXTH = 1 << 40
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_TIME = r"T(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?"
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_DATE = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d)(?:{_TIME})?)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, None for no end; the ends belong to it where ``closed`` says so."""

    low: Fraction | int | None
    high: Fraction | int | None
    closed: tuple[bool, bool] = (True, True)

    def holds(self, point: Fraction | int) -> bool:
        """Whether a point lies in it."""
        if self.low is not None and (point < self.low or (point == self.low and not self.closed[0])):
            return False
        return self.high is None or point < self.high or (point == self.high and self.closed[1])


@dataclass(frozen=True)
class Intervals:
    """A set of points. ``whole``: only whole numbers, addresses."""

    parts: tuple[Interval, ...]
    whole: bool = False

    def holds(self, point: Fraction | int) -> bool:
        """Whether a point is in the set."""
        return any(part.holds(point) for part in self.parts)


def find_point(
    inside: Sequence[Intervals], outside: Sequence[Intervals], preferred: Sequence[Fraction | int] = ()
) -> Fraction | int | None:
    """A point in all of ``inside`` and none of ``outside``; exact, since only the ends can matter."""
    sets = (*inside, *outside)
    for point in (*preferred, *_candidates(sets)):
        if all(s.holds(point) for s in inside) and not any(s.holds(point) for s in outside):
            return point
    return None


def _candidates(sets: Sequence[Intervals]) -> Iterator[Fraction | int]:
    """Every end, what lies between, and what lies beyond."""
    if any(s.whole for s in sets):
        yield from _addresses(sets)
        return
    ends = sorted({end for s in sets for p in s.parts for end in (p.low, p.high) if end is not None})
    if not ends:
        yield Fraction(0)
        return
    yield from ends
    yield ends[0] - 1
    yield ends[-1] + 1
    for one, other in itertools.pairwise(ends):
        yield Fraction(one + other) / 2


def _addresses(sets: Sequence[Intervals]) -> Iterator[int]:
    yield int(ipaddress.IPv4Address("203.0.113.9"))
    yield SIXTH + int(ipaddress.IPv6Address("2001:db8::9"))
    for part in (p for s in sets for p in s.parts):
        for end in (part.low, part.high):
            for point in (int(end or 0), int(end or 0) - 1, int(end or 0) + 1):
                if 0 <= point < 1 << 32 or SIXTH <= point < SIXTH + (1 << 128):
                    yield point
    yield from (0, (1 << 32) - 1, SIXTH, SIXTH + (1 << 128) - 1)


def number(text: str) -> Fraction | None:
    """The value of a number in decimal notation."""
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def is_sure_number(text: str) -> bool:
    """Whether it is a number in the form that everybody reads alike: not ``1e3``, ``+1`` or ``.5``."""
    return number(text) is not None and text.strip("0123456789.") in ("", "-") and text[:1] not in (".", "-.")


def is_sure_date(text: str) -> bool:
    """Whether it is a moment without a doubt: no four digits, and with a time zone where it has a time."""
    if date(text) is None or len(text) == 4:
        return False
    return (
        is_sure_number(text)
        if number(text) is not None
        else "T" not in text or _ZONE.search(text) is not None
    )


def date(text: str) -> Fraction | None:
    """Seconds since 1970 of a date in the forms of ISO 8601 that the policy language takes, or a number."""
    seconds = number(text)
    found = _DATE.fullmatch(text)
    if found is None or (seconds is not None and len(text) != 4):
        return seconds
    year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(found.groups()[:6], (1, 1, 1, 0, 0, 0), strict=True)
    )
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    fraction = Fraction(int(found[7]), 10 ** len(found[7])) if found[7] else Fraction(0)
    return Fraction(int(moment.timestamp())) + fraction - _offset(found[8] or "Z")


def _offset(zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def network(text: str) -> Interval | None:
    """The addresses of a network, or a single one."""
    length = text.partition("/")[2]
    if length and not (length.isascii() and length.isdigit()):
        return None  # a mask of host or network
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    base = SIXTH if found.version == 6 else 0
    return Interval(base + int(found.network_address), base + int(found.broadcast_address))


def spell_date(point: Fraction | int) -> str:
    """A point in time as text: whole seconds in the common form, others as a number."""
    if Fraction(point).denominator == 1 and 0 <= point < 253402300800:
        return datetime.fromtimestamp(int(point), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return spell_number(point)


def spell_number(point: Fraction | int) -> str:
    """A number as decimal text. Points are decimal ends and halves of them, so that they have an end."""
    value = Fraction(point)
    if value.denominator == 1:
        return str(value.numerator)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = abs(value * 10**digits).numerator
    text = str(whole).rjust(digits + 1, "0")
    return f"{'-' if value < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def spell_address(point: Fraction | int) -> str:
    """An address as text."""
    if point >= SIXTH:
        return str(ipaddress.IPv6Address(int(point) - SIXTH))
    return str(ipaddress.IPv4Address(int(point)))
