"""Findings by their fingerprints: in a report that was written, or by judging again what is here."""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.config import CHECKS
from pregate.entry.options import add_cache_options, add_gate_options, cache_directory, overrides
from pregate.entry.organisation import policy_reader
from pregate.errors import ChangesError, PregateError, UsageError
from pregate.model import Decision, Judged
from pregate.records import dataclass, field, replace

if TYPE_CHECKING:
    from pregate.changes import Selection
    from pregate.pipeline import Request, Result

SHORTEST = 8
_PREFIX = re.compile(r"[0-9a-f]{8,64}")


def add_search_options(parser: argparse.ArgumentParser) -> None:
    """Where to look for findings, and how to judge."""
    group = parser.add_argument_group("where the findings are")
    group.add_argument("--from", dest="report", metavar="FILE", help="a JSON report of an earlier run")
    group.add_argument("--staged", action="store_true", help="in the index against HEAD")
    group.add_argument("--base", metavar="REV", help="since the merge base of this revision and --head")
    group.add_argument("--head", metavar="REV", help="with --base: up to this revision (default: HEAD)")
    group.add_argument("--commits", metavar="A..B", help="in each of these commits by itself")
    group.add_argument(
        "-C", "--directory", metavar="DIR", default=".", help="a folder in the repository (default: here)"
    )
    add_gate_options(parser)
    add_cache_options(parser)


@dataclass(slots=True)
class Search:
    """
    One search; runs the gate as often as it must and remembers what it said.

    ``root`` is the top of the repository, or the folder that was named; ``salt`` stands for the repository's
    where it has none.
    """

    args: argparse.Namespace
    environ: Mapping[str, str]
    root: Path
    salt: bytes
    results: list[Result] = field(default_factory=list)

    def find(self, words: Sequence[str]) -> list[Judged]:
        """
        The findings that the words mean, in their order and each once. Raises UsageError for a word that
        means none or several, PregateError where that cannot be said for certain.
        """
        for word in words:
            if not _PREFIX.fullmatch(word.lower()):
                hint = f"Give {SHORTEST} or more of its hexadecimal digits, as reports show them."
                raise UsageError(f"{word!r} is no fingerprint", hint)
        found: dict[str, dict[str, Judged]] = {word: {} for word in words}
        for place in self._places():
            for judged in place:
                fingerprint = judged.finding.fingerprint
                for word, known in found.items():
                    if fingerprint.startswith(word.lower()):
                        known.setdefault(fingerprint, judged)
            if all(found.values()):
                break
        meant = [self._only(word, known) for word, known in found.items()]
        return list({judged.finding.fingerprint: judged for judged in meant}.values())

    def _only(self, word: str, known: Mapping[str, Judged]) -> Judged:
        if len(known) > 1:
            names = "\n".join(f"{f}  {_described(j)}" for f, j in sorted(known.items())[:10])
            raise UsageError(f"{word} is the beginning of {len(known)} fingerprints", f"One of:\n{names}")
        if known:
            return next(iter(known.values()))
        lacking = [r for r in self.results if r.verdict.decision is Decision.INCOMPLETE]
        if lacking:
            reasons = "; ".join(lacking[-1].verdict.holes)
            raise PregateError(
                f"there is no finding {word}, as far as could be seen", f"Incomplete: {reasons}"
            )
        hint = (
            "Name the change set (--base, --staged), or the JSON report that shows it (--from): one of\n"
            "another scanner stands only there (pregate scan --sarif-in FILE --output json=results.json)."
        )
        raise UsageError(f"there is no finding {word} in what was looked at", hint)

    def _places(self) -> Iterator[Sequence[Judged]]:
        from pregate.changes import Paths, Worktree

        if self.args.report:
            yield read(Path(self.args.report))
        elif any((self.args.staged, self.args.base, self.args.commits)):
            yield self.run(self._named())
        else:
            # Without a repository there are no changes to look at.
            with contextlib.suppress(ChangesError):
                yield self.run(Worktree())
            yield self.run(Paths((".",)))

    def _named(self) -> Selection:
        from pregate.entry.scan import selection_of

        return selection_of(argparse.Namespace(**vars(self.args), worktree=False, all=False, paths=[]))

    def on_disk(self, paths: Sequence[str], check: str) -> Sequence[Judged]:
        """What one check finds in these files as they are on disk."""
        from pregate.changes import Paths

        names = tuple(path for path in paths if (self.root / path).is_file())
        return self.run(Paths(names), check) if names else ()

    def run(self, selection: Selection, check: str = "") -> Sequence[Judged]:
        """All findings of a change set."""
        from pregate.entry.progress import progress_for
        from pregate.entry.scan import history_of
        from pregate.pipeline import run

        request = self.request(selection)
        if check in CHECKS:  # a plug-in's runs with all others: it cannot be chosen alone
            request = replace(request, overrides={**request.overrides, "checks": [check]})
        if self.args.base and not check:
            request = replace(request, history=history_of(self.args))
        with progress_for(sys.stderr, self.environ, quiet=False) as progress:
            self.results.append(run(request, progress))
        return self.results[-1].verdict.findings

    def request(self, selection: Selection) -> Request:
        """A run on ``selection`` with the flags that were given."""
        from pregate.pipeline import Request

        return Request(
            directory=self.root,
            selection=selection,
            overrides=overrides(self.args),
            cache_dir=cache_directory(self.args, self.environ),
            environ=self.environ,
            salt=self.salt,
            policies=policy_reader(self.environ, cache_directory(self.args, self.environ)),
        )


def read(path: Path) -> Sequence[Judged]:
    """The findings of a JSON report. Raises UsageError."""
    from pregate.report.reading import LIMIT, ReportError, read_report

    try:
        with path.open("rb") as file:
            return read_report(file.read(LIMIT + 1)).verdict.findings
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}", "Give a JSON report of pregate's."
        ) from None
    except ReportError as error:
        hint = "Write one with pregate scan --output json=results.json."
        raise UsageError(f"{path} is no report of pregate's: {error}", hint) from None


def _described(judged: Judged) -> str:
    place = judged.finding.location
    return f"{judged.finding.rule.id} {place.path}:{place.start_line}"
