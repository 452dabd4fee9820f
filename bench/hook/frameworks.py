"""
The same five files through pre-commit and prek, each with an environment of its own: an empty hook (what the
framework itself takes), pregate as a program of the system and as the framework installs it, and the four
programs as four hooks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.corpora import FOLDER, git
from bench.environments import copy_source, environment, own_environment
from bench.hook.change import ADVISORIES, POLICY, clone, stage_five
from bench.hook.tools import Tools, arguments, find_tools
from bench.ledger import Ledger
from bench.measure import Side, Turns, turns

FRAMEWORKS = {"pre-commit": "pre-commit==4.7.0", "prek": "prek==0.5.11"}
OPTIONS = ("--no-cache", "--advisories", str(ADVISORIES))
_WHICH: dict[str, dict[str, object]] = {
    "detect-secrets-hook": {"types": ["file"]},
    "bandit": {"types": ["python"]},
    "pip-audit": {"pass_filenames": False, "always_run": True},
    "parliament": {"files": f"^{POLICY}$"},
}


def measure(ledger: Ledger, folder: Path, rounds: int) -> None:
    """Prints both frameworks' figures."""
    tools, tree = find_tools(), stage_five(clone(folder / "five"))
    programs, source = own_environment(), _source()
    pregate = [str(programs / "pregate"), "hook", "pre-commit", *OPTIONS]
    empty = [_local(f"empty-{number}", ["true"], types=["file"]) for number in range(len(tools.names))]
    configurations = {
        "own": [_of_local(empty[:1])],
        "own.four": [_of_local(empty)],
        "system": [_of_local([_local("pregate", pregate, types=["file"])])],
        "installed": [
            {**source, "hooks": [{"id": "pregate", "args": list(OPTIONS)}]},
        ],
        "tools": [_of_local(_four(tools))],
    }
    sides = []
    for framework, requirement in FRAMEWORKS.items():
        program = environment(requirement) / framework
        for name, repositories in configurations.items():
            config = folder / f"{name}.yaml"
            config.write_text(json.dumps({"repos": repositories}), encoding="utf-8")
            sides.append(_side(f"{framework} {name}", [str(program), "run", "--config", str(config)], tree))
    for side in sides:
        _install(side)
    direct = Side("direct", [(pregate, tree)])
    _show(ledger, turns([direct, *sides], rounds))


def _side(name: str, command: Sequence[str], tree: Path) -> Side:
    homes = {f"{tool}_HOME": str(_folder() / tool) for tool in ("PRE_COMMIT", "PREK")}
    return Side(name, [(command, tree)], variables=homes)


def _install(side: Side) -> None:
    """Runs it once, which makes the environments; a hook that fails would not be worth measuring."""
    ((command, tree),) = side.commands
    environ = {**os.environ, **side.variables}
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{side.name}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _show(ledger: Ledger, measured: Turns) -> None:
    for figure, end in (("wall", ""), ("cpu", ".processor")):
        print(f"\n{'on the clock' if figure == 'wall' else 'processor time'}")
        ledger.figure(f"hook.direct{end}", measured.median(figure, "direct") * 1000, "ms")
        for framework in FRAMEWORKS:
            times = {
                name: measured.median(figure, f"{framework} {name}") * 1000
                for name in ("installed", "system", "own", "own.four", "tools")
            }
            ledger.figure(f"hook.{framework}{end}", times.pop("installed"), "ms")
            for name, time in times.items():
                ledger.figure(f"hook.{framework}.{name}{end}", time, "ms")
            ours, own = (measured.median(figure, f"{framework} {name}") for name in ("installed", "own"))
            theirs = measured.median(figure, f"{framework} tools")
            ledger.figure(f"hook.{framework}.against-four{end}", theirs / ours, "x", "", True)
            ledger.figure(f"hook.{framework}.share{end}", own / ours * 100, "%")


def _local(name: str, words: Sequence[str], **options: object) -> dict[str, object]:
    entry, *rest = words
    fixed = {"language": "system", "require_serial": True}
    return {"id": name, "name": name, "entry": entry, "args": rest, **fixed, **options}


def _of_local(hooks: list[dict[str, object]]) -> dict[str, object]:
    return {"repo": "local", "hooks": hooks}


def _four(tools: Tools) -> list[dict[str, object]]:
    hooks = []
    for name, (program, *_) in tools.commands.items():
        # The framework adds the names of the files itself.
        options = [word for word in arguments(name) if word.startswith("-")]
        hooks.append(_local(name, [program, *options], **_WHICH[name]))
    return hooks


def _folder() -> Path:
    return FOLDER / "tools" / "frameworks"


def _source() -> dict[str, object]:
    """A repository with this source as its commit, and that commit, as a user's configuration names them."""
    folder = FOLDER / "tools" / own_environment().parent.name.replace("pregate-", "source-")
    if not (folder / ".git" / "complete").exists():
        for old in (*folder.parent.glob("source-*"), _folder()):
            shutil.rmtree(old, ignore_errors=True)
        git(copy_source(folder), "init", "--quiet", "--initial-branch", "main")
        git(folder, "add", "--all", "--force")
        git(folder, "commit", "--quiet", "--message", "release")
        (folder / ".git" / "complete").touch()
    head = (folder / ".git" / "refs" / "heads" / "main").read_text(encoding="ascii").strip()
    return {"repo": str(folder), "rev": head}
