"""OCSF events against the published schema, as PyPI's ocsf-json-schema packs it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given, settings
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from pregate.model import Decision, Finding, State, Verdict
from pregate.report import FORMATS
from pregate.report.ocsf import VERSION, events_of
from tests.report import sample
from tests.report.strategies import verdicts

ENDED = 1_790_000_000_123


@cache
def validator() -> Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
    return Draft202012Validator(schema.get_class_schema(class_name="application_security_posture_finding"))


def problems(events: list[Any]) -> list[str]:
    return [
        f"{list(error.absolute_path)}: {error.message[:200]}"
        for event in events
        for error in validator().iter_errors(event)
    ]


def event_of(found: Finding, state: State = State.NEW) -> dict[str, Any]:
    judged = (sample.judged(state, found),)
    verdict = sample.verdict_of(judged, sample.outcomes()[:2], Decision.FAILED, ended=ENDED)
    (event,) = events_of(verdict)
    assert problems([event]) == []
    return event


def test_events_of_every_kind_are_of_the_schemas_form() -> None:
    events = json.loads(FORMATS["ocsf"](replace(sample.full(), ended=ENDED), ()))
    assert len(events) == len(sample.full().findings)
    assert problems(events) == []


@given(verdicts())
@settings(max_examples=30)
def test_whatever_a_tree_holds_is_of_the_schemas_form(verdict: Verdict) -> None:
    assert problems(json.loads(FORMATS["ocsf"](verdict, ()))) == []


def test_each_event_stands_on_a_line_of_its_own() -> None:
    lines = FORMATS["ocsf"](sample.full(), ()).splitlines()
    assert [lines[0], lines[-1]] == ["[", "]"]
    assert all(json.loads(line.rstrip(","))["class_uid"] == 2007 for line in lines[1:-1])
    assert FORMATS["ocsf"](sample.clean(), ()) == "[]\n"


def test_the_finding_is_known_by_its_fingerprint_and_the_time_is_the_runs() -> None:
    event = event_of(sample.shell_finding())
    assert event["finding_info"]["uid"] == sample.shell_finding().fingerprint
    assert event["time"] == ENDED
    assert event["type_uid"] == 200701
    assert event_of(sample.shell_finding(), State.PRE_EXISTING)["type_uid"] == 200702
    assert event_of(sample.shell_finding(), State.SUPPRESSED)["status_id"] == 3


def test_a_vulnerable_package_has_its_cve_score_and_fix() -> None:
    known = (
        ("package", "example-package"),
        ("version", "1.0"),
        ("ecosystem", "PyPI"),
        ("fixed-in", "2.0.1"),
        ("cvss-score", "9.8"),
        ("cvss-vector", "CVSS:3.1/AV:N"),
    )
    found = sample.finding(sample.ADVISORY, "r.txt", 2, "x", 1, 2, aliases=("CVE-2026-1",), properties=known)
    (entry,) = event_of(found)["vulnerabilities"]
    assert entry["cve"]["uid"] == "CVE-2026-1"
    assert entry["cve"]["cvss"][0] == {"base_score": 9.8, "version": "3.1", "vector_string": "CVSS:3.1/AV:N"}
    assert entry["related_vulnerabilities"] == ["GHSA-aaaa-bbbb-cccc"]
    assert entry["affected_packages"][0]["fixed_in_version"] == "2.0.1"


def test_a_vulnerable_package_without_a_cve_has_its_advisory() -> None:
    known = (("package", "p"), ("version", "1"), ("ecosystem", "other"))
    (entry,) = event_of(sample.finding(sample.ADVISORY, "r", 1, "x", 1, 2, properties=known))[
        "vulnerabilities"
    ]
    assert entry["advisory"] == {"uid": "GHSA-aaaa-bbbb-cccc"}
    assert entry["is_fix_available"] is False


def test_a_cve_without_a_score_is_named_all_the_same() -> None:
    known = (("package", "p"), ("version", "1"))
    found = sample.finding(sample.ADVISORY, "r", 1, "x", 1, 2, aliases=("CVE-2026-1",), properties=known)
    (entry,) = event_of(found)["vulnerabilities"]
    assert entry["cve"] == {"uid": "CVE-2026-1"}


def test_a_finding_without_a_weakness_number_has_its_rule_as_advisory() -> None:
    (entry,) = event_of(sample.finding(sample.WILDCARD, "r", 1, "x", 1, 2))["vulnerabilities"]
    assert entry["advisory"] == {"uid": "iam/wildcard-action"}
