"""
The event that started the workflow, as one frozen value.

Sources: docs.github.com, "Events that trigger workflows", "Webhook events and payloads", "Variables
reference".
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pregate.errors import UsageError
from pregate.records import dataclass

PULL_REQUEST_EVENTS = ("pull_request", "pull_request_target")
TREE_EVENTS = ("schedule", "workflow_dispatch", "repository_dispatch")
SUPPORTED = (*PULL_REQUEST_EVENTS, "push", "merge_group", *TREE_EVENTS)
REPORT_EVENT = "workflow_run"

_OBJECT_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """
    The pull request of an event. ``head_repository`` is ``""`` when the fork was deleted; ``commits`` is how
    many it has, 0 where the event does not say it; ``opened`` is when it was opened, in seconds since 1970, 0
    where the event does not say it.
    """

    number: int
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repository: str
    action: str = ""
    commits: int = 0
    is_merged: bool = False
    opened: float = 0.0


@dataclass(frozen=True, slots=True)
class Push:
    """
    A push: object ids before and after, ``""`` where GitHub writes zeros; ``commits`` is how many the payload
    lists.
    """

    before: str
    after: str
    forced: bool
    commits: int


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """A group of the merge queue: from the tip of the branch (or of the group ahead) to the group's head."""

    base_sha: str
    head_sha: str
    base_ref: str


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """
    The run that another workflow has ended: of which event, on which commit, of whose branch.

    ``conclusion`` is GitHub's word (``success``, ``failure``, ``cancelled`` …), ``url`` its page.
    """

    id: int
    event: str
    conclusion: str
    head_sha: str
    head_branch: str
    head_repository: str
    url: str = ""

    @property
    def owner(self) -> str:
        """Who owns the branch."""
        return self.head_repository.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Context:
    """
    What started the workflow.

    ``event`` is the event's name, ``payload`` its data: exactly one state that matters to us. ``sha`` and
    ``ref`` are what GitHub gives the run (the merge commit of a pull request). ``default_branch`` is ``""``
    when the event does not say it.
    """

    event: str
    repository: str
    sha: str
    ref: str
    default_branch: str = ""
    payload: PullRequest | Push | MergeGroup | WorkflowRun | None = None
    server_url: str = "https://github.com"
    api_url: str = "https://api.github.com"
    graphql_url: str = ""
    run_id: str = ""
    run_attempt: str = ""
    workflow: str = ""
    actor: str = ""

    @property
    def pull_request(self) -> PullRequest | None:
        """The event's pull request, if it has one."""
        return self.payload if isinstance(self.payload, PullRequest) else None

    @property
    def is_fork(self) -> bool:
        """
        Whether the change comes from another repository (or one that is gone): such a run has no secrets and
        no write token.
        """
        return self.pull_request is not None and self.pull_request.head_repository != self.repository

    @property
    def run_url(self) -> str:
        """The run's page, or ``""``."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}" if self.run_id else ""


def load_context(environ: Mapping[str, str]) -> Context:
    """
    The context from the runner's variables and the payload in the file that ``GITHUB_EVENT_PATH`` names.

    Raises UsageError when a variable is missing, the payload is not what the event's name promises, or the
    event is not supported.
    """
    event = _variable(environ, "GITHUB_EVENT_NAME")
    if event not in (*SUPPORTED, REPORT_EVENT):
        raise UsageError(
            f"the event {event!r} is not supported",
            f"Run the action on: {', '.join(SUPPORTED)}. "
            "A workflow that is called (workflow_call) has the event of its caller.",
        )
    data = _load_payload(Path(_variable(environ, "GITHUB_EVENT_PATH")))
    repository = data.get("repository")
    known = repository if isinstance(repository, dict) else {}
    return Context(
        event=event,
        repository=_variable(environ, "GITHUB_REPOSITORY"),
        sha=_object_id(_variable(environ, "GITHUB_SHA"), "GITHUB_SHA"),
        ref=environ.get("GITHUB_REF", ""),
        default_branch=str(known.get("default_branch") or ""),
        payload=_parse_payload(event, data),
        server_url=environ.get("GITHUB_SERVER_URL") or "https://github.com",
        api_url=environ.get("GITHUB_API_URL") or "https://api.github.com",
        graphql_url=environ.get("GITHUB_GRAPHQL_URL", ""),
        run_id=environ.get("GITHUB_RUN_ID", ""),
        run_attempt=environ.get("GITHUB_RUN_ATTEMPT", ""),
        workflow=environ.get("GITHUB_WORKFLOW", ""),
        actor=environ.get("GITHUB_ACTOR", ""),
    )


def _variable(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise UsageError(
            f"{name} is not set",
            "pregate action runs as a step of a GitHub workflow; elsewhere use pregate scan.",
        )
    return value


def _load_payload(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"the event's payload cannot be read: {error.strerror}", "GITHUB_EVENT_PATH must name it."
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(
            "the event's payload is not JSON", "GITHUB_EVENT_PATH must name the runner's event.json."
        ) from None
    if not isinstance(data, dict):
        raise UsageError(
            "the event's payload is not a JSON object", "GITHUB_EVENT_PATH must name the runner's event.json."
        )
    return data


def _parse_payload(event: str, data: dict[str, Any]) -> PullRequest | Push | MergeGroup | WorkflowRun | None:
    try:
        if event in PULL_REQUEST_EVENTS:
            return _parse_pull_request(data)
        if event == "push":
            return _parse_push(data)
        if event == "merge_group":
            return _parse_merge_group(data["merge_group"])
        if event == REPORT_EVENT:
            return _parse_workflow_run(data["workflow_run"])
    except (KeyError, TypeError):
        raise UsageError(
            f"the payload is not one of the event {event}", "Pass the runner's own event.json."
        ) from None
    return None


def _parse_pull_request(data: dict[str, Any]) -> PullRequest:
    pull = data["pull_request"]
    head_repository = pull["head"].get("repo") or {}
    return PullRequest(
        number=int(pull["number"]),
        base_ref=str(pull["base"]["ref"]),
        base_sha=_object_id(pull["base"]["sha"], "pull_request.base.sha"),
        head_ref=str(pull["head"]["ref"]),
        head_sha=_object_id(pull["head"]["sha"], "pull_request.head.sha"),
        head_repository=str(head_repository.get("full_name") or ""),
        action=str(data.get("action") or ""),
        commits=_count(pull.get("commits")),
        is_merged=pull.get("merged") is True,
        opened=_seconds(pull.get("created_at")),
    )


def _seconds(value: object) -> float:
    """A time of GitHub's (``2026-11-26T02:00:00Z``) in seconds since 1970; 0 for anything else."""
    try:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return 0.0
    return moment.timestamp() if moment and moment.tzinfo else 0.0


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _parse_push(data: dict[str, Any]) -> Push:
    return Push(
        before=_object_id(data["before"], "before"),
        after=_object_id(data["after"], "after"),
        forced=bool(data.get("forced")),
        commits=len(data.get("commits") or ()),
    )


def _parse_merge_group(group: dict[str, Any]) -> MergeGroup:
    return MergeGroup(
        base_sha=_object_id(group["base_sha"], "merge_group.base_sha"),
        head_sha=_object_id(group["head_sha"], "merge_group.head_sha"),
        base_ref=str(group.get("base_ref") or ""),
    )


def _parse_workflow_run(run: dict[str, Any]) -> WorkflowRun:
    return WorkflowRun(
        id=int(run["id"]),
        event=str(run["event"]),
        conclusion=str(run.get("conclusion") or ""),
        head_sha=_object_id(run["head_sha"], "workflow_run.head_sha"),
        head_branch=str(run.get("head_branch") or ""),
        head_repository=str((run.get("head_repository") or {}).get("full_name") or ""),
        url=str(run.get("html_url") or ""),
    )


def _object_id(value: object, name: str) -> str:
    if not isinstance(value, str) or not _OBJECT_ID.fullmatch(value):
        raise UsageError(f"{name} is not an object id", "The runner sets it; do not overrule it.")
    return value if value.strip("0") else ""
