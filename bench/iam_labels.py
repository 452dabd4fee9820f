"""
``python -m bench iam-labels --validate FILE``: the offline validation of policies against recorded answers of
the service, code by code.

FILE (gzip) has one JSON object a line: ``name``, ``policy`` (an identity policy) and ``findings`` as
``accessanalyzer:ValidatePolicy`` gave them for the policy's text with ", " and ": " as separators. A record
may have lost the order of keys: then orders are tried until the spans of the recorded findings hold what
their paths say. Columns: ``unrecorded`` are findings of ours in policies without any recorded finding,
``extra`` those in others; ``paths``, ``details`` and ``spans`` count the found ones that are equal, spans
among those whose text is known (``in order``).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from pregate.iam.document import PolicyKind
from pregate.iam.validation.codes import CODES
from pregate.iam.validation.locations import findings
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.validate import validate

Finding = dict[str, Any]
COLUMNS = ("recorded", "found", "missed", "extra", "unrecorded", "paths", "details", "spans", "in order")
_TOP = (("Version", "Statement"), ("Statement", "Version"), ("Version", "Id", "Statement"))
_INNER = ("Sid", "Effect", "Action", "Resource", "Condition")


def main(words: Sequence[str]) -> int:
    """Prints a row for each code, and each disagreement; always 0: figures are to be read, not asserted."""
    parser = argparse.ArgumentParser(prog="python -m bench iam-labels")
    parser.add_argument("--validate", type=Path, required=True, metavar="FILE")
    file = parser.parse_args(words).validate
    counts: dict[str, Counter[str]] = {}
    evaluated: frozenset[str] = frozenset()
    seconds: list[float] = []
    for record in records(file):
        text = text_of(record)
        started = time.perf_counter()
        document = document_of(text or json.dumps(record["policy"]), PolicyKind.IDENTITY)
        result = validate(document)
        seconds.append(time.perf_counter() - started)
        evaluated = result.evaluated
        compare(record, findings(document, result.issues), result.evaluated, counts, ordered=text is not None)
    show(counts, evaluated, sorted(seconds))
    return 0


def records(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file."""
    with gzip.open(file, "rt") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def text_of(record: dict[str, Any]) -> str | None:
    """The text that the recorded spans are of; None when no order of keys gives it."""
    policy = record["policy"]
    for top in _TOP:
        for inner in permutations(_INNER):
            text = json.dumps(in_order(policy, top, inner))
            if all(fits(text, policy, at) for finding in record["findings"] for at in finding["locations"]):
                return text
    return None


def in_order(policy: dict[str, Any], top: Sequence[str], inner: Sequence[str]) -> dict[str, Any]:
    """The policy with its keys in another order; Not… stands where the element without it would."""
    names = [name for stem in inner for name in (stem, f"Not{stem}")]

    def ordered(node: Any, keys: Sequence[str]) -> Any:
        return {key: node[key] for key in keys if key in node} | node if isinstance(node, dict) else node

    statements = policy["Statement"]
    if isinstance(statements, list):
        statements = [ordered(statement, names) for statement in statements]
    return dict(ordered({**policy, "Statement": ordered(statements, names)}, top))


def fits(text: str, policy: Any, location: dict[str, Any]) -> bool:
    """Whether a recorded span holds what its path leads to."""
    node = policy
    for step in location["path"]:
        if "substring" in step:
            return True
        node = step["key"] if "key" in step else node[step.get("value", step.get("index"))]
    span = location["span"]
    try:
        return bool(json.loads(text[span["start"]["offset"] : span["end"]["offset"]]) == node)
    except ValueError:
        return False


def compare(
    record: dict[str, Any],
    ours: list[Finding],
    evaluated: frozenset[str],
    counts: dict[str, Counter[str]],
    *,
    ordered: bool,
) -> None:
    """Adds one policy's figures; findings of one code are paired by their paths, then in their order."""
    for code in {finding["issueCode"] for finding in (*ours, *record["findings"])} & evaluated:
        row = counts.setdefault(code, Counter())
        theirs = [finding for finding in record["findings"] if finding["issueCode"] == code]
        found = [finding for finding in ours if finding["issueCode"] == code]
        pairs = list(paired(found, theirs))
        row["recorded"] += len(theirs)
        row["found"] += len(pairs)
        row["missed"] += len(theirs) - len(pairs)
        extra = len(found) - len(pairs)
        row["extra" if record["findings"] else "unrecorded"] += extra
        row["paths"] += sum(paths(one) == paths(other) for one, other in pairs)
        row["details"] += sum(one["findingDetails"] == other["findingDetails"] for one, other in pairs)
        row["in order"] += len(pairs) * ordered
        row["spans"] += sum(one["locations"] == other["locations"] for one, other in pairs) * ordered
        if extra or len(theirs) > len(pairs):
            print(f"{record['name']}: {code}: {extra} not recorded, {len(theirs) - len(pairs)} missed")


def paired(found: list[Finding], theirs: list[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """Findings with the same paths, then the others in their order."""
    left = list(theirs)
    apart = []
    for finding in found:
        same = next((other for other in left if paths(other) == paths(finding)), None)
        if same is None:
            apart.append(finding)
        else:
            left.remove(same)
            yield finding, same
    yield from zip(apart, left, strict=False)


def paths(finding: Finding) -> list[Any]:
    """The paths of a finding's locations."""
    return [location["path"] for location in finding["locations"]]


def show(counts: dict[str, Counter[str]], evaluated: frozenset[str], seconds: list[float]) -> None:
    """The table, and what it took."""
    print(f"\n{'code':<52}" + "".join(f"{name:>12}" for name in COLUMNS))
    for code, row in sorted(counts.items()):
        print(f"{code:<52}" + "".join(f"{row[name]:>12}" for name in COLUMNS))
    if seconds:
        middle, high = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
        print(f"\n{len(seconds)} policies, {len(evaluated)} of {len(CODES)} codes evaluated")
        print(f"p50 {middle * 1000:.1f} ms, p99 {high * 1000:.1f} ms, max {seconds[-1] * 1000:.1f} ms")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
