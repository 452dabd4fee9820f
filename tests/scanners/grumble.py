"""
A scanner for tests: it grumbles about every line that holds BAD, in SARIF on standard output.

    grumble [plain]          also: out FILE (into a file), seen (names what it sees), and ways to go wrong
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def found() -> list[tuple[str, int, str]]:
    places = []
    for file in sorted(Path().rglob("*")):
        lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
        places += [(file.as_posix(), n, line) for n, line in enumerate(lines, 1) if "BAD" in line]
    return places


def sarif(results: list[tuple[str, int, str]]) -> str:
    listed = [
        {
            "ruleId": "bad",
            "level": "error",
            "message": {"text": text},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}
            ],
        }
        for path, line, text in results
    ]
    run = {"tool": {"driver": {"name": "Grumble", "version": "1"}}, "results": listed}
    return json.dumps({"version": "2.1.0", "runs": [run]})


def main(mode: str, *rest: str) -> int:
    results = found()
    match mode:
        case "out":
            Path(rest[0]).write_text(sarif(results))
            return 1 if results else 0
        case "seen":
            files = sorted(f.as_posix() for f in Path().rglob("*") if f.is_file())
            names = sorted(n for n in os.environ if n != "LC_CTYPE")
            word = Path(os.environ["HOME"]).is_dir() and not any(Path(os.environ["HOME"]).iterdir())
            told = (
                f"files={files} names={names} home={word} input={sys.stdin.read()!r} arguments={list(rest)}"
            )
            print(sarif([(files[-1], 1, told)]))
            return 0
        case "together":
            loud = any("LOUD" in f.read_text() for f in Path().rglob("*") if f.is_file())
            print(sarif(results if loud else []))
            return 0
        case "picky":
            if any("BROKEN" in f.read_text() for f in Path().rglob("*") if f.is_file()):
                return 70
        case "sleep":
            time.sleep(60)
        case "crash":
            print("grumble: cannot go on", file=sys.stderr)
            return 70
        case "killed":
            os.kill(os.getpid(), 9)
        case "silent":
            return 0
        case "nonsense":
            print("all good!")
            return 0
        case "flood":
            while True:
                sys.stdout.write("x" * (1 << 20))
        case "child":
            child = subprocess.Popen([sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)"])
            Path(rest[0]).write_text(str(child.pid))
    print(sarif(results))
    return 1 if results else 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or ["plain"])))
