"""What a plug-in's check may say, and what becomes of the run when it says something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pregate.cache import cache_at
from pregate.checks import make_masker
from pregate.checks.base import Analysis, Conclusion, Json, PlainCheck, Target
from pregate.config import Config
from pregate.engine.analyst import Analyst, Task
from pregate.errors import ScannerError, UsageError
from pregate.model import (
    Completed,
    Decision,
    Failed,
    Finding,
    Fix,
    Location,
    Outcome,
    Related,
    Rule,
    Severity,
    Suppression,
    SuppressionKind,
    Unread,
    UnreadReason,
)
from pregate.plugins.guard import Guard
from pregate.policy import decide
from tests.engine.fakes import Scan, Tree, Watch, finished

RULE = Rule("words/WORD", "a word", "Words are bad.", "Remove it.", Severity.HIGH)
OTHER = replace(RULE, id="words/OTHER")
HERE = Location("a.txt", 1, 1, 1, 5)
FOUND = Finding(RULE, "a word", HERE, Severity.HIGH)


@dataclass(frozen=True)
class Note:
    """A fact."""

    text: str

    def to_json(self) -> Json:
        return self.text


class Words(PlainCheck):
    """A plug-in that answers what it is told to, or raises it."""

    name, version, cost = "words", "1", 1

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def _answer(self, what: str, usual: Any) -> Any:
        answer = self.answers.get(what, usual)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def rules(self) -> tuple[Rule, ...]:
        rules: tuple[Rule, ...] = self._answer("rules", (RULE,))
        return rules

    def concerns(self, path: str, *, executable: bool) -> bool:
        return bool(self._answer("concerns", path.endswith(".txt")))

    def dependents(self, changed: Sequence[str], tree: object) -> tuple[str, ...]:
        paths: tuple[str, ...] = self._answer("dependents", ())
        return paths

    def includes(self, target: Target) -> tuple[str, ...]:
        paths: tuple[str, ...] = self._answer("includes", ())
        return paths

    def analyse(self, target: Target) -> Analysis:
        analysis: Analysis = self._answer("analyse", Analysis((FOUND,)))
        return analysis

    def fact_from_json(self, value: Json) -> Note:
        note: Note = self._answer("fact", Note(str(value)))
        return note

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        conclusion: Conclusion = self._answer("conclude", Conclusion(tuple(analyses)))
        return conclusion


def guard(**answers: Any) -> Guard:
    return Guard(Words(**answers), "words", "words 1.0")


def scanned(check: Guard, base: bytes | None = None, *, incomplete: bool = False) -> Outcome:
    files = {"head": {"a.txt": b"word one\nline two\n"}} | ({"base": {"a.txt": base}} if base else {})
    tree = Tree(files)
    change = tree.change() if base else tree.all()

    def build() -> Analyst:
        return Analyst([check], make_masker, 20)

    config = Config(jobs=1)
    (outcome,) = Scan(change, [check], tree, cache_at(None), config, build, finished, Watch()).run()
    assert decide([outcome], config, change).decision is (
        Decision.INCOMPLETE if incomplete or isinstance(outcome, Failed) else Decision.FAILED
    )
    return outcome


def test_a_finding_is_told_with_the_engines_anchor_and_snippet() -> None:
    outcome = scanned(guard())
    assert isinstance(outcome, Completed)
    (candidate,) = outcome.candidates
    assert candidate.finding.snippet == "word one"
    assert len(candidate.finding.anchor) == 32


def test_what_is_policys_to_say_is_taken_away() -> None:
    place = Location("a.txt")
    waiver = Suppression(SuppressionKind.FILE, "words/*", place, "it is fine")
    claims = replace(
        FOUND,
        excused="it is fine",
        suppression=waiver,
        snippet="something else",
        anchor="chosen",
        ordinal=7,
        commit="0" * 40,
        witness="00",
        discriminator=b"chosen",
    )
    analysis = guard(analyse=Analysis((claims,), pragmas=(waiver,))).analyse(Target("a.txt", b"word\n"))
    assert analysis == Analysis((FOUND,), facts_hold_text=True)
    assert analysis.findings[0].discriminator == b""


def test_a_pragma_that_stands_beside_the_finding_suppresses_it() -> None:
    fine = replace(FOUND, suppressed_by="# fine")
    check = guard(analyse=Analysis((fine,)))
    assert check.analyse(Target("a.txt", b"word # fine\n")).findings == (fine,)
    with pytest.raises(ScannerError, match="do not stand beside"):
        check.analyse(Target("a.txt", b"word\n"))


WRONG: dict[str, Any] = {
    "no analysis": None,
    "no finding": Analysis(("a finding",)),  # type: ignore[arg-type]
    "an undeclared rule": Analysis((replace(FOUND, rule=OTHER),)),
    "a rule that was changed": Analysis((replace(FOUND, rule=replace(RULE, title="another")),)),
    "no severity": Analysis((replace(FOUND, severity=4),)),  # type: ignore[arg-type]
    "no message": Analysis((replace(FOUND, message=""),)),
    "a long message": Analysis((replace(FOUND, message="x" * 5000),)),
    "a text that cannot be written": Analysis((replace(FOUND, message="\ud800"),)),
    "a long alias": Analysis((replace(FOUND, aliases=("x" * 1001,)),)),
    "a property's name": Analysis((replace(FOUND, properties=(("A secret?", ""),)),)),
    "many aliases": Analysis((replace(FOUND, aliases=("x",) * 101),)),
    "properties of numbers": Analysis((replace(FOUND, properties=(("a", 1),)),)),  # type: ignore[arg-type]
    "line 0": Analysis((replace(FOUND, location=replace(HERE, start_line=0)),)),
    "a line after the end": Analysis((replace(FOUND, location=replace(HERE, end_line=3)),)),
    "a column after the end": Analysis((replace(FOUND, location=replace(HERE, end_column=50)),)),
    "an end before its start": Analysis((replace(FOUND, location=replace(HERE, start_column=6)),)),
    "another file": Analysis((replace(FOUND, location=replace(HERE, path="b.txt")),)),
    "a related place elsewhere": Analysis((replace(FOUND, related=(Related(Location("b.txt"), "x"),)),)),
    "a fix of no lines": Analysis((replace(FOUND, fixes=(Fix("mend", 9, 9, ""),)),)),
    "an unread file elsewhere": Analysis(unread=(Unread("b.txt", UnreadReason.BINARY),)),
    "an unread file without reason": Analysis(unread=(Unread("a.txt", "binary"),)),  # type: ignore[arg-type]
    "a fact that is no JSON": Analysis(facts=(Note({1, 2}),)),  # type: ignore[arg-type]
    "a fact that is none": Analysis(facts=("x",)),  # type: ignore[arg-type]
    "an exception": ValueError("word one"),
    "an exit": SystemExit(0),
    "its own error": ScannerError("the tool is not there", "Install it."),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_that_breaks_a_rule_fails_the_check(what: str) -> None:
    outcome = scanned(guard(analyse=WRONG[what]))
    assert isinstance(outcome, Failed)
    assert "words" in outcome.message
    assert "word one" not in outcome.message + outcome.hint


@pytest.mark.parametrize("what", ["concerns", "dependents", "includes", "conclude"])
@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(0), RecursionError()])
def test_a_plug_in_that_raises_anywhere_fails_alone(what: str, error: BaseException) -> None:
    outcome = scanned(guard(**{what: error}), base=b"line two\n")
    assert isinstance(outcome, Failed)


@pytest.mark.parametrize(
    "conclusion",
    [
        None,
        Conclusion(()),
        Conclusion((Analysis((replace(FOUND, location=replace(HERE, end_line=30)),)),)),
        Conclusion((Analysis((replace(FOUND, location=replace(HERE, path="b.txt")),)),)),
        Conclusion((Analysis((replace(FOUND, rule=OTHER),)),)),
    ],
)
def test_the_second_step_is_held_to_the_same_rules(conclusion: Conclusion | None) -> None:
    assert isinstance(scanned(guard(conclude=conclusion)), Failed)


def test_what_was_unread_stays_so_whatever_the_second_step_says() -> None:
    hole = Unread("a.txt", UnreadReason.UNPARSABLE, "line 2", 2)
    found = Analysis((FOUND,), (hole,))
    outcome = scanned(guard(analyse=found, conclude=Conclusion((Analysis((FOUND,)),))), incomplete=True)
    assert isinstance(outcome, Completed)
    assert outcome.unread == (hole,)


@pytest.mark.parametrize("error", [RecursionError(), MemoryError()])
def test_a_file_that_is_too_deep_is_unread_and_no_failure_of_the_check(error: Exception) -> None:
    task = Task(0, Target("a.txt", b""), ("words",))
    (report,) = Analyst([guard(analyse=error)], make_masker, 20).work(task)
    assert [unread.reason for unread in report.analysis.unread] == [UnreadReason.CRASHED]


@pytest.mark.parametrize(
    "rules",
    [
        (replace(RULE, id="secrets/WORD"),),
        (replace(RULE, id="words/"),),
        (replace(RULE, id="words/a b"),),
        (RULE, replace(RULE, title="b")),
        (replace(RULE, help_uri="javascript:alert(1)"),),
        (replace(RULE, severity="high"),),  # type: ignore[arg-type]
        ("words/WORD",),
        None,
    ],
)
def test_rules_are_the_plug_ins_own(rules: Any) -> None:
    with pytest.raises(ScannerError, match="words"):
        guard(rules=rules)


@pytest.mark.parametrize("change", [{"name": "secrets"}, {"version": 1}, {"cost": -1}, {"cost": "cheap"}])
def test_a_check_without_the_form_of_one_is_refused(change: dict[str, Any]) -> None:
    check = Words()
    for key, value in change.items():
        setattr(check, key, value)
    with pytest.raises(ScannerError):
        Guard(check, "words", "words 1.0")


def test_a_usage_error_of_the_plug_in_stays_one() -> None:
    with pytest.raises(UsageError, match="plug-in words: no such option"):
        guard(rules=UsageError("no such option", ""))


def test_results_are_kept_by_plug_in_version_and_options() -> None:
    versions = {
        Guard(Words(), "words", origin).version for origin in ("words 1.0", "words 1.1", "words 1.0 x")
    }
    assert len(versions) == 3


def test_a_cached_fact_that_cannot_be_read_is_asked_for_anew() -> None:
    with pytest.raises(ValueError, match="could not read a fact"):
        guard(fact=TypeError()).fact_from_json("x")


def test_what_a_plug_in_prints_does_not_spoil_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    class Loud(Words):
        def analyse(self, target: Target) -> Analysis:
            print("loud")
            return super().analyse(target)

    Guard(Loud(), "words", "").analyse(Target("a.txt", b"word\n"))
    assert capsys.readouterr() == ("", "loud\n")
