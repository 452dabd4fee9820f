"""
The action on a pull request, with the real PyGithub before a GitHub of our own: what a reviewer finds there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakehub.hub import FakeHub
from tests.fakehub.state import PullRequest, Repository
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.events import REPOSITORY
from tests.harness.runner import Runner, StepResult
from tests.hooktools import CLEAN, LEAK

SHELL = "import subprocess\nsubprocess.call('ls ' + name, shell=True)\n"
RIGHTS = {
    "contents": "read",
    "pull_requests": "write",
    "security_events": "write",
    "checks": "write",
}


@dataclass
class Site:
    """A repository, its pull request on the fake GitHub, and a runner with the workflow's token."""

    repo: GitRepo
    base: str
    hub: FakeHub
    remote: Repository
    runner: Runner
    pull: PullRequest | None = None
    merges: int = 0

    def push(self, **files: str) -> events.Event:
        """
        Commits files on the topic branch and merges it as GitHub does; ``synchronize`` after the first time.
        """
        first = self.pull is None
        if first:
            self.repo.branch("topic")
        else:
            self.repo.checkout("topic")
        for name, text in files.items():
            self.repo.write(name.replace("__", "/").replace("_py", ".py"), text)
        head = self.repo.commit("topic").head
        self.merges += 1
        merge = self.repo.checkout("main").branch(f"merge-{self.merges}").merge("topic").head
        event = events.pull_request(self.base, head, merge, action="opened" if first else "synchronize")
        if self.pull is None:
            number = event.payload["pull_request"]["number"]
            self.pull = self.remote.add_pull(self.base, head, number=number, merge_sha=merge)
        else:
            self.pull.push(head, merge)
        return event

    def run(self, event: events.Event, **inputs: str) -> StepResult:
        """One run; ``__`` in a name is a hyphen."""
        settings = {"offline": "true", "checks": "secrets,python"} | inputs
        result = self.runner.run(event, {name.replace("_", "-"): value for name, value in settings.items()})
        assert not result.errors
        return result

    @property
    def ours(self) -> list[str]:
        """The bodies of our summary comments that a reader sees."""
        assert self.pull
        return [c.body for c in self.pull.comments if c.login == "github-actions[bot]" and not c.deleted]


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    repo = GitRepo(tmp_path / "workspace").write("app.py", CLEAN).write("old.py", SHELL).commit("first")
    remote = hub.add_repository(REPOSITORY, git=repo.path)
    runner = Runner(tmp_path / "runner", repo.path)
    runner.token = hub.token(**RIGHTS)
    runner.urls = {
        "GITHUB_API_URL": hub.api_url,
        "GITHUB_GRAPHQL_URL": hub.graphql_url,
        "GITHUB_SERVER_URL": hub.server_url,
    }
    return Site(repo, repo.head, hub, remote, runner)


def test_a_leak_is_commented_remarked_and_uploaded(site: Site) -> None:
    result = site.run(site.push(leak_py=LEAK))
    assert result.exit_code == 1
    assert site.pull
    (body,) = site.ours
    (thread,) = site.pull.threads
    assert (thread.path, thread.line) == ("leak.py", 1)
    (analysis,) = site.remote.analyses
    assert analysis.ref == site.pull.merge_sha or analysis.ref.startswith("refs/pull/")
