"""
``python -m bench history [--commits N] [--repository DIR] [--gitleaks PATH]``: the search of a whole history.

Without a repository, one is made with git-fast-import(1): commits that edit real source text (Python's own
library), a merge at every twentieth, a token in every two hundredth, taken away in the next. Megabytes are
those of patch text (what ``git diff-tree -p -U0`` gives for the same commits). Runs are made in turn: pregate
with one process and with two, on an empty cache, and ``gitleaks git``, where there is one. Then pregate again
on the same cache, after one more commit, and once interrupted and run again.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.secrets.specimens.code import github

from bench.ledger import Ledger, with_record
from bench.processes import Run, measure

FILES = 400
LONGEST = 400  # lines of a file, about
_KEPT = re.compile(r"(\d+) of them in an earlier run")


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; always 0."""
    parser = argparse.ArgumentParser(prog="python -m bench history", description=__doc__.split("\n")[3])
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gitleaks", default=shutil.which("gitleaks"), help="the program (default: on PATH)")
    args = with_record(parser).parse_args(arguments)
    ledger = Ledger(record=args.record)
    with tempfile.TemporaryDirectory() as folder:
        tree = args.repository or make_repository(Path(folder) / "repository", args.commits)
        size, alone = patch_text(tree)
        print(f"{size / 1e6:.1f} MB of patch text; git alone {alone:.2f} s, {size / 1e6 / alone:.1f} MB/s")
        caches = {jobs: Path(folder) / f"cache-{jobs}" for jobs in (1, 2)}
        runs = in_turn(tree, caches, args.gitleaks, args.rounds)
        report(ledger, runs, size / 1e6)
        resume(ledger, tree, caches[1], middle(runs["pregate, 1"], "cpu"), is_ours=not args.repository)
    ledger.close()
    return 0


def pregate(tree: Path, jobs: int, cache: Path) -> list[str]:
    """The command of a search."""
    command = [sys.executable, "-m", "pregate", "history", "-q", "--fail-on", "none"]
    return [*command, "--jobs", str(jobs), "--cache-dir", str(cache), "-C", str(tree)]


def in_turn(tree: Path, caches: dict[int, Path], gitleaks: str | None, rounds: int) -> dict[str, list[Run]]:
    """Runs of each side by its name."""
    runs: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for jobs, cache in caches.items():
            shutil.rmtree(cache, ignore_errors=True)
            runs.setdefault(f"pregate, {jobs}", []).append(measure(pregate(tree, jobs, cache)))
        if gitleaks:
            run = measure([gitleaks, "git", "--no-banner", str(tree)])
            runs.setdefault("gitleaks", []).append(run)
    for name, some in runs.items():
        show(name, some)
    return runs


def middle(runs: Sequence[Run], what: str) -> float:
    """The median of one figure."""
    return float(statistics.median(getattr(run, what) for run in runs))


def show(name: str, runs: Sequence[Run]) -> None:
    """A row of medians."""
    figures = [middle(runs, what) for what in ("wall", "cpu", "own", "git", "largest", "together")]
    units = ("s wall", "s processor", "own", "git", "MiB largest", "MiB together")
    print(f"{name:<14}", *(f"{f:>8.2f} {u}" for f, u in zip(figures, units, strict=True)), flush=True)


def report(ledger: Ledger, runs: dict[str, list[Run]], megabytes: float) -> None:
    """The figures of whole runs."""
    for jobs in (1, 2):
        ours = runs[f"pregate, {jobs}"]
        best = min(run.wall for run in ours)
        speed = megabytes / best
        ledger.figure(f"history.speed.{jobs}", speed, "MB/s", "≥ 20", higher_is_better=True)
        ledger.figure(f"history.largest.{jobs}", max(run.largest for run in ours), "MiB", "≤ 200")
        ledger.figure(f"history.together.{jobs}", max(run.together for run in ours), "MiB")
    one = runs["pregate, 1"]
    ledger.figure("history.own", megabytes / middle(one, "own"), "MB/s", "≥ 20", higher_is_better=True)
    ledger.figure("history.cpu", middle(one, "cpu"), "s")
    if theirs := runs.get("gitleaks"):
        for what in ("wall", "cpu"):
            ratio = middle(theirs, what) / middle(runs["pregate, 2"], what)
            ledger.figure(f"history.gitleaks.{what}", ratio, "x", "≥ 1", higher_is_better=True)


def resume(ledger: Ledger, tree: Path, cache: Path, whole: float, *, is_ours: bool) -> None:
    """The figures of runs that go on with something; ``whole`` is the processor time of one that cannot."""
    ledger.figure("history.second", 100 * measure(pregate(tree, 1, cache)).cpu / whole, "%")
    if is_ours:
        commit(tree)
        ledger.figure("history.one_more", 100 * measure(pregate(tree, 1, cache)).cpu / whole, "%")
    shutil.rmtree(cache)
    first = measure(pregate(tree, 1, cache), interrupt_after=0.6 * whole)
    second = measure([*pregate(tree, 1, cache), "--format", "json"])
    kept = _KEPT.search(second.output)
    print(f"interrupted (exit {first.code}): {kept[1] if kept else 'no'} commits were kept")
    ledger.figure("history.interrupted", 100 * (first.cpu + second.cpu) / whole, "%", "≤ 130")


def commit(tree: Path) -> None:
    """One more commit, of a file that changes."""
    stream = b"commit refs/heads/main\ncommitter C <c@x> 1700000000 +0000\ndata 2\nm\n\n"
    stream += b"from refs/heads/main^0\nM 100644 inline src/module_000.py\ndata 6\nx = 1\n\n"
    subprocess.run(["git", "fast-import", "--quiet"], cwd=tree, input=stream, check=True)


def patch_text(tree: Path) -> tuple[int, float]:
    """Bytes of the patches of all commits, and the seconds that git takes to write them."""
    commits = subprocess.run(["git", "rev-list", "HEAD"], cwd=tree, capture_output=True, check=True).stdout
    command = ["git", "diff-tree", "--stdin", "-r", "--root", "--cc", "-p", "-U0", "--no-renames"]
    size = 0
    started = time.perf_counter()
    with tempfile.TemporaryFile() as given:
        given.write(commits)
        given.seek(0)
        with subprocess.Popen(command, cwd=tree, stdin=given, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while part := process.stdout.read(1 << 16):
                size += len(part)
    return size, time.perf_counter() - started


def make_repository(folder: Path, commits: int) -> Path:
    """A repository with that many commits."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for part in _stream(random.Random(8), commits):
            process.stdin.write(part)
    return folder


def _stream(rng: random.Random, commits: int) -> Iterator[bytes]:
    sources = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    lines = [line for source in sources for line in source.read_bytes().splitlines() if line.strip()]
    files: dict[int, list[bytes]] = {n: [] for n in range(FILES)}
    leaked = -1
    for number in range(commits):
        yield b"commit refs/heads/main\nmark :%d\ncommitter C <c@x> %d +0000\n" % (
            number + 1,
            1_600_000_000 + number,
        )
        yield b"data 2\nm\n\n"
        if number:
            yield b"from :%d\n" % number
        if number > 20 and number % 20 == 0:
            yield b"merge :%d\n" % (number - 10)
        chosen = set(rng.sample(range(FILES), rng.choice((1, 1, 2, 3, 8)))) | (
            {leaked} if leaked >= 0 else set()
        )
        leaked = min(chosen) if number % 200 == 100 else -1
        for file in chosen:
            text = files[file]
            for _ in range(rng.choice((1, 1, 2, 4))):
                gone = rng.choice((0, 1, 5, 60)) + max(0, len(text) - LONGEST)
                at, start = rng.randrange(len(text) + 1), rng.randrange(len(lines) - 80)
                text[at : at + gone] = lines[start : start + rng.choice((1, 3, 10, 70))]
            text = [*text, b'token = "%s"' % github(rng).encode()] if file == leaked else text
            data = b"\n".join(text)
            yield b"M 100644 inline src/module_%03d.py\ndata %d\n%s\n" % (file, len(data), data)
