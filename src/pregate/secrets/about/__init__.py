"""
What each detector finds, what a reader of the value could do, and how to make it worthless.

Severities: *critical* opens a cloud account, its storage, money, or machines, by itself; *high* is a
credential whose format leaves little doubt; *medium* is a guess. A finding of less than high confidence is
*medium* at most, so that the default gate (high) stops what is certainly a credential.
"""

from __future__ import annotations

from functools import cache

from pregate.model import Confidence, Severity
from pregate.secrets.about.entry import Entry


@cache
def entries(engine: str = "pregate") -> dict[str, Entry]:
    """The entries of an engine's detectors by name, in the order of their names."""
    from pregate.secrets.about import (
        ai,
        cloud,
        code,
        detect_secrets,
        mail,
        messaging,
        monitoring,
        payments,
        places,
        platforms,
        saas,
        shops,
        social,
        sources,
    )

    if engine == "detect-secrets":
        return dict(sorted(detect_secrets.ENTRIES.items()))
    own: dict[str, Entry] = {}
    families = (cloud, code, ai, messaging, mail, payments, shops)
    more = (saas, platforms, monitoring, social, sources, places)
    for family in (*families, *more):
        own.update(family.ENTRIES)
    return dict(sorted(own.items()))


@cache
def known() -> frozenset[str]:
    """The names of all detectors of both engines."""
    return frozenset(entries()) | frozenset(entries("detect-secrets"))


def entry(detector: str, engine: str = "pregate") -> Entry:
    """The entry of a detector; one that no table knows gets a cautious general one."""
    for name in dict.fromkeys((engine, "detect-secrets", "pregate")):
        if found := entries(name).get(detector):
            return found
    return Entry(
        f"secret ({detector})",
        Severity.HIGH,
        Confidence.MEDIUM,
        "use it wherever it is valid",
        "Revoke it where it was issued.",
    )


def preview(detector: str, value: str, engine: str = "pregate") -> str:
    """The public beginning of a value, like ``AKIA…``, or ``""``: nothing that is secret."""
    for prefix in entry(detector, engine).prefixes:
        if value.startswith(prefix):
            return f"{prefix}…"
    return ""
