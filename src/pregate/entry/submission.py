"""
The dependency submission of a step: when it is due, what it holds, and that it changes no verdict.

A snapshot replaces the one before it, so it holds every lock file of the commit, whatever was judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pregate.entry.occasions import is_default_branch
from pregate.errors import GitHubError, PregateError
from pregate.github.context import Context

if TYPE_CHECKING:
    from pregate.entry.delivery import Subject
    from pregate.entry.wishes import Publication
    from pregate.github.client import Client
    from pregate.github.commands import Log
    from pregate.model import Inventory

TITLE = "dependency submission"
ELSEWHERE = "this is not the default branch"
ANOTHER = "what was judged is not the commit of the event"
OFFLINE = "offline is set"
NO_TOKEN = "there is no github-token"  # noqa: S105 - words


def submit_dependencies(
    context: Context,
    subject: Subject,
    wishes: Publication,
    environ: Mapping[str, str],
    log: Log,
    ended: int,
    take: Callable[[], Inventory],
    open_client: Callable[[], Client],
    *,
    hindrance: str = "",
) -> tuple[str, ...]:
    """
    Submits what the commit's lock files hold, where the inputs ask for it; a sentence where that failed and
    is required.

    ``take`` reads the lock files of the whole tree, ``ended`` is in milliseconds since 1970; with a
    ``hindrance`` nothing is sent, for that reason.
    """
    if not wishes.submit:
        return ()
    reason = why_not(context, subject)
    if reason:
        log.line(f"pregate: {TITLE}: nothing is submitted: {reason}")
        return ()
    try:
        if hindrance:
            raise GitHubError(f"nothing is submitted: {hindrance}")
        log.line(f"pregate: {TITLE}: {_submit(context, subject, wishes, environ, ended, take, open_client)}")
    except PregateError as error:
        log.annotate("warning", str(error), {"title": f"pregate: {TITLE}"})
        required = f"{TITLE}: {error.message}, and require-dependency-submission is true"
        return (required,) if wishes.require_submission else ()
    return ()


def why_not(context: Context, subject: Subject) -> str:
    """Why this run has nothing to submit; ``""`` where it has. GitHub shows the default branch's alone."""
    if not is_default_branch(context):
        return ELSEWHERE
    return "" if subject.judged == context.sha and context.ref.startswith("refs/") else ANOTHER


def correlator_of(context: Context, environ: Mapping[str, str], suffix: str) -> str:
    """What keeps the snapshots of this job apart from those of others: workflow, job, category."""
    parts = (context.workflow, environ.get("GITHUB_JOB", ""), suffix)
    return "_".join(" ".join(part.split()) for part in parts if part.strip())[:200] or "pregate"


def _submit(
    context: Context,
    subject: Subject,
    wishes: Publication,
    environ: Mapping[str, str],
    ended: int,
    take: Callable[[], Inventory],
    open_client: Callable[[], Client],
) -> str:
    from pregate.github.dependency_graph import submit
    from pregate.report.snapshot import Job, snapshot_of

    inventory = take()
    job = Job(
        id=context.run_id or subject.run_key or "local",
        correlator=correlator_of(context, environ, wishes.category),
        sha=subject.judged,
        ref=context.ref,
        moment=ended,
        url=subject.run_url,
    )
    snapshot = snapshot_of(inventory, job)
    result = submit(open_client(), snapshot)
    number = sum(len(manifest["resolved"]) for manifest in snapshot["manifests"].values())
    unread = f", {len(inventory.gaps)} parts could not be read" if inventory.gaps else ""
    return f"{number} packages of {len(snapshot['manifests'])} files ({result}){unread}"
