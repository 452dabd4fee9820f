from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pregate.errors import UsageError
from pregate.github.context import Context, MergeGroup, PullRequest, Push, load_context
from tests.harness import events
from tests.harness.events import REPOSITORY, ZERO, Event

A, B, C = "a" * 40, "b" * 40, "c" * 40


def load(tmp_path: Path, event: Event, **more: str) -> Context:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event.payload), encoding="utf-8")
    return load_context(variables(file, event) | more)


def variables(file: Path, event: Event) -> dict[str, str]:
    return {
        "GITHUB_EVENT_NAME": event.name,
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": event.sha,
        "GITHUB_REF": event.ref,
    }


@pytest.mark.parametrize(
    "action", ["opened", "synchronize", "reopened", "closed", "labeled", "converted_to_draft"]
)
def test_a_pull_request_of_every_recorded_type_is_read(tmp_path: Path, action: str) -> None:
    context = load(tmp_path, events.pull_request(A, B, C, action=action))
    pull = context.pull_request
    assert pull is not None
    assert (pull.base_ref, pull.base_sha, pull.head_ref, pull.head_sha) == ("main", A, "topic", B)
    assert pull.action == action
    assert context.sha == C
    assert not context.is_fork


@pytest.mark.parametrize(
    "event",
    [events.pull_request(A, B, C, fork="other/fork"), events.pull_request(A, B, C, fork_deleted=True)],
)
def test_a_fork_is_recognised_even_when_it_is_gone(tmp_path: Path, event: Event) -> None:
    assert load(tmp_path, event).is_fork


def test_a_push_is_read(tmp_path: Path) -> None:
    context = load(tmp_path, events.push(A, B, forced=True, commits=3))
    assert context.payload == Push(A, B, True, 3)
    assert context.default_branch == "main"
    assert context.pull_request is None
    assert not context.is_fork


def test_the_zero_id_of_a_push_is_no_id(tmp_path: Path) -> None:
    assert load(tmp_path, events.push(ZERO, B)).payload == Push("", B, False, 1)


def test_a_merge_group_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, events.merge_group(A, B)).payload == MergeGroup(A, B, "refs/heads/main")


@pytest.mark.parametrize("event", [events.schedule(A), events.workflow_dispatch(A)])
def test_an_event_of_the_tree_has_no_payload(tmp_path: Path, event: Event) -> None:
    assert load(tmp_path, event).payload is None


def test_urls_come_from_the_runner_so_that_an_enterprise_server_works(tmp_path: Path) -> None:
    context = load(tmp_path, events.schedule(A), GITHUB_SERVER_URL="https://ghe.example", GITHUB_RUN_ID="7")
    assert context.run_url == f"https://ghe.example/{REPOSITORY}/actions/runs/7"
    assert load(tmp_path, events.schedule(A)).run_url == ""


def test_an_unsupported_event_is_an_error_that_lists_the_others(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        load(tmp_path, Event("issue_comment", {}, A, "refs/heads/main"))
    assert "issue_comment" in error.value.message
    assert "pull_request" in error.value.hint
    assert "workflow_call" in error.value.hint


@pytest.mark.parametrize(
    "name", ["GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "GITHUB_SHA"]
)
def test_outside_of_a_workflow_the_error_names_the_missing_variable(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=name):
        load(tmp_path, events.schedule(A), **{name: ""})


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_a_damaged_payload_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "event.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="payload"):
        load_context(variables(file, events.schedule(A)))


def test_a_missing_payload_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_context(variables(tmp_path / "absent", events.schedule(A)))


@pytest.mark.parametrize("payload", [{}, {"pull_request": None}, {"pull_request": {"number": 1}}])
def test_a_payload_of_another_event_is_an_error(tmp_path: Path, payload: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="not one of the event pull_request"):
        load(tmp_path, Event("pull_request", payload, A, "refs/pull/1/merge"))


def test_an_object_id_that_is_none_is_an_error(tmp_path: Path) -> None:
    event = events.push(A, B)
    event.payload["before"] = "--upload-pack=x"
    with pytest.raises(UsageError, match="before is not an object id"):
        load(tmp_path, event)


def test_a_pull_request_is_hashable_like_every_noun() -> None:
    assert len({PullRequest(1, "main", A, "t", B, "o/r"), PullRequest(1, "main", A, "t", B, "o/r")}) == 1
