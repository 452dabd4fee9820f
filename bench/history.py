"""
``python -m bench history [--commits N] [--repository DIR]``: the search of a whole history.

Without a repository, one is made with git-fast-import(1): commits that edit real source text (Python's own
library), a merge at every twentieth, a token in every two hundredth, taken away in the next. Printed are
megabytes of patch text a second (what ``git diff-tree -p -U0`` gives for the same commits), beside git alone,
and the peak memory of the largest process; then a second run on the same cache. Where a ``gitleaks`` is on
the PATH, it is run on the same repository.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.secrets.specimens.code import github

FILES = 400
LONGEST = 400  # lines of a file, about


@dataclass(frozen=True)
class Run:
    """Seconds on the clock and of processor time, kibibytes of the largest process, and the exit code."""

    wall: float
    cpu: float
    memory: int
    code: int


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; always 0."""
    parser = argparse.ArgumentParser(prog="python -m bench history", description=__doc__.split("\n")[3])
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--jobs", type=int, action="append", help="processes; repeatable (default: 1 and 2)")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        tree = args.repository or make_repository(Path(folder) / "repository", args.commits)
        size, alone = patch_text(tree)
        print(f"{size / 1e6:.1f} MB of patch text; git alone {alone:.2f} s, {size / 1e6 / alone:.1f} MB/s")
        for jobs in args.jobs or [1, 2]:
            cache = Path(folder) / f"cache-{jobs}"
            command = [sys.executable, "-m", "pregate", "history", "-q", "--fail-on", "none"]
            command += ["--jobs", str(jobs), "--cache-dir", str(cache), "-C", str(tree)]
            for what in ("first run", "second run"):
                show(f"pregate, {jobs} process{'es' if jobs > 1 else ''}, {what}", measure(command), size)
        if gitleaks := shutil.which("gitleaks"):
            show("gitleaks git", measure([gitleaks, "git", "--no-banner", str(tree)]), size)
    return 0


def show(what: str, run: Run, size: int) -> None:
    """A row."""
    speed = f"{size / 1e6 / run.wall:>7.1f} MB/s {size / 1e6 / run.cpu:>7.1f} MB/s of processor time"
    print(
        f"{what:<36} {run.wall:>7.2f} s {run.cpu:>7.2f} s {speed} {run.memory / 1024:>7.0f} MiB", flush=True
    )


def measure(command: Sequence[str]) -> Run:
    """One run of a command, with everything that it starts."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, process.returncode)


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
