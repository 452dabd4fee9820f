"""
One job with a role: what is judged, delivered and said with it, each by a session that may do its own part.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entry.site import Site, make_site
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub
from tests.harness import events
from tests.harness.events import REPOSITORY
from tests.harness.runner import StepResult
from tests.hooktools import LEAK

BUCKET = "example-security-reports"


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


class Job:
    """A step whose role may do everything, were it not for the policies of its sessions."""

    def __init__(self, site: Site, aws: FakeAws) -> None:
        self.site, self.aws = site, aws
        aws.provider(site.hub.oidc.url)
        trust = aws.trust(site.hub.oidc.url, f"repo:{REPOSITORY}:*", operator="StringLike")
        self.role = aws.role("gate", trust).arn

    def run(self, event: events.Event, **inputs: str) -> StepResult:
        given = {"role-to-assume": self.role, "checks": "secrets"}
        given |= {name.replace("_", "-"): text for name, text in inputs.items()}
        variables = self.aws.variables() | self.site.hub.oidc_variables()
        return self.site.runner.run(event, given, RUNNER_DEBUG="1", **variables)

    def sessions(self) -> list[set[str]]:
        """The actions that the policy of each session allows."""
        calls = self.aws.calls("sts", "AssumeRoleWithWebIdentity")
        policies: list[dict[str, Any]] = [json.loads(call.request["Policy"]) for call in calls]
        return [{a for s in policy["Statement"] for a in s["Action"]} for policy in policies]


@pytest.fixture
def job(site: Site, aws: FakeAws) -> Job:
    return Job(site, aws)


def test_reports_are_delivered_by_a_session_that_may_do_only_that(job: Job, aws: FakeAws) -> None:
    aws.bucket(BUCKET)
    topic = aws.topic()
    job.site.repo.write("leak.py", LEAK).commit("leak")
    result = job.run(
        events.schedule(job.site.repo.head),
        security_hub="default-branch",
        s3_bucket=BUCKET,
        sns_topic=topic,
        require_security_hub="true",
        require_s3="true",
        require_sns="true",
    )
    assert result.exit_code == 1, result.text + result.stderr
    assert aws.findings
    assert aws.objects(BUCKET)
    assert aws.calls("sns", "Publish")
    (actions,) = job.sessions()
    assert {action.partition(":")[0] for action in actions} == {"securityhub", "s3", "kms", "sns"}
    (call,) = aws.calls("sts", "AssumeRoleWithWebIdentity")
    assert f"arn:aws:s3:::{BUCKET}/pregate/*" in call.request["Policy"]
    assert topic in call.request["Policy"]


def test_the_app_signs_by_a_session_that_may_do_only_that(job: Job, aws: FakeAws) -> None:
    key = aws.kms_key("app")
    job.site.hub.add_app(key.public_key, pull_requests="write", checks="write", contents="read")
    result = job.run(job.site.push(leak_py=LEAK), github_app_id="12", github_app_kms_key=key.arn)
    assert result.exit_code == 1, result.text + result.stderr
    assert [c.login for c in job.site.pull.comments] == ["octo-app[bot]"]
    assert job.sessions() == [{"kms:Sign"}]


def test_nothing_of_any_session_is_seen_anywhere(job: Job, aws: FakeAws) -> None:
    aws.bucket(BUCKET)
    key = aws.kms_key("app")
    job.site.hub.add_app(key.public_key, pull_requests="write", checks="write", contents="read")
    event = job.site.push(leak_py=LEAK)
    inputs = {"github_app_id": "12", "github_app_kms_key": key.arn, "s3_bucket": BUCKET}
    result = job.run(event, security_hub="always", iam_engine="auto", checks="secrets,iam", **inputs)
    reports = [p.read_text("utf-8") for p in (job.site.repo.path / "pregate-reports").glob("*")]
    said = [result.text, result.stderr, result.summary, *result.outputs.values(), *reports, job.site.said()]
    values = [*aws.values(), job.site.hub.oidc.request_token, LEAK[7:27]]
    assert len(values) > 4
    assert not [value for value in values for text in said if value in text]


def test_a_fork_delivers_nothing_and_its_verdict_stands(job: Job, aws: FakeAws) -> None:
    job.site.repo.branch("topic").write("leak.py", LEAK)
    event = job.site.merged(job.site.repo.commit("leak").head, fork="stranger/octo-repo")
    job.site.runner.token = job.site.hub.token(fork=True)
    given = {"role-to-assume": job.role, "checks": "secrets", "s3-bucket": BUCKET}
    result = job.site.runner.run(event, given, **aws.variables())
    assert result.exit_code == 1
    assert "a pull request from a fork has no AWS credentials" in result.text
    assert not aws.log


def test_inspector_is_asked_by_the_sessions_of_the_scan(job: Job, aws: FakeAws) -> None:
    aws.advisories["pkg:pypi/example-package@1.0"] = []
    event = job.site.push(**{"requirements.txt": "example-package==1.0\n"})
    result = job.run(event, checks="dependencies", dependency_sources="inspector")
    assert result.exit_code == 0, result.text + result.stderr
    assert job.sessions() == [{"inspector-scan:ScanSbom"}]


def test_a_pull_request_whose_whole_tree_is_judged_does_not_choose_the_session(
    job: Job, aws: FakeAws
) -> None:
    other = aws.role("other", {"Version": "2012-10-17", "Statement": []}).arn
    own = f'[aws]\nrole-chain = ["{other}"]\nsession-policy = "none"\nallowed-account-ids = []\n'
    aws.bucket(BUCKET)
    event = job.site.push(**{".pregate.toml": own, "leak_py": LEAK})
    result = job.run(event, scan="all", s3_bucket=BUCKET, require_s3="true")
    assert result.exit_code == 1, result.text + result.stderr
    assert not aws.calls("sts", "AssumeRole")
    assert [{a.partition(":")[0] for a in actions} for actions in job.sessions()] == [{"s3", "kms"}]


def test_a_pull_request_whose_change_is_judged_has_the_session_of_the_base(job: Job, aws: FakeAws) -> None:
    aws.bucket(BUCKET)
    job.site.repo.checkout("main").write(".pregate.toml", '[aws]\nsession-name = "of-the-base"\n')
    job.site.repo.commit("settings")
    result = job.run(job.site.push(leak_py=LEAK), s3_bucket=BUCKET, require_s3="true")
    assert result.exit_code == 1, result.text + result.stderr
    (call,) = aws.calls("sts", "AssumeRoleWithWebIdentity")
    assert call.request["RoleSessionName"] == "of-the-base"


def test_a_refused_role_is_asked_for_once_for_all_deliveries(job: Job, aws: FakeAws) -> None:
    aws.bucket(BUCKET)
    job.role = aws.role("closed", aws.trust(job.site.hub.oidc.url, "repo:else/where:*")).arn
    wanted = {"s3_bucket": BUCKET, "sns_topic": aws.topic(), "require_sns": "true"}
    result = job.run(events.schedule(job.site.repo.head), sns_when="always", **wanted)
    assert result.exit_code == 3, result.text + result.stderr
    assert len(aws.calls("sts", "AssumeRoleWithWebIdentity")) == 1
    titles = [w.properties["title"] for w in result.of_kind("warning")]
    assert {"pregate: S3", "pregate: SNS"} <= set(titles)


def test_offline_a_required_delivery_that_nothing_configures_has_failed_too(job: Job) -> None:
    result = job.run(events.schedule(job.site.repo.head), offline="true", require_s3="true")
    assert result.exit_code == 3
    assert "S3: offline is set, and its delivery is required" in result.outputs["reason"]
