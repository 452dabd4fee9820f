"""What becomes of a check: completed with its candidates, skipped or failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pregate.config import CHECKS
from pregate.engine import pragmas
from pregate.engine.scene import Scene, State
from pregate.engine.subtract import subtract
from pregate.model import (
    Candidate,
    Completed,
    Counts,
    Failed,
    Finding,
    Outcome,
    Skipped,
    SkipReason,
    Suppression,
)
from pregate.records import replace


def told_pragmas(scene: Scene) -> Mapping[str, tuple[Suppression, ...]]:
    """The inline suppressions that each outcome tells of."""
    states = [state for state in scene.states.values() if not state.failure]
    if not any(state.pragmas for state in states):
        return {}
    origins = {pragma.origin.path for state in states for pragma in state.pragmas}
    numbers = {index for state in states for index in state.concerned}
    used = {state.check.name: set(_used(state)) for state in states}
    known = {*CHECKS, *scene.config.plugins, *(tool.name for tool in scene.config.tools)}
    return pragmas.addressed(
        {state.check.name: state.pragmas for state in states},
        used,
        [state.check for state in states],
        known.difference(state.check.name for state in states),
        {path for index in numbers if (path := scene.files[index].path) in origins},
    )


def outcome_of(
    scene: Scene,
    state: State,
    bases: Mapping[tuple[str, int], list[tuple[Finding, ...]]],
    told: Mapping[str, tuple[Suppression, ...]],
) -> Outcome:
    """The outcome of a check, when all steps are done; ``bases`` are the findings before the change."""
    name = state.check.name
    seconds = round(state.seconds, 3)  # as reports hold it: rounded twice, a number may not be the same
    counts = Counts(state.files, len(state.done) + state.quiet, state.cached, state.excluded, seconds)
    unread = tuple(sorted(set(state.unread)))
    if state.failure:
        return Failed(name, *state.failure, counts)
    if not state.files and not state.excluded and not state.notes:
        return Skipped(name, SkipReason.NO_TARGETS)
    listed = {u.path for u in unread}
    unfinished = (index for index in state.concerned if index not in state.done)
    lost = [index for index in unfinished if scene.files[index].path not in listed]
    if lost:
        return Failed(
            name,
            f"{len(lost)} files were neither analysed nor listed as unread",
            "This is a bug.",
            counts,
        )
    candidates: list[Candidate] = []
    for index, analysis in sorted(state.heads.items()):
        found = analysis.findings
        if not scene.change.compared:
            candidates += subtract(found, (), (), compared=False)
            continue
        file = scene.files[index]
        if file.commit:
            found = tuple(replace(f, commit=file.commit) for f in found)
        candidates += subtract(found, bases.get((name, index), []), file.added, compared=True)
    for _, compared in sorted(state.compared.items()):
        candidates += compared
    mine = told.get(name, ())
    return Completed(name, tuple(_without_repeats(candidates)), unread, counts, state.notes, mine)


def _used(state: State) -> Iterator[Suppression]:
    heads = (f for analysis in state.heads.values() for f in analysis.findings)
    compared = (c.finding for candidates in state.compared.values() for c in candidates)
    yield from (f.suppression for f in (*heads, *compared) if f.suppression)


def _without_repeats(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """
    A file included by two others is analysed twice; its findings are told once, as new if either says
    so.
    """
    best: dict[object, Candidate] = {}
    for candidate in candidates:
        f = candidate.finding
        at = f.location  # hashing it costs as much as all else here
        place = (at.path, at.start_line, at.start_column, at.end_line, at.end_column)
        identity = (f.rule.id, place, f.anchor, f.ordinal, f.commit, f.message)
        known = best.get(identity)
        if known is None or (candidate.introduced and not known.introduced):
            best[identity] = candidate
    yield from best.values()
