"""
Where the start of a hook goes, by ``python -X importtime``: each module's own time, and whose they are.

Of several runs the shortest time of each module counts, for what else the machine does only adds. The option
itself adds some 10 %. Modules that a bare Python loads are left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.environments import own_environment
from bench.hook.change import ADVISORIES, clone, stage_five
from bench.ledger import Ledger

SHOWN = 25
GROUPS = ("pregate", "standard library", "scanners", "others")
SCANNERS = frozenset({"bandit", "detect_secrets"})
_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)")


def measure(ledger: Ledger, folder: Path, rounds: int) -> None:
    """Prints the costliest modules, the sum of each group, and how many modules there are."""
    programs = own_environment()
    five, nothing = stage_five(clone(folder / "five")), clone(folder / "nothing")
    hook = [str(programs / "pregate"), "hook", "pre-commit", "--no-cache", "--advisories", str(ADVISORIES)]
    bare = _profile([str(programs / "python"), "-X", "importtime", "-c", "pass"], five)
    command = [str(programs / "python"), "-X", "importtime", *hook]
    for what, tree, end in (("five files", five, ""), ("nothing", nothing, ".nothing")):
        _profile(command, tree)
        profiles = [_profile(command, tree) for _ in range(rounds)]
        own = {
            name: min(profile[name] for profile in profiles if name in profile)
            for name in profiles[0]
            if name not in bare
        }
        _show(ledger, what, own, end)


def parse(text: str) -> dict[str, float]:
    """Milliseconds of each module itself, without those that it imports, from what Python wrote."""
    return {name: int(microseconds) / 1000 for microseconds, name in _LINE.findall(text)}


def group(module: str) -> str:
    """Which of GROUPS a module belongs to."""
    top = module.partition(".")[0]
    if top == "pregate":
        return "pregate"
    if top in SCANNERS:
        return "scanners"
    return "standard library" if top in sys.stdlib_module_names else "others"


def _profile(command: Sequence[str], tree: Path) -> dict[str, float]:
    done = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
    return parse(done.stderr)


def _show(ledger: Ledger, what: str, own: Mapping[str, float], end: str) -> None:
    print(f"\n{what}: the costliest modules, milliseconds of their own")
    for name in sorted(own, key=lambda module: -own[module])[:SHOWN]:
        print(f"  {own[name]:>7.2f}  {name}")
    groups: dict[str, list[float]] = defaultdict(list)
    for name, time in own.items():
        groups[group(name)].append(time)
    for label in GROUPS:
        times, name = groups[label], label.replace(" ", "-")
        print(f"\n{label}: {len(times)} modules")
        ledger.figure(f"hook.imports{end}.{name}", sum(times), "ms")
    print()
    ledger.figure(f"hook.imports{end}.modules", len(own), "")
