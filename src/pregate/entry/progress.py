"""
What a person sees while long work goes on: a live line on a terminal, a line every ten seconds in a log,
nothing when it is short.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
        self._stream = stream
        self._live = live
        self._began = self._spoke = time.monotonic()
        self._files = 0
        self._done: Counter[str] = Counter()
        self._width = 0

    def started(self, files: int, checks: Sequence[str]) -> None:
        """Remembers how much there is to do."""
        self._files = files
        self._done = Counter(dict.fromkeys(checks, 0))

    def analysed(self, check: str) -> None:
        """Counts a file, and says so if it is time to."""
        self._done[check] += 1
        now = time.monotonic()
        if now - self._began < _SHORT or now - self._spoke < (_LIVE if self._live else _LOG):
            return
        self._spoke = now
        counts = ", ".join(f"{name} {n}" for name, n in self._done.items())
        self._say(f"pregate: {now - self._began:.0f} s, {self._files} {self._noun}: {counts}")

    def finished(self, outcome: Outcome) -> None:
        """One line for each check of a long run."""
        if time.monotonic() - self._began < _SHORT:
            return
        self.clear()
        match outcome:
            case Completed(check=check, counts=counts, candidates=candidates):
                what = f"{counts.analysed} files, {len(candidates)} findings, {counts.seconds:.1f} s of work"
            case Failed(check=check):
                what = "failed"
            case Skipped(check=check, reason=reason):
                what = f"skipped: {reason.value}"
            case _ as never:
                assert_never(never)
        print(f"pregate: {check}: {what}", file=self._stream, flush=True)

    def clear(self) -> None:
        """Takes the live line away."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0

    def _say(self, text: str) -> None:
        if not self._live:
            print(text, file=self._stream, flush=True)
            return
        self.clear()
        self._stream.write(text)
        self._stream.flush()
        self._width = len(text)


@contextmanager
def progress_for(
    stream: TextIO, environ: Mapping[str, str], *, quiet: bool, noun: str = "files"
) -> Iterator[Progress | None]:
    """Progress on ``stream`` for the time of a run; ``None`` (silence) when ``quiet``."""
    if quiet:
        yield None
        return
    progress = Progress(stream, live=stream.isatty() and environ.get("TERM") != "dumb", noun=noun)
    try:
        yield progress
    finally:
        progress.clear()
