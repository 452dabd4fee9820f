"""
How a run ends that somebody stops: by a key (SIGINT), by closing its terminal (SIGHUP), as a service, a time
limit or ``docker stop`` does (SIGTERM).

Each of them interrupts the run as the key does, so that files that are half written go, and the processes
that work for it. From a process that is number 1 of its container the kernel keeps signals for which it has
no handler (pid_namespaces(7)): there, these handlers are what lets it be stopped at all.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
else:
    import _signal as signal  # what it is made of: its lists of names take a hook half a millisecond

_ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_UNTAKEN = (signal.SIG_DFL, signal.default_int_handler)
# Seconds in which another signal is the first one once more: timeout(1) sends it twice, and so do shells.
_ECHO = 0.5
_PAUSE = 0.01
_OUTPUTS = (1, 2)
_READ_WITHIN = 1.0  # seconds in which somebody must read what a run that is interrupted has written


class StoppedError(KeyboardInterrupt):
    """This process was told to end, by the signal of this ``number``."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class _Watch:
    """What is known of signals: which came first, and when."""

    process = 0  # that for which they are meant; a fork has handlers too, until it sets its own
    number = 0
    at = 0.0
    others: frozenset[int] = frozenset()  # processes that whoever became this one (exec) has started


def listen() -> None:
    """
    From now on a signal that ends raises :class:`StoppedError`, and another one some time later ends the
    process at once. A signal that is ignored (``nohup``) or that somebody else takes stays so, but that of
    ended children: where it is ignored, the system keeps no exit code of git for us (waitpid(2), "Notes").
    """
    _Watch.process = os.getpid()
    _Watch.others = frozenset(_children())
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.unraisablehook = _not_raised
    for number in _ENDS:
        if signal.getsignal(number) in _UNTAKEN:
            signal.signal(number, _stop)


def listen_no_more() -> None:
    """A run that has ended is not interrupted any more: the signal ends what is left of the process."""
    for number in _ENDS:
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_DFL)


def is_stopped() -> bool:
    """Whether a signal has interrupted this process."""
    return bool(_Watch.number)


def exit_code() -> int:
    """That of a run which was interrupted: 128 and the signal, as shells count."""
    return 128 + (_Watch.number or signal.SIGINT)


def words() -> str:
    """What interrupted the run."""
    from signal import Signals

    number = _Watch.number or signal.SIGINT
    return "interrupted" if number == signal.SIGINT else f"ended by {Signals(number).name}"


def drop_what_nobody_reads() -> None:
    """
    Has what is written to a pipe that stays full go nowhere from now on: a run that is interrupted says so
    where it can, and does not wait for a reader that has stopped.
    """
    import select

    for output in _OUTPUTS:
        room = select.poll()
        room.register(output, select.POLLOUT)
        if not room.poll(_READ_WITHIN * 1000):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, output)
            os.close(nowhere)


def end_children() -> None:
    """
    Ends what is left of the processes that this one has started, with the groups that they lead. Linux alone
    tells which they are (proc(5), "/proc/pid/task/tid/children"); elsewhere they find that nobody reads. What
    a shell left behind that became this process with ``exec`` is not ours.
    """
    for child in set(_children()) - _Watch.others:
        with contextlib.suppress(OSError):  # it has just ended
            if os.getpgid(child) == child:
                os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)


def _children() -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # another system
        for thread in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):  # it has just ended, or this kernel does not tell
                found += map(int, (thread / "children").read_bytes().split())
    return found


def _stop(number: int, _: FrameType | None) -> None:
    if os.getpid() != _Watch.process:
        os._exit(128 + number)
    now = time.monotonic()
    if not _Watch.number:
        _Watch.number, _Watch.at = number, now
        raise StoppedError(number)
    if now - _Watch.at > _ECHO:
        end_children()
        os._exit(128 + number)


def _not_raised(lost: sys.UnraisableHookArgs) -> None:
    """
    Where the interpreter itself calls Python (after a fork, to delete an object) an exception ends here: the
    signal is sent once more, when that is over.
    """
    if isinstance(lost.exc_value, StoppedError):
        _thread.start_new_thread(_send_again, (lost.exc_value.number,))
    else:
        sys.__unraisablehook__(lost)


def _send_again(number: int) -> None:
    time.sleep(_PAUSE)
    _Watch.number = 0
    os.kill(os.getpid(), number)
