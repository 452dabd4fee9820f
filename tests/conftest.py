"""What holds for every test: no network but loopback, no credentials, no configuration of the user's."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pregate import logs

pytest_plugins = ["tests.fakehub.fixtures", "tests.fakeaws.fixtures"]

# A slow machine is no failure. Over hypothesis' own profile, which is the same every time where CI is set.
settings.register_profile(
    "tests", settings(), deadline=None, suppress_health_check=(HealthCheck.too_slow,), print_blob=True
)
settings.load_profile("tests")

_SERVERS = {"hub", "aws"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Marks the tests that talk to a server of ours, which take most of the time of the fast ones, and puts the
    files that take longest first: one that begins last keeps a single process busy while the others are done.
    """
    turns: dict[Path, int] = {}
    for item in items:
        if not _SERVERS.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.services)
        turns[item.path] = min(_turn(item), turns.get(item.path, _turn(item)))
    items.sort(key=lambda item: turns[item.path])


def _turn(item: pytest.Item) -> int:
    """The image is built by one file's tests, while those of the other would wait for it."""
    is_served = item.get_closest_marker("services") is not None
    if item.get_closest_marker("container"):
        return 3 if is_served else 0
    return 1 if item.get_closest_marker("hooks") else 2 if is_served else 4


_DROPPED = ("AWS_", "GITHUB_", "GIT_", "PREGATE_", "PRE_COMMIT_", "INPUT_", "RUNNER_", "ACTIONS_", "XDG_")
_KEPT = ("PREGATE_REQUIRE_TOOLS", "PREGATE_REQUIRE_SCANNERS", "PREGATE_TEST_CACHE")


@pytest.fixture(autouse=True)
def log_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that ran the command line in this process has set up pregate's log: the next is not told."""
    log = logging.getLogger("pregate")
    for name, value in (("propagate", True), ("level", logging.NOTSET), ("handlers", [])):
        monkeypatch.setattr(log, name, value)
    monkeypatch.setitem(logs._state, "is wanted", False)


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """A home of the test's own, git with an identity and nothing else, no variables of services."""
    for name in list(os.environ):
        if name.startswith(_DROPPED) and name not in _KEPT:
            monkeypatch.delenv(name)
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine is an error, in this process."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests may not connect to {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A run in the test's process leaves no handler behind: its stream is closed by then."""
    logger = logging.getLogger("pregate")
    kept = (logger.handlers[:], logger.level, logger.propagate)
    yield
    logger.handlers[:], logger.propagate = kept[0], kept[2]
    logger.setLevel(kept[1])
