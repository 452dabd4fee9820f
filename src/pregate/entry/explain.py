"""``pregate explain``: one rule in full, or one finding with its rule and how to suppress it."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.config import CHECKS
from pregate.entry.fingerprints import Search, add_search_options, read
from pregate.errors import UsageError
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.model import Finding, Judged, Rule

_EPILOG = """\
A finding's fingerprint is in every report (JSON, SARIF, CSV); eight digits of it are enough where no other
begins with them. It is looked up in the report that --from names, else in pregate-reports/pregate.json when
that is there, else by judging what is here: the changes of the working tree, and then all of it.

The rule of a vulnerability (dependencies/GHSA-…) is read from the local database, if there is one
(--advisories, or the one that pregate advisories fetch makes), else from the report.

examples:
  pregate explain python/B602
  pregate explain B602
  pregate explain GHSA-35jh-r3h4-6jhm --advisories osv.sqlite
  pregate explain 1f0c9a37 --from results.json
"""
DEFAULT_REPORT = Path("pregate-reports") / "pregate.json"  # where the action and the examples leave it
_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    parser.add_argument("name", metavar="RULE|FINGERPRINT", help="a rule's id, or a finding's fingerprint")
    parser.add_argument(
        "--format", choices=("text", "markdown"), default="text", help="how to write it (default: text)"
    )
    add_search_options(parser)
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


# -------------------------------------------------------------------------------------------------- rules


def _rule_page(args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from pregate.entry.rule_lookup import look_up
    from pregate.entry.rules import page_width
    from pregate.report.rules_list import explain

    def reported() -> list[Rule]:
        found = read(Path(args.report)) if args.report else _left(args)
        own = _own_rules(args, environ) if "gitleaks-" in args.name.lower() else ()
        return [*own, *(judged.finding.rule for judged in found)]

    rule = look_up(args.name, reported, args.advisories, environ)
    return explain(rule, args.format, page_width())


def _own_rules(args: argparse.Namespace, environ: Mapping[str, str]) -> Sequence[Rule]:
    """The rules of the repository's own ``.gitleaks.toml`` at HEAD; none where it cannot be had."""
    from pregate.changes import Everything
    from pregate.changes.repository import Repository
    from pregate.checks.secrets import rules_of_own
    from pregate.errors import PregateError
    from pregate.model import ChangeSet
    from pregate.pipeline import Request, given_of, settle_config

    try:
        repository = Repository.open(Path(args.directory), environ)
        head = repository.commit_id("HEAD")
        change = ChangeSet((), "", False, head, head)
        request = Request(Path(args.directory), Everything(head), {}, environ=environ)
        with repository.contents() as contents:
            config = settle_config(contents, change, request, repository.root).config
            given, _ = given_of(config, change, contents)
    except PregateError:
        return ()
    return rules_of_own(given)


def _left(args: argparse.Namespace) -> Sequence[Judged]:
    """What a run left in its usual place; nothing where that cannot be read, which is said."""
    path = Path(args.directory) / DEFAULT_REPORT
    if not path.is_file():
        return ()
    try:
        return read(path)
    except UsageError as error:
        print(f"pregate: {error.message}; it is passed over", file=sys.stderr)
        return ()


# ----------------------------------------------------------------------------------------------- findings


def _finding_page(args: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from pregate.entry.rules import all_rules, page_width
    from pregate.report.finding_page import render_finding

    judged = _find(args, environ)
    own = {rule.id: rule for rule in all_rules(CHECKS)}
    # A report's words about a rule that is known here are not taken over.
    rule = own.get(judged.finding.rule.id, judged.finding.rule)
    judged = replace(judged, finding=replace(judged.finding, rule=rule))
    return render_finding(judged, tuple(ways_here(judged.finding)), args.format, page_width())


def _find(args: argparse.Namespace, environ: Mapping[str, str]) -> Judged:
    """
    The finding that is meant. Raises UsageError for none or several, PregateError where nobody can say.
    """
    if not any((args.report, args.staged, args.base, args.commits)) and _has(_left(args), args.name):
        place = Path(args.directory) / DEFAULT_REPORT
        print(f"pregate: as {place} has it", file=sys.stderr)
        args = argparse.Namespace(**{**vars(args), "report": place})
    root = Path(args.directory)
    if not args.report:
        from pregate.entry.suppress import root_of

        root = root_of(args, environ)
    (judged,) = Search(args, environ, root, b"").find([args.name])
    return judged


def _has(found: Sequence[Judged], name: str) -> bool:
    return any(judged.finding.fingerprint.startswith(name.lower()) for judged in found)


def ways_here(finding: Finding) -> Iterator[tuple[str, str]]:
    """How this finding alone is suppressed: a sentence, and the line to type."""
    from pregate.suppressions.comments import inline_form, syntax_of

    place = "" if finding.rule.check in CHECKS else "--from results.json "
    yield "on the command line:", f'pregate suppress {finding.fingerprint} {place}--reason "…"'
    path = finding.location.path
    written, syntax = inline_form(path, finding.rule.id, "…"), syntax_of(path)
    if written and syntax and not finding.commit:
        place = "at the end of the line, or alone above it" if syntax.is_trailing else "alone above the line"
        yield f"or in the file, {place} (--inline writes it there):", written
