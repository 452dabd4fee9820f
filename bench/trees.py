"""
``python -m bench trees [--files N] [--rounds N] [--record]``: whole trees, cold and known.

Django with all four checks: without a cache, and with the cache of the run before after a change of one file.
Then a repository of many small files (one in ten YAML, three Python, a lock file in a thousand), made with
git-fast-import(1): its second scan, beside a bare start of Python and git's own list of the files, and the
memory of the largest process. Runs are in turn; figures are medians on the clock, those called ``cpu``
processor time with all child processes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.corpora import corpus, git
from bench.ledger import Ledger, with_record

ROOT = Path(__file__).parent.parent
SCAN = [sys.executable, "-m", "pregate", "scan", "--all", "--offline", "--fail-on", "none", "--quiet"]
SCAN += ["--advisories", str(ROOT / "examples" / "advisories")]


@dataclass(frozen=True)
class Run:
    """Seconds on the clock and of processor time, and MiB of the largest process."""

    wall: float
    cpu: float
    memory: float


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; always 0."""
    parser = argparse.ArgumentParser(prog="python -m bench trees", description=__doc__.split("\n")[3])
    parser.add_argument("--files", type=int, default=100_000, help="of the made repository")
    parser.add_argument("--rounds", type=int, default=3)
    args = with_record(parser).parse_args(arguments)
    ledger = Ledger(args.record)
    with tempfile.TemporaryDirectory() as folder:
        _django(ledger, Path(folder), args.rounds)
        _many_files(ledger, Path(folder), args.files, args.rounds)
    ledger.close()
    return 0


def _django(ledger: Ledger, folder: Path, rounds: int) -> None:
    tree, cache, other = folder / "django", folder / "warm", folder / "cold"
    git(folder, "clone", "--quiet", str(corpus("Django")), str(tree))
    scripts = sorted((tree / "django").rglob("*.py"))
    _measured(_scan(cache), tree)
    cold, known, changed = [], [], []
    for number in range(rounds):
        shutil.rmtree(other, ignore_errors=True)
        cold.append(_measured(_scan(other), tree))
        known.append(_measured(_scan(cache), tree))
        script = scripts[(number + 1) * len(scripts) // (rounds + 1)]
        script.write_text(script.read_text(encoding="utf-8") + "\n\nBENCH = 1\n", encoding="utf-8")
        git(tree, "commit", "--quiet", "--all", "--message", "one file")
        changed.append(_measured(_scan(cache), tree))
    ledger.figure("tree.django.cold", _wall(cold), "s", "≤ 8")
    ledger.figure("tree.django.cold.cpu", _cpu(cold), "s")
    ledger.figure("tree.django.warm", 100 * _wall(known) / _wall(cold), "%")
    ledger.figure("tree.django.warm-one-change", 100 * _wall(changed) / _wall(cold), "%", "≤ 5")
    ledger.figure("tree.django.warm-one-change.cpu", 100 * _cpu(changed) / _cpu(cold), "%")
    ledger.figure("tree.django.warm-one-change.seconds", _wall(changed), "s")


def _many_files(ledger: Ledger, folder: Path, count: int, rounds: int) -> None:
    tree, cache = make_repository(folder / "many", count), folder / "many-cache"
    first = _measured(_scan(cache), tree)
    warm, starts, listings = [], [], []
    for _ in range(rounds):
        warm.append(_measured(_scan(cache), tree))
        starts.append(_measured([sys.executable, "-c", "pass"], tree))
        listings.append(_measured(["git", "ls-files", "--stage", "-z"], tree))
    name = f"tree.{count // 1000}k"
    ledger.figure(f"{name}.cold", first.wall, "s")
    ledger.figure(f"{name}.warm", _wall(warm), "s", "≤ 1")
    ledger.figure(f"{name}.warm.cpu", _cpu(warm), "s")
    ledger.figure(f"{name}.warm.by-start", _cpu(warm) / _cpu(starts), "x")
    ledger.figure(f"{name}.warm.by-listing", _cpu(warm) / _cpu(listings), "x")
    ledger.figure(f"{name}.memory", max(first.memory, *(run.memory for run in warm)), "MiB", "≤ 64")
    ledger.figure(f"{name}.memory.warm", max(run.memory for run in warm), "MiB", "≤ 64")


def make_repository(place: Path, count: int) -> Path:
    """A repository with one commit of ``count`` small files, the same in each run."""
    git(place.parent, "init", "--quiet", "--initial-branch", "main", str(place))
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=place, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(
            b"commit refs/heads/main\ncommitter B <b@example.com> 1700000000 +0000\ndata 1\nx\n"
        )
        for path, text in _files(count):
            data = text.encode()
            process.stdin.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    if process.returncode:
        raise SystemExit("git fast-import failed")
    git(place, "read-tree", "main")
    return place


def _files(count: int) -> Iterator[tuple[str, str]]:
    for n in range(count):
        folder, kind = f"src/part{n // 1000:03}/group{n // 50 % 20:02}", n % 100
        if n % 1000 == 50:
            yield f"{folder}/item{n}/requirements.txt", f"jinja2==3.1.{n % 7}\nrequests==2.32.{n % 5}\n"
        elif kind < 10:
            yield f"{folder}/values{n}.yaml", f"name: item{n}\nparts:\n  - count: {n}\n  - total: {n + 1}\n"
        elif kind < 40:
            yield f"{folder}/module{n}.py", f"def part_{n}(value):\n    return value + {n}\n\n\nLIMIT = {n}\n"
        elif kind < 50:
            yield f"{folder}/data{n}.json", json.dumps({"name": f"item{n}", "sizes": [n, n + 1]}) + "\n"
        elif kind < 75:
            yield f"{folder}/view{n}.js", f"export function view{n}(order) {{\n  return order + {n};\n}}\n"
        else:
            yield f"{folder}/note{n}.md", f"# Note {n}\n\n" + "Some words about the queue of orders.\n" * 4


def _scan(cache: Path) -> list[str]:
    return [*SCAN, "--cache-dir", str(cache)]


def _measured(command: Sequence[str], directory: Path) -> Run:
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {"PYTHONPATH": str(ROOT / "src")}
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=directory, env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in (0, 1, 3):
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _median(runs: Sequence[Run], figure: Callable[[Run], float]) -> float:
    return statistics.median(map(figure, runs))


def _wall(runs: Sequence[Run]) -> float:
    return _median(runs, lambda run: run.wall)


def _cpu(runs: Sequence[Run]) -> float:
    return _median(runs, lambda run: run.cpu)
