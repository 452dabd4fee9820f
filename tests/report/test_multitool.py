"""Microsoft's validator on our SARIF, with its own rules and those for GitHub. tests/tools gets it."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pregate.report import sarif
from pregate.report.sarif.limits import Limits
from pregate.report.sarif.upload import prepare
from tests.report import sample

pytestmark = pytest.mark.multitool

# Notes that we accept: ids with the check's name before a slash are ours; texts are written out.
ACCEPTED = {"SARIF2002", "SARIF2003", "SARIF2006", "SARIF2009", "SARIF2010", "SARIF2012"}


@pytest.fixture(scope="module")
def multitool() -> Path:
    tool = Path(os.environ.get("PREGATE_TEST_CACHE", "none"), "multitool", "package", "Sarif.Multitool")
    if not tool.exists():
        reason = f"no SARIF Multitool at {tool}: tests/tools/fetch_multitool.sh, with PREGATE_TEST_CACHE set"
        if os.environ.get("PREGATE_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return tool


def remarks(tool: Path, folder: Path, text: str) -> list[dict[str, Any]]:
    """Everything the validator says; its exit code is 0 in any case."""
    log, out = folder / "log.sarif", folder / "out.sarif"
    log.write_text(text)
    subprocess.run(
        [
            *(str(tool), "validate", str(log), "-o", str(out), "--log", "ForceOverwrite"),
            *("--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"),
        ],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    report = json.loads(out.read_text(encoding="utf-8-sig"))
    assert report["runs"][0]["invocations"][0]["executionSuccessful"] is True
    return [result for run in report["runs"] for result in run.get("results", ())]


@pytest.mark.parametrize("case", ["full", "failed", "clean", "nothing"])
def test_the_validator_has_no_error_and_no_warning(case: str, multitool: Path, tmp_path: Path) -> None:
    check(remarks(multitool, tmp_path, sarif.render(getattr(sample, case)(), sample.RULES)))


@pytest.mark.parametrize("case", ["full", "failed", "clean", "nothing"])
def test_the_validator_has_no_error_and_no_warning_about_what_is_uploaded(
    case: str, multitool: Path, tmp_path: Path
) -> None:
    upload = prepare(getattr(sample, case)(), sample.RULES, suffix="linux", limits=Limits(results=3))
    assert upload is not None
    check(remarks(multitool, tmp_path, upload.text))


def check(found: list[dict[str, Any]]) -> None:
    """Notes that we accept, and nothing else."""
    levels = Counter((r["ruleId"], r.get("level", "warning")) for r in found)
    assert {key: n for key, n in levels.items() if key[1] != "note"} == {}
    assert {rule for rule, _ in levels} <= ACCEPTED


def test_the_validator_finds_an_error_when_there_is_one(multitool: Path, tmp_path: Path) -> None:
    """What the test above trusts: an absolute category is fine, a repository that is no URI is not."""
    options = sarif.Options(repository_uri="not a uri")
    found = remarks(multitool, tmp_path, sarif.render(sample.failed(), sample.RULES, options))
    assert [r["ruleId"] for r in found if r.get("level") == "error"]
