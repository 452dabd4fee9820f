"""
A plug-in's check behind the rules: everything that it is asked goes through here, and so do its answers.

An answer that breaks a rule is no finding that somebody might believe: the check as a whole has failed, and
the run is incomplete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from pregate import __version__
from pregate.checks.base import (
    Analysis,
    Check,
    Compared,
    Comparison,
    Conclusion,
    Fact,
    Json,
    Pair,
    Target,
    Tree,
)
from pregate.errors import ScannerError
from pregate.model import Finding, Rule
from pregate.plugins.answers import (
    checked_analysis,
    checked_canary,
    checked_findings,
    checked_places,
    checked_rules,
    wrong,
)
from pregate.plugins.calls import calling
from pregate.records import replace

_DEAREST = 1_000_000  # nanoseconds per byte


class Guard:
    """
    The check of the plug-in ``name`` as the engine sees it; ``origin`` is what its results depend on beside
    its own version: the distribution, and the options in force.

    ``canary`` are the files that a self-test plants, as pairs of path and bytes.
    Its findings never carry a discriminator, an anchor, an ordinal or a word of policy's, and its facts are
    taken to repeat the file's text: the engine looks through them for secrets before they are kept.
    Raises ScannerError for a check that has not the form of one.
    """

    keyed = False
    facts_hold_text = True

    def __init__(self, check: Any, name: str, origin: str) -> None:
        self._check: Check = check
        self.name = name
        with calling(name, "say what it is"):
            own, version, cost = check.name, check.version, check.cost
            self.reads_text = bool(getattr(check, "reads_text", False))
            self._compares = bool(getattr(check, "compares", False))
            self._rules = checked_rules(name, check.rules())
        if own != name:
            raise wrong(name, "its check has another name than its entry point")
        if not isinstance(version, str) or not isinstance(cost, int) or not 0 <= cost <= _DEAREST:
            raise wrong(name, "version is no text, or cost no number of nanoseconds per byte")
        self.canary = checked_canary(name, getattr(check, "canary", {}))
        self.cost = cost
        self._known = {rule.id: rule for rule in self._rules}
        digest = hashlib.sha256("\0".join((__version__, origin, version)).encode("utf-8", "replace"))
        self.version = digest.hexdigest()[:32]

    @property
    def compares(self) -> bool:
        """Whether the plug-in wants the third step."""
        return self._compares

    def rules(self) -> tuple[Rule, ...]:
        """The rules as they were when the check was made."""
        return self._rules

    def concerns(self, path: str, *, executable: bool) -> bool:
        """As the plug-in says."""
        with calling(self.name, "say which files concern it"):
            return bool(self._check.concerns(path, executable=executable))

    def dependents(self, changed: Sequence[str], tree: Tree) -> tuple[str, ...]:
        """As the plug-in says."""
        with calling(self.name, "say which files depend on others"):
            return self._paths(self._check.dependents(changed, tree))

    def includes(self, target: Target) -> tuple[str, ...]:
        """As the plug-in says."""
        with calling(self.name, "say what a file includes"):
            return self._paths(self._check.includes(target))

    def analyse(self, target: Target) -> Analysis:
        """What the plug-in says of a target. Raises ScannerError where that breaks a rule."""
        with calling(self.name, "analyse a file", file=True):
            answer = self._check.analyse(target)
            texts = {target.path: target.data, **dict(target.included)}
            analysis = checked_analysis(self.name, answer, self._known)
            return checked_places(self.name, analysis, texts.get)

    def fact_from_json(self, value: Json) -> Fact:
        """As the plug-in reads it; ValueError where it cannot, so that the file is analysed anew."""
        try:
            with calling(self.name, "read a fact"):
                return self._check.fact_from_json(value)
        except ScannerError as error:
            raise ValueError(error.message) from error

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """The second step. Raises ScannerError where the answer breaks a rule."""
        with calling(self.name, "conclude"):
            return self._concluded(self._check.conclude(analyses), analyses)

    def recall(self, analyses: Sequence[Analysis]) -> Conclusion:
        """The second step for versions before the change."""
        with calling(self.name, "conclude"):
            return self._concluded(self._check.recall(analyses), analyses)

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:
        """The third step. Raises ScannerError where the answer breaks a rule."""
        with calling(self.name, "compare"):
            answer = self._check.compare(pairs, removed, compared=compared)
            if not isinstance(answer, Comparison) or len(answer.files) != len(pairs):
                raise wrong(self.name, "a comparison has not one entry for each pair")
            files = tuple(self._compared(each) for each in answer.files)
            return Comparison(files, self._notes(answer.notes))

    def verify(self, findings: Sequence[Finding], text: Callable[[str], bytes | None]) -> None:
        """
        Raises ScannerError where a finding of a later step stands at a place that is not there; ``text``
        gives a file of the same revision, or None.
        """
        with calling(self.name, "place its findings"):
            checked_places(self.name, Analysis(findings=tuple(findings)), text)

    def _concluded(self, answer: Any, given: Sequence[Analysis]) -> Conclusion:
        """What the first step could not read stays unread, whatever the second says."""
        if not isinstance(answer, Conclusion) or len(answer.analyses) != len(given):
            raise wrong(self.name, "a conclusion has not one analysis for each that it was given")
        checked = (checked_analysis(self.name, each, self._known) for each in answer.analyses)
        analyses = tuple(
            replace(after, unread=tuple(dict.fromkeys((*before.unread, *after.unread))))
            for before, after in zip(given, checked, strict=True)
        )
        return Conclusion(analyses, self._notes(answer.notes))

    def _compared(self, answer: Compared) -> Compared:
        given = checked_analysis(self.name, Analysis(unread=answer.unread), self._known)
        return replace(
            answer,
            introduced=checked_findings(self.name, answer.introduced, self._known),
            standing=checked_findings(self.name, answer.standing, self._known),
            unread=given.unread,
        )

    def _paths(self, paths: Any) -> tuple[str, ...]:
        if isinstance(paths, str) or not all(isinstance(path, str) for path in paths):
            raise wrong(self.name, "paths are not given as a tuple of texts")
        return tuple(paths)

    def _notes(self, notes: Any) -> tuple[str, ...]:
        return tuple(str(note)[:500] for note in notes)
