"""
``python -m bench dependencies [--rounds N]``: lock files against a local index of advisories, as whole cold
processes beside a bare start of Python.

(20 files) 20 lock files of mixed formats with 20,000 packages in all; the aim is 2 s and 300 MB. (hook) one
changed lock file with 1,500 packages, by the pre-commit hook; the aim is 0.3 s. Names, versions and records
are made up: every twentieth package has two advisories, of which one affects it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.corpora import git
from bench.ledger import Ledger, with_record
from pregate.advisories.building import Import, update_index

FILES = 20
PACKAGES = 1000
HOOKED = 1500
EVERY = 20
KNOWN = 6000  # packages of each ecosystem that the index knows
PREGATE = [sys.executable, "-m", "pregate"]
# A process counts the memory of the one that it was split off from: so the one between is as small as can be.
LAUNCHER = """
import os, resource, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
started = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status = os.waitpid(process, 0)
wall = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
Names = Sequence[str]


@dataclass(frozen=True)
class Cost:
    """
    One process: seconds on the clock and of processor time, and the most memory that it held, in megabytes.
    """

    wall: float
    cpu: float
    memory: float


def main(arguments: Sequence[str]) -> int:
    """Prints a row for each case; always 0: figures are to be read, not asserted."""
    parser = argparse.ArgumentParser(prog="python -m bench dependencies")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each (default: 7)")
    args = with_record(parser).parse_args(arguments)
    rounds, ledger = args.rounds, Ledger(args.record)
    with TemporaryDirectory(prefix="pregate-bench-") as folder:
        root = Path(folder)
        index = make_index(root)
        size = index.stat().st_size / 1e6
        print(f"index: {len(ECOSYSTEMS)} ecosystems, {2 * KNOWN * len(ECOSYSTEMS)} records, {size:.1f} MB\n")
        print(f"{'what':<36} {'wall':>8} {'starts':>7} {'cpu':>8} {'starts':>7} {'peak':>8} {'starts':>7}")
        start = measure([sys.executable, "-c", "pass"], root, rounds)
        show("a start of Python", start, start)
        options = ["--check", "dependencies", "--advisories", str(index), "--offline", "--fail-on", "none"]
        many = make_files(root / "many")
        command = [*PREGATE, "scan", "--all", "--no-cache", *options]
        costs = {"many": measure(command, many, rounds)}
        show(f"{FILES} lock files, {FILES * PACKAGES} packages", costs["many"], start)
        hooked = make_hooked(root / "hook")
        command = [*PREGATE, "hook", "pre-commit", "--no-cache", *options[:4], "--fail-on", "none"]
        costs["hook"] = measure(command, hooked, rounds)
        show(f"hook, 1 lock file, {HOOKED} packages", costs["hook"], start)
        costs["hook-nothing"] = measure(command, make_other(root / "other"), rounds)
        show("hook, nothing for the check", costs["hook-nothing"], start)
    note(ledger, costs, start)
    return 0


def note(ledger: Ledger, costs: Mapping[str, Cost], start: Cost) -> None:
    """Processor time in starts of Python, and the peak, beside what was recorded."""
    for name, cost in costs.items():
        ledger.figure(f"dependencies.{name}", cost.cpu / start.cpu, "x")
        ledger.figure(f"dependencies.{name}.memory", cost.memory, "MB")
    ledger.close()


def show(what: str, cost: Cost, start: Cost) -> None:
    """A row: each figure, and how many starts of Python it is."""
    pairs = ((cost.wall, start.wall, "s"), (cost.cpu, start.cpu, "s"), (cost.memory, start.memory, " MB"))
    cells = (f"{f'{ours:.2f}{unit}':>8} {ours / theirs:>7.1f}" for ours, theirs, unit in pairs)
    print(f"{what:<36} " + " ".join(cells), flush=True)


def measure(command: Sequence[str], folder: Path, rounds: int) -> Cost:
    """The medians of some runs after one that warms the disk."""
    costs = [run(command, folder) for _ in range(rounds + 1)][1:]
    return Cost(*(float(statistics.median(getattr(c, f) for c in costs)) for f in ("wall", "cpu", "memory")))


def run(command: Sequence[str], folder: Path) -> Cost:
    """One process, with all that it starts; exit codes other than 0 and 3 (files unread) stop the bench."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    done = subprocess.run(launcher, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    code, wall, cpu, memory = map(float, done.stdout.split())
    if code not in (0, 3):
        raise SystemExit(f"{' '.join(command)}: exit {code:.0f}\n{done.stderr[-2000:]}")
    return Cost(wall, cpu, memory / 1024)


# ------------------------------------------------------------------------------------------------ made up

ECOSYSTEMS = {
    "PyPI": "demo-pack-{}",
    "npm": "demo-pack-{}",
    "crates.io": "demo-pack-{}",
    "RubyGems": "demo-pack-{}",
}


def make_index(root: Path) -> Path:
    """An index that knows ``KNOWN`` packages of each ecosystem."""
    imports = []
    for ecosystem, form in ECOSYSTEMS.items():
        folder = root / "records" / ecosystem
        folder.mkdir(parents=True)
        for number in range(KNOWN):
            for half in (0, 1):
                record = make_record(
                    ecosystem, form.format(number * EVERY), 2 * number + half, fixed=half == 0
                )
                (folder / f"{record['id']}.json").write_text(json.dumps(record))
        imports.append(Import(ecosystem, folder, ecosystem))
    update_index(root / "index.sqlite", imports, time.time())
    return root / "index.sqlite"


def make_record(ecosystem: str, name: str, number: int, *, fixed: bool) -> dict[str, object]:
    """A record of the usual length; ``fixed`` says that versions of the bench are over its range."""
    events = [{"introduced": "0"}, {"fixed": "1.0.0" if fixed else "9.0.0"}]
    words = " ".join(f"word{(number * 31 + n) % 997}" for n in range(80))
    letters = ecosystem.replace(".", "").lower()
    return {
        "id": f"GHSA-{letters}-{number:06d}",
        "modified": "2026-11-01T00:00:00Z",
        "published": "2026-10-01T00:00:00Z",
        "aliases": [f"CVE-2026-{abs(hash(letters)) % 9000 + 1000}{number:05d}"],
        "summary": f"Something about {name}",
        "details": words,
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": name},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
                "versions": [f"0.{minor}.{patch}" for minor in range(5) for patch in range(5)],
            }
        ],
        "references": [
            {"type": "WEB", "url": f"https://github.com/demo/{name}/security/advisories/{number}"}
        ],
    }


def requirements(names: Names) -> str:
    return "".join(f"{name}==1.2.3 \\\n    --hash=sha256:{'0' * 64}\n" for name in names)


def poetry(names: Names) -> str:
    return (
        "".join(
            f'[[package]]\nname = "{name}"\nversion = "1.2.3"\ndescription = ""\noptional = false\n'
            'python-versions = ">=3.9"\n'
            f'files = [\n    {{file = "{name}.whl", hash = "sha256:{"0" * 64}"}},\n]\n\n'
            for name in names
        )
        + '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "0"\n'
    )


def uv(names: Names) -> str:
    return 'version = 1\nrequires-python = ">=3.9"\n\n' + "".join(
        f'[[package]]\nname = "{name}"\nversion = "1.2.3"\n'
        'source = { registry = "https://pypi.org/simple" }\n'
        f'sdist = {{ url = "https://files.pythonhosted.org/{name}.tar.gz", '
        f'hash = "sha256:{"0" * 64}", size = 1 }}\n\n'
        for name in names
    )


def package_lock(names: Names) -> str:
    entries: dict[str, object] = {"": {"name": "bench", "dependencies": {names[0]: "^1.0.0"}}}
    for name in names:
        address = f"https://registry.npmjs.org/{name}/-/{name}-1.2.3.tgz"
        entries[f"node_modules/{name}"] = {
            "version": "1.2.3",
            "resolved": address,
            "integrity": f"sha512-{'A' * 86}==",
            "license": "MIT",
        }
    return json.dumps(
        {"name": "bench", "lockfileVersion": 3, "requires": True, "packages": entries}, indent=2
    )


def yarn(names: Names) -> str:
    return "# yarn lockfile v1\n\n\n" + "\n".join(
        f'{name}@^1.0.0:\n  version "1.2.3"\n  resolved "https://registry.yarnpkg.com/{name}/-/{name}-1.2.3.tgz#0"\n'
        f"  integrity sha512-{'A' * 86}==\n"
        for name in names
    )


def pnpm(names: Names) -> str:
    head = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n"
    first = f"      {names[0]}:\n        specifier: ^1.0.0\n        version: 1.2.3\n\npackages:\n\n"
    packages = "\n".join(
        f"  {name}@1.2.3:\n    resolution: {{integrity: sha512-{'A' * 86}==}}\n" for name in names
    )
    return (
        head + first + packages + "\nsnapshots:\n\n" + "\n".join(f"  {name}@1.2.3: {{}}\n" for name in names)
    )


def cargo(names: Names) -> str:
    return "version = 4\n\n" + "\n".join(
        f'[[package]]\nname = "{name}"\nversion = "1.2.3"\n'
        f'source = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "{"0" * 64}"\n'
        for name in names
    )


def gemfile(names: Names) -> str:
    specs = "".join(f"    {name} (1.2.3)\n" for name in names)
    tail = f"\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  {names[0]}\n"
    return f"GEM\n  remote: https://rubygems.org/\n  specs:\n{specs}{tail}"


FORMATS: Mapping[str, Callable[[Names], str]] = {
    "requirements.txt": requirements,
    "poetry.lock": poetry,
    "uv.lock": uv,
    "package-lock.json": package_lock,
    "yarn.lock": yarn,
    "pnpm-lock.yaml": pnpm,
    "Cargo.lock": cargo,
    "Gemfile.lock": gemfile,
}


def packages(start: int, number: int) -> list[str]:
    """Names; every ``EVERY``th of them is one that the index knows."""
    return [f"demo-pack-{n}" for n in range(start, start + number)]


def make_files(tree: Path) -> Path:
    """A committed tree of ``FILES`` lock files, each in a folder of its own."""
    names = list(FORMATS)
    files = {
        f"part{n}/{names[n % len(names)]}": FORMATS[names[n % len(names)]](packages(n * PACKAGES, PACKAGES))
        for n in range(FILES)
    }
    return committed(tree, files.items())


def make_hooked(tree: Path) -> Path:
    """A tree with one lock file, of which a version is changed in the index."""
    text = package_lock(packages(0, HOOKED))
    committed(tree, [("package-lock.json", text)])
    (tree / "package-lock.json").write_text(text.replace("1.2.3", "1.2.4", 4))
    git(tree, "add", "package-lock.json")
    return tree


def make_other(tree: Path) -> Path:
    """A tree in which no lock file changes."""
    committed(tree, [("a.py", "A = 1\n")])
    (tree / "a.py").write_text("A = 2\n")
    git(tree, "add", "a.py")
    return tree


def committed(tree: Path, files: Iterable[tuple[str, str]]) -> Path:
    """A repository with one commit of these files."""
    tree.mkdir()
    git(tree, "init", "--quiet", "--initial-branch", "main")
    for name, text in files:
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "bench")
    return tree
