"""A git that never ends, and whether what it has started ends with those who called it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pregate.fleet.model import Repository
from pregate.fleet.running import Executor
from pregate.fleet.tasks import Job, Options

IN_ITS_FOLDER = '#!/bin/sh\n[ "$1" = -C ] && cd "$2" || exit 9\n'
"""How a git of ours begins."""
ENDLESS = f"""{IN_ITS_FOLDER}
(while :; do head -c 100000 /dev/zero >> pack; sleep 0.01; done) &
echo $! > new && mv new child
wait
"""


def program(folder: Path) -> Path:
    """A git that never ends, and the folder that it is to work in."""
    file = folder / "git"
    file.write_text(ENDLESS)
    file.chmod(0o755)
    clone = folder / "clone"
    clone.mkdir()
    return clone


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def interrupt(executor: Executor, folder: Path) -> None:
    """Interrupts a run whose task waits for such a git in ``folder``."""
    program(folder)
    job = Job(Repository("x", f"file://{folder}"), Options())

    def tick() -> None:
        if (folder / "clone" / "child").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(executor.run([job], tick))


def assert_ended(child: Path) -> None:
    """The process whose number is in that file ends."""
    number = int(child.read_text())
    for _ in range(2000):
        if not is_running(number):
            return
        time.sleep(0.01)
    raise AssertionError("what git has started is still running")
