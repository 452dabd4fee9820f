"""One result as one finding: severity, rule, words, suppressions, fixes."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.intake import PLACE, WHOLE_FILE, holds_secret
from pregate.model import Confidence, Fix, Severity
from tests.intake.made import found, location, read, result, run

LINES = "first = 1\nsecond = eval(x)\nthird = '𝄞', eval(y)\n"


def texts(path: str) -> bytes | None:
    return LINES.encode() if path == "a.py" else None


# ------------------------------------------------------------------------------------------------- severity


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        ("9.0", Severity.CRITICAL),
        (10, Severity.CRITICAL),
        ("8.9", Severity.HIGH),
        (7.0, Severity.HIGH),
        ("6.9", Severity.MEDIUM),
        (" 4.0 ", Severity.MEDIUM),
        ("3.9", Severity.LOW),
        (0.1, Severity.LOW),
        ("0.0", Severity.INFO),
        (0, Severity.INFO),
    ],
)
def test_a_number_of_githubs_outranks_the_level(score: Any, severity: Severity) -> None:
    rule = {"id": "R1", "properties": {"security-severity": score}}
    assert found(result(level="note"), [rule]).severity is severity


@pytest.mark.parametrize(
    "score", ["undefined", "", "11", -1, "NaN", float("nan"), True, [7], "1e3", "9" * 50]
)
def test_a_number_that_is_none_is_passed_over_and_it_is_said(score: Any) -> None:
    rule = {"id": "R1", "properties": {"security-severity": score}}
    intake = read(run(result(level="note"), rules=[rule]))
    assert intake.findings[0].severity is Severity.LOW
    # JSON has no NaN: it is read as nothing
    assert any("security-severity" in note for note in intake.notes) or score != score


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("error", Severity.HIGH),
        ("Warning", Severity.MEDIUM),
        ("note", Severity.LOW),
        ("none", Severity.INFO),
    ],
)
def test_a_level_is_a_severity(level: str, severity: Severity) -> None:
    assert found(result(level=level)).severity is severity


def test_without_a_level_the_rules_own_counts_and_then_medium() -> None:
    rule = {"id": "R1", "defaultConfiguration": {"level": "error"}}
    assert found(result(level=None), [rule]).severity is Severity.HIGH
    intake = read(run(result(level=None), result(level="fatal", ruleId="R2")))
    assert [f.severity for f in intake.findings] == [Severity.MEDIUM, Severity.MEDIUM]
    assert "2 results without a level: taken as medium" in intake.notes


def test_an_invocation_may_override_a_rules_level() -> None:
    rule = {"id": "R1", "defaultConfiguration": {"level": "note"}}
    override = {"descriptor": {"id": "R1"}, "configuration": {"level": "error"}}
    invocations = [{"executionSuccessful": True, "ruleConfigurationOverrides": [override]}]
    assert found(result(level=None), [rule], invocations=invocations).severity is Severity.HIGH


@pytest.mark.parametrize(
    ("properties", "severity", "confidence"),
    [
        ({"issue_severity": "HIGH", "issue_confidence": "LOW"}, Severity.HIGH, Confidence.LOW),
        ({"zizmor/severity": "Informational", "zizmor/confidence": "Low"}, Severity.INFO, Confidence.LOW),
        ({"severity": "CRITICAL"}, Severity.CRITICAL, Confidence.HIGH),
        ({"severity": 7, "confidence": []}, Severity.LOW, Confidence.HIGH),
    ],
)  # fmt: skip
def test_tools_own_words_count(properties: Any, severity: Severity, confidence: Confidence) -> None:
    finding = found(result(level="note", properties=properties))
    assert (finding.severity, finding.confidence) == (severity, confidence)


@pytest.mark.parametrize(
    ("properties", "confidence"),
    [
        ({"precision": "very-high"}, Confidence.HIGH),
        ({"precision": "medium"}, Confidence.MEDIUM),
        ({"precision": "low"}, Confidence.LOW),
        ({"tags": ["LOW CONFIDENCE", "security"]}, Confidence.LOW),
        ({}, Confidence.HIGH),
    ],
)
def test_precision_is_confidence(properties: Any, confidence: Confidence) -> None:
    assert found(result(), [{"id": "R1", "properties": properties}]).confidence is confidence


def test_kinds_that_report_nothing_are_dropped_and_counted() -> None:
    kinds = ("pass", "notApplicable", "informational", "review", "open", "fail")
    intake = read(run(*(result(kind=kind, ruleId=kind) for kind in kinds), result(baselineState="absent")))
    assert {f.rule.id.partition("/")[2]: f.severity.word for f in intake.findings} == {
        "informational": "info",
        "review": "info",
        "open": "info",
        "fail": "high",
    }
    assert sum("no findings" in note for note in intake.notes) == 3


# ----------------------------------------------------------------------------------------------------- rules


def test_rules_are_found_by_index_by_id_and_by_the_beginning_of_an_id() -> None:
    rules = [{"id": "CA1000", "shortDescription": {"text": "First."}}, {"id": "CA2000", "name": "second"}]
    titles = [
        found(made, rules).rule.title
        for made in (
            result(ruleId=None, ruleIndex=1),
            result(ruleId="CA1000"),
            result(ruleId="CA1000/1"),
            result(ruleId="CA1000/1/x", ruleIndex=0),
            result(ruleId=None, rule={"index": 1}),
            result(ruleId="CA1000", ruleIndex=1),  # they contradict each other: the id is meant
            result(ruleId="CA1000", ruleIndex=99),
        )
    ]
    assert titles == ["second", "First", "First", "First", "second", "First", "First"]


@pytest.mark.parametrize("reference", [{"index": 1}, {"name": "more"}, {"guid": "g-2"}])
def test_rules_of_extensions_are_found(reference: dict[str, Any]) -> None:
    tool = {
        "driver": {"name": "CodeQL"},
        "extensions": [
            {"name": "none"},
            {
                "name": "more",
                "guid": "g-2",
                "rules": [{"id": "py/x", "shortDescription": {"text": "Of more"}}],
            },
        ],
    }
    made = result(ruleId=None, rule={"index": 0, "toolComponent": reference})
    (finding,) = read(run(made) | {"tool": tool}).findings
    assert (finding.rule.id, finding.rule.title) == ("codeql/py/x", "Of more")


def test_what_a_rule_says_is_kept_once() -> None:
    rule = {
        "id": "a.b.shell",
        "shortDescription": {"text": "Semgrep Finding: a.b.shell"},
        "fullDescription": {"text": "A shell runs it.\nIt may be anybody's."},
        "help": {"text": "Give a list of arguments."},
        "helpUri": "https://example.org/a?b=c",
        "properties": {
            "tags": ["CWE-78: OS Command Injection", "external/cwe/cwe-088", "OWASP-A03", 7, "x" * 99]
        },
    }
    made = found(
        result(ruleId="a.b.shell", taxa=[{"id": "77", "toolComponent": {"name": "CWE"}}]), [rule]
    ).rule
    assert made.title == "A shell runs it. It may be anybody's"
    assert made.remedy == "Give a list of arguments."
    assert made.help_uri == "https://example.org/a?b=c"
    assert made.cwe == (77, 78, 88)
    assert made.tags == ("security", "OWASP-A03")


@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "http://a b/", "file:///etc/passwd", 3, "https://ä.example/"]
)
def test_an_address_that_is_none_is_left_out(uri: Any) -> None:
    assert found(result(), [{"id": "R1", "helpUri": uri}]).rule.help_uri == ""


def test_a_result_without_a_rule_has_one_all_the_same() -> None:
    intake = read(run(result(ruleId=None)))
    assert intake.findings[0].rule.id == "some-tool/unnamed"
    assert any("without a rule" in note for note in intake.notes)


def test_ids_are_short_and_printable_and_name_the_tool_once() -> None:
    assert found(result(ruleId="some-tool/x y")).rule.id == "some-tool/x-y"
    assert found(result(ruleId="[HIGH] CVE-2020-1")).rule.id == "some-tool/HIGH-CVE-2020-1"
    assert found(result(ruleId="a\u202e\x1bb")).rule.id.startswith("some-tool/a-b-")
    assert found(result(ruleId="规则一")).rule.id != found(result(ruleId="规则二")).rule.id
    long = [found(result(ruleId="x" * 300 + end)).rule.id for end in ("1", "2")]
    assert long[0] != long[1]
    assert all(len(name) <= 200 for name in long)


# ----------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "plain"}, "plain"),
        ({"text": "It is [a value](1) of [x](https://example.org/x)."}, "It is a value of x."),
        ({"text": "two\n  lines"}, "two; lines"),
        ({"markdown": "**bold**"}, "**bold**"),
        ({"id": "default", "arguments": ["one", "two"]}, "one and two, {braces} and {9}"),
        ({"id": "global"}, "from all"),
        ({"text": "{0} of {1}", "arguments": ["x"]}, "x of {1}"),
        ({"text": "half \ud800 a pair"}, "half \ufffd a pair"),
        ({"text": ""}, "R1"),
        ({"text": 7}, "R1"),
        (None, "R1"),
        ("bare", "R1"),
    ],
)
def test_messages(message: Any, words: str) -> None:
    rules = [{"id": "R1", "messageStrings": {"default": {"text": "{0} and {1}, {{braces}} and {9}"}}}]
    tool = {"driver": {"name": "x", "rules": rules, "globalMessageStrings": {"global": {"text": "from all"}}}}
    (finding,) = read(run(result(message=message)) | {"tool": tool}).findings
    assert finding.message == words


def test_very_long_messages_are_cut() -> None:
    assert len(found(result(message={"text": "[" * 100_000})).message) == 2000


def test_related_places_and_the_way_there_are_kept_up_to_ten() -> None:
    steps = [{"location": location("a.py", startLine=n)} for n in range(1, 30)]
    related = [{**location("b.py", startLine=9), "message": {"text": "comes from here"}}, location("../x")]
    finding = found(result(relatedLocations=related, codeFlows=[{"threadFlows": [{"locations": steps}]}]))
    assert len(finding.related) == 10
    assert (finding.related[0].location.path, finding.related[0].message) == ("b.py", "comes from here")


# -------------------------------------------------------------------------------------------- suppressions


@pytest.mark.parametrize(
    ("suppressions", "words"),
    [
        ([{"kind": "inSource"}], "some-tool: suppressed in the source"),
        (
            [{"kind": "external", "status": "accepted", "justification": "a\nb"}],
            "some-tool: suppressed outside the source: a; b",
        ),
        ([{"kind": "external", "status": "underReview"}], ""),
        ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], ""),
        ([], ""),
        (None, ""),
        ("yes", ""),
        ([7], ""),
    ],
)  # fmt: skip
def test_only_accepted_suppressions_count(suppressions: Any, words: str) -> None:
    assert found(result(suppressions=suppressions)).suppressed_by == words


# ----------------------------------------------------------------------------------------------------- fixes


def fix(text: Any, uri: str = "a.py", **region: Any) -> list[dict[str, Any]]:
    replacement = {"deletedRegion": region, "insertedContent": {"text": text}}
    change = {"artifactLocation": {"uri": uri}, "replacements": [replacement]}
    return [{"description": {"text": "Say it.\nTwice."}, "artifactChanges": [change]}]


@pytest.mark.parametrize(
    ("fixes", "expected"),
    [
        (fix("second = 2", startLine=2), (2, 2, "second = 2")),
        (fix("second = 2\n", startLine=2, startColumn=1, endLine=3, endColumn=1), (2, 2, "second = 2")),
        (fix("int(x)", startLine=2, startColumn=10, endColumn=17), (2, 2, "second = int(x)")),
        (fix("int(y)", startLine=3, startColumn=15, endColumn=22), (3, 3, "third = '𝄞', int(y)")),
        (fix("", startLine=2, startColumn=1, endLine=3, endColumn=1), (2, 3, "third = '𝄞', eval(y)")),
        (fix("import a\n", startLine=2, startColumn=1, endColumn=1), (2, 2, "import a\nsecond = eval(x)")),
        (fix("third = 3\n", startLine=3, startColumn=1, endLine=4, endColumn=1), (3, 3, "third = 3")),
        (fix("", startLine=3, startColumn=1, endLine=4, endColumn=1), None),
        (fix("x", startLine=2, startColumn=9, endColumn=3), None),
        (fix("second = eval(x)", startLine=2), None),
        (fix("x", startLine=9), None),
        (fix("x", startLine=3, endLine=2), None),
        (fix("x", "b.py", startLine=2), None),
        (fix("x", charOffset=2), None),
        (fix(7, startLine=2), None),
        ([{"artifactChanges": []}], None),
        ("fix", None),
    ],
)  # fmt: skip
def test_only_certain_fixes_of_the_files_own_lines_are_kept(fixes: Any, expected: Any) -> None:
    made = found(result(fixes=fixes), texts=texts).fixes
    assert made == ((Fix("Say it. Twice", *expected),) if expected else ())


def test_without_the_text_there_is_no_fix() -> None:
    assert found(result(fixes=fix("x", startLine=2))).fixes == ()


# -------------------------------------------------------------------------------------- whole files, secrets


@pytest.mark.parametrize(
    ("made", "is_whole"),
    [
        (result(locations=[location("package-lock.json")]), True),
        (result(ruleId="CVE-2021-23337", locations=[location("package-lock.json", startLine=1)]), True),
        (result(ruleId="SNYK-JS-X-1", locations=[location("package.json", startLine=1)]), True),
        (result(ruleId="CVE-2021-23337", locations=[location("package-lock.json", startLine=7)]), False),
        (result(locations=[location("a.py", startLine=1)]), False),
    ],
)
def test_a_finding_of_a_whole_file_says_so(made: dict[str, Any], is_whole: bool) -> None:
    assert ((PLACE, WHOLE_FILE) in found(made).properties) is is_whole


@pytest.mark.parametrize(
    ("name", "rule", "is_secret"),
    [
        ("gitleaks", {"id": "generic-api-key"}, True),
        ("Trivy", {"id": "github-pat", "properties": {"tags": ["secret"]}}, True),
        ("Semgrep OSS", {"id": "generic.secrets.security.detected-x"}, True),
        ("Checkov", {"id": "CKV_SECRET_6"}, True),
        ("CodeQL", {"id": "py/x", "properties": {"tags": ["external/cwe/cwe-798"]}}, True),
        ("KICS", {"id": "1", "name": "Passwords And Secrets - Generic Password"}, True),
        ("zizmor", {"id": "secrets-inherit"}, False),
        ("Bandit", {"id": "B602"}, False),
    ],
)
def test_findings_of_secrets_are_known(name: str, rule: dict[str, Any], is_secret: bool) -> None:
    assert holds_secret(found(result(ruleId=rule["id"]), [rule], name=name)) is is_secret


def test_what_the_rule_of_a_secret_quotes_is_left_out() -> None:
    quoted = {"text": "Match: TOKEN = abcdefgh"}
    rule = {"id": "R1", "name": "Token", "fullDescription": quoted, "help": quoted}
    made = found(
        result(), [rule | {"properties": {"tags": ["secret"]}, "shortDescription": {"text": "A token"}}]
    )
    assert (made.rule.title, made.rule.description, made.rule.remedy) == ("A token", "", "")
