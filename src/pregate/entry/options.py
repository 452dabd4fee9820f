"""Flags that more than one command has, and what they mean for the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.cache import default_directory
from pregate.config import CHECKS, DELIVERIES, FAIL_ON, IAM_ENGINES, MIN_CONFIDENCE, READY_TOOLS
from pregate.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from pregate.tools.wishes import Wishes


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
    group.add_argument("--min-confidence", choices=MIN_CONFIDENCE, metavar="CONFIDENCE",
                       help="least confidence that a finding needs to fail (low, medium, high)")  # fmt: skip
    for word in ("critical", "high", "medium", "low"):
        group.add_argument(f"--max-{word}", type=int, metavar="N",
                           help=f"how many new findings of severity {word} there may be")  # fmt: skip
    group.add_argument("--extends", metavar="ADDRESS",
                       help="an organisation's policy, pinned (github://OWNER/REPO/PATH@COMMIT)")  # fmt: skip
    group.add_argument("--exclude", action="append", metavar="GLOB", default=[],
                       help="paths that no check reads; repeatable; counted in the summary")  # fmt: skip
    group.add_argument("--advisories", metavar="PATH",
                       help="a local database (index, zip or folder) instead of the OSV API")  # fmt: skip
    group.add_argument("--advisories-max-age", type=int, metavar="DAYS",
                       help="how old a local database may be; 0: any age")  # fmt: skip
    group.add_argument("--unknown-severity", choices=("fail", "warn", "ignore"),
                       help="what an advisory without a severity does to the gate")  # fmt: skip
    group.add_argument("--only-fixable", action="store_true", default=None,
                       help="vulnerabilities without a fixed version do not fail the gate")  # fmt: skip
    group.add_argument("--ignore-dev", action="store_true", default=None,
                       help="packages for development alone do not fail the gate")  # fmt: skip
    group.add_argument("--grace-days", type=int, metavar="N",
                       help="advisories younger than N days do not fail the gate")  # fmt: skip
    group.add_argument("--kev", metavar="PLACE",
                       help="CISA's list of exploited vulnerabilities: a file or an address")  # fmt: skip
    group.add_argument("--epss", metavar="PLACE", help="FIRST's EPSS scores: a file or an address")
    group.add_argument("--allow-license", action="append", metavar="SPDX", default=[],
                       help="fail on packages under another licence; repeatable")  # fmt: skip
    group.add_argument("--deny-license", action="append", metavar="SPDX", default=[],
                       help="fail on packages under this licence; repeatable")  # fmt: skip
    group.add_argument("--confusable-names", choices=("warn", "ignore"),
                       help="what a new name that is nearly a much used one does")  # fmt: skip
    group.add_argument("--index-url", metavar="URL", help="the package index that --resolve asks")
    group.add_argument("--resolve", action="store_true", default=None,
                       help="ask the package index for versions that requirements do not pin")  # fmt: skip
    group.add_argument("--iam-engine", choices=IAM_ENGINES,
                       help="who judges policies; auto: AWS only where pregate is not certain")  # fmt: skip
    group.add_argument("--max-file-size", type=int, metavar="BYTES", help="larger files are listed as unread")
    group.add_argument("--offline", action="store_true", default=None, help="ask no service")


def add_cache_options(parser: argparse.ArgumentParser, *, jobs: str = "one per processor") -> None:
    """Where results are kept between runs, and how many processes work; ``jobs`` says how many do unasked."""
    group = parser.add_argument_group("speed")
    group.add_argument(
        "--cache-dir", metavar="DIR", help="where results are kept (default: the user's cache folder)"
    )
    group.add_argument("--no-cache", action="store_true", help="analyse everything anew and keep nothing")
    group.add_argument("--jobs", type=int, metavar="N", help=f"processes (default: {jobs})")


def add_tool_options(parser: argparse.ArgumentParser) -> None:
    """Which other scanners run."""
    group = parser.add_argument_group("other scanners")
    group.add_argument("--tool", action="append", choices=READY_TOOLS, metavar="NAME", default=[],
                       help=f"run this scanner too; repeatable ({', '.join(READY_TOOLS)})")  # fmt: skip
    group.add_argument("--no-tools", action="store_true", help="run no other scanner")
    group.add_argument("--allow-tools", action="store_true",
                       help="run the commands of [[tools]] also where nothing is compared")  # fmt: skip


def wishes_of(args: argparse.Namespace, environ: Mapping[str, str]) -> Wishes:
    """What the flags say of other scanners. ``--check`` alone means that check and nothing else."""
    from pregate.tools.wishes import Wishes, allows

    if args.no_tools and args.tool:
        raise UsageError("--tool and --no-tools exclude each other", "Leave one of them out.")
    is_off = args.no_tools or bool(args.check and not args.tool)
    return Wishes(tuple(args.tool), is_off, args.allow_tools or allows(environ))


def overrides(args: argparse.Namespace) -> dict[str, Any]:
    """The configuration keys that the flags set, as they are written in the file."""
    values: dict[str, Any] = {
        "extends": args.extends,
        "fail-on": args.fail_on,
        "min-confidence": args.min_confidence,
        "max-critical": args.max_critical,
        "max-high": args.max_high,
        "max-medium": args.max_medium,
        "max-low": args.max_low,
        "max-file-size": args.max_file_size,
        "offline": args.offline,
        "jobs": getattr(args, "jobs", None),
        "checks": args.check or None,
        "exclude": args.exclude or None,
    }
    dependencies = {
        "unknown-severity": args.unknown_severity,
        "only-fixable": args.only_fixable,
        "ignore-dev": args.ignore_dev,
        "grace-days": args.grace_days,
        "kev": args.kev,
        "epss": args.epss,
        "allow-licenses": args.allow_license or None,
        "deny-licenses": args.deny_license or None,
        "confusable-names": args.confusable_names,
        "index-url": args.index_url,
        "resolve": args.resolve,
    }
    database = {"source": args.advisories, "max-age": args.advisories_max_age}
    values["advisories"] = {k: v for k, v in database.items() if v is not None} or None
    values["dependencies"] = {k: v for k, v in dependencies.items() if v is not None} or None
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
