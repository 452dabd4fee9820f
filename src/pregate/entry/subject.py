"""What was judged, in GitHub's terms: which pull request, which ref and commit, and who may be told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pregate.github.context import Context, PullRequest
from pregate.github.scope import Between, Scope, Tree, Wish

if TYPE_CHECKING:
    from pregate.entry.delivery import Subject
    from pregate.entry.wishes import Publication
    from pregate.github.history import History

PARTIAL = (
    "only what the push changes was judged, and an upload would close the alerts of all other files "
    "(`scan: all` judges and uploads the whole tree; so does `upload-sarif: always`, beside the change)"
)
ELSEWHERE = "what was judged is not the commit of the event, so that its ref cannot be named"
QUEUE = "code scanning knows no refs of the merge queue (the pull request and the branch have uploads)"
CLOSED = "the pull request is closed"
PART = "base and head name a part of the pull request, and an upload would close the alerts of the rest"


def subject_of(
    context: Context,
    scope: Scope,
    judged: str,
    wishes: Publication,
    environ: Mapping[str, str],
    directory: Path,
    started: str,
    *,
    is_part: bool = False,
) -> Subject:
    """
    The subject of a run that judged the commit ``judged``.

    ``directory`` is the checkout, ``started`` the time of the run's start in ISO 8601; ``is_part`` that less
    than the pull request was judged.
    """
    from pregate.entry.delivery import Subject

    pull = context.pull_request
    ref, no_upload = ("", PART) if is_part else _ref(context, scope, judged, wishes)
    return Subject(
        pull=pull.number if pull else 0,
        head=pull.head_sha if pull else judged,
        judged=judged,
        address=f"{context.server_url}/{context.repository}",
        run_url=context.run_url,
        run_key="-".join(
            part
            for part in (context.run_id, context.run_attempt, environ.get("GITHUB_JOB", ""), wishes.tag)
            if part
        ),
        ref=ref,
        commit=judged if ref else "",
        no_upload=no_upload,
        is_due=no_upload == ELSEWHERE,
        checkout_uri=f"file://{quote(str(directory.absolute()))}",
        started=started,
        restricted=_restricted(context),
        is_part=is_part,
    )


def is_part_of_pull(context: Context, scope: Scope, wish: Wish, history: History) -> bool:
    """
    Whether less than the event's pull request is judged, as the inputs can ask: then what is not found may
    still stand in the rest of it. So it is, too, where the clone is too shallow to tell.
    """
    pull = context.pull_request
    if pull is None or not wish.base or not isinstance(scope, Between):
        return False
    is_base = wish.base.removeprefix("origin/") in (pull.base_ref, pull.base_sha)
    base, head = history.resolve(scope.base), history.resolve(scope.head)
    reaches_back = is_base or (base and history.merge_base(base, pull.base_sha) == base)
    reaches_head = head == pull.head_sha or history.merge_base(head, pull.head_sha) == pull.head_sha
    return not (reaches_back and reaches_head)


def wants_whole_tree(context: Context, scope: Scope, wishes: Publication) -> bool:
    """
    Whether the whole tree is to be judged beside the change, for an upload that closes no alert wrongly.
    """
    return context.event == "push" and wishes.upload == "always" and not isinstance(scope, Tree)


def _ref(context: Context, scope: Scope, judged: str, wishes: Publication) -> tuple[str, str]:
    """``(ref, "")`` for an upload, or ``("", why there is none)``."""
    if wishes.upload == "never":
        return "", "upload-sarif is never"
    if context.pull_request:
        return _ref_of_pull(context, context.pull_request, judged)
    if context.event == "merge_group" and wishes.upload != "always":
        return "", QUEUE
    is_whole = isinstance(scope, Tree) or wants_whole_tree(context, scope, wishes)
    if not is_whole and context.event != "merge_group":
        return "", PARTIAL
    if judged != context.sha or not context.ref:
        return "", ELSEWHERE
    return context.ref, ""


def _ref_of_pull(context: Context, pull: PullRequest, judged: str) -> tuple[str, str]:
    """A partial result is right here: GitHub shows of it what the pull request's lines have."""
    if pull.action == "closed":
        return "", CLOSED
    if judged == context.sha and context.ref == f"refs/pull/{pull.number}/merge":
        return context.ref, ""
    if judged == pull.head_sha:
        return f"refs/pull/{pull.number}/head", ""
    return "", ELSEWHERE


def _restricted(context: Context) -> str:
    """Why the token may be read-only, however the workflow is written."""
    if context.event == "pull_request_target":
        return ""
    if context.is_fork:
        return "a pull request from a fork"
    return "a run of Dependabot's" if context.actor == "dependabot[bot]" else ""
