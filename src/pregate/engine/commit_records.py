"""What the search of one commit gave, and its bytes for the cache, which hold what reports may show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pregate.checks.base import Analysis
from pregate.engine import pragmas, results
from pregate.records import dataclass, replace

if TYPE_CHECKING:
    from pregate.checks.base import Check
    from pregate.model import Finding, Rule

LAYOUT = 1
"""Part of every key: changes with what the bytes hold."""


@dataclass(frozen=True, slots=True)
class Tally:
    """
    What was searched: versions of files and the bytes that they add, and what was not: those that are
    ``binary``, that the configuration excludes, or that are left out by their name.
    """

    files: int = 0
    size: int = 0
    binary: int = 0
    excluded: int = 0
    ignored: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.files + other.files,
            self.size + other.size,
            self.binary + other.binary,
            self.excluded + other.excluded,
            self.ignored + other.ignored,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """
    One commit, searched. ``analysis`` has the findings with their places in the commit's versions; the
    discriminator of each is its value's digest under the key of the cache.
    """

    commit: str
    tally: Tally
    analysis: Analysis

    def findings(self) -> tuple[Finding, ...]:
        """The findings with the commit, and with the comments that accept some of them."""
        found = pragmas.suppress(self.analysis.findings, self.analysis.pragmas)
        return tuple(replace(finding, commit=self.commit) for finding in found)


def dump(record: Record) -> bytes:
    """The bytes that :func:`load` turns back into an equal record."""
    tally = record.tally
    value = [
        tally.files,
        tally.size,
        tally.binary,
        tally.excluded,
        tally.ignored,
        results.dump(record.analysis).decode("ascii"),
        [f.discriminator.hex() for f in record.analysis.findings],
    ]
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def load(data: bytes, commit: str, check: Check, rules: Mapping[str, Rule]) -> Record | None:
    """The record in ``data``; ``None`` when it is of another shape, or of a rule that is no longer there."""
    try:
        *numbers, text, marks = json.loads(data)
        analysis = results.load(text.encode("ascii"), check, rules)
        if analysis is None:
            return None
        pairs = zip(analysis.findings, marks, strict=True)
        marked = tuple(replace(f, discriminator=bytes.fromhex(mark)) for f, mark in pairs)
        return Record(commit, Tally(*map(int, numbers)), replace(analysis, findings=marked))
    except (ValueError, TypeError, AttributeError):
        return None
