"""
Whose tokens of GitHub Actions satisfy a condition on one of their claims.

A subject is a row of ``claim:value`` pairs. By default it begins with ``repo:OWNER/NAME``, or
``repo:OWNER@ID/NAME@ID`` in the immutable form; an owner may choose other claims for its repositories, so a
subject without the owner's name says nothing about whose it is. Colons in values are written ``%3A``, and
neither name may hold ``@``. Source: GitHub documentation, "OpenID Connect reference".
"""

from __future__ import annotations

import enum
import re
from itertools import pairwise

from pregate.expressions import expression
from pregate.iam.document import TOKEN
from pregate.iam.globs import has_wildcard, is_everything, matches
from pregate.records import dataclass


class Reach(enum.IntEnum):
    """Whose tokens satisfy it, the fewest first."""

    NOBODY = 0
    REPOSITORY = 1
    WORKFLOW = 2
    OWNER = 3
    ANYBODY = 4


@dataclass(frozen=True, slots=True)
class Audience:
    """
    Whose tokens a value admits. ``bounded``: only those of some branches, environments or workflows.
    ``open``: the caller of a reusable workflow chooses its revision.
    """

    reach: Reach
    bounded: bool = False
    open: bool = False


# Every claim that may begin a subject; most are chosen by whoever runs the workflow.
CLAIMS = frozenset(
    {
        "actor",
        "actor_id",
        "aud",
        "base_ref",
        "check_run_id",
        "enterprise",
        "enterprise_id",
        "environment",
        "event_name",
        "head_ref",
        "job_workflow_ref",
        "job_workflow_sha",
        "ref",
        "ref_protected",
        "ref_type",
        "repo",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
        "repository_visibility",
        "run_attempt",
        "run_id",
        "run_number",
        "runner_environment",
        "sha",
        "workflow",
        "workflow_ref",
        "workflow_sha",
    }
)
_WHERE = ("environment", "job_workflow_ref", "ref", "workflow_ref")
_ANY_NAME = "any-name-at-all"
_ANY_CONTEXT = (
    f"ref:refs/heads/{_ANY_NAME}",
    f"ref:refs/tags/{_ANY_NAME}",
    f"environment:{_ANY_NAME}",
    "pull_request",
)
# The number after a name, or wildcards in its place: the name before it cannot hold "@".
_ID = expression(r"@[0-9*?]*+(?=/|$)")


def admitted(claim: str, value: str, *, like: bool) -> Audience:
    """Whose tokens a value of a condition on a claim (``sub``, ``repository``) admits."""
    if has_wildcard(value) and not like:
        return Audience(Reach.NOBODY, bounded=True)
    if claim == "sub":
        return _subject(value)
    reach = _claimed(claim, value)
    bounded = claim in _WHERE and not is_everything(value)
    return Audience(reach, bounded, reach is Reach.WORKFLOW and _is_open(value))


def _subject(text: str) -> Audience:
    fields = text.split(":")
    first = fields[0]
    if first == "repo" and len(fields) > 1:
        fields[1] = _without_ids(fields[1])
    if not has_wildcard(first) and first not in CLAIMS:
        return Audience(Reach.NOBODY, bounded=True)
    pairs = list(pairwise(fields))
    reach, named = min(
        ((_claimed(name, value), value) for name, value in pairs if name in CLAIMS),
        default=(Reach.ANYBODY, ""),
    )
    if first == "repo":
        context = ":".join(fields[2:])
        bounded = bool(context) and not any(matches(context, probe) for probe in _ANY_CONTEXT)
    else:
        bounded = any(name in _WHERE and not is_everything(value) for name, value in pairs)
    return Audience(reach, bounded, reach is Reach.WORKFLOW and _is_open(named))


def _without_ids(repository: str) -> str:
    """``owner/name`` for ``owner@1/name@2``; ``owner/*`` for ``owner@*``, which ends the owner's name."""
    owner, _, rest = repository.partition("@")
    if has_wildcard(rest) and "/" not in owner and "/" not in rest:
        return f"{owner}/*"
    return _ID.sub("", repository)


def _claimed(claim: str, value: str) -> Reach:
    """Whose tokens have such a value for one claim: only what stands before a wildcard names anything."""
    known = re.split(r"[*?]", value, maxsplit=1)[0]
    exact = known == value
    match claim:
        case "repo" | "repository" | "workflow_ref":
            return _of_repository(known, exact, claim)
        case "repository_id":
            return Reach.REPOSITORY if exact else Reach.ANYBODY
        case "repository_owner" | "repository_owner_id" | "enterprise" | "enterprise_id":
            return Reach.OWNER if exact else Reach.ANYBODY
        case "job_workflow_ref":
            return Reach.WORKFLOW if known.partition("/")[1] else Reach.ANYBODY
        case "job_workflow_sha" | "workflow_sha":
            return Reach.WORKFLOW if exact else Reach.ANYBODY
    return Reach.ANYBODY


def _of_repository(known: str, exact: bool, claim: str) -> Reach:
    owner, slash, rest = known.partition("/")
    if TOKEN.search(owner) and not slash:  # may be the whole "owner/name"
        return Reach.REPOSITORY if exact else Reach.OWNER
    if not (owner and slash):
        return Reach.NOBODY if exact else Reach.ANYBODY
    return Reach.REPOSITORY if exact or (claim == "workflow_ref" and "/" in rest) else Reach.OWNER


def _is_open(workflow: str) -> bool:
    """Whether the revision after ``@`` may be any."""
    return has_wildcard(workflow) and matches(workflow.partition("@")[2] or "*", f"refs/heads/{_ANY_NAME}")
