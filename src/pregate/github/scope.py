"""
From an event to what is judged: which commits are compared, or the whole tree, or nothing, each with its
reason in words.

Never silently nothing and never silently everything: the reason goes into the summary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from pregate.errors import ChangesError, UsageError
from pregate.github.context import TREE_EVENTS, Context, MergeGroup, PullRequest, Push, WorkflowRun
from pregate.github.history import History

DEPTHS = (2, 50, 1000)
_REVISION = re.compile(r"[^\W_][^\s:+*?\[\\]*")
CHECKOUT = """Fetch the history in the workflow:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0"""
TARGET = """Run the action on pull_request, which needs no secrets; or, knowing what it means to have that
code on disk beside secrets, check the pull request out:
      - uses: actions/checkout@v5
        with:
          ref: ${{ github.event.pull_request.head.sha }}"""


@dataclass(frozen=True, slots=True)
class Between:
    """Judge what ``head`` changes since its merge base with ``base``."""

    base: str
    head: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Judge every file of ``revision``."""

    revision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to judge."""

    reason: str


Scope = Between | Tree | Nothing


@dataclass(frozen=True, slots=True)
class Wish:
    """What the workflow's author asked for: revisions to compare, and ``auto``, ``changes`` or ``all``."""

    scan: str = "auto"
    base: str = ""
    head: str = ""


def find_scope(context: Context, history: History, wish: Wish) -> Scope:
    """
    What is to be judged for an event.

    Raises ChangesError when the clone lacks the history for it and it cannot be fetched; UsageError when the
    event has no change and one was asked for, or the change is not what is checked out.
    """
    head = history.head()
    if not head:
        raise ChangesError(
            "the workspace holds no checked-out commit",
            "Put a step `uses: actions/checkout@v5` before this one.",
        )
    if wish.scan == "all":
        if wish.base:
            raise UsageError("the inputs base and `scan: all` exclude each other", "Remove one of them.")
        return Tree(wish.head or head, "the whole tree, as the input scan asks")
    if wish.base or wish.head:
        return _asked_for(context, history, wish, head)
    return _of_event(context, history, wish, head)


def _asked_for(context: Context, history: History, wish: Wish, head: str) -> Scope:
    if not wish.base:
        raise UsageError("the input head was given without base", "Give both, or none to follow the event.")
    for name, text in (("base", wish.base), ("head", wish.head)):
        # They may come from an event, and some are passed to git fetch: neither an option nor a refspec.
        if text and not _REVISION.fullmatch(text):
            raise UsageError(
                f"the input {name} is no revision", f"For example `{name}: origin/main`, or an object id."
            )
    until = wish.head or head
    _reach(history, history.resolve(wish.base) or wish.base, history.resolve(until) or until, wish.base)
    return Between(wish.base, until, f"{context.event}, with base and head as the inputs ask")


def _of_event(context: Context, history: History, wish: Wish, head: str) -> Scope:
    match context.payload:
        case PullRequest() as pull:
            return _of_pull_request(context, pull, history, head)
        case Push() as push:
            return _of_push(context, push, history, wish)
        case MergeGroup() as group:
            _reach(history, group.base_sha, group.head_sha, group.base_ref)
            return Between(group.base_sha, group.head_sha, f"merge group for {_branch(group.base_ref)}")
        case WorkflowRun():
            raise UsageError(
                "workflow_run has nothing to judge: it is for publishing what another run has found",
                "Set `mode: report`, or run the action on pull_request.",
            )
        case None:
            if wish.scan == "changes":
                raise UsageError(
                    f"the event {context.event} has no change to scan",
                    "Use `scan: auto` or `scan: all`, or name a base (`base: origin/main`), "
                    f"on {', '.join(TREE_EVENTS)}.",
                )
            return Tree(head, f"the whole tree, on {context.event}")
        case _ as other:
            assert_never(other)


def _of_pull_request(context: Context, pull: PullRequest, history: History, head: str) -> Scope:
    name = f"pull request #{pull.number} into {pull.base_ref}"
    parents = history.parents(head)
    if len(parents) == 2 and parents[1] == pull.head_sha:
        _reach(history, parents[0], head, pull.base_ref)
        return Between(parents[0], head, f"{name}, its merge commit against the first parent")
    if context.event == "pull_request_target" and head != pull.head_sha:
        raise UsageError(
            "the pull request is not what is checked out: pull_request_target checks out its base", TARGET
        )
    _reach(history, pull.base_sha, head, pull.base_ref)
    place = "its head" if head == pull.head_sha else "the checked-out commit"
    return Between(pull.base_sha, head, f"{name}, {place} from the merge base")


def _of_push(context: Context, push: Push, history: History, wish: Wish) -> Scope:
    name = _branch(context.ref)
    if not push.after:
        return Nothing(f"the push deletes {name}: nothing to scan")
    if context.ref.startswith("refs/tags/"):
        return _tree_unless_asked(context.sha, f"the whole tree of the tag {name}", wish)
    if push.before and _has_ancestor(history, push):
        return Between(push.before, push.after, f"push to {name}{' (forced)' if push.forced else ''}")
    if push.before and not push.forced:
        raise ChangesError(_missing(push.before, name), CHECKOUT)
    why = f"forced push to {name}, whose earlier commits are gone" if push.before else f"new branch {name}"
    default = f"refs/remotes/origin/{context.default_branch}"
    base = history.resolve(default) if context.default_branch and context.default_branch != name else ""
    if base and history.merge_base(base, push.after):
        return Between(base, push.after, f"{why}, compared with {context.default_branch}")
    lacking = (
        ""
        if context.default_branch == name
        else f", and {context.default_branch or 'the default branch'} was not fetched"
    )
    return _tree_unless_asked(push.after, f"{why}{lacking}: the whole tree", wish)


def _tree_unless_asked(revision: str, reason: str, wish: Wish) -> Tree:
    if wish.scan == "changes":
        raise ChangesError(f"there is nothing to compare with: {reason}", CHECKOUT)
    return Tree(revision, reason)


def _has_ancestor(history: History, push: Push) -> bool:
    if history.merge_base(push.before, push.after):
        return True
    depths = (push.commits + 1, *DEPTHS) if push.commits else DEPTHS
    if push.forced:
        history.deepen((push.before, push.after), DEPTHS[1])
        return bool(history.merge_base(push.before, push.after))
    return _fetch_until_joined(history, push.before, push.after, depths)


def _reach(history: History, base: str, head: str, name: str) -> None:
    if history.merge_base(base, head) or _fetch_until_joined(history, base, head, DEPTHS):
        return
    raise ChangesError(_missing(base, _branch(name)), CHECKOUT)


def _fetch_until_joined(history: History, base: str, head: str, depths: tuple[int, ...]) -> bool:
    for depth in depths:
        wanted = (head,) if base in history.parents(head) else (base, head)
        if not history.is_shallow() and history.resolve(base) and history.resolve(head):
            return False
        if not history.deepen(wanted, depth):
            return False
        if history.merge_base(base, head):
            return True
    return False


def _missing(base: str, name: str) -> str:
    return (
        f"the clone does not hold the history from {base[:12]} ({name}) to what is checked out, "
        "and it could not be fetched"
    )


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
