"""
``python -m bench.python_speed TREE …``: Bandit's tests in the python check against ``bandit -r``.

Results are compared field by field (file, test, line, severity, confidence, CWE, text; addresses of objects
in a message left out), errors by file. Times are processor seconds of whole processes, run in turn: ours on
one process, ``bandit -r``, and ``ast.parse`` of the same files.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
Row = tuple[str, ...]

_OURS = """
import json, sys
from pathlib import Path
from pregate.checks.base import Target
from pregate.checks.python import PythonCheck, gates, scanner
from pregate.config import PythonConfig
seen, scan, check = [], scanner.scan, PythonCheck(PythonConfig())
def kept(tree, path, data, tests, events):
    issues, failures = scan(tree, path, data, tests, events)
    seen.extend([path, i.test_id, str(i.line), i.severity, i.confidence, str(i.cwe), i.text]
                for i in issues if not i.suppressed_by)
    return issues, failures
scanner.scan = kept
broken = []
for file in sorted(Path(sys.argv[1]).rglob("*.py")):
    analysis = check.analyse(Target(str(file), file.read_bytes()))
    if any(unread.reason.value == "unparsable" for unread in analysis.unread):
        broken.append(str(file))
print(json.dumps([seen, broken]))
"""
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
    parser = argparse.ArgumentParser(prog="python -m bench.python_speed", description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args(words)
    differs = False
    print(f"{'tree':<28} {'issues':>7} {'differ':>7} {'bandit/ours':>12} {'ours/parse':>11}  seconds")
    for tree in args.trees:
        ours, theirs, parse = [], [], []
        for _ in range(args.rounds):
            own, cost = _own(tree)
            ours.append(cost)
            other, cost = _bandit(tree)
            theirs.append(cost)
            parse.append(_timed([sys.executable, "-c", _PARSE, str(tree)])[1])
        wrong = sum(((own[0] - other[0]) + (other[0] - own[0])).values()) + len(own[1] ^ other[1])
        differs = differs or bool(wrong)
        mine, yours, least = (sorted(costs)[len(costs) // 2] for costs in (ours, theirs, parse))
        print(
            f"{tree.name:<28} {sum(own[0].values()):>7} {wrong:>7} {yours / mine:>12.1f} "
            f"{mine / least:>11.2f}  {mine:.2f} and {yours:.2f}"
        )
    return int(differs)


Found = tuple[Counter[Row], set[str]]


def _own(tree: Path) -> tuple[Found, float]:
    answer, cost = _timed([sys.executable, "-c", _OURS, str(tree)])
    rows, broken = json.loads(answer)
    return (Counter((*map(str, row[:6]), _ADDRESS.sub("", row[6])) for row in rows), set(broken)), cost


def _bandit(tree: Path) -> tuple[Found, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "bandit.json"
        command = [sys.executable, "-m", "bandit", "-q", "-r", "-f", "json", "--exit-zero", "-o", str(out)]
        _, cost = _timed([*command, "--exclude", "/none", str(tree)])
        answer = json.loads(out.read_text())
    rows: Counter[Row] = Counter(
        (
            r["filename"],
            r["test_id"],
            str(r["line_number"]),
            r["issue_severity"],
            r["issue_confidence"],
            str(r["issue_cwe"].get("id", 0)),
            _ADDRESS.sub("", r["issue_text"]),
        )
        for r in answer["results"]
    )
    return (rows, {error["filename"] for error in answer["errors"]}), cost


def _timed(command: Sequence[str]) -> tuple[bytes, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
