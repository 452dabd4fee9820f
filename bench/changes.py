"""
``python -m bench changes [--sizes 100,10000,100000] [--rounds N]``: does the cost of judging a change grow
with the repository, or the memory with the change?

(growth) 20 changed files in repositories of some sizes, as a pull request's range and as a commit's index;
the figure is the processor time of a whole cold process and of all that it starts, less that of git's own
diff alone. (memory) The peak of our process for these 20, and for 300, 3,000 and 30,000 changed files.
(GitPython) The change set of 3,000 files, whole process, against ``Commit.diff(create_patch=True)`` of the
library.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.change_trees import make_repository
from bench.dependencies import make_record
from bench.ledger import Ledger, with_record
from pregate.advisories.building import Import, update_index

SIZES = (100, 10_000, 100_000)
CHANGED = (300, 3_000, 30_000)
AIM_GROWTH = 1.15
FLAGS = ("-r", "--raw", "-p", "-U0", "-z", "--no-color", "--no-ext-diff", "--find-renames=50%", "-l1000")
RUNNER = """
import atexit, json, resource, sys

def tell(place=sys.argv[1]):
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    seconds = [own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime]
    with open(place, "w") as file:
        json.dump([*seconds, peak / 1024, others.ru_maxrss / 1024], file)

atexit.register(tell)
sys.argv = ["pregate", *sys.argv[2:]]
from pregate.entry import main
sys.exit(main())
"""
STREAM = """
import os, sys
from pathlib import Path
from pregate.changes import Range, open_source
selection = Range("main", "change")
change = open_source(Path(sys.argv[1]), os.environ, selection).changes(selection)
print(sum(1 for file in change for _ in file.added))
"""
LIBRARY = """
import re, sys
import git
repository = git.Repo(sys.argv[1])
base = repository.merge_base("main", "change")[0]
hunk = re.compile(rb"^@@ -[0-9,]+ [+]([0-9]+),?([0-9]*) @@", re.MULTILINE)
diff = base.diff(repository.commit("change"), create_patch=True, unified=0)
print(sum(1 for file in diff for added in hunk.finditer(file.diff) if added[2] != b"0"))
"""


@dataclass(frozen=True)
class Cost:
    """
    Seconds of processor time of our process and of those that it started, and the most memory that ours
    and the largest of the others held, in mebibytes.
    """

    own: float
    others: float
    memory: float
    others_memory: float


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; always 0."""
    parser = with_record(argparse.ArgumentParser(prog="python -m bench changes"))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="files of the repositories")
    parser.add_argument("--changed", default=",".join(map(str, CHANGED)), help="files of the changes")
    parser.add_argument("--rounds", type=int, default=11)
    args = parser.parse_args(arguments)
    ledger = Ledger(record=args.record)
    with TemporaryDirectory(prefix="pregate-bench-") as folder:
        place = Path(folder)
        index = make_index(place)
        sizes = [int(size) for size in args.sizes.split(",") if size]
        if sizes:
            trees = {size: make_repository(place / f"size-{size}", size) for size in sizes}
            show_growth(trees, index, args.rounds, ledger)
        for count in (int(count) for count in args.changed.split(",") if count):
            tree = make_repository(place / f"changed-{count}", max(count, 100), count)
            show_memory(tree, count, index, min(args.rounds, 3), ledger)
            if count == 3_000:
                show_library(tree, min(args.rounds, 5), ledger)
    ledger.close()
    return 0


def show_growth(trees: Mapping[int, Path], index: Path, rounds: int, ledger: Ledger) -> None:
    """A row for each kind of change and size, and the figures of the ledger."""
    kinds = {"range": ("--base", "main", "--head", "change"), "staged": ("--staged",)}
    print(
        f"{'what':<28} {'ours':>8} {'its gits':>9} {'git diff':>9} {'less diff':>10} {'times':>6} {'peak':>8}"
    )
    worst: dict[int, float] = {}
    peak = 0.0
    for kind, options in kinds.items():
        costs: dict[int, list[Cost]] = {size: [] for size in trees}
        alone: dict[int, list[float]] = {size: [] for size in trees}
        for turn in range(rounds + 1):
            for size, tree in trees.items():
                cost, diff = scan(tree, index, options), git_alone(tree, kind)
                if turn:  # the first one warms the disk
                    costs[size].append(cost)
                    alone[size].append(diff)
        smallest = 0.0
        for size in trees:
            own, others, memory = (_median(costs[size], name) for name in ("own", "others", "memory"))
            diff = statistics.median(alone[size])
            less = own + others - diff
            smallest = smallest or less
            peak = max(peak, memory)
            worst[size] = max(worst.get(size, 0.0), less / smallest)
            row = f"{kind}, {size:,} files"
            print(
                f"{row:<28} {own:>7.3f}s {others:>8.3f}s {diff:>8.3f}s {less:>9.3f}s {less / smallest:>6.2f}"
                f" {memory:>4.0f} MiB",
                flush=True,
            )
            if kind == "range" and size == min(trees):
                ledger.figure("change.size-100", less, "s")
    for size, name in ((10_000, "change.growth-10k"), (100_000, "change.growth-100k")):
        if size in worst:
            ledger.figure(name, worst[size], "x", f"≤ {AIM_GROWTH}")
    ledger.figure("change.memory-20", peak, "MiB", "≤ 150")


def show_memory(tree: Path, count: int, index: Path, rounds: int, ledger: Ledger) -> None:
    """The peak of a range of ``count`` files."""
    costs = [scan(tree, index, ("--base", "main", "--head", "change")) for _ in range(rounds)]
    memory, most = _median(costs, "memory"), _median(costs, "others_memory")
    seconds = _median(costs, "own") + _median(costs, "others")
    print(
        f"{count:,} changed files: {seconds:.2f} s, ours {memory:.0f} MiB, the largest other {most:.0f} MiB"
    )
    if count == 3_000:
        ledger.figure("change.memory-3000", memory, "MiB", "≤ 150")


def show_library(tree: Path, rounds: int, ledger: Ledger) -> None:
    """The library's time by ours, of the same hunks."""
    times: dict[str, list[float]] = {STREAM: [], LIBRARY: []}
    answers = set()
    for _ in range(rounds):
        for program, seconds in times.items():
            used, answer = timed([sys.executable, "-c", program, str(tree)], tree)
            seconds.append(used)
            answers.add(answer)
    if len(answers) != 1:
        raise SystemExit(f"the two disagree on the hunks: {answers}")
    ours, theirs = (statistics.median(seconds) for seconds in times.values())
    print(f"change set of 3,000 files: ours {ours:.2f} s, GitPython {theirs:.2f} s of processor time")
    ledger.figure("change.gitpython", theirs / ours, "x", "≥ 6", higher_is_better=True)


def scan(tree: Path, index: Path, options: Sequence[str]) -> Cost:
    """One cold scan of a change, without a cache."""
    result = tree / ".git" / "bench.json"
    command = [sys.executable, "-c", RUNNER, str(result), "scan", *options, "--quiet", "--no-cache"]
    command += ["--offline", "--advisories", str(index), "--fail-on", "none", "-C", str(tree)]
    done = subprocess.run(command, cwd=tree.parent, capture_output=True, env=_environment())
    if done.returncode:
        raise SystemExit(f"exit {done.returncode}\n{done.stderr.decode()[-2000:]}")
    return Cost(*json.loads(result.read_text()))


def git_alone(tree: Path, kind: str) -> float:
    """Seconds of processor time of git's own diff."""
    diff = ["diff-tree", *FLAGS, "main", "change"]
    if kind == "staged":
        diff = ["diff-index", "--cached", *FLAGS[1:], "main"]
    return timed(["git", *diff, "--"], tree)[0]


def timed(command: Sequence[str], tree: Path) -> tuple[float, bytes]:
    """Seconds of processor time of one process and all that it starts, and what it printed."""
    with subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, env=_environment()) as process:
        assert process.stdout is not None
        answer = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: exit {process.returncode}")
    return usage.ru_utime + usage.ru_stime, answer


def make_index(place: Path) -> Path:
    """A small index of advisories: some packages of the lock files are in it."""
    imports = []
    for ecosystem in ("PyPI", "npm"):
        folder = place / "records" / ecosystem
        folder.mkdir(parents=True)
        for n in range(0, 1000, 20):
            record = make_record(ecosystem, f"demo-pack-{n}", n, fixed=n % 40 == 0)
            (folder / f"{record['id']}.json").write_text(json.dumps(record))
        imports.append(Import(ecosystem, folder, ecosystem))
    update_index(place / "index.sqlite", imports, time.time())
    return place / "index.sqlite"


def _median(costs: Sequence[Cost], name: str) -> float:
    return float(statistics.median(getattr(cost, name) for cost in costs))


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
