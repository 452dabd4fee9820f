"""
From an event to what is judged: which commits are compared, or the whole tree, or nothing, each with its
reason in words.

Never silently nothing and never silently everything: the reason goes into the summary.
"""

from __future__ import annotations

import re
from typing import assert_never

from pregate.errors import ChangesError, UsageError
from pregate.github.context import TREE_EVENTS, Context, MergeGroup, PullRequest, Push, WorkflowRun
from pregate.github.history import History, Remote
from pregate.github.reach import DEPTHS, Reach, Start
from pregate.records import dataclass, replace

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
    """
    Judge what ``head`` changes since its merge base with ``base``, or since ``base`` itself if that is
    ``exact``.

    ``commits`` are those between, oldest first, where the clone is too shallow to find them by walking from
    ``head`` to ``base``; ``None`` where it is not.
    """

    base: str
    head: str
    reason: str
    exact: bool = False
    commits: tuple[str, ...] | None = None


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


def find_scope(context: Context, history: History, wish: Wish, remote: Remote | None = None) -> Scope:
    """
    What is to be judged for an event.

    ``remote`` is asked where the clone lacks history, if there is one. Raises ChangesError when the clone
    lacks the history for it and it cannot be fetched; UsageError when the event has no change and one was
    asked for, or the change is not what is checked out.
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
    finder = _Finder(context, history, Reach(history, remote), wish, head)
    return finder.asked_for() if wish.base or wish.head else finder.of_event()


@dataclass(frozen=True, slots=True)
class _Finder:
    """One event in one clone; ``checked_out`` is the clone's commit."""

    context: Context
    history: History
    reach: Reach
    wish: Wish
    checked_out: str

    def asked_for(self) -> Scope:
        wish = self.wish
        if not wish.base:
            hint = "Give both, or none to follow the event."
            raise UsageError("the input head was given without base", hint)
        for name, text in (("base", wish.base), ("head", wish.head)):
            # They may come from an event, and some are passed to git fetch: neither an option nor a refspec.
            if text and not _REVISION.fullmatch(text):
                raise UsageError(
                    f"the input {name} is no revision", f"For example `{name}: origin/main`, or an object id."
                )
        until = wish.head or self.checked_out
        base = self.history.resolve(wish.base) or wish.base
        found = self._between(base, self.history.resolve(until) or until, wish.base, "")
        reason = f"{self.context.event}, with base and head as the inputs ask"
        return replace(found, base=found.base if found.exact else wish.base, head=until, reason=reason)

    def of_event(self) -> Scope:
        match self.context.payload:
            case PullRequest() as pull:
                return self._of_pull_request(pull)
            case Push() as push:
                return self._of_push(push)
            case MergeGroup() as group:
                reason = f"merge group for {_branch(group.base_ref)}"
                return self._between(group.base_sha, group.head_sha, group.base_ref, reason)
            case WorkflowRun():
                raise UsageError(
                    "workflow_run has nothing to judge: it is for publishing what another run has found",
                    "Set `mode: report`, or run the action on pull_request.",
                )
            case None:
                return self._of_tree_event()
            case _ as other:
                assert_never(other)

    def _of_tree_event(self) -> Tree:
        if self.wish.scan == "changes":
            raise UsageError(
                f"the event {self.context.event} has no change to scan",
                "Use `scan: auto` or `scan: all`, or name a base (`base: origin/main`), "
                f"on {', '.join(TREE_EVENTS)}.",
            )
        return Tree(self.checked_out, f"the whole tree, on {self.context.event}")

    def _of_pull_request(self, pull: PullRequest) -> Between:
        name = f"pull request #{pull.number} into {pull.base_ref}"
        head = self.checked_out
        parents = self.history.parents(head)
        if len(parents) == 2 and parents[1] == pull.head_sha:
            what = f"{name}, its merge commit against the first parent"
            return self._between(parents[0], head, pull.base_ref, what, pull.head_sha, pull.commits)
        if self.context.event == "pull_request_target" and head != pull.head_sha:
            raise UsageError(
                "the pull request is not what is checked out: pull_request_target checks out its base", TARGET
            )
        if pull.is_merged and head != pull.head_sha:
            return self._of_merged(pull, name)
        if self._is_base_alone(pull):
            raise UsageError(
                f"what is checked out is {pull.base_ref} and has nothing of pull request #{pull.number}",
                "Leave `ref` out of the step actions/checkout, or name the pull request's head there.",
            )
        count = pull.commits if head == pull.head_sha else 0
        place = "its head" if head == pull.head_sha else "the checked-out commit"
        reason = f"{name}, {place} from the merge base"
        return self._between(pull.base_sha, head, pull.base_ref, reason, count=count)

    def _is_base_alone(self, pull: PullRequest) -> bool:
        """Whether the base is checked out in place of the pull request: judged, it would look clean."""
        head, base = self.checked_out, pull.base_sha
        if head == pull.head_sha or pull.action == "closed":
            return False
        return head == base or self.history.merge_base(base, head) == head

    def _of_merged(self, pull: PullRequest, name: str) -> Between:
        """
        Closed by merging: what is checked out is the base branch with the result, squashed or rebased, so
        that the pull request's own head is no parent of it.
        """
        head = self.checked_out
        base = pull.base_sha
        if base == head or self.history.merge_base(base, head) == head:
            # The event may name the branch as the merge left it: nothing would be between.
            base = next(iter(self.history.parents(head)), base)
        reason = f"{name}, as it was merged, from what {pull.base_ref} was before"
        return self._between(base, head, pull.base_ref, reason)

    def _of_push(self, push: Push) -> Scope:
        context, name = self.context, _branch(self.context.ref)
        if not push.after:
            return Nothing(f"the push deletes {name}: nothing to scan")
        if context.ref.startswith("refs/tags/"):
            return self._tree_unless_asked(context.sha, f"the whole tree of the tag {name}")
        if push.before:
            reason = f"push to {name}{' (forced)' if push.forced else ''}"
            if start := self._start_of_push(push):
                return self._from(
                    start, push.before, push.after, reason, push.after, push.commits, push.before
                )
            if not push.forced:
                raise ChangesError(_missing(push.before, name), CHECKOUT)
        why = (
            f"forced push to {name}, whose earlier commits are gone" if push.before else f"new branch {name}"
        )
        return self._of_branch(push.after, name, why)

    def _of_branch(self, after: str, name: str, why: str) -> Scope:
        default = self.context.default_branch
        lacking = ""
        if default != name:
            base = self.history.resolve(f"refs/remotes/origin/{default}") if default else ""
            reason = f"{why}, compared with {default}"
            if base and self.history.merge_base(base, after):
                return self._from(Start(base), base, after, reason, after)
            if default and (start := self.reach.compared(default, after)):
                return self._from(start, default, after, reason, after)
            lacking = f", and {default or 'the default branch'} was not fetched"
        return self._tree_unless_asked(after, f"{why}{lacking}: the whole tree")

    def _start_of_push(self, push: Push) -> Start | None:
        if push.forced:
            return self.reach.start(push.before, push.after, DEPTHS[1:2], both=True)
        depths = (push.commits + 1, *DEPTHS) if push.commits else DEPTHS
        return self.reach.start(push.before, push.after, depths)

    def _between(
        self, base: str, head: str, name: str, reason: str, tip: str = "", count: int = 0
    ) -> Between:
        start = self.reach.start(base, head)
        if start is None:
            raise ChangesError(_missing(base, _branch(name)), CHECKOUT)
        return self._from(start, base, head, reason, tip or head, count)

    def _from(
        self, start: Start, base: str, head: str, reason: str, tip: str, count: int = 0, floor: str = ""
    ) -> Between:
        """``tip`` is the last commit that the API and the event know of; GitHub's merge comes after it."""
        commits = self.reach.commits(base, tip, count, floor)
        if commits is not None and tip != head:
            commits = (*commits, head)
        return Between(start.base, head, reason, start.exact, commits)

    def _tree_unless_asked(self, revision: str, reason: str) -> Tree:
        if self.wish.scan == "changes":
            raise ChangesError(f"there is nothing to compare with: {reason}", CHECKOUT)
        return Tree(revision, reason)


def _missing(base: str, name: str) -> str:
    return (
        f"the clone does not hold the history from {base[:12]} ({name}) to what is checked out, "
        "and it could not be fetched"
    )


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
