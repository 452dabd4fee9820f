"""
What publishing adds to a run of the action: the same pull request judged with a token and without one, before
the fake GitHub of the tests.

The pull request has 45 findings, so that the comment is long and a review is full. The fake says once that it
is still processing the upload, which costs a second of waiting, and holds every request and answer against
GitHub's descriptions; what the latter takes is shown beside, since it is in the figures.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.entry.site import Site, make_site
from tests.fakehub.hub import FakeHub
from tests.harness.events import Event

from bench.ledger import Ledger

FINDINGS = 45
FULL = "import subprocess\n" + "".join(
    f"subprocess.call('ls ' + n{n}, shell=True)\n" for n in range(FINDINGS)
)


@dataclass(frozen=True)
class Run:
    """Seconds on the clock and of processor time; requests, and the seconds that the fake took for them."""

    wall: float
    cpu: float
    requests: int
    served: float


@dataclass(frozen=True)
class Round:
    """The same event without a token, with one for the first time, and with one again."""

    alone: Run
    first: Run
    again: Run


def measure(rounds: int) -> list[Round]:
    """Rounds, each on a pull request of its own, after one that loads everything and is left out."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else the compiler is measured
    return [_round() for _ in range(rounds + 1)][1:]


def show(rounds: Sequence[Round], aim: float, ledger: Ledger) -> None:
    """Medians over the rounds; ``more`` is that of the differences within a round, ``aim`` is in seconds."""
    print(
        f"{'what':<44} {'with':>9} {'without':>9} {'more':>9} {'cpu':>9} {'requests':>8} {'the fake':>9} aim"
    )
    rows: list[tuple[str, Callable[[Round], Run]]] = [
        (f"(github) first run, {FINDINGS} findings", lambda r: r.first),
        ("(github) the same result again", lambda r: r.again),
    ]
    for what, of in rows:
        figures = [
            statistics.median(of(r).wall for r in rounds),
            statistics.median(r.alone.wall for r in rounds),
            statistics.median(of(r).wall - r.alone.wall for r in rounds),
            statistics.median(of(r).cpu - r.alone.cpu for r in rounds),
        ]
        seconds = " ".join(f"{figure:>8.3f}s" for figure in figures)
        served = statistics.median(of(r).served for r in rounds)
        print(f"{what:<44} {seconds} {of(rounds[0]).requests:>8} {served:>8.3f}s < {aim:g} s", flush=True)
        name = "github.first" if "first" in what else "github.again"
        ledger.figure(name, figures[2], "s", f"< {aim:g}")
        ledger.figure(f"{name}.requests", of(rounds[0]).requests, "")


def _round() -> Round:
    with tempfile.TemporaryDirectory(prefix="pregate-bench-") as folder, FakeHub() as hub:
        site = make_site(Path(folder), hub)
        token, site.runner.token = site.runner.token, ""
        event = site.push(full_py=FULL)
        alone = _run(site, event)
        site.runner.token = token
        return Round(alone, _run(site, event), _run(site, event))


def _run(site: Site, event: Event) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    result = site.run(event, check_run="true")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.exit_code != 1 or result.of_kind("warning"):
        raise SystemExit(f"exit {result.exit_code}\n{result.text}\n{result.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    calls = site.sent()
    return Run(wall, cpu, len(calls), sum(call.seconds for call in calls))
