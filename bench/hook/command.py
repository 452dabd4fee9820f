"""
``python -m bench hook [--rounds N] [--record]``: a cold hook on five files staged in Django's repository, all
four checks, against detect-secrets-hook, bandit, pip-audit and parliament one after another.

``--imports`` tells where the start goes instead (bench/hook/imports.py), ``--frameworks`` what pre-commit and
prek add (bench/hook/frameworks.py). Every program has an environment of its own, pregate as a built wheel.
All sides run in turn; figures are medians. Those that end in ``.processor`` are processor time with all child
processes, and what to go by on a machine with other work.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.environments import own_environment
from bench.hook import frameworks, imports
from bench.hook.change import ADVISORIES, clone, stage_demo, stage_five
from bench.hook.replay import replay
from bench.hook.tools import Tools, find_tools
from bench.ledger import Ledger, with_record
from bench.measure import Side, Turns, turns

CHECKS = ("secrets", "python", "dependencies", "iam")
AIM = 20.0
SECOND_RUN = 80.0  # milliseconds


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; always 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bench hook", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=0, help="turns (default: 9; of --frameworks 5)")
    parser.add_argument("--imports", action="store_true", help="modules of a cold hook by their own time")
    parser.add_argument("--frameworks", action="store_true", help="under pre-commit and prek")
    args = with_record(parser).parse_args(arguments)
    ledger = Ledger(args.record)
    with tempfile.TemporaryDirectory() as folder:
        if args.imports:
            imports.measure(ledger, Path(folder), args.rounds or 5)
        elif args.frameworks:
            frameworks.measure(ledger, Path(folder), args.rounds or 5)
        else:
            _measure(ledger, Path(folder), args.rounds or 9)
    ledger.close()
    return 0


def hook(programs: Path, *options: str) -> list[str]:
    """The command of a hook with the example advisories."""
    return [str(programs / "pregate"), "hook", "pre-commit", "--advisories", str(ADVISORIES), *options]


def _measure(ledger: Ledger, folder: Path, rounds: int) -> None:
    tools = find_tools()
    sides = _own_sides(folder) + tools.sides(folder / "five")
    _show(ledger, turns(sides, rounds), tools)
    calls = (folder / "git" / "replay.sh").read_text(encoding="utf-8").count("\n")
    ledger.figure("hook.git.calls", calls, "")


def _own_sides(folder: Path) -> list[Side]:
    programs = own_environment()
    five, nothing = stage_five(clone(folder / "five")), clone(folder / "nothing")
    demo = stage_demo(clone(folder / "demo"))
    cold, kept, new = hook(programs, "--no-cache"), folder / "kept", folder / "new"
    sides = [
        Side("python", [([str(programs / "python"), "-c", "pass"], five)]),
        Side("git", [(["sh", str(replay(cold, five, folder / "git"))], five)]),
        Side("cold", [(cold, five)]),
        Side("second-run", [(hook(programs, "--cache-dir", str(kept)), five)]),
        Side(
            "first-run",
            [(hook(programs, "--cache-dir", str(new)), five)],
            lambda: shutil.rmtree(new, ignore_errors=True),
        ),
        Side("nothing", [(cold, nothing)]),
        Side("findings", [(cold, demo)]),
    ]
    for left_out in CHECKS:
        options = [word for check in CHECKS if check != left_out for word in ("--check", check)]
        sides.append(Side(f"without {left_out}", [([*cold, *options], five)]))
    return sides


def _show(ledger: Ledger, measured: Turns, tools: Tools) -> None:
    names = tools.names
    cheap = [name for name in names if name != "pip-audit"]
    for figure, end in (("wall", ""), ("cpu", ".processor")):

        def seconds(*sides: str, figure: str = figure) -> float:
            return measured.median(figure, *sides)

        print(f"\n{'on the clock' if figure == 'wall' else 'processor time'}")
        cold, python = seconds("cold"), seconds("python")
        ledger.figure(f"hook.five-files{end}", seconds(*names) / cold, "x", f"≥ {AIM:g}", True)
        ledger.figure(f"hook.without-pip-audit{end}", seconds(*cheap) / cold, "x", "", True)
        ledger.figure(f"hook.by-python-start{end}", cold / python, "x")
        ledger.figure(f"hook.cold{end}", cold * 1000, "ms")
        ledger.figure(f"hook.second-run{end}", seconds("second-run") * 1000, "ms", f"≤ {SECOND_RUN:g}")
        for side in ("first-run", "nothing", "findings", "python", "git"):
            ledger.figure(f"hook.{side}{end}", seconds(side) * 1000, "ms")
        for check in CHECKS:
            more = measured.difference(figure, "cold", f"without {check}")
            ledger.figure(f"hook.check.{check}{end}", more * 1000, "ms")
        for name in names:
            ledger.figure(f"hook.tool.{name}{end}", seconds(name) * 1000, "ms")
