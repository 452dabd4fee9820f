"""
``python -m bench.fuzz_iam [flags of atheris]`` (``make fuzz-iam``): bytes, led by coverage, through all that
reads policies. Needs atheris, which is no dependency: ``pip install atheris``.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

PATHS = ("p.json", "p.json", "p.yaml", "main.tf")
WORDS = (
    *("Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"),
    *("AWS", "Service", "StringLike", "StringNotEquals", "NumericLessThan", "Bool", "DateEquals", "ArnLike"),
    *("IpAddress", "Null", "ForAllValues:StringLike", "ForAnyValue:StringNotLikeIfExists", "Allow", "Deny"),
    *("aws:username", "aws:SourceIp", "x:k", "*", "s3:*", "s3:a?", "${aws:username}", "${x:k, 'a'}", "a*b"),
    *("arn:aws:s3:::b/*", "arn:aws:iam::111122223333:root", "10.0.0.0/8", "2020-01-01", "1.5", "true", ""),
)


def policy(provider: Any) -> str:
    """A policy in JSON, mostly of the right shape."""
    statements = []
    for _ in range(provider.ConsumeIntInRange(1, 3)):
        statement = {"Effect": ("Allow", "Deny")[provider.ConsumeBool()], "Action": value(provider, 1)}
        for _ in range(provider.ConsumeIntInRange(0, 4)):
            statement[WORDS[provider.ConsumeIntInRange(1, 7)]] = value(provider, 3)
        statements.append(statement)
    version = ("2012-10-17", "2008-10-17")[provider.ConsumeBool()]
    return json.dumps({"Version": version, "Statement": statements})


def value(provider: Any, depth: int) -> Any:
    """A word, a short text, a list, or an object."""
    kind = provider.ConsumeIntInRange(0, 7 if depth else 3)
    if kind < 3:
        return WORDS[provider.ConsumeIntInRange(0, len(WORDS) - 1)]
    if kind == 3:
        return provider.ConsumeUnicode(6)
    items = [value(provider, depth - 1) for _ in range(provider.ConsumeIntInRange(0, 3))]
    if kind < 6:
        return items
    return {WORDS[provider.ConsumeIntInRange(8, len(WORDS) - 1)]: item for item in items}


def main() -> int:
    """Runs until a limit of the flags (``-max_total_time=60``) or a crash, whose input is written down."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["pregate.iam", "pregate.positions"]):
        from tests.iam.reasoning.hostile import survive

    def target(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        if provider.ConsumeIntInRange(0, 3):
            survive("p.json", policy(provider))
        else:
            path = PATHS[provider.ConsumeIntInRange(0, len(PATHS) - 1)]
            survive(path, provider.ConsumeUnicode(4_096))

    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
