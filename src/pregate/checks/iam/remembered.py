"""
Comparisons that came to nothing, remembered: the policies of an unchanged second run are not judged again,
and what judges them is not loaded.

Only this machine's own judgement is remembered, and only that it had nothing to say; a finding is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.checks.base import Analysis, Compared, Comparison, Pair

if TYPE_CHECKING:
    from pregate.checks.iam.judge import Judge
    from pregate.config import IamConfig

_REVISION = "1"


def question_of(
    version: str,
    config: IamConfig,
    judge: Judge,
    pairs: Sequence[Pair],
    removed: Sequence[Pair],
    compared: bool,
) -> tuple[str, ...]:
    """Everything that a comparison depends on; empty where others are asked or have their own policies."""
    if judge.store is None or judge.checker is not None or judge.references or judge.bounds:
        return ()
    told = [_told(pair) for side in (pairs, removed) for pair in side]
    return (
        "iam-comparison",
        _REVISION,
        version,
        repr(config),
        repr((compared, len(pairs))),
        json.dumps(told),
    )


def recalled(judge: Judge, question: tuple[str, ...], count: int) -> Comparison | None:
    """The comparison of ``count`` files that had nothing to say, where it is known."""
    kept = judge.store.recall(question) if judge.store and question else None
    try:
        notes = json.loads(kept) if kept else None
    except ValueError:
        return None
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        return None
    return Comparison(tuple(Compared() for _ in range(count)), tuple(notes))


def remember(judge: Judge, question: tuple[str, ...], comparison: Comparison) -> None:
    """Keeps that there was nothing to say, with the notes."""
    if judge.store and question and all(file == Compared() for file in comparison.files):
        judge.store.keep(question, json.dumps(comparison.notes))


def _told(pair: Pair) -> list[object]:
    sides = [_side(analysis) for analysis in (pair.head, *pair.bases)]
    return [pair.commit, pair.paths, sides]


def _side(analysis: Analysis) -> list[object]:
    found = [(finding.rule.id, repr(finding.location)) for finding in analysis.findings]
    return [[fact.to_json() for fact in analysis.facts], found]
