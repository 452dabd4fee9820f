"""What a command and all that it starts take, by process: time of the processor and memory (Linux)."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

EVERY = 0.04
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """
    Seconds on the clock and of processor time, ``git`` of it in processes of git; in MiB the memory of the
    largest process and the most that all had together, shared pages counted once; the exit code and output.
    """

    wall: float = 0.0
    cpu: float = 0.0
    git: float = 0.0
    largest: float = 0.0
    together: float = 0.0
    code: int = 0
    output: str = ""

    @property
    def own(self) -> float:
        """Processor time without git's."""
        return self.cpu - self.git


@dataclass
class _Watch:
    """Looks at a process and its descendants again and again."""

    root: int
    run: Run
    interrupt_after: float
    times: dict[int, float] = field(default_factory=dict)
    gits: set[int] = field(default_factory=set)
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.is_over.wait(EVERY):
            together = 0.0
            for pid in _family(self.root):
                try:
                    together += self._look(pid)
                except (OSError, ValueError, IndexError):
                    continue  # it has just ended
            self.run.together = max(self.run.together, together)
            if self.interrupt_after and sum(self.times.values()) > self.interrupt_after:
                os.kill(self.root, signal.SIGINT)
                self.interrupt_after = 0.0
        self.run.git = sum(self.times[pid] for pid in self.gits)

    def _look(self, pid: int) -> float:
        folder = Path(f"/proc/{pid}")
        name, _, rest = (folder / "stat").read_text(encoding="utf-8").rpartition(")")
        words = rest.split()
        self.times[pid] = (int(words[11]) + int(words[12])) / _TICKS
        if name.endswith("(git"):
            self.gits.add(pid)
        sizes = {}
        for line in (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
            key, _, value = line.partition(":")
            sizes[key] = int(value.split()[0]) / 1024
        self.run.largest = max(self.run.largest, sizes["Rss"])
        return sizes["Pss"]


def measure(command: Sequence[str], interrupt_after: float = 0.0) -> Run:
    """One run of a command; with ``interrupt_after``, SIGINT after so many seconds of processor time."""
    run = Run()
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        watch = _Watch(process.pid, run, interrupt_after)
        thread = threading.Thread(target=watch.watch)
        thread.start()
        assert process.stdout is not None
        run.output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    run.wall = time.perf_counter() - started
    watch.is_over.set()
    thread.join()
    run.cpu, run.code = usage.ru_utime + usage.ru_stime, process.returncode
    return run


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:
            continue
    return found
