"""``pregate fix``: writes what a finding's certain fix says, and prints what else is to be done."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.mending import difference, mend
from pregate.entry.options import add_cache_options, cache_directory
from pregate.entry.organisation import policy_reader
from pregate.entry.parsing import Raw
from pregate.errors import PregateError
from pregate.model import Decision, Finding, Skipped, SkipReason, State
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.changes.disk import Disk
    from pregate.pipeline import Result

_EPILOG = """\
examples:
  pregate fix dependencies                       every dependency file below here
  pregate fix dependencies --dry-run             the same as a diff, which git apply takes
  pregate fix dependencies requirements.txt --advisories osv.zip --offline

exit codes:
  0  no vulnerable package is left, as far as it can be known before the files are judged again
  1  packages are left, with what to run for them; with --dry-run also: there is something to write
  2  usage: a wrong flag or configuration key
  3  incomplete: there is no database to ask, or a file could not be read or written
"""
_ADVISORIES = "advisories"  # the property of a finding that a vulnerability of a package has


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds what can be mended, each with its options."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    summary = (
        "write upgrades of vulnerable packages into pinned requirements; print the commands for the rest"
    )
    sub = kinds.add_parser(
        "dependencies",
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=_EPILOG,
        formatter_class=Raw,
        allow_abbrev=False,
    )
    sub.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: all below here)")
    sub.add_argument("--dry-run", action="store_true", help="write nothing; print a unified diff")
    sub.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    sub.add_argument("--advisories", metavar="PATH", help="a local OSV database instead of the OSV API")
    sub.add_argument("--exclude", action="append", metavar="GLOB", default=[], help="paths to leave alone")
    sub.add_argument("--offline", action="store_true", default=None, help="ask no service")
    add_cache_options(sub)
    sub.set_defaults(main=main)


@dataclass(slots=True)
class _Work:
    """What was done and what is left: findings, and sentences on files that could not be mended."""

    done: list[Finding] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    diff: bytes = b""
    files: int = 0


def main(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Judges the files as they are on disk, mends them, and tells; the exit code says what is left."""
    from pregate.changes import Paths
    from pregate.changes.disk import Disk
    from pregate.entry.progress import progress_for
    from pregate.pipeline import Request, run
    from pregate.tools.wishes import Wishes

    request = Request(
        directory=Path(args.directory),
        selection=Paths(tuple(args.paths) or (".",)),
        overrides=_overrides(args),
        cache_dir=cache_directory(args, environ),
        policies=policy_reader(environ, cache_directory(args, environ)),
        environ=environ,
        wishes=Wishes(is_off=True, is_gate=False),
    )
    with progress_for(sys.stderr, environ, quiet=False) as progress:
        result = run(request, progress)
    _refuse_without_database(result)
    root = result.root or request.directory
    findings = [j.finding for j in result.verdict.findings if j.state is not State.SUPPRESSED]
    work = _mended(Disk(os.fsencode(root)), findings, is_dry=args.dry_run, limit=result.config.max_file_size)
    _tell(work, is_dry=args.dry_run, environ=environ)
    if work.failed or result.verdict.decision is Decision.INCOMPLETE:
        for sentence in (*result.verdict.reasons, *work.failed):
            _say(f"pregate: INCOMPLETE: {sentence}", environ, sys.stderr)
        return Decision.INCOMPLETE.exit_code
    return int(bool(work.left or (args.dry_run and work.diff)))


def _overrides(args: argparse.Namespace) -> dict[str, object]:
    values = {
        "checks": ["dependencies"],
        "advisories": args.advisories,
        "exclude": args.exclude or None,
        "offline": args.offline,
        "jobs": args.jobs,
    }
    return {key: value for key, value in values.items() if value is not None}


def _refuse_without_database(result: Result) -> None:
    """Raises PregateError when nothing was asked although there are packages."""
    for summary in result.verdict.checks:
        match summary.outcome:
            case Skipped(reason=reason) if reason is not SkipReason.NO_TARGETS:
                raise PregateError(
                    "the vulnerability database was not asked, so nothing is known to be vulnerable",
                    "Give a local database with --advisories PATH, or leave --offline away.",
                )


def _mended(disk: Disk, findings: Sequence[Finding], *, is_dry: bool, limit: int) -> _Work:
    work = _Work()
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if _ADVISORIES in dict(finding.properties):
            (by_file.setdefault(finding.location.path, []) if finding.fixes else work.left).append(finding)
    for path, found in by_file.items():
        _mend_file(disk, path, found, work, is_dry=is_dry, limit=limit)
    return work


def _mend_file(
    disk: Disk, path: str, findings: Sequence[Finding], work: _Work, *, is_dry: bool, limit: int
) -> None:
    blob = disk.blob(path)
    data = disk.read(blob, limit) if blob else None
    if not isinstance(data, bytes):
        work.failed.append(f"{path}: it cannot be read any more")
        work.left += findings
        return
    mended = mend(data, findings)
    if mended.data != data and not is_dry:
        try:
            disk.replace(path, data, mended.data)
        except OSError as error:
            work.failed.append(f"{path}: cannot be written: {error.strerror}")
            work.left += findings
            return
    work.diff += difference(path, data, mended.data)
    work.files += mended.data != data
    work.done += mended.done
    work.left += mended.refused


def _tell(work: _Work, *, is_dry: bool, environ: Mapping[str, str]) -> None:
    """The diff goes to standard output, and all else then to standard error."""
    stream = sys.stderr if is_dry else sys.stdout
    upgraded, left = _by_package(work.done), _by_package(work.left)
    for found in upgraded:
        properties = dict(found[0].properties)
        words = f"{_subject(found)} -> {properties['upgrade']} clears {_names(found)}"
        _say(words, environ, stream)
    for found in left:
        _say(f"{_subject(found)} has {_names(found)}. {found[0].remedy}", environ, stream)
    if is_dry:
        sys.stdout.flush()
        sys.stdout.buffer.write(work.diff)
        sys.stdout.flush()
    verb = "to upgrade" if is_dry else "upgraded"
    words = f"{_count(upgraded)} {verb} in {work.files} file{'s' * (work.files != 1)}"
    rest = f"; {_count(left)} left to upgrade by hand" if left else ""
    _say(f"pregate: {words}{rest}", environ, stream)


def _by_package(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings of each package version of each place, in the order of the places."""
    found: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.location, f.rule.id)):
        properties = dict(finding.properties)
        key = (finding.location, properties.get("package"), properties.get("version"))
        found.setdefault(key, []).append(finding)
    return list(found.values())


def _subject(found: Sequence[Finding]) -> str:
    first, properties = found[0], dict(found[0].properties)
    place = f"{first.location.path}:{first.location.start_line}"
    return f"{place}: {properties.get('package', '')} {properties.get('version', '')}"


def _names(found: Sequence[Finding]) -> str:
    return ", ".join(dict.fromkeys(f.rule.id.partition("/")[2] for f in found))


def _count(packages: Sequence[object]) -> str:
    return f"{len(packages)} package{'s' * (len(packages) != 1)}"


def _say(words: str, environ: Mapping[str, str], stream: object) -> None:
    """One line, in which neither a terminal nor the runner finds a command."""
    from pregate.report.visible import one_line

    text = one_line(words)
    if environ.get("GITHUB_ACTIONS") == "true":
        from pregate.github.commands import neutralise

        text = neutralise(text)
    print(text, file=stream)  # type: ignore[call-overload]
