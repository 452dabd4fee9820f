"""The JSON of npm audit, as npm writes it, and as nobody should."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.errors import ScannerError
from pregate.intake import read_sarif
from pregate.model import Severity
from pregate.tools.npm_audit import to_sarif

LOCK = b"""{
  "lockfileVersion": 3,
  "packages": {
    "node_modules/minimist": {
      "version": "0.0.8"
    }
  }
}
"""
ADVISORY = {
    "source": 1179,
    "name": "minimist",
    "dependency": "minimist",
    "title": "Prototype Pollution in minimist",
    "url": "https://github.com/advisories/GHSA-xvch-5gv4-984h",
    "severity": "critical",
    "cwe": ["CWE-1321"],
    "cvss": {"score": 9.8, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
    "range": "<0.2.4",
}


def report(**entry: Any) -> bytes:
    known = {
        "name": "minimist",
        "severity": "critical",
        "via": [ADVISORY],
        "nodes": ["node_modules/minimist"],
    }
    return json.dumps({"auditReportVersion": 2, "vulnerabilities": {"minimist": {**known, **entry}}}).encode()


def test_an_advisory_stands_where_the_lock_file_has_the_package() -> None:
    sarif = to_sarif(
        report(fixAvailable={"name": "minimist", "version": "1.2.8"}), "a/package-lock.json", LOCK
    )
    (intake,) = read_sarif(sarif, "npm-audit.sarif", tool="npm-audit")
    (finding,) = intake.findings
    assert finding.rule.id == "npm-audit/GHSA-xvch-5gv4-984h"
    assert (finding.location.path, finding.location.start_line) == ("a/package-lock.json", 4)
    assert finding.severity is Severity.CRITICAL
    assert "minimist <0.2.4: Prototype Pollution in minimist; minimist 1.2.8 mends it" in finding.message
    assert finding.rule.cwe == (1321,)


def test_a_package_that_only_pulls_a_bad_one_is_not_told_again() -> None:
    (intake,) = read_sarif(
        to_sarif(report(via=["minimist"]), "package-lock.json", LOCK), "x", tool="npm-audit"
    )
    assert intake.findings == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no report of npm 7"),
        (b'{"message": "request failed", "error": {}}', "no answer from the registry"),
        (b'{"advisories": {}}', "no report of npm 7"),
    ],
)
def test_what_is_no_report_is_a_failure(data: bytes, words: str) -> None:
    with pytest.raises(ScannerError, match=words):
        to_sarif(data, "package-lock.json", LOCK)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["via", "nodes", "url", "cvss", "cwe", "title", "fixAvailable"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(_VALUES)
def test_no_shape_of_an_entry_breaks_it(entry: object) -> None:
    data = json.dumps({"vulnerabilities": {"x": entry, "y": {"via": [entry]}}}).encode()
    read_sarif(to_sarif(data, "package-lock.json", LOCK), "x", tool="npm-audit")
