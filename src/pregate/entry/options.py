"""Flags that more than one command has, and what they mean for the configuration."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pregate.cache import default_directory
from pregate.config import CHECKS, DELIVERIES, FAIL_ON, IAM_ENGINES
from pregate.errors import UsageError


def add_gate_options(parser: argparse.ArgumentParser) -> None:
    """
    The options that decide what is checked and what fails; unset ones leave the configuration file's
    word.
    """
    group = parser.add_argument_group("gate")
    group.add_argument("--check", action="append", choices=CHECKS, metavar="NAME", default=[],
                       help=f"run only this check; repeatable ({', '.join(CHECKS)})")  # fmt: skip
    group.add_argument("--fail-on", choices=FAIL_ON, metavar="SEVERITY",
                       help=f"least severity that fails the gate ({', '.join(FAIL_ON)})")  # fmt: skip
    group.add_argument("--exclude", action="append", metavar="GLOB", default=[],
                       help="paths that no check reads; repeatable; counted in the summary")  # fmt: skip
    group.add_argument("--advisories", metavar="PATH",
                       help="a local OSV database (index, folder or zip) instead of the OSV API")  # fmt: skip
    group.add_argument("--unknown-severity", choices=("fail", "warn", "ignore"),
                       help="what an advisory without a severity does to the gate")  # fmt: skip
    group.add_argument("--iam-engine", choices=IAM_ENGINES,
                       help="who judges policies; auto: AWS only where pregate is not certain")  # fmt: skip
    group.add_argument("--max-file-size", type=int, metavar="BYTES", help="larger files are listed as unread")
    group.add_argument("--offline", action="store_true", default=None, help="ask no service")


def add_cache_options(parser: argparse.ArgumentParser) -> None:
    """Where results are kept between runs, and how many processes work."""
    group = parser.add_argument_group("speed")
    group.add_argument(
        "--cache-dir", metavar="DIR", help="where results are kept (default: the user's cache folder)"
    )
    group.add_argument("--no-cache", action="store_true", help="analyse everything anew and keep nothing")
    group.add_argument("--jobs", type=int, metavar="N", help="processes (default: one per processor)")


def overrides(args: argparse.Namespace) -> dict[str, Any]:
    """The configuration keys that the flags set, as they are written in the file."""
    values: dict[str, Any] = {
        "fail-on": args.fail_on,
        "advisories": args.advisories,
        "max-file-size": args.max_file_size,
        "offline": args.offline,
        "jobs": getattr(args, "jobs", None),
        "checks": args.check or None,
        "exclude": args.exclude or None,
    }
    if args.unknown_severity:
        values["dependencies"] = {"unknown-severity": args.unknown_severity}
    if args.iam_engine:
        values["iam"] = {"engine": args.iam_engine}
    return {key: value for key, value in values.items() if value is not None}


def cache_directory(args: argparse.Namespace, environ: Mapping[str, str]) -> Path | None:
    """
    ``--cache-dir``, else ``PREGATE_CACHE_DIR``, else the user's cache folder; ``None`` with
    ``--no-cache``.
    """
    if args.no_cache:
        return None
    named = args.cache_dir or environ.get("PREGATE_CACHE_DIR")
    return Path(named) if named else default_directory(environ)


def delivery_names(words: Sequence[str]) -> tuple[str, ...]:
    """``--deliver s3,sns`` as names; raises UsageError for one that is none."""
    names = tuple(name.strip() for word in words for name in word.split(",") if name.strip())
    for name in names:
        if name not in DELIVERIES:
            raise UsageError(
                f"--deliver: there is no delivery {name!r}", f"Choose from: {', '.join(DELIVERIES)}."
            )
    return tuple(dict.fromkeys(names))
