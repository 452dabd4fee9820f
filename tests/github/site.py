"""A pull request on the fake GitHub, with a client of ours whose waits are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pregate.github.client import Client
from tests.fakehub.hub import Call, FakeHub
from tests.fakehub.state import PullRequest, Repository
from tests.gitrepo import GitRepo

NAME = "octo-org/octo-repo"
BOT = "github-actions[bot]"
RIGHTS: dict[str, Any] = {
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "security_events": "write",
}


def lines(changes: Mapping[int, str] | None = None, count: int = 59) -> str:
    """A file of numbered lines, some with other words."""
    return "".join((changes or {}).get(n, f"line {n}") + "\n" for n in range(1, count + 1))


@dataclass
class Site:
    """A repository whose pull request 7 changes lines 10 and 40 of ``a.py`` and adds ``b.py``."""

    hub: FakeHub
    git: GitRepo
    base: str
    repo: Repository
    pull: PullRequest
    token: str
    waits: list[float] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    def client(self, token: str = "", **more: Any) -> Client:
        made = Client(
            more.pop("api_url", self.hub.api_url),
            more.pop("repository", NAME),
            token or self.token,
            graphql_url=more.pop("graphql_url", self.hub.graphql_url),
            wait=more.pop("wait", self.waits.append),
        )
        self.clients.append(made)
        return made

    def calls(self, method: str = "", part: str = "") -> list[Call]:
        """The requests so far, of this method and with this in their path."""
        return [c for c in self.hub.log if method in ("", c.method) and part in c.path]

    @property
    def changes(self) -> list[str]:
        """The requests so far that change something, without their beginning."""
        start = f"/api/v3/repos/{NAME}"
        return [f"{c.method} {c.path.removeprefix(start)}" for c in self.hub.log if c.is_change]

    @property
    def shown(self) -> list[str]:
        """The bodies of our comments that are there."""
        return [c.body for c in self.pull.comments if c.login == BOT and not c.deleted]

    def push(self, name: str, text: str) -> str:
        """One more commit of the topic branch."""
        self.git.write(name, text).commit("more")
        self.pull.push(self.git.head)
        return self.git.head

    def close(self) -> None:
        for client in self.clients:
            client.close()


@dataclass
class Told:
    """A client in whose place a test answers: one answer after another, the last one for ever."""

    answers: Sequence[Any]
    repository: str = NAME
    asked: list[Any] = field(default_factory=list)

    def _next(self, *question: Any) -> Any:
        self.asked.append(question)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, path: str, **parameters: Any) -> Any:
        return self._next("GET", path)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        return self._next(method, path)
