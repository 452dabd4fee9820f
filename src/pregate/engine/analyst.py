"""
One file through its checks: analysis, a time limit, and the finishing touches that need the file's text.

A check says where something is; this module adds the masked source line, the anchor by which the finding is
known again after the code has moved, and its ordinal among equal ones. All of it is a function of the file's
content.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING

from pregate.checks.base import Analysis, Check, Target
from pregate.digests import sha256
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.pragmas import masked, pragmas_of
from pregate.logs import logger
from pregate.model import Finding, Fix, Location, Related, Unread, UnreadReason
from pregate.records import dataclass, replace
from pregate.suppressions import without_pragmas

if TYPE_CHECKING:
    import signal

    from pregate.model import Suppression
    from pregate.secrets.masking import Masker
else:
    import _signal as signal  # what it is made of: its lists of names take a hook half a millisecond

_log = logger(__name__)

SNIPPET_LINES = 6
_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Task:
    """
    A version of a file and the checks that are to look at it. ``index`` is the caller's own number for it.
    """

    index: int
    target: Target
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What one check said of one task: an analysis, or why the check as a whole failed (message, hint)."""

    index: int
    check: str
    analysis: Analysis
    seconds: float
    failure: tuple[str, str] | None = None


MakeMasker = Callable[[Target, Sequence[Location]], "Masker"]
Maskers = Callable[[str], "Masker"]


class Analyst:
    """
    Runs checks on files. ``timeout`` is in seconds for each file and check; 0 means none. ``keeps`` tells
    that there is a cache: without one no analysis with facts is called fit for it, which takes a look.
    """

    def __init__(
        self, checks: Sequence[Check], masker: MakeMasker, timeout: int, *, keeps: bool = True
    ) -> None:
        self._checks = {check.name: check for check in checks}
        self._masker = masker
        self._timeout = timeout
        self._keeps = keeps

    def work(self, task: Task) -> list[Report]:
        """A report for each of the task's checks, in their order; a check that fails does so alone."""
        reports = [self._run(self._checks[name], task) for name in task.checks]
        pragmas = pragmas_of(task.target)
        is_quiet = not any(r.analysis.findings or r.analysis.facts or _quotes(r.analysis) for r in reports)
        if is_quiet and not pragmas:
            return reports
        maskers = maskers_for(
            task.target, self._masker, [r for report in reports for r in report.analysis.sensitive]
        )
        return [self._finished_in_time(r, maskers, task.target, pragmas) for r in reports]

    def _finished_in_time(
        self, report: Report, maskers: Maskers, target: Target, pragmas: Sequence[Suppression]
    ) -> Report:
        """The report of a file that takes too long to mask says that it is unread, and nothing else."""
        try:
            with time_limit(self._timeout):
                done = self._finished(report, maskers, target)
                told = masked(pragmas, maskers) if pragmas else ()
                return replace(done, analysis=replace(done.analysis, pragmas=told)) if told else done
        except TimeLimitError:
            detail = f"took more than {self._timeout} s to mask"
            return replace(report, analysis=_unread(target, UnreadReason.TIMED_OUT, detail))

    def _finished(self, report: Report, maskers: Maskers, target: Target) -> Report:
        analysis = finish(report.analysis, maskers)
        keep = analysis.cacheable and self._keeps
        keep = keep and (not analysis.facts or self._is_clean(report.check, analysis, maskers, target))
        return replace(report, analysis=replace(analysis, cacheable=keep))

    def _is_clean(self, check: str, analysis: Analysis, maskers: Maskers, target: Target) -> bool:
        """
        Whether the facts hold no secret value, so that they may be written to the cache.

        Facts that repeat the file's text are held against the file's secrets, and are not kept where it is
        the text of several; those of a lock file are names and versions, which are looked at by themselves:
        scanning all its hashes would cost more than reading it again.
        """
        holds_text = self._checks[check].facts_hold_text or analysis.facts_hold_text
        if holds_text and target.included:
            return False  # each file of a folder has all others' texts
        text = "\n".join(json.dumps(fact.to_json(), ensure_ascii=False) for fact in analysis.facts)
        if holds_text:
            masker = maskers("")
        else:
            # The brace keeps it from being taken for an INI file, of which every fact were a section.
            data = f"{{\n{text}".encode("utf-8", "surrogatepass")
            masker = self._masker(Target("facts.json", data), ())
        return masker.text(text) == text

    def _run(self, check: Check, task: Task) -> Report:
        started = time.perf_counter()
        failure: tuple[str, str] | None = None
        try:
            with time_limit(self._timeout):
                analysis = check.analyse(task.target)
        except BROKEN as error:
            analysis, failure = Analysis(), failure_of(error, check.name)
        except TimeLimitError:
            analysis = _unread(task.target, UnreadReason.TIMED_OUT, f"took more than {self._timeout} s")
        except (RecursionError, MemoryError) as error:
            analysis = _unread(
                task.target, UnreadReason.CRASHED, f"nested too deep or too large ({type(error).__name__})"
            )
        return Report(task.index, check.name, analysis, time.perf_counter() - started, failure)


def maskers_for(target: Target, make: MakeMasker, regions: Sequence[Location] = ()) -> Maskers:
    """
    Gives the masker of the target (also for an unknown path) or of a file that it includes, each made once.

    ``regions`` are places in any of them that hold a secret.
    """
    included = dict(target.included)
    made: dict[str, Masker] = {}

    def get(path: str) -> Masker:
        path = path if path in included else target.path
        if path not in made:
            file = target if path == target.path else Target(path, included[path])
            made[path] = make(file, [region for region in regions if region.path == path])
        return made[path]

    return get


def finish(analysis: Analysis, maskers: Maskers) -> Analysis:
    """``analysis`` with snippet, anchor and ordinal in each finding, and no secret value in any text."""
    seen: Counter[tuple[str, str, str]] = Counter()
    done = []
    for finding in analysis.findings:
        place = finding.location
        masker = maskers(place.path)
        last = min(place.end_line, place.start_line + SNIPPET_LINES - 1)
        anchor = finding.anchor or digest(masker.flagged(place))
        key = (finding.rule.id, place.path, anchor)
        done.append(
            replace(
                finding,
                message=masker.text(finding.message),
                remedy=masker.text(finding.remedy),
                aliases=tuple(masker.text(alias) for alias in finding.aliases),
                related=tuple(Related(r.location, masker.text(r.message)) for r in finding.related),
                properties=tuple((name, masker.text(value)) for name, value in finding.properties),
                snippet=finding.snippet
                or "\n".join(masker.lines(place.start_line, last, column=place.start_column)),
                anchor=anchor,
                ordinal=seen[key],
                fixes=_clean_fixes(finding, masker),
            )
        )
        seen[key] += 1
    unread = tuple(replace(u, detail=maskers(u.path).text(u.detail)) for u in analysis.unread)
    return replace(analysis, findings=tuple(done), unread=unread)


def _clean_fixes(finding: Finding, masker: Masker) -> tuple[Fix, ...]:
    """
    The fixes whose lines hold no secret, before or after: one that is masked could not be applied, and one
    that is not would show it.
    """
    return tuple(
        fix
        for fix in finding.fixes
        if not masker.hides(fix.start_line, fix.end_line)
        and masker.text(fix.text) == fix.text
        and masker.text(fix.description) == fix.description
    )


def digest(text: str) -> str:
    """
    The anchor of a flagged text: 32 hexadecimal digits of its SHA-256, blanks around its lines and pregate's
    own comments left out.
    """
    lines = "\n".join(line.strip() for line in without_pragmas(text).splitlines())
    return sha256(lines.strip().encode("utf-8", "surrogateescape")).hexdigest()[:32]


class TimeLimitError(BaseException):
    """A file took too long. Not an Exception, so that a scanner's own broad except cannot swallow it."""


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """
    Raises TimeLimitError in the block after ``seconds``, and again every second until it is left.

    By SIGALRM, so only on POSIX and in the main thread of a process; elsewhere the block has no limit.
    """
    if not seconds or not hasattr(signal, "setitimer") or _is_other_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeLimitError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _is_other_thread() -> bool:
    threads = sys.modules.get("threading")  # without it there is one
    return threads is not None and threads.current_thread() is not threads.main_thread()


def _unread(target: Target, reason: UnreadReason, detail: str) -> Analysis:
    return Analysis(unread=(Unread(target.path, reason, detail),))


def _quotes(analysis: Analysis) -> bool:
    """
    Whether a detail may repeat a secret of the file: a token in the place of a package's name. No word of
    ours is as long as a token is.
    """
    return any(len(word) >= _TOKEN for unread in analysis.unread for word in unread.detail.split())
