"""
Events as GitHub sends them: the recorded payloads, filled with the object ids of a real repository, and those
that are derived from them because nobody publishes one (a fork that is gone, an ordinary push, a schedule).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"
ZERO = "0" * 40
REPOSITORY = "octo-org/octo-repo"


@dataclass(frozen=True, slots=True)
class Event:
    """What the runner hands to a step: the event's name and payload, the commit and the ref of the run."""

    name: str
    payload: dict[str, Any]
    sha: str
    ref: str
    base_ref: str = ""
    head_ref: str = ""


def pull_request(
    base: str,
    head: str,
    merge: str = "",
    *,
    action: str = "opened",
    fork: str = "",
    fork_deleted: bool = False,
    event: str = "pull_request",
    commits: int = 1,
    merged: bool = False,
) -> Event:
    """
    A pull request of ``head`` into main, whose tip is ``base``; ``merge`` is GitHub's merge commit. ``fork``
    names another repository; with ``fork_deleted`` the head has none any more. ``commits`` is how many there
    are.

    With ``merged`` it was closed by merging: the run stands on main, at ``merge``, the result.
    """
    is_recorded = (PAYLOADS / f"pull_request.{action}.json").exists()
    payload = _recorded(f"pull_request.{action if is_recorded else 'opened'}") | {"action": action}
    pull = payload["pull_request"]
    pull["commits"], pull["merged"] = commits, merged
    pull["base"]["sha"], pull["head"]["sha"] = base, head
    pull["base"]["ref"], pull["head"]["ref"] = "main", "topic"
    pull["head"]["repo"] = (
        None if fork_deleted else pull["head"]["repo"] | {"full_name": fork or REPOSITORY, "fork": bool(fork)}
    )
    pull["base"]["repo"]["full_name"] = REPOSITORY
    number = pull["number"]
    if event == "pull_request_target":
        return Event(event, payload, base, "refs/heads/main", "main", "topic")
    ref = "refs/heads/main" if merged else f"refs/pull/{number}/merge"
    return Event(event, payload, merge or head, ref, "main", "topic")


def push(
    before: str,
    after: str,
    ref: str = "refs/heads/main",
    *,
    forced: bool = False,
    commits: int = 1,
    default: str = "main",
) -> Event:
    """
    A push; ``before`` or ``after`` may be :data:`ZERO`. Recorded ones all create or delete a ref, so others
    are derived.
    """
    payload = _recorded("push.created")
    entry = payload["commits"][0]
    payload |= {"before": before, "after": after, "ref": ref, "forced": forced}
    payload |= {"created": before == ZERO, "deleted": after == ZERO, "commits": [entry] * commits}
    if after == ZERO:
        payload |= {"head_commit": None, "commits": []}
    payload["repository"] |= {"default_branch": default, "master_branch": default}
    # For a deleted ref the run stands on the default branch's last commit.
    return Event("push", payload, before if after == ZERO else after, ref)


def merge_group(base: str, head: str) -> Event:
    """A group of the merge queue."""
    payload = _recorded("merge_group.checks_requested")
    payload["merge_group"] |= {"base_sha": base, "head_sha": head}
    return Event("merge_group", payload, head, payload["merge_group"]["head_ref"].replace("<id>", base))


def workflow_run(
    main: str,
    head: str,
    *,
    repository: str = REPOSITORY,
    branch: str = "topic",
    event: str = "pull_request",
    conclusion: str = "failure",
) -> Event:
    """
    Another workflow has ended a run on ``head``, of a branch of ``repository``; it names no pull request, as
    is so for a fork. This run stands on ``main``, the default branch's last commit.
    """
    payload = _recorded("workflow_run.completed")
    run = payload["workflow_run"]
    run |= {"event": event, "conclusion": conclusion, "head_sha": head, "head_branch": branch}
    run |= {"pull_requests": [], "html_url": f"https://github.com/{REPOSITORY}/actions/runs/{run['id']}"}
    run["head_repository"] |= {"full_name": repository}
    return Event("workflow_run", payload, main, "refs/heads/main")


def workflow_dispatch(sha: str) -> Event:
    """
    Someone pressed the button; the recorded payload with inputs null, as it is when the workflow declares
    none.
    """
    return Event(
        "workflow_dispatch", _recorded("workflow_dispatch") | {"inputs": None}, sha, "refs/heads/main"
    )


def schedule(sha: str) -> Event:
    """GitHub publishes no payload of this one: the documented keys, with a recorded repository."""
    repository = _recorded("push.created")["repository"]
    payload = {"schedule": "0 3 * * 1", "workflow": ".github/workflows/pregate.yml", "repository": repository}
    return Event("schedule", payload, sha, "refs/heads/main")


def _recorded(name: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    payload["repository"] |= {
        "full_name": REPOSITORY,
        "name": REPOSITORY.partition("/")[2],
        "default_branch": "main",
    }
    return payload
