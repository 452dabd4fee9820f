"""
What a person sees while long work goes on: a live line on a terminal, a line every ten seconds in a log,
nothing when it is short.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, assert_never

from pregate.model import Completed, Failed, Outcome, Skipped

_SHORT = 2.0  # seconds of work that need no words
_LIVE = 0.1
_LOG = 10.0


class Progress:
    """Writes to ``stream``; ``live`` when it is a terminal. ``noun`` is what there is much of."""

    def __init__(self, stream: TextIO, *, live: bool, noun: str = "files") -> None:
        self._noun = noun
        self._line = _Line(stream, live=live)
        self._began = time.monotonic()
        self._files = 0
        self._work = 0
        self._done: Counter[str] = Counter()

    def started(self, files: int, checks: Mapping[str, int]) -> None:
        """Remembers how much there is to do."""
        self._files = files
        self._work = sum(checks.values())
        self._done = Counter(dict.fromkeys(checks, 0))

    def analysed(self, check: str) -> None:
        """Counts a file, and says so if it is time to."""
        self._done[check] += 1
        seconds = time.monotonic() - self._began
        if seconds < _SHORT or not self._line.is_due():
            return
        files = min(max(self._done.values()), self._files)
        # What is left is told by the work of all checks: the last of a file's is what takes long.
        pace = _pace(self._done.total(), self._work, seconds)
        counts = ", ".join(f"{name} {n}" for name, n in self._done.items())
        how = f"{files} of {self._files} {self._noun}, {files / seconds:.0f} a second"
        self._line.say(f"pregate: {seconds:.0f} s, {how}{pace}: {counts}")

    def finished(self, outcome: Outcome) -> None:
        """One line for each check of a long run."""
        if time.monotonic() - self._began < _SHORT:
            return
        match outcome:
            case Completed(check=check, counts=counts, candidates=candidates):
                what = f"{counts.analysed} files, {len(candidates)} findings, {counts.seconds:.1f} s of work"
            case Failed(check=check):
                what = "failed"
            case Skipped(check=check, reason=reason):
                what = f"skipped: {reason.value}"
            case _ as never:
                assert_never(never)
        self._line.print(f"pregate: {check}: {what}")

    def clear(self) -> None:
        """Takes the live line away."""
        self._line.clear()


class FleetProgress:
    """How many of ``total`` repositories are done; silent without a ``line``."""

    def __init__(self, line: _Line | None, total: int) -> None:
        self._line = line
        self._total = total
        self._began = time.monotonic()
        self._before = self._done = 0
        self._parts = self._parts_done = 0

    def before(self, number: int) -> None:
        """So many needed no work."""
        self._before = self._done = number

    def count(self) -> None:
        """One more is done."""
        self._done += 1
        self.tick()

    def split(self, parts: int) -> None:
        """A repository turned out to be done in so many parts."""
        self._parts += parts

    def part(self) -> None:
        """One more part of a repository is done."""
        self._parts_done += 1
        self.tick()

    def tick(self) -> None:
        """Says how far it is, if it is time to."""
        seconds = time.monotonic() - self._began
        if self._line is None or seconds < _SHORT or not self._line.is_due():
            return
        done, work = self._done - self._before, self._total - self._before
        how = f"{self._done} of {self._total} repositories, {60 * done / seconds:.0f} a minute"
        parts = f", {self._parts_done} of {self._parts} parts of large ones" if self._parts else ""
        self._line.say(f"pregate: {seconds:.0f} s, {how}{parts}{_pace(done, work, seconds)}")

    def clear(self) -> None:
        """Takes the live line away."""
        if self._line:
            self._line.clear()


class _Line:
    """A line that is written anew on a terminal, and once in a while in a log."""

    def __init__(self, stream: TextIO, *, live: bool) -> None:
        self._stream = stream
        self._live = live
        self._spoke = time.monotonic()
        self._width = 0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now - self._spoke < (_LIVE if self._live else _LOG):
            return False
        self._spoke = now
        return True

    def say(self, text: str) -> None:
        if not self._live:
            self.print(text)
            return
        self.clear()
        self._stream.write(text)
        self._stream.flush()
        self._width = len(text)

    def print(self, text: str) -> None:
        self.clear()
        print(text, file=self._stream, flush=True)

    def clear(self) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0


def _pace(done: int, work: int, seconds: float) -> str:
    """The time that is left at the rate so far, ``""`` where that is not known."""
    if not done or done > work:
        return ""
    left = round(seconds * (work - done) / done)
    hours, minutes = left // 3600, left // 60 % 60
    words = (
        f"{hours} h {minutes} min" if hours else f"{minutes} min {left % 60} s" if minutes else f"{left} s"
    )
    return f", about {words} left"


@contextmanager
def progress_for(
    stream: TextIO, environ: Mapping[str, str], *, quiet: bool, noun: str = "files"
) -> Iterator[Progress | None]:
    """Progress on ``stream`` for the time of a run; ``None`` (silence) when ``quiet``."""
    if quiet:
        yield None
        return
    progress = Progress(stream, live=_is_live(stream, environ), noun=noun)
    try:
        yield progress
    finally:
        progress.clear()


@contextmanager
def fleet_progress(
    stream: TextIO, environ: Mapping[str, str], total: int, *, quiet: bool
) -> Iterator[FleetProgress]:
    """Progress of ``total`` repositories on ``stream``; silence when ``quiet``."""
    line = None if quiet else _Line(stream, live=_is_live(stream, environ))
    progress = FleetProgress(line, total)
    try:
        yield progress
    finally:
        progress.clear()


def _is_live(stream: TextIO, environ: Mapping[str, str]) -> bool:
    return stream.isatty() and environ.get("TERM") != "dumb"
