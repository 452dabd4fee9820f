"""The fake GitHub, asked by the real git: smart HTTP, commits by their ids, private repositories."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from tests.fakehub.conftest import Scene
from tests.gitrepo import GitRepo


def fetch(into: Path, url: str, sha: str, token: str = "", *options: str) -> subprocess.CompletedProcess[str]:
    """``git fetch --depth=1 URL SHA`` into a repository, with a token as actions/checkout sends it."""
    if not into.exists():
        GitRepo(into)
    password = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    header = ("-c", f"http.extraHeader=AUTHORIZATION: basic {password}") if token else ()
    return subprocess.run(
        ["git", *header, "fetch", "-q", "--depth=1", *options, url, sha],
        cwd=into,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_any_commit_is_fetched_by_its_id(scene: Scene, tmp_path: Path) -> None:
    first = scene.pull.base_sha
    for end in ("", ".git"):
        done = fetch(tmp_path / "clone", f"{scene.hub.server_url}/octo-org/octo-repo{end}", first)
        assert done.returncode == 0, done.stderr
    assert GitRepo(tmp_path / "clone").text("rev-parse", "FETCH_HEAD") == first
    assert {call.status for call in scene.hub.git_log} == {200}
    assert scene.hub.log == []


def test_a_private_repository_wants_a_token_that_reads_contents(scene: Scene, tmp_path: Path) -> None:
    scene.repo.private = True
    url = f"{scene.hub.server_url}/octo-org/octo-repo"
    blind = scene.hub.token(issues="write")
    seeing = scene.hub.token(contents="read")
    codes = [fetch(tmp_path / "c", url, scene.pull.head_sha, t).returncode for t in ("", blind, seeing)]
    assert [code == 0 for code in codes] == [False, False, True]
    assert {call.login for call in scene.hub.git_log if call.status == 200} == {"github-actions[bot]"}


def test_a_clone_without_blobs_asks_for_them_later(scene: Scene, tmp_path: Path) -> None:
    url = f"{scene.hub.server_url}/octo-org/octo-repo"
    done = fetch(tmp_path / "c", url, scene.pull.head_sha, "", "--filter=blob:none")
    assert done.returncode == 0, done.stderr


def test_nothing_is_pushed(scene: Scene) -> None:
    url = f"{scene.hub.server_url}/octo-org/octo-repo"
    with pytest.raises(AssertionError, match="403"):
        scene.git.git("push", "-q", url, "HEAD:refs/heads/new")


def test_an_unknown_repository_asks_for_credentials(scene: Scene, tmp_path: Path) -> None:
    done = fetch(tmp_path / "c", f"{scene.hub.server_url}/octo-org/none", scene.pull.head_sha)
    assert done.returncode != 0
    assert [call.status for call in scene.hub.git_log] == [401]
