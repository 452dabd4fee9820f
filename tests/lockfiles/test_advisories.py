"""Records in the OSV format, aliases and severities."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.lockfiles.merge import merge_aliases
from pregate.lockfiles.model import Advisory, Affected
from pregate.lockfiles.osv import MalformedRecordError, is_advisory_id, parse_advisory, plain
from pregate.lockfiles.severity import rate
from pregate.model import Severity

V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
V3_HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
V3_MEDIUM = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:N/A:N"
V3_NONE = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"
V2_HIGH = "AV:N/AC:L/Au:N/C:C/I:C/A:C"
V2_LOW = "AV:L/AC:H/Au:M/C:P/I:N/A:N"


@pytest.mark.parametrize(
    ("vectors", "word", "severity", "score"),
    [
        ([("CVSS_V3", V3_MEDIUM)], "CRITICAL", Severity.MEDIUM, "6.1"),
        ([("CVSS_V3", V3_MEDIUM), ("CVSS_V4", V4)], "", Severity.CRITICAL, "9.3"),
        ([("CVSS_V2", V2_HIGH), ("CVSS_V3", V3_HIGH)], "", Severity.HIGH, "7.5"),
        ([("CVSS_V2", V2_HIGH)], "", Severity.HIGH, "10.0"),
        ([("CVSS_V2", V2_LOW)], "", Severity.LOW, "0.8"),
        ([("CVSS_V3", V3_NONE)], "", Severity.INFO, "0.0"),
        ([("CVSS_V4", "CVSS:4.0/broken"), ("CVSS_V3", V3_HIGH)], "", Severity.HIGH, "7.5"),
        ([("CVSS_V3", V3_MEDIUM), ("CVSS_V3", V3_HIGH)], "", Severity.HIGH, "7.5"),
        ([("CVSS_V3", "junk")], "MODERATE", Severity.MEDIUM, ""),
        ([], "critical", Severity.CRITICAL, ""),
        ([("Ubuntu", "high")], "", Severity.UNKNOWN, ""),
        ([], "dreadful", Severity.UNKNOWN, ""),
    ],
)
def test_severity(vectors: list[tuple[str, str]], word: str, severity: Severity, score: str) -> None:
    rating = rate(Advisory("X", severity=tuple(vectors), severity_word=word))
    assert (rating.severity, rating.score) == (severity, score)


@pytest.mark.parametrize(
    "vector",
    ["", "/", "CVSS:3.1", "CVSS:3.1/" + "AV:N/" * 500, "CVSS:3.1/AV:é", "CVSS:9.9/AV:N", "AV:N//", "::::"],
)
@pytest.mark.parametrize("kind", ["CVSS_V2", "CVSS_V3", "CVSS_V4"])
def test_malformed_vectors_do_not_crash(kind: str, vector: str) -> None:
    assert rate(Advisory("X", severity=((kind, vector),))).severity is Severity.UNKNOWN


def test_the_severity_of_the_affected_part_serves_when_the_whole_says_nothing() -> None:
    assert (
        rate(Advisory("X"), [Affected("PyPI", "a", severity=(("CVSS_V3", V3_HIGH),))]).severity
        is Severity.HIGH
    )
    assert rate(Advisory("X"), [Affected("PyPI", "a", severity_word="LOW")]).severity is Severity.LOW


def test_a_malicious_package_is_critical() -> None:
    assert rate(Advisory("MAL-2024-1")).severity is Severity.CRITICAL
    assert rate(Advisory("GHSA-x", aliases=("MAL-2024-1",))).severity is Severity.CRITICAL


def test_aliases_are_merged_through_others() -> None:
    records = [
        Advisory("PYSEC-1", aliases=("CVE-1",)),
        Advisory("GHSA-a", aliases=("CVE-1", "CVE-2")),
        Advisory("OTHER-1", aliases=("CVE-2",)),
        Advisory("GHSA-b"),
    ]
    first, second = merge_aliases(records)
    assert [a.id for a in first.advisories] == ["GHSA-a", "OTHER-1", "PYSEC-1"]
    assert (first.id, first.shown, first.aliases) == (
        "GHSA-a",
        "CVE-1",
        ("CVE-1", "CVE-2", "OTHER-1", "PYSEC-1"),
    )
    assert (second.id, second.shown, second.aliases) == ("GHSA-b", "GHSA-b", ())


def test_the_order_of_records_does_not_matter() -> None:
    records = [Advisory("B", aliases=("C",)), Advisory("A", aliases=("C",)), Advisory("D"), Advisory("D")]
    assert merge_aliases(records) == merge_aliases(records[::-1])


def test_a_cve_alone_leads() -> None:
    assert merge_aliases([Advisory("CVE-2024-1", aliases=("UBUNTU-1",))])[0].id == "CVE-2024-1"


def test_a_record_is_read_whole() -> None:
    record: dict[str, Any] = {
        "id": "GHSA-x",
        "aliases": ["CVE-1", 3, "../bad"],
        "summary": "S\x1b[31m",
        "details": "D\nE\u202e",
        "published": "2024-01-01T00:00:00Z",
        "modified": "2024-01-02T00:00:00Z",
        "severity": [{"type": "CVSS_V3", "score": V3_HIGH}, 3],
        "affected": [
            {
                "package": {"ecosystem": "PyPI:https://x", "name": "a"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
                "versions": ["1"],
                "database_specific": {"severity": "LOW"},
            }
        ],
        "references": [{"type": "WEB", "url": "https://x"}, {"url": "javascript:1"}, 4],
        "database_specific": {"cwe_ids": ["CWE-79", "x", 1]},
    }
    found = parse_advisory(record)
    assert (found.summary, found.details, found.aliases) == ("S[31m", "D E", ("CVE-1",))
    assert (found.severity, found.cwe, found.references) == ((("CVSS_V3", V3_HIGH),), (79,), ("https://x",))
    assert (found.affected[0].ecosystem, found.affected[0].severity_word) == ("PyPI", "LOW")


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"id": 3},
        {"id": "../x"},
        {"id": "A", "affected": 3},
        {"id": "A", "affected": [3]},
        {"id": "A", "aliases": "B"},
        {"id": "A", "affected": [{"package": 3}]},
        {"id": "A", "affected": [{"package": {"name": 3}}]},
        {"id": "A", "affected": [{"versions": [3]}]},
        {"id": "A", "affected": [{"ranges": [{"type": 3}]}]},
        {"id": "A", "affected": [{"ranges": [{"events": [{"introduced": 3}]}]}]},
        {"id": "A", "affected": [{"ranges": [{"events": [{"odd": "3"}]}]}]},
    ],
)
def test_a_record_that_cannot_be_relied_on_is_refused(record: object) -> None:
    with pytest.raises(MalformedRecordError):
        parse_advisory(record)


@pytest.mark.parametrize(
    ("text", "good"),
    [("GHSA-j8r2-6x86-q33q", True), ("RHSA-2024:1", True), ("", False), ("a/b", False), (3, False)],
)
def test_identifiers(text: object, good: bool) -> None:
    assert is_advisory_id(text) is good


def test_plain_text_is_cut_at_a_word() -> None:
    assert plain("one two, three", 10) == "one two…"
    assert plain("x" * 50, 10) == "x" * 9 + "…"
    assert plain("a\ud800b\x00c\u200dd") == "abcd"


@pytest.mark.parametrize(
    ("specific", "functions"),
    [
        ({"database_specific": {"affected_functions": ["a.b", 7, "c\x00d"]}}, ("a.b", "cd")),
        ({"ecosystem_specific": {"affects": {"functions": ["x::y"]}}}, ("x::y",)),
        ({"ecosystem_specific": {"imports": [{"path": "p", "symbols": ["S"]}, 3, {"path": 4}]}}, ("p.S",)),
        ({"database_specific": {"affected_functions": "a"}}, ()),
    ],
    ids=["GitHub and PyPA", "RustSec", "Go", "malformed"],
)
def test_vulnerable_functions_are_carried_along(
    specific: dict[str, object], functions: tuple[str, ...]
) -> None:
    affected = {"package": {"ecosystem": "PyPI", "name": "demo"}, "versions": ["1"], **specific}
    (entry,) = parse_advisory({"id": "X", "affected": [affected]}).affected
    assert entry.functions == functions
