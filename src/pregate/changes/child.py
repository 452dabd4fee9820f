"""
A child process with a pipe to read from, by posix_spawn(3).

What :mod:`subprocess` is for, of which git needs little: with what that imports, and its wait that looks
again and again, it would take a hook some 5 ms.
"""

from __future__ import annotations

import functools
import os
import select
import time
from _thread import RLock
from collections.abc import Mapping, Sequence

DEVNULL = -1
PIPE = -2
UNKNOWN = 255
"""The exit status where that is lost. It is no success: what was read may be a part."""
_KILL = 9
_RESET = (13, 25)  # SIGPIPE and SIGXFSZ, which Python ignores and its children would
_LOOKS = (0.0005, 0.05)  # seconds between two looks whether it has ended, at first and at most


class Child:
    """
    A program that was started with ``arguments`` and ``environment``; ``output`` is the end of its standard
    output to read from, ``input`` that of its standard input to write to, or -1 unless ``stdin`` is ``PIPE``.

    ``stdin`` is a file to read, ``DEVNULL`` or ``PIPE``, ``stderr`` a file to write. With ``has_group`` it
    leads a process group. :meth:`close` closes both ends. Raises OSError when it cannot be started.
    """

    def __init__(
        self,
        arguments: Sequence[str | bytes],
        environment: Mapping[str, str],
        stdin: int,
        stderr: int,
        *,
        has_group: bool = False,
    ) -> None:
        self.returncode: int | None = None
        self.input = self.output = -1
        self.pid = 0
        self._lock = RLock()  # the handler of a signal may end it while this very thread asks for its status
        theirs: list[int] = []
        try:
            self.output, output = _pipe(theirs)
            if stdin == PIPE:
                source, self.input = _pipe(theirs, is_input=True)
            elif stdin == DEVNULL:
                source = _high(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), theirs)
            else:
                source = _high(os.dup(stdin), theirs)
            moved = [(source, 0), (output, 1), (_high(os.dup(stderr), theirs), 2)]
            actions = [(os.POSIX_SPAWN_DUP2, here, there) for here, there in moved]
            start = functools.partial(os.posix_spawn, setpgroup=0) if has_group else os.posix_spawn
            self.pid = start(
                arguments[0], list(arguments), environment, file_actions=actions, setsigdef=_RESET
            )
        finally:
            if not self.pid:
                self.close()
            for handle in theirs:
                os.close(handle)

    def poll(self) -> int | None:
        """The exit status, minus the signal that ended it; ``None`` while it runs."""
        with self._lock:
            if self.returncode is None:
                try:
                    pid, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:  # somebody else waited for it: how it ended is lost
                    self.returncode = UNKNOWN
                    return UNKNOWN
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode

    def wait(self, seconds: float | None = None) -> int:
        """The exit status once it has ended. Raises TimeoutError when that takes longer than ``seconds``."""
        deadline = None if seconds is None else time.monotonic() + seconds
        pause, longest = _LOOKS
        while (status := self.poll()) is None:
            left = longest if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if not self._was_heard(min(left, longest)):
                pause = min(2 * pause, longest)
                time.sleep(min(pause, left))
        return status

    def kill(self) -> None:
        """Ends it at once, if it runs; any thread may."""
        self.poll()
        with self._lock:
            if self.returncode is None:  # its number is its own until it is waited for
                os.kill(self.pid, _KILL)

    def close(self) -> None:
        """Closes this process's ends of its pipes; again, if you like."""
        for handle in (self.input, self.output):
            if handle >= 0:
                os.close(handle)
        self.input = self.output = -1

    def _was_heard(self, seconds: float) -> bool:
        """Whether the kernel could be asked to tell of its end, which it did or ``seconds`` have passed."""
        if not hasattr(os, "pidfd_open"):
            return False
        try:
            handle = os.pidfd_open(self.pid)
        except OSError:  # an older kernel, a sandbox, or it was waited for
            return False
        try:
            events = select.poll()
            events.register(handle, select.POLLIN)
            events.poll(seconds * 1000)
        finally:
            os.close(handle)
        return True


def _pipe(theirs: list[int], *, is_input: bool = False) -> tuple[int, int]:
    """Both ends, to read and to write; the child's end is put down in ``theirs``."""
    reader, writer = os.pipe()
    try:
        return (_high(reader, theirs), writer) if is_input else (reader, _high(writer, theirs))
    except OSError:
        os.close(writer if is_input else reader)
        raise


def _high(handle: int, theirs: list[int]) -> int:
    """
    The same file, not under the number of a standard stream: where one of these was closed, its number is
    given to the next file, and would be overwritten while the child's are put in place.
    """
    if handle > 2:
        theirs.append(handle)
        return handle
    import fcntl

    try:
        higher = fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(handle)
    theirs.append(higher)
    return higher
