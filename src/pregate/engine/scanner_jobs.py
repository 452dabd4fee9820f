"""One scanner on one side of a change: its files laid out, its runs made ready."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pregate.checks import make_masker
from pregate.config import Config
from pregate.engine.analyst import MakeMasker
from pregate.engine.scanner_files import Files, Layer, Run, Side, base_revision, commands, concerned, withheld
from pregate.engine.scanner_results import results_file
from pregate.errors import PregateError, ScannerError
from pregate.model import Candidate, ChangedFile, ChangeSet, Finding, SkipReason, Suppression, Unread
from pregate.records import dataclass, field
from pregate.tools.programs import find_program, search_path
from pregate.tools.running import Call
from pregate.tools.scanner import RULES, Scanner
from pregate.tools.workplace import Workplace

HEAD = -1
"""The head, where the others are parents by their number."""


@dataclass(frozen=True, slots=True)
class Terms:
    """
    On what scanners are run. ``root`` is the tree on this machine, from which no program is taken;
    ``trusted`` is the revision of their own configuration, ``""`` where the tree's is not to be believed;
    ``key`` is the run's secret for telling secrets apart. ``may_steer`` says whether that configuration may
    name code to be run. ``masker`` makes what hides secrets.
    """

    change: ChangeSet
    source: Files
    config: Config
    environ: Mapping[str, str]
    root: Path | None = None
    trusted: str = ""
    key: bytes = field(default=b"", repr=False)
    may_steer: bool = True
    masker: MakeMasker = field(default=make_masker, repr=False)


@dataclass(slots=True)
class State:
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
class Job:
    """One scanner on one side of a group of files; what came of it."""

    state: State
    side: Side
    place: Workplace
    settings: set[str]
    runs: list[tuple[Run, Call]]
    findings: tuple[Finding, ...] = ()


class Preparing:
    """
    Makes jobs of the files of the change, or of one commit where each is judged by itself (else ``""``).
    """

    def __init__(self, terms: Terms, commit: str, files: Sequence[ChangedFile]) -> None:
        self._terms, self._commit, self._files = terms, commit, files
        self._head = commit or terms.change.head

    def jobs(self, states: Iterable[State], parent: int, stack: contextlib.ExitStack) -> Iterator[Job]:
        """A job for each scanner that these files concern; ``parent`` is a parent's number or HEAD."""
        for state in states:
            try:
                job = self._job(state, parent, stack)
            except PregateError as error:
                state.failure = error
            else:
                if job:
                    yield job

    def _job(self, state: State, parent: int, stack: contextlib.ExitStack) -> Job | None:
        terms, scanner = self._terms, state.scanner
        layer = Layer(scanner, terms.source, terms.config, terms.trusted, may_steer=terms.may_steer)
        files, excluded = concerned(scanner, self._files, layer.excludes)
        if parent == HEAD:
            state.excluded += excluded
        if not files or self._is_out_of_reach(state):
            return None
        place = stack.enter_context(Workplace())
        settings = layer.settings(place)
        if self._lacks_rules(state, layer.rules):
            return None
        side = self._side(layer, files, parent, place)
        paths = sorted(side.read | side.beside)
        if parent == HEAD:
            seen = {file.path for file in files} - side.unmarked
            state.concerned |= {(self._commit, path) for path in seen}
            state.unread += side.unread
            state.notes += (*layer.notes, *withheld(scanner, self._files))
        if not side.read and not (parent != HEAD and paths):
            return None
        state.program = state.program or find_program(scanner, terms.environ, terms.root)
        runs = commands(scanner, state.program, paths, place.out, layer.rules)
        calls = [(run, self._call(scanner, place, number, run)) for number, run in enumerate(runs)]
        return Job(state, side, place, settings, calls)

    def _is_out_of_reach(self, state: State) -> bool:
        if state.scanner.needs_network and self._terms.config.offline:
            state.skipped = SkipReason.NEEDS_NETWORK
        return state.skipped is not None

    def _lacks_rules(self, state: State, rules: str) -> bool:
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
        if parent == HEAD:
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

    def _call(self, scanner: Scanner, place: Workplace, number: int, run: Run) -> Call:
        terms = self._terms
        named = {name: terms.environ[name] for name in scanner.environment if name in terms.environ}
        more = {**dict(scanner.variables), **named}
        sarif = results_file(scanner, place, run)
        run.out.mkdir(mode=0o700)
        if sarif:
            sarif.parent.mkdir(parents=True, exist_ok=True)
        return Call(
            command=run.command,
            directory=place.tree / run.folder,
            environment=place.environment(search_path(terms.environ, terms.root), more),
            output=place.file(f"stdout-{number}"),
            errors=place.file(f"stderr-{number}"),
            seconds=scanner.timeout,
            watched=sarif,
        )
