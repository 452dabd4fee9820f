"""``pregate baseline``: what was there when the gate was put up, so that only what is new fails."""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.keeping import FOLDER, read_kept, write_kept
from pregate.entry.options import add_cache_options, add_gate_options, cache_directory, overrides
from pregate.entry.organisation import policy_reader
from pregate.errors import PregateError, UsageError
from pregate.model import INDEX, BaselineEntry, CheckSummary, Completed, Decision, Finding, Judged, State
from pregate.records import dataclass, replace

if TYPE_CHECKING:
    from pregate.pipeline import Result

_EPILOG = """\
examples:
  pregate baseline create                      accept what is at HEAD; then commit .pregate
  pregate baseline update                      take out what has been mended; nothing is added
  pregate baseline show                        how much of what is left, by check and rule
  pregate baseline migrate .secrets.baseline   take over that of another tool

What stands in the baseline of the base is pre-existing in every scan. No scan and no hook writes the file.
With `ratchet = true` under [baseline] a change that adds to it fails.
"""
_ATTRIBUTES = f"{FOLDER}/.gitattributes"
_UNION = b"baseline.jsonl merge=union\n"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's verbs, each with its options."""
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = _verb(verbs, "create", "write the baseline from what is found at HEAD", _create)
    create.add_argument("--force", action="store_true", help="replace a baseline that is there already")
    update = _verb(verbs, "update", "take out what is no longer found", _update)
    update.add_argument("--add", action="store_true", help="add what is found and not in it, too")
    show = verbs.add_parser("show", help="count what is in the baseline", allow_abbrev=False)
    show.add_argument("-C", "--directory", metavar="DIR", default=".", help="a folder in the repository")
    show.add_argument("--list", action="store_true", help="each entry on a line: path, rule, anchor")
    show.set_defaults(act=_show)
    migrate = _verb(verbs, "migrate", "take over the baseline of another tool", _migrate)
    migrate.add_argument("file", metavar="FILE", help="of detect-secrets, Bandit, gitleaks or Checkov")
    migrate.add_argument(
        "--format", choices=_FORMATS, default="", help="what it is (default: by its content)"
    )
    parser.set_defaults(main=main)


_FORMATS = ("detect-secrets", "bandit", "gitleaks", "checkov")


def _verb(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str,
          act: object) -> argparse.ArgumentParser:  # fmt: skip
    parser = verbs.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False
    )
    parser.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    parser.add_argument(
        "--from", dest="report", metavar="FILE", help="a JSON report of the whole tree, instead of a scan"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    add_gate_options(parser)
    add_cache_options(parser)
    parser.set_defaults(act=act)
    return parser


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Runs the verb; 0, or 3 when the tree could not be scanned in full."""
    args.act(args, environ)
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    """
    What stands at HEAD: findings that nothing suppresses, and the checks that looked everywhere but in files
    that ``exclude`` (globs) leaves out.
    """

    findings: tuple[Finding, ...]
    whole: frozenset[str]
    exclude: tuple[str, ...] = ()

    def leaves(self, path: str) -> bool:
        """Whether no check looked at a file."""
        return any(fnmatch.fnmatchcase(path, glob) for glob in self.exclude)


def _create(args: argparse.Namespace, environ: Mapping[str, str]) -> None:
    from pregate.baseline import PATH, entries_of

    root = _root(args, environ)
    if read_kept(root, PATH) is not None and not args.force:
        raise UsageError(
            f"{PATH} is there already",
            "pregate baseline update takes out what is mended; --force makes it anew.",
        )
    _write(root, entries_of(_found(args, environ).findings), (), is_dry=args.dry_run)


def _update(args: argparse.Namespace, environ: Mapping[str, str]) -> None:
    from pregate.baseline import PATH, entries_of, growth, refreshed

    root = _root(args, environ)
    before = _entries(root)
    found = _found(args, environ)
    absent = {e.path for e in before if not (root / e.path).exists()}
    # A check that did not look everywhere does not say that something is gone.
    open_ = tuple(e for e in before if e.rule.partition("/")[0] not in found.whole or found.leaves(e.path))
    after = (*open_, *refreshed([e for e in before if e not in open_], found.findings, absent))
    if args.add:
        fresh = growth(before, entries_of(found.findings))
        after = (*after, *fresh)
    if open_:
        checks = ", ".join(sorted({e.rule.partition("/")[0] for e in open_}))
        kept = f"{_entries_word(len(open_))} kept as before, where its check did not look everywhere"
        print(f"pregate: {kept}: {checks}", file=sys.stderr)
    _write(root, after, before, is_dry=args.dry_run)
    if not args.add and (more := growth(before, entries_of(found.findings))):
        print(f"{_many(len(more), 'finding')} at HEAD not in {PATH}: they are new (--add would accept them)")


def _show(args: argparse.Namespace, environ: Mapping[str, str]) -> None:
    from pregate.baseline import PATH

    entries = _entries(_root(args, environ))
    if args.list:
        for entry in entries:
            print(f"{entry.path}  {entry.rule}  {entry.anchor}")
        return
    print(f"{PATH}: {_entries_word(len(entries))}")
    checks = Counter(e.rule.partition("/")[0] for e in entries)
    for check, number in sorted(checks.items()):
        print(f"  {check}: {number}")
        rules = Counter(e.rule for e in entries if e.rule.partition("/")[0] == check)
        for rule, count in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
            print(f"    {count:>6}  {rule}")


def _migrate(args: argparse.Namespace, environ: Mapping[str, str]) -> None:
    from pregate.baseline import entries_of, growth, parse_baseline
    from pregate.baseline.entries import PATH
    from pregate.baseline.foreign import matched, read_foreign
    from pregate.secrets.detectors import plugins_by_type

    root = _root(args, environ)
    kind, accepted = read_foreign(_bytes(args.file), args.file, plugins_by_type(), args.format)
    chosen, lost = matched(accepted, _found(args, environ).findings)
    data = read_kept(root, PATH)
    before = parse_baseline(data) if data is not None else ()
    after = (*before, *growth(before, entries_of(chosen)))
    print(f"{args.file}: {_entries_word(len(accepted))} of {kind}, {len(accepted) - lost} found at HEAD")
    if lost:
        print(f"{_entries_word(lost)} without a finding of ours: mended, or nothing that pregate reports")
    _write(root, after, before, is_dry=args.dry_run)


# ------------------------------------------------------------------------------------------------- findings


def _found(args: argparse.Namespace, environ: Mapping[str, str]) -> _Found:
    if args.report:
        return _read(args.report)
    from pregate.changes import Everything
    from pregate.entry.progress import progress_for
    from pregate.pipeline import Request, run
    from pregate.report.words import analysed

    request = Request(
        directory=Path(args.directory),
        selection=Everything(),
        overrides=overrides(args),
        cache_dir=cache_directory(args, environ),
        policies=policy_reader(environ, cache_directory(args, environ)),
        environ=environ,
    )
    with progress_for(sys.stderr, environ, quiet=False) as progress:
        result = run(request, progress)
    if result.verdict.decision is Decision.INCOMPLETE:
        raise _incomplete(result)
    if not result.change.files and not result.change.compared and result.change.head == INDEX:
        raise UsageError("there is no commit yet, and so nothing to accept", "Commit what is there first.")
    if not analysed(result.verdict):
        raise UsageError(
            "nothing was scanned, and so there is nothing to accept: no check analysed any file",
            "See exclude in the configuration, --exclude and --check.",
        )
    return replace(_of(result.verdict.findings, result.verdict.checks), exclude=result.config.exclude)


def _incomplete(result: Result) -> PregateError:
    reasons = "; ".join(result.verdict.holes[:3])
    return PregateError(
        f"the tree could not be scanned in full, so there is no whole baseline: {reasons}",
        "Mend that first, or tolerate it (tolerate-unread, allow-unread); pregate scan --all tells more.",
    )


def _read(name: str) -> _Found:
    from pregate.report.reading import ReportError, read_report

    try:
        verdict = read_report(_bytes(name)).verdict
    except ReportError as error:
        raise UsageError(
            f"{name}: not a JSON report of pregate: {error}", "Make it with --output json=FILE."
        ) from None
    if verdict.compared or verdict.decision is Decision.INCOMPLETE:
        raise UsageError(
            f"{name}: not a report of a whole tree", "Make it with pregate scan --all --output json=FILE."
        )
    return _of(verdict.findings, verdict.checks)


def _of(judged: Iterable[Judged], checks: Sequence[CheckSummary]) -> _Found:
    findings = tuple(j.finding for j in judged if j.state is not State.SUPPRESSED)
    whole = (s.check for s in checks if isinstance(s.outcome, Completed) and s.is_whole)
    return _Found(findings, frozenset(whole))


# ---------------------------------------------------------------------------------------------------- files


def _root(args: argparse.Namespace, environ: Mapping[str, str]) -> Path:
    from pregate.changes import Repository

    root = Repository.open(Path(args.directory), environ).root
    if root is None:
        raise UsageError(
            "there is no working tree to keep a baseline in", "Run it in a clone of the repository."
        )
    return root


def _entries(root: Path) -> tuple[BaselineEntry, ...]:
    from pregate.baseline import PATH, parse_baseline

    data = read_kept(root, PATH)
    if data is None:
        raise UsageError(f"there is no {PATH}", "pregate baseline create makes one.")
    return parse_baseline(data)


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "Give a file that is there.") from None


def _write(
    root: Path, after: Sequence[BaselineEntry], before: Sequence[BaselineEntry], *, is_dry: bool
) -> None:
    from pregate.baseline import PATH, growth, render_baseline

    added, gone = len(growth(before, after)), len(growth(after, before))
    what = f"{_entries_word(len(after))}, {added} more and {gone} fewer than before"
    if is_dry:
        print(f"{PATH} would have {what}")
        return
    data = render_baseline(after)
    if data == read_kept(root, PATH):
        print(f"{PATH}: {_entries_word(len(after))}, as before: there is nothing to change")
        return
    write_kept(root, PATH, data)
    attributes = read_kept(root, _ATTRIBUTES) or b""
    if b"baseline.jsonl" not in attributes:
        write_kept(root, _ATTRIBUTES, attributes + _UNION)
    print(f"{PATH}: {what}")
    print(f"commit it: git add {FOLDER} && git commit")


def _entries_word(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
