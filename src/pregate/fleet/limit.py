"""
The time that a task may take, whatever thread it runs in.

Signals reach the main thread alone, and Dask runs tasks in others. So the limit is an exception that is
raised in the task's thread (``PyThreadState_SetAsyncExc``, docs.python.org, C API, "Initialization,
Finalization, and Threads"). Where the thread does not come back to Python even then, its process is ended:
whoever runs the tasks sees to it that nothing is lost by that.

While an exception is on its way to one thread, CPython 3.11 lets no other that is traced (a debugger's, or
coverage's) enter a function of Python's. So the thread that watches calls none from then on.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import threading
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

GRACE = 60.0
"""Seconds after the limit that a task may spend outside Python before its process is ended."""
_ARRIVAL = 1000  # turns of a loop in which an exception for this thread surely arrives


_STAYS: dict[int, _Stay] = {}  # by thread, of those that are in a context


def undisturbed() -> AbstractContextManager[Any]:
    """
    What keeps the limit from striking in this thread: for the start of another one. Until it runs, CPython
    3.11 knows the new thread by the identity of the one that starts it. The exception would end the new one,
    and its starter would wait for it for ever.
    """
    stay = _STAYS.get(threading.get_ident())
    return stay.lock if stay else contextlib.nullcontext()


def end_all() -> None:
    """Strikes now, in every thread of this process that is in a context: for a process that is to end."""
    for stay in list(_STAYS.values()):
        stay.strike()


class OverTimeError(BaseException):
    """A task took too long. No Exception: a check that fails is caught, and this ends the task."""


class Limit:
    """
    A context in which the thread may stay for ``seconds``; then OverTimeError is raised in it. Made for one
    ``with`` statement, which alone holds it.
    """

    def __init__(self, seconds: float, grace: float = GRACE) -> None:
        self._stay = _Stay(seconds, grace, threading.get_ident())

    def __enter__(self) -> Self:
        is_in = False
        _STAYS[self._stay.thread] = self._stay
        try:
            threading.Thread(target=_look, args=(self._stay,), daemon=True).start()
            is_in = True
        finally:
            # It may strike at once, and then nobody leaves.
            if not is_in:
                self._stay.leave()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stay = self._stay
        try:
            with stay.lock:
                stay.leave()
            if stay.is_struck and kind is None:
                # It is on its way, and arrives here or nowhere. It is not taken back: that makes CPython 3.11
                # look for it for ever.
                for _ in range(_ARRIVAL):
                    time.sleep(0)
        finally:
            stay.leave()

    def __del__(self) -> None:
        # It may also strike before the first line of __exit__.
        self._stay.leave()


class _Stay:
    """What the thread that is watched and the one that watches both know."""

    __slots__ = ("grace", "is_struck", "lock", "seconds", "staying", "thread")

    def __init__(self, seconds: float, grace: float, thread: int) -> None:
        self.seconds = seconds
        self.grace = grace
        self.thread = thread
        self.is_struck = False
        self.lock = threading.Lock()
        self.staying = threading.Lock()  # locked until the context is left
        self.staying.acquire()

    def strike(self) -> None:
        with self.lock:
            if self.staying.locked() and not self.is_struck:
                self.is_struck = True
                thread, kind = ctypes.c_ulong(self.thread), ctypes.py_object(OverTimeError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, kind)

    def leave(self) -> None:
        if _STAYS.get(self.thread) is self:
            del _STAYS[self.thread]
        with contextlib.suppress(RuntimeError):  # it was left already
            self.staying.release()


def _look(stay: _Stay) -> None:
    if stay.staying.acquire(timeout=stay.seconds):
        return
    stay.strike()
    if not stay.staying.acquire(timeout=stay.grace):
        os.kill(os.getpid(), signal.SIGKILL)
