"""A pull request that every test of the fake starts from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import github
import pytest
from github.PullRequest import PullRequest as RealPull
from github.Repository import Repository as RealRepository

from tests.fakehub import FakeHub, PullRequest, Repository
from tests.gitrepo import GitRepo

WRITE: dict[str, Any] = {
    "pull_requests": "write",
    "checks": "write",
    "security_events": "write",
    "statuses": "write",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository with a pull request that changes lines 10 and 40 of ``a.py`` and adds ``b.py``."""

    hub: FakeHub
    git: GitRepo
    repo: Repository
    pull: PullRequest

    def client(self, token: str = "", **permissions: Any) -> github.Github:
        """The real PyGithub, without its pauses and retries."""
        value = token or self.hub.token(**(permissions or WRITE))
        return github.Github(
            auth=github.Auth.Token(value),
            base_url=self.hub.api_url,
            seconds_between_requests=0,
            seconds_between_writes=0,
            retry=None,
        )

    def real(self, token: str = "", **permissions: Any) -> RealRepository:
        return self.client(token, **permissions).get_repo("octo-org/octo-repo")

    def real_pull(self, token: str = "", **permissions: Any) -> RealPull:
        return self.real(token, **permissions).get_pull(self.pull.number)

    def expected(self, text: str) -> None:
        """Exactly one violation so far, which holds this text; it is taken back."""
        found, self.hub.violations[:] = list(self.hub.violations), []
        assert len(found) == 1, found
        assert text in found[0], found


def lines(changes: dict[int, str] | None = None, count: int = 59) -> str:
    """A file of numbered lines, some with other words."""
    return "".join((changes or {}).get(n, f"line {n}") + "\n" for n in range(1, count + 1))


def remark(line: int, body: str = "look", **more: Any) -> Any:
    """A comment of a review on a line of ``a.py``."""
    return {"path": "a.py", "line": line, "side": "RIGHT", "body": body} | more


@pytest.fixture
def scene(hub: FakeHub, tmp_path: Path) -> Scene:
    git = GitRepo(tmp_path / "repo").write("a.py", lines()).commit("base")
    base = git.head
    git.branch("topic").write("a.py", lines({10: "ten", 40: "forty"})).write("b.py", "x = 1\n" * 5)
    git.commit("topic")
    repo = hub.add_repository(git=git.path)
    return Scene(hub, git, repo, repo.add_pull(base, git.head, number=7))
