"""What the tests of a repository in parts share: an executor that loses parts, and a run in one call."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pregate.fleet.collecting import Fleet
from pregate.fleet.model import State
from pregate.fleet.running import Executor, Lost
from pregate.fleet.tasks import Answer, Job, Options, scan_one
from pregate.records import replace
from tests.entry.test_merge import POLICY, bare
from tests.fleet.helping import judged
from tests.fleet.made import Forest
from tests.gitrepo import GitRepo
from tests.secrets.specimens.code import github

OPTIONS = Options({"offline": True, "checks": ["secrets", "python", "iam"]}, seconds=120)
RNG = random.Random(4)


@dataclass
class Parts:
    """An executor in this process; it remembers its jobs, loses parts, and is stopped at one."""

    loses: Collection[int] = ()
    answer: Answer | Lost = field(default_factory=lambda: Lost("the process that scanned it died"))
    stops_at: int = -1
    done: list[Job] = field(default_factory=list)

    def run(
        self, jobs: Sequence[Job], tick: object, *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        for job in jobs:
            self.done.append(job)
            if job.part == self.stops_at:
                raise KeyboardInterrupt
            yield job, self.answer if job.part in self.loses else scan_one(pickle.loads(pickle.dumps(job)))

    @property
    def numbers(self) -> list[int]:
        """The parts of the jobs; 0 is a task about the whole."""
        return [job.part for job in self.done]


def tree_in(folder: Path) -> GitRepo:
    """A repository with a dozen files, of which most have findings."""
    made = GitRepo(folder / "repo").write("policy.json", POLICY)
    for number in range(8):
        made.write(f"app{number}.py", f"import os\n\n\ndef f(x):\n    return eval(x), {number}\n")
    return (
        made.write("a.py", f"key = '{github(RNG)}'\n").write("b.py", f"k = '{github(RNG)}'\n").commit("one")
    )


def scanned(tree: GitRepo, folder: Path, executor: Executor, **options: Any) -> Fleet:
    """A run over one repository; ``max_age`` is the run's, all else the options'."""
    listed = folder / "list.txt"
    listed.write_text(f"file://{tree.path}\n")
    forest = Forest((tree.path,), (tree.head,), listed)
    max_age = options.pop("max_age", 0.0)
    return judged(forest, folder / "results", executor, options=replace(OPTIONS, **options), max_age=max_age)


def raw_report(fleet: Fleet, folder: Path) -> Any:
    """The JSON report on the one repository."""
    (record,) = fleet.records
    assert record.state is State.SCANNED, record
    return json.loads((folder / "results" / record.report).read_text())


def report_of(fleet: Fleet, folder: Path) -> Any:
    """The same without what differs from one run to the next."""
    return bare(raw_report(fleet, folder))


def kept(folder: Path) -> list[str]:
    """The ends of the names of the parts that are kept."""
    return sorted(file.name.rpartition("-")[2] for file in (folder / "results" / "parts").rglob("*.*"))
