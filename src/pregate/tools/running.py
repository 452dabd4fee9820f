"""
Running scanners: argument lists, an environment of their own, limits, and no process left behind.

A scanner runs in a session of its own and with it every process that it starts; at its end, however that is
reached, all of them are ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pregate.records import dataclass

OUTPUT_MAX = 64 << 20
ERRORS_MAX = 8 << 20
_AT_ONCE = 2
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Call:
    """
    One run of a program in a folder. ``output`` and ``errors`` are new files for what it prints, ``watched``
    another one that it may write, within the same limit. ``seconds`` is how long it may take.
    """

    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]
    output: Path
    errors: Path
    seconds: float
    watched: Path | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """
    How a run ended: its exit code (negative: the signal), or in ``failure`` why it was ended or could not be
    started, and after how many seconds.
    """

    code: int
    failure: str = ""
    seconds: float = 0.0


class _Running:
    """One process with its session; :meth:`stop` may be called again."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._started = time.monotonic()
        with call.output.open("xb") as output, call.errors.open("xb") as errors:
            self._process = subprocess.Popen(
                call.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                cwd=call.directory,
                env=dict(call.environment),
                start_new_session=True,
            )

    def look(self) -> Ended | None:
        """How it ended, or None while it runs within its limits."""
        code = self._process.poll()
        seconds = time.monotonic() - self._started
        failure = self._excess()
        if code is None and not failure and seconds > self._call.seconds:
            failure = f"took more than {self._call.seconds:g} s and was ended"
        if code is None and not failure:
            return None
        self.stop()
        return Ended(-1 if code is None else code, failure, seconds)

    def stop(self) -> None:
        """Ends it and what it started, where that still runs."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _excess(self) -> str:
        limits = (
            (self._call.output, OUTPUT_MAX),
            (self._call.errors, ERRORS_MAX),
            (self._call.watched, OUTPUT_MAX),
        )
        for path, limit in limits:
            if path and _size(path) > limit:
                return f"wrote more than {limit >> 20} MiB and was ended"
        return ""


def run_all(calls: Sequence[Call]) -> list[Ended]:
    """How each of the calls ended, in their order; two run at a time."""
    waiting = list(enumerate(calls))[::-1]
    running: dict[int, _Running] = {}
    ended: dict[int, Ended] = {}
    try:
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                number, call = waiting.pop()
                try:
                    running[number] = _Running(call)
                except (OSError, ValueError) as error:
                    words = error.strerror if isinstance(error, OSError) else "its arguments are none"
                    ended[number] = Ended(-1, f"could not be started: {words}")
            for number, process in list(running.items()):
                if end := process.look():
                    ended[number] = end
                    del running[number]
            if running:
                time.sleep(_PAUSE)
    finally:
        for process in running.values():
            process.stop()
    return [ended[number] for number in range(len(calls))]


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
