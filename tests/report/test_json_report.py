"""The report for programs, held against its published schema."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pregate.model import Decision, Fix, State, Verdict
from pregate.report import json_report
from pregate.report.origin import Origin
from tests.report import sample
from tests.report.decided import decided_verdicts, origins
from tests.report.strategies import quick

SCHEMA = files("pregate.report").joinpath("report.schema.json")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("case", ["failed", "clean", "nothing"])
def test_the_samples_fit_the_schema(case: str, validator: Draft202012Validator) -> None:
    validator.validate(json.loads(json_report.render(getattr(sample, case)(), sample.RULES)))


@settings(quick, suppress_health_check=list(HealthCheck))
@given(verdict=decided_verdicts(), origin=st.none() | origins)
def test_any_verdict_of_policy_fits_the_schema(
    validator: Draft202012Validator, verdict: Verdict, origin: Origin | None
) -> None:
    text = json_report.render(verdict, (), origin)
    assert text.isascii()
    assert [e.message for e in validator.iter_errors(json.loads(text))] == []


def test_a_path_that_is_not_utf8_survives() -> None:
    findings = json.loads(json_report.render(sample.full()))["findings"]
    location = findings[3]["location"]
    assert os.fsencode(location["path"]) == os.fsencode(sample.HOSTILE_PATH)
    assert location["path_display"].isprintable()
    assert "%FF" in location["uri"]


def test_findings_of_every_state_are_there_and_counted() -> None:
    report = json.loads(json_report.render(sample.full()))
    assert report["counts"]["by_state"] == {
        "new": 5,
        "below-threshold": 2,
        "pre-existing": 1,
        "suppressed": 1,
    }
    assert report["counts"]["findings"] == len(report["findings"]) == 9
    assert report["counts"]["by_severity"]["critical"]["new"] == 1
    assert report["counts"]["by_check"]["python"]["below-threshold"] == 2


def test_what_was_not_done_is_listed() -> None:
    report = json.loads(json_report.render(sample.full()))
    assert [e["check"] for e in report["failed"]] == ["iam"]
    assert report["skipped"] == [
        {"check": "offline", "reason": "offline"},
        {"check": "idle", "reason": "no-targets"},
    ]
    assert [e["reason"] for e in report["unread"]] == ["binary", "timed-out", "unparsable"]


def test_whether_a_check_saw_everything_is_told() -> None:
    verdict = sample.full()
    gap = replace(verdict.checks[1], gaps=2)
    checks = json.loads(json_report.render(replace(verdict, checks=(gap, *verdict.checks[2:]))))["checks"]
    told = [(c["check"], c["whole"], c["gaps"]) for c in checks]
    assert told == [
        ("python", False, 2),
        ("dependencies", True, 0),
        ("iam", False, 0),
        ("offline", False, 0),
        ("idle", True, 0),
    ]


def test_what_a_fix_puts_where_is_told() -> None:
    fix = Fix("Leave the shell out", 12, 13, "subprocess.run(command)")
    found = replace(sample.shell_finding(), fixes=(fix,))
    verdict = sample.verdict_of((sample.judged(State.NEW, found),), (), Decision.FAILED)
    assert json.loads(json_report.render(verdict))["findings"][0]["fixes"] == [
        {
            "description": "Leave the shell out",
            "start_line": 12,
            "end_line": 13,
            "text": "subprocess.run(command)",
        }
    ]


def test_a_line_hash_stands_at_its_finding() -> None:
    found = (sample.judged(State.NEW, sample.key_finding()), sample.judged(State.NEW, sample.shell_finding()))
    hashes = ((sample.shell_finding().fingerprint, "0123abc:2"),)
    verdict = replace(sample.verdict_of(found, (), Decision.FAILED), line_hashes=hashes)
    findings = json.loads(json_report.render(verdict))["findings"]
    assert [f["line_hash"] for f in findings] == ["", "0123abc:2"]


def test_a_report_with_very_many_findings_has_no_blanks_between_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spacious = json_report.render(sample.full())
    monkeypatch.setattr(json_report, "READABLE_MAX", 8)
    dense = json_report.render(sample.full())
    assert dense.count("\n") == 1
    assert json.loads(dense) == json.loads(spacious)


def test_the_keyed_hash_of_a_secret_is_never_written() -> None:
    found = sample.finding(sample.KEY, "a", 1, "", 1, 1, discriminator=b"0123456789")
    verdict = sample.verdict_of((sample.judged(State.NEW, found),), (), Decision.FAILED)
    assert "0123456789" not in json_report.render(verdict)


def test_rules_are_those_of_the_findings() -> None:
    rules = json.loads(json_report.render(sample.full(), sample.RULES))["rules"]
    assert sorted(rules) == [
        "dependencies/GHSA-aaaa-bbbb-cccc",
        "python/B101",
        "python/B602",
        "secrets/aws-access-key",
    ]
