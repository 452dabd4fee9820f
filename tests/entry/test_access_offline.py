"""A change judged without AWS, in a real repository: from the command line to the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/a"


def policy(*actions: str, resource: str = TABLE, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=1) + "\n"


NARROW, WIDE = policy("dynamodb:Query"), policy("dynamodb:Query", "dynamodb:DeleteTable")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("role.json", NARROW).commit("first")


def scan(repo: GitRepo, *words: str, code: int | None = None) -> dict[str, Any]:
    run = pregate("scan", "-C", repo.path, "--offline", "--check", "iam", *words, "--output", "json=-")
    report: dict[str, Any] = json.loads(run.out)
    assert code is None or run.code == code, run
    return report


def rules(report: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (f["rule"], f["location"]["path"], f["location"]["start_line"])
        for f in report["findings"]
        if f["state"] == "new"
    ]


def unread(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(u["path"], u["reason"]) for u in report["unread"]]


def test_staged_and_committed_changes_are_compared_with_their_base(repo: GitRepo) -> None:
    repo.write("role.json", WIDE).add()
    staged = scan(repo, "--staged", code=1)
    assert rules(staged) == [("iam/new-access", "role.json", 8)]
    assert staged["findings"][0]["message"].startswith("The change lets whoever has this policy delete a")
    repo.commit("wider")
    assert rules(scan(repo, "--base", "HEAD~1", code=1)) == [("iam/new-access", "role.json", 8)]
    repo.write("role.json", NARROW).commit("narrower")
    assert rules(scan(repo, "--base", "HEAD~1", code=0)) == []


def test_a_hook_refuses_new_access(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("role.json", WIDE).add()
    monkeypatch.chdir(repo.path)
    run = pregate("hook", "pre-commit", "--check", "iam")
    assert run.code == 1
    assert "dynamodb:DeleteTable" in run.out + run.err


def test_what_is_not_certain_is_listed_and_fails_where_that_is_wanted(repo: GitRepo) -> None:
    session: dict[str, Any] = {"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/a/s"}}
    role: dict[str, Any] = {"Principal": {"AWS": "arn:aws:iam::111122223333:role/a"}}
    repo.write("p.json", policy("sqs:SendMessage", **role)).commit("base")
    repo.write("p.json", policy("sqs:SendMessage", **session)).add()
    report = scan(repo, "--staged", code=0)
    assert unread(report) == [("p.json", "not-evaluated")]
    repo.write("p.json", policy("sqs:SendMessage", **role)).add()
    repo.write(".pregate.toml", '[iam]\nunknown = "fail"\n').commit("strict")
    repo.write("p.json", policy("sqs:SendMessage", **session)).add()
    assert unread(scan(repo, "--staged", code=3)) == [("p.json", "not-evaluated")]


def test_boundaries_are_read_from_the_trusted_revision(repo: GitRepo) -> None:
    repo.write(".pregate.toml", '[iam]\nboundaries = [{ match = "*", policy = "iam/boundary.json" }]\n')
    repo.write("iam/boundary.json", policy("dynamodb:Query", resource="*")).commit("bounded")
    repo.write("role.json", WIDE).add()
    assert rules(scan(repo, "--staged", code=0)) == []
    repo.write("iam/boundary.json", policy("dynamodb:*", resource="*")).add()
    found = rules(scan(repo, "--staged", code=1))
    assert ("iam/new-access", "iam/boundary.json") in [(rule, path) for rule, path, _ in found]
    repo.write(".pregate.toml", '[iam]\nboundaries = [{ match = "*", policy = "none.json" }]\n').commit("x")
    run = pregate("scan", "-C", repo.path, "--offline", "--check", "iam", "--all")
    assert run.code == 2
    assert "iam.boundaries: there is no file none.json" in run.err


@pytest.mark.parametrize("engine", ["aws", "both"])
def test_an_engine_that_needs_aws_cannot_work_offline(repo: GitRepo, engine: str) -> None:
    run = pregate("scan", "-C", repo.path, "--offline", "--all", "--check", "iam", "--iam-engine", engine)
    assert run.code == 2
    assert f"iam.engine {engine} cannot work offline" in run.err
