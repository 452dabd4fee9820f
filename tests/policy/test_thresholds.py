"""Thresholds by check, path, confidence and count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pregate.config import load
from pregate.model import Candidate, Confidence, Decision, Finding, Location, Rule, Severity, State, Verdict
from pregate.policy import decide
from tests.policy.test_decision import CHANGE, completed


def found(
    severity: Severity = Severity.MEDIUM,
    path: str = "src/app.py",
    check: str = "python",
    line: int = 1,
    confidence: Confidence = Confidence.HIGH,
    introduced: bool = True,
) -> Candidate:
    rule = Rule(f"{check}/X1", "title", "description", "remedy", severity)
    finding = Finding(rule, "message", Location(path, line, 1, line, 5), severity, confidence)
    return Candidate(finding, introduced, introduced)


def judged(*candidates: Candidate, **options: Any) -> Verdict:
    config = load([("test", {key.replace("_", "-"): value for key, value in options.items()})])
    checks = dict.fromkeys(c.finding.rule.check for c in candidates)
    outcomes = [
        completed(*[c for c in candidates if c.finding.rule.check == name], check=name) for name in checks
    ]
    return decide(outcomes, config, CHANGE)


def states(verdict: Verdict) -> list[State]:
    return [j.state for j in verdict.findings]


PAYMENTS = {"match": "services/payments/**", "fail-on": "medium"}


def test_a_check_has_its_own_threshold() -> None:
    strict = judged(found(check="secrets"), found(check="python"), secrets={"fail-on": "low"})
    assert states(strict) == [State.NEW, State.BELOW_THRESHOLD]
    assert strict.reasons == ("1 new finding at or over low (secrets) (1 secrets)",)
    lenient = judged(found(Severity.CRITICAL), python={"fail-on": "none"})
    assert lenient.decision is Decision.PASSED
    assert lenient.findings[0].why == "fail-on is none (python)"


def test_a_folder_has_its_own_threshold() -> None:
    inside, outside = found(path="services/payments/a/b.py"), found(path="services/other/b.py")
    verdict = judged(inside, outside, paths=[PAYMENTS])
    assert [(j.finding.location.path, j.state) for j in verdict.findings] == [
        ("services/payments/a/b.py", State.NEW),
        ("services/other/b.py", State.BELOW_THRESHOLD),
    ]
    assert verdict.reasons == ('1 new finding at or over medium (paths "services/payments/**") (1 python)',)


def test_the_last_rule_that_sets_a_key_has_the_word_and_paths_come_before_checks() -> None:
    rules = [
        PAYMENTS,
        {"match": "services/**", "min-confidence": "high"},
        {"match": "*.md", "fail-on": "low"},
    ]
    sure = found(path="services/payments/b.py")
    unsure = found(path="services/payments/b.py", line=2, confidence=Confidence.MEDIUM)
    verdict = judged(sure, unsure, paths=rules, python={"fail-on": "critical"})
    assert states(verdict) == [State.NEW, State.BELOW_THRESHOLD]
    assert verdict.findings[1].why == "its confidence is under high (min-confidence)"
    later = judged(sure, paths=[PAYMENTS, {"match": "services/**", "fail-on": "critical"}])
    assert states(later) == [State.BELOW_THRESHOLD]


def test_a_rule_may_be_for_some_checks_only() -> None:
    rule = {**PAYMENTS, "checks": ["secrets"]}
    path = "services/payments/b.py"
    assert states(judged(found(path=path), found(path=path, check="secrets"), paths=[rule])) == [
        State.NEW,
        State.BELOW_THRESHOLD,
    ]


def test_more_findings_of_a_severity_than_allowed_fail() -> None:
    three = [found(line=n) for n in (1, 2, 3)]
    assert judged(*three, max_medium=3).decision is Decision.PASSED
    over = judged(*three, max_medium=2)
    assert over.decision is Decision.FAILED
    assert over.reasons == ("3 new findings over max-medium = 2 (3 python)",)
    assert judged(found(Severity.LOW), max_medium=0).decision is Decision.PASSED
    assert judged(*three, max_medium=0, fail_on="none").decision is Decision.FAILED


def test_what_does_not_count_does_not_use_a_limit_up() -> None:
    old, unsure = found(introduced=False), found(line=2, confidence=Confidence.LOW)
    excused = found(line=3)
    excused = replace(excused, finding=replace(excused.finding, excused="a development dependency"))
    verdict = judged(old, unsure, excused, max_medium=0, min_confidence="medium")
    assert verdict.decision is Decision.PASSED


def test_the_nearest_limit_holds() -> None:
    here = [found(path="services/payments/b.py", line=n) for n in (1, 2)]
    rules = [{"match": "services/payments/**", "max-medium": 2}]
    assert judged(*here, paths=rules, max_medium=0).decision is Decision.PASSED
    assert judged(*here, found(), paths=rules, max_medium=0).reasons == (
        "1 new finding over max-medium = 0 (1 python)",
    )
    assert judged(*here, python={"max-medium": 1}).reasons == (
        "2 new findings over max-medium = 1 (python) (2 python)",
    )


@pytest.mark.parametrize(
    "option",
    [
        {"paths": [{"match": "a", "fail-on": "severe"}]},
        {"paths": [{"fail-on": "low"}]},
        {"paths": [{"match": "a", "max-high": -1}]},
        {"secrets": {"min-confidence": "sure"}},
        {"tools": [{"run": ["x"]}]},
    ],
)
def test_wrong_thresholds_are_errors(option: dict[str, Any]) -> None:
    from pregate.errors import UsageError

    with pytest.raises(UsageError):
        load([("test", option)])
