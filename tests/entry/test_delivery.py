"""What is delivered to GitHub beyond the paths of a whole run: ends that take long or are rare."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from pregate.entry.delivery import Delivered, Delivery, Report, Subject, has_something_to_say
from pregate.entry.inputs import Inputs
from pregate.entry.subject import subject_of
from pregate.entry.wishes import Publication, parse_publication
from pregate.github.client import Client
from pregate.github.commands import Log
from pregate.github.context import Context, PullRequest
from pregate.github.scope import Between
from pregate.model import Completed, Counts, Decision, Failed, State, Verdict
from tests.fakehub.hub import FakeHub
from tests.fakehub.state import Repository
from tests.gitrepo import GitRepo
from tests.report import sample

WISHES = parse_publication(Inputs({}, {}))


class Desk:
    """A delivery of a verdict for the default branch of a repository on the fake GitHub."""

    def __init__(self, hub: FakeHub, repo: GitRepo) -> None:
        self.remote: Repository = hub.add_repository("octo-org/octo-repo", git=repo.path)
        self.head = repo.head
        self.out = io.StringIO()
        token = hub.token(contents="read", security_events="write", pull_requests="write")
        self.client = Client(hub.api_url, "octo-org/octo-repo", token, graphql_url=hub.graphql_url)

    def deliver(
        self, verdict: Verdict, wishes: Publication = WISHES, pull: int = 0, **more: Any
    ) -> Delivered:
        subject = Subject(
            pull=pull,
            head=self.head,
            judged=self.head,
            address="https://github.example/octo-org/octo-repo",
            run_url="",
            run_key="1-1",
            ref="refs/heads/main",
            commit=self.head,
        )
        report = Report(replace(verdict, head=self.head), (), **more)
        return Delivery(self.client, subject, wishes, report, Log(self.out), waits=(0.0, 0.0)).run()


@pytest.fixture
def desk(hub: FakeHub, tmp_path: Any) -> Any:
    made = Desk(hub, GitRepo(tmp_path / "r").write("a", "x\n").commit("first"))
    yield made
    made.client.close()


def clean(**more: Any) -> Verdict:
    verdict = sample.verdict_of((), (Completed("python", (), (), Counts(1, 1)),), Decision.PASSED)
    return replace(verdict, **more)


def test_processing_that_takes_too_long_is_a_notice(desk: Desk) -> None:
    desk.remote.sarif_polls = 50
    delivered = desk.deliver(clean())
    assert delivered.sarif_id
    assert not delivered.upload_failed
    assert "::notice title=pregate%3A code scanning::GitHub is still processing" in desk.out.getvalue()


def test_processing_that_fails_is_shown_with_githubs_words(desk: Desk, monkeypatch: Any) -> None:
    before = desk.deliver(clean())
    desk.remote.analyses[0].errors.append("rejecting SARIF: category <script> is taken\nand more")
    monkeypatch.setattr("pregate.github.code_scanning.upload", lambda *_: before.sarif_id)
    delivered = desk.deliver(clean())
    assert "rejecting SARIF: category <script> is taken and more" in delivered.upload_failed
    assert "::warning title=pregate%3A code scanning::GitHub could not process" in desk.out.getvalue()


def test_without_a_whole_check_nothing_is_uploaded_and_each_reason_is_said(desk: Desk) -> None:
    verdict = sample.verdict_of((), (Failed("python", "it crashed", "", Counts(1)),), Decision.INCOMPLETE)
    delivered = desk.deliver(verdict)
    assert not desk.remote.analyses
    assert "python is not uploaded: it failed: it crashed" in desk.out.getvalue()
    assert delivered.upload_failed


def test_results_over_the_limits_are_counted_in_the_log(desk: Desk, monkeypatch: Any) -> None:
    from pregate.report.sarif import upload
    from pregate.report.sarif.limits import Limits

    found = tuple(sample.judged(State.NEW, replace(sample.shell_finding(), ordinal=n)) for n in range(5))
    verdict = sample.verdict_of(found, (Completed("python", (), (), Counts(1, 1)),), Decision.FAILED)
    hashes = tuple((j.finding.fingerprint, "1:1") for j in found)
    whole = upload.prepare

    def limited(*args: Any, **more: Any) -> Any:
        return whole(*args, **more, limits=Limits(results=3))

    monkeypatch.setattr(upload, "prepare", limited)
    desk.deliver(replace(verdict, line_hashes=hashes))
    assert "2 results of python are over GitHub's limits" in desk.out.getvalue()


def test_a_pull_request_that_is_not_there_is_a_warning_and_no_more(desk: Desk) -> None:
    delivered = desk.deliver(clean(), pull=77)
    assert delivered.sarif_id
    assert "::warning title=pregate%3A the pull request::" in desk.out.getvalue()


def test_what_a_reviewer_has_to_be_told() -> None:
    assert has_something_to_say(sample.failed())
    assert not has_something_to_say(clean())
    suppressed = sample.judged(State.SUPPRESSED, sample.shell_finding())
    assert has_something_to_say(clean(findings=(suppressed,), compared=True))
    assert not has_something_to_say(clean(findings=(suppressed,), compared=False))
    assert not has_something_to_say(clean(findings=(replace(suppressed, introduced=False),), compared=True))


PULL = PullRequest(7, "main", "b" * 40, "topic", "h" * 40, "octo-org/octo-repo")


@pytest.mark.parametrize(
    ("pull", "judged", "ref", "words"),
    [
        (PULL, "m" * 40, "refs/pull/7/merge", ""),
        (PULL, "h" * 40, "refs/pull/7/head", ""),
        (PULL, "x" * 40, "", "not the commit of the event"),
        (replace(PULL, action="closed"), "m" * 40, "", "closed"),
    ],
)
def test_the_ref_of_a_pull_request_is_that_of_what_was_judged(
    pull: PullRequest, judged: str, ref: str, words: str, tmp_path: Any
) -> None:
    context = Context("pull_request", "octo-org/octo-repo", "m" * 40, "refs/pull/7/merge", payload=pull)
    scope = Between("b" * 40, judged, "why")
    subject = subject_of(context, scope, judged, WISHES, {}, tmp_path, "")
    assert (subject.ref, subject.commit) == (ref, judged if ref else "")
    assert words in subject.no_upload


@pytest.mark.parametrize(
    ("event", "actor", "fork", "words"),
    [
        ("pull_request", "octocat", "", ""),
        ("pull_request", "octocat", "stranger/octo-repo", "from a fork"),
        ("pull_request", "dependabot[bot]", "", "Dependabot"),
        ("pull_request_target", "octocat", "stranger/octo-repo", ""),
    ],
)
def test_who_may_only_read_is_known(event: str, actor: str, fork: str, words: str, tmp_path: Any) -> None:
    pull = replace(PULL, head_repository=fork or "octo-org/octo-repo")
    context = Context(event, "octo-org/octo-repo", "m" * 40, "refs/pull/7/merge", payload=pull, actor=actor)
    subject = subject_of(context, Between("b", "h", "why"), "h" * 40, WISHES, {}, tmp_path, "")
    assert words in subject.restricted
    assert bool(subject.restricted) is bool(words)
