"""The report for programs, held against its published schema."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from pregate.model import Decision, State, Verdict
from pregate.report import json_report
from tests.report import sample
from tests.report.strategies import quick, verdicts

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("case", ["full", "failed", "clean", "nothing"])
def test_the_samples_fit_the_schema(case: str, validator: Draft202012Validator) -> None:
    validator.validate(json.loads(json_report.render(getattr(sample, case)(), sample.RULES)))


@settings(quick, suppress_health_check=list(HealthCheck))
@given(verdict=verdicts())
def test_any_verdict_fits_the_schema(validator: Draft202012Validator, verdict: Verdict) -> None:
    text = json_report.render(verdict)
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
