"""
Reports on source distributions of much used packages, per million lines: hardly any line of them is secret.

``python -m bench.secrets distributions --fetch`` downloads them with pip into ``--cache`` (pip builds their
metadata, so it runs their build scripts, as it does when it installs from source); without ``--fetch`` those
that are there are scanned. ``--findings`` names a file for what was found, to be checked by hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

from bench.secrets.engines import ENGINES, Report, gitleaks

PACKAGES = tuple((Path(__file__).parent / "data" / "packages.txt").read_text("utf-8").split())
CACHE = Path(__file__).parent.parent / ".corpora" / "distributions"
SAMPLED = ("pregate", "detect-secrets")


def main(arguments: list[str]) -> int:
    """Prints reports per million lines of each engine; always 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.secrets distributions")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the distributions are kept")
    parser.add_argument("--fetch", action="store_true", help="download those that are not there")
    parser.add_argument(
        "--findings", type=Path, help="write path, line, rule and the masked line, as JSON lines"
    )
    parser.add_argument("--engine", action="append", choices=[*SAMPLED, "none", []], default=[])
    parser.add_argument("--gitleaks", metavar="PROGRAM", help="scan them with this gitleaks too")
    args = parser.parse_args(arguments)
    if args.fetch:
        fetch(args.cache)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archives = unpack(args.cache, folder)
        paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
        paths = [path for path in paths if not (folder / path).is_symlink()]
        lines = sum(count_lines(folder / path) for path in paths)
        print(f"{archives} distributions, {len(paths)} files, {lines / 1e6:.3f} million lines of text\n")
        for name in args.engine or SAMPLED:
            if name not in ENGINES:
                continue
            reports = ENGINES[name](folder, paths)
            show(name, reports, lines)
            if args.findings and name == "pregate":
                args.findings.write_text("".join(_described(folder, report) for report in reports), "utf-8")
        if args.gitleaks:
            show("gitleaks", gitleaks(args.gitleaks)(folder, paths), lines)
    return 0


def fetch(cache: Path) -> None:
    """Downloads the source distribution of each package that has none here; one that fails is left out."""
    cache.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        if archive(cache, name):
            continue
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name]
        done = subprocess.run([*pip, "--dest", str(cache), name], capture_output=True)
        print(f"{name}: {'downloaded' if done.returncode == 0 else 'not to be had as source'}", flush=True)


def archive(cache: Path, name: str) -> Path | None:
    """The distribution of a package in the cache."""
    return next(iter(sorted(cache.glob(f"{name.replace('-', '[-_]')}-[0-9]*.tar.gz"))), None)


def unpack(cache: Path, folder: Path) -> int:
    """Unpacks the distributions of the cache into a folder, and says how many there were."""
    found = [path for name in PACKAGES if (path := archive(cache, name))]
    for path in found:
        with tarfile.open(path) as tar:
            tar.extractall(folder, filter="data")
    return len(found)


def count_lines(path: Path) -> int:
    """The lines of a text file; 0 for one with a zero byte."""
    data = path.read_bytes()
    return 0 if b"\0" in data else data.count(b"\n")


def show(name: str, reports: list[Report], lines: int) -> None:
    """Prints the rate, of all reports and of those that fail the default gate, and the rules behind it."""
    places = {(report.path, report.line) for report in reports}
    failing = {(report.path, report.line) for report in reports if report.is_failing}
    rates = f"{len(failing) / lines * 1e6:.1f} failing, {len(places) / lines * 1e6:.1f} in all"
    print(f"{name}: {rates} per million lines ({len(failing)} and {len(places)} lines)")
    for rule, count in Counter(report.rule for report in reports).most_common():
        print(f"    {count:>6} {rule}")


def _described(folder: Path, report: Report) -> str:
    from pregate.secrets.masking import Masker
    from pregate.secrets.scan import scan

    masker = Masker.from_scan(scan(report.path, (folder / report.path).read_bytes()))
    row = {
        "path": report.path,
        "line": report.line,
        "rule": report.rule,
        "fails": report.is_failing,
        "masked": masker.line(report.line)[:200],
    }
    return json.dumps(row) + "\n"
