"""
``python -m bench.python_speed TREE …``: Bandit's tests in the python check against ``bandit -r``.

Every field of every entry in ``results`` and ``errors`` of ``bandit -f json`` is compared (addresses of
objects in a message left out). Times are those of whole processes, run in turn: the check in one process,
``bandit -r``, and ``ast.parse`` of the same files. Other rows:

- ``--wall``: ``pregate scan --all`` on two processes against ``bandit -r``, on the clock;
- ``--five``: five changed files, ``pregate scan --staged`` against ``bandit -q FILE …``, and the check alone;
- ``--fuzz N``: N made sources, with and without the conditions (:mod:`bench.python_fuzz`).

``--python PROGRAM`` runs both under another interpreter, in whose environment pregate and Bandit are
installed; ``--rounds 0`` compares and takes no times.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.ledger import Ledger, with_record
from bench.measure import Sample, Side, compare, run

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_HERE = Path(__file__).parent
_GROUPS = 5  # of five files
_PARSE = """
import ast, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
for file in sorted(Path(sys.argv[1]).rglob("*.py")):
    try:
        ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        pass
"""


def main(words: Sequence[str] | None = None) -> int:
    """Prints a row for each tree; 1 where results differ."""
    parser = with_record(argparse.ArgumentParser(prog="python -m bench.python_speed", description=__doc__))
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--name", default="django", help="what the figures of the (last) tree are called")
    for mode in ("wall", "five"):
        parser.add_argument(f"--{mode}", action="store_true")
    parser.add_argument("--fuzz", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    args = parser.parse_args(words)
    trees = [tree.resolve() for tree in args.trees]
    ledger = Ledger(args.record)
    print(f"load {os.getloadavg()[0]:.1f}, {args.python}")
    if args.fuzz:
        return _fuzz(trees, args.fuzz, args.seed)
    if args.wall:
        _wall(ledger, args.python, trees[-1], args.rounds, args.name)
    elif args.five:
        _five(ledger, args.python, trees[-1], args.rounds)
    else:
        return _trees(ledger, args.python, trees, args.rounds, args.name)
    ledger.close()
    return 0


def _trees(ledger: Ledger, python: str, trees: Sequence[Path], rounds: int, name: str) -> int:
    differing = 0
    print(f"{'tree':<20} {'issues':>7} {'errors':>7} {'differ':>7} {'bandit/ours':>12} {'ours/parse':>11}")
    for tree in trees:
        (issues, errors), different = _differences(python, tree)
        differing += different
        row = f"{tree.name:<20} {issues:>7} {errors:>7} {different:>7}"
        if not rounds:
            print(row, flush=True)
            continue
        mine, yours, least = _processor_times(python, tree, rounds)
        print(f"{row} {yours / mine:>12.1f} {mine / least:>11.2f}  {mine:.2f} and {yours:.2f} s", flush=True)
    if not rounds:
        return int(bool(differing))
    ledger.figure(f"bandit.{name}.cpu", yours / mine, "x", "≥ 8", higher_is_better=True)
    ledger.figure(f"bandit.{name}.parse", mine / least, "x", "≤ 2")
    ledger.close()
    return int(bool(differing))


def _differences(python: str, tree: Path) -> tuple[tuple[int, int], int]:
    """How many issues and errors Bandit has, and how many entries one side has and the other not."""
    ours = json.loads(_output([python, str(_HERE / "python_json.py"), str(tree)]))
    command = [*_bandit(python), "-r", "-f", "json", "--exclude", "/none", str(tree)]
    theirs = json.loads(_output(command))
    different = 0
    for part in ("results", "errors"):
        mine, yours = _entries(ours[part]), _entries(theirs[part])
        for entry in list((mine - yours).elements())[:3]:
            print("only ours:", entry)
        for entry in list((yours - mine).elements())[:3]:
            print("only theirs:", entry)
        different += sum(((mine - yours) + (yours - mine)).values())
    return (len(theirs["results"]), len(theirs["errors"])), different


def _entries(rows: Sequence[object]) -> Counter[str]:
    return Counter(_ADDRESS.sub("", json.dumps(row, sort_keys=True)) for row in rows)


def _processor_times(python: str, tree: Path, rounds: int) -> list[float]:
    """Medians of the check, Bandit and the parser."""
    commands = (
        [python, str(_HERE / "python_json.py"), str(tree), "--quietly"],
        [*_bandit(python), "-r", "-f", "json", "-o", os.devnull, "--exclude", "/none", str(tree)],
        [python, "-c", _PARSE, str(tree)],
    )
    sides = [Side("", [(command, tree)]) for command in commands]
    samples = [[run(side).cpu for side in sides] for _ in range(rounds)]
    return [statistics.median(costs) for costs in zip(*samples, strict=True)]


def _wall(ledger: Ledger, python: str, tree: Path, rounds: int, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / tree.name
        shutil.copytree(tree, copy)
        _commit(copy)
        scan = [*_pregate(python), "--all", "--check", "python", "--no-cache", "--jobs", "2", "-q"]
        run(Side("", [(scan, copy)]))  # the copy was only just made: its objects are not in memory yet
        bandit = [*_bandit(python), "-r", "-f", "json", "-o", os.devnull, "--exclude", "/none", "."]
        pairs = []
        for _ in range(rounds):
            load = os.getloadavg()[0]
            ours, theirs = run(Side("", [(scan, copy)])), run(Side("", [(bandit, copy)]))
            pairs.append((ours, theirs))
            print(f"load {load:.1f}: {_seconds(ours)} and {_seconds(theirs)}", flush=True)
    walls = statistics.median(theirs.wall / ours.wall for ours, theirs in pairs)
    costs = statistics.median(theirs.cpu / ours.cpu for ours, theirs in pairs)
    ledger.figure(f"bandit.{name}.wall-2", walls, "x", "≥ 13", higher_is_better=True)
    ledger.figure(f"bandit.{name}.scan-cpu", costs, "x", higher_is_better=True)


def _seconds(sample: Sample) -> str:
    return f"{sample.wall:.2f} s (processor {sample.cpu:.2f})"


def _five(ledger: Ledger, python: str, tree: Path, rounds: int) -> None:
    from bench.python_json import python_files

    files = [file for file in python_files(tree) if 2_000 < file.stat().st_size < 20_000]
    rng, ratios = random.Random(5), {"five-files": [], "five-files-check-alone": []}  # type: ignore[var-annotated]
    for _ in range(_GROUPS):
        with tempfile.TemporaryDirectory() as name:
            folder, names = Path(name), []
            for number, file in enumerate(rng.sample(files, 5)):
                names.append(f"{number}{file.name}")
                shutil.copy(file, folder / names[-1])
            _commit(folder, staged=names)
            bandit = Side("bandit", [([*_bandit(python), *names], folder)])
            scan = [*_pregate(python), "--staged", "--check", "python", "--no-cache", "-q"]
            alone = [python, str(_HERE / "python_alone.py"), *names]
            for figure, command in zip(ratios, (scan, alone), strict=True):
                result = compare(Side(figure, [(command, folder)]), bandit, rounds)
                ratios[figure].append(1 / result.ratio("cpu"))
            print(*names, *(f"{values[-1]:.1f}" for values in ratios.values()), flush=True)
    ledger.figure("bandit.five-files", statistics.median(ratios["five-files"]), "x", "≥ 3.5", True)
    alone_ratio = statistics.median(ratios["five-files-check-alone"])
    ledger.figure("bandit.five-files-check-alone", alone_ratio, "x", "≥ 8", True)


def _fuzz(trees: Sequence[Path], number: int, seed: int) -> int:
    from bench.python_fuzz import differing
    from bench.python_json import python_files

    found = (file for tree in trees for file in python_files(tree))
    files = [file.read_bytes() for file in found if file.stat().st_size < 60_000]
    wrong = 0
    for data, all_nodes, some in differing(random.Random(seed), files, number):
        wrong += 1
        print(data.decode("utf-8", "replace"), f"all nodes: {all_nodes}", f"conditions: {some}", sep="\n")
    print(f"seed {seed}: {number} sources, {wrong} told in another way")
    return int(bool(wrong))


def _bandit(python: str) -> list[str]:
    return [python, "-m", "bandit", "-q"]


def _pregate(python: str) -> list[str]:
    return [python, "-c", "import sys; from pregate.entry import main; sys.exit(main())", "scan"]


def _commit(folder: Path, staged: Sequence[str] = ()) -> None:
    """Makes a repository of a folder; ``staged`` files are added to the index after the commit."""
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    if not staged:
        subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "all", "--allow-empty"], check=True)
    if staged:
        subprocess.run([*git, "add", "--", *staged], check=True)


def _output(command: Sequence[str]) -> bytes:
    return subprocess.run(command, capture_output=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
