"""The action and the command line with deliveries to AWS, before a GitHub and an AWS of our own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.entry.cli import pregate
from tests.entry.site import SHELL, Site, make_site
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.runner import StepResult
from tests.hooktools import LEAK

CHECKS = {"checks": "secrets,python"}


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


def run(site: Site, aws: FakeAws, event: events.Event, **inputs: str) -> StepResult:
    """One run with a user's keys in the environment; ``_`` in a name is a hyphen."""
    given = {name.replace("_", "-"): value for name, value in (CHECKS | inputs).items()}
    result = site.runner.run(event, given, **aws.variables(), **aws.user().variables())
    assert not result.errors
    return result


def test_a_scheduled_scan_sends_everything(site: Site, aws: FakeAws) -> None:
    aws.bucket("reports")
    site.repo.write("leak.py", LEAK).commit("leak")
    topic = aws.topic()
    result = run(site, aws, events.schedule(site.repo.head), security_hub="default-branch",
                 s3_bucket="reports", sns_topic=topic, require_security_hub="true", require_s3="true",
                 require_sns="true")  # fmt: skip
    assert result.exit_code == 1, result.text
    assert not result.of_kind("warning")
    findings = list(aws.findings.values())
    (analysis,) = site.remote.analyses
    prints = [
        r["partialFingerprints"]["pregate/v1"] for run in analysis.sarif["runs"] for r in run["results"]
    ]
    assert sorted(f["Id"].rpartition("/")[2] for f in findings) == sorted(prints)
    assert all(f["SourceUrl"].startswith(f"{site.hub.server_url}/octo-org/octo-repo/blob/") for f in findings)
    assert {Path(key).name for key in aws.objects("reports")} == {
        "pregate.sarif",
        "pregate.json",
        "pregate.csv",
        "pregate.html",
    }
    (call,) = aws.calls("sns", "Publish")
    assert "X-Amz-Signature" in call.request["Message"]


def test_a_fix_on_the_default_branch_resolves_the_finding(site: Site, aws: FakeAws) -> None:
    site.repo.write("leak.py", LEAK).commit("leak")
    run(site, aws, events.schedule(site.repo.head), security_hub="default-branch")
    site.repo.write(".gitignore", "pregate-reports\n").write("leak.py", "x = 1\n").commit("mended")
    result = run(site, aws, events.schedule(site.repo.head), security_hub="default-branch")
    assert "1 archived" in result.text
    states = {f["ProductFields"]["pregate/path"]: f["Workflow"]["Status"] for f in aws.findings.values()}
    assert (states["leak.py"], states["old.py"]) == ("RESOLVED", "NEW")


def test_a_push_sends_the_whole_tree_where_it_is_judged_beside_the_change(site: Site, aws: FakeAws) -> None:
    before = site.repo.head
    after = site.repo.write("more.py", SHELL).commit("more").head
    result = run(site, aws, events.push(before, after), security_hub="default-branch")
    assert "Security Hub: nothing is sent: only a part of the tree was judged" in result.text
    assert not aws.findings
    run(site, aws, events.push(before, after), security_hub="default-branch", upload_sarif="always")
    assert {f["ProductFields"]["pregate/path"] for f in aws.findings.values()} == {"more.py", "old.py"}


def test_a_pull_request_sends_what_it_introduces_where_that_is_wanted(site: Site, aws: FakeAws) -> None:
    event = site.push(leak_py=LEAK)
    assert "Security Hub: nothing is sent" in run(site, aws, event, security_hub="default-branch").text
    assert not aws.findings
    run(site, aws, event, security_hub="always")
    (found,) = aws.findings.values()
    assert found["ProductFields"]["pregate/path"] == "leak.py"
    assert found["ProductFields"]["pregate/pull-request"].endswith(f"/pull/{site.pull.number}")


def test_a_delivery_that_fails_is_a_warning_and_one_that_is_required_an_incomplete_run(
    site: Site, aws: FakeAws
) -> None:
    aws.bucket("reports", account="444455556666")
    event = events.schedule(site.repo.head)
    result = run(site, aws, event, s3_bucket="reports", fail_on="none")
    assert result.exit_code == 0
    (warning,) = [w for w in result.of_kind("warning") if w.properties["title"].startswith("pregate")]
    assert warning.properties["title"] == "pregate: S3"
    assert '"Action": "s3:PutObject"' in warning.message
    result = run(site, aws, event, s3_bucket="reports", fail_on="none", require_s3="true")
    assert result.exit_code == 3
    assert "S3: Amazon S3 refused s3:PutObject" in result.outputs["reason"]
    assert result.outputs["verdict"] == "passed"


def test_a_pull_request_from_a_fork_delivers_nothing_and_asks_nobody(site: Site, aws: FakeAws) -> None:
    site.repo.branch("topic").write("leak.py", LEAK)
    event = site.merged(site.repo.commit("leak").head, fork="stranger/octo-repo")
    site.runner.token = site.hub.token(fork=True)
    result = run(site, aws, event, security_hub="always", s3_bucket="reports")
    assert "nothing is delivered to s3: a pull request from a fork has no AWS credentials" in result.text
    assert not aws.log


def test_offline_delivers_nothing(site: Site, aws: FakeAws) -> None:
    result = run(site, aws, events.schedule(site.repo.head), offline="true", s3_bucket="reports")
    assert "nothing is delivered to s3: offline is set" in result.text
    assert not aws.log


def test_no_key_token_or_secret_is_in_any_output_or_delivery(site: Site, aws: FakeAws) -> None:
    aws.bucket("reports")
    site.repo.write("leak.py", LEAK).commit("leak")
    result = run(site, aws, events.schedule(site.repo.head), security_hub="always", s3_bucket="reports",
                 sns_topic=aws.topic())  # fmt: skip
    outputs = [result.text, result.stderr, result.summary, *result.outputs.values()]
    deliveries = [json.dumps(aws.findings), *(d.decode() for d in aws.objects("reports").values())]
    deliveries += [call.request["Message"] for call in aws.calls("sns")]
    values = [*aws.values(), LEAK[7:27], site.runner.token]
    assert not [v for v in values for text in outputs + deliveries if v in text]
    # The link in the notice is signed with the key that its id names; nothing else holds as much.
    ids = list(aws.principals)
    assert not [i for i in ids for text in outputs + deliveries[:-1] if i in text]


# -------------------------------------------------------------------------------------- the command line


@pytest.fixture
def repo(tmp_path: Path, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    for name, value in (aws.variables() | aws.user().variables()).items():
        monkeypatch.setenv(name, value)
    settings = f'[deliver]\ns3-bucket = "reports"\nsns-topic = "{aws.topic()}"\nrequire = ["s3"]\n'
    made = GitRepo(tmp_path / "repo").write("a.py", SHELL).write(".pregate.toml", settings).commit("first")
    made.git("remote", "add", "origin", "https://github.com/octo-org/octo-repo.git")
    return made


def scan(repo: GitRepo, *words: str) -> tuple[int, str]:
    done = pregate("scan", "-C", repo.path, "--check", "python", "--all", *words)
    return done.code, done.out + done.err


def test_the_command_line_delivers_what_it_names(repo: GitRepo, aws: FakeAws) -> None:
    aws.bucket("reports")
    code, text = scan(repo, "--deliver", "s3,security-hub")
    assert code == 1
    assert "pregate: S3: 4 reports in s3://reports/pregate/octo-org/octo-repo/" in text
    assert "Security Hub: nothing is sent: which branch is the default one" in text
    assert not aws.calls("sns")


def test_the_command_line_delivers_nothing_unasked(repo: GitRepo, aws: FakeAws) -> None:
    assert scan(repo)[0] == 1
    assert not aws.log


def test_a_required_delivery_that_fails_is_exit_code_3(repo: GitRepo, aws: FakeAws) -> None:
    aws.bucket("reports", account="444455556666")
    code, text = scan(repo, "--deliver", "s3", "--fail-on", "none")
    assert code == 3
    assert "pregate: warning: S3: Amazon S3 refused s3:PutObject: AccessDenied" in text
    assert "pregate: INCOMPLETE: S3: Amazon S3 refused s3:PutObject" in text


def test_without_a_delivery_boto3_is_not_imported(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path).write("a.py", "x = 1\n").commit("first")
    code = (
        "import sys\nfrom pregate.entry import main\n"
        f"main(['scan', '-C', {str(repo.path)!r}, '--all', '-q'])\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('boto3', 'botocore')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
