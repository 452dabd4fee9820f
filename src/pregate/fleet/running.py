"""
Jobs through an executor until each has its record: failures that may pass are tried again, and a job whose
process died is done again with no other beside it, so that no innocent one is blamed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from pregate.fleet.model import Record
from pregate.fleet.tasks import Answer, Job, failed
from pregate.logs import logger
from pregate.records import dataclass, replace

_log = logger(__name__)
_PAUSE_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Lost:
    """A job without an answer; ``reason`` says why. ``is_bug`` where trying again would be in vain."""

    reason: str
    is_bug: bool = False


class Executor(Protocol):
    """Where jobs are done."""

    def run(
        self, jobs: Sequence[Job], tick: Callable[[], None], *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        """
        Each of the jobs exactly once, with its answer, as they are done; one after another where ``alone``.
        ``tick`` is called at least every second or so. Raises PregateError where it cannot go on.
        """
        ...


Told = Callable[[Job, Answer], None]


def run_all(
    jobs: Sequence[Job],
    executor: Executor,
    told: Told,
    *,
    retries: int = 2,
    tick: Callable[[], None] = lambda: None,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """
    Does the jobs, each until it has a final answer or was tried ``retries`` times more, and tells each of
    them exactly once. Raises as the executor.
    """
    if not jobs:
        return
    together, alone = list(jobs), list[Job]()
    for attempt in range(1, retries + 2):
        is_last = attempt == retries + 1
        again: list[Job] = []
        lost: list[Job] = []
        for job, answer in _both(executor, together, alone, tick):
            match answer:
                case Lost(reason=reason, is_bug=is_bug):
                    if not (is_last or is_bug):
                        lost.append(job)
                        continue
                    told(job, Answer(replace(failed(job, (reason,)), attempts=attempt)))
                case Answer(record=Record(is_final=False)) if not is_last:
                    again.append(job)
                case Answer(record=None):
                    told(job, answer)
                case Answer(record=Record() as record):
                    told(job, replace(answer, record=replace(record, attempts=attempt, is_final=True)))
        together, alone = again, lost
        if not together and not alone:
            return
        _log.info("%d tasks are tried again", len(together) + len(alone))
        if together:
            wait(min(2.0**attempt, _PAUSE_MAX))


def _both(
    executor: Executor, together: Sequence[Job], alone: Sequence[Job], tick: Callable[[], None]
) -> Iterator[tuple[Job, Answer | Lost]]:
    if together:
        yield from executor.run(together, tick)
    if alone:
        yield from executor.run(alone, tick, alone=True)
