"""Flags of ``pregate scan`` that change what the gate means, each against its opposite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

POLICY = """{"Version": "2012-10-17",
 "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::some/*"}]}
"""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("app.py", "x = 1\n").commit("first")


@pytest.mark.parametrize(("word", "code"), [("fail", 1), ("warn", 0), ("ignore", 0)])
def test_an_advisory_without_a_severity_fails_only_a_gate_that_says_so(
    word: str, code: int, repo: GitRepo, tmp_path: Path
) -> None:
    record = {
        "id": "PYSEC-2024-1",
        "modified": "2024-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "demo"}, "versions": ["1.0"]}],
    }
    database = tmp_path / "database"
    database.mkdir()
    (database / "PYSEC-2024-1.json").write_text(json.dumps(record))
    repo.write("requirements.txt", "demo==1.0\n").add()
    run = pregate(
        "scan", "-C", repo.path, "--staged", "--offline", "--advisories", database, "--unknown-severity", word
    )
    assert run.code == code, run
    assert ("1 of unknown severity" in run.out.splitlines()[-1]) == (word != "ignore")


@pytest.mark.parametrize(("engine", "code"), [("local", 0), ("auto", 0), ("aws", 3)])
def test_a_gate_that_wants_aws_is_incomplete_without_credentials(
    engine: str, code: int, repo: GitRepo
) -> None:
    repo.write("policy.json", POLICY).add()
    run = pregate("scan", "-C", repo.path, "--staged", "--check", "iam", "--iam-engine", engine)
    assert run.code == code, run
    assert ("AWS_PROFILE" in run.out + run.err) == (engine == "aws")
