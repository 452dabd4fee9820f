"""What the tests of a fleet share: a run in one call, and what a report must hold."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pregate.fleet.collecting import Fleet, document
from pregate.fleet.folder import Folder
from pregate.fleet.keeping import Results
from pregate.fleet.listing import parse_list
from pregate.fleet.model import Repository
from pregate.fleet.running import Executor, Lost
from pregate.fleet.tasks import Answer, Job, Options, scan_one
from pregate.fleet.whole import judge_all
from tests.fleet.made import KINDS, Forest

OPTIONS = Options({"checks": ["secrets"]}, seconds=120)
WORDS = ("passed", "failed", "failed", "passed", None)
"""The decisions on the five kinds of repositories."""


class Watch:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.known = self.done = 0

    def before(self, number: int) -> None:
        self.known = number

    def count(self) -> None:
        self.done += 1

    def split(self, parts: int) -> None:
        pass

    def part(self) -> None:
        pass

    def tick(self) -> None:
        pass


class Here:
    """An executor in this process; it is interrupted after so many jobs."""

    def __init__(self, stop_after: int = -1) -> None:
        self.stop_after = stop_after
        self.done: list[Job] = []

    def run(
        self, jobs: Sequence[Job], tick: object, *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        for job in jobs:
            if len(self.done) == self.stop_after:
                raise KeyboardInterrupt
            self.done.append(job)
            yield job, scan_one(job)


def listed(forest: Forest) -> tuple[Repository, ...]:
    return parse_list(forest.list.read_text(), "the list")


def judged(
    forest: Forest,
    results: Path,
    executor: Executor,
    *,
    options: Options = OPTIONS,
    max_age: float | None = 0.0,
    retries: int = 2,
) -> Fleet:
    """A run over all of a forest, without pauses."""
    kept = Results(Folder(results), options.digest)
    # What a task that is killed leaves behind is the test's.
    scratch = tempfile.TemporaryDirectory(dir=forest.list.parent, ignore_cleanup_errors=True)
    with kept.held(), scratch as folder:
        return judge_all(
            listed(forest),
            kept,
            replace(options, scratch=folder),
            executor,
            Watch(),
            retries=retries,
            max_age=max_age,
            wait=lambda seconds: None,
        )


def assert_whole(fleet: Fleet, forest: Forest, results: Path) -> None:
    """Every repository is in the report exactly once, with the decision on its kind and its own report."""
    rows = document(fleet)["repositories"]
    addresses = [f"file://{path}" for path in forest.paths]
    assert Counter(row["address"] for row in rows) == Counter(addresses)
    for number, row in enumerate(rows):
        word = WORDS[number % KINDS]
        assert (row["decision"], row["state"]) == (word, "scanned" if word else "failed"), row
        if word:
            assert row["commit"] == forest.commit(number)
            assert (results / row["report"]).is_file()
    reports = list((results / "results").rglob("*.json"))
    assert len(reports) == sum(row["decision"] is not None for row in rows)
    assert len(list((results / "records").iterdir())) == len(rows)
