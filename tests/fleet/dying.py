"""Jobs that kill the process which does them, once or always; in a module, to be pickled."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from pregate.changes.process import Git
from pregate.fleet.limit import Limit
from pregate.fleet.tasks import Answer, Job, scan_one

BEFORE, AFTER, ALWAYS = "r010", "r030", "r007"


def dies_twice(job: Job) -> Answer:
    """Is killed before it has scanned one repository, and after it has scanned another; once each."""
    name = job.repository.name
    if name.endswith(BEFORE):
        _die_once(job, "before")
    answer = scan_one(job)
    if name.endswith(AFTER):
        _die_once(job, "after")
    return answer


def dies_always(job: Job) -> Answer:
    """Is killed whenever it meets one repository."""
    if job.repository.name.endswith(ALWAYS):
        os.kill(os.getpid(), signal.SIGKILL)
    return scan_one(job)


def hangs(job: Job) -> Answer:
    """Does not come back to Python with one repository."""
    if job.repository.name.endswith(ALWAYS):
        with Limit(0.7, grace=0.1):  # long enough to be asleep by then
            time.sleep(60)
    return scan_one(job)


def fails(job: Job) -> Answer:
    """Has a bug that shows with one repository."""
    if job.repository.name.endswith(ALWAYS):
        raise KeyError("a word of the tree")
    return scan_one(job)


def _die_once(job: Job, word: str) -> None:
    marker = Path(job.repository.address.removeprefix("file://")) / word
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def part_dies_once(job: Job) -> Answer:
    """Is killed at its first try of the second part of a repository."""
    if job.part == 2:
        _die_once(job, "part")
    return scan_one(job)


def dies_in_turn(job: Job) -> Answer:
    """As the two above say."""
    return part_dies_once(job) if job.parts else dies_twice(job)


def fetches_for_ever(job: Job) -> Answer:
    """Waits for a git that does not end."""
    folder = Path(job.repository.address.removeprefix("file://"))
    git = Git(str(folder / "git"), os.fsencode(folder / "clone"), dict(os.environ), has_group=True)
    with Limit(60), git.start("fetch") as process:
        while process.receive():
            pass
    return Answer(None)
