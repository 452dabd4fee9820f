"""Jobs in processes of this machine, by ``concurrent.futures``."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from types import FrameType

from pregate.engine.processes import begin
from pregate.engine.workers import limit_memory
from pregate.fleet.running import Lost
from pregate.fleet.tasks import Answer, Job, scan_one

DIED = "the process that scanned it died"
_TICK = 0.5
_SECONDS_TO_LEAVE = 2


class Pool:
    """An executor with ``processes`` of this machine; a broken pool is replaced."""

    def __init__(self, processes: int, work: Callable[[Job], Answer] = scan_one) -> None:
        self._processes = processes
        self._work = work

    def run(
        self, jobs: Sequence[Job], tick: Callable[[], None], *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        """As :class:`pregate.fleet.running.Executor` says."""
        count = 1 if alone else max(1, min(self._processes, len(jobs)))
        waiting = deque(jobs)
        while waiting:
            yield from self._in_one_pool(waiting, count, tick)

    def _in_one_pool(
        self, waiting: deque[Job], count: int, tick: Callable[[], None]
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        """
        Until all is done or the pool breaks. Few jobs are in a pool at a time: those are lost with it.
        """
        # Spawned, not forked: this process may have threads, and each starts from the same state.
        pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_start)
        flying: dict[Future[Answer], Job] = {}
        is_broken = False
        try:
            while flying or (waiting and not is_broken):
                while waiting and not is_broken and len(flying) < (count if count == 1 else count + 1):
                    try:
                        future = pool.submit(_done, self._work, waiting[0])
                    except BrokenExecutor:
                        is_broken = True
                    else:
                        flying[future] = waiting.popleft()
                done, _ = wait(flying, _TICK, FIRST_COMPLETED)
                for future in done:
                    answer = _answer_of(future)
                    is_broken |= answer == Lost(DIED)
                    yield flying.pop(future), answer
                tick()
        finally:
            for future in flying:
                future.cancel()
            if flying:
                _end(pool)
            pool.shutdown(cancel_futures=True)


def _start() -> None:
    """Who is interrupted is the process that was started; it ends the others."""
    begin(_leave)
    limit_memory()


def _leave(number: int, _: FrameType | None) -> None:
    """Ends the task, and with it the git that works for it; then this process, whatever it does."""
    signal.signal(number, signal.SIG_IGN)
    signal.alarm(_SECONDS_TO_LEAVE)
    raise SystemExit(128 + number)


def _done(work: Callable[[Job], Answer], job: Job) -> Answer:
    try:
        return work(job)
    except SystemExit:
        # The pool would take it for the job's answer, and go on with the next one.
        os.kill(os.getpid(), signal.SIGKILL)
        raise


def _answer_of(future: Future[Answer]) -> Answer | Lost:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenExecutor):
        return Lost(DIED)
    # Its words may quote a scanned file.
    return Lost(f"pregate has a bug: {type(error).__name__}", is_bug=True)


def _end(pool: ProcessPoolExecutor) -> None:
    """Ends the processes of a run that is interrupted: what they do is for nobody."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        with contextlib.suppress(ValueError):
            process.terminate()
