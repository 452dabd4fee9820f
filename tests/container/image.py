"""The image under test: built once for all sessions, run by podman as GitHub's runner runs it."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hooktools import ROOT

TAG = "localhost/pregate:test"
OWNER = (1001, 127)  # the user of GitHub's own runners, who is not the container's
UNAVAILABLE = 69  # the script's word for a machine that lacks what it needs (sysexits.h)


@dataclass(frozen=True)
class Image:
    """The image's tag, and the environment in which podman knows it."""

    podman: Mapping[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, **self.podman}
        return subprocess.run(
            ["podman", "run", "--rm", *arguments], env=environment, capture_output=True, timeout=300
        )

    def shell(self, script: str) -> str:
        done = self.run("--entrypoint", "sh", TAG, "-c", script)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()


def build_image() -> Image:
    """
    The image of this tree. It and podman's state stay in ``PREGATE_TEST_CACHE`` (default: ``.work/`` of the
    checkout), so that a second run is quick.
    """
    if os.geteuid() != 0:
        unavailable("podman is run as root here")
    work = Path(os.environ.get("PREGATE_TEST_CACHE") or ROOT / ".work") / "container"
    work.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).with_name("build_image.sh")
    with _alone(work / "lock"):
        command = ["bash", str(script), str(work), str(ROOT), TAG]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800)
    if done.returncode == UNAVAILABLE:
        unavailable(done.stdout.decode().strip())
    assert done.returncode == 0, done.stdout.decode()
    return Image(dict(re.findall(r"export (\w+)=(.*)", (work / "env.sh").read_text(encoding="utf-8"))))


def unavailable(reason: str) -> None:
    """Skips with the reason; fails where the tools must be there."""
    if os.environ.get("PREGATE_REQUIRE_TOOLS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def give(folder: Path, user: int, group: int) -> None:
    """Makes a folder with all that is in it another user's."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, group, follow_symlinks=False)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """The files of tests run in processes of their own; one builds, and the others find it built."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
