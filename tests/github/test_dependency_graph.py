"""The dependency submission: what is sent, and what is told of every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.errors import GitHubError
from pregate.github.client import RefusedError
from pregate.github.dependency_graph import FAULT, INVALID, MISSING, PERMISSION, RATE, submit
from pregate.report.snapshot import Job, snapshot_of
from tests.github.site import NAME, Site, Told
from tests.report import sample


def snapshot(ref: str = "refs/heads/main") -> dict[str, Any]:
    job = Job("17", "gate", "ab" * 20, ref, 1_790_000_000_123, "https://github.com/x/y/actions/runs/17")
    return snapshot_of(sample.inventory(), job)


def client_with(site: Site, contents: str = "write") -> Any:
    return site.client(site.hub.token(contents=contents))


def test_a_snapshot_is_taken_as_it_was_made(site: Site) -> None:
    assert submit(client_with(site), snapshot()) == "success"
    assert site.repo.snapshots == [snapshot()]
    assert site.changes == ["POST /dependency-graph/snapshots"]


def test_another_branch_is_accepted(site: Site) -> None:
    assert submit(client_with(site), snapshot("refs/heads/topic")) == "accepted"


@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_is_repeated(site: Site, applied: bool) -> None:
    site.hub.fail("POST", "snapshots", 502, applied=applied)
    assert submit(client_with(site), snapshot()) == "success"


def test_two_lost_answers_are_told(site: Site) -> None:
    site.hub.fail("POST", "snapshots", 502, times=9)
    with pytest.raises(GitHubError, match="the dependency submission failed") as caught:
        submit(client_with(site), snapshot())
    assert caught.value.hint == FAULT


def test_a_token_that_may_not_write_names_the_permission(site: Site) -> None:
    with pytest.raises(RefusedError, match=r"dependency submission was refused \(403\)") as caught:
        submit(client_with(site, "read"), snapshot())
    assert caught.value.hint == PERMISSION
    assert "contents: write" in PERMISSION


def test_a_graph_that_is_switched_off_is_told(site: Site) -> None:
    site.repo.dependency_graph = False
    with pytest.raises(RefusedError, match="Dependency graph is disabled") as caught:
        submit(client_with(site), snapshot())
    assert MISSING in caught.value.hint


@pytest.mark.parametrize(("status", "hint"), [(429, RATE), (422, INVALID)])
def test_other_refusals_have_their_hint(site: Site, status: int, hint: str) -> None:
    site.hub.fail("POST", "snapshots", status, times=9)
    with pytest.raises(RefusedError) as caught:
        submit(client_with(site), snapshot())
    assert caught.value.hint == hint


def test_a_snapshot_that_github_cannot_use_is_no_success(site: Site) -> None:
    site.repo.snapshot_result = "INVALID"
    with pytest.raises(GitHubError, match="did not take the dependency snapshot"):
        submit(client_with(site), snapshot())


@pytest.mark.parametrize("answer", [None, [], {}, {"id": 1}, {"result": "SUCCESS"}])
def test_an_answer_of_another_shape_is_no_success(answer: object) -> None:
    with pytest.raises(GitHubError):
        submit(Told([answer], NAME), snapshot())  # type: ignore[arg-type]
