"""
Files spread over processes, when there is enough work to pay for starting them.

Starting a pool costs some 0.1 s and its workers import the scanners anew, so a commit's few files are done
in this process. A file that kills its worker (a scanner's stack overflow, the kernel's out-of-memory killer)
is found by doing the lost ones again, each alone.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from pregate.checks.base import Analysis
from pregate.engine.analyst import Analyst, Report, Task
from pregate.logs import logger
from pregate.model import Unread, UnreadReason

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_log = logger(__name__)

WORTH_A_POOL = 1_500_000_000  # estimated nanoseconds of work from which other processes are started
_HELD = 12_000_000  # bytes that are held to find out whether there is as much; from there on there is
_CHUNK = 64_000_000  # estimated nanoseconds of work handed over at once
MEMORY = 2 * 1024**3  # bytes of address space for each of them
_IN_FLIGHT = 4  # chunks waiting for each process, so that memory stays bounded

Build = Callable[[], Analyst]
Cost = Callable[[Task], int]


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work(tasks: Iterable[Task], build: Build, cost: Cost, jobs: int) -> Iterator[Report]:
    """
    The reports of all tasks, in no particular order.

    ``build`` makes the analyst, here or in each process, and must be picklable; ``cost`` estimates a task in
    nanoseconds. ``tasks`` is read as it is needed: memory holds a few chunks of files at a time.
    """
    jobs = jobs or processors()
    if jobs == 1:
        yield from _here(tasks, build)
        return
    waiting: deque[Task] = deque()
    total = held = 0
    remaining = iter(tasks)
    for task in remaining:
        waiting.append(task)
        total += cost(task)
        held += len(task.target.data)
        if total >= WORTH_A_POOL or held >= _HELD:
            break
    if total < WORTH_A_POOL and held < _HELD:
        yield from _here(chain(_taken(waiting), remaining), build)
    else:
        yield from _elsewhere(_chunks(chain(_taken(waiting), remaining), cost), build, jobs)


def _taken(waiting: deque[Task]) -> Iterator[Task]:
    """What waits, which is let go of as it is taken."""
    while waiting:
        yield waiting.popleft()


def _here(tasks: Iterable[Task], build: Build) -> Iterator[Report]:
    analyst: Analyst | None = None
    for task in tasks:
        analyst = analyst or build()
        yield from analyst.work(task)


def _elsewhere(chunks: Iterator[list[Task]], build: Build, jobs: int) -> Iterator[Report]:
    from pregate.engine import processes

    lost: list[Task] = []
    pool = _pool(build, jobs)
    flying: deque[tuple[Future[list[Report]], list[Task]]] = deque()
    is_whole = False
    try:
        for chunk in chunks:
            flying.append((_submit(pool, chunk), chunk))
            if len(flying) >= jobs * _IN_FLIGHT:
                reports, broken = _collect(*flying.popleft())
                yield from reports
                if broken:
                    lost += [*broken, *(task for _, tasks in flying for task in tasks)]
                    flying.clear()
                    pool.shutdown(cancel_futures=True)
                    pool = _pool(build, jobs)
        while flying:
            reports, broken = _collect(*flying.popleft())
            yield from reports
            lost += broken
        is_whole = True
    finally:
        if is_whole:
            pool.shutdown()
        else:
            processes.end(pool)
    for task in lost:
        yield from _alone(task, build)


def _submit(pool: ProcessPoolExecutor, chunk: list[Task]) -> Future[list[Report]]:
    from concurrent.futures import BrokenExecutor, Future

    try:
        return pool.submit(_work_on, chunk)
    except BrokenExecutor as error:
        future: Future[list[Report]] = Future()
        future.set_exception(error)
        return future


def _collect(future: Future[list[Report]], chunk: list[Task]) -> tuple[list[Report], list[Task]]:
    """The reports of a chunk, or the chunk itself when its worker died."""
    from concurrent.futures import BrokenExecutor

    try:
        return future.result(), []
    except BrokenExecutor:
        return [], chunk


def _alone(task: Task, build: Build) -> list[Report]:
    """One task in a process of its own, which it may kill."""
    from pregate.engine import processes

    with processes.whole_or_ended(_pool(build, 1)) as pool:
        reports, broken = _collect(_submit(pool, [task]), [task])
    if not broken:
        return reports
    _log.debug("the scanner died on a file")
    crash = Unread(task.target.path, UnreadReason.CRASHED, "the scanner's process died on this file")
    return [Report(task.index, name, Analysis(unread=(crash,)), 0.0) for name in task.checks]


def _pool(build: Build, jobs: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # fork shares the modules that are loaded already; nothing here has started a thread before.
    method = "fork" if os.name == "posix" and os.uname().sysname == "Linux" else "spawn"
    return ProcessPoolExecutor(jobs, mp_context=get_context(method), initializer=_start, initargs=(build,))


_analyst: list[Analyst] = []  # one in each worker process, made when it starts


def _start(build: Build) -> None:
    from pregate.engine import processes

    processes.begin()
    limit_memory()
    _analyst[:] = [build()]


def limit_memory() -> None:
    """
    Keeps a hostile file from taking the machine's memory: a syntax tree can take a thousand times its file.

    The allocation that goes over the limit raises MemoryError, and the file is unread.
    """
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _work_on(chunk: list[Task]) -> list[Report]:
    return [report for task in chunk for report in _analyst[0].work(task)]


def _chunks(tasks: Iterable[Task], cost: Cost) -> Iterator[list[Task]]:
    chunk: list[Task] = []
    weight = 0
    for task in tasks:
        chunk.append(task)
        weight += cost(task)
        if weight >= _CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk
