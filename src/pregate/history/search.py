"""One search of many commits: what was found earlier is looked up, the rest is searched and kept."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import __version__
from pregate.cache import Cache, Keys, own_key
from pregate.changes import Everything, Repository
from pregate.changes.commits import CommitList, author_times
from pregate.changes.patches import additions
from pregate.engine import commit_records, results
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.commit_findings import Collection, standing_in
from pregate.engine.commit_records import Record
from pregate.engine.workers import processors
from pregate.history.hands import Build, Portion, alone, beside_each_other
from pregate.model import (
    Blob,
    Completed,
    Counts,
    Failed,
    Finding,
    Mode,
    Outcome,
    Skipped,
    SkipReason,
    Unread,
    UnreadReason,
)
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.changes.contents import Contents
    from pregate.engine.ports import Progress

PORTION = 256
"""Commits that are asked for at once, and kept together."""

_SECRETS = "secrets"
_WORTH_A_POOL = 4
_COMMAND_LINE = 60_000
_SHALLOW = (
    "the clone is shallow: what its oldest commits had before is not here. Fetch it all with "
    "`git fetch --unshallow` (in a workflow: `fetch-depth: 0`)"
)


class Search:
    """One search of many commits."""

    def __init__(
        self,
        repository: Repository,
        contents: Contents,
        cache: Cache,
        build: Build,
        directory: Path | None,
    ) -> None:
        self._repository = repository
        self._contents = contents
        self._cache = cache
        self._config = config = build.config
        kept = own_key(directory) if cache.is_open else None
        self._keeps = kept is not None
        self._build = replace(build, key=kept) if kept else build
        self.check = self._build.check()
        self._known = {rule.id: rule for rule in self.check.rules()}
        self._cached = 0
        self._did = 0
        options = [*sorted(config.exclude), str(config.max_file_size), str(config.file_timeout)]
        digest = hashlib.sha256(self._build.key).hexdigest()
        layouts = (str(results.LAYOUT), str(commit_records.LAYOUT))
        self._keys = Keys("history", __version__, *layouts, self.check.version, digest, *options)

    def outcome(self, commits: CommitList, head: str, progress: Progress) -> Outcome:
        """The outcome of the secrets check on the commits."""
        started = time.process_time()
        found = Collection()
        progress.started(len(commits), {_SECRETS: len(commits)})
        try:
            for record in self._records(commits):
                found.add(record)
                progress.analysed(_SECRETS)
            outcome = self._completed(commits, head, found, started)
        except BROKEN as error:
            outcome = Failed(_SECRETS, *failure_of(error, _SECRETS), self._counts(found, started))
        progress.finished(outcome)
        return outcome

    def _completed(self, commits: CommitList, head: str, found: Collection, started: float) -> Outcome:
        if not len(commits):
            return Skipped(_SECRETS, SkipReason.NO_TARGETS)
        firsts = found.firsts
        standing = self._standing(head, found) if firsts else {}
        for finding in self._judged_again(head, found.mixed):
            found.settle(finding)
        times = author_times(self._repository.git, [finding.commit for finding in firsts])
        unread = list(found.unread)
        if commits.cut:
            unread.append(Unread("", UnreadReason.MISSING, _SHALLOW))
        return Completed(
            _SECRETS,
            tuple(found.candidates(standing, times)),
            tuple(sorted(unread)),
            self._counts(found, started),
            self._notes(found),
        )

    def _notes(self, found: Collection) -> tuple[str, ...]:
        tally = found.tally
        megabytes = f"{tally.size / 1e6:.1f} MB"
        kept = f", {self._cached} of them in an earlier run" if self._cached else ""
        versions = f"{tally.files} {'version' if tally.files == 1 else 'versions'} of files"
        many = f"{self._did} {'commit' if self._did == 1 else 'commits'} searched"
        notes = [f"{many}{kept}: {megabytes} of added lines in {versions}"]
        left = ((tally.binary, "binary files"), (tally.ignored, "files that are left out by their names"))
        notes += [f"not searched: {number} versions of {what}" for number, what in left if number]
        return tuple(notes)

    def _counts(self, found: Collection, started: float) -> Counts:
        tally = found.tally
        seconds = round(time.process_time() - started, 3)
        files = tally.files + tally.excluded
        return Counts(files, tally.files, 0, tally.excluded, seconds)

    # ---------------------------------------------------------------------------------------- records

    def _records(self, commits: CommitList) -> Iterator[Record]:
        """The record of each commit, in order; those that are not kept from an earlier run are made."""
        portions = (self._look_up(portion, commits.cut) for portion in commits.portions(PORTION))
        with closing(self._searched(portions, len(commits))) as searched:
            for portion in searched:
                for commit in portion.commits:
                    self._did += 1
                    yield portion.records[commit]

    def _look_up(self, commits: list[str], cut: Sequence[str]) -> Portion:
        keys = {c: self._keys.of(c, "cut" if c in cut else "") for c in commits}
        portion = Portion(commits, keys)
        if not self._keeps:
            return portion
        values = self._cache.get(keys.values())
        for commit, key in keys.items():
            if key in values and (
                record := commit_records.load(values[key], commit, self.check, self._known)
            ):
                portion.records[commit] = record
        self._cached += len(portion.records)
        self._cache.touch(keys[commit] for commit in portion.records)
        return portion

    def _searched(self, portions: Iterator[Portion], total: int) -> Generator[Portion, None, None]:
        jobs = self._config.jobs or -(-processors() // 2)  # git keeps as many busy
        if jobs > 1 and total >= _WORTH_A_POOL * PORTION:
            yield from beside_each_other(self._build, jobs, portions, total // PORTION, self._land)
            return
        for portion, records in alone(self._build, self._contents, portions):
            self._keep(portion, records)
            yield portion

    def _land(self, portion: Portion, found: Sequence[bytes]) -> None:
        records = []
        for data, commit in zip(found, portion.missing, strict=True):
            record = commit_records.load(data, commit, self.check, self._known)
            assert record is not None  # noqa: S101 - it was made by this very version
            records.append(record)
        self._keep(portion, records)

    def _keep(self, portion: Portion, records: Sequence[Record]) -> None:
        for record in records:
            portion.records[record.commit] = record
        if self._keeps:
            whole = (record for record in records if not record.analysis.unread)
            self._cache.put({portion.keys[r.commit]: commit_records.dump(r) for r in whole})

    # --------------------------------------------------------------------------------------- the head

    def _standing(self, head: str, found: Collection) -> dict[bytes, str | None]:
        """
        Where in the head each value stands. The values themselves are in no record: they are read from the
        commits once more.
        """
        firsts = found.firsts
        wanted = {(finding.commit, finding.location.path) for finding in firsts}
        marks: dict[bytes, set[str]] = {}
        for finding in firsts:
            marks.setdefault(finding.discriminator, set()).add(finding.location.path)
        values: dict[bytes, tuple[str, frozenset[str]]] = {}
        searcher = self._build.searcher(self._contents)
        for mark, text in searcher.values(self._again(wanted), wanted):
            if mark in marks:
                values.setdefault(mark, (text, frozenset(marks[mark])))
        files = self._repository.changes(Everything(head)).files
        blobs = [file.head for file in files if file.head.mode in (Mode.FILE, Mode.EXECUTABLE)]
        places = standing_in(blobs, values, self._bytes_of)
        return {mark: places.get(mark) for mark in marks}

    def _judged_again(self, head: str, paths: set[str]) -> Iterator[Finding]:
        """The findings in the head's versions of some files."""
        if paths:
            searcher = self._build.searcher(self._contents)
            for path, blob in self._contents.find_all(head, sorted(paths)).items():
                yield from searcher.judged(path, self._bytes_of(blob))

    def _again(self, wanted: set[tuple[str, str]]) -> Iterator[Any]:
        """What the commits of some findings add, in no order."""
        from pregate.changes.parsing import to_bytes

        commits = list(dict.fromkeys(commit for commit, _ in wanted))
        paths = list(dict.fromkeys(to_bytes(path) for _, path in wanted))
        if sum(map(len, paths)) > _COMMAND_LINE:
            paths = []
        yield from additions(self._repository.git, commits, paths=paths)

    def _bytes_of(self, blob: Blob) -> bytes:
        data = self._contents.read(blob, self._config.max_file_size)
        return data if isinstance(data, bytes) else b""
