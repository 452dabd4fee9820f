"""
``python -m bench.secrets_fuzz [FILES] [SEED]`` (``make fuzz-secrets``): generated files of many types through
detect-secrets and through this engine. The seed is the clock's unless given, and printed. Exit 1 on a
difference; the files are then kept.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.secrets import samples

from bench.secrets_parity import compare


def main(words: list[str]) -> int:
    """0 when both engines find the same in every file."""
    count = int(words[0]) if words else 2000
    seed = int(words[1]) if len(words) > 1 else int(time.time()) * 100_000
    print(f"seed {seed}, {count} files", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="secrets-fuzz-"))
    for number in range(seed, seed + count):
        name, text = samples.file(number)
        (folder / name).write_text(text, "utf-8", newline="")
    missing, extra, found = compare(folder)
    print(f"{found} findings, {len(missing)} missed, {len(extra)} more")
    for sign, some in (("-", missing), ("+", extra)):
        for path, line, kind, digest in sorted(some)[:20]:
            print(f"  {sign} {path}:{line} {kind} {digest[:8]}")
    if missing or extra:
        print(f"the files are in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
