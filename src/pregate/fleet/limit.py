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
from types import TracebackType
from typing import Self

GRACE = 60.0
"""Seconds after the limit that a task may spend outside Python before its process is ended."""
_ARRIVAL = 1000  # turns of a loop in which an exception for this thread surely arrives


class OverTimeError(BaseException):
    """A task took too long. No Exception: a check that fails is caught, and this ends the task."""


class Limit:
    """A context in which the thread may stay for ``seconds``; then OverTimeError is raised in it."""

    def __init__(self, seconds: float, grace: float = GRACE) -> None:
        self._seconds = seconds
        self._grace = grace
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._staying = threading.Lock()  # locked until the context is left
        self._staying.acquire()
        self._is_struck = False
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        is_in = False
        try:
            self._watch.start()
            is_in = True
        finally:
            # It may strike at once, and then nobody leaves.
            if not is_in:
                self._leave()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._lock:
                self._leave()
            if self._is_struck and kind is None:
                # It is on its way, and arrives here or nowhere. It is not taken back: that makes CPython 3.11
                # look for it for ever.
                for _ in range(_ARRIVAL):
                    time.sleep(0)
        finally:
            self._leave()

    def _leave(self) -> None:
        with contextlib.suppress(RuntimeError):  # it was left already
            self._staying.release()

    def _look(self) -> None:
        if self._staying.acquire(timeout=self._seconds):
            return
        with self._lock:
            if self._staying.locked():
                self._is_struck = True
                thread, kind = ctypes.c_ulong(self._thread), ctypes.py_object(OverTimeError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, kind)
        if not self._staying.acquire(timeout=self._grace):
            os.kill(os.getpid(), signal.SIGKILL)
