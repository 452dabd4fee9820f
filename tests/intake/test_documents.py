"""What programs and shells make of a SARIF file on its way to us."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.errors import ScannerError
from pregate.intake import document, read_sarif, reading
from pregate.model import UnreadReason
from tests.intake.made import log, read, result, run

GOOD = log(run(result(message={"text": "Größe"}))).decode()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        b"\xff\xfe" + GOOD.encode("utf-16-le"),
        GOOD.encode("utf-16-le"),
        GOOD.encode("utf-16-be"),
        b"\xff\xfe\0\0" + GOOD.encode("utf-32-le"),
    ],
    ids=["bom", "powershell", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_every_encoding_that_a_shell_writes_is_read(data: bytes) -> None:
    (intake,) = read_sarif(data, "out.sarif")
    assert [f.message for f in intake.findings] == ["Größe"]


def test_bytes_that_are_no_text_cost_only_themselves() -> None:
    data = json.dumps(json.loads(GOOD), ensure_ascii=False).encode().replace("ö".encode(), b"\xf6")
    (intake,) = read_sarif(data, "out.sarif")
    assert intake.findings[0].message == "Gr\ufffdße"
    assert any("replaced" in note for note in intake.notes)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\r\0\n\0", "is empty"),
        (GOOD[: len(GOOD) // 2].encode(), "is truncated"),
        (GOOD[:-3].encode(), "is truncated"),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "page of HTML"),
        (b"Error: no such image\n", "is no JSON"),
        (b'{"runs": [\n<<<<<<< ours\n', "merge conflict"),
        (b"[]", "no SARIF log"),
        (b'{"results": []}', "no SARIF log"),
        (b'{"version": "2.1.0"}', "no SARIF log"),
        (b'{"version": "2.0.0", "runs": []}', "SARIF 2.0.0"),
        (b'{"version": "1.0.0", "runs": []}', "SARIF 1.0.0"),
        (b'{"version": "\\u202e<b>", "runs": []}', "SARIF another version"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"version": "2.1.0", "runs": [' + b"[]," * 3_000_001 + b"1]}", "more values"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sarif_is_told_in_words(data: bytes, words: str) -> None:
    with pytest.raises(ScannerError) as caught:
        read_sarif(data, "out.sarif")
    assert words in caught.value.message
    assert caught.value.message.startswith("out.sarif ")
    assert caught.value.hint


def test_a_document_over_the_limit_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LIMIT", 100)
    with pytest.raises(ScannerError, match="over the limit"):
        read_sarif(GOOD.encode(), "out.sarif")


@pytest.mark.parametrize("version", ["2.1.0", "2.1.0-rtm.5", "2.1.0-beta.2345"])
def test_drafts_of_the_version_are_read(version: str) -> None:
    data = GOOD.replace('"2.1.0"', f'"{version}"').encode()
    assert len(read_sarif(data, "out.sarif")[0].findings) == 1


def test_a_log_without_runs_is_no_scan_that_found_nothing() -> None:
    with pytest.raises(ScannerError, match="holds no run"):
        read_sarif(log(), "reports/semgrep.sarif")


@pytest.mark.parametrize(
    ("more", "gaps"),
    [
        ({}, 1),
        ({"results": None}, 1),
        ({"results": []}, 0),
        ({"artifacts": [{"location": {"uri": "a.js"}}]}, 0),
        ({"invocations": [{"executionSuccessful": True}], "results": None}, 0),
        ({"invocations": [{}], "artifacts": []}, 1),
    ],
)
def test_a_run_without_a_list_of_results_is_a_scan_only_where_something_says_so(
    more: dict[str, Any], gaps: int
) -> None:
    bare = {"tool": {"driver": {"name": "some tool"}}, **more}
    (intake,) = read_sarif(log(bare), "out.sarif")
    assert len(intake.unread) == gaps


def test_runs_of_one_tool_are_one_and_repeated_results_are_told_once() -> None:
    intake = read(run(result()), run(result(), result(ruleId="R2")))
    assert [f.rule.id for f in intake.findings] == ["some-tool/R1", "some-tool/R2"]
    assert any("told once" in note for note in intake.notes)


def test_tools_of_one_log_come_apart() -> None:
    intakes = read_sarif(log(run(result(), name="A"), run(result(), name="B")), "out.sarif")
    assert [i.tool for i in intakes] == ["a", "b"]


def test_malformed_parts_lose_only_themselves() -> None:
    broken: list[Any] = [3, None, {"locations": 7}, {"locations": [[]]}, result(locations=[]), result()]
    intake = (
        read("no run", run(*broken) | {"tool": {"driver": {"name": "x"}}}) if False else read(run(*broken))
    )
    assert len(intake.findings) == 1
    assert len(intake.unread) == 5
    assert intake.unread[0].path == "out.sarif"
    assert "result 0 of run 1" in intake.unread[0].detail


def test_a_run_that_is_none_loses_only_itself() -> None:
    one, other = read_sarif(log("no run", run(result())), "out.sarif")
    assert (one.tool, one.unread[0].detail) == ("out", "run 1 is no object")
    assert len(other.findings) == 1


def test_very_many_malformed_results_are_counted_after_the_first() -> None:
    intake = read(run(*([1] * 500), result()))
    assert len(intake.findings) == 1
    assert len(intake.unread) == 101
    assert "400 more" in intake.unread[-1].detail


def test_results_beyond_the_limit_are_not_read_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "RESULTS_MAX", 3)
    intake = read(run(*(result(ruleId=f"R{n}") for n in range(9))))
    assert len(intake.findings) == 3
    assert [u.reason for u in intake.unread] == [UnreadReason.TOO_LARGE]


def test_external_properties_are_not_followed_and_it_is_said() -> None:
    more = {"externalPropertyFileReferences": {"results": [{"location": {"uri": "http://example.org/r"}}]}}
    intake = read(run(result()) | more)
    assert "other files, which are not read" in intake.unread[0].detail


def test_what_the_producer_could_not_do_is_told() -> None:
    invocation = {
        "executionSuccessful": False,
        "exitCodeDescription": "out of memory",
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": "parse error"}, "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "src/b.py"}}}
            ]},
            {"level": "error", "message": {"text": "no network"}},
            {"level": "warning", "message": {"text": "slow"}},
        ],
    }  # fmt: skip
    intake = read(run(result(), invocations=[invocation]))
    assert intake.failure == "some-tool says that it did not succeed: out of memory"
    assert [(u.path, u.line, u.detail) for u in intake.unread] == [
        ("src/b.py", 0, "some-tool: parse error"),
        ("out.sarif", 0, "some-tool: no network"),
    ]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Semgrep OSS", "semgrep"),
        ("Opengrep OSS", "opengrep"),
        ("Trivy", "trivy"),
        ("ASH Aggregated Results", "ash"),
        ("cfn-guard", "cfn-guard"),
        ("SnykCode", "snyk-code"),
        ("secrets", "secrets-sarif"),
        ("IAM", "iam-sarif"),
        ("Großer Prüfer (v2)", "groer-prufer-v2"),
        ("x" * 300, "x" * 40),
        ("\u202e", "tool"),
        ("", "out"),
    ],
)
def test_tools_get_names_that_a_check_may_have(name: str, slug: str) -> None:
    (intake,) = read_sarif(log(run(result(), name=name)), "dir/out.sarif")
    assert intake.tool == slug
    assert intake.findings[0].rule.check == slug
