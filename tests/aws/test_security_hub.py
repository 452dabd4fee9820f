"""Findings in Security Hub, with the real boto3 against a hub that is as strict as the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pregate.aws.calls import Service
from pregate.aws.security_hub import (
    IMPORT_BYTES,
    NAME,
    Rejected,
    SecurityHub,
    actions,
    archived,
    batches,
    gone,
    resources,
)
from pregate.errors import AwsError
from pregate.model import Decision, Finding, State
from pregate.report.asff import About, generator_prefix, render
from tests.fakeaws import FakeAws
from tests.report import sample
from tests.report.test_asff import ABOUT

LATER = replace(ABOUT, moment=ABOUT.moment + 3_600_000)
CHECKS = [generator_prefix("python"), generator_prefix("secrets")]
NEVER = datetime.min.replace(tzinfo=UTC)


def made(number: int, about: About = ABOUT) -> tuple[dict[str, Any], ...]:
    found: Sequence[Finding] = [replace(sample.shell_finding(), ordinal=n) for n in range(number)]
    judged = tuple(sample.judged(State.NEW, f) for f in found)
    return render(sample.verdict_of(judged, sample.outcomes()[:2], Decision.FAILED), about)


@pytest.fixture
def hub(aws: FakeAws) -> SecurityHub:
    return SecurityHub(aws.clients(), aws.account, "aws", Service(NAME, lambda _: None))


def stored(aws: FakeAws) -> list[dict[str, Any]]:
    return list(aws.findings.values())


def test_findings_arrive_as_they_are_rendered(aws: FakeAws, hub: SecurityHub) -> None:
    assert hub.region == "eu-west-1"
    assert hub.import_findings(made(2)) == ()
    assert [f["RecordState"] for f in stored(aws)] == ["ACTIVE", "ACTIVE"]
    assert stored(aws)[0]["Workflow"] == {"Status": "NEW"}


def test_more_than_a_hundred_go_in_several_calls(aws: FakeAws, hub: SecurityHub) -> None:
    assert hub.import_findings(made(250)) == ()
    sizes = [len(c.request["Findings"]) for c in aws.calls("securityhub", "BatchImportFindings")]
    assert sizes == [100, 100, 50]
    assert len(stored(aws)) == 250


def test_a_call_is_within_the_services_size() -> None:
    large = [{"Id": str(n), "x": "y" * 200_000} for n in range(60)]
    sizes = [sum(len(str(f)) for f in batch) for batch in batches(large)]
    assert len(sizes) == 3
    assert max(sizes) <= IMPORT_BYTES
    assert [f for batch in batches(large) for f in batch] == large


def test_a_finding_that_is_too_large_is_given_back_and_costs_no_other(aws: FakeAws, hub: SecurityHub) -> None:
    small, large = made(2)
    large["Description"] = "x" * 300_000
    (rejected,) = hub.import_findings([small, large])
    assert (rejected.id, rejected.code) == (large["Id"], "FindingTooLarge")
    assert len(stored(aws)) == 1


def test_importing_again_updates_in_place(aws: FakeAws, hub: SecurityHub) -> None:
    hub.import_findings(made(1))
    hub.import_findings(made(1, LATER))
    (found,) = stored(aws)
    assert found["CreatedAt"] < found["UpdatedAt"]


def test_what_the_service_refuses_is_told_by_finding(aws: FakeAws, hub: SecurityHub) -> None:
    one, other = made(2)
    aws.refused_findings[other["Id"]] = ("InvalidInput", "no\n::error::good \x1b[31m" + "x" * 900)
    (rejected,) = hub.import_findings([one, other])
    assert (rejected.id, rejected.code) == (other["Id"], "InvalidInput")
    assert rejected.message.isprintable()
    assert len(rejected.message) <= 300
    assert len(stored(aws)) == 1


def test_failures_that_the_service_does_not_name_count_all_the_same() -> None:
    class Client:
        meta = type("Meta", (), {"region_name": "eu-west-1"})

        def batch_import_findings(self, **_: object) -> dict[str, int]:
            return {"FailedCount": 2, "SuccessCount": 0}

    class Clients:
        def client(self, service: str, region: str = "") -> Any:
            return Client()

    found = SecurityHub(Clients(), "1", "aws").import_findings(made(2))
    assert found == (Rejected("", "Unknown", "the service names no finding"),) * 2


def test_an_answer_that_says_nothing_is_no_success(hub: SecurityHub) -> None:
    hub._client.batch_import_findings = lambda **_: {}
    hub._client.batch_update_findings = lambda **_: {}
    hub._client.get_findings = lambda **_: {"message": "<html>"}
    assert len(hub.import_findings(made(2))) == 2
    assert len(hub.resolve([{"Id": "x", "ProductArn": "y"}])) == 1
    with pytest.raises(AwsError, match="has no findings"):
        hub.known(ABOUT.repository, CHECKS)


def test_throttling_is_waited_out(aws: FakeAws, hub: SecurityHub) -> None:
    aws.throttle("securityhub", "BatchImportFindings", times=3)
    assert hub.import_findings(made(1)) == ()
    assert len(stored(aws)) == 1


def test_a_storm_of_throttling_ends_the_delivery(aws: FakeAws, hub: SecurityHub) -> None:
    aws.throttle("securityhub", times=99)
    with pytest.raises(AwsError, match=r"TooManyRequests|Throttling"):
        hub.import_findings(made(1))
    assert len(aws.log) < 10


def test_known_findings_are_those_of_the_repository_and_the_checks(aws: FakeAws, hub: SecurityHub) -> None:
    aws.page_size = 2
    hub.import_findings([*made(5), *made(3, replace(ABOUT, repository="octo-org/other"))])
    assert len(hub.known(ABOUT.repository, CHECKS)) == 5
    assert hub.known(ABOUT.repository, [generator_prefix("iam")]) == ()
    assert hub.known(ABOUT.repository, []) == ()
    assert len(aws.calls("securityhub", "GetFindings")) == 4


def test_a_stranger_whom_a_filter_lets_through_is_not_ours(hub: SecurityHub) -> None:
    other = {"Id": "x", "ProductFields": {"pregate/repository": "octo-org/other"}}
    hub._client.get_findings = lambda **_: {"Findings": [other, {"Id": "y"}]}
    assert hub.known(ABOUT.repository, CHECKS) == ()


def test_an_answer_that_does_not_end_is_given_up(hub: SecurityHub) -> None:
    hub._client.get_findings = lambda **_: {"Findings": [], "NextToken": "again"}
    with pytest.raises(AwsError, match="does not end"):
        hub.known(ABOUT.repository, CHECKS)


def test_what_is_gone_is_archived_and_resolved_and_comes_back_as_new(aws: FakeAws, hub: SecurityHub) -> None:
    hub.import_findings(made(2))
    kept, _ = made(2)
    away = gone(hub.known(ABOUT.repository, CHECKS), [kept["Id"]], ABOUT.scope, NEVER)
    assert hub.import_findings([archived(f, "2026-12-01T00:00:00.000Z") for f in away]) == ()
    assert hub.resolve(away) == ()
    one, other = stored(aws)
    assert (one["RecordState"], one["Workflow"]["Status"]) == ("ACTIVE", "NEW")
    assert (other["RecordState"], other["Workflow"]["Status"]) == ("ARCHIVED", "RESOLVED")
    again = replace(ABOUT, moment=int(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000))
    hub.import_findings(made(2, again))
    _, other = stored(aws)
    assert (other["RecordState"], other["Workflow"]["Status"]) == ("ACTIVE", "NEW")
    assert other["CreatedAt"] == kept["CreatedAt"]


def test_what_somebody_suppressed_stays_suppressed(aws: FakeAws, hub: SecurityHub) -> None:
    hub.import_findings(made(1))
    stored(aws)[0]["Workflow"] = {"Status": "SUPPRESSED"}
    assert hub.resolve(hub.known(ABOUT.repository, CHECKS)) == ()
    assert not aws.calls("securityhub", "BatchUpdateFindings")


def test_what_cannot_be_resolved_is_told_by_finding(aws: FakeAws, hub: SecurityHub) -> None:
    hub.import_findings(made(1))
    known = hub.known(ABOUT.repository, CHECKS)
    aws.findings.clear()
    (rejected,) = hub.resolve(known)
    assert (rejected.id, rejected.code) == (known[0]["Id"], "FindingNotFound")


def test_more_than_a_hundred_are_resolved_in_several_calls(aws: FakeAws, hub: SecurityHub) -> None:
    hub.import_findings(made(150))
    hub.resolve(hub.known(ABOUT.repository, CHECKS))
    assert len(aws.calls("securityhub", "BatchUpdateFindings")) == 2
    assert {f["Workflow"]["Status"] for f in stored(aws)} == {"RESOLVED"}


def known(scope: str, seen: str, state: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    return {"Id": "1", "RecordState": state, "LastObservedAt": seen,
            "ProductFields": {"pregate/scope": scope}, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "is_gone"),
    [
        (known("default-branch", "2026-11-02T10:00:00.000Z"), True),
        (known("default-branch", "2026-11-02T10:00:00.000Z", "ARCHIVED"), False),
        (known("pull-request/1", "2026-11-02T10:00:00.000Z"), False),
        (known("pull-request/1", "2026-10-01T10:00:00.000Z"), True),
        (known("pull-request/1", "2026-10-01T10:00:00"), True),
        (known("pull-request/1", "one day"), False),
        (known("pull-request/1", ""), False),
        (known("default-branch", "2026-11-02T10:00:00.000Z", Id="here"), False),
    ],
)
def test_which_findings_are_gone(finding: dict[str, Any], is_gone: bool) -> None:
    stale = datetime(2026, 10, 20, tzinfo=UTC)
    assert bool(gone([finding], ["here"], "default-branch", stale)) == is_gone


def test_a_hub_that_is_not_there_is_told_with_the_remedy(aws: FakeAws, hub: SecurityHub) -> None:
    aws.no_security_hub.add("eu-west-1")
    with pytest.raises(AwsError) as caught:
        hub.import_findings(made(1))
    assert "must be enabled" in caught.value.hint


def test_its_actions_on_its_resources_are_all_that_it_needs(aws: FakeAws) -> None:
    statement = {
        "Effect": "Allow",
        "Action": list(actions()),
        "Resource": list(resources("aws", "eu-west-1", aws.account)),
    }
    user = aws.user("narrow", [{"Version": "2012-10-17", "Statement": [statement]}])
    hub = SecurityHub(aws.clients(user), aws.account, "aws")
    assert hub.import_findings(made(1)) == ()
    assert hub.resolve(hub.known(ABOUT.repository, CHECKS)) == ()


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")])
def test_other_partitions_have_names_of_their_own(aws: FakeAws, region: str, partition: str) -> None:
    user = aws.user("dev", partition=partition)
    hub = SecurityHub(aws.clients(user, region), aws.account, partition)
    about = replace(ABOUT, region=region, partition=partition)
    assert hub.import_findings(made(1, about)) == ()
    assert len(hub.known(ABOUT.repository, CHECKS)) == 1
