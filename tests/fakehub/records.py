"""What a repository of the fake GitHub keeps: check runs, statuses, uploads, alerts, runs and artefacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakehub.tokens import Actor


@dataclass(slots=True)
class CheckRun:
    """A check run with the annotations of all its updates; ``app`` is who made it."""

    id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    started_at: str | None
    completed_at: str | None
    external_id: str = ""
    details_url: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    app: str = "github-actions"


@dataclass(slots=True)
class Status:
    """A commit status; the newest of a context counts."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    author: Actor
    created_at: str


@dataclass(slots=True)
class Upload:
    """A SARIF file as it was uploaded; ``polls`` is how often it is still said to be pending."""

    id: str
    ref: str
    commit_sha: str
    sarif: dict[str, Any]
    checkout_uri: str
    categories: list[str]
    tools: list[str]
    created_at: str
    polls: int = 1
    errors: list[str] = field(default_factory=list)

    @property
    def processing_status(self) -> str:
        """As GitHub says it: pending, complete, failed."""
        if self.polls > 0:
            return "pending"
        return "failed" if self.errors else "complete"


@dataclass(slots=True)
class Analysis:
    """One run of an upload that was taken in; ``results`` are those of the run."""

    id: int
    upload: Upload
    tool: str
    version: str
    category: str
    results: list[dict[str, Any]]
    rules: dict[str, dict[str, Any]]
    created_at: str


@dataclass(slots=True)
class Alert:
    """A result that code scanning keeps; ``instances`` says of (ref, category) whether it is open there."""

    number: int
    tool: str
    rule: dict[str, Any]
    path: str
    fingerprint: str
    created_at: str
    instances: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def state(self, ref: str) -> str:
        """``open``, ``fixed`` or ``""``: never seen on this ref."""
        here = [i["state"] for (name, _), i in self.instances.items() if name == ref]
        return "open" if "open" in here else "fixed" if here else ""


@dataclass(slots=True)
class Artifact:
    """An artefact of a run, as a mapping of its files."""

    id: int
    run_id: int
    name: str
    files: dict[str, bytes]
    created_at: str
    expired: bool = False


@dataclass(slots=True)
class WorkflowRun:
    """A run of a workflow with its artefacts."""

    id: int
    head_sha: str
    head_branch: str
    event: str
    created_at: str
    conclusion: str = "success"
    head_repository: str = ""
    artifacts: list[Artifact] = field(default_factory=list)
