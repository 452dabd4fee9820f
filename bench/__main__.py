"""
``python -m bench [b] [c] [github]``: the figures of docs/performance.md, each from one run of pairs on
this machine.

(b) a whole tree against ``detect-secrets scan`` and ``bandit -r`` (c) a whole tree with a warm cache against
a cold one (github) the action on a pull request, with publishing against without

``python -m bench hook`` measures a commit of five files (bench/hook/command.py).
``python -m bench iam-labels --validate FILE`` compares findings with recorded ones (bench/iam_labels.py).
``python -m bench iam-engine`` measures agreement and speed of the IAM engine (bench/iam_engine.py).
``python -m bench dependencies`` measures lock files against a local index (bench/dependencies.py).
``python -m bench.secrets`` measures what is found of a generated set of secrets (bench/secrets).
``python -m bench action`` measures how long the action takes to its first check (bench/action.py).
``python -m bench history`` measures the search of a whole history (bench/history.py).
``python -m bench changes`` measures whether a change's cost grows with its repository (bench/changes.py).
``python -m bench trees`` measures whole trees, cold and known (bench/trees.py).
``python -m bench iam-brute-force`` puts the IAM engine before the plain evaluator (bench/brute_force.py).
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import (
    action,
    brute_force,
    changes,
    dependencies,
    history,
    iam_engine,
    iam_labels,
    publishing,
    trees,
)
from bench.corpora import CORPORA, FOLDER, corpus
from bench.hook import command as hook
from bench.ledger import Ledger, with_record
from bench.measure import Result, Side, compare

BIN = Path(sys.executable).parent
PREGATE = [str(BIN / "pregate"), "scan", "--offline", "--fail-on", "none"]
GOALS = {"b": 0.6, "c": 0.1}
PUBLISHING = 2.0  # seconds beside the scan
COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "iam-labels": iam_labels.main,
    "iam-engine": iam_engine.main,
    "iam-brute-force": brute_force.main,
    "dependencies": dependencies.main,
    "action": action.main,
    "history": history.main,
    "trees": trees.main,
    "changes": changes.main,
    "hook": hook.main,
}


def main() -> int:
    """Prints a row for each measurement asked for; always 0: figures are to be read, not asserted."""
    if sys.argv[1:] and (command := COMMANDS.get(sys.argv[1])):
        return command(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[1])
    parser.add_argument(
        "which", nargs="*", choices=[*GOALS, "github", []], default=[], help="b, c, github (default: all)"
    )
    parser.add_argument(
        "--rounds", type=int, default=0, help="pairs to run (default: 3 for b, 5 for c and github)"
    )
    parser.add_argument(
        "--corpus", action="append", choices=CORPORA, default=[], help="for b and c; repeatable"
    )
    args = with_record(parser).parse_args()
    ledger = Ledger(args.record)
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of paired runs\n")
    which = args.which or [*GOALS, "github"]
    if set(which) & set(GOALS):
        print(f"{'what':<44} {'ours':>9} {'theirs':>9} {'wall':>6} {'cpu':>6} {'aim':>6}")
    for name in (args.corpus or ["Flask", "boto3"]) if "b" in which else ():
        result = whole_tree(corpus(name), args.rounds or 3)
        show("b", f"(b) {name}, whole tree", result)
        note(ledger, f"b.{name.lower()}", "b", result)
    for name in (args.corpus or ["Flask", "Django"]) if "c" in which else ():
        result = warm_cache(corpus(name), args.rounds or 5)
        show("c", f"(c) {name}, warm against cold cache", result)
        note(ledger, f"c.{name.lower()}", "c", result)
    if "github" in which:
        publishing.show(publishing.measure(args.rounds or 5), PUBLISHING, ledger)
    ledger.close()
    return 0


def whole_tree(tree: Path, rounds: int) -> Result:
    """Both scanners over every file of a tree."""
    checks = ["--check", "secrets", "--check", "python"]
    ours = Side("pregate", [([*PREGATE, "--all", "--no-cache", *checks], tree)])
    theirs = Side(
        "tools",
        [
            ([str(BIN / "detect-secrets"), "scan"], tree),
            ([str(BIN / "bandit"), "--quiet", "--exit-zero", "--recursive", "."], tree),
        ],
    )
    return compare(ours, theirs, rounds, warm_up=0)


def warm_cache(tree: Path, rounds: int) -> Result:
    """The second scan of a tree against the first."""
    cold, warm = FOLDER / "cache-cold", FOLDER / "cache-warm"
    scan = [*PREGATE, "--all", "--check", "secrets", "--check", "python", "--cache-dir"]
    ours = Side("warm", [([*scan, str(warm)], tree)])
    theirs = Side("cold", [([*scan, str(cold)], tree)], lambda: shutil.rmtree(cold, ignore_errors=True))
    return compare(ours, theirs, rounds)


def show(goal: str, what: str, result: Result) -> None:
    """A row: seconds on the clock, and the ratios of wall and processor time."""
    ours, theirs = (Result.median(samples, "wall") for samples in (result.ours, result.theirs))
    row = f"{what:<44} {ours:>8.3f}s {theirs:>8.3f}s {result.ratio('wall'):>6.2f} {result.ratio('cpu'):>6.2f}"
    print(f"{row} {'≤ ' + str(GOALS[goal]):>6}", flush=True)


def note(ledger: Ledger, name: str, goal: str, result: Result) -> None:
    """Ours by theirs beside what was recorded: on the clock, and of processor time."""
    ledger.figure(name, result.ratio("wall"), "x", f"≤ {GOALS[goal]}")
    ledger.figure(f"{name}.processor", result.ratio("cpu"), "x")


if __name__ == "__main__":
    raise SystemExit(main())
