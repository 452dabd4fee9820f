"""
``python -m bench.policies``: how many policies are found, and how many parts cannot be known, in the example
templates that source distributions of the package index carry (docs/iam.md, "Measured").
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.corpora import FOLDER
from pregate.iam import Extraction, extract, includes
from pregate.iam.names import SUFFIXES
from pregate.iam.undecided import undecided
from pregate.positions import PositionError, decode

# distribution, version, folder of its templates
CORPORA = (
    ("cfn-lint", "1.58.0", "test/fixtures/templates"),
    ("cfripper", "1.22.1", "tests/test_templates"),
)


def main() -> int:
    """Prints a row for each corpus; 1 when a file raises anything but PositionError."""
    columns = ("files", "concerned", "policies", "named", "gaps", "open", "unparsable", "seconds")
    print(f"{'corpus':<20}" + "".join(f"{name:>12}" for name in columns))
    for name, version, folder in CORPORA:
        counts: Counter[str] = Counter()
        started = time.process_time()
        for root, path in templates(name, version, folder):
            measure(root, path, counts)
        counts["seconds"] = round(time.process_time() - started)
        print(f"{name + ' ' + version:<20}" + "".join(f"{counts[column]:>12}" for column in columns))
    return 0


def templates(name: str, version: str, folder: str) -> Iterator[tuple[Path, Path]]:
    """Root of a distribution and each of its templates; downloads and unpacks it once."""
    root = FOLDER / "sdists" / f"{name}-{version}"
    if not root.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, "--dest", str(root), f"{name}=={version}"], check=True)
        with tarfile.open(next(root.glob("*.tar.gz"))) as archive:
            archive.extractall(root, filter="data")
    for path in sorted(next(root.glob("*/")).glob(f"{folder}/**/*")):
        if path.is_file() and path.name.lower().endswith(SUFFIXES):
            yield root, path


def measure(root: Path, path: Path, counts: Counter[str]) -> None:
    """Adds one file's numbers."""
    counts["files"] += 1
    try:
        found = read(root, path)
    except PositionError:
        counts["unparsable"] += 1
        return
    counts["concerned"] += found.concerned
    counts["policies"] += len(found.documents)
    counts["named"] += len(found.references)
    counts["gaps"] += len(found.gaps)
    counts["open"] += sum(bool(undecided(document)) for document in found.documents)


def read(root: Path, path: Path) -> Extraction:
    """What a file holds, with the files that it includes."""
    name = path.relative_to(root).as_posix()
    files = {name: decode(path.read_bytes())}
    while new := [
        other for other in includes(name, files) if other not in files and (root / other).is_file()
    ]:
        files.update((other, decode((root / other).read_bytes())) for other in new)
    return extract(name, files[name], files)


if __name__ == "__main__":
    sys.exit(main())
