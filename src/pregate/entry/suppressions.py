"""``pregate suppressions``: what is accepted in this tree, what of that is of no use, and clearing it out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from pregate.entry.desk import Desk
from pregate.entry.options import add_cache_options, add_gate_options, cache_directory, overrides
from pregate.entry.organisation import policy_reader
from pregate.entry.parsing import Raw
from pregate.entry.suppress import root_of
from pregate.errors import PregateError
from pregate.model import Decision, Standing, Suppression, SuppressionKind, Verdict, Waiver
from pregate.suppressions import file as record
from pregate.suppressions import writing

_KINDS = {
    "list": "list every suppression in the working tree: used, unused, expired or refused",
    "check": "list suppressions that are unused, expired or refused; fail when there are some",
    "prune": "take out entries of the suppressions file that are unused or expired",
}
_EPILOG = """\
exit codes:
  0  there is nothing to mend (list: always)
  1  check: some are unused, expired or refused; prune without --yes: there is something to remove
  2  usage: a wrong flag, configuration or suppressions file
  3  incomplete: a check failed, so that what it would have found may look unused
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds what can be done, each with its options."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    for name, summary in _KINDS.items():
        sub = kinds.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=_EPILOG,
            formatter_class=Raw,
            allow_abbrev=False,
        )
        if name == "prune":
            sub.add_argument(
                "--yes", action="store_true", help="write the file; else only show what would go"
            )
        sub.add_argument(
            "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
        )
        add_gate_options(sub)
        add_cache_options(sub)
        sub.set_defaults(main=main)


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Judges the working tree as a whole and tells of its suppressions."""
    root = root_of(args, environ)
    verdict = _judged(args, environ, root)
    if args.kind == "prune":
        return _prune(verdict, Desk(root), environ, is_sure=args.yes)
    useless = [w for w in verdict.waivers if w.standing is not Standing.USED]
    shown = useless if args.kind == "check" else verdict.waivers
    for line in _lines(shown):
        _print(line, environ)
    unjudged = _unjudged(verdict, root)
    for entry in unjudged if args.kind == "list" else ():
        _print(
            f"unjudged {entry.origin.path}:{entry.origin.start_line}  {entry.rule} in {entry.path}", environ
        )
        _print("         its check did not look everywhere here, or is another scanner's", environ)
    _print(_total(verdict.waivers, len(unjudged)), environ)
    if args.kind == "list":
        return 0
    return _incomplete(verdict, environ) or int(bool(useless))


def _judged(args: argparse.Namespace, environ: Mapping[str, str], root: Path) -> Verdict:
    from pregate.changes import Paths
    from pregate.entry.progress import progress_for
    from pregate.pipeline import Request, run

    # Of those that the configuration wants to hear nothing of, this command tells all the same.
    told = {"suppressions": {"expired": "report", "unused": "report"}}
    request = Request(
        directory=root,
        selection=Paths((".",)),
        overrides={**overrides(args), **told},
        cache_dir=cache_directory(args, environ),
        policies=policy_reader(environ, cache_directory(args, environ)),
        environ=environ,
    )
    with progress_for(sys.stderr, environ, quiet=False) as progress:
        return run(request, progress).verdict


def _incomplete(verdict: Verdict, environ: Mapping[str, str]) -> int:
    """3, with the reasons, where the run could not look everywhere."""
    if verdict.decision is not Decision.INCOMPLETE:
        return 0
    for reason in verdict.holes:
        _print(f"pregate: INCOMPLETE: {reason}", environ, sys.stderr)
    return Decision.INCOMPLETE.exit_code


def _prune(verdict: Verdict, desk: Desk, environ: Mapping[str, str], *, is_sure: bool) -> int:
    useless = [w for w in verdict.waivers if w.standing in (Standing.UNUSED, Standing.EXPIRED)]
    entries = [w.suppression for w in useless if w.suppression.kind is SuppressionKind.FILE]
    by_hand = [w for w in useless if w.suppression.kind is SuppressionKind.INLINE]
    data = desk.read(record.PATH, record.LIMIT)
    known = record.load_suppressions(data).suppressions if data else ()
    if not set(entries) <= set(known):
        raise PregateError(f"{record.PATH} was changed while pregate ran", "Run it again.")
    for line in _lines(w for w in useless if w not in by_hand):
        _print(line, environ)
    if entries:
        desk.put(record.PATH, writing.without_entries(data, entries))
        desk.finish(is_dry=not is_sure, environ=environ)
    for waiver in by_hand:
        place = waiver.suppression.origin
        words = f"{place.path}:{place.start_line}: {waiver.suppression.words}"
        _print(f"pregate: to be removed by hand, {waiver.standing.value}: {words}", environ, sys.stderr)
    count = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}"
    verb = "removed" if is_sure else "would be removed; --yes removes them" if entries else "to remove"
    _print(f"pregate: {count} {verb}", environ, sys.stderr)
    return _incomplete(verdict, environ) or int(bool(entries) and not is_sure)


def _lines(waivers: Iterable[Waiver]) -> Iterable[str]:
    for waiver in waivers:
        s = waiver.suppression
        place = f"{s.origin.path}:{s.origin.start_line}"
        where = f" in {s.path}" if s.path else ""
        number = f", {waiver.count} findings" if waiver.count > 1 else ""
        yield f"{waiver.standing.value:8} {place}  {s.rule or s.words}{where}{number}"
        words = (
            ("", waiver.why),
            ("reason: ", s.reason if s.rule else ""),
            ("owner: ", s.owner),
            ("until ", s.until if waiver.standing is not Standing.EXPIRED else ""),
        )
        details = "; ".join(f"{name}{value}" for name, value in words if value)
        if details:
            yield f"         {details}"


def _unjudged(verdict: Verdict, root: Path) -> tuple[Suppression, ...]:
    """The entries of the file of which this run cannot say whether they are of use."""
    data = Desk(root).read(record.PATH, record.LIMIT)
    judged = {w.suppression for w in verdict.waivers}
    known = record.load_suppressions(data).suppressions if data else ()
    return tuple(entry for entry in known if entry not in judged)


def _total(waivers: Sequence[Waiver], unjudged: int = 0) -> str:
    counts = {standing.value: sum(w.standing is standing for w in waivers) for standing in Standing}
    counts["unjudged"] = unjudged
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    total = len(waivers) + unjudged
    number = f"{total} suppression{'' if total == 1 else 's'}"
    return f"pregate: {number}{f': {words}' if words else ''}"


def _print(words: str, environ: Mapping[str, str], stream: TextIO | None = None) -> None:
    """One line, in which neither a terminal nor the runner finds a command."""
    from pregate.report.visible import visible

    text = visible(words)
    if environ.get("GITHUB_ACTIONS") == "true":
        from pregate.github.commands import neutralise

        text = neutralise(text)
    print(text, file=stream or sys.stdout)
