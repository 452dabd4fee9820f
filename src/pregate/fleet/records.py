"""A record as JSON and back; what is read may have been damaged, and is then no record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pregate.fleet.model import Count, Record, Repository, State
from pregate.model import Decision

SCHEMA = "pregate-fleet-record/1"


def document_of(record: Record) -> dict[str, Any]:
    """The record as dictionaries, lists, strings and numbers."""
    return {
        "name": record.repository.name,
        "address": record.repository.address,
        "revision": record.repository.revision,
        "state": record.state.value,
        "decision": record.decision.value if record.decision else None,
        "commit": record.commit,
        "reasons": list(record.reasons),
        "findings": [{"check": c.check, "severity": c.severity, "number": c.number} for c in record.findings],
        "suppressed": record.suppressed,
        "seconds": record.seconds,
        "ended": record.ended,
        "attempts": record.attempts,
        "version": record.version,
        "options": record.options,
        "report": record.report,
        "parts": record.parts,
        "lost_parts": list(record.lost_parts),
        "kept": record.is_kept,
    }


def record_of(document: object) -> Record | None:
    """The record of a document, ``None`` for what is none."""
    if not isinstance(document, Mapping):
        return None
    get = document.get
    try:
        decision = get("decision")
        return Record(
            Repository(*(_text(document, name) for name in ("name", "address", "revision"))),
            State(get("state")),
            None if decision is None else Decision(decision),
            _text(document, "commit"),
            reasons=tuple(str(reason) for reason in get("reasons") or ()),
            findings=tuple(_count(entry) for entry in get("findings") or ()),
            suppressed=int(get("suppressed") or 0),
            seconds=_seconds(get("seconds")),
            ended=int(get("ended") or 0),
            attempts=int(get("attempts") or 1),
            version=_text(document, "version"),
            options=_text(document, "options"),
            report=_text(document, "report"),
            parts=int(get("parts") or 0),
            lost_parts=tuple(int(number) for number in get("lost_parts") or ()),
            is_kept=get("kept") is True,
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _seconds(value: Any) -> float:
    seconds = float(value or 0.0)
    if not math.isfinite(seconds):  # Python's JSON has such numbers, JSON has not
        raise ValueError
    return seconds


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _count(entry: Mapping[str, Any]) -> Count:
    return Count(_text(entry, "check"), _text(entry, "severity"), int(entry["number"]))
