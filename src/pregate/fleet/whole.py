"""A whole run: what is known already, what is to be done, and the report on every repository of the list."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from pregate.errors import PregateError
from pregate.fleet.collecting import Fleet
from pregate.fleet.keeping import Results
from pregate.fleet.model import Record, Repository, State
from pregate.fleet.part_store import PartStore
from pregate.fleet.running import Executor, Told, run_all
from pregate.fleet.splitting import Run, Split, judge_split
from pregate.fleet.tasks import Answer, Job, Options, failed


class Watcher(Protocol):
    """Told how far a run is."""

    def before(self, number: int) -> None:
        """So many repositories need no work."""
        ...

    def count(self) -> None:
        """One more is done."""
        ...

    def split(self, parts: int) -> None:
        """A repository is done in parts, of which so many are still to be done."""
        ...

    def part(self) -> None:
        """One more part is done."""
        ...

    def tick(self) -> None:
        """Time goes by."""
        ...


def judge_all(
    repositories: Sequence[Repository],
    results: Results,
    options: Options,
    executor: Executor,
    watcher: Watcher,
    *,
    retries: int = 2,
    max_age: float | None = 0.0,
    wait: Callable[[float], None] = time.sleep,
) -> Fleet:
    """
    Judges the repositories, of which no two have the same slug, and keeps each result as soon as it is there.

    What an earlier run found in ``max_age`` seconds (0: whenever; None: nothing counts) still holds for a
    repository that is at the same commit. An interruption, an executor that cannot go on, or a result that
    cannot be written leaves the rest as not reached, and the report says so.
    """
    began = time.time_ns() // 1_000_000
    known = {} if max_age is None else results.known_of(repositories, max_age)
    records: dict[str, Record] = {}
    jobs = []
    for repository in repositories:
        before = known.get(repository.slug)
        job = Job(repository, options, before.commit if before else None)
        if repository.refusal:
            records[repository.slug] = results.put(Answer(failed(job, (repository.refusal,))))
        else:
            jobs.append(job)
    watcher.before(len(records))

    def told(job: Job, answer: Answer) -> None:
        slug = job.repository.slug
        records[slug] = results.put(answer) if answer.record else known[slug]
        watcher.count()

    def run(jobs: list[Job], told: Told) -> None:
        run_all(jobs, executor, told, retries=retries, tick=watcher.tick, wait=wait)

    remark, is_interrupted = "", False
    try:
        kept = results.parts_for(repositories, is_fresh=max_age is None)
        _run(jobs, kept, run, told, watcher)
    except KeyboardInterrupt:
        remark, is_interrupted = "The run was interrupted.", True
    except PregateError as error:
        remark = f"The run was broken off: {error.message}"
    unreached = ("the run ended before",)
    rows = tuple(records.get(r.slug) or Record(r, State.NOT_REACHED, reasons=unreached) for r in repositories)
    return Fleet(rows, began, time.time_ns() // 1_000_000, remark, is_interrupted)


def _run(jobs: list[Job], kept: PartStore, run: Run, told: Told, watcher: Watcher) -> None:
    """Does the jobs, and those repositories in parts of which a job says that they are large."""
    splits: list[Split] = []

    def told_first(job: Job, answer: Answer) -> None:
        slug = job.repository.slug
        if not answer.parts:
            told(job, answer)
            if answer.record is None or answer.record.state is State.SCANNED:
                kept.forget(slug)
            return
        parts = kept.parts_of(slug, answer.commit, answer.parts)
        watcher.split(answer.parts - len(parts.kept))
        splits.append(Split(job, answer.commit, answer.parts, parts))

    run(jobs, told_first)
    judge_split(splits, run, told, watcher.part)
