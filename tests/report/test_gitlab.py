"""GitLab's two reports: of the form that it takes, whole, and no all-clear of a run that saw nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft7Validator

from pregate.model import (
    Completed,
    Counts,
    Decision,
    Finding,
    Severity,
    Skipped,
    SkipReason,
    State,
    Verdict,
)
from pregate.report import FORMATS
from pregate.report.visible import visible
from tests.examples import examples
from tests.report import sample
from tests.report.decided import decided_verdicts
from tests.report.strategies import quick, verdicts

slow = settings(quick, max_examples=examples(15, 60), suppress_health_check=list(HealthCheck))

TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^(https?|ftp)://.+"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}


def record(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    """An object with exactly these keys: GitLab's own schemas let others pass, we write none."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def many(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


PRODUCT = record({"id": TEXT, "name": TEXT, "version": TEXT, "vendor": record({"name": TEXT})}, url=ADDRESS)
DETAIL = {
    "oneOf": [
        record({"type": {"const": kind}, "name": TEXT, "value": {"type": "string"}})
        for kind in ("text", "code")
    ]
}
# Facts of gitlab-org/security-products/security-report-schemas 15.0.7, sast-report-format.json.
SAST = Draft7Validator(
    record(
        {
            "version": {"const": "15.0.7"},
            "scan": record(
                {
                    "analyzer": PRODUCT,
                    "scanner": PRODUCT,
                    "start_time": MOMENT,
                    "end_time": MOMENT,
                    "status": {"enum": ["success", "failure"]},
                    "type": {"const": "sast"},
                },
                messages=many(record({"level": {"enum": ["info", "warn", "fatal"]}, "value": TEXT})),
            ),
            "vulnerabilities": many(
                record(
                    {
                        "id": TEXT,
                        "identifiers": many(
                            record({"type": TEXT, "name": TEXT, "value": TEXT}, url=ADDRESS),
                            minItems=1,
                            maxItems=20,
                        ),
                        "location": record(
                            {
                                "file": TEXT,
                                "start_line": {"type": "number", "minimum": 1},
                                "end_line": {"type": "number", "minimum": 1},
                            }
                        ),
                    },
                    name={"type": "string", "maxLength": 255},
                    description={"type": "string", "maxLength": 1048576},
                    severity={"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
                    solution={"type": "string", "maxLength": 7000},
                    links=many(record({"url": ADDRESS}, name={"type": "string"})),
                    details={"type": "object", "additionalProperties": DETAIL},
                )
            ),
        }
    )
)
# Facts of docs.gitlab.com/ci/testing/code_quality, "Code Quality report format".
QUALITY = Draft7Validator(
    many(
        record(
            {
                "description": TEXT,
                "check_name": TEXT,
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": record(
                    {"path": TEXT, "lines": record({"begin": {"type": "integer", "minimum": 1}})}
                ),
            }
        )
    )
)


def loaded(name: str, validator: Draft7Validator, verdict: Verdict) -> Any:
    """The report, which is ASCII, fits the schema and holds no character that does not print."""
    text = FORMATS[name](verdict, ())
    assert text.isascii()
    document = json.loads(text)
    assert [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(document)] == []
    assert [s for s in strings(document) if visible(s, keep="\n\t") != s] == []
    return document


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in strings(item)]


def sast(verdict: Verdict) -> Any:
    return loaded("gitlab-sast", SAST, verdict)


def quality(verdict: Verdict) -> Any:
    return loaded("gitlab-code-quality", QUALITY, verdict)


def shown(verdict: Verdict) -> list[Finding]:
    return [j.finding for j in verdict.findings if j.state is not State.SUPPRESSED]


def one(finding: Finding, state: State = State.NEW) -> Verdict:
    made = (Completed(finding.rule.check, (), (), Counts(1, 1)),)
    return sample.verdict_of((sample.judged(state, finding),), made, Decision.FAILED)


def offline(decision: Decision) -> Verdict:
    made = (Completed("secrets", (), (), Counts(1, 1)), Skipped("dependencies", SkipReason.OFFLINE))
    return sample.verdict_of((), made, decision)


# ------------------------------------------------------------------------------------------------- sast


def test_findings_of_every_check_are_there_but_those_that_are_suppressed() -> None:
    found = sast(sample.full())["vulnerabilities"]
    prints = [entry["details"]["fingerprint"]["value"] for entry in found]
    assert prints == [f.fingerprint for f in shown(sample.full())]
    assert len(prints) == len(sample.full().findings) - 1


def test_the_rule_comes_first_then_weaknesses_and_advisories() -> None:
    (entry,) = sast(
        one(sample.finding(sample.ADVISORY, "r.txt", 2, "x", 1, 2, aliases=("CVE-2026-1234", "x")))
    )["vulnerabilities"]
    assert [(i["type"], i["value"]) for i in entry["identifiers"]] == [
        ("pregate_rule", "dependencies/GHSA-aaaa-bbbb-cccc"),
        ("ghsa", "GHSA-aaaa-bbbb-cccc"),
        ("cve", "CVE-2026-1234"),
    ]
    (entry,) = sast(one(sample.shell_finding()))["vulnerabilities"]
    assert [(i["type"], i["value"]) for i in entry["identifiers"]] == [
        ("pregate_rule", "python/B602"),
        ("cwe", "78"),
    ]


def test_a_finding_keeps_its_id_and_one_in_two_commits_has_two() -> None:
    found = sample.shell_finding()
    ids = [
        sast(one(f))["vulnerabilities"][0]["id"]
        for f in (found, replace(found, message="other words"), replace(found, commit="a" * 40))
    ]
    assert ids[0] == ids[1] != ids[2]
    assert [uuid.UUID(name).version for name in ids] == [5, 5, 5]


def test_the_scan_has_its_times() -> None:
    scan = sast(replace(sample.clean(), ended=1_790_000_000_123, seconds=61.0))["scan"]
    assert (scan["start_time"], scan["end_time"]) == ("2026-09-21T14:12:19", "2026-09-21T14:13:20")
    assert scan["status"] == "success"


def test_a_run_that_is_incomplete_is_a_scan_that_failed_and_says_why() -> None:
    scan = sast(sample.full())["scan"]
    assert scan["status"] == "failure"
    (fatal,) = (m["value"] for m in scan["messages"] if m["level"] == "fatal")
    assert fatal.startswith("not looked at: the iam check failed: AccessAnalyzer refused the call (403). ")
    assert "not looked at: python: src/broken.py:9: unparsable: invalid syntax" in [
        m["value"] for m in scan["messages"]
    ]
    assert sast(offline(Decision.PASSED))["scan"]["status"] == "success"
    assert sast(offline(Decision.INCOMPLETE))["scan"]["status"] == "failure"


def test_text_of_the_tree_is_no_markup() -> None:
    entry = sast(one(sample.hostile_finding()))["vulnerabilities"][0]
    assert "`[here](https://evil.example/x)`" in entry["description"]
    assert "`@octocat` \\<img src=x\\>" in entry["description"]
    assert "`[here](https://evil.example/x)`" in entry["solution"]


def test_an_address_that_is_none_is_left_out() -> None:
    rule = replace(sample.SHELL, help_uri="javascript:alert(1)")
    (entry,) = sast(one(replace(sample.shell_finding(), rule=rule)))["vulnerabilities"]
    assert entry["links"] == []
    assert "url" not in entry["identifiers"][0]


@pytest.mark.parametrize("piece", ["x", "\x1b", "\U000e0041", "`", "[", "a\n", "```\n", "@a "])
def test_a_remedy_of_any_length_fits(piece: str) -> None:
    (entry,) = sast(one(replace(sample.shell_finding(), remedy=piece * 20_000)))["vulnerabilities"]
    assert entry["solution"]
    assert entry["solution"].split("\n").count("```") % 2 == 0


def test_more_gaps_than_anybody_reads_are_counted() -> None:
    unread = tuple(replace(sample.unread()[0], path=f"{n}.py") for n in range(150))
    verdict = sample.verdict_of((), (Completed("python", (), unread, Counts(151, 1)),), Decision.INCOMPLETE)
    verdict = replace(verdict, checks=(replace(verdict.checks[0], gaps=150),))
    messages = sast(verdict)["scan"]["messages"]
    assert len(messages) == 102
    assert messages[-1]["value"] == "and 50 more that were not looked at"


# ---------------------------------------------------------------------------------------- code quality


def test_an_entry_has_the_rule_the_place_and_the_fingerprint() -> None:
    (entry,) = quality(one(sample.shell_finding()))
    assert entry == {
        "description": "subprocess call with shell=True found",
        "check_name": "python/B602",
        "fingerprint": sample.shell_finding().fingerprint,
        "severity": "critical",
        "location": {"path": "src/app.py", "lines": {"begin": 12}},
    }


def test_every_severity_has_a_word_of_gitlabs() -> None:
    found = [quality(one(replace(sample.shell_finding(), severity=s)))[0]["severity"] for s in Severity]
    assert found == ["major", "info", "minor", "major", "critical", "blocker"]


def test_what_makes_the_run_incomplete_blocks_and_the_rest_is_told() -> None:
    entries = [e for e in quality(sample.full()) if e["check_name"].endswith("/not-looked-at")]
    assert [(e["check_name"], e["severity"], e["location"]["path"]) for e in entries[1:]] == [
        ("python/not-looked-at", "info", "src/broken.py"),
        ("iam/not-looked-at", "blocker", ".gitlab-ci.yml"),
        ("offline/not-looked-at", "info", ".gitlab-ci.yml"),
    ]
    assert [e["severity"] for e in quality(offline(Decision.INCOMPLETE))] == ["info", "blocker"]


def test_a_run_that_looked_at_nothing_says_so() -> None:
    (entry,) = quality(sample.nothing())
    assert "no check analysed any file" in entry["description"]
    assert quality(sample.clean()) == []


# --------------------------------------------------------------------------------------------- hostile


@slow
@given(verdict=decided_verdicts())
def test_exactly_an_incomplete_run_has_a_failed_scan_and_a_gap_that_blocks(verdict: Verdict) -> None:
    is_incomplete = verdict.decision is Decision.INCOMPLETE
    assert (sast(verdict)["scan"]["status"] == "failure") == is_incomplete
    gaps = [e for e in quality(verdict) if e["check_name"].endswith("/not-looked-at")]
    assert any(e["severity"] == "blocker" for e in gaps) == is_incomplete


@pytest.mark.long
@slow
@given(verdict=verdicts())
def test_whatever_a_tree_holds_is_of_the_form_and_whole(verdict: Verdict) -> None:
    found = shown(verdict)
    entries = sast(verdict)["vulnerabilities"]
    assert [e["details"]["fingerprint"]["value"] for e in entries] == [f.fingerprint for f in found]
    rows = quality(verdict)
    assert len(rows) >= len(found)
    for row, finding in zip(rows, found, strict=False):
        assert finding.commit or row["fingerprint"] == finding.fingerprint
