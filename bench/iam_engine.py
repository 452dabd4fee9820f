"""
``python -m bench iam-engine [--verdicts FILE] [--policies FILE]``: the IAM engine's agreement and speed.

``--verdicts`` has one JSON object a line: ``new_policy``, ``existing_policy``, ``policy_type``, ``expected``
(PASS or FAIL) and ``source``: documented cases of CheckNoNewAccess. ``--policies`` (gzip) has one a line with
``policy``, an identity policy: pairs of them are timed, each with itself in another order of statements, with
a copy that lost something, and with others; and each is asked for a hundred listed actions. Milliseconds of
processor time, as on a machine that does other things too. The import is timed in processes of its own.
"""

from __future__ import annotations

import argparse
import copy
import gzip
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.ledger import Ledger, with_record
from pregate.iam.document import Place, PolicyDocument, PolicyKind
from pregate.iam.reasoning import Decision, check_access_not_granted, check_no_new_access
from pregate.model import Location

_AT = Location("policy.json", 1, 1, 1, 2)
_IMPORTS = 15
Question = Callable[[], Decision]


def main(words: Sequence[str]) -> int:
    """Prints a row for each set; always 0: figures are to be read, not asserted."""
    parser = argparse.ArgumentParser(prog="python -m bench iam-engine")
    parser.add_argument("--verdicts", type=Path, metavar="FILE")
    parser.add_argument("--policies", type=Path, metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    args = with_record(parser).parse_args(words)
    ledger = Ledger(args.record)
    print(f"import, median of {_IMPORTS}, less a bare start of Python:")
    ledger.figure("iam-engine.import", import_time() * 1000, "ms")
    if args.verdicts:
        verdicts(args.verdicts)
    if args.policies:
        with gzip.open(args.policies, "rt") as lines:
            policies = [json.loads(line)["policy"] for line in lines]
        speed(policies, random.Random(args.seed), ledger)
    ledger.close()
    return 0


def import_time() -> float:
    """Seconds that importing the engine takes, beside starting Python."""

    def run(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - started

    pairs = [(run("import pregate.iam.reasoning"), run("pass")) for _ in range(_IMPORTS + 1)][1:]
    return statistics.median(ours - bare for ours, bare in pairs)


def verdicts(file: Path) -> None:
    """Documented cases, and those where the engine says something else."""
    counts: Counter[str] = Counter()
    times: list[float] = []
    for line in file.read_text().splitlines():
        case = json.loads(line)
        kind = PolicyKind.RESOURCE if case["policy_type"] == "RESOURCE_POLICY" else PolicyKind.IDENTITY
        new, existing = document(case["new_policy"], kind), document(case["existing_policy"], kind)
        decision = timed(times, partial(check_no_new_access, new, existing))
        agrees = decision.result == case["expected"]
        counts["agree" if agrees else "UNKNOWN" if decision.result == "UNKNOWN" else "differ"] += 1
        if not agrees:
            print(f"  {case['source']}: documented {case['expected']}, found {decision.result}")
    show("documented verdicts", counts, times)


def speed(policies: Sequence[Any], rng: random.Random, ledger: Ledger) -> None:
    """The sets of pairs."""
    documents = [document(policy) for policy in policies]
    actions = [f"service{n}:Action{n}" for n in range(97)] + ["iam:PassRole", "s3:GetObject", "kms:Decrypt"]
    pairs = list(zip(documents, policies, strict=True))
    sets: dict[str, list[Question]] = {
        "same, reordered": [partial(check_no_new_access, reordered(p, rng), a) for a, p in pairs],
        "something lost": [partial(check_no_new_access, shortened(p, rng), a) for a, p in pairs],
        "something gained": [partial(check_no_new_access, a, shortened(p, rng)) for a, p in pairs],
        "any two": [partial(check_no_new_access, a, rng.choice(documents)) for a, _ in pairs],
        "100 actions": [partial(check_access_not_granted, a, actions, []) for a, _ in pairs],
    }
    for name, questions in sets.items():
        counts: Counter[str] = Counter()
        times: list[float] = []
        for question in questions:
            counts[str(timed(times, question).result)] += 1
        show(name, counts, times)
        ledger.figure(
            f"iam-engine.{name.replace(', ', '-').replace(' ', '-')}", statistics.median(times), "ms"
        )


def timed(times: list[float], question: Question) -> Decision:
    """The answer; its milliseconds of processor time are added to ``times``."""
    started = time.process_time()
    decision = question()
    times.append((time.process_time() - started) * 1000)
    return decision


def show(name: str, counts: Counter[str], times: Sequence[float]) -> None:
    """One row."""
    ordered = sorted(times)
    p50, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
    words = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    print(f"{name:<20} p50 {p50:6.2f} p99 {p99:6.1f} max {ordered[-1]:6.0f} ms  {words}")


def document(policy: Any, kind: PolicyKind = PolicyKind.IDENTITY) -> PolicyDocument:
    """A policy by itself."""
    return PolicyDocument(kind, "", "", json.dumps(policy), (Place("", _AT, _AT),))


def reordered(policy: Any, rng: random.Random) -> PolicyDocument:
    """The same statements in another order."""
    statements = _statements(policy)
    return document({**policy, "Statement": rng.sample(statements, len(statements))})


def shortened(policy: Any, rng: random.Random) -> PolicyDocument:
    """A copy that lost an action, a resource, a condition or a statement."""
    statements = _statements(copy.deepcopy(policy))
    statement = rng.choice(statements)
    for key in rng.sample(("Action", "Resource", "Condition"), 3):
        value = statement.get(key)
        if key == "Condition" and value:
            del statement[key]
            break
        if isinstance(value, list) and len(value) > 1:
            value.pop(rng.randrange(len(value)))
            break
    else:
        statements = [s for s in statements if s is not statement] or statements
    return document({**policy, "Statement": statements})


def _statements(policy: Any) -> list[Any]:
    found = policy["Statement"]
    return found if isinstance(found, list) else [found]
