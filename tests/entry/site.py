"""A pull request on the fake GitHub, with a checkout and a runner: what tests of the action start from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakehub.hub import Call, FakeHub
from tests.fakehub.state import PullRequest, Repository
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.events import REPOSITORY
from tests.harness.runner import Runner, StepResult
from tests.hooktools import CLEAN

SHELL = "import subprocess\nsubprocess.call('ls ' + name, shell=True)\n"
RIGHTS: dict[str, Any] = {
    "contents": "read",
    "pull_requests": "write",
    "security_events": "write",
    "checks": "write",
}
BOT = "github-actions[bot]"


@dataclass
class Site:
    """A repository, its pull request on the fake GitHub, and a runner with the workflow's token."""

    repo: GitRepo
    base: str
    hub: FakeHub
    remote: Repository
    runner: Runner
    opened: PullRequest | None = None
    merges: int = 0

    @property
    def pull(self) -> PullRequest:
        """The pull request, once something was pushed."""
        assert self.opened
        return self.opened

    def push(self, **files: str) -> events.Event:
        """
        Commits files on the topic branch and merges it as GitHub does; ``synchronize`` after the first time.
        """
        if self.opened is None:
            self.repo.branch("topic")
        else:
            self.repo.checkout("topic")
        for name, text in files.items():
            self.repo.write(name.replace("__", "/").replace("_py", ".py"), text)
        return self.merged(self.repo.commit("topic").head)

    def merged(self, head: str, **more: str) -> events.Event:
        """GitHub's merge of ``head`` into main, checked out, and the event that tells of it."""
        self.merges += 1
        main = self.repo.checkout("main").head
        merge = self.repo.branch(f"merge-{self.merges}").merge(head).head
        action = "opened" if self.opened is None else "synchronize"
        event = events.pull_request(main, head, merge, action=action, **more)  # type: ignore[arg-type]
        if self.opened is None:
            number = event.payload["pull_request"]["number"]
            fork = more.get("fork") or REPOSITORY
            self.opened = self.remote.add_pull(
                main, head, number=number, merge_sha=merge, head_repository=fork
            )
        else:
            self.opened.push(head, merge)
        return event

    def run(self, event: events.Event, **inputs: str) -> StepResult:
        """One run; ``_`` in a name is a hyphen."""
        settings = {"offline": "true", "checks": "secrets,python"} | inputs
        result = self.runner.run(event, {name.replace("_", "-"): value for name, value in settings.items()})
        assert not result.errors
        return result

    @property
    def ours(self) -> list[str]:
        """The bodies of our summary comments that are there."""
        return [c.body for c in self.pull.comments if c.login == BOT and not c.deleted]

    def sent(self) -> list[Call]:
        """The requests since the last time, all but those of git."""
        calls = list(self.hub.log)
        self.hub.log.clear()
        return calls

    def said(self) -> str:
        """Everything that was sent to GitHub, uploads unpacked."""
        bodies = [json.dumps(call.body) for call in self.hub.log]
        return "\n".join([*bodies, *(json.dumps(a.sarif) for a in self.remote.analyses)])


def make_site(folder: Path, hub: FakeHub, **rights: Any) -> Site:
    """A site below ``folder`` whose base has one old finding."""
    repo = GitRepo(folder / "workspace").write("app.py", CLEAN).write("old.py", SHELL).commit("first")
    (repo.path / ".git" / "info" / "exclude").write_text("pregate-reports/\n")  # nobody commits these
    remote = hub.add_repository(REPOSITORY, git=repo.path)
    runner = Runner(folder / "runner", repo.path)
    runner.token = hub.token(**(rights or RIGHTS))
    runner.urls = {
        "GITHUB_API_URL": hub.api_url,
        "GITHUB_GRAPHQL_URL": hub.graphql_url,
        "GITHUB_SERVER_URL": hub.server_url,
    }
    return Site(repo, repo.head, hub, remote, runner)
