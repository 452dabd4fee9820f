"""
Processes that work for this one: they begin alike, and none of them outlives it.

Who interrupts a run (by a key, by closing its terminal) interrupts all of its processes: the one that was
started sees to the others. Where that one is killed, they notice it themselves, for a worker of
``concurrent.futures`` would wait for its next job for ever: it holds the writing end of its own queue.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

_LEFT_TO_OTHERS = ("SIGINT", "SIGHUP")
_SECONDS_TO_LEAVE = 1.0

Leave = Callable[[int, FrameType | None], None]


def begin(leave: Leave | None = None) -> None:
    """
    To be called first in a process of a pool. From then on it ends by SIGTERM alone, at once or as ``leave``
    (a handler) does it; it gets that too when the process that started it has ended.
    """
    for name in _LEFT_TO_OTHERS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, leave or signal.SIG_DFL)
    _end_with_parent()


@contextlib.contextmanager
def whole_or_ended(pool: ProcessPoolExecutor) -> Iterator[ProcessPoolExecutor]:
    """A pool that is waited for at the end of the context, and ended where that is left before its end."""
    is_whole = False
    try:
        yield pool
        is_whole = True
    finally:
        if is_whole:
            pool.shutdown()
        else:
            end(pool)


def end(pool: ProcessPoolExecutor) -> None:
    """Ends a pool and its processes, whatever they do: it is for nobody. Those that do not go are killed."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    for process in processes:
        with contextlib.suppress(ValueError):  # it is closed
            process.terminate()
    for process in _still_there(processes):
        with contextlib.suppress(ValueError):
            process.kill()
    # Not waited for: before Python 3.12 a pool may wait for ever for one that reads no more.
    pool.shutdown(wait=False, cancel_futures=True)


def _still_there(processes: list[BaseProcess]) -> list[BaseProcess]:
    """Those that run after a while. They are not waited for by number, which the pool itself does."""
    from multiprocessing.connection import wait

    running = {}
    for process in processes:
        with contextlib.suppress(ValueError):
            running[process.sentinel] = process
    deadline = time.monotonic() + _SECONDS_TO_LEAVE
    while running and (left := deadline - time.monotonic()) > 0:
        for sentinel in wait(list(running), left):
            assert isinstance(sentinel, int)  # noqa: S101 - as it was given
            del running[sentinel]
    return list(running.values())


def _end_with_parent() -> None:
    """
    Has the system send SIGTERM to this process when the other end of a pipe closes, which the one that
    started it holds (fcntl(2), "F_SETSIG"). That needs no thread, and arrives whatever this one does.
    """
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is None:
        return
    try:
        import fcntl

        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGTERM)
        flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    except (ImportError, AttributeError, OSError):  # pragma: no cover - Linux alone has it
        import threading

        threading.Thread(target=_wait_for_end, args=(parent,), daemon=True).start()
    if not parent.is_alive():
        os.kill(os.getpid(), signal.SIGTERM)


def _wait_for_end(parent: BaseProcess) -> None:  # pragma: no cover - Linux needs no thread for it
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
