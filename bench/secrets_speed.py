"""
``python -m bench.secrets_speed TREE …``: what the search for secrets costs, whole processes run in turn.

For each tree, every file that detect-secrets would open: pregate's own detectors with and without
ahocorasick_rs, detect-secrets' findings in this engine, ``pregate scan`` itself, ``detect-secrets scan``, and
gitleaks where ``--gitleaks PROGRAM`` names it. ``--hook`` adds a commit of five files of the first tree in
cold processes; ``--memory N`` the memory of a scan of N generated files. Trees are copied and committed to a
repository of their own first. Ratios are seconds of theirs by ours, of processor time and on the clock.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.corpora import git

if TYPE_CHECKING:
    from bench.ledger import Ledger

BIN = Path(sys.executable).parent
PREGATE = (str(BIN / "pregate"), "scan", "--offline", "--fail-on", "none", "--no-cache", "--check", "secrets")
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h: time of grandchildren counts too
_OURS = ("own", "own+fast", "parity", "pregate")


class Cost(NamedTuple):
    """Seconds of processor time and on the clock, and the most memory of one process in MiB."""

    cpu: float
    wall: float
    memory: float


def main(words: Sequence[str] | None = None) -> int:
    """Prints a row for each tree; always 0: figures are to be read, not asserted."""
    parser = argparse.ArgumentParser(prog="python -m bench.secrets_speed", description=__doc__)
    parser.add_argument("trees", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--gitleaks", default="", metavar="PROGRAM")
    parser.add_argument("--seconds", type=int, default=600, help="for one scan of detect-secrets")
    parser.add_argument("--hook", type=int, default=0, metavar="ROUNDS")
    parser.add_argument("--memory", type=int, default=0, metavar="FILES")
    parser.add_argument("--scan", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--record", action="store_true", help="keep the figures in bench/recorded.json")
    args = parser.parse_args(words)
    if args.scan:
        return _scan(args.scan[0], Path(args.scan[1]))
    from bench.ledger import Ledger  # what is measured is started from here, too

    ledger = Ledger(args.record)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as scratch:
        trees = [_committed(tree, Path(scratch)) for tree in args.trees]
        if trees:
            _show_trees(trees, args.rounds, args.gitleaks, args.seconds, ledger)
        if args.hook and trees:
            _show_hook(trees[0], args.hook, args.gitleaks, ledger)
        if args.memory:
            _show_memory(_generated(Path(scratch) / "many", args.memory), args.memory, ledger)
    ledger.close()
    return 0


def _show_trees(trees: Sequence[Path], rounds: int, gitleaks: str, seconds: int, ledger: Ledger) -> None:
    print(f"{'tree':<24} {'seconds of ours, cpu':<38} {'theirs by ours, cpu (wall)'}")
    ratios: dict[str, list[float]] = {}
    for tree in trees:
        costs = _in_turn(_commands(tree, gitleaks), tree, rounds, seconds)
        ours = "  ".join(f"{name} {costs[name].cpu:.2f}" for name in _OURS if name in costs)
        print(f"{tree.name:<24} {ours}", flush=True)
        for theirs in ("detect-secrets", "gitleaks"):
            for name in _OURS:
                if name in costs and theirs in costs:
                    cpu, wall = costs[theirs].cpu / costs[name].cpu, costs[theirs].wall / costs[name].wall
                    ratios.setdefault(f"{theirs} by {name}", []).append(cpu)
                    figure = f"secrets.{tree.name}.{theirs}-by-{name}"
                    ledger.figure(figure, cpu, "x", higher_is_better=True)
                    print(f"{'':<24} {theirs:>15} by {name:<10} {cpu:>7.1f} ({wall:.1f})", flush=True)
    for name, values in ratios.items():
        print(
            f"{name:<32} median {statistics.median(values):>7.1f}  worst {min(values):>7.1f}, {len(values)}"
        )


def _commands(tree: Path, gitleaks: str) -> dict[str, tuple[str, ...]]:
    ours = (sys.executable, "-m", "bench.secrets_speed", "--scan")
    commands = {
        "own": (*ours, "own", str(tree)),
        "own+fast": (*ours, "own+fast", str(tree)),
        "parity": (*ours, "parity", str(tree)),
        "pregate": (*PREGATE, "--all"),
        "detect-secrets": (str(BIN / "detect-secrets"), "scan"),
    }
    if gitleaks:
        commands["gitleaks"] = (gitleaks, "dir", "--no-banner", "--exit-code", "0", ".")
    return commands


def _in_turn(
    commands: Mapping[str, Sequence[str]], tree: Path, rounds: int, seconds: int = 600
) -> dict[str, Cost]:
    """Medians of each command over the rounds; one that took too long is left out."""
    samples: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            cost = _run(command, tree, seconds)
            if cost:
                samples[name].append(cost)
    return {
        name: Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))
        for name, costs in samples.items()
        if costs
    }


def _run(command: Sequence[str], tree: Path, seconds: int) -> Cost | None:
    """What a command and all that it started took; ``None`` when it was not done in time."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=tree,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    cpu = memory = 0.0
    previous = signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
    signal.alarm(seconds)
    wall, status = 0.0, 0
    try:
        while True:
            pid, ended, usage = os.wait3(0)
            cpu += usage.ru_utime + usage.ru_stime
            memory = max(memory, usage.ru_maxrss / 1024)
            if pid == process.pid:
                wall, status = time.perf_counter() - started, ended
    except ChildProcessError:
        pass
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL:
        return None
    if process.returncode not in (0, 1, 3):
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}")
    return Cost(cpu, wall, memory)


def _environment() -> dict[str, str]:
    root = Path(__file__).parent.parent
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}


def _scan(engine: str, tree: Path) -> int:
    """All files of a tree in this process."""
    from pregate.secrets.paths import is_scanned
    from pregate.secrets.scan import DETECT_SECRETS, OWN, scan

    if engine == "own":  # as where ahocorasick_rs is not installed
        sys.modules["ahocorasick_rs"] = None  # type: ignore[assignment]
    for folder, inside, names in os.walk(tree):
        inside[:] = sorted(name for name in inside if name != ".git")
        for name in sorted(names):
            path = Path(folder, name)
            place = path.relative_to(tree).as_posix()
            if is_scanned(place) and path.is_file() and not path.is_symlink():
                scan(place, path.read_bytes(), engine=DETECT_SECRETS if engine == "parity" else OWN)
    return 0


def _committed(tree: Path, scratch: Path) -> Path:
    """A copy of a tree in a repository of its own."""
    copy = scratch / tree.resolve().name
    shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    git(copy, "init", "--quiet", "--initial-branch", "main")
    git(copy, "add", "--all", "--force")
    git(copy, "commit", "--quiet", "--message", "all")
    return copy


def _show_hook(tree: Path, rounds: int, gitleaks: str, ledger: Ledger) -> None:
    """A commit of five files: the largest Python files of at most 12 KB, each with a line more."""
    files = sorted(
        (p for p in tree.rglob("*.py") if p.stat().st_size <= 12_000), key=lambda p: -p.stat().st_size
    )[:5]
    for path in files:
        path.write_bytes(path.read_bytes() + b"\nBENCH = 1\n")
    git(tree, "add", "--all", "--force")
    names = tuple(path.relative_to(tree).as_posix() for path in files)
    commands = {
        "python": (sys.executable, "-c", "pass"),
        "own": (sys.executable, "-m", "bench.secrets_hook", *names),
        "pregate": (*PREGATE, "--staged"),
        "detect-secrets-hook": (str(BIN / "detect-secrets-hook"), *names),
    }
    if gitleaks:
        commands["gitleaks"] = (gitleaks, "git", "--staged", "--no-banner", "--exit-code", "0", ".")
    costs = _in_turn(commands, tree, rounds)
    size = sum(path.stat().st_size for path in files)
    print(f"\ncommit of {len(files)} files, {size / 1024:.0f} KB, cold; medians of {rounds}")
    for name, cost in costs.items():
        factors = "  ".join(f"{cost.cpu / costs[n].cpu:.2f} x {n}" for n in ("python", "own", "pregate"))
        if name != "python":
            ledger.figure(f"secrets.hook.{name}-by-python", cost.cpu / costs["python"].cpu, "x")
        print(f"{name:<24} cpu {cost.cpu * 1000:>7.1f} ms  wall {cost.wall * 1000:>7.1f} ms  {factors}")


def _generated(folder: Path, count: int) -> Path:
    for number in range(count):
        inside = folder / f"{number // 1000:03d}"
        inside.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"name_{number}_{line} = compute({line * number})\n" for line in range(40))
        (inside / f"{number}.{'yaml' if number % 10 == 0 else 'py'}").write_text(lines)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


def _show_memory(tree: Path, count: int, ledger: Ledger) -> None:
    print(f"\n{count} generated files")
    for name, command in _commands(tree, "").items():
        if name != "detect-secrets":
            cost = _run(command, tree, 3600)
            if cost:
                print(
                    f"{name:<12} cpu {cost.cpu:.1f} s  wall {cost.wall:.1f} s  {cost.memory:.0f} MiB",
                    flush=True,
                )
                ledger.figure(f"secrets.{count}-files.{name}.memory", cost.memory, "MiB")


if __name__ == "__main__":
    raise SystemExit(main())
