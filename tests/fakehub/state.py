"""What the fake GitHub holds: repositories, pull requests, comments, reviews, threads."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fakehub import git
from tests.fakehub.records import Alert, Analysis, Artifact, CheckRun, Status, Upload, WorkflowRun
from tests.fakehub.tokens import Actor

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """Numbers and times that all objects share, the lock of every change, and what was done wrong."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    violations: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    _seconds: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def number(self) -> int:
        """An id that was never given before."""
        return next(self._numbers)

    def now(self) -> str:
        """A moment later than all before, as the API writes it."""
        return (START + timedelta(seconds=next(self._seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Comment:
    """A comment of the conversation; ``minimized`` is the classifier, as GraphQL takes it, or ``""``."""

    id: int
    node_id: str
    author: Actor
    body: str
    created_at: str
    updated_at: str
    minimized: str = ""
    deleted: bool = False
    edits: int = 0

    @property
    def login(self) -> str:
        return self.author.login

    @property
    def user_type(self) -> str:
        return self.author.type


@dataclass(slots=True)
class ReviewComment(Comment):
    """A comment of a thread; the first one of a thread replies to none (0)."""

    review_id: int = 0
    in_reply_to: int = 0
    commit_id: str = ""
    original_commit_id: str = ""
    diff_hunk: str = ""


@dataclass(slots=True)
class Review:
    """A review as submitted, or pending: its comments are seen by nobody else until it is submitted."""

    id: int
    node_id: str
    author: Actor
    state: str
    body: str
    commit_id: str
    submitted_at: str

    @property
    def login(self) -> str:
        return self.author.login


@dataclass(slots=True)
class Thread:
    """Comments on lines of the diff; ``line`` is None once the lines are no more in the diff."""

    id: str
    pull: PullRequest
    path: str
    line: int | None
    start_line: int | None
    side: str
    start_side: str | None
    original_line: int | None
    original_start_line: int | None
    comments: list[ReviewComment] = field(default_factory=list)
    is_resolved: bool = False
    resolved_by: str = ""
    is_outdated: bool = False
    is_pending: bool = False

    @property
    def living(self) -> list[ReviewComment]:
        """The comments that were not deleted."""
        return [c for c in self.comments if not c.deleted]

    def reply(self, body: str, login: str = "someone") -> ReviewComment:
        """Somebody answers in the web interface."""
        with self.pull.world.lock:
            return self.add(body, Actor.of(login))

    def add(self, body: str, author: Actor, review_id: int = 0) -> ReviewComment:
        """One more comment of the thread, of a review of its own unless one is named."""
        world = self.pull.world
        number, now = world.number(), world.now()
        review = review_id or self.pull.add_review("COMMENTED", "", author).id
        first = self.comments[0].id if self.comments else 0
        hunk = git.hunk_text(self.pull.diff(), self.path, self.side, self.original_line or 1)
        comment = ReviewComment(
            id=number,
            node_id=f"PRRC_{number}",
            author=author,
            body=body,
            created_at=now,
            updated_at=now,
            review_id=review,
            in_reply_to=first,
            commit_id=self.pull.head_sha,
            original_commit_id=self.pull.head_sha,
            diff_hunk=hunk,
        )
        self.comments.append(comment)
        return comment

    def resolve(self, login: str = "someone") -> None:
        """Somebody presses "Resolve conversation"."""
        with self.pull.world.lock:
            self.is_resolved, self.resolved_by = True, login


@dataclass(slots=True)
class PullRequest:
    """A pull request; ``head_repository`` is ``""`` when the fork was deleted."""

    repository: Repository
    number: int
    base_sha: str
    head_sha: str
    merge_sha: str
    head_repository: str
    head_ref: str
    base_ref: str
    state: str
    draft: bool
    author: Actor
    created_at: str
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    former_heads: list[str] = field(default_factory=list)
    merged: bool = False
    _diff: tuple[str, git.Diff] | None = None

    @property
    def world(self) -> World:
        return self.repository.world

    @property
    def is_cross_repository(self) -> bool:
        return self.head_repository != self.repository.full_name

    def diff(self, commit_id: str = "") -> git.Diff:
        """The changes from the merge base to the head, or to a commit before it, as GitHub checks them."""
        head = commit_id or self.head_sha
        key = f"{self.base_sha}...{head}"
        if self._diff is None or self._diff[0] != key:
            self._diff = (key, git.diff(self.repository.git, self.base_sha, head))
        return self._diff[1]

    def commits(self) -> list[git.Commit]:
        """The commits of the head that the base has not, oldest first."""
        return git.log(self.repository.git, self.base_sha, self.head_sha)

    def knows(self, sha: str) -> bool:
        """Whether a commit is one of this pull request, now or before a push."""
        heads = (self.head_sha, *self.former_heads)
        return sha in heads or any(sha == commit.sha for commit in self.commits())

    def add_comment(self, body: str, login: str = "someone") -> Comment:
        """Somebody comments in the web interface."""
        return self.add(body, Actor.of(login))

    def add(self, body: str, author: Actor) -> Comment:
        """One more comment of the conversation."""
        with self.world.lock:
            number, now = self.world.number(), self.world.now()
            comment = Comment(number, f"IC_{number}", author, body, now, now)
            self.comments.append(comment)
            return comment

    def add_review(self, state: str, body: str, author: Actor, commit_id: str = "") -> Review:
        """One more review, without comments yet."""
        with self.world.lock:
            number = self.world.number()
            sha = commit_id or self.head_sha
            review = Review(number, f"PRR_{number}", author, state, body, sha, self.world.now())
            self.reviews.append(review)
            return review

    def add_thread(
        self, path: str, line: int, start_line: int | None, side: str, start_side: str | None
    ) -> Thread:
        """A thread without comments yet; whether the lines are in the diff was asked before."""
        number = self.world.number()
        first = start_line, (start_side or side) if start_line else None
        thread = Thread(f"PRRT_{number}", self, path, line, first[0], side, first[1], line, start_line)
        self.threads.append(thread)
        return thread

    def push(self, head_sha: str, merge_sha: str = "") -> None:
        """A new head: threads follow their lines, and are outdated where these changed or left the diff."""
        with self.world.lock:
            old, self.head_sha, self.merge_sha = self.head_sha, head_sha, merge_sha
            self.former_heads.append(old)
            for thread in self.threads:
                self.move(thread, old)

    def move(self, thread: Thread, old: str) -> None:
        """Take a thread from a commit to the head."""
        if thread.line is None:
            return
        lines = range(thread.start_line or thread.line, thread.line + 1)
        if thread.side == "LEFT":
            path, moved = thread.path, list(lines)
        else:
            path, found = git.follow(self.repository.git, old, self.head_sha, thread.path, lines)
            moved = [line for line in found if line]
        file = self.diff().files.get(path)
        hunks = {file.hunk_of(thread.side, line) for line in moved} if file else {None}
        if len(moved) != len(lines) or len(hunks) != 1 or None in hunks:
            thread.line = thread.start_line = None
            thread.is_outdated = True
            return
        thread.path, thread.line = path, moved[-1]
        thread.start_line = moved[0] if thread.start_line else None
        for comment in thread.comments:
            comment.commit_id = self.head_sha


@dataclass(slots=True)
class Repository:
    """
    A repository. ``git`` is one on disk from which diffs are taken and which git itself may fetch;
    ``code_scanning`` is False where the owner has not bought it.
    """

    world: World
    id: int
    full_name: str
    git: Path | None = None
    private: bool = False
    code_scanning: bool = True
    default_branch: str = "main"
    archived: bool = False
    fork: bool = False
    sarif_polls: int = 0  # a look at the processing before its end costs a run a second
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    check_runs: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    taken_in: list[Analysis] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    runs: dict[int, WorkflowRun] = field(default_factory=dict)
    code_scanning_message: str = ""
    dependency_graph: bool = True
    snapshots: list[Any] = field(default_factory=list)
    snapshot_result: str = ""

    @property
    def owner(self) -> str:
        return self.full_name.split("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.split("/")[1]

    @property
    def analyses(self) -> list[Upload]:
        """The SARIF files that were uploaded, oldest first."""
        return self.uploads

    def add_pull(
        self,
        base_sha: str,
        head_sha: str,
        number: int = 0,
        merge_sha: str = "",
        head_repository: str | None = None,
        head_ref: str = "topic",
        base_ref: str = "",
        state: str = "open",
        draft: bool = False,
        login: str = "contributor",
    ) -> PullRequest:
        """A pull request; ``head_repository`` is this one unless a fork is named, ``""`` for a lost fork."""
        with self.world.lock:
            chosen = number or max((0, *self.pulls)) + 1
            head = self.full_name if head_repository is None else head_repository
            pull = PullRequest(
                *(self, chosen, base_sha, head_sha, merge_sha, head, head_ref),
                *(base_ref or self.default_branch, state, draft, Actor.of(login), self.world.now()),
            )
            self.pulls[chosen] = pull
            return pull

    def add_run(
        self,
        run_id: int,
        head_sha: str,
        artifacts: dict[str, dict[str, bytes]] | None = None,
        head_branch: str = "topic",
        event: str = "pull_request",
        head_repository: str = "",
    ) -> WorkflowRun:
        """A run of a workflow whose artefacts can be downloaded."""
        with self.world.lock:
            source = head_repository or self.full_name
            run = WorkflowRun(run_id, head_sha, head_branch, event, self.world.now(), head_repository=source)
            for name, files in (artifacts or {}).items():
                run.artifacts.append(
                    Artifact(self.world.number(), run_id, name, dict(files), self.world.now())
                )
            self.runs[run_id] = run
            return run

    def has_commit(self, sha: str) -> bool:
        """Whether a commit is in the repository, or named by a pull request or a run of it."""
        for pull in self.pulls.values():
            if sha in (pull.base_sha, pull.head_sha, pull.merge_sha, *pull.former_heads):
                return True
        return git.has_commit(self.git, sha) or any(sha == run.head_sha for run in self.runs.values())

    def has_ref(self, ref: str) -> bool:
        """Whether a full ref is one of the repository's; without git only the default branch is."""
        parts = ref.split("/")
        if parts[:2] == ["refs", "pull"]:
            return len(parts) == 4 and parts[2].isdigit() and int(parts[2]) in self.pulls
        if self.git is None:
            return ref == f"refs/heads/{self.default_branch}"
        return git.has_ref(self.git, ref)
