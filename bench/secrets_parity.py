"""
``python -m bench.secrets_parity TREE …``: detect-secrets' own scan of whole trees against this engine's, file
by file: the same lines, types and hashes. Exit 1 on a difference, which is printed without the values.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pregate.secrets import paths
from pregate.secrets.detectors import engine
from pregate.secrets.parity import looks
from pregate.secrets.text import decode, split_lines

Found = set[tuple[str, int, str, str]]


def main(words: list[str]) -> int:
    """0 when all trees agree."""
    wrong = 0
    for word in words:
        missing, extra, count = compare(Path(word))
        print(f"{word}: {count} findings, {len(missing)} missed, {len(extra)} more", flush=True)
        for sign, some in (("-", missing), ("+", extra)):
            for path, line, kind, digest in sorted(some)[:20]:
                print(f"  {sign} {path}:{line} {kind} {digest[:8]}")
        wrong += len(missing) + len(extra)
    return 1 if wrong else 0


def compare(folder: Path) -> tuple[Found, Found, int]:
    """What only detect-secrets finds, what only this engine finds, and how much both together."""
    expected, found = theirs(folder), set(ours(folder))
    return expected - found, found - expected, len(expected | found)


def theirs(folder: Path) -> Found:
    """What ``detect-secrets scan`` says of every file below a folder."""
    command = [sys.executable, "-m", "detect_secrets", "scan", "--no-verify", "--all-files", "."]
    answer = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)
    results = json.loads(answer.stdout)["results"]
    return {
        (name, item["line_number"], item["type"], item["hashed_secret"])
        for name, items in results.items()
        for item in items
        if not name.startswith(".git/")
    }


def ours(folder: Path) -> Iterator[tuple[str, int, str, str]]:
    """The same of this engine, which keeps the first of equal secrets in a file as detect-secrets does."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(".git/") or not paths.is_scanned(name) or not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        try:
            data.decode()
        except UnicodeDecodeError:
            continue  # detect-secrets skips it, this engine does not
        text = decode(data)
        seen = set()
        for _, hits in looks(name, text, split_lines(text)):
            for hit in hits:
                kind = engine().detectors[hit.detector].type
                digest = hashlib.sha1(hit.span.reported.encode()).hexdigest()
                if not hit.suppressed_by and (kind, digest) not in seen:
                    seen.add((kind, digest))
                    yield name, hit.row + 1, kind, digest


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
