"""
What each detector finds, what a reader of the value could do, and how to make it worthless.

Severities: *critical* opens a cloud account, its storage, money, or machines, by itself; *high* is a
credential whose format leaves little doubt; *medium* is a guess. A finding of less than high confidence is
*medium* at most, so that the default gate (high) stops what is certainly a credential.
"""

from __future__ import annotations

import importlib
from functools import cache

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry

_SHOWN = 4
# Of those who see a preview nobody can try what is left: 28 characters of 64 are 168 bits, of 16 are 112.
_HIDDEN = 28


# The tables of our own detectors, those first that find most: one that is named is looked for in this order.
_FAMILIES = (
    *("places", "sources", "cloud", "code", "ai", "messaging", "mail", "payments", "shops", "saas"),
    *("platforms", "monitoring", "social"),
)


@cache
def entries(engine: str = "pregate") -> dict[str, Entry]:
    """The entries of an engine's detectors by name, in the order of their names."""
    own: dict[str, Entry] = {}
    for family in _families(engine):
        own.update(_table(family))
    return dict(sorted(own.items()))


@cache
def find(detector: str, engine: str = "pregate") -> Entry | None:
    """
    The entry of one of an engine's detectors, None where it has none of that name. To read all tables, as
    :func:`entries` does, takes longer than to find a few.
    """
    tables = map(_table, _families(engine))
    return next((table[detector] for table in tables if detector in table), None)


def _families(engine: str) -> tuple[str, ...]:
    return ("detect_secrets",) if engine == "detect-secrets" else _FAMILIES


def _table(family: str) -> dict[str, Entry]:
    table: dict[str, Entry] = importlib.import_module(f"pregate.secrets.about.{family}").ENTRIES
    return table


@cache
def known() -> frozenset[str]:
    """The names of all detectors of both engines."""
    return frozenset(entries()) | frozenset(entries("detect-secrets"))


def entry(detector: str, engine: str = "pregate") -> Entry:
    """The entry of a detector; one that no table knows gets a cautious general one."""
    for name in dict.fromkeys((engine, "detect-secrets", "pregate")):
        if found := find(detector, name):
            return found
    return Entry(
        f"secret ({detector})",
        Severity.HIGH,
        Confidence.MEDIUM,
        "use it wherever it is valid",
        "Revoke it where it was issued.",
    )


def preview(detector: str, value: str, engine: str = "pregate") -> str:
    """
    A value by its public beginning and last characters, like ``ghp_…x3Zq``, or ``""`` where the format has
    no public beginning. The last ones are left out where few would be left to guess.
    """
    for prefix in entry(detector, engine).prefixes:
        if value.startswith(prefix):
            end = value[-_SHOWN:] if len(value) - len(prefix) >= _HIDDEN + _SHOWN else ""
            return f"{prefix}…{end if end.isalnum() and end.isascii() else ''}"
    return ""
