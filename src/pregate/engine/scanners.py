"""
Scanners of others on a change set, as outcomes beside those of our own checks.

    choose → files of the head → run → findings → files before the change → run → what is new

What a scanner sees are versions out of git (or what is on disk, where that is judged), in its own folder.
The versions before the change are scanned where the head's have findings. A scanner that is missing, crashes,
takes too long or leaves no results has failed: that is never a pass.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pregate.config import Config
from pregate.engine.intake_text import finished, secrets_in
from pregate.engine.scanner_files import Files, Layer, Side, base_revision, commands, concerned, withheld
from pregate.engine.scanner_results import read_results, results_file
from pregate.engine.subtract import subtract
from pregate.errors import PregateError, ScannerError
from pregate.intake import Intake
from pregate.model import (
    Candidate,
    ChangedFile,
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Finding,
    Location,
    Outcome,
    Skipped,
    SkipReason,
    Suppression,
    Unread,
)
from pregate.tools.programs import find_program, search_path
from pregate.tools.running import Call, run_all
from pregate.tools.scanner import RULES, Scanner
from pregate.tools.workplace import Workplace

_NO_BASE = "the versions before the change could not be scanned, so that every finding counts as new"


@dataclass(frozen=True, slots=True)
class Terms:
    """
    On what scanners are run. ``root`` is the tree on this machine, from which no program is taken;
    ``trusted`` is the revision of their own configuration, ``""`` where the tree's is not to be believed;
    ``key`` is the run's secret for telling secrets apart. ``may_steer`` says whether that configuration may
    name code to be run.
    """

    change: ChangeSet
    source: Files
    config: Config
    environ: Mapping[str, str]
    root: Path | None = None
    trusted: str = ""
    key: bytes = field(default=b"", repr=False)
    may_steer: bool = True


@dataclass(slots=True)
class _State:
    """What is known of one scanner so far."""

    scanner: Scanner
    program: str = ""
    concerned: set[tuple[str, str]] = field(default_factory=set)
    excluded: int = 0
    seconds: float = 0.0
    candidates: list[Candidate] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pragmas: dict[Suppression, None] = field(default_factory=dict)
    failure: PregateError | None = None
    skipped: SkipReason | None = None


@dataclass(slots=True)
class _Job:
    """One scanner on one side of a group of files; what came of it."""

    state: _State
    side: Side
    place: Workplace
    settings: set[str]
    calls: list[tuple[str, Call]]
    findings: tuple[Finding, ...] = ()


def run_scanners(scanners: Sequence[Scanner], terms: Terms) -> list[Outcome]:
    """An outcome for each of the scanners, in their order."""
    states = [_State(scanner) for scanner in scanners]
    groups: dict[str, list[ChangedFile]] = {}
    for file in terms.change.files:
        groups.setdefault(file.commit, []).append(file)
    for commit, files in groups.items():
        _Group(terms, commit, files).judge(
            [state for state in states if not state.failure and not state.skipped]
        )
    return [_outcome(state) for state in states]


class _Group:
    """The files of the change, or of one commit where each is judged by itself."""

    def __init__(self, terms: Terms, commit: str, files: Sequence[ChangedFile]) -> None:
        self._terms, self._commit, self._files = terms, commit, files
        self._head = commit or terms.change.head

    def judge(self, states: Sequence[_State]) -> None:
        """Adds to each state what the scanner finds in these files."""
        with contextlib.ExitStack() as stack:
            heads = list(self._prepared(states, -1, stack))
            self._run(heads, -1)
            unfinished = [job for job in heads if job.findings and not job.state.failure]
            befores: dict[int, list[_Job]] = {id(job.state): [] for job in unfinished}
            for parent in range(self._parents()):
                jobs = list(self._prepared([job.state for job in unfinished], parent, stack))
                self._run(jobs, parent)
                for job in jobs:
                    befores[id(job.state)].append(job)
            for job in unfinished:
                if not job.state.failure:
                    job.state.candidates += self._candidates(job, befores[id(job.state)])

    def _parents(self) -> int:
        return (
            max((len(file.bases) for file in self._files), default=0) or 1
            if self._terms.change.compared
            else 0
        )

    # ------------------------------------------------------------------------------------------- laying out

    def _prepared(self, states: Iterable[_State], parent: int, stack: contextlib.ExitStack) -> Iterator[_Job]:
        """A job for each scanner that these files concern; ``parent`` is -1 for the head."""
        for state in states:
            try:
                job = self._job(state, parent, stack)
            except PregateError as error:
                state.failure = error
            else:
                if job:
                    yield job

    def _job(self, state: _State, parent: int, stack: contextlib.ExitStack) -> _Job | None:
        terms, scanner = self._terms, state.scanner
        layer = Layer(scanner, terms.source, terms.config, terms.trusted, may_steer=terms.may_steer)
        files, excluded = concerned(scanner, self._files, layer.excludes)
        if parent < 0:
            state.excluded += excluded
        if not files or self._is_out_of_reach(state):
            return None
        place = stack.enter_context(Workplace())
        settings = layer.settings(place)
        if self._lacks_rules(state, layer.rules):
            return None
        side = self._side(layer, files, parent, place)
        paths = sorted(side.read | side.beside)
        if parent < 0:
            seen = {file.path for file in files} - side.unmarked
            state.concerned |= {(self._commit, path) for path in seen}
            state.unread += side.unread
            state.notes += (*layer.notes, *withheld(scanner, self._files))
        if not side.read and not (parent >= 0 and paths):
            return None
        state.program = state.program or find_program(scanner, terms.environ, terms.root)
        runs = commands(scanner, state.program, paths, str(place.out), layer.rules)
        calls = [(folder, self._call(scanner, place, n, folder, run)) for n, (folder, run) in enumerate(runs)]
        return _Job(state, side, place, settings, calls)

    def _is_out_of_reach(self, state: _State) -> bool:
        if state.scanner.needs_network and self._terms.config.offline:
            state.skipped = SkipReason.NEEDS_NETWORK
        return state.skipped is not None

    def _lacks_rules(self, state: _State, rules: str) -> bool:
        """Whether the scanner has none to judge by, as far as we may go to get some."""
        scanner = state.scanner
        if rules or not any(RULES in argument for argument in scanner.run):
            return False
        if not scanner.remote_rules:
            raise ScannerError(
                f"{scanner.name} has no rules: the trusted revision has no {' or '.join(scanner.rules)}",
                "Commit its rules there, or name their place in tools.settings.",
            )
        if self._terms.config.offline:
            state.skipped = SkipReason.NEEDS_NETWORK
            return True
        return False

    def _side(self, layer: Layer, files: Sequence[ChangedFile], parent: int, place: Workplace) -> Side:
        if parent < 0:
            side = layer.judged((file.head for file in files), place)
            known = {file.path for file in files}
            layer.siblings(side, self._head, known, place)
            return side
        bases = [file.bases[parent] for file in files if len(file.bases) > parent]
        bases = [blob for blob in bases if layer.was_judged(blob.path)]
        side = layer.judged(bases, place)
        known = {file.path for file in files} | {blob.path for blob in bases}
        layer.siblings(side, base_revision(self._terms.change, files, parent), known, place)
        return side

    def _call(
        self, scanner: Scanner, place: Workplace, number: int, folder: str, command: tuple[str, ...]
    ) -> Call:
        terms = self._terms
        named = {name: terms.environ[name] for name in scanner.environment if name in terms.environ}
        more = {**dict(scanner.variables), **named}
        sarif = results_file(scanner, place, folder)
        if sarif:
            sarif.parent.mkdir(parents=True, exist_ok=True)
        return Call(
            command=command,
            directory=place.tree / folder,
            environment=place.environment(search_path(terms.environ, terms.root), more),
            output=place.file(f"stdout-{number}"),
            errors=place.file(f"stderr-{number}"),
            seconds=scanner.timeout,
            watched=sarif,
        )

    # ---------------------------------------------------------------------------------------------- running

    def _run(self, jobs: Sequence[_Job], parent: int) -> None:
        ended = iter(run_all([call for job in jobs for _, call in job.calls]))
        found: list[tuple[_Job, list[Intake]]] = []
        for job in jobs:
            ends = [next(ended) for _ in job.calls]
            job.state.seconds += sum(end.seconds for end in ends)
            try:
                runs = [(f, call, end) for (f, call), end in zip(job.calls, ends, strict=True)]
                found.append((job, read_results(job.state.scanner, job.place, runs)))
            except PregateError as error:
                if parent < 0:
                    job.state.failure = error
                else:
                    # Nothing is known of what was there, so nothing is taken for old.
                    job.state.notes.append(f"{_NO_BASE}: {error.message}")
        secrets = secrets_in(intake for _, intakes in found for intake in intakes)
        for job, intakes in found:
            self._keep(job, intakes, secrets, is_head=parent < 0)

    def _keep(
        self,
        job: _Job,
        intakes: Sequence[Intake],
        secrets: Mapping[str, Sequence[Location]],
        *,
        is_head: bool,
    ) -> None:
        """Gives the findings anchors, and lines without what any of the scanners calls a secret."""
        findings: dict[Finding, None] = {}
        for intake in intakes:
            kept = tuple(f for f in intake.findings if f.location.path not in job.settings)
            whole = replace(intake, findings=kept)
            timeout = self._terms.config.file_timeout
            told = finished(whole, job.place.text, self._terms.key, secrets, timeout)
            findings.update(dict.fromkeys(told.findings))
            if is_head:
                job.state.unread += told.unread
                job.state.pragmas.update(dict.fromkeys(told.pragmas))
                job.state.notes += [note for note in intake.notes if note not in job.state.notes]
        job.findings = tuple(findings)

    def _candidates(self, head: _Job, befores: Sequence[_Job]) -> Iterator[Candidate]:
        """
        The head's findings, those of each parent less. What stands in an unchanged file counts only where the
        change brought it about.
        """
        files = {file.path: file for file in self._files}
        by_path: dict[str, list[Finding]] = {}
        for finding in head.findings:
            by_path.setdefault(finding.location.path, []).append(replace(finding, commit=self._commit))
        for path, found in by_path.items():
            file = files.get(path)
            known = [
                [f for f in before.findings if f.location.path == old]
                for number, before in enumerate(befores)
                for old in _old_paths(file, path, number)
            ]
            compared = self._terms.change.compared
            added = file.added if file else ()
            candidates = subtract(found, known, added, compared)
            yield from (c for c in candidates if file or (compared and c.introduced))


def _old_paths(file: ChangedFile | None, path: str, parent: int) -> tuple[str, ...]:
    if file is None:
        return (path,)
    return (file.bases[parent].path,) if len(file.bases) > parent else ()


def _outcome(state: _State) -> Outcome:
    name = state.scanner.name
    unread = tuple(sorted(set(state.unread)))
    lost = {u.path for u in unread if not u.line}
    done = sum(path not in lost for _, path in state.concerned)
    counts = Counts(len(state.concerned), done, 0, state.excluded, state.seconds)
    if state.failure:
        return Failed(name, state.failure.message, state.failure.hint, counts)
    if state.skipped:
        return Skipped(name, state.skipped)
    if not state.concerned and not state.excluded:
        return Skipped(name, SkipReason.NO_TARGETS)
    return Completed(name, tuple(state.candidates), unread, counts, tuple(state.notes), tuple(state.pragmas))
