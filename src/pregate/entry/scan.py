"""``pregate scan``: finds the change set that the flags name, runs the gate, writes the reports."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.foreign import add_sarif_options, documents_of
from pregate.entry.options import (
    add_cache_options,
    add_gate_options,
    add_tool_options,
    cache_directory,
    delivery_names,
    overrides,
    wishes_of,
)
from pregate.entry.organisation import policy_reader
from pregate.errors import UsageError
from pregate.model import Decision

if TYPE_CHECKING:
    import argparse

    from pregate.aws.sts import TokenSource
    from pregate.changes import Commits, Selection
    from pregate.engine.ports import Shard
    from pregate.pipeline import Result
    from pregate.verification import Verifier

_MOST_SHARDS = 1000
_EPILOG = """\
examples:
  pregate scan --staged                      what the next commit would hold, judged against HEAD
  pregate scan --base origin/main            what this branch adds since it left main
  pregate scan --commits origin/main..HEAD   every commit by itself: a secret added and removed again is found
  pregate scan --all                         the whole tree at HEAD (the default)
  pregate scan src/app.py templates/         these files and folders as they are on disk
  pregate scan --base main --output sarif=pregate.sarif --output json=-
  pregate scan --all --deliver s3,security-hub
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.epilog = _EPILOG
    change = parser.add_argument_group("what to scan")
    change.add_argument("paths", nargs="*", metavar="PATH", help="files and folders, as they are on disk")
    add_options(parser, change)
    shards = parser.add_argument_group("in parts")
    shards.add_argument("--shard", metavar="K/N", help="analyse part K of N; pregate merge judges the whole")
    shards.add_argument("--shard-dir", metavar="DIR", help="where the results of the part are kept")
    parser.set_defaults(main=main)


def add_options(parser: argparse.ArgumentParser, change: argparse._ArgumentGroup) -> None:
    """The options of a scan; those that say what is scanned go to ``change``."""
    from pregate.report import FORMATS

    change.add_argument("--staged", action="store_true", help="the index (not the working tree) against HEAD")
    change.add_argument(
        "--worktree", action="store_true", help="the working tree, with untracked files, against HEAD"
    )
    change.add_argument("--base", metavar="REV", help="from the merge base of this revision and --head")
    change.add_argument("--head", metavar="REV", help="with --base: up to this revision (default: HEAD)")
    change.add_argument(
        "--commits", metavar="A..B", help="each commit reachable from B and not from A, by itself"
    )
    change.add_argument("--all", action="store_true", help="every file at HEAD")
    change.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    parser.add_argument(
        "--verify",
        action="store_true",
        help="ask the providers of found tokens whether they are live; values go to the provider's own host",
    )
    add_gate_options(parser)
    add_tool_options(parser)
    add_sarif_options(parser)
    reports = parser.add_argument_group("reports")
    reports.add_argument("--output", action="append", default=[], metavar="FORMAT=PATH",
                         help=f"write a report ({', '.join(FORMATS)}); repeatable; - is stdout")  # fmt: skip
    reports.add_argument(
        "-q", "--quiet", action="store_true", help="no console report, only the verdict and what was skipped"
    )
    deliveries = parser.add_argument_group("deliveries")
    deliveries.add_argument("--deliver", action="append", default=[], metavar="NAMES",
                            help="send the result to AWS by [deliver]: security-hub, s3, sns")  # fmt: skip
    deliveries.add_argument("--repository", default="", metavar="OWNER/NAME",
                            help="with --deliver: its name (default: that of the remote origin)")  # fmt: skip
    add_cache_options(parser)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Runs the scan; the exit code is the verdict's, whatever is written where."""
    from pregate.entry.progress import progress_for
    from pregate.entry.writing import foreign_reports, parse_outputs, print_console, write_outputs
    from pregate.pipeline import Request, run
    from pregate.report import BILLS, LINE_HASHED

    if getattr(args, "shard", None) or getattr(args, "shard_dir", None):
        return analyse_part(args, environ)
    outputs = parse_outputs("--output", args.output, Path(args.directory))
    names = delivery_names(args.deliver) if args.deliver else ()
    request = Request(
        directory=Path(args.directory),
        selection=selection_of(args),
        overrides=overrides(args),
        cache_dir=cache_directory(args, environ),
        policies=policy_reader(environ, cache_directory(args, environ)),
        environ=environ,
        line_hashes="s3" in names or any(name in LINE_HASHED for name, _ in outputs),
        history=history_of(args),
        tokens=tokens_of(environ),
        components=any(name in BILLS for name, _ in outputs),
        foreign=documents_of(args),
        wishes=wishes_of(args, environ),
        verifier=verifier_of(wanted=args.verify),
    )
    with progress_for(sys.stderr, environ, quiet=args.quiet) as progress:
        result = run(request, progress)
    others = foreign_reports(result, outputs)
    write_outputs(result.verdict, result.rules if outputs else (), outputs, others=others)
    lacking = deliver(result, names, args, environ) if names else ()
    if not any(path == "-" for _, path in outputs):
        print_console(result.verdict, environ, quiet=args.quiet, verbose=args.verbose)
        if not args.quiet:
            print_hints(result, environ)
    elif not args.quiet:
        print(_last_line(result), file=sys.stderr)
    for sentence in lacking:
        print(f"pregate: INCOMPLETE: {sentence}", file=sys.stderr)
    return Decision.INCOMPLETE.exit_code if lacking else result.verdict.decision.exit_code


def analyse_part(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Analyses one shard; 0, and no verdict: ``pregate merge`` gives it."""
    from pregate.changes import open_source
    from pregate.entry.progress import progress_for
    from pregate.pipeline import Request, warm

    shard = _shard_of(args.shard or "")
    if not args.shard_dir or args.output or args.deliver or args.sarif_in:
        raise UsageError(
            "--shard needs --shard-dir, and neither reports nor deliveries: a part has no verdict",
            "Write --shard 1/4 --shard-dir part; give --output to pregate merge.",
        )
    directory, selection = Path(args.shard_dir), selection_of(args)
    if open_source(Path(args.directory), environ, selection).brings(directory):
        raise UsageError(
            "--shard-dir names a folder that came with the checkout: git tracks files in it",
            "Name one outside of the working tree.",
        )
    request = Request(
        directory=Path(args.directory),
        selection=selection,
        overrides=overrides(args),
        cache_dir=directory,
        policies=policy_reader(environ, directory),
        environ=environ,
    )
    with progress_for(sys.stderr, environ, quiet=args.quiet) as progress:
        mine, whole = warm(request, shard, progress)
    words = f"part {shard.number} of {shard.of}: {mine} of {whole} versions of files, kept in {directory}"
    print(f"pregate: {words}; no verdict: pregate merge judges the whole", file=sys.stderr)
    return 0


def _shard_of(words: str) -> Shard:
    from pregate.engine.ports import Shard

    number, slash, of = words.partition("/")
    if slash and all(part.isascii() and part.isdigit() and len(part) < 6 for part in (number, of)):
        shard = Shard(int(number), int(of))
        if 1 <= shard.number <= shard.of <= _MOST_SHARDS:
            return shard
    raise UsageError(
        f"--shard {words!r} is no part",
        f"Write K/N with K from 1 to N and N up to {_MOST_SHARDS}: --shard 1/4.",
    )


def deliver(
    result: Result, names: Sequence[str], args: argparse.Namespace, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Sends the result where ``--deliver`` says; a sentence for each required one that failed."""
    from pregate.changes import Everything
    from pregate.entry.handover import Papers, Teller, chosen
    from pregate.entry.identities import clients_for_delivery
    from pregate.entry.occasions import OFFLINE, hand_over, on_command_line

    config = chosen(result.config.deliver, names)
    is_whole = isinstance(selection_of(args), Everything)
    occasion = on_command_line(result, config, environ, repository=args.repository, is_whole=is_whole)
    teller = Teller(
        say=lambda words: print(f"pregate: {words}", file=sys.stderr),
        warn=lambda title, words: print(f"pregate: warning: {title}: {words}", file=sys.stderr),
    )
    papers = Papers(result.verdict, result.rules)
    hindrance = OFFLINE if result.config.offline else ""
    handed = hand_over(
        config,
        occasion,
        papers,
        teller,
        hindrance=hindrance,
        open_clients=lambda: clients_for_delivery(result.config.aws, config, environ, tokens_of(environ)),
    )
    return handed.missing(config.require)


def selection_of(args: argparse.Namespace) -> Selection:
    """The change set that the flags name. Raises UsageError when they name more than one."""
    from pregate.changes import Commits, Everything, Paths, Range, Staged, Worktree

    given = [
        name for name in ("staged", "worktree", "base", "commits", "all", "paths") if getattr(args, name)
    ]
    if len(given) > 1:
        names = " and ".join("paths" if name == "paths" else f"--{name}" for name in given)
        raise UsageError(f"{names} exclude each other", "Name one change set: see pregate scan --help.")
    if args.head and not args.base:
        raise UsageError("--head needs --base", "Write --base REV --head REV, or --commits A..B.")
    match given:
        case ["staged"]:
            return Staged()
        case ["worktree"]:
            return Worktree()
        case ["base"]:
            return Range(args.base, args.head or "HEAD")
        case ["commits"]:
            base, dots, head = args.commits.partition("..")
            if not dots or head.startswith("."):
                raise UsageError(
                    f"--commits {args.commits!r} is no range", "Write it A..B, for example origin/main..HEAD."
                )
            return Commits(base, head or "HEAD")
        case ["paths"]:
            return Paths(tuple(args.paths))
        case _:
            return Everything()


def history_of(args: argparse.Namespace) -> Commits | None:
    """The commits of a range, for what a later one of them takes away."""
    from pregate.changes import Commits

    return Commits(args.base, args.head or "HEAD") if args.base else None


def tokens_of(environ: Mapping[str, str]) -> TokenSource | None:
    """Identity tokens in a step of a workflow."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return None
    from pregate.entry.doctor import unmasked
    from pregate.github.oidc import IdentityTokens

    return IdentityTokens(environ, unmasked)


def verifier_of(*, wanted: bool) -> Callable[[str], Verifier] | None:
    """What asks providers about tokens, where that is wanted."""
    if not wanted:
        return None
    from pregate.verification import Verifier
    from pregate.verification.asking import ask

    return functools.partial(Verifier, ask)


def _last_line(result: Result) -> str:
    from pregate.report.console import render_last_line

    return render_last_line(result.verdict)


def print_hints(result: Result, environ: Mapping[str, str]) -> None:
    """What a first run should be told, on standard error: the last line of the report stays the verdict."""
    from pregate.entry.first_steps import hints

    sys.stdout.flush()
    for hint in hints(result, environ):
        print(f"pregate: {hint}", file=sys.stderr)
