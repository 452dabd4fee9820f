"""``pregate doctor`` and ``mode: doctor``: before the fake GitHub and the fake AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entry.cli import pregate
from tests.entry.site import RIGHTS, Site, make_site
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub
from tests.gitrepo import GitRepo
from tests.harness.events import REPOSITORY
from tests.harness.runner import StepResult

SUBJECT = f"repo:{REPOSITORY}:pull_request"


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


def role_for(site: Site, aws: FakeAws, subject: str = SUBJECT) -> str:
    aws.provider(site.hub.oidc.url)
    return aws.role("gate", aws.trust(site.hub.oidc.url, subject)).arn


def doctor(site: Site, aws: FakeAws | None = None, **more: str) -> StepResult:
    """A run of the action in a job with an identity token; capitals are variables, the rest inputs."""
    event = site.push(more_py=f"x = {site.merges}\n")
    inputs = {name.replace("_", "-"): text for name, text in more.items() if name.islower()}
    variables = site.hub.oidc_variables() | (aws.variables() if aws else {})
    variables |= {name: text for name, text in more.items() if name.isupper()}
    result = site.runner.run(event, {"mode": "doctor"} | inputs, **variables)
    assert not result.errors
    return result


def line_of(result: StepResult, subject: str) -> str:
    (found,) = [line for line in result.log if line[2:].startswith(f"{subject} ")]
    return found


def shown_policy(text: str) -> Any:
    start = text.index("{", text.index("A trust policy that"))
    return json.JSONDecoder().raw_decode(text[start:])[0]


# ----------------------------------------------------------------------------------------------- in a job


def test_where_all_is_there_it_says_so(site: Site, aws: FakeAws) -> None:
    role = role_for(site, aws)
    result = doctor(site, aws, role_to_assume=role, allowed_account_ids=aws.account)
    assert result.exit_code == 0
    assert "pregate doctor: nothing is missing" in result.log
    assert line_of(result, "event").endswith(f"pull_request in {REPOSITORY}")
    assert role in line_of(result, "aws role")
    assert f"{aws.account}, one of allowed-account-ids" in line_of(result, "aws account")
    assert "eu-west-1 (partition aws)" in line_of(result, "aws region")
    assert "of 2048 characters" in line_of(result, "session policy")
    assert f"sub                {SUBJECT}" in result.text or SUBJECT in result.text
    assert "A trust policy" not in result.text
    assert result.outputs == {"verdict": "passed", "reason": "", "exit-code": "0"}
    assert [c.operation for c in aws.log] == ["AssumeRoleWithWebIdentity", "GetCallerIdentity"]


def test_a_refusal_shows_the_claims_and_a_trust_policy_that_works(site: Site, aws: FakeAws) -> None:
    role = role_for(site, aws, f"repo:{REPOSITORY}:ref:refs/heads/main")
    result = doctor(site, aws, role_to_assume=role)
    assert result.exit_code == 3
    assert [c.operation for c in aws.log] == ["AssumeRoleWithWebIdentity"]
    assert f"  sub: {SUBJECT}" in result.text
    assert result.outputs["verdict"] == "incomplete"
    (error,) = result.of_kind("error")
    assert "AccessDenied" in error.message
    aws.roles[role].trust_policy = shown_policy(result.text)
    assert doctor(site, aws, role_to_assume=role).exit_code == 0


def test_the_policy_knows_subjects_with_ids(site: Site, aws: FakeAws) -> None:
    owner, name = REPOSITORY.split("/")
    site.hub.oidc.claims |= {"sub": f"repo:{owner}@11/{name}@22:pull_request"}
    role = role_for(site, aws)
    result = doctor(site, aws, role_to_assume=role)
    condition = shown_policy(result.text)["Statement"][0]["Condition"]["StringEquals"]
    assert condition[f"{site.hub.oidc.url.removeprefix('http://')}:sub"] == [
        SUBJECT,
        f"repo:{owner}@11/{name}@22:pull_request",
    ]
    aws.roles[role].trust_policy = shown_policy(result.text)
    assert doctor(site, aws, role_to_assume=role).exit_code == 0


def test_a_provider_that_is_not_there_is_told(site: Site, aws: FakeAws) -> None:
    role = role_for(site, aws)
    aws.providers.clear()
    result = doctor(site, aws, role_to_assume=role)
    assert result.exit_code == 3
    provider = site.hub.oidc.url.removeprefix("http://")
    assert f"needs a provider arn:aws:iam::{aws.account}:oidc-provider/{provider}" in result.text


def test_a_job_without_the_permission_is_told_it_with_the_policy_it_would_need(
    site: Site, aws: FakeAws
) -> None:
    role = role_for(site, aws)
    nothing = {"ACTIONS_ID_TOKEN_REQUEST_URL": "", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": ""}
    result = doctor(site, aws, role_to_assume=role, **nothing)
    assert result.exit_code == 3
    assert "id-token: write" in result.text
    policy = shown_policy(result.text)
    assert SUBJECT in json.dumps(policy)
    assert aws.log == []


def test_a_fork_without_a_token_is_no_fault_unless_aws_is_required(site: Site, aws: FakeAws) -> None:
    role = role_for(site, aws)
    nothing = {"ACTIONS_ID_TOKEN_REQUEST_URL": "", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": ""}
    event = site.push(more_py="x = 1\n")
    event.payload["pull_request"]["head"]["repo"]["full_name"] = "stranger/app"
    inputs = {"mode": "doctor", "role-to-assume": role}
    result = site.runner.run(event, inputs, **aws.variables(), **nothing)
    assert result.exit_code == 0
    assert "from a fork" in line_of(result, "event")
    assert "- identity token" in result.text
    assert site.runner.run(event, inputs | {"iam-engine": "aws"}, **aws.variables(), **nothing).exit_code == 3


def test_a_wrong_account_is_told_by_its_number(site: Site, aws: FakeAws) -> None:
    result = doctor(site, aws, role_to_assume=role_for(site, aws), allowed_account_ids="999999999999")
    assert result.exit_code == 3
    assert f"account {aws.account}" in result.text


def test_the_runners_service_may_refuse(site: Site, aws: FakeAws) -> None:
    role = role_for(site, aws)
    site.hub.oidc.granted = False
    result = doctor(site, aws, role_to_assume=role)
    assert result.exit_code == 3
    assert "HTTP 401" in line_of(result, "identity token")


def test_a_wrong_role_is_told(site: Site, aws: FakeAws) -> None:
    result = doctor(site, aws, role_to_assume="gate")
    assert result.exit_code == 3
    assert "is no ARN of a role" in result.text


def test_without_a_role_aws_is_not_asked(site: Site, aws: FakeAws) -> None:
    result = doctor(site, aws)
    assert result.exit_code == 0
    assert "offered, and no role-to-assume" in line_of(result, "identity token")
    assert "no credentials" in line_of(result, "aws")
    assert doctor(site, aws, iam_engine="aws").exit_code == 3
    assert "no check" in line_of(doctor(site, aws, iam_engine="local"), "aws")
    assert line_of(doctor(site, aws, offline="true"), "aws").endswith("offline")
    assert aws.log == []


def test_the_session_policy_may_be_off(site: Site, aws: FakeAws) -> None:
    result = doctor(site, aws, role_to_assume=role_for(site, aws), session_policy="none")
    assert line_of(result, "session policy").endswith("switched off")


def test_permissions_of_the_token_are_read_one_by_one(site: Site) -> None:
    result = doctor(site, check_run="true")
    assert line_of(result, "token: contents").endswith("readable")
    assert "needs pull-requests: write" in line_of(result, "token: pull-requests")
    assert "needs checks: write" in line_of(result, "token: checks")
    assert "security-events" in line_of(result, "token: security-events")
    assert not [call for call in site.hub.log if call.method != "GET"]


def test_a_permission_that_is_missing_counts_where_it_is_required(tmp_path: Path, hub: FakeHub) -> None:
    rights = {name: level for name, level in RIGHTS.items() if name != "security_events"}
    site = make_site(tmp_path, hub, **rights)
    result = doctor(site)
    assert result.exit_code == 0
    assert line_of(result, "token: security-events").startswith("-")
    assert "  security-events: write" in result.text
    result = doctor(site, require_upload="true")
    assert result.exit_code == 3
    assert line_of(result, "token: security-events").startswith("✗")


def test_an_outage_of_github_is_told(site: Site) -> None:
    site.hub.fail("GET", "/commits/", status=502, times=9)
    assert "GitHub answered 502" in line_of(doctor(site), "token: contents")


def test_contradicting_wishes_are_told(site: Site) -> None:
    result = doctor(site, comment="sometimes")
    assert result.exit_code == 3
    assert "comment has no value" in line_of(result, "token")


def test_without_a_token_nothing_is_asked_of_github(site: Site) -> None:
    site.runner.token = ""
    assert "nothing is published" in line_of(doctor(site), "token")
    assert site.hub.log == []


def test_an_event_that_is_not_supported_is_told(site: Site) -> None:
    result = doctor(site, GITHUB_EVENT_NAME="issues")
    assert result.exit_code == 3
    assert "not supported" in line_of(result, "event")


def test_a_change_that_cannot_be_found_is_told(site: Site) -> None:
    result = doctor(site, base="0" * 40)
    assert result.exit_code == 3
    assert "✗ git" in result.text


def test_a_wrong_configuration_is_told(site: Site) -> None:
    assert doctor(site, fail_on="often").exit_code == 3


def test_text_of_claims_issues_no_command(site: Site, aws: FakeAws) -> None:
    evil = "repo:o/r:environment:x\n::error::owned\n##[error]owned\x1b[31m"
    site.hub.oidc.claims |= {"sub": evil, "\n::warning::x": "y"}
    result = doctor(site, aws, role_to_assume=role_for(site, aws))
    assert result.exit_code == 3
    assert not [a for a in result.annotations if a.message.startswith("owned")]
    assert not result.of_kind("warning")
    assert "\x1b" not in result.text


def test_no_token_key_or_session_is_in_anything_that_is_said(site: Site, aws: FakeAws) -> None:
    role = role_for(site, aws)
    results = [doctor(site, aws, role_to_assume=role, RUNNER_DEBUG="1")]
    aws.roles[role].trust_policy["Statement"] = []
    results.append(doctor(site, aws, role_to_assume=role))
    values = [*aws.values(), site.runner.token, site.hub.oidc.request_token]
    assert len(values) > 5
    for result in results:
        said = [result.text, result.summary, result.stderr, *result.outputs.values()]
        said += [a.message for a in result.annotations]
        assert not [value for value in values for text in said if value in text]
        assert result.masks


# ----------------------------------------------------------------------------------------- on a machine


def test_on_a_machine_it_looks_at_git_and_the_credentials(
    tmp_path: Path, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = GitRepo(tmp_path / "r").write("a.py", "x = 1\n").commit("first")
    user = aws.user()
    for name, text in {**aws.variables(), **user.variables()}.items():
        monkeypatch.setenv(name, text)
    run = pregate("doctor", "-C", repo.path)
    assert run.code == 0
    assert f"at {repo.head[:12]}" in run.out
    assert aws.account in run.out


def test_json_holds_the_same(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r").write("a.py", "x = 1\n").commit("first")
    run = pregate("doctor", "--json", "-C", repo.path)
    whole = json.loads(run.out)
    assert (run.code, whole["complete"]) == (0, True)
    assert {item["subject"]: item["state"] for item in whole["items"]}["git"] == "ok"
    assert whole["trustPolicy"] is None


def test_json_in_a_job_holds_the_policies(
    site: Site, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = site.push(more_py="x = 1\n")
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event.payload))
    role = role_for(site, aws, "repo:someone/else:*")
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event.name,
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": event.sha,
        "GITHUB_REF": event.ref,
        "INPUT_ROLE-TO-ASSUME": role,
    }
    for name, text in {
        **variables,
        **site.hub.variables(),
        **site.hub.oidc_variables(),
        **aws.variables(),
    }.items():
        monkeypatch.setenv(name, text)
    run = pregate("doctor", "--json", "-C", site.repo.path)
    whole = json.loads(run.out)
    assert run.code == 3
    assert whole["claims"]["sub"] == SUBJECT
    assert [row["claim"] for row in whole["conditions"]] == ["iss", "aud", "sub"]
    assert whole["trustPolicy"]["Statement"][0]["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert whole["sessionPolicy"]["Statement"]
    assert run.err == ""
    assert not [value for value in aws.values() if value in run.out]


def test_a_folder_without_git_is_told(tmp_path: Path) -> None:
    run = pregate("doctor", "-C", tmp_path)
    assert run.code == 0
    assert "no repository" in run.out


def test_without_git_itself_something_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pregate("doctor", "-C", tmp_path).code == 3


# ------------------------------------------------------------------------ the app, and what is required


def test_the_app_is_tried_with_the_session_of_the_examination(site: Site, aws: FakeAws) -> None:
    key = aws.kms_key("app")
    site.hub.add_app(key.public_key, pull_requests="write", contents="read")
    app = {"github_app_id": "12", "github_app_kms_key": key.arn}
    result = doctor(site, aws, role_to_assume=role_for(site, aws), offline="true", **app)
    assert result.exit_code == 0, result.text
    assert "app 12 speaks, with contents: read, pull_requests: write" in line_of(result, "github app")
    assert [c.operation for c in aws.log] == ["AssumeRoleWithWebIdentity", "GetCallerIdentity", "Sign"]


def test_an_app_whose_key_may_not_be_used_is_missing(site: Site, aws: FakeAws) -> None:
    key = aws.kms_key("app")
    aws.fail("kms", "Sign", "AccessDeniedException")
    app = {"github_app_id": "12", "github_app_kms_key": key.arn}
    result = doctor(site, aws, role_to_assume=role_for(site, aws), **app)
    assert result.exit_code == 3
    assert "AWS refused kms:Sign" in line_of(result, "github app")
    assert "✗ github app" in doctor(site, aws, github_app_id="12").text


def test_a_required_delivery_makes_aws_needed(site: Site, aws: FakeAws) -> None:
    result = doctor(site, aws, require_s3="true", s3_bucket="reports", require_sns="true", checks="secrets")
    assert result.exit_code == 3
    assert "✗ aws " in result.text
    assert "sns is required, not configured" in line_of(result, "delivery")
