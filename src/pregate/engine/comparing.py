"""The third step: what a change does between both sides of it, for the checks that have a word on that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pregate.checks.base import Analysis, Compared, Pair
from pregate.engine import pragmas
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.concluding import Concluding
from pregate.engine.scene import Scene, State
from pregate.engine.subtract import touches
from pregate.model import Candidate, ChangedFile, Suppression
from pregate.records import replace


def compare(
    scene: Scene, concluding: Concluding, state: State, bases: Mapping[tuple[int, int], Analysis]
) -> None:
    """Asks a check what the change does, and keeps what it says as candidates."""
    sides: defaultdict[int, list[tuple[str, Analysis]]] = defaultdict(list)
    for (index, side), analysis in sorted(bases.items(), key=lambda entry: entry[0]):
        path = scene.files[index].bases[side - 1].path if index >= 0 else ""
        sides[index].append((path, analysis))
    order = sorted(state.versions)
    pairs = []
    for index in order:
        file = scene.files[index]
        paths = (file.path, *(path for path, _ in sides[index]))
        before = tuple(analysis for _, analysis in sides[index])
        pairs.append(Pair(state.versions[index], before, file.commit, paths))
    removed = [Pair(Analysis(), tuple(a for _, a in sides[i])) for i in sorted(sides) if i < 0]
    try:
        comparison = state.check.compare(pairs, removed, compared=scene.change.compared)
    except BROKEN as error:
        state.failure = failure_of(error, state.check.name)
        return
    if len(comparison.files) != len(pairs):
        state.failure = ("the comparison has lost files", "This is a bug.")
        return
    state.notes += comparison.notes
    for index, compared in zip(order, comparison.files, strict=True):
        known = set(state.unread)
        state.unread += [u for u in compared.unread if u not in known]
        if compared.introduced or compared.standing:
            blob, first = scene.files[index].head, state.versions[index]
            whole = concluding.with_texts(state, blob, compared, first.sensitive)
            gone = [p for _, analysis in sides[index] for p in analysis.pragmas]
            found = _candidates(scene, scene.files[index], whole, first.pragmas, gone)
            state.compared[index] = tuple(found)


def _candidates(
    scene: Scene,
    file: ChangedFile,
    compared: Compared,
    mine: Sequence[Suppression],
    before: Sequence[Suppression],
) -> Iterator[Candidate]:
    """
    What a comparison found is new or standing by definition, wherever its lines were added; but a
    standing one is new as well where the change adds or takes away its suppression.
    """
    added, lost = pragmas.difference(mine, before), pragmas.difference(before, mine)
    for count, found in enumerate((compared.introduced, compared.standing)):
        for finding in pragmas.suppress(found, mine):
            is_introduced = not count
            if count and scene.change.compared:
                by = finding.suppression
                is_introduced = by in added if by else pragmas.mean(lost, finding)
            in_diff = scene.change.compared and touches(finding, file.added)
            told = replace(finding, commit=file.commit)
            yield Candidate(told, is_introduced, in_diff, standing=bool(count))
