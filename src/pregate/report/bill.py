"""
What the bills of materials share: the inventory of a verdict with equal components put together, and its
findings about them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pregate.model import Component, Inventory, Judged, License, Location, Unread, UnreadReason, Verdict
from pregate.records import dataclass, replace
from pregate.report.visible import one_line, visible

ROOT = "pregate:subject"
SUBJECT = "repository"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A component with all its places. ``is_direct`` holds when one of them is; ``dev`` and ``optional`` when
    all are.
    """

    component: Component
    places: tuple[Location, ...]
    is_direct: bool
    is_top: bool
    dev: bool
    optional: bool
    requires: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Its reference, free of control characters."""
        return one_line(self.component.ref)


def inventory_of(verdict: Verdict) -> Inventory:
    """The verdict's inventory; where none was taken, one that says so."""
    nobody = Unread("", UnreadReason.NOT_ASKED, "no inventory was taken in this run")
    return verdict.inventory if verdict.inventory is not None else Inventory(gaps=(nobody,))


def entries_of(components: Sequence[Component]) -> tuple[Entry, ...]:
    """Equal components together, ordered by their references."""
    groups: dict[str, list[Component]] = {}
    for component in components:
        groups.setdefault(one_line(component.ref), []).append(component)
    return tuple(_entry(groups[ref]) for ref in sorted(groups))


def _entry(same: Sequence[Component]) -> Entry:
    same = sorted(same, key=lambda c: (c.location, c.license.id, c.license.expression, c.license.name))
    first = next((c for c in same if c.license != License()), same[0])
    depths = {c.depth for c in same}
    return Entry(
        component=replace(first, location=same[0].location),
        places=tuple(dict.fromkeys(c.location for c in same)),
        is_direct="direct" in depths,
        # Where the file does not tell, a package is listed as the subject's own: it belongs to something.
        is_top=depths != {"transitive"},
        dev=all(c.dev for c in same),
        optional=all(c.optional for c in same),
        requires=tuple(sorted({one_line(ref) for c in same for ref in c.requires})),
    )


def vulnerable(verdict: Verdict) -> tuple[tuple[Judged, Mapping[str, str]], ...]:
    """Findings about a vulnerable package, with their properties as a mapping."""
    pairs = ((judged, dict(judged.finding.properties)) for judged in verdict.findings)
    return tuple(
        (judged, known)
        for judged, known in pairs
        if judged.finding.rule.check == "dependencies" and "package" in known and "advisories" in known
    )


def gap_words(gap: Unread) -> str:
    """One line about something that could not be read: ``app/uv.lock:3: not-audited: a path``."""
    place = visible(gap.path) + (f":{gap.line}" if gap.line else "") if gap.path else ""
    return ": ".join(part for part in (place, gap.reason.value, one_line(gap.detail)) if part)


def dumped(document: Mapping[str, Any]) -> str:
    """
    A document as ASCII JSON, one line for each member and each item of a list in it. An indented one takes
    ten times as long to write, and is twice as large.
    """
    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"  {_compact(item)}" for item in value)
            parts.append(f" {_compact(key)}: [\n{items}\n ]")
        else:
            parts.append(f" {_compact(key)}: {_compact(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=True)


def timestamp(milliseconds: int) -> str:
    """A moment as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
