"""What pregate expects of a plug-in's report."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import ClassVar

from pregate.conformance.checks import run_all
from pregate.conformance.expecting import expect, pure
from pregate.conformance.verdicts import RULES, empty, full, hostile
from pregate.model import Decision, Rule, Verdict

Render = Callable[[Verdict, Sequence[Rule]], str | bytes]


class ReportConformance:
    """Subclass it in a test module: ``render`` is the entry point's function (``staticmethod(render)``)."""

    render: ClassVar[Render]

    def test_an_empty_verdict_has_a_report(self) -> None:
        """No finding, no check, for each decision."""
        for decision in Decision:
            self._bytes(empty(decision))

    def test_all_states_and_outcomes_have_a_report(self) -> None:
        """New, pre-existing, suppressed, below the threshold; completed, skipped, failed, unread."""
        for decision in Decision:
            self._bytes(full(decision))

    def test_the_same_verdict_gives_the_same_report(self) -> None:
        """Byte by byte."""
        for verdict in (empty(), full(), hostile()):
            first = self._bytes(verdict)
            expect(self._bytes(copy.deepcopy(verdict)) == first, "the same verdict gives another report")

    def test_hostile_text_is_survived(self) -> None:
        """
        Paths and messages with markup, escape sequences, line ends and lone surrogates; what they may not do
        in the report's own format is for its author to test.
        """
        data = self._bytes(hostile())
        expect(b"\x1b[" not in data, "an escape sequence of a path goes to whoever reads the report")

    def test_rules_may_be_missing(self) -> None:
        """A finding carries its own; the list is there for those without one."""
        self._bytes(full(), ())

    def test_it_reaches_for_nothing_but_the_verdict(self) -> None:
        """No file, no process, no network, nothing printed."""
        self._bytes(full())
        with pure("render"):
            type(self).render(full(), RULES)

    def _bytes(self, verdict: Verdict, rules: Sequence[Rule] = RULES) -> bytes:
        text = type(self).render(verdict, rules)
        expect(isinstance(text, str | bytes), f"a report is a {type(text).__name__}, not text or bytes")
        if isinstance(text, bytes):
            return text
        try:
            return text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise AssertionError("the report holds a surrogate that cannot be written") from None


def check_report(render: Render) -> None:
    """Runs all tests of :class:`ReportConformance`. Raises AssertionError, or what the plug-in raises."""
    run_all(type("Suite", (ReportConformance,), {"render": staticmethod(render)})())
