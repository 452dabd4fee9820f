"""Whole processes timed in turn, A B A B …, so that a machine whose speed drifts does not decide who wins."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """One side of one round: seconds on the clock and of processor time, with all child processes."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Side:
    """
    Commands that run one after another, each ``(argument list, working directory)``; ``prepare`` runs before,
    untimed. ``variables`` are added to the environment.
    """

    name: str
    commands: Sequence[tuple[Sequence[str], Path]]
    prepare: Callable[[], None] = lambda: None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """Paired samples of two sides."""

    ours: tuple[Sample, ...]
    theirs: tuple[Sample, ...]

    def ratio(self, figure: str) -> float:
        """Ours by theirs, as the ratio of the medians of ``wall`` or ``cpu``."""
        return self.median(self.ours, figure) / self.median(self.theirs, figure)

    @staticmethod
    def median(samples: Sequence[Sample], figure: str) -> float:
        """The median of ``wall`` or ``cpu`` in seconds."""
        return float(statistics.median(getattr(s, figure) for s in samples))


@dataclass(frozen=True)
class Turns:
    """Samples of several sides by name, as many of each; the n-th of all were taken in the same round."""

    samples: Mapping[str, Sequence[Sample]]

    def median(self, figure: str, *names: str) -> float:
        """The median over the rounds, in seconds, of ``wall`` or ``cpu`` of these sides one after another."""
        return statistics.median(self._sums(figure, names))

    def difference(self, figure: str, more: str, less: str) -> float:
        """The median of what ``more`` took longer than ``less`` in each round, in seconds."""
        pairs = zip(self._sums(figure, [more]), self._sums(figure, [less]), strict=True)
        return statistics.median(a - b for a, b in pairs)

    def _sums(self, figure: str, names: Sequence[str]) -> list[float]:
        rounds = zip(*(self.samples[name] for name in names), strict=True)
        return [sum(float(getattr(s, figure)) for s in samples) for samples in rounds]


def turns(sides: Sequence[Side], rounds: int, warm_up: int = 1) -> Turns:
    """Runs all sides one after another, ``rounds`` times. Stops the bench as ``compare`` does."""
    samples: dict[str, list[Sample]] = {side.name: [] for side in sides}
    for number in range(rounds + warm_up):
        for side in sides:
            sample = run(side)
            if number >= warm_up:
                samples[side.name].append(sample)
    return Turns(samples)


def compare(ours: Side, theirs: Side, rounds: int, warm_up: int = 1) -> Result:
    """Runs both sides in turn. A command that exits with another code than 0, 1 or 3 stops the bench."""
    pairs = [(run(ours), run(theirs)) for _ in range(rounds + warm_up)][warm_up:]
    return Result(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def run(side: Side) -> Sample:
    """One timed run of all commands of a side."""
    side.prepare()
    environment = {**_environment(), **side.variables}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    for command, directory in side.commands:
        done = subprocess.run(
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, capture_output=True
        )
        if done.returncode not in (0, 1, 3):
            raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr.decode()[-2000:]}")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Sample(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _environment() -> dict[str, str]:
    # Bytecode is written: a machine that forbids it would measure the compiler.
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
