"""``pregate explain``: one rule in full, or one finding with its rule and how to suppress it."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.config import CHECKS
from pregate.entry.options import add_cache_options, cache_directory
from pregate.errors import PregateError, UsageError

if TYPE_CHECKING:
    from pregate.model import Judged, Rule, Verdict

_EPILOG = """\
A finding's fingerprint is in every report (JSON, SARIF, CSV); eight digits of it are enough where no other
begins with them. It is looked up in the report that --from names, else in pregate-reports/pregate.json when
that is there, else by a scan of the whole tree at HEAD; --all and --worktree scan at once.

The rule of a vulnerability (dependencies/GHSA-…) is read from the local database, if there is one
(--advisories, or the one that pregate advisories fetch makes), else from the report.

examples:
  pregate explain python/B602
  pregate explain B602
  pregate explain GHSA-35jh-r3h4-6jhm --advisories osv.sqlite
  pregate explain 1f0c9a37 --from results.json
"""
DEFAULT_REPORT = Path("pregate-reports") / "pregate.json"  # where the action and the examples leave it
FINGERPRINT_MIN = 8
_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument("name", metavar="RULE|FINGERPRINT", help="a rule's id, or a finding's fingerprint")
    parser.add_argument("--from", dest="report", metavar="FILE", help="a JSON report that holds the finding")
    parser.add_argument(
        "--format", choices=("text", "markdown"), default="text", help="how to write it (default: text)"
    )
    scan = parser.add_argument_group("scanning for the finding, where no report has it")
    what = scan.add_mutually_exclusive_group()
    what.add_argument("--all", action="store_true", help="every file at HEAD (the default)")
    what.add_argument("--worktree", action="store_true", help="the working tree, against HEAD")
    scan.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    scan.add_argument("--advisories", metavar="PATH", help="a local database (index, zip or folder)")
    scan.add_argument("--offline", action="store_true", default=None, help="ask no service")
    add_cache_options(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Prints the page; 0, or UsageError for a name that is of nothing known."""
    if _FINGERPRINT.fullmatch(args.name.lower()):
        text = _finding_page(args, environ)
    else:
        text = _rule_page(args, environ)
    if environ.get("GITHUB_ACTIONS") == "true":
        from pregate.github.commands import neutralise

        text = neutralise(text)
    sys.stdout.write(text)
    return 0


# ------------------------------------------------------------------------------------------------- rules


def _rule_page(args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from pregate.entry.rule_lookup import look_up
    from pregate.entry.rules import page_width
    from pregate.report.rules_list import explain

    def reported() -> list[Rule]:
        verdict = _read(Path(args.report)) if args.report else _default_report(args)
        return [judged.finding.rule for judged in verdict.findings] if verdict else []

    rule = look_up(args.name, reported, args.advisories, environ)
    return explain(rule, args.format, page_width())


# ---------------------------------------------------------------------------------------------- findings


def _finding_page(args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from pregate.entry.rules import page_width
    from pregate.report.comment_syntax import comment
    from pregate.report.finding_page import render_finding
    from pregate.report.rule_pages import inline_words

    judged = _find(args, environ)
    finding = judged.finding
    written = comment(finding.location.path, inline_words(finding.rule.id))
    return render_finding(judged, written, args.format, page_width())


def _find(args: argparse.Namespace, environ: Mapping[str, str]) -> Judged:
    """The finding that is meant, from the first place that has it."""
    prefix = args.name.lower()
    if args.report:
        return _only(prefix, _matching(_read(Path(args.report)), prefix), f"{args.report}")
    verdict = None if args.all or args.worktree else _default_report(args)
    if verdict and (found := _matching(verdict, prefix)):
        return _only(prefix, found, str(DEFAULT_REPORT))
    what = "the working tree's changes" if args.worktree else "the tree at HEAD"
    return _only(prefix, _matching(_scan(args, environ), prefix), f"a scan of {what}")


def _matching(verdict: Verdict, prefix: str) -> list[Judged]:
    """One for each fingerprint: a merge of shards may name a finding twice."""
    found = {j.finding.fingerprint: j for j in verdict.findings if j.finding.fingerprint.startswith(prefix)}
    return [found[key] for key in sorted(found)]


def _only(prefix: str, found: Sequence[Judged], where: str) -> Judged:
    from pregate.report.visible import place

    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            f"no finding has the fingerprint {prefix} in {where}",
            "Name the JSON report that it is from (--from results.json); in another commit it may be gone.",
        )
    listed = "\n".join(f"{j.finding.fingerprint}  {place(j.finding.location)}" for j in found[:5])
    raise UsageError(f"{len(found)} findings have fingerprints that begin with {prefix}", listed)


def _default_report(args: argparse.Namespace) -> Verdict | None:
    """The report that a run left in its usual place; one that cannot be read is passed over aloud."""
    path = Path(args.directory) / DEFAULT_REPORT
    if not path.is_file():
        return None
    try:
        verdict = _read(path)
    except PregateError as error:
        print(f"pregate: {error.message}; it is passed over", file=sys.stderr)
        return None
    print(f"pregate: looking in {path} first", file=sys.stderr)
    return verdict


def _read(path: Path) -> Verdict:
    from pregate.entry.rules import all_rules
    from pregate.report.reading import LIMIT, ReportError, read_report

    try:
        with path.open("rb") as file:
            return read_report(file.read(LIMIT + 1), all_rules(CHECKS)).verdict
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            "pregate scan --output json=FILE writes such a report.",
        ) from None
    except ReportError as error:
        raise UsageError(
            f"{path} is no report of pregate's: {error}", "pregate scan --output json=FILE writes one."
        ) from None


def _scan(args: argparse.Namespace, environ: Mapping[str, str]) -> Verdict:
    from pregate.changes import Everything, Worktree
    from pregate.entry.progress import progress_for
    from pregate.pipeline import Request, run

    given = {"offline": args.offline, "jobs": args.jobs}
    overrides = {key: value for key, value in given.items() if value is not None}
    if args.advisories:
        overrides["advisories"] = {"source": args.advisories}
    request = Request(
        directory=Path(args.directory),
        selection=Worktree() if args.worktree else Everything(),
        overrides=overrides,
        cache_dir=cache_directory(args, environ),
        environ=environ,
    )
    with progress_for(sys.stderr, environ, quiet=False) as progress:
        return run(request, progress).verdict
