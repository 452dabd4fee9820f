"""What a run hands over to AWS: what is due, what each failure costs, and what is told of it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pregate.aws import open_identity
from pregate.config import AwsConfig, DeliverConfig
from pregate.entry.handover import STALE, Handed, Handover, Occasion, Papers, Teller, chosen
from pregate.errors import UsageError
from pregate.model import (
    CheckSummary,
    Completed,
    Counts,
    Decision,
    Failed,
    Finding,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from tests.fakeaws import FakeAws
from tests.report import sample

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
HUB = DeliverConfig(security_hub="default-branch")
ALWAYS = DeliverConfig(security_hub="always")
REPORTS = DeliverConfig(s3_bucket="reports")


@dataclass
class Told:
    """What was said and warned of."""

    lines: list[str] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def teller(self) -> Teller:
        return Teller(self.lines.append, lambda title, words: self.warnings.append((title, words)))

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *(f"{title}: {words}" for title, words in self.warnings)])


def verdict_of(*found: Finding, decision: Decision = Decision.FAILED) -> Verdict:
    made = (
        Completed("secrets", (), (), Counts(1, 1)),
        Completed("python", (), (), Counts(1, 1)),
        Completed("dependencies", (), (), Counts(1, 1)),
    )
    judged = tuple(sample.judged(State.NEW, f) for f in found)
    return sample.verdict_of(judged, made, decision, head="ab" * 20)


def occasion_of(whole: Verdict | None = None, **more: Any) -> Occasion:
    base = Occasion(
        repository="octo-org/octo-repo",
        address="https://github.com/octo-org/octo-repo",
        run="7-1-pregate",
        commit="ab" * 20,
        moment=NOW,
        run_url="https://github.com/octo-org/octo-repo/actions/runs/7",
        whole=whole,
        not_whole="" if whole else "only a part was judged",
    )
    return replace(base, **more)


def hand(
    aws: FakeAws,
    deliver: DeliverConfig,
    verdict: Verdict,
    occasion: Occasion,
    told: Told | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Handed:
    papers = Papers(verdict, sample.RULES, files or {})
    return Handover(deliver, occasion, papers, aws.clients, (told or Told()).teller).run()


def run(aws: FakeAws, verdict: Verdict, hours: float = 0, **more: Any) -> Handed:
    """One whole run on the default branch, some hours later."""
    return hand(aws, HUB, verdict, occasion_of(verdict, moment=NOW + timedelta(hours=hours), **more))


def pull(
    aws: FakeAws, verdict: Verdict, number: int = 12, hours: float = 0, told: Told | None = None
) -> Handed:
    return hand(aws, ALWAYS, verdict, occasion_of(pull=number, moment=NOW + timedelta(hours=hours)), told)


def states(aws: FakeAws) -> dict[str, tuple[str, str]]:
    """Record state and workflow by rule."""
    return {
        f["ProductFields"]["pregate/rule"]: (f["RecordState"], f["Workflow"]["Status"])
        for f in aws.findings.values()
    }


ACTIVE, RESOLVED = ("ACTIVE", "NEW"), ("ARCHIVED", "RESOLVED")
SHELL, KEY = sample.shell_finding(), sample.key_finding()


# ----------------------------------------------------------------------------------------- Security Hub


def test_a_whole_run_sends_all_and_a_fix_archives_and_resolves(aws: FakeAws) -> None:
    assert not run(aws, verdict_of(SHELL, KEY)).failed
    assert states(aws) == {SHELL.rule.id: ACTIVE, KEY.rule.id: ACTIVE}
    created = {f["Id"]: f["CreatedAt"] for f in aws.findings.values()}
    run(aws, verdict_of(KEY), 1)
    assert states(aws) == {SHELL.rule.id: RESOLVED, KEY.rule.id: ACTIVE}
    run(aws, verdict_of(SHELL, KEY), 10_000)
    assert states(aws) == {SHELL.rule.id: ACTIVE, KEY.rule.id: ACTIVE}
    assert {f["Id"]: f["CreatedAt"] for f in aws.findings.values()} == created


def test_a_check_that_is_not_whole_archives_nothing(aws: FakeAws) -> None:
    run(aws, verdict_of(SHELL, KEY))
    broken = verdict_of(KEY)
    summaries = tuple(
        CheckSummary("python", Failed("python", "crashed", "", Counts()), ()) if s.check == "python" else s
        for s in broken.checks
    )
    run(aws, replace(broken, checks=summaries), 1)
    assert states(aws)[SHELL.rule.id] == ACTIVE
    gap = Completed("python", (), (Unread("a.py", UnreadReason.TIMED_OUT),), Counts(1, 1))
    summaries = tuple(CheckSummary("python", gap, (), 1) if s.check == "python" else s for s in broken.checks)
    run(aws, replace(broken, checks=summaries), 2)
    assert states(aws)[SHELL.rule.id] == ACTIVE


def test_with_no_check_whole_nothing_is_archived(aws: FakeAws) -> None:
    run(aws, verdict_of(SHELL))
    failed = replace(
        verdict_of(), checks=(CheckSummary("python", Failed("python", "crashed", "", Counts()), ()),)
    )
    run(aws, failed, 1)
    assert states(aws)[SHELL.rule.id] == ACTIVE


def test_another_repository_is_left_alone(aws: FakeAws) -> None:
    run(aws, verdict_of(SHELL), repository="octo-org/other")
    run(aws, verdict_of(), 1)
    assert states(aws) == {SHELL.rule.id: ACTIVE}


def test_a_run_over_a_part_sends_nothing_and_says_why(aws: FakeAws) -> None:
    told = Told()
    assert not hand(aws, HUB, verdict_of(SHELL), occasion_of(), told).failed
    assert told.lines == ["Security Hub: nothing is sent: only a part was judged"]
    assert not aws.log


def test_a_pull_request_sends_only_where_that_is_wanted(aws: FakeAws) -> None:
    told = Told()
    hand(aws, HUB, verdict_of(SHELL), occasion_of(pull=12, not_whole=""), told)
    assert told.lines == ["Security Hub: nothing is sent: this is a pull request"]
    pull(aws, verdict_of(SHELL))
    (found,) = aws.findings.values()
    assert found["ProductFields"]["pregate/pull-request"] == "https://github.com/octo-org/octo-repo/pull/12"


def test_a_pull_request_archives_its_own_and_leaves_those_of_others(aws: FakeAws) -> None:
    run(aws, verdict_of(SHELL))
    pull(aws, verdict_of(KEY), hours=1)
    other = replace(KEY, ordinal=3)
    pull(aws, verdict_of(other), number=13, hours=2)
    pull(aws, verdict_of(), hours=3)
    found = {f["ProductFields"]["pregate/scope"]: f["RecordState"] for f in aws.findings.values()}
    assert found == {"default-branch": "ACTIVE", "pull-request/12": "ARCHIVED", "pull-request/13": "ACTIVE"}


def test_a_pull_request_takes_nothing_from_the_default_branch(aws: FakeAws) -> None:
    run(aws, verdict_of(SHELL))
    told = Told()
    pull(aws, verdict_of(SHELL), hours=1, told=told)
    (found,) = aws.findings.values()
    assert found["ProductFields"]["pregate/scope"] == "default-branch"
    assert told.lines == ["Security Hub: 0 findings sent, 0 archived, 0 refused"]


def test_what_a_pull_request_left_is_gone_when_nobody_saw_it_for_long(aws: FakeAws) -> None:
    pull(aws, verdict_of(SHELL))
    run(aws, verdict_of(), 1)
    assert states(aws)[SHELL.rule.id] == ACTIVE
    run(aws, verdict_of(), STALE.total_seconds() / 3600 + 1)
    assert states(aws)[SHELL.rule.id] == RESOLVED


def test_refused_findings_are_told_one_by_one_and_fail_the_delivery(aws: FakeAws) -> None:
    many = [replace(SHELL, ordinal=n) for n in range(13)]
    for found in many[:12]:
        aws.refused_findings[f"pregate/octo-org/octo-repo/{found.fingerprint}"] = ("InvalidInput", "no")
    told = Told()
    verdict = verdict_of(*many)
    handed = hand(aws, HUB, verdict, occasion_of(verdict), told)
    assert handed.failed == {"security-hub": "12 findings were refused"}
    ((title, words),) = told.warnings
    assert title == "Security Hub"
    assert f"{many[0].fingerprint}: InvalidInput: no" in words
    assert words.endswith("and 2 more")
    assert len(aws.findings) == 1


def test_a_finding_whose_archiving_was_refused_is_not_resolved(aws: FakeAws) -> None:
    run(aws, verdict_of(SHELL))
    (identifier,) = [f["Id"] for f in aws.findings.values()]
    aws.refused_findings[identifier] = ("InternalFailure", "later")
    assert run(aws, verdict_of(), 1).failed
    assert not aws.calls("securityhub", "BatchUpdateFindings")


# ------------------------------------------------------------------------------------------- the reports


def test_the_reports_lie_in_a_dated_folder(aws: FakeAws) -> None:
    aws.bucket("reports")
    files = {"sarif": b'{"as": "written"}'}
    handed = hand(aws, REPORTS, verdict_of(SHELL), occasion_of(), files=files)
    folder = "pregate/octo-org/octo-repo/2026/11/02/7-1-pregate/"
    assert handed.reports == f"s3://reports/{folder}"
    objects = aws.objects("reports")
    names = {"pregate.sarif", "pregate.json", "pregate.csv", "pregate.html"}
    assert {key.removeprefix(folder) for key in objects} == names
    assert objects[f"{folder}pregate.sarif"] == files["sarif"]
    assert json.loads(objects[f"{folder}pregate.json"])["verdict"] == "failed"


def test_a_bucket_of_somebody_else_gets_nothing_and_the_run_goes_on(aws: FakeAws) -> None:
    aws.bucket("reports", account="444455556666")
    topic = aws.topic()
    told = Told()
    deliver = replace(REPORTS, sns_topic=topic, require=("s3",))
    handed = hand(aws, deliver, verdict_of(SHELL), occasion_of(), told)
    assert set(handed.failed) == {"s3"}
    assert handed.missing(deliver.require)[0].startswith("S3: Amazon S3 refused s3:PutObject: AccessDenied")
    assert "must belong to account 111122223333" in told.text
    assert len(aws.calls("sns", "Publish")) == 1


def test_a_bucket_of_another_account_that_is_named_is_right(aws: FakeAws) -> None:
    aws.bucket("reports")
    assert not hand(aws, replace(REPORTS, s3_bucket_owner=aws.account), verdict_of(), occasion_of()).failed


# -------------------------------------------------------------------------------------------- the notice


def message(aws: FakeAws) -> tuple[str, dict[str, Any]]:
    (call,) = aws.calls("sns", "Publish")
    both = json.loads(call.request["Message"])
    return both["email"], json.loads(both["default"])


def test_the_notice_tells_the_verdict_and_leads_to_the_report(aws: FakeAws) -> None:
    aws.bucket("reports")
    told = Told()
    deliver = replace(REPORTS, sns_topic=aws.topic())
    hand(aws, deliver, verdict_of(SHELL), occasion_of(pull=12), told)
    text, document = message(aws)
    assert document["verdict"] == "failed"
    assert document["pull_request"].endswith("/pull/12")
    with urllib.request.urlopen(document["link"]) as answer:
        assert answer.read().startswith(b"<!doctype html>")
    assert document["link"] in text
    assert "X-Amz" not in told.text


@pytest.mark.parametrize(
    ("when", "decision", "number"),
    [
        ("failure", Decision.PASSED, 0),
        ("failure", Decision.FAILED, 1),
        ("failure", Decision.INCOMPLETE, 1),
        ("always", Decision.PASSED, 1),
    ],
)
def test_when_a_notice_is_due(aws: FakeAws, when: str, decision: Decision, number: int) -> None:
    deliver = DeliverConfig(sns_topic=aws.topic(), sns_when=when)
    told = Told()
    hand(aws, deliver, verdict_of(decision=decision), occasion_of(), told)
    assert len(aws.calls("sns", "Publish")) == number
    assert told.lines[0].startswith("SNS: message " if number else "SNS: nothing is sent: the gate passed")


# ---------------------------------------------------------------------------------------------- failures


def test_each_delivery_that_is_forbidden_names_its_permission_and_costs_itself(aws: FakeAws) -> None:
    aws.bucket("reports")
    deliver = replace(HUB, s3_bucket="reports", sns_topic=aws.topic(), require=("sns",))
    narrow = aws.user("narrow", [{"Version": "2012-10-17", "Statement": []}])
    told = Told()
    verdict = verdict_of(SHELL)
    papers = Papers(verdict, sample.RULES)
    handed = Handover(deliver, occasion_of(verdict), papers, lambda: aws.clients(narrow), told.teller).run()
    assert set(handed.failed) == {"security-hub", "s3", "sns"}
    for action in ("securityhub:GetFindings", "s3:PutObject", "sns:Publish"):
        assert f'"Action": "{action}"' in told.text
    assert [sentence[:4] for sentence in handed.missing(deliver.require)] == ["SNS:"]


def test_without_credentials_every_delivery_says_so(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.variables().items():
        monkeypatch.setenv(name, value)
    told = Told()
    deliver = replace(REPORTS, sns_topic="arn:aws:sns:eu-west-1:111122223333:x")
    papers = Papers(verdict_of(SHELL), sample.RULES)
    handed = Handover(
        deliver, occasion_of(), papers, lambda: open_identity(AwsConfig(), dict(os.environ)), told.teller
    ).run()
    assert set(handed.failed) == {"s3", "sns"}
    assert "the AWS credentials cannot be used: NoCredentialsError" in told.text


def test_what_is_required_and_not_configured_has_failed(aws: FakeAws) -> None:
    told = Told()
    handed = hand(aws, DeliverConfig(require=("s3",)), verdict_of(), occasion_of(), told)
    assert handed.missing(("s3",)) == ("S3: nothing configures it, and its delivery is required",)
    assert "Set s3-bucket" in told.text


def test_no_value_of_aws_is_told(aws: FakeAws) -> None:
    aws.bucket("reports")
    told = Told()
    verdict = verdict_of(SHELL, KEY)
    deliver = replace(HUB, s3_bucket="reports", sns_topic=aws.topic())
    user = aws.user()
    hand(aws, deliver, verdict, occasion_of(verdict), told)
    texts = [told.text, json.dumps(aws.findings), *map(str, aws.objects("reports").values())]
    texts += [str(call.request.get("Message")) for call in aws.calls("sns")]
    secrets = [p.secret_key for p in aws.principals.values()]
    assert user.secret_key in secrets
    assert not [secret for secret in secrets for text in texts if secret in text]


# -------------------------------------------------------------------------------------- the command line


def test_a_command_line_takes_what_it_names() -> None:
    whole = DeliverConfig(s3_bucket="reports", sns_topic="x", require=("s3", "sns"))
    made = chosen(whole, ("s3", "security-hub"))
    assert made.wanted == {"s3", "security-hub"}
    assert (made.security_hub, made.require) == ("default-branch", ("s3",))
    assert chosen(replace(whole, security_hub="always"), ("security-hub",)).security_hub == "always"


@pytest.mark.parametrize(("name", "key"), [("s3", "s3-bucket"), ("sns", "sns-topic")])
def test_what_lacks_its_place_is_refused(name: str, key: str) -> None:
    with pytest.raises(UsageError, match=f"there is no {key}"):
        chosen(DeliverConfig(), (name,))
