"""
The added lines of commits through the secrets check: most of them by one search over many files at once, the
few that may hold something by the detectors.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pregate.checks.base import Analysis, Target
from pregate.engine import pragmas
from pregate.engine.analyst import Analyst, Task, TimeLimitError, time_limit
from pregate.engine.commit_records import Record, Tally
from pregate.errors import ScannerError
from pregate.model import Blob, Finding, LineRange, Location, Mode, Suppression, Unread, UnreadReason
from pregate.records import dataclass, field, replace
from pregate.secrets import gate

if TYPE_CHECKING:
    from pregate.checks.secrets import SecretsCheck
    from pregate.config import Config

_BATCH = 1 << 18  # seldom takes longer to search than git does to write a megabyte
_MOST_IN_BATCH = 4096
_MOST_KNOWN = 1 << 16
_NOTHING = Analysis()


class Reader(Protocol):
    """Gives whole versions of files (``pregate.changes.Contents``)."""

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a version, or why there are none."""
        ...


class Hunk(Protocol):
    """Lines that stand together (``pregate.changes.patches.Hunk``)."""

    @property
    def start(self) -> int:
        """The number of the first."""
        ...

    @property
    def data(self) -> bytes:
        """They, with their ends."""
        ...


class Addition(Protocol):
    """What a commit adds to a file (``pregate.changes.patches.Addition``)."""

    @property
    def commit(self) -> str:
        """Its id."""
        ...

    @property
    def path(self) -> str:
        """Of the file."""
        ...

    @property
    def oid(self) -> str:
        """The whole version."""
        ...

    @property
    def hunks(self) -> Sequence[Hunk]:
        """The lines."""
        ...

    @property
    def is_binary(self) -> bool:
        """Whether git shows no lines of it."""
        ...

    @property
    def is_cut(self) -> bool:
        """Whether a line is not here to its end."""
        ...

    @property
    def is_rough(self) -> bool:
        """Whether it is not certain where the lines stand."""
        ...


Exact = Callable[[str, str], Iterable[Addition]]
"""Gives what a commit adds to a file (its id, the path) with certain places."""


class _Text(NamedTuple):
    """
    Lines to be searched; ``hunks`` tell the number of each, ``None`` where they are a whole file, unless it
    ``is_rough``.
    """

    commit: str
    path: str
    data: bytes
    hunks: Sequence[Hunk] | None
    is_rough: bool = False


@dataclass(slots=True)
class _Draft:
    files: int = 0
    size: int = 0
    binary: int = 0
    excluded: int = 0
    ignored: int = 0
    findings: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    pragmas: dict[Suppression, None] = field(default_factory=dict)
    unread: dict[Unread, None] = field(default_factory=dict)
    last: tuple[str, str] = ("", "")


class Searcher:
    """
    Searches what commits add. ``check`` has the key of the cache as its own, ``analyst`` has that check;
    ``reader`` gives the versions of files that git shows no lines of. ``has_gate`` tells that only texts in
    which words of pregate's own detectors stand can hold anything.
    """

    def __init__(
        self, check: SecretsCheck, analyst: Analyst, config: Config, reader: Reader, *, has_gate: bool
    ) -> None:
        self._check = check
        self._analyst = analyst
        self._config = config
        self._reader = reader
        self._has_gate = has_gate
        self._is_wanted = lru_cache(maxsize=1 << 14)(self._wants)
        self._known_binary: set[str] = set()

    def search(self, commits: Sequence[str], additions: Iterable[Addition], exact: Exact) -> list[Record]:
        """
        A record of each of ``commits``, in their order, from what all of them add; ``exact`` is asked where
        that is rough. Raises ScannerError when the check does not work.
        """
        drafts = {commit: _Draft() for commit in commits}
        for batch in self._batches(additions, drafts):
            for text in self._candidates(batch):
                self._judge(text, drafts[text.commit], exact)
        return [_record(commit, draft) for commit, draft in drafts.items()]

    def values(
        self, additions: Iterable[Addition], wanted: set[tuple[str, str]]
    ) -> Iterator[tuple[bytes, str]]:
        """
        The digest of each secret in the files ``wanted`` (commit, path), with the text by which it is known
        again; for use within this process alone.
        """
        drafts: dict[str, _Draft] = {}
        chosen = (a for a in additions if (a.commit, a.path) in wanted)
        for batch in self._batches(chosen, drafts):
            for text in batch:
                yield from self._check.marked_values(Target(text.path, text.data))

    def judged(self, path: str, data: bytes) -> tuple[Finding, ...]:
        """The findings in a whole file, with the comments that accept some of them."""
        (report,) = self._analyst.work(Task(0, Target(path, data), (self._check.name,)))
        return pragmas.suppress(report.analysis.findings, report.analysis.pragmas)

    def _batches(self, additions: Iterable[Addition], drafts: dict[str, _Draft]) -> Iterator[list[_Text]]:
        batch: list[_Text] = []
        size = 0
        for addition in additions:
            text = self._text_of(addition, drafts.setdefault(addition.commit, _Draft()))
            if text is None:
                continue
            batch.append(text)
            size += len(text.data)
            if size > _BATCH or len(batch) >= _MOST_IN_BATCH:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _text_of(self, addition: Addition, draft: _Draft) -> _Text | None:
        commit, path = addition.commit, addition.path
        is_first, draft.last = draft.last != (path, addition.oid), (path, addition.oid)
        wanted = self._is_wanted(path)
        if wanted is not True:
            draft.excluded += is_first and wanted is None
            draft.ignored += is_first and wanted is False
            return None
        if addition.is_cut:
            words = f"a line that the merge {commit[:12]} adds is too long to be searched whole"
            draft.unread[Unread(path, UnreadReason.TOO_LARGE, words)] = None
        if addition.is_binary:
            return self._whole(addition, draft)
        text = _added(addition)
        draft.files += is_first
        draft.size += len(text.data)
        return text

    def _whole(self, addition: Addition, draft: _Draft) -> _Text | None:
        """The whole version of a file that git calls binary: attributes may say so of a text."""
        if addition.oid in self._known_binary:
            draft.binary += 1
            return None
        blob = Blob(addition.path, addition.oid, Mode.FILE, addition.commit)
        data = self._reader.read(blob, self._config.max_file_size)
        if isinstance(data, bytes):
            draft.files += 1
            draft.size += len(data)
            return _Text(addition.commit, addition.path, data, None)
        if data.reason in (UnreadReason.BINARY, UnreadReason.LFS_POINTER):
            draft.binary += 1
            if len(self._known_binary) < _MOST_KNOWN:
                self._known_binary.add(addition.oid)
        else:
            detail = f"{data.detail} (in commit {addition.commit[:12]})"
            draft.unread[replace(data, detail=detail)] = None
        return None

    def _wants(self, path: str) -> bool | None:
        """Whether a file is searched; ``None`` where the configuration excludes it."""
        if any(fnmatch.fnmatchcase(path, glob) for glob in self._config.exclude):
            return None
        return self._check.concerns(path, executable=False)

    def _candidates(self, batch: Sequence[_Text]) -> Iterator[_Text]:
        if not self._has_gate:
            yield from batch
            return
        chosen = gate.candidates([text.path for text in batch], [text.data for text in batch])
        passed = self._passed(batch, chosen)
        for index, text in enumerate(batch):
            is_whole = text.hunks is None  # bytes of UTF-16 are not to be judged as they are
            if is_whole or index in passed:
                yield text

    def _passed(self, batch: Sequence[_Text], chosen: Mapping[int, gate.Reasons]) -> set[int]:
        """Those in which something is found. All of them seldom take the time that one of them may."""
        try:
            with time_limit(self._config.file_timeout):
                return {n for n, why in chosen.items() if gate.holds_any(batch[n].path, batch[n].data, why)}
        except (TimeLimitError, RecursionError, MemoryError):
            return {n for n, why in chosen.items() if self._holds_any(batch[n], why)}

    def _holds_any(self, text: _Text, reasons: gate.Reasons) -> bool:
        try:
            with time_limit(self._config.file_timeout):
                return gate.holds_any(text.path, text.data, reasons)
        except (TimeLimitError, RecursionError, MemoryError):
            return True  # the analyst runs into the same, and says so

    def _judge(self, text: _Text, draft: _Draft, exact: Exact) -> None:
        target = Target(text.path, text.data)
        (report,) = self._analyst.work(Task(0, target, (self._check.name,)))
        if report.failure:
            raise ScannerError(*report.failure)
        analysis = report.analysis
        if text.is_rough and (analysis.findings or analysis.unread):
            for addition in exact(text.commit, text.path):
                self._judge(_added(addition), draft, exact)
            return
        for unread in analysis.unread:
            draft.unread[replace(unread, detail=f"{unread.detail} (in commit {text.commit[:12]})")] = None
        if not analysis.findings:
            return
        rows = None if text.hunks is None else _rows(text.hunks)
        for finding in analysis.findings:
            told = finding if rows is None else replace(finding, location=_moved(finding.location, rows))
            draft.findings.setdefault((told.rule.id, told.location, told.discriminator), told)
        for pragma in analysis.pragmas:
            draft.pragmas[pragma if rows is None else _moved_pragma(pragma, rows)] = None


def _added(addition: Addition) -> _Text:
    data = b"\n".join(hunk.data for hunk in addition.hunks)
    return _Text(addition.commit, addition.path, data, addition.hunks, addition.is_rough)


def _record(commit: str, draft: _Draft) -> Record:
    tally = Tally(draft.files, draft.size, draft.binary, draft.excluded, draft.ignored)
    if not (draft.findings or draft.unread or draft.pragmas):
        return Record(commit, tally, _NOTHING)
    analysis = Analysis(
        findings=tuple(draft.findings.values()), unread=tuple(draft.unread), pragmas=tuple(draft.pragmas)
    )
    return Record(commit, tally, analysis)


def _rows(hunks: Sequence[Hunk]) -> list[int]:
    """
    The line of the file for each line of the text: hunks stand a line apart in it, and what a lone carriage
    return divides is one line for git.
    """
    rows: list[int] = []
    for number, hunk in enumerate(hunks):
        lines = hunk.data.split(b"\n")
        if not lines[-1] and number == len(hunks) - 1:
            lines.pop()
        for offset, line in enumerate(lines):
            returns = line.count(b"\r") - line.endswith(b"\r") if b"\r" in line else 0
            rows += [hunk.start + offset] * (returns + 1)
    return rows


def _moved(place: Location, rows: Sequence[int]) -> Location:
    start, end = _row(place.start_line, rows), _row(place.end_line, rows)
    return replace(place, start_line=start, end_line=end)


def _moved_pragma(pragma: Suppression, rows: Sequence[int]) -> Suppression:
    lines = pragma.lines
    if lines and lines.end <= len(rows):
        lines = LineRange(_row(lines.start, rows), _row(lines.end, rows))
    return replace(pragma, origin=_moved(pragma.origin, rows), lines=lines)


def _row(line: int, rows: Sequence[int]) -> int:
    return rows[line - 1] if 0 < line <= len(rows) else (rows[-1] if rows else line)
