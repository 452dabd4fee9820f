"""JUnit XML as strict readers take it: what did not pass is told, and nothing unseen passes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from junitparser import JUnitXml, TestSuite

from pregate.model import (
    Completed,
    Counts,
    Decision,
    Skipped,
    SkipReason,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.report import FORMATS
from pregate.report.visible import visible
from tests.examples import examples
from tests.report import sample
from tests.report.decided import decided_verdicts
from tests.report.strategies import quick, verdicts

slow = settings(quick, max_examples=examples(15, 60), suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Kind:
    """Attributes that an element must have and may have, and the elements in it."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Facts of jenkinsci/xunit-plugin, junit-10.xsd: the narrowest schema that is in use.
ELEMENTS: Mapping[str, Kind] = {
    "testsuites": Kind(words(""), words("name time tests failures errors"), words("testsuite")),
    "testsuite": Kind(
        words("name tests failures errors"),
        words("group time skipped timestamp hostname id package file log url"),
        words("testsuite properties testcase system-out system-err"),
    ),
    "testcase": Kind(
        words("name"),
        words("time classname group"),
        words("skipped error failure system-out system-err"),
    ),
    **dict.fromkeys(("failure", "error", "skipped"), Kind(words(""), words("type message"))),
    "system-out": Kind(words("")),
}
TIME = re.compile(r"[0-9]{1,3}(,?[0-9]{3})*\.[0-9]{3}")


def problems(element: ElementTree.Element) -> list[str]:
    kind = ELEMENTS[element.tag]
    told = [f"{element.tag} has no {name}" for name in kind.required - element.attrib.keys()]
    told += [f"{element.tag} has {name}" for name in element.attrib.keys() - kind.required - kind.optional]
    told += [f"{element.tag} holds {child.tag}" for child in element if child.tag not in kind.children]
    if "time" in element.attrib and not TIME.fullmatch(element.get("time", "")):
        told.append(f"{element.tag} has the time {element.get('time')}")
    return told + [words for child in element for words in problems(child)]


def parsed(verdict: Verdict) -> ElementTree.Element:
    """The report, which fits the schema, counts what is in it and names no two tests of a suite alike."""
    text = FORMATS["junit"](verdict, ())
    assert visible(text, keep="\n\t") == text
    root = ElementTree.fromstring(text)
    assert problems(root) == []
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases)) != "0"
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(key) == str(len(suite.findall(f"testcase/{tag}")))
        assert len({case.get("name") for case in cases}) == len(cases)
        assert all(case.get("classname") == suite.get("name") for case in cases)
    for key in ("tests", "failures", "errors"):
        assert root.get(key) == str(sum(int(suite.get(key, "")) for suite in root))
    return root


def kinds(root: ElementTree.Element) -> dict[str, list[str]]:
    """For each suite the elements in its test cases, ``passed`` for one without."""
    return {
        suite.get("name", ""): [
            next((child.tag for child in case if child.tag != "system-out"), "passed") for case in suite
        ]
        for suite in root
    }


def test_findings_that_fail_the_gate_are_failures_and_a_failed_check_is_an_error() -> None:
    assert kinds(parsed(sample.full())) == {
        "pregate.secrets": ["passed", "failure"],
        "pregate.python": ["passed", "failure", "failure", "failure", "skipped", "skipped"],
        "pregate.dependencies": ["passed", "failure"],
        "pregate.iam": ["error"],
        "pregate.offline": ["skipped"],
        "pregate.idle": ["skipped"],
    }


def test_a_failure_tells_place_source_fix_and_fingerprint() -> None:
    case = parsed(sample.failed()).findall("testsuite/testcase")[1]
    text = case.findtext("failure") or ""
    assert text.startswith("deploy/settings.py:3:8: critical: secrets/aws-access-key: AWS access key\n")
    assert "\n    KEY = '***'  # deploy\n" in text
    assert "Fix: - Rotate the key first." in text
    assert sample.key_finding().fingerprint in text


def test_a_name_survives_moved_lines() -> None:
    moved = replace(sample.shell_finding(), location=replace(sample.shell_finding().location, start_line=99))
    names = [
        parsed(sample.verdict_of((sample.judged(State.NEW, f),), sample.outcomes()[1:2], Decision.FAILED))
        .findall("testsuite/testcase")[1]
        .get("name")
        for f in (sample.shell_finding(), moved)
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("reason", "gaps", "kind"),
    [
        (UnreadReason.UNPARSABLE, 1, "error"),
        (UnreadReason.UNPARSABLE, 0, "skipped"),
        (UnreadReason.NOT_AUDITED, 0, "skipped"),
        (UnreadReason.NOT_AUDITED, 1, "error"),
        (UnreadReason.BINARY, 1, "error"),
        (UnreadReason.BINARY, 0, ""),
    ],
)
def test_what_was_not_read_is_an_error_where_policy_minds(reason: UnreadReason, gaps: int, kind: str) -> None:
    decision = Decision.INCOMPLETE if gaps else Decision.PASSED
    made = (Completed("python", (), (Unread("a.py", reason),), Counts(2, 1)),)
    verdict = sample.verdict_of((), made, decision)
    verdict = replace(verdict, checks=(replace(verdict.checks[0], gaps=gaps),))
    assert kinds(parsed(verdict)) == {"pregate.python": ["passed", *([kind] if kind else [])]}


def test_what_policy_minds_is_told_from_what_it_tolerates() -> None:
    """A summary has the number of its gaps: those that are tolerated by default are the last to be meant."""
    unread = (Unread("a.txt", UnreadReason.NOT_AUDITED), Unread("b.py", UnreadReason.UNPARSABLE))
    verdict = sample.verdict_of(
        (), (Completed("dependencies", (), unread, Counts(3, 1)),), Decision.INCOMPLETE
    )
    verdict = replace(verdict, checks=(replace(verdict.checks[0], gaps=1),))
    assert kinds(parsed(verdict)) == {"pregate.dependencies": ["passed", "skipped", "error"]}


def test_a_run_that_looked_at_nothing_has_no_test_that_passed() -> None:
    found = kinds(parsed(sample.nothing()))
    assert found == {
        "pregate.secrets": ["skipped"],
        "pregate.python": ["skipped"],
        "pregate": ["skipped"],
    }


def test_a_required_check_that_was_skipped_is_an_error_of_the_run() -> None:
    made = (Completed("secrets", (), (), Counts(1, 1)), Skipped("dependencies", SkipReason.OFFLINE))
    verdict = sample.verdict_of((), made, Decision.INCOMPLETE, reasons=("it is required",))
    root = parsed(verdict)
    assert kinds(root)["pregate"] == ["error"]
    assert "it is required" in (root.findtext("testsuite/testcase/error") or "")


def test_a_gate_that_fails_for_no_new_finding_has_a_failure() -> None:
    made = (Completed("secrets", (), (), Counts(1, 1)),)
    verdict = sample.verdict_of((), made, Decision.FAILED, reasons=("a suppression has expired",))
    assert kinds(parsed(verdict)) == {"pregate.secrets": ["passed"], "pregate": ["failure"]}


def test_when_it_ran_is_told_where_it_is_known() -> None:
    assert parsed(sample.clean())[0].get("timestamp") is None
    suite = parsed(replace(sample.clean(), ended=1_790_000_000_123))[0]
    assert suite.get("timestamp") == "2026-09-21T14:13:20"


@slow
@given(verdict=decided_verdicts())
def test_exactly_the_runs_that_pass_have_no_failure_and_no_error(verdict: Verdict) -> None:
    root = parsed(verdict)
    assert (verdict.decision is Decision.PASSED) == (root.get("failures") == root.get("errors") == "0")
    assert (verdict.decision is Decision.INCOMPLETE) == (root.get("errors") != "0")
    passed = [kind for name, found in kinds(root).items() for kind in found if kind == "passed"]
    assert len(passed) <= sum(
        isinstance(s.outcome, Completed) and s.outcome.counts.analysed > 0 for s in verdict.checks
    )


@pytest.mark.long
@slow
@given(verdict=verdicts())
def test_whatever_a_tree_holds_a_reader_takes_it_back(verdict: Verdict) -> None:
    root = parsed(verdict)
    new = [f for f in verdict.select(State.NEW) if f.rule.check in {s.check for s in verdict.checks}]
    texts = [element.text or "" for element in root.iter("failure")]
    assert all(any(f.fingerprint in text for text in texts) for f in new)
    read = JUnitXml.fromstring(FORMATS["junit"](verdict, ()))
    assert [(suite.name, len(list(suite))) for suite in read if isinstance(suite, TestSuite)] == [
        (suite.get("name"), len(suite)) for suite in root
    ]
