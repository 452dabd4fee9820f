"""The second step, and what its findings lack before they can be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from pregate.checks.base import Analysis, Compared, Conclusion, Target, Verifying
from pregate.engine import pragmas
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.nearby import nearby
from pregate.engine.scene import Scene, State
from pregate.model import Blob, Finding, Location
from pregate.records import replace


class Concluding:
    """
    Asks the checks for their second step. ``finish`` adds snippets to findings which that brought, given the
    file's bytes.
    """

    def __init__(self, scene: Scene, finish: Callable[[Target, Analysis], Analysis]) -> None:
        self._scene = scene
        self._finish = finish

    def conclude_heads(self, state: State) -> None:
        """What the check makes of all heads together."""
        if state.failure or not state.files:
            return
        order = sorted(state.heads)
        before = [state.heads[i] for i in order]
        conclusion = self._conclude(state, state.check.conclude, before)
        state.notes = conclusion.notes
        state.heads = {}
        state.settled = {i: a for i, a in zip(order, conclusion.settled, strict=False) if a}
        if not state.failure:
            # What the second step made out after all, or says more of, is not left standing.
            left = {u for analysis in conclusion.analyses for u in analysis.unread}
            gone = {u for analysis in before for u in analysis.unread} - left
            more = sorted(left.difference(state.unread))
            state.unread = [*(u for u in state.unread if u not in gone), *more]
        for index, first, analysis in zip(order, before, conclusion.analyses, strict=False):
            if analysis.findings:
                whole = analysis
                if not _is_finished(analysis):
                    blob = self._scene.files[index].head
                    whole = self._finished(state, blob, analysis, first.sensitive)
                found = pragmas.suppress(whole.findings, first.pragmas)
                state.heads[index] = replace(whole, findings=found) if first.pragmas else whole

    def conclude_bases(
        self, found: Mapping[str, Mapping[tuple[int, int], Analysis]]
    ) -> Mapping[tuple[str, int], list[tuple[Finding, ...]]]:
        """The findings of the versions before the change, where the head has any."""
        findings: defaultdict[tuple[str, int], list[tuple[Finding, ...]]] = defaultdict(list)
        for name, analyses in found.items():
            state = self._scene.states[name]
            order = sorted(place for place in analyses if place[0] in state.heads)
            if not order:
                continue
            conclusion = self._conclude(state, state.check.recall, [analyses[place] for place in order])
            for (index, side), analysis in zip(order, conclusion.analyses, strict=False):
                blob = self._scene.files[index].bases[side - 1]
                is_known = all(finding.anchor for finding in analysis.findings)  # no more is asked of a base
                first = analyses[index, side]
                whole = analysis if is_known else self._finished(state, blob, analysis, first.sensitive)
                findings[name, index].append(pragmas.suppress(whole.findings, first.pragmas))
        return findings

    def _conclude(
        self,
        state: State,
        step: Callable[[Sequence[Analysis]], Conclusion],
        analyses: Sequence[Analysis],
    ) -> Conclusion:
        try:
            conclusion = step(analyses)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return Conclusion(())
        if len(conclusion.analyses) != len(analyses):
            state.failure = ("the second step has lost files", "This is a bug.")
            return Conclusion(())
        return conclusion

    def with_texts(
        self, state: State, blob: Blob, compared: Compared, sensitive: Sequence[Location]
    ) -> Compared:
        """Finished together, so that equal findings are told apart; the standing ones are the first."""
        both = Analysis(findings=(*compared.standing, *compared.introduced))
        findings = self._finished(state, blob, both, sensitive).findings
        count = len(compared.standing)
        return replace(compared, standing=findings[:count], introduced=findings[count:])

    def _finished(
        self, state: State, blob: Blob, analysis: Analysis, sensitive: Sequence[Location]
    ) -> Analysis:
        """
        Adds what the second step's findings lack; they may stand in an included file. ``sensitive`` is what
        the first step wants masked.
        """
        if _is_finished(analysis):
            return analysis
        if isinstance(state.check, Verifying):
            try:
                state.check.verify(analysis.findings, lambda path: self._text_at(blob, path))
            except BROKEN as error:
                state.failure = failure_of(error, state.check.name)
                return Analysis()
        paths = dict.fromkeys(finding.location.path for finding in analysis.findings)
        is_list = not state.check.facts_hold_text
        texts = {p: nearby(self._text(blob, p), p, analysis.findings, is_list=is_list) for p in paths}
        target = Target(blob.path, texts.pop(blob.path, b""), tuple(texts.items()))
        return self._finish(target, replace(analysis, sensitive=tuple(sensitive)))

    def _text_at(self, blob: Blob, path: str) -> bytes | None:
        """A file of the blob's revision, where it is there and can be read."""
        place = blob if path == blob.path else self._scene.source.find(blob.revision, path)
        data = self._scene.read(place) if place else None
        return data if isinstance(data, bytes) else None

    def _text(self, blob: Blob, path: str) -> bytes:
        return self._text_at(blob, path) or b""


def _is_finished(analysis: Analysis) -> bool:
    """Whether a finding of the second step lacks nothing."""
    return all(f.anchor and f.snippet for f in analysis.findings)
