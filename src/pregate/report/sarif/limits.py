"""
What GitHub takes of a SARIF log, and texts cut to it.

Numbers of objects and the file's size: GitHub Docs, "SARIF support for code scanning" and "SARIF results
exceed one or more limits". A log over one of them is refused as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pregate.model import CheckSummary, Completed
from pregate.records import dataclass, replace
from pregate.report.sarif.descriptors import TAGS_MAX
from pregate.report.visible import clipped
from pregate.report.words import BY_NATURE, plural, unread_of


@dataclass(frozen=True, slots=True)
class Limits:
    """
    The most that a log may have: ``size`` in bytes after gzip, ``results``, ``rules`` and ``notes``
    (notifications about unread files, which GitHub does not read) for each run, ``locations`` of each kind
    for each result.
    """

    size: int = 10_000_000
    runs: int = 20
    results: int = 25_000
    rules: int = 25_000
    locations: int = 1_000
    notes: int = 100


ID_MAX = 200  # no limit is published for these four; ours keep a log readable
HELP_MAX = 10_000
URI_MAX = 2_000
TAG_MAX = 100


def bounded_notes(summary: CheckSummary, most: int, extra: Iterable[str]) -> CheckSummary:
    """``summary`` with ``most`` unread files, first those that could have been read, and ``extra`` notes."""
    outcome = summary.outcome
    if not isinstance(outcome, Completed):
        return summary
    unread = sorted(unread_of(summary), key=lambda u: u.reason in BY_NATURE)
    notes = [*outcome.notes, *extra]
    if len(unread) > most:
        notes.append(f"{plural(len(unread) - most, 'more file')} not analysed")
    return replace(summary, outcome=replace(outcome, unread=tuple(unread[:most]), notes=tuple(notes)))


def bounded_rules(descriptors: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """SARIF rules with ids that are short and differ from each other, and texts of a bounded length."""
    taken: set[str] = set()
    return tuple(_bounded_rule(descriptor, taken) for descriptor in descriptors)


def _bounded_rule(descriptor: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    rule = {**descriptor, "id": _free_id(descriptor["id"], taken)}
    told = rule["help"]
    rule["help"] = {"text": clipped(told["text"], HELP_MAX)}
    if len(told["markdown"]) <= HELP_MAX:  # cut Markdown could end in a code block, the text says the same
        rule["help"]["markdown"] = told["markdown"]
    if len(rule.get("helpUri", "")) > URI_MAX:
        del rule["helpUri"]
    tags = dict.fromkeys(clipped(tag, TAG_MAX) for tag in rule["properties"]["tags"] if tag)
    rule["properties"] = {**rule["properties"], "tags": list(tags)[:TAGS_MAX]}
    return rule


def _free_id(wanted: str, taken: set[str]) -> str:
    name = wanted
    if len(name) > ID_MAX:
        name = f"{name[: ID_MAX - 17]}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}"
    number = 1
    while name in taken:
        number += 1
        name = f"{wanted[: ID_MAX - 17]}-{number}"
    taken.add(name)
    return name
