"""``pregate history``: searches every commit for secrets, writes the reports."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from pregate.entry.options import add_cache_options, cache_directory
from pregate.entry.organisation import policy_reader
from pregate.errors import UsageError

_EPILOG = """\
examples:
  pregate history                      every commit that HEAD reaches
  pregate history --all                every commit that any branch, tag or stash reaches
  pregate history v1.0..main           the commits that main has and v1.0 has not
  pregate history --since 2024-01-01   the younger ones
  pregate history --format json > history.json

What is searched is kept: a run that was interrupted goes on where it stopped, and the next one searches
only what is new. See docs/history.md for what is seen and what is not.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    from pregate.config import FAIL_ON
    from pregate.report import FORMATS

    parser.epilog = _EPILOG
    what = parser.add_argument_group("what to search")
    what.add_argument("revision", nargs="?", metavar="REV|A..B", default="",
                      help="the newest commit, or a range (default: HEAD)")  # fmt: skip
    what.add_argument("--all", action="store_true", help="all references: branches, tags, the stash")
    what.add_argument("--since", metavar="DATE", default="", help="commits that are younger than this")
    what.add_argument("-C", "--directory", metavar="DIR", default=".",
                      help="a folder in the repository (default: here)")  # fmt: skip
    gate = parser.add_argument_group("gate")
    gate.add_argument("--fail-on", choices=FAIL_ON, metavar="SEVERITY",
                      help=f"least severity that fails the gate ({', '.join(FAIL_ON)})")  # fmt: skip
    gate.add_argument("--extends", metavar="ADDRESS",
                      help="an organisation's policy, pinned (github://OWNER/REPO/PATH@COMMIT)")  # fmt: skip
    gate.add_argument("--exclude", action="append", metavar="GLOB", default=[],
                      help="paths that are not searched; repeatable; counted in the summary")  # fmt: skip
    gate.add_argument("--max-file-size", type=int, metavar="BYTES",
                      help="larger files that git calls binary are listed as unread")  # fmt: skip
    reports = parser.add_argument_group("reports")
    reports.add_argument("--format", metavar="FORMAT", default="text",
                         help=f"what standard output gets (text, {', '.join(FORMATS)})")  # fmt: skip
    reports.add_argument("--output", action="append", default=[], metavar="FORMAT=PATH",
                         help="write a report; repeatable; - is stdout")  # fmt: skip
    reports.add_argument("-q", "--quiet", action="store_true",
                         help="no console report, only the verdict and what was skipped")  # fmt: skip
    add_cache_options(parser, jobs="one per two processors")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Runs the search; the exit code is the verdict's, whatever is written where."""
    from pregate.entry.progress import progress_for
    from pregate.entry.writing import foreign_reports, parse_outputs, print_console, write_outputs
    from pregate.history import Request, run
    from pregate.report.console import render_last_line

    given = [*args.output, *([] if args.format == "text" else [f"{args.format}=-"])]
    outputs = parse_outputs("--output", given, Path(args.directory))
    if args.since.startswith("-"):
        raise UsageError(f"--since {args.since!r} is no date", "Write it as 2024-01-31.")
    cache_dir = cache_directory(args, environ)
    request = Request(
        directory=Path(args.directory),
        revision=args.revision or "HEAD",
        every=args.all,
        since=args.since,
        overrides=_overrides(args),
        cache_dir=cache_dir,
        environ=environ,
        policies=policy_reader(environ, cache_dir),
    )
    with progress_for(sys.stderr, environ, quiet=args.quiet, noun="commits") as progress:
        try:
            result = run(request, progress)
        except KeyboardInterrupt:
            if cache_dir:
                print("pregate: the commits searched so far are kept; run it again to go on", file=sys.stderr)
            raise
    others = foreign_reports(result, outputs)
    write_outputs(result.verdict, result.rules if outputs else (), outputs, others=others)
    if not any(path == "-" for _, path in outputs):
        print_console(result.verdict, environ, quiet=args.quiet, verbose=args.verbose)
    elif not args.quiet:
        print(render_last_line(result.verdict), file=sys.stderr)
    return result.verdict.decision.exit_code


def _overrides(args: argparse.Namespace) -> dict[str, object]:
    values = {
        "fail-on": args.fail_on,
        "extends": args.extends,
        "exclude": args.exclude or None,
        "max-file-size": args.max_file_size,
        "jobs": args.jobs,
    }
    return {key: value for key, value in values.items() if value is not None}
