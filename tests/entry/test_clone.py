"""Fetching with a token: to whom it is shown, and where it is never written."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pregate.entry.clone import Clone
from tests.entry.git_server import GitServer, serving
from tests.gitrepo import ENVIRONMENT, GitRepo

TOKEN = "ghs_" + "0123456789abcdefghijABCDEFGHIJ456789"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    origin = (
        GitRepo(tmp_path / "served" / "octo-org" / "octo-repo").commit("one").commit("two").commit("three")
    )
    origin.configure("uploadpack.allowAnySHA1InWant", "true")
    with serving(tmp_path / "served", TOKEN) as state:
        yield state


@pytest.fixture
def shallow(server: GitServer, tmp_path: Path) -> GitRepo:
    """A checkout of depth 1 whose own remote leads nowhere."""
    clone = GitRepo(server.root / "octo-org" / "octo-repo").clone(tmp_path / "workspace", "--depth=1")
    clone.git("remote", "set-url", "origin", "file:///nowhere")
    return clone


def opened(shallow: GitRepo, server: GitServer, token: str = TOKEN, **options: Any) -> Clone:
    return Clone(
        shallow.path, ENVIRONMENT, token=token, url=f"{server.address}/octo-org/octo-repo", **options
    )


def commits(repo: GitRepo) -> int:
    return int(repo.text("rev-list", "--count", "HEAD"))


def files_with(folder: Path, text: str) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def test_history_is_fetched_with_the_token_from_the_address(shallow: GitRepo, server: GitServer) -> None:
    clone = opened(shallow, server)
    assert clone.deepen((shallow.head,), 2)
    assert commits(shallow) == 2
    assert {given for _, given in server.seen} == {(server.expected,)}
    assert server.expected.startswith("basic ")


def test_the_token_is_written_nowhere_and_in_no_argument(
    shallow: GitRepo, server: GitServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lines: list[list[str]] = []
    real = subprocess.run

    def watched(line: list[str], **options: Any) -> Any:
        lines.append(line)
        return real(line, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    caplog.set_level(logging.DEBUG)
    clone = opened(shallow, server)
    assert clone.deepen((shallow.head,), 2)
    assert not clone.deepen(("d" * 40,), 2)
    encoded = server.expected.removeprefix("basic ")
    for secret in (TOKEN, encoded):
        assert not files_with(shallow.path, secret)
        assert secret not in repr(lines) + repr(clone) + str(clone) + caplog.text
    assert "did not work" in caplog.text


def test_a_wrong_token_is_false_and_nothing_more(
    shallow: GitRepo, server: GitServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert not opened(shallow, server, "wrong").deepen((shallow.head,), 2)
    assert server.seen
    assert "Authentication" not in caplog.text


def test_without_a_token_only_origin_is_asked(shallow: GitRepo, server: GitServer) -> None:
    assert not opened(shallow, server, "").deepen((shallow.head,), 2)
    assert server.seen == []


def test_where_the_token_does_not_serve_origin_is_asked(shallow: GitRepo, server: GitServer) -> None:
    shallow.git("remote", "set-url", "origin", f"file://{server.root}/octo-org/octo-repo")
    assert opened(shallow, server, "wrong").deepen((shallow.head,), 2)
    assert commits(shallow) == 2


def test_offline_nobody_is_asked(shallow: GitRepo, server: GitServer) -> None:
    assert not opened(shallow, server, offline=True).deepen((shallow.head,), 2)
    assert server.seen == []


def test_credentials_that_the_checkout_left_are_not_sent_beside_the_token(
    shallow: GitRepo, server: GitServer
) -> None:
    shallow.configure(f"http.{server.address}/.extraheader", "AUTHORIZATION: basic b2xkOm9sZA==")
    assert opened(shallow, server).deepen((shallow.head,), 2)
    assert {given for _, given in server.seen} == {(server.expected,)}


def test_a_redirect_to_another_host_is_not_followed(
    shallow: GitRepo, server: GitServer, tmp_path: Path
) -> None:
    with serving(tmp_path / "served", TOKEN) as other:
        server.redirect = other.address
        assert not opened(shallow, server).deepen((shallow.head,), 2)
        assert server.seen
        assert other.seen == []


@pytest.mark.parametrize(
    "key",
    ["url.{other}.insteadOf", "http.proxy", "http.{own}.sslVerify", "http.sslCAInfo", "remote.{own}.url"],
)
def test_where_the_clones_configuration_has_a_say_the_token_is_not_used(
    shallow: GitRepo, server: GitServer, tmp_path: Path, key: str
) -> None:
    with serving(tmp_path / "served", TOKEN) as other:
        own = f"{server.address}/octo-org/octo-repo"
        value = {"url": server.address, "remote": f"{other.address}/octo-org/octo-repo"}
        shallow.configure(key.format(other=other.address, own=own), value.get(key.partition(".")[0], "false"))
        assert not opened(shallow, server).deepen((shallow.head,), 2)
        assert [given for _, given in (*server.seen, *other.seen) if given] == []


@pytest.mark.parametrize(
    "url", ["", "file:///tmp/x", "ssh://git@example.invalid/o/r", "--upload-pack=touch x"]
)
def test_an_address_that_is_none_is_not_used(shallow: GitRepo, url: str) -> None:
    assert not Clone(shallow.path, ENVIRONMENT, token=TOKEN, url=url).deepen((shallow.head,), 2)


def test_a_configuration_that_cannot_be_read_is_not_trusted(shallow: GitRepo, server: GitServer) -> None:
    (shallow.path / ".git/config").write_text("[broken")
    assert not opened(shallow, server).deepen(("d" * 40,), 2)
    assert server.seen == []
