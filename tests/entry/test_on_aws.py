"""
The action on a pull request that brings a policy: the fake GitHub, the fake AWS, and the real boto3 between.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.entry.site import Site, make_site
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub
from tests.gitrepo import GitRepo
from tests.harness.events import REPOSITORY
from tests.harness.runner import StepResult

WIDE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}],
    },
    indent=2,
)


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


@pytest.fixture
def role(site: Site, aws: FakeAws) -> str:
    aws.provider(site.hub.oidc.url)
    return aws.role("gate", aws.trust(site.hub.oidc.url, f"repo:{REPOSITORY}:pull_request")).arn


def run(site: Site, aws: FakeAws, tokens: dict[str, str] | None = None, **inputs: str) -> StepResult:
    site.repo.checkout("main")
    site.repo.branch("topic").write("policy.json", WIDE)
    event = site.merged(site.repo.commit("policy").head)
    given = {"checks": "iam,secrets"} | {name.replace("_", "-"): text for name, text in inputs.items()}
    variables = aws.variables() | (site.hub.oidc_variables() if tokens is None else tokens)
    return site.runner.run(event, given, RUNNER_DEBUG="1", **variables)


def said(site: Site, result: StepResult) -> str:
    """All that anybody gets to see: log, outputs, reports, and what was sent to GitHub."""
    reports = [p.read_text("utf-8") for p in (site.repo.path / "pregate-reports").glob("*")]
    notes = [a.message for a in result.annotations]
    return "\n".join(
        [result.text, result.stderr, result.summary, *result.outputs.values(), *reports, *notes, site.said()]
    )


def operations(aws: FakeAws) -> list[str]:
    return [call.operation for call in aws.log]


def test_the_policy_is_validated_with_a_session_that_may_do_nothing_else(
    site: Site, aws: FakeAws, role: str
) -> None:
    result = run(site, aws, role_to_assume=role, iam_engine="aws")
    assert operations(aws)[0] == "AssumeRoleWithWebIdentity"
    assert set(operations(aws)[1:]) == {"ValidatePolicy"}
    assert "PASS_ROLE_WITH_STAR_IN_RESOURCE" in said(site, result)
    statements = json.loads(aws.log[0].request["Policy"])["Statement"]
    assert {a.split(":")[0] for s in statements for a in s["Action"]} == {"access-analyzer"}


def test_nothing_of_the_session_is_seen_anywhere(site: Site, aws: FakeAws, role: str) -> None:
    result = run(site, aws, role_to_assume=role, iam_engine="aws")
    text = said(site, result)
    values = [*aws.values(), *aws.principals, site.hub.oidc.request_token]
    assert len(values) > 3
    assert not [value for value in values if value in text]
    assert result.masks == [aws.log[0].request["WebIdentityToken"]]
    kept = [p for p in site.runner.home.rglob("*") if p.is_file()]
    assert not [p for p in kept for value in values if value.encode() in p.read_bytes()]


def test_a_refusal_is_asked_once_and_makes_the_run_incomplete(site: Site, aws: FakeAws, role: str) -> None:
    aws.roles[role].trust_policy["Statement"] = []
    result = run(site, aws, role_to_assume=role)
    assert result.exit_code == 3
    assert operations(aws) == ["AssumeRoleWithWebIdentity"]
    text = said(site, result)
    assert "mode: doctor" in text
    assert f"sub: repo:{REPOSITORY}:pull_request" in text
    assert not [value for value in aws.values() if value in text]


def test_without_the_permission_the_run_is_incomplete_and_names_it(
    site: Site, aws: FakeAws, role: str
) -> None:
    result = run(site, aws, {}, role_to_assume=role)
    assert result.exit_code == 3
    assert "id-token: write" in said(site, result)
    assert aws.log == []


def test_a_forks_run_is_judged_offline(site: Site, aws: FakeAws, role: str) -> None:
    site.repo.branch("topic").write("policy.json", WIDE)
    event = site.merged(site.repo.commit("policy").head)
    event.payload["pull_request"]["head"]["repo"]["full_name"] = "stranger/app"
    inputs = {"checks": "iam", "role-to-assume": role}
    result = site.runner.run(event, inputs, **aws.variables())
    assert result.exit_code != 3
    assert "a pull request from a fork has no identity token" in result.text
    assert "AWS Access Analyzer was not asked: no credentials" in result.text
    assert aws.log == []


def test_the_role_may_be_named_in_the_configuration_of_the_base(site: Site, aws: FakeAws, role: str) -> None:
    site.repo.write(".pregate.toml", f'[aws]\nrole-to-assume = "{role}"\nregion = "eu-west-1"\n')
    site.base = site.repo.commit("configuration").head
    run(site, aws)
    assert operations(aws)[0] == "AssumeRoleWithWebIdentity"


def test_a_change_cannot_name_the_role(site: Site, aws: FakeAws, role: str) -> None:
    site.repo.branch("topic").write("policy.json", WIDE)
    site.repo.write(".pregate.toml", f'[aws]\nrole-to-assume = "{role}"\n')
    event = site.merged(site.repo.commit("policy").head)
    site.runner.run(event, {"checks": "iam"}, **aws.variables(), **site.hub.oidc_variables())
    assert aws.log == []


def test_a_wrong_input_is_a_usage_error(site: Site, aws: FakeAws) -> None:
    assert run(site, aws, role_to_assume="gate").exit_code == 2


def test_a_scan_in_a_job_assumes_the_role_too_and_prints_no_token(
    site: Site, aws: FakeAws, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.entry.cli import pregate

    repo = site.repo
    repo.write("policy.json", WIDE)
    repo.write(".pregate.toml", f'[aws]\nrole-to-assume = "{role}"\n').commit("policy")
    job = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": REPOSITORY}
    for name, text in {**job, **site.hub.oidc_variables(), **aws.variables()}.items():
        monkeypatch.setenv(name, text)
    done = pregate("scan", "--all", "--check", "iam", "--no-cache", "-C", repo.path)
    assert "ValidatePolicy" in operations(aws)
    assert not [value for value in aws.values() if value in done.out + done.err]


@pytest.mark.parametrize(
    "words", [["scan", "--all"], ["scan", "--staged"], ["doctor"], ["scan", "--all", "--iam-engine", "local"]]
)
def test_without_aws_boto3_is_not_imported(tmp_path: Path, words: list[str]) -> None:
    repo = GitRepo(tmp_path / "r").write("policy.json", WIDE).commit("first")
    code = (
        "import sys\nfrom pregate.entry import main\n"
        f"main({words!r} + ['-C', {str(repo.path)!r}])\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('boto3', 'botocore', 's3transfer')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
