"""Parts of the JSON report that stand at several places of it, as dictionaries."""

from __future__ import annotations

from typing import Any

from pregate.model import Fix, Location, Suppression, Waiver
from pregate.report.visible import uri, visible


def waiver_entry(waiver: Waiver) -> dict[str, Any]:
    """What became of a suppression in the run."""
    return {
        "standing": waiver.standing.value,
        "why": waiver.why,
        "added": waiver.is_added,
        "findings": waiver.count,
        "suppression": suppression_entry(waiver.suppression),
    }


def suppression_entry(suppression: Suppression) -> dict[str, Any]:
    """A suppression, of a finding or by itself."""
    lines = suppression.lines
    return {
        "kind": suppression.kind.value,
        "rule": suppression.rule,
        "origin": location_entry(suppression.origin),
        "words": suppression.words,
        "reason": suppression.reason,
        "owner": suppression.owner,
        "until": suppression.until,
        "lines": [lines.start, lines.end] if lines else None,
        "anchor": suppression.anchor,
        "path": suppression.path,
        "witness": suppression.witness,
        "count": suppression.count,
    }


def fix_entry(fix: Fix) -> dict[str, Any]:
    """Whole lines that mend a finding."""
    return {
        "description": fix.description,
        "start_line": fix.start_line,
        "end_line": fix.end_line,
        "text": fix.text,
    }


def location_entry(location: Location) -> dict[str, Any]:
    """A place in a file."""
    return {
        **path_entry(location.path),
        "start_line": location.start_line,
        "start_column": location.start_column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def path_entry(path: str) -> dict[str, str]:
    """A path exactly, for people, and as a relative URI."""
    return {"path": path, "path_display": visible(path), "uri": uri(path)}
