"""
``python -m bench iam-brute-force [--pairs N] [--seed S]``: random pairs of policies put before the symbolic
engine and, request by request, before the plain evaluator (docs/iam-engine.md, "Proof"). The seed is a fresh
one unless it is given; it is printed, so that a run can be repeated.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter

from tests.iam.reasoning.differential import run

BATCH = 1_000


def main(arguments: list[str]) -> int:
    """Prints the results, and each contradiction as it is found; 1 when there was one."""
    parser = argparse.ArgumentParser(prog="python -m bench iam-brute-force", description=__doc__.strip())
    parser.add_argument("--pairs", type=int, default=1_000_000, help="pairs of policies (default: a million)")
    parser.add_argument("--seed", type=int, default=None, help="of the first batch (default: a fresh one)")
    parser.add_argument("--requests", type=int, default=200, help="tried against each PASS (default: 200)")
    args = parser.parse_args(arguments)
    seed = secrets.randbelow(1 << 48) if args.seed is None else args.seed
    print(f"seed {seed}, batches of {BATCH} pairs", flush=True)
    results: Counter[str] = Counter()
    doubts: Counter[str] = Counter()
    wrong = done = 0
    started = time.process_time()
    while done < args.pairs:
        tally = run(min(BATCH, args.pairs - done), seed + done // BATCH, tried=args.requests)
        done += BATCH
        results += tally.results
        doubts += tally.doubts
        wrong += len(tally.wrong)
        for words in tally.wrong:
            print(words, flush=True)
        if done % (10 * BATCH) == 0:
            print(f"{done} pairs, {wrong} contradictions so far", file=sys.stderr, flush=True)
    print(f"{min(done, args.pairs)} pairs, {time.process_time() - started:.0f} s, {wrong} contradictions")
    for name, count in sorted((results + doubts).items()):
        print(f"  {name:<40} {count:>9}")
    return int(wrong > 0)
