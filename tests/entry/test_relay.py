"""
The two stages for pull requests from forks: the first may only read, the second publishes what the first has
found and believes nothing of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pregate.entry.relay import with_own_addresses
from pregate.model import Decision, State
from tests.entry.site import BOT, RIGHTS, SHELL, make_site
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub
from tests.harness import events
from tests.harness.runner import Runner, StepResult
from tests.hooktools import CLEAN, LEAK
from tests.report import sample

FORK = "stranger/octo-repo"
STAGE_ONE = {"comment": "never", "review": "false", "upload_sarif": "never"}
TIMEOUT = "import requests\nrequests.get(address)\n"


class Stages:
    """
    Stage one in a checkout with a token that reads, stage two in an empty workspace with one that writes.
    """

    def __init__(self, folder: Path, hub: FakeHub) -> None:
        self.site = make_site(folder, hub)
        self.site.runner.token = hub.token(fork=True)
        self.hub = hub
        self.place = folder / "second"
        self.place.mkdir()
        self.second = Runner(folder / "second-runner", self.place)
        self.second.token = hub.token(**RIGHTS | {"actions": "read"})
        self.second.urls = self.site.runner.urls
        self.started = False

    def judge(self, **files: str) -> StepResult:
        """Stage one on a push to the fork's branch; its report goes to stage two's workspace."""
        repo = self.site.repo
        if self.started:
            repo.checkout("topic")
        else:
            repo.branch("topic")
        self.started = True
        for name, text in files.items():
            repo.write(name.replace("_py", ".py"), text)
        event = self.site.merged(repo.commit("topic").head, fork=FORK)
        result = self.site.run(event, **STAGE_ONE)
        self.report.parent.mkdir(exist_ok=True)
        self.report.write_bytes((repo.path / "pregate-reports/pregate.json").read_bytes())
        return result

    @property
    def report(self) -> Path:
        return self.place / "pregate-report" / "pregate.json"

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Somebody changes the report on its way."""
        document = json.loads(self.report.read_text())
        change(document)
        self.report.write_text(json.dumps(document))

    def publish(
        self, head: str = "", branch: str = "topic", event: str = "pull_request", **inputs: str
    ) -> StepResult:
        """Stage two."""
        sent = events.workflow_run(
            self.site.base, head or self.site.pull.head_sha, repository=FORK, branch=branch, event=event
        )
        settings = {"mode": "report", "report": "pregate-report/pregate.json"} | inputs
        return self.second.run(sent, {name.replace("_", "-"): value for name, value in settings.items()})


@pytest.fixture
def stages(tmp_path: Path, hub: FakeHub) -> Stages:
    return Stages(tmp_path, hub)


def test_what_a_fork_brings_is_commented_remarked_and_uploaded(stages: Stages) -> None:
    assert stages.judge(leak_py=LEAK).exit_code == 1
    result = stages.publish()
    assert result.exit_code == 0, result.text + result.stderr
    site = stages.site
    (body,) = site.ours
    assert "❌ pregate: failed" in body
    assert "Judged by the pull request's own [`run" in body
    (thread,) = site.pull.threads
    assert (thread.path, thread.line, thread.comments[0].login) == ("leak.py", 1, BOT)
    (upload,) = site.remote.analyses
    assert (upload.ref, upload.commit_sha) == (f"refs/pull/{site.pull.number}/head", site.pull.head_sha)
    assert result.outputs["verdict"] == "failed"
    assert result.outputs["comment-url"]
    assert "leak.py" in result.summary


def test_an_app_with_its_key_in_kms_can_publish_it(stages: Stages, aws: FakeAws) -> None:
    key = aws.kms_key()
    stages.hub.add_app(key.public_key, contents="read", pull_requests="write")
    stages.second.urls = stages.second.urls | aws.variables() | aws.user().variables()
    stages.judge(leak_py=LEAK)
    result = stages.publish(github_app_id="12", github_app_kms_key=key.arn)
    assert result.exit_code == 0, result.text + result.stderr
    assert [c.login for c in stages.site.pull.comments] == ["octo-app[bot]"]
    assert [t.comments[0].login for t in stages.site.pull.threads] == ["octo-app[bot]"]


def test_where_an_app_is_required_nobody_publishes_in_its_place(stages: Stages, aws: FakeAws) -> None:
    stages.second.urls = stages.second.urls | aws.variables()
    stages.judge(leak_py=LEAK)
    named = {"github_app_id": "12", "github_app_secret": "app", "require_github_app": "true"}
    result = stages.publish(**named)
    assert result.exit_code == 3
    assert "and require-github-app is true" in result.outputs["reason"]
    assert not stages.site.pull.comments


def test_what_is_to_go_to_aws_is_not_delivered_and_that_is_said(stages: Stages) -> None:
    stages.judge(leak_py=LEAK)
    result = stages.publish(s3_bucket="reports")
    assert result.exit_code == 0
    assert "nothing is delivered to s3: mode: report delivers nothing to AWS" in result.text
    result = stages.publish(s3_bucket="reports", require_s3="true")
    assert result.exit_code == 3
    assert (
        "S3: mode: report delivers nothing to AWS, and its delivery is required" in result.outputs["reason"]
    )


def test_a_fix_in_the_fork_is_said_too(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    stages.publish()
    stages.judge(bad_py=CLEAN)
    assert stages.publish().exit_code == 0
    assert "What was reported here is fixed." in stages.site.ours[0]


def test_no_lines_are_suggested_in_the_words_of_a_fork(stages: Stages) -> None:
    stages.judge(call_py=TIMEOUT)
    stages.publish(suggestions="true")
    assert not [c for t in stages.site.pull.threads for c in t.comments if "```suggestion" in c.body]


def test_a_report_of_another_commit_is_refused(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    stages.edit(lambda d: d["event"].update(head_sha="f" * 40))
    result = stages.publish()
    assert result.exit_code == 3
    assert "another commit" in result.of_kind("error")[0].message
    assert not stages.hub.log


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["event"].update(repository="octo-org/other"), "another repository"),
        (lambda d: d["event"].update(event="push"), "not that of a pull request"),
        (lambda d: (d.pop("event"), d.pop("places")), "not that of a pull request"),
        (lambda d: d.update(verdict="passed"), "/verdict"),
        (lambda d: d.update(extra=1), "cannot be used"),
    ],
)
def test_a_report_that_was_changed_is_refused(
    stages: Stages, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    stages.judge(bad_py=SHELL)
    stages.edit(change)
    result = stages.publish()
    assert result.exit_code == 3
    assert words in result.of_kind("error")[0].message
    assert not stages.hub.log


def test_words_and_addresses_of_a_report_are_shown_as_text(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    evil = "<!-- pregate:summary tag= --> @octocat [click](https://evil.example) <img src=x> https://evil.example"

    def change(document: dict[str, Any]) -> None:
        for finding in document["findings"]:
            finding.update(message=evil, remedy=evil, snippet=evil, title=evil)
        for rule in document["rules"].values():
            rule.update(title=evil, description=evil, remedy=evil, help_uri="https://evil.example/x")

    stages.edit(change)
    result = stages.publish()
    assert result.exit_code == 0, result.text
    said = [*stages.site.ours, *(c.body for t in stages.site.pull.threads for c in t.comments)]
    for body in (*said, result.summary):
        prose = re.sub(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)", "", body.partition("\n")[2])
        assert "evil.example" not in prose
        assert "@octocat" not in prose
        assert not re.search(r"(?<!\\)<img", prose)
    sarif = json.dumps(stages.site.remote.analyses[0].sarif["runs"][1]["tool"])
    assert "evil.example" not in sarif


def test_a_pull_request_that_moved_on_is_left_alone(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    old = stages.site.pull.head_sha
    kept = stages.report.read_bytes()
    stages.judge(bad_py=CLEAN)
    stages.report.write_bytes(kept)
    result = stages.publish(head=old)
    assert result.exit_code == 0
    assert "nothing to report" in result.of_kind("notice")[0].message
    assert "### pregate: nothing to report" in result.summary
    assert not {"verdict", "new", "total"} & set(result.outputs)  # the report may say that it failed
    assert not stages.site.ours


def test_the_pull_request_is_githubs_word_and_not_the_reports(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    other = stages.site.remote.add_pull(stages.site.base, stages.site.base, number=99, head_ref="else")
    stages.edit(lambda d: d["event"].update(pull_request=99))
    stages.publish()
    assert not other.comments
    assert len(stages.site.ours) == 1


def test_of_two_pull_requests_of_one_branch_it_is_the_one_that_was_judged(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    mine = stages.site.pull
    other = stages.site.remote.add_pull(
        stages.site.base, mine.head_sha, number=99, head_repository=FORK, base_ref="release"
    )
    stages.publish()
    assert (len(mine.comments), len(other.comments)) == (1, 0)


def test_a_run_of_another_event_is_nothing_to_report(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    result = stages.publish(event="push")
    assert result.exit_code == 0
    assert "of the event push" in result.of_kind("notice")[0].message


def test_a_required_upload_that_is_refused_fails_stage_two(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    stages.site.remote.code_scanning = False
    result = stages.publish(require_upload="true")
    assert result.exit_code == 3
    assert "require-upload" in result.outputs["reason"]
    assert len(stages.site.ours) == 1


@pytest.mark.parametrize("name", ["", "nothing.json", "pregate-report", "../second/pregate-report/link.json"])
def test_a_report_that_is_no_file_is_a_usage_error(stages: Stages, name: str) -> None:
    stages.judge(bad_py=SHELL)
    (stages.report.parent / "link.json").symlink_to(stages.report)
    assert stages.publish(report=name).exit_code == 2


def test_a_report_that_is_too_large_is_refused_unread(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    with stages.report.open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    result = stages.publish()
    assert result.exit_code == 3
    assert "32 MiB" in result.of_kind("error")[0].message


def test_reporting_needs_a_token_and_the_right_event(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    assert stages.second.run(events.schedule(stages.site.base), {"mode": "report"}).exit_code == 2
    stages.second.token = ""
    assert stages.publish().exit_code == 2


def test_workflow_run_without_the_mode_says_what_it_is_for(stages: Stages) -> None:
    event = events.workflow_run(stages.site.base, stages.site.base)
    result = stages.site.runner.run(event)
    assert result.exit_code == 2
    assert "mode: report" in result.of_kind("error")[0].message


def test_the_job_summary_can_be_left_out(stages: Stages) -> None:
    stages.judge(bad_py=SHELL)
    assert not stages.publish(summary="false").summary


def test_an_advisorys_rule_keeps_its_words_and_the_address_of_its_record() -> None:
    found = sample.finding(sample.ADVISORY, "requirements.txt", 2, "example-package==1.0", 1, 21)
    other = sample.finding(
        replace(sample.ADVISORY, id="dependencies/odd one"), "requirements.txt", 3, "x", 1, 2
    )
    verdict = sample.verdict_of(
        (sample.judged(State.NEW, found), sample.judged(State.NEW, other)), (), Decision.FAILED
    )
    rules = [j.finding.rule for j in with_own_addresses(verdict).findings]
    assert rules[0].title == sample.ADVISORY.title
    assert rules[0].help_uri == f"https://osv.dev/vulnerability/{sample.ADVISORY.id.partition('/')[2]}"
    assert rules[1].help_uri == ""
