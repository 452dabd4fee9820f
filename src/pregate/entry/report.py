"""
``pregate report``: makes reports of a JSON report that an earlier run left, without the tree and a scan.

The file may be anybody's: it is read as one that is hostile, and what follows from other parts of it is
worked out anew (:mod:`pregate.report.reading`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.errors import UsageError

if TYPE_CHECKING:
    from pregate.model import Rule, Verdict

_EPILOG = """\
examples:
  pregate report --from results.json                              the report for people, on standard output
  pregate report --from results.json --to junit=report.xml --to gitlab-sast=gl-sast-report.json
  pregate report --from - --to markdown=- < results.json
  pregate report --schema > pregate-report.schema.json

The exit code is 0 once the reports are written, whatever the verdict; --exit-code gives the verdict's own.
"""
_HINT = (
    "Name a report that pregate scan --output json=PATH wrote.\n"
    "A later version's may have keys that this one does not know: render it with that version."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    from pregate.report import BILLS, FORMATS

    parser.epilog = _EPILOG
    names = ", ".join(name for name in FORMATS if name not in BILLS)
    parser.add_argument("--from", dest="source", metavar="FILE",
                        help="a JSON report of pregate; - is standard input")  # fmt: skip
    parser.add_argument("--to", action="append", default=[], metavar="FORMAT=PATH",
                        help=f"write a report ({names}); repeatable; - is stdout")  # fmt: skip
    parser.add_argument("--history", nargs="+", action="extend", default=[], metavar="FILE",
                        help="JSON reports of earlier runs, oldest first, for a trend")  # fmt: skip
    parser.add_argument(
        "--exit-code", action="store_true", help="exit as the run did: 1 failed, 3 incomplete, 0 passed"
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the report, and stop")
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """
    Writes the reports; 0, or with ``--exit-code`` the verdict's own. Raises UsageError for a file that is no
    report, naming it, and PregateError for one that cannot be written.
    """
    from pregate.entry.writing import parse_outputs, print_console, write_outputs

    if args.schema:
        return _print_schema(args)
    outputs = parse_outputs("--to", args.to)
    _refuse_bills(outputs)
    if not args.source:
        raise UsageError("--from is missing", "Name a report that pregate scan --output json=PATH wrote.")
    verdict, rules = _read(args.source)
    write_outputs(verdict, rules, outputs, _earlier(args.history, outputs))
    if not outputs:
        print_console(verdict, environ, quiet=False, verbose=args.verbose)
    return verdict.decision.exit_code if args.exit_code else 0


def _print_schema(args: argparse.Namespace) -> int:
    from pregate.report.schema import schema_bytes

    if args.source or args.to or args.history:
        raise UsageError("--schema goes alone", "It prints what every report of this version fits.")
    sys.stdout.write(schema_bytes().decode())
    return 0


def _refuse_bills(outputs: Sequence[tuple[str, str]]) -> None:
    from pregate.report import BILLS

    for name, _ in outputs:
        if name in BILLS:
            raise UsageError(
                f"--to {name}: a JSON report holds no inventory of packages to make it of",
                f"Have the scan write it: pregate scan --output {name}=PATH.",
            )


def _read(source: str) -> tuple[Verdict, tuple[Rule, ...]]:
    """The verdict, and the rules that a scan's reports explain: those of its checks, and those it found."""
    from pregate.config import CHECKS
    from pregate.entry.rules import all_rules
    from pregate.pipeline import UNLISTED
    from pregate.report.reading import ReportError, read_report

    shown = "standard input" if source == "-" else source
    own = all_rules(CHECKS)
    try:
        read = read_report(_load(source, shown), own)
    except ReportError as error:
        raise UsageError(f"{shown}: no report of pregate: {error}", _HINT) from None
    asked = {summary.check for summary in read.verdict.checks}
    listed = {rule for rule in own if rule.check in asked and rule.check not in UNLISTED}
    rules = {*read.rules, *listed}
    return read.verdict, tuple(sorted(rules, key=lambda rule: (rule.id, rule.title)))


def _earlier(paths: Sequence[str], outputs: Sequence[tuple[str, str]]) -> list[bytes]:
    """The reports of earlier runs, each of the format's form. Raises UsageError where none would be shown."""
    from pregate.report import HISTORIES
    from pregate.report.schema import ReportError, document_of

    if paths and not any(name in HISTORIES for name, _ in outputs):
        shown = ", ".join(HISTORIES) or "none does yet"
        raise UsageError("--history: no report of --to shows earlier runs", f"Those that do: {shown}.")
    found = []
    for path in paths:
        data = _load(path, path)
        try:
            document_of(data)
        except ReportError as error:
            raise UsageError(f"{path}: no report of pregate: {error}", _HINT) from None
        found.append(data)
    return found


def _load(source: str, shown: str) -> bytes:
    """At most one byte beyond the limit: more need not be loaded to be refused."""
    from pregate.report.reading import LIMIT

    try:
        if source == "-":
            return sys.stdin.buffer.read(LIMIT + 1)
        with Path(source).open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {error.strerror}", "Name a file that is there.") from None
