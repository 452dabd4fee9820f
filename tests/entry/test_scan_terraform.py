"""``pregate scan`` over Terraform: what of a module is read, and what is new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

MAIN = """resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = local.actions, Resource = "*" }]
  })
}
"""
NARROW = 'locals {\n  actions = ["logs:PutLogEvents"]\n}\n'
WIDE = 'locals {\n  actions = ["logs:PutLogEvents", "s3:*"]\n}\n'


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo").write("infra/main.tf", MAIN).write("infra/locals.tf", NARROW)
    return repo.commit("first")


def findings(repo: GitRepo, *words: str) -> list[tuple[str, str, int]]:
    run = pregate("scan", "-C", repo.path, "--offline", "--check", "iam", *words, "--output", "json=-")
    report = json.loads(run.out)
    return [
        (f["state"], f["location"]["path"], f["location"]["start_line"])
        for f in report["findings"]
        if f["rule"] != "iam/new-access"
    ]


def test_a_local_that_widens_the_policy_of_another_file_is_new(repo: GitRepo) -> None:
    assert findings(repo, "--all") == []
    repo.write("infra/locals.tf", WIDE).add()
    assert findings(repo, "--staged") == [("new", "infra/locals.tf", 2)]
    repo.commit("widen")
    assert findings(repo, "--base", "HEAD~1") == [("new", "infra/locals.tf", 2)]
    assert findings(repo, "--worktree") == []


def test_a_finding_that_was_there_stays_pre_existing_when_its_file_changes(repo: GitRepo) -> None:
    repo.write("infra/locals.tf", WIDE).commit("widen")
    repo.write("infra/main.tf", "# a comment\n" + MAIN).add()
    assert findings(repo, "--staged") == [("pre-existing", "infra/locals.tf", 2)]


def test_the_index_is_read_not_the_disk(repo: GitRepo) -> None:
    repo.write("infra/locals.tf", WIDE).add().write("infra/locals.tf", NARROW)
    assert findings(repo, "--staged") == [("new", "infra/locals.tf", 2)]


def test_values_and_modules_of_the_repository_are_read(repo: GitRepo) -> None:
    module = 'variable "actions" {}\n' + MAIN.replace("local.actions", "var.actions")
    call = 'variable "a" {}\nmodule "m" {\n  source  = "../modules/m"\n  actions = var.a\n}\n'
    repo.write("modules/m/main.tf", module).write("infra/call.tf", call)
    repo.write("infra/x.auto.tfvars", 'a = ["sqs:SendMessage"]\n').commit("module")
    repo.write("infra/x.auto.tfvars", 'a = ["iam:*"]\n').add()
    assert findings(repo, "--staged") == [("new", "infra/x.auto.tfvars", 1)]


def test_a_module_that_changes_is_judged_as_it_is_called(repo: GitRepo) -> None:
    module = MAIN.replace("local.actions", "var.actions").replace('"*" }', "var.resource }")
    variables = 'variable "actions" {}\nvariable "resource" {}\n'
    call = 'module "m" {\n  source   = "../m"\n  actions  = ["s3:*"]\n  resource = "*"\n}\n'
    narrow = variables + module.replace("var.resource }", '"arn:aws:s3:::b/*" }')
    repo.write("m/main.tf", narrow).write("infra/call.tf", call).commit("module")
    repo.write("m/main.tf", variables + module).add()
    assert ("new", "infra/call.tf", 3) in findings(repo, "--staged")


def test_a_removed_file_of_a_module_is_a_change_of_the_module(repo: GitRepo) -> None:
    override = 'locals {\n  actions = ["logs:PutLogEvents"]\n}\n'
    repo.write("infra/locals.tf", WIDE).write("infra/a_override.tf", override).commit("both")
    assert findings(repo, "--all") == []
    repo.remove("infra/a_override.tf")
    assert findings(repo, "--staged") == [("new", "infra/locals.tf", 2)]


def test_files_by_path_are_read_with_their_module(repo: GitRepo) -> None:
    repo.write("infra/locals.tf", WIDE)
    assert [f[1:] for f in findings(repo, str(repo.path / "infra/main.tf"))] == [("infra/locals.tf", 2)]
