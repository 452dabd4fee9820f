"""
What condition operators read from strings: numbers, dates, addresses, truth values.

A function gives None for text that is nothing of its kind, and raises UndecidedError for text whose meaning
is not documented.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal

from pregate.iam.evaluation.undecided import UndecidedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?")
ODD_NUMBER = re.compile(r"[+-]?[0-9.]{1,300}([eE][+-]?[0-9]{1,9})?")
# https://www.w3.org/TR/NOTE-datetime
DATE = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(text: str) -> Decimal | None:
    """An integer or decimal number, exact."""
    if NUMBER.fullmatch(text):
        return Decimal(text)
    if any(char.isdigit() for char in text) and ODD_NUMBER.fullmatch(text):
        raise UndecidedError("a number of unknown form")
    return None


def moment(text: str) -> Decimal | None:
    """Seconds since 1970 of a date in a W3C profile of ISO 8601, or given as such a number."""
    if re.fullmatch(r"[0-9]{4}", text):
        raise UndecidedError("a year or a number of seconds")
    if NUMBER.fullmatch(text):
        return Decimal(text)
    day, separator, rest = text.partition("T")
    date, time = DATE.fullmatch(day), TIME.fullmatch(rest or "00:00Z")
    if not date or not time or (separator and not (rest and date[3])):
        return None
    if not time[5]:
        raise UndecidedError("a date without time zone")
    zone = "+00:00" if time[5] == "Z" else time[5]
    try:
        whole = datetime.fromisoformat(
            f"{date[1]}-{date[2]}-{date[3] or '01'}T{time[1]}:{time[2]}:{time[3] or '00'}{zone}"
        )
    except ValueError:
        return None
    span = whole - EPOCH
    return Decimal(span.days * 86_400 + span.seconds) + Decimal(f"0{time[4] or ''}")


def address(text: str) -> Address | None:
    """An IPv4 or IPv6 address."""
    if "%" in text:  # zones mean something on one machine only
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def network(text: str) -> Network | None:
    """A range of addresses in CIDR form; an address alone is the range of just it."""
    base, slash, length = text.partition("/")
    if "%" in text or (slash and not re.fullmatch(r"[0-9]{1,3}", length)) or address(base) is None:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def boolean(text: str) -> bool | None:
    """``true`` or ``false``, in any case."""
    return {"true": True, "false": False}.get(text.lower())
