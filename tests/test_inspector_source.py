"""Amazon Inspector beside OSV in a whole run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pregate.changes import Everything
from pregate.model import Completed, Failed, Outcome, Skipped, Verdict
from pregate.pipeline import Request, run
from tests.entry.cli import ADVISORIES
from tests.fakeaws import FakeAws
from tests.gitrepo import GitRepo

KNOWN = {"id": "CVE-2099-0001", "ratings": [{"severity": "critical"}]}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path).write("requirements.txt", "left-alone==1.0\n").commit("first")


def judge(repo: GitRepo, environ: Mapping[str, str], sources: list[str], **more: Any) -> Verdict:
    overrides = {"checks": ["dependencies"], "dependencies": {"sources": sources}} | more
    environ = {"PATH": "/usr/bin:/bin"} | dict(environ)
    return run(Request(repo.path, Everything(), overrides=overrides, environ=environ)).verdict


def outcome(verdict: Verdict) -> Outcome:
    return verdict.checks[0].outcome


@pytest.fixture
def keys(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    aws.advisories["pkg:pypi/left-alone@1.0"] = [KNOWN]
    variables = aws.variables() | aws.user().variables()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.mark.parametrize("sources", [["inspector"], ["osv", "inspector"]])
def test_what_inspector_knows_is_found(repo: GitRepo, keys: dict[str, str], sources: list[str]) -> None:
    verdict = judge(repo, keys, sources, advisories=str(ADVISORIES))
    assert [j.finding.rule.id for j in verdict.findings] == ["dependencies/CVE-2099-0001"]
    done = outcome(verdict)
    assert isinstance(done, Completed)
    assert "Amazon Inspector, asked " in done.notes[0]


def test_it_is_not_asked_unless_it_is_named(repo: GitRepo, keys: dict[str, str], aws: FakeAws) -> None:
    assert not judge(repo, keys, ["osv"], advisories=str(ADVISORIES)).findings
    assert not aws.log


def test_a_refusal_fails_the_check(repo: GitRepo, keys: dict[str, str], aws: FakeAws) -> None:
    aws.fail("inspector-scan", "ScanSbom", "AccessDeniedException", 403)
    failed = outcome(judge(repo, keys, ["osv", "inspector"], advisories=str(ADVISORIES)))
    assert isinstance(failed, Failed)
    assert "inspector-scan:ScanSbom" in failed.hint


def test_without_credentials_another_source_is_enough_and_it_is_said(repo: GitRepo, tmp_path: Path) -> None:
    done = outcome(judge(repo, {}, ["osv", "inspector"], advisories=str(ADVISORIES)))
    assert isinstance(done, Completed)
    assert "Amazon Inspector was not asked: no AWS credentials" in done.notes[0]


def test_alone_and_without_credentials_the_check_fails(repo: GitRepo) -> None:
    failed = outcome(judge(repo, {}, ["inspector"]))
    assert isinstance(failed, Failed)
    assert failed.message == "Amazon Inspector was not asked: no AWS credentials"
    assert "AWS role" in failed.hint


def test_offline_it_is_not_asked(repo: GitRepo, keys: dict[str, str], aws: FakeAws) -> None:
    assert isinstance(outcome(judge(repo, keys, ["inspector"], offline=True)), Skipped)
    assert isinstance(
        outcome(judge(repo, keys, ["osv", "inspector"], offline=True, advisories=str(ADVISORIES))), Completed
    )
    assert not aws.log
