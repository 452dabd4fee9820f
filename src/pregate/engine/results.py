"""An analysis as bytes, for the cache: JSON without any value that reports would not show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pregate.checks.base import Analysis, Naming
from pregate.model import (
    Confidence,
    Finding,
    Fix,
    LineRange,
    Location,
    Related,
    Rule,
    Severity,
    Suppression,
    SuppressionKind,
    Unread,
    UnreadReason,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pregate.checks.base import Check


LAYOUT = 4
"""Part of every key: changes with what the bytes hold, and with what may be kept."""


Value = dict[str, Any]
"""An analysis as JSON."""


class Rules(dict[str, "Rule"]):
    """The rules of a check by id, made when a kept finding asks for one."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self._check = check

    def __missing__(self, rule_id: str) -> Rule:
        if not isinstance(self._check, Naming):
            self.update((rule.id, rule) for rule in self._check.rules())
        elif rule := self._check.rule(rule_id):
            self[rule_id] = rule
        if rule_id not in self:
            raise KeyError(rule_id)
        return self[rule_id]


_SEVERITIES = {severity.value: severity for severity in Severity}
_CONFIDENCES = {confidence.value: confidence for confidence in Confidence}


def dump(analysis: Analysis, beside: Any = None) -> bytes:
    """
    The bytes that :func:`load` turns back into an equal analysis, without discriminators. Of what is
    sensitive they hold the places. ``beside`` is what else than its file it depends on, as JSON.
    """
    if beside is None and analysis == NOTHING:
        return b""
    value = to_json(analysis)
    if beside is not None:
        value["beside"] = beside
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def to_json(analysis: Analysis) -> Value:
    """The value that :func:`from_json` turns back into an equal analysis."""
    value: Value = {
        "findings": [_finding_to_json(f) for f in analysis.findings],
        "unread": [[u.path, u.reason.value, u.detail, u.line] for u in analysis.unread],
        "facts": [f.to_json() for f in analysis.facts],
        "concerned": analysis.concerned,
        "sensitive": [_place(place) for place in analysis.sensitive],
    }
    if analysis.pragmas:
        value["pragmas"] = [_pragma_to_json(pragma) for pragma in analysis.pragmas]
    return value


def load(data: bytes, check: Check, rules: Mapping[str, Rule]) -> Analysis | None:
    """
    The analysis in ``data``; ``None`` when it is of another shape, or of a rule that is no longer there.
    """
    return from_json(decode(data), check, rules)


def decode(data: bytes) -> Value:
    """The value in ``data``, for :func:`from_json`; an empty one where it cannot be read."""
    try:
        value = json.loads(data) if data else to_json(NOTHING)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def from_json(value: Value, check: Check, rules: Mapping[str, Rule]) -> Analysis | None:
    """The analysis in a value that was JSON; ``None`` as for :func:`load`."""
    try:
        analysis = Analysis(
            findings=tuple([_finding_from_json(f, rules) for f in value["findings"]]),
            unread=tuple([Unread(p, UnreadReason(r), d, line) for p, r, d, line in value["unread"]]),
            facts=tuple([check.fact_from_json(f) for f in value["facts"]]),
            concerned=value["concerned"],
            sensitive=tuple([Location(*place) for place in value["sensitive"]]),
            pragmas=tuple([_pragma_from_json(*pragma) for pragma in value.get("pragmas", ())]),
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
    return analysis if analysis.findings else shared(analysis)


NOTHING = Analysis()
"""What most files have: this very object, also where :func:`load` gives it."""

FOREIGN = Analysis(concerned=False)
"""What a file has that is none of the check's business; this very object as well."""


def shared(analysis: Analysis) -> Analysis:
    """``analysis``, or the one object for all that are like it."""
    for common in (NOTHING, FOREIGN):
        if analysis == common:
            return common
    return analysis


def _finding_to_json(f: Finding) -> list[Any]:
    return [
        f.rule.id,
        f.message,
        _place(f.location),
        f.severity.value,
        f.confidence.value,
        f.remedy,
        f.aliases,
        [[_place(r.location), r.message] for r in f.related],
        f.properties,
        f.suppressed_by,
        f.snippet,
        f.anchor,
        f.ordinal,
        [[x.description, x.start_line, x.end_line, x.text] for x in f.fixes],
        f.witness,
    ]


def _finding_from_json(value: list[Any], rules: Mapping[str, Rule]) -> Finding:
    rule, message, place, severity, confidence, remedy, aliases, related, properties, *rest = value
    by, snippet, anchor, ordinal, fixes, witness = rest
    # A tree may have thousands; by place and without a loop over nothing they are made in half the time.
    return Finding(
        rules[rule],
        message,
        Location(*place),
        _SEVERITIES[severity],
        _CONFIDENCES[confidence],
        remedy,
        tuple(aliases),
        tuple([Related(Location(*p), m) for p, m in related]) if related else (),
        tuple([(k, v) for k, v in properties]) if properties else (),
        by,
        snippet,
        anchor,
        ordinal,
        "",
        tuple([Fix(*x) for x in fixes]) if fixes else (),
        "",
        None,
        witness,
    )


def _pragma_to_json(p: Suppression) -> list[Any]:
    lines = p.lines or LineRange(0, 0)
    return [p.rule, _place(p.origin), p.words, p.reason, p.owner, p.until, lines.start, lines.end]


def _pragma_from_json(
    rule: str, place: list[Any], words: str, reason: str, owner: str, until: str, start: int, end: int
) -> Suppression:
    lines = LineRange(start, end)
    return Suppression(
        SuppressionKind.INLINE, rule, Location(*place), words, reason, owner, until, lines=lines
    )


def _place(location: Location) -> list[Any]:
    return [location.path, location.start_line, location.start_column, location.end_line, location.end_column]
