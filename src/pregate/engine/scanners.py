"""
Scanners of others on a change set, as outcomes beside those of our own checks.

    choose → files of the head → run → findings → files before the change → run → what is new

What a scanner sees are versions out of git (or what is on disk, where that is judged), in its own folder.
The versions before the change are scanned where the head's have findings. A scanner that is missing, crashes,
takes too long or leaves no results has failed: that is never a pass.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from pregate.engine.intake_text import finished, secrets_in
from pregate.engine.scanner_jobs import HEAD, Job, Preparing, State, Terms
from pregate.engine.scanner_results import read_results
from pregate.engine.subtract import subtract
from pregate.errors import PregateError
from pregate.intake import Intake
from pregate.model import (
    Candidate,
    ChangedFile,
    Completed,
    Counts,
    Failed,
    Finding,
    Location,
    Outcome,
    Skipped,
    SkipReason,
)
from pregate.records import replace
from pregate.tools.running import run_all
from pregate.tools.scanner import Scanner

_NO_BASE = "the versions before the change could not be scanned, so that every finding counts as new"


def run_scanners(scanners: Sequence[Scanner], terms: Terms) -> list[Outcome]:
    """An outcome for each of the scanners, in their order."""
    states = [State(scanner) for scanner in scanners]
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
        self._preparing = Preparing(terms, commit, files)

    def judge(self, states: Sequence[State]) -> None:
        """Adds to each state what the scanner finds in these files."""
        with contextlib.ExitStack() as stack:
            heads = list(self._preparing.jobs(states, HEAD, stack))
            self._run(heads, HEAD)
            unfinished = [job for job in heads if job.findings and not job.state.failure]
            befores: dict[int, list[tuple[int, Job]]] = {id(job.state): [] for job in unfinished}
            for parent in range(self._parents()):
                jobs = list(self._preparing.jobs([job.state for job in unfinished], parent, stack))
                self._run(jobs, parent)
                for job in jobs:
                    befores[id(job.state)].append((parent, job))
            for job in unfinished:
                if not job.state.failure:
                    job.state.candidates += self._candidates(job, befores[id(job.state)])

    def _parents(self) -> int:
        """How many versions there are before the change: one at least, also where every file is added."""
        most = max((len(file.bases) for file in self._files), default=0)
        return max(most, 1) if self._terms.change.compared else 0

    def _run(self, jobs: Sequence[Job], parent: int) -> None:
        ended = iter(run_all([call for job in jobs for _, call in job.runs]))
        found: list[tuple[Job, list[Intake]]] = []
        for job in jobs:
            ends = [next(ended) for _ in job.runs]
            job.state.seconds += sum(end.seconds for end in ends)
            try:
                runs = [(run, call, end) for (run, call), end in zip(job.runs, ends, strict=True)]
                found.append((job, read_results(job.state.scanner, job.place, runs)))
            except PregateError as error:
                if parent == HEAD:
                    job.state.failure = error
                else:
                    # Nothing is known of what was there, so nothing is taken for old.
                    job.state.notes.append(f"{_NO_BASE}: {error.message}")
        secrets = secrets_in(intake for _, intakes in found for intake in intakes)
        for job, intakes in found:
            self._keep(job, intakes, secrets, is_head=parent == HEAD)

    def _keep(
        self,
        job: Job,
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
            told = finished(whole, job.place.text, self._terms.key, secrets, timeout, self._terms.masker)
            findings.update(dict.fromkeys(told.findings))
            if is_head:
                job.state.unread += told.unread
                job.state.pragmas.update(dict.fromkeys(told.pragmas))
                job.state.notes += [note for note in intake.notes if note not in job.state.notes]
        job.findings = tuple(findings)

    def _candidates(self, head: Job, befores: Sequence[tuple[int, Job]]) -> Iterator[Candidate]:
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
                for number, before in befores
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


def _outcome(state: State) -> Outcome:
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
