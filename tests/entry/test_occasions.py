"""In what run something is handed over: which branch, whose configuration, which repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pregate.changes import Everything
from pregate.config import DeliverConfig
from pregate.entry.delivery import Subject
from pregate.entry.handover import Handed, Occasion, Papers, Teller
from pregate.entry.inputs import parse_inputs
from pregate.entry.occasions import (
    ELSEWHERE,
    PART,
    UNKNOWN_BRANCH,
    hand_over,
    in_workflow,
    is_default_branch,
    on_command_line,
    remote_of,
    trusted,
    whole_verdict,
)
from pregate.entry.options import delivery_names
from pregate.errors import UsageError
from pregate.github.context import Context, PullRequest
from pregate.github.scope import Between, Tree
from pregate.pipeline import Request, Result, run
from tests.gitrepo import GitRepo
from tests.report import sample

SHA = "ab" * 20
MAIN = Context("push", "octo-org/octo-repo", SHA, "refs/heads/main", "main", run_id="7")
PULL = PullRequest(12, "main", SHA, "topic", SHA, "octo-org/octo-repo")
SUBJECT = Subject(0, SHA, SHA, "https://github.com/octo-org/octo-repo", MAIN.run_url, "7-1")


@pytest.mark.parametrize(
    ("context", "is_default"),
    [
        (MAIN, True),
        (replace(MAIN, ref="refs/heads/topic"), False),
        (replace(MAIN, ref="refs/tags/main"), False),
        (replace(MAIN, default_branch=""), False),
        (replace(MAIN, event="schedule", default_branch=""), True),
        (replace(MAIN, event="merge_group"), False),
        (replace(MAIN, event="pull_request_target", payload=PULL), False),
    ],
)
def test_which_runs_stand_on_the_default_branch(context: Context, is_default: bool) -> None:
    assert is_default_branch(context) == is_default


def test_a_whole_verdict_on_the_default_branch_counts() -> None:
    occasion = in_workflow(MAIN, SUBJECT, sample.clean(), {"f": "https://x"}, 1_790_000_000_000)
    assert occasion.whole == sample.clean()
    assert (occasion.run, occasion.commit, occasion.links) == ("7-1", SHA, {"f": "https://x"})
    assert occasion.moment.isoformat() == "2026-09-21T14:13:20+00:00"


@pytest.mark.parametrize(
    ("context", "subject", "whole", "reason"),
    [
        (MAIN, SUBJECT, None, PART),
        (replace(MAIN, ref="refs/heads/topic"), SUBJECT, sample.clean(), ELSEWHERE),
        (MAIN, replace(SUBJECT, judged="cd" * 20), sample.clean(), ELSEWHERE),
    ],
)
def test_others_say_why_not(context: Context, subject: Subject, whole: Any, reason: str) -> None:
    occasion = in_workflow(context, subject, whole, {}, 0)
    assert (occasion.whole, occasion.not_whole) == (None, reason)


def test_the_whole_verdict_is_the_runs_or_the_one_beside() -> None:
    assert whole_verdict(Tree(SHA, "r"), sample.failed(), None) == sample.failed()
    between = Between(SHA, SHA, "r")
    assert whole_verdict(between, sample.failed(), sample.clean()) == sample.clean()
    assert whole_verdict(between, sample.failed(), None) is None


def result_of(repo: GitRepo) -> Result:
    return run(Request(repo.path, Everything(), overrides={"checks": ["secrets"]}))


def test_a_pull_request_does_not_choose_where_its_result_is_sent(tmp_path: Path) -> None:
    """Its whole tree is judged by its own configuration; only the workflow's word counts for deliveries."""
    repo = GitRepo(tmp_path).write(".pregate.toml", '[deliver]\ns3-bucket = "theirs"\n').commit("x")
    result = result_of(repo)
    nothing = parse_inputs({})
    assert trusted(result, nothing, in_pull=False).s3_bucket == "theirs"
    assert trusted(result, nothing, in_pull=True) == DeliverConfig()
    ours = parse_inputs({"INPUT_S3-BUCKET": "ours", "INPUT_REQUIRE-S3": "true"})
    made = trusted(result, ours, in_pull=True)
    assert (made.s3_bucket, made.require) == ("ours", ("s3",))


@pytest.mark.parametrize(
    ("url", "host", "name"),
    [
        ("https://github.com/octo-org/octo-repo.git", "github.com", "octo-org/octo-repo"),
        ("https://user:token@github.com/octo-org/octo-repo", "github.com", "octo-org/octo-repo"),
        ("git@github.example.com:octo-org/octo-repo.git", "github.example.com", "octo-org/octo-repo"),
        ("ssh://git@github.com:22/octo-org/octo-repo/", "github.com", "octo-org/octo-repo"),
        ("../elsewhere", "", ""),
        ("https://github.com/only", "", ""),
        ("", "", ""),
    ],
)
def test_the_repository_of_a_remote(url: str, host: str, name: str) -> None:
    assert remote_of(url) == (host, name)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path).write("a.py", "x = 1\n").commit("first")
    made.git("remote", "add", "origin", "https://github.com/octo-org/octo-repo.git")
    return made


def occasion_in(repo: GitRepo, **more: Any) -> Occasion:
    deliver = more.pop("deliver", DeliverConfig(security_hub="default-branch"))
    given: dict[str, Any] = {"repository": "", "is_whole": True} | more
    return on_command_line(result_of(repo), deliver, {"PATH": "/usr/bin:/bin"}, **given)


def test_the_command_line_takes_the_remotes_name(repo: GitRepo) -> None:
    occasion = occasion_in(repo)
    assert (occasion.repository, occasion.address) == (
        "octo-org/octo-repo",
        "https://github.com/octo-org/octo-repo",
    )
    assert occasion.commit == repo.head
    assert occasion.run.endswith(repo.head[:12])
    assert occasion_in(repo, repository="a/b").repository == "a/b"


def test_which_branch_is_the_default_one_must_be_known(repo: GitRepo) -> None:
    assert occasion_in(repo).not_whole == UNKNOWN_BRANCH
    repo.git("update-ref", "refs/remotes/origin/main", repo.head)
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert occasion_in(repo).whole
    repo.branch("topic")
    assert occasion_in(repo).not_whole == "this is not the default branch"
    assert occasion_in(repo, deliver=DeliverConfig(security_hub="always")).whole
    assert occasion_in(repo, is_whole=False).not_whole.startswith("only a part")


def test_a_repository_without_a_name_must_be_named(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path).write("a.py", "x = 1\n").commit("first")
    with pytest.raises(UsageError, match="which repository this is"):
        occasion_in(repo)
    with pytest.raises(UsageError):
        occasion_in(repo, repository="a/b/c")


def test_without_a_repository_or_git_there_is_nothing_to_ask(repo: GitRepo, tmp_path: Path) -> None:
    result = result_of(repo)
    deliver = DeliverConfig(s3_bucket="reports")
    nowhere = replace(result, root=None)
    assert on_command_line(nowhere, deliver, {}, repository="a/b", is_whole=True).not_whole == UNKNOWN_BRANCH
    gone = replace(result, root=tmp_path / "gone")
    environ = {"PATH": "/usr/bin:/bin"}
    assert (
        on_command_line(gone, deliver, environ, repository="a/b", is_whole=True).not_whole == UNKNOWN_BRANCH
    )


def handed(deliver: DeliverConfig, hindrance: str = "") -> tuple[Handed, list[str]]:
    lines: list[str] = []
    teller = Teller(lines.append, lambda title, words: lines.append(f"{title}: {words}"))
    papers = Papers(sample.clean(), ())
    occasion = Occasion("o/r", "https://x", "7", SHA, in_workflow(MAIN, SUBJECT, None, {}, 0).moment)
    handed = hand_over(
        deliver, occasion, papers, teller, hindrance=hindrance, open_clients=lambda: pytest.fail("opened")
    )
    return handed, lines


def test_nothing_configured_is_nothing_done() -> None:
    assert handed(DeliverConfig()) == (Handed(), [])


def test_a_hindrance_is_said_once_for_each_delivery_and_fails_what_is_required() -> None:
    deliver = DeliverConfig(s3_bucket="reports", sns_topic="x", require=("s3",))
    done, lines = handed(deliver, "offline is set")
    assert lines == [f"nothing is delivered to {name}: offline is set" for name in ("s3", "sns")]
    assert done.missing(deliver.require) == ("S3: offline is set, and its delivery is required",)


def test_names_of_deliveries() -> None:
    assert delivery_names(["s3, sns", "s3"]) == ("s3", "sns")
    with pytest.raises(UsageError, match="no delivery 's4'"):
        delivery_names(["s4"])
