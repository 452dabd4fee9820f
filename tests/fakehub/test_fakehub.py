"""The fake GitHub, asked by the real PyGithub and the real git."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from github.PullRequest import PullRequest as RealPull
from github.Repository import Repository as RealRepository

import github
from tests.fakehub import FakeHub, PullRequest, Repository
from tests.gitrepo import GitRepo

WRITE = {"pull_requests": "write", "checks": "write", "security_events": "write", "statuses": "write"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository with a pull request that changes lines 10 and 40 of ``a.py`` and adds ``b.py``."""

    hub: FakeHub
    git: GitRepo
    repo: Repository
    pull: PullRequest

    def client(self, token: str = "", **permissions: str) -> github.Github:
        value = token or self.hub.token(**(permissions or WRITE))
        return github.Github(
            auth=github.Auth.Token(value),
            base_url=self.hub.api_url,
            seconds_between_requests=0,
            seconds_between_writes=0,
            retry=None,
        )

    def real(self, token: str = "", **permissions: str) -> RealRepository:
        return self.client(token, **permissions).get_repo("octo-org/octo-repo")

    def real_pull(self, token: str = "", **permissions: str) -> RealPull:
        return self.real(token, **permissions).get_pull(self.pull.number)


def lines(changes: dict[int, str] | None = None, count: int = 59) -> str:
    return "".join((changes or {}).get(n, f"line {n}") + "\n" for n in range(1, count + 1))


@pytest.fixture
def scene(hub: FakeHub, tmp_path: Path) -> Scene:
    git = GitRepo(tmp_path / "repo").write("a.py", lines()).commit("base")
    base = git.head
    git.branch("topic").write("a.py", lines({10: "ten", 40: "forty"})).write("b.py", "x = 1\n" * 5)
    git.commit("topic")
    repo = hub.add_repository(git=git.path)
    return Scene(hub, git, repo, repo.add_pull(base, git.head, number=7))


def remark(line: int, body: str = "look", **more: Any) -> dict[str, Any]:
    return {"path": "a.py", "line": line, "side": "RIGHT", "body": body} | more


def test_a_pull_request_is_read_with_its_files_and_commits(scene: Scene) -> None:
    pull = scene.real_pull()
    assert (pull.head.sha, pull.base.sha) == (scene.pull.head_sha, scene.pull.base_sha)
    assert [f.filename for f in pull.get_files()] == ["a.py", "b.py"]
    assert [c.commit.message for c in pull.get_commits()] == ["topic"]


def test_a_comment_is_created_edited_and_deleted(scene: Scene) -> None:
    pull = scene.real_pull()
    comment = pull.create_issue_comment("one")
    comment.edit("two")
    assert [(c.body, c.login) for c in scene.pull.comments] == [("two", "github-actions[bot]")]
    comment.delete()
    assert list(pull.get_issue_comments()) == []


def test_a_comment_outside_the_diff_refuses_the_whole_review(scene: Scene) -> None:
    pull = scene.real_pull()
    with pytest.raises(github.GithubException) as caught:
        pull.create_review(event="COMMENT", body="b", comments=[remark(10), remark(25)])  # type: ignore[list-item]
    assert caught.value.status == 422
    assert "must be part of the diff" in str(caught.value.data)
    assert scene.pull.reviews == scene.pull.threads == []


def test_a_misspelt_member_is_a_violation(scene: Scene) -> None:
    pull = scene.real_pull()
    wrong = {"path": "a.py", "lines": 10, "line": 10, "side": "RIGHT", "body": "look"}
    pull.create_review(event="COMMENT", body="b", comments=[wrong])  # type: ignore[list-item]
    found, scene.hub.violations[:] = list(scene.hub.violations), []
    assert len(found) == 1
    assert "'lines' was unexpected" in found[0]
