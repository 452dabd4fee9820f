"""
``python -m bench.secrets``: precision, recall and F1 of the secrets check on a generated set, beside others.

``python -m bench.secrets distributions`` scans source distributions instead (bench/secrets/distributions.py).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.secrets import distributions
from bench.secrets.engines import ENGINES, Report, gitleaks
from bench.secrets.kinds import KINDS
from bench.secrets.negatives import negatives
from bench.secrets.samples import Sample
from bench.secrets.score import Figures, Score, score
from bench.secrets.structured import structured
from bench.secrets.syntaxes import written
from bench.secrets.unseen import unseen

FAMILIES = ("cloud", "code", "ai", "messaging", "payments", "saas", "structured", "generic", "negative")


def samples(seed: str) -> list[Sample]:
    """The whole labelled set of a seed."""
    return [
        *(sample for kind in KINDS for sample in written(kind, seed)),
        *structured(seed),
        *negatives(seed),
    ]


def write(folder: Path, made: list[Sample]) -> dict[str, Sample]:
    """Each sample in a folder of its own, in which it has its usual path; the answer goes by path."""
    placed = {}
    for number, sample in enumerate(made):
        path = f"{number:05}/{sample.path}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(sample.text.encode(sample.encoding))
        placed[path] = sample
    return placed


def main() -> int:
    """Prints the tables; always 0: figures are to be read, not asserted."""
    if sys.argv[1:2] == ["distributions"]:
        return distributions.main(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench.secrets", description=__doc__.split("\n")[1])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--unseen", action="store_true", help="the second set, to which nothing is tuned")
    parser.add_argument("--folder", type=Path, help="where to write the set (default: a temporary folder)")
    parser.add_argument("--engine", action="append", choices=[*ENGINES, []], default=[], help="repeatable")
    parser.add_argument("--gitleaks", metavar="PROGRAM", help="compare with this gitleaks too")
    parser.add_argument(
        "--gaps", action="store_true", help="list what our default engine missed and misjudged"
    )
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        placed = write(folder, unseen(args.seed) if args.unseen else samples(args.seed))
        scores: dict[str, Score] = {}
        for name in args.engine or ENGINES:
            scores |= _cuts(name, placed, ENGINES[name](folder, list(placed)))
        if args.gitleaks:
            scores["gitleaks"] = score(placed, gitleaks(args.gitleaks)(folder, list(placed)))
    if args.json:
        print(json.dumps({name: _as_json(result) for name, result in scores.items()}, indent=2))
        return 0
    _show(placed, scores)
    if args.gaps and "pregate: all" in scores:
        _show_gaps(scores["pregate: all"])
    return 0


def _cuts(name: str, placed: dict[str, Sample], reports: list[Report]) -> dict[str, Score]:
    if name != "pregate":
        return {name: score(placed, reports)}
    failing = [report for report in reports if report.is_failing]
    return {"pregate: failing the gate": score(placed, failing), "pregate: all": score(placed, reports)}


def _show(placed: dict[str, Sample], scores: dict[str, Score]) -> None:
    kinds = {sample.kind for sample in placed.values() if sample.spans}
    classes = {sample.kind for sample in placed.values() if not sample.spans}
    secrets = sum(len(sample.spans) for sample in placed.values())
    lines = sum(sample.text.count("\n") for sample in placed.values() if not sample.spans)
    print(f"{secrets} secrets of {len(kinds)} kinds, {lines} negative lines in {len(classes)} classes\n")
    for name, result in scores.items():
        print(
            f"{name}\n{'':<14} {'found':>6} {'missed':>6} {'false':>6} {'prec.':>7} {'recall':>7} {'F1':>7}"
        )
        for family in FAMILIES:
            if family in result.families:
                print(_row(family, result.families[family]))
        print(f"{_row('all', result.total)}   mean recall of kinds {result.mean_recall:.3f}\n")


def _row(name: str, figures: Figures) -> str:
    counts = f"{figures.found:>6} {figures.missed:>6} {figures.false:>6}"
    return f"{name:<14} {counts} {figures.precision:>7.3f} {figures.recall:>7.3f} {figures.f1:>7.3f}"


def _show_gaps(result: Score) -> None:
    print("missed, by kind:")
    for kind, figures in sorted(result.kinds.items(), key=lambda item: item[1].recall):
        if figures.missed:
            where = sorted({s.syntax for _, s in result.missed if s.kind == kind})
            print(f"  {kind}: {figures.missed} of {figures.found + figures.missed}: {', '.join(where)}")
    print("\nfalse, by class and rule:")
    for (kind, rule), count in Counter((s.kind, r.rule) for _, s, r in result.false).most_common():
        lines = [
            s.text.split("\n")[r.line - 1] for _, s, r in result.false if (s.kind, r.rule) == (kind, rule)
        ]
        print(f"  {kind}, {rule}: {count}, as {lines[0].strip()[:120]}")


def _as_json(result: Score) -> dict[str, object]:
    by = {"families": result.families, "kinds": result.kinds, "syntaxes": result.syntaxes}
    rows = {name: {key: figures.as_row() for key, figures in table.items()} for name, table in by.items()}
    return {
        "all": result.total.as_row(),
        "mean_recall_of_kinds": round(result.mean_recall, 4),
        **rows,
        "missed": [[path, sample.kind, sample.syntax] for path, sample in result.missed],
        "false": [[path, sample.kind, report.rule, report.line] for path, sample, report in result.false],
    }


if __name__ == "__main__":
    raise SystemExit(main())
