"""
``python -m bench action``: from the start of the action's process to the first check, on a pull request
before the fake GitHub of the tests.

The process says ``the checks begin`` when its inputs are read, the change is found, the configuration settled
and the checks built; there it is stopped, so that its processor time is that of the start alone, with its
processes of git. A bare start of Python is measured in turn. ``--image TAG`` measures a container that podman
starts instead, of which only the clock tells, in turn with one that does nothing.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.entry.site import Site, make_site
from tests.fakehub.hub import FakeHub
from tests.harness.events import Event
from tests.harness.runner import Runner

from bench.ledger import Ledger, with_record
from bench.publishing import FULL

MARK = b"the checks begin"
AIM = "≤ 1000"


@dataclass(frozen=True)
class Start:
    """Milliseconds on the clock and of processor time, with those of child processes that had ended."""

    wall: float
    cpu: float


class Stopwatch(Runner):
    """A runner that stops its step at the first check."""

    start = Start(0, 0)

    def _execute(
        self, command: list[str], environment: Mapping[str, str], limit: float
    ) -> subprocess.CompletedProcess[bytes]:
        self.start, text = _timed(command, environment, self.workspace, self.image == "")
        if MARK not in text:
            raise SystemExit(f"no check began within {limit} s:\n{text.decode()}")
        return subprocess.CompletedProcess(command, 0, text, b"")


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; always 0: they are to be read, not asserted."""
    parser = with_record(argparse.ArgumentParser(prog="python -m bench action"))
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each in turn (default: 9)")
    parser.add_argument("--image", default="", help="a podman image of the action, instead of the process")
    args = parser.parse_args(arguments)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else the compiler is measured
    ledger = Ledger(args.record)
    with tempfile.TemporaryDirectory(prefix="pregate-bench-") as folder, FakeHub() as hub:
        site = make_site(Path(folder), hub)
        event = site.push(full_py=FULL)
        rounds = [(_action(site, event, args.image), _bare(args.image)) for _ in range(args.rounds + 1)][1:]
    ours, bare = zip(*rounds, strict=True)
    if args.image:
        more = statistics.median(own.wall - empty.wall for own, empty in rounds)
        ledger.figure("action.container.to-first-check", _median(ours, lambda s: s.wall), "ms", AIM)
        ledger.figure("action.container.beside-an-empty-one", more, "ms")
    else:
        cpu = _median(ours, lambda s: s.cpu)
        ledger.figure("action.to-first-check", _median(ours, lambda s: s.wall), "ms", AIM)
        ledger.figure("action.to-first-check-processor", cpu, "ms")
        ledger.figure("action.to-first-check-starts", cpu / _median(bare, lambda s: s.cpu), "x")
    ledger.close()
    return 0


def _action(site: Site, event: Event, image: str) -> Start:
    runner = Stopwatch(site.runner.home, site.runner.workspace, image=image, podman=os.environ)
    runner.token, runner.urls = site.runner.token, site.runner.urls
    runner.run(event, {"offline": "true"}, RUNNER_DEBUG="1")
    return runner.start


def _bare(image: str) -> Start:
    command = ["podman", "run", "--rm", "--entrypoint", "true", image]
    return _timed(command if image else [sys.executable, "-c", "pass"], os.environ, Path.cwd(), not image)[0]


def _timed(
    command: Sequence[str], environment: Mapping[str, str], directory: Path, stop: bool
) -> tuple[Start, bytes]:
    """Runs a command until it prints the mark, and what it printed until then."""
    began = time.perf_counter()
    text = b""
    with subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout
        for line in process.stdout:
            text += line
            if MARK in line:
                break
        wall = time.perf_counter() - began
        if stop:
            os.kill(process.pid, signal.SIGKILL)  # not send_signal, which may wait and lose the usage
        process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return Start(wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000), text


def _median(starts: Sequence[Start], of: Callable[[Start], float]) -> float:
    return statistics.median(of(start) for start in starts)
