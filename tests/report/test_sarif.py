"""What the SARIF log says, and that it is valid whatever is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator

from pregate.model import (
    CheckSummary,
    Completed,
    Confidence,
    Counts,
    Decision,
    Finding,
    Fix,
    Location,
    Rule,
    Severity,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.report import sarif
from pregate.report.sarif.descriptors import RULES_MAX, SCALES, identifier, is_http, tags_of
from tests.report import sample
from tests.report.strategies import quick, verdicts

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text()))


def log_of(verdict: Verdict, **options: Any) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(sarif.render(verdict, sample.RULES, sarif.Options(**options)))
    return log


def runs_of(verdict: Verdict, **options: Any) -> dict[str, Any]:
    """The runs by the name of their check."""
    return {r["automationDetails"]["id"].split("/")[-2]: r for r in log_of(verdict, **options)["runs"]}


def one(found: Finding, state: State = State.NEW, **more: Any) -> dict[str, Any]:
    """The only result of a verdict with one finding of the python check."""
    made = (Completed("python", (), (), Counts(1, 1)),)
    verdict = sample.verdict_of((sample.judged(state, found),), made, Decision.FAILED, **more)
    result: dict[str, Any] = log_of(verdict)["runs"][0]["results"][0]
    return result


def regions(log: Any) -> Iterator[dict[str, Any]]:
    if isinstance(log, dict):
        for key, value in log.items():
            if key == "region":
                yield value
            yield from regions(value)
    elif isinstance(log, list):
        for item in log:
            yield from regions(item)


def test_the_sample_validates_against_the_oasis_schema(validator: Draft4Validator) -> None:
    assert [e.message for e in validator.iter_errors(log_of(sample.full()))] == []


@settings(quick, suppress_health_check=list(HealthCheck))
@given(verdict=verdicts())
def test_any_verdict_validates_against_the_oasis_schema(validator: Draft4Validator, verdict: Verdict) -> None:
    text = sarif.render(verdict, sample.RULES)
    log = json.loads(text)
    assert text.isascii()
    assert [e.message for e in validator.iter_errors(log)] == []
    for run in log["runs"]:
        rules = run["tool"]["driver"].get("rules", [])
        assert len({r["id"] for r in rules}) == len(rules)
        for rule in rules:
            assert rule["help"]["text"]
            assert 1 <= len(rule["shortDescription"]["text"]) <= 1024
            assert 1 <= len(rule["fullDescription"]["text"]) <= 1024
            assert 1 <= len(rule["name"]) <= 255
            assert len(rule["properties"]["tags"]) <= 10
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["message"]["text"]
            assert "](" not in result["message"]["text"]


@quick
@given(verdict=verdicts())
def test_every_region_of_a_result_is_sound(verdict: Verdict) -> None:
    results = [run["results"] for run in json.loads(sarif.render(verdict, ()))["runs"]]
    for region in regions(results):
        start = (region["startLine"], region["startColumn"])
        assert (1, 1) <= start <= (region["endLine"], region["endColumn"])
        assert region["startColumn"] >= 1
        assert region["endColumn"] >= 1


def test_the_same_verdict_gives_the_same_bytes() -> None:
    assert sarif.render(sample.full(), sample.RULES) == sarif.render(sample.full(), sample.RULES)


def test_the_order_of_rules_given_does_not_matter() -> None:
    backwards = sarif.render(sample.full(), sample.RULES[::-1])
    assert sarif.render(sample.full(), sample.RULES) == backwards


def test_of_very_many_rules_only_those_that_found_something_are_listed() -> None:
    verdict = sample.full()
    used = {j.finding.rule.id for j in verdict.findings if j.finding.rule.check == "python"}
    many = [replace(sample.RULES[0], id=f"python/X{n}") for n in range(RULES_MAX + 1)]
    for log in (
        json.loads(sarif.render(verdict, (*sample.RULES, *many))),
        json.loads(sarif.render(verdict, many)),
    ):
        (run,) = [r for r in log["runs"] if r["automationDetails"]["id"] == "pregate/python/"]
        listed = run["tool"]["driver"]["rules"]
        assert {r["id"].removesuffix("/medium") for r in listed} == used
        assert [listed[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]


def test_one_run_per_check_with_its_own_category() -> None:
    ids = [run["automationDetails"]["id"] for run in log_of(sample.full())["runs"]]
    assert ids == [f"pregate/{s.check}/" for s in sample.full().checks]


def test_a_category_of_the_caller_keeps_jobs_apart() -> None:
    assert log_of(sample.clean(), category="linux")["runs"][0]["automationDetails"]["id"] == "linux/secrets/"


def test_only_a_check_that_did_its_work_was_successful() -> None:
    runs = runs_of(sample.full())
    success = {name: run["invocations"][0]["executionSuccessful"] for name, run in runs.items()}
    assert success == {
        "secrets": True,
        "python": True,
        "dependencies": True,
        "iam": False,
        "offline": False,
        "idle": True,
    }


def test_a_failed_check_has_an_error_notification_with_its_hint() -> None:
    note = runs_of(sample.full())["iam"]["invocations"][0]["toolExecutionNotifications"][0]
    assert note["level"] == "error"
    assert note["descriptor"]["id"] == "pregate/check-failed"
    assert note["message"]["text"] == (
        "AccessAnalyzer refused the call (403). Grant access-analyzer:ValidatePolicy to the role."
    )


def test_unread_files_are_warnings_and_those_that_are_no_text_notes() -> None:
    runs = runs_of(sample.full())
    binary = runs["secrets"]["invocations"][0]["toolExecutionNotifications"][0]
    broken = runs["python"]["invocations"][0]["toolExecutionNotifications"][1]
    assert (binary["level"], broken["level"]) == ("note", "warning")
    assert broken["descriptor"]["id"] == "pregate/unread/unparsable"
    assert broken["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/broken.py"
    assert broken["locations"][0]["physicalLocation"]["region"] == {"startLine": 9}


def test_notification_descriptors_are_found_by_index() -> None:
    for run in log_of(sample.full())["runs"]:
        kinds = run["tool"]["driver"].get("notifications", [])
        for note in run["invocations"][0].get("toolExecutionNotifications", []):
            assert kinds[note["descriptor"]["index"]]["id"] == note["descriptor"]["id"]


def test_two_severities_of_a_rule_have_two_descriptors() -> None:
    rules = runs_of(sample.full())["python"]["tool"]["driver"]["rules"]
    numbers = {r["id"]: r["properties"].get("security-severity") for r in rules}
    assert numbers == {"python/B101": "2.5", "python/B602": "8.0", "python/B602/medium": "5.5"}


@pytest.mark.parametrize("severity", list(Severity))
def test_security_severity_falls_into_githubs_band(severity: Severity) -> None:
    bands = {
        Severity.CRITICAL: (9.1, 10.0),
        Severity.HIGH: (7.0, 8.9),
        Severity.MEDIUM: (4.0, 6.9),
        Severity.LOW: (0.1, 3.9),
        Severity.INFO: (0.0, 0.0),
    }
    number = SCALES[severity].number
    if severity is Severity.UNKNOWN:
        assert number == ""
    else:
        low, high = bands[severity]
        assert low <= float(number) <= high


def test_a_rule_without_known_severity_has_no_security_severity() -> None:
    rule = runs_of(sample.full())["dependencies"]["tool"]["driver"]["rules"][0]
    assert "security-severity" not in rule["properties"]


def test_precision_is_the_lowest_confidence_of_the_rules_findings() -> None:
    low = replace(sample.shell_finding(), confidence=Confidence.LOW)
    found = (sample.judged(State.NEW, sample.shell_finding()), sample.judged(State.NEW, low))
    verdict = sample.verdict_of(found, (Completed("python", (), (), Counts(1, 1)),), Decision.FAILED)
    rules = {r["id"]: r for r in runs_of(verdict)["python"]["tool"]["driver"]["rules"]}
    assert rules["python/B602"]["properties"]["precision"] == "low"
    assert "precision" not in rules["python/B101"]["properties"]


def test_tags_are_at_most_ten_and_begin_with_security_and_the_cwe() -> None:
    rule = replace(sample.SHELL, tags=tuple(f"t{n}" for n in range(30)), cwe=(78, 1004))
    tags = tags_of(rule)
    assert tags[:3] == ["security", "external/cwe/cwe-078", "external/cwe/cwe-1004"]
    assert len(tags) == 10


def test_a_path_is_percent_encoded_from_its_bytes() -> None:
    found = replace(sample.shell_finding(), location=Location("a b/ü%\udcff:#?.py", 1, 1, 1, 2), related=())
    artifact = one(found)["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "a%20b/%C3%BC%25%FF%3A%23%3F.py", "uriBaseId": "%SRCROOT%"}


def test_lines_around_the_region_are_its_context() -> None:
    place = one(sample.shell_finding())["locations"][0]["physicalLocation"]
    assert place["contextRegion"] == {
        "startLine": 12,
        "endLine": 12,
        "snippet": {"text": "\tsubprocess.call(command, shell=True)"},
    }
    assert place["region"] == {"startLine": 12, "startColumn": 2, "endLine": 12, "endColumn": 38}


def test_the_first_lines_of_a_long_region_are_its_snippet() -> None:
    found = replace(sample.shell_finding(), location=Location("src/app.py", 12, 2, 40, 3))
    place = one(found)["locations"][0]["physicalLocation"]
    assert "contextRegion" not in place
    assert place["region"]["snippet"]["text"] == "\tsubprocess.call(command, shell=True)"


def test_a_fix_replaces_whole_lines_and_leaves_the_last_lines_end() -> None:
    fixes = (Fix("Leave the shell out", 12, 13, '\tcall(\r\n\t\t["é\U0001f600"])'),)
    assert one(replace(sample.shell_finding(), fixes=fixes))["fixes"] == [
        {
            "description": {"text": "Leave the shell out."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "src/app.py", "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 12, "startColumn": 1, "endLine": 13},
                            "insertedContent": {"text": '\tcall(\r\n\t\t["é\U0001f600"])'},
                        }
                    ],
                }
            ],
        }
    ]


def test_equal_fixes_are_one() -> None:
    fix = Fix("Pin it", 1, 1, "a==2")
    fixes = (fix, replace(fix, start_line=0), replace(fix, text="a==3"))
    assert len(one(replace(sample.shell_finding(), fixes=fixes))["fixes"]) == 2


def test_a_finding_without_a_fix_has_no_list_of_them() -> None:
    assert "fixes" not in one(sample.shell_finding())


def test_a_fix_that_is_no_text_is_left_out() -> None:
    fixes = (Fix("x", 1, 1, "\udcff"), Fix("y", 1, 1, "z"))
    (told,) = one(replace(sample.shell_finding(), fixes=fixes))["fixes"]
    assert told["description"]["text"] == "y."


def test_states_can_be_chosen() -> None:
    runs = runs_of(sample.full(), states=frozenset({State.NEW}))
    states = {r["properties"]["state"] for run in runs.values() for r in run["results"]}
    assert states == {"new"}


def test_suppressions_are_told_of_all_results_of_a_run_or_of_none() -> None:
    runs = runs_of(sample.full())
    assert {"suppressions" in r for r in runs["python"]["results"]} == {True}
    assert {"suppressions" in r for r in runs["secrets"]["results"]} == {False}
    told = [r["suppressions"] for r in runs["python"]["results"] if r["suppressions"]]
    assert told == [[{"kind": "inSource", "status": "accepted", "justification": "# nosec B602"}]]


def test_baseline_state_is_told_where_a_base_was_compared() -> None:
    states = [r["baselineState"] for r in runs_of(sample.full())["python"]["results"]]
    assert states == ["new", "new", "new", "unchanged", "new", "new", "new"]
    alone = replace(sample.full(), compared=False)
    assert not [r for r in runs_of(alone)["python"]["results"] if "baselineState" in r]


def test_a_suppressed_finding_outside_the_diff_is_unchanged() -> None:
    made = (Completed("python", (), (), Counts(1, 1)),)
    judged = sample.judged(State.SUPPRESSED, sample.shell_finding(), in_diff=False)
    verdict = sample.verdict_of((judged,), made, Decision.PASSED)
    assert runs_of(verdict)["python"]["results"][0]["baselineState"] == "unchanged"


def test_a_suppression_without_words_has_no_justification() -> None:
    assert one(sample.shell_finding(), State.SUPPRESSED)["suppressions"] == [
        {"kind": "inSource", "status": "accepted"}
    ]


def test_fingerprints_are_ours_and_githubs_where_it_is_given() -> None:
    found = sample.shell_finding()
    assert one(found)["partialFingerprints"] == {"pregate/v1": found.fingerprint}
    verdict = replace(sample.full(), line_hashes=((found.fingerprint, "abc:1"),))
    results = runs_of(verdict)["python"]["results"]
    assert results[0]["partialFingerprints"]["primaryLocationLineHash"] == "abc:1"


def test_a_link_in_a_message_is_taken_apart() -> None:
    found = replace(sample.shell_finding(), message="see [this](https://evil.example)")
    assert one(found)["message"]["text"] == "see [this] (https://evil.example)."


def test_a_very_long_message_is_cut() -> None:
    text = one(replace(sample.shell_finding(), message="x" * 9000))["message"]["text"]
    assert len(text) < 4100
    assert text.endswith("(cut).")


def test_a_finding_without_a_message_says_its_title() -> None:
    assert (
        one(replace(sample.shell_finding(), message=""))["message"]["text"]
        == "subprocess call with shell=True."
    )


def test_the_commit_and_the_branch_are_told_when_the_repository_is_known() -> None:
    verdict = replace(sample.clean(), head="ab" * 20)
    run = log_of(verdict, repository_uri="https://github.com/o/r", branch="refs/heads/x")["runs"][0]
    assert run["versionControlProvenance"] == [
        {
            "repositoryUri": "https://github.com/o/r",
            "revisionId": "ab" * 20,
            "branch": "refs/heads/x",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]


def test_the_index_is_no_revision() -> None:
    run = log_of(sample.clean(), repository_uri="https://github.com/o/r")["runs"][0]
    assert "revisionId" not in run["versionControlProvenance"][0]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org:8080", True),
        ("javascript:alert(1)", False),
        ("https://example.org/a b", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_help_uris(uri: str, *, expected: bool) -> None:
    assert is_http(uri) is expected


def test_a_rule_name_is_one_word() -> None:
    assert identifier("subprocess call with shell=True") == "SubprocessCallWithShellTrue"
    assert identifier("AWS access key") == "AwsAccessKey"
    assert identifier("文") == "Rule"


def test_a_rule_that_only_its_finding_brings_is_described() -> None:
    rules = runs_of(sample.full())["dependencies"]["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["dependencies/GHSA-aaaa-bbbb-cccc"]


def test_an_unread_file_without_detail_says_its_reason() -> None:
    outcome = Completed("python", (), (Unread("a.py", UnreadReason.TOO_LARGE),), Counts(1))
    verdict = replace(sample.clean(), checks=(CheckSummary("python", outcome, ()),))
    note = log_of(verdict)["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]
    assert note["message"]["text"] == "Not analysed: it is over the size limit."


def test_an_empty_rule_still_has_every_required_text(validator: Draft4Validator) -> None:
    rule = Rule("python/x", "", "", "", Severity.INFO)
    log = json.loads(sarif.render(replace(sample.clean(), checks=sample.full().checks), (rule,)))
    described = log["runs"][1]["tool"]["driver"]["rules"][0]
    assert described["shortDescription"]["text"] == "python/x."
    assert described["help"]["text"] == "python/x."
    assert validator.is_valid(log)


def test_rules_whose_ids_differ_by_blanks_alone_stay_apart() -> None:
    found = [
        replace(sample.shell_finding(), rule=replace(sample.SHELL, id=f"python/x{end}")) for end in ("", "\n")
    ]
    verdict = sample.verdict_of(
        tuple(sample.judged(State.NEW, f) for f in found),
        (Completed("python", (), (), Counts(1, 1)),),
        Decision.FAILED,
    )
    (run,) = json.loads(sarif.render(verdict, ()))["runs"]
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == ["python/x", "python/x-2"]
    assert [r["ruleId"] for r in run["results"]] == ["python/x", "python/x-2"]
