"""
A change set through the checks: heads first, bases only where a head has something to compare.

    plan (who concerns whom) → cache → read → analyse → conclude (the world) → subtract the base → compare
    both sides (where a check has a question about the change itself) → outcomes

Work grows with the change: nothing here walks the repository unless a check asks for it, because files far
away may include a changed one.
"""

from __future__ import annotations

import fnmatch
import hashlib
import posixpath
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pregate import __version__
from pregate.cache import Cache, key_of
from pregate.checks.base import Analysis, Check, Compared, Conclusion, Pair, Target, Verifying
from pregate.config import CHECKS, Config
from pregate.engine import pragmas, results, workers
from pregate.engine.analyst import Report, Task
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.nearby import nearby
from pregate.engine.snapshot import Snapshot
from pregate.engine.subtract import subtract, touches
from pregate.logs import logger
from pregate.model import (
    WORKTREE,
    Blob,
    Candidate,
    ChangedFile,
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Finding,
    Location,
    Mode,
    Outcome,
    Rule,
    Skipped,
    SkipReason,
    Suppression,
    Unread,
    UnreadReason,
)
from pregate.records import dataclass, field, replace

_log = logger(__name__)
_MAX_INCLUDED = 256
_AT_ONCE = 4000
_NOTHING = Analysis()


class Source(Protocol):
    """Where contents come from: git objects, the index or the working tree (``pregate.changes``)."""

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        """The bytes of a blob of at most ``limit`` bytes, or why there are none."""
        ...

    def link_target(self, blob: Blob) -> str:
        """What a symbolic link names, as it is written; ``""`` when that is not known."""
        ...

    def find(self, revision: str, path: str) -> Blob | None:
        """The blob at ``path`` in a snapshot."""
        ...

    def find_all(self, revision: str, paths: Iterable[str]) -> Mapping[str, Blob]:
        """The blobs at those of ``paths`` that a snapshot has."""
        ...

    def listing(self, revision: str, folders: Collection[str] | None = None) -> Iterable[str]:
        """Every path of a snapshot; of the files in ``folders`` alone, where such are given."""
        ...

    def ending(self, revision: str, suffixes: Sequence[str]) -> Iterable[str]:
        """The paths of a snapshot that have one of these endings (in lower case), whatever their case."""
        ...


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``of`` parts of the versions of files, by their content; ``number`` counts from 1."""

    number: int
    of: int

    def holds(self, blob: Blob) -> bool:
        """Whether a version of a file is this part's."""
        digest = hashlib.blake2b((blob.oid or blob.path).encode("utf-8", "surrogateescape"), digest_size=8)
        return int.from_bytes(digest.digest(), "big") % self.of == self.number - 1


class Progress(Protocol):
    """Told what is going on; silent by default."""

    def started(self, files: int, checks: Mapping[str, int]) -> None:
        """It is known how many files there are to look at, and how many of them concern each check."""
        ...

    def analysed(self, check: str) -> None:
        """One more file is done for a check."""
        ...

    def finished(self, outcome: Outcome) -> None:
        """A check has its outcome."""
        ...


@dataclass(slots=True)
class _State:
    """What is known of one check so far; files by their index in the change set."""

    check: Check
    concerned: set[int] = field(default_factory=set)
    excluded: int = 0
    cached: int = 0
    seconds: float = 0.0
    heads: dict[int, Analysis] = field(default_factory=dict)
    versions: dict[int, Analysis] = field(default_factory=dict)  # heads as analysed, for checks that compare
    compared: dict[int, tuple[Candidate, ...]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    failure: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    pragmas: dict[Suppression, None] = field(default_factory=dict)  # in the heads that could be read


@dataclass(frozen=True, slots=True)
class _Job:
    """
    One version of a file wanted by some checks. ``index`` is the file's, ``side`` 0 for the head, 1… for
    its bases.
    """

    index: int
    side: int
    blob: Blob
    checks: tuple[str, ...]


class Scan:
    """
    One scan of one change set; use once.

    ``build`` makes an analyst (in this process or another) with the same checks; ``finish`` adds snippets to
    findings which the second step brought, given the file's bytes.
    """

    def __init__(
        self,
        change: ChangeSet,
        checks: Sequence[Check],
        source: Source,
        cache: Cache,
        config: Config,
        build: workers.Build,
        finish: Callable[[Target, Analysis], Analysis],
        progress: Progress,
        masking: str = "",
    ) -> None:
        self._masking = masking
        self._files = list(change.files)
        self._only: dict[int, str] = {}  # files that were added for one check
        self._change = change
        self._states = {check.name: _State(check) for check in checks}
        self._rules: dict[str, dict[str, Rule]] = {}  # made when the cache is first asked
        self._source = source
        self._cache = cache
        self._config = config
        self._build = build
        self._finish = finish
        self._progress = progress
        self._found: dict[str, dict[str, Blob | None]] = {}  # included files by revision
        self._folders: dict[str, dict[str, list[str]]] = {}  # paths by revision and folder, as needed

    def run(self) -> list[Outcome]:
        """The outcome of each check, in the order of the checks."""
        self._add_dependents()
        jobs = list(self._plan())
        _log.debug("the checks begin: %d files", len(jobs))
        self._progress.started(len(jobs), {name: len(s.concerned) for name, s in self._states.items()})
        for (index, _), (name, analysis) in self._analyse(jobs):
            self._keep_head(index, name, analysis)
        for state in self._states.values():
            self._conclude_heads(state)
        analyses = self._analyse_bases()
        bases = self._conclude_bases(analyses)
        for state in self._states.values():
            if state.check.compares and not state.failure:
                self._compare(state, analyses.get(state.check.name, {}))
        told = self._told_pragmas()
        outcomes = [self._outcome(state, bases, told) for state in self._states.values()]
        for outcome in outcomes:
            self._progress.finished(outcome)
        return outcomes

    def warm(self, shard: Shard) -> tuple[int, int]:
        """
        Analyses a shard's versions of files, heads and bases, for the cache and for nothing else: how many,
        of how many in all. What a check cannot do here it is asked again when the shards are put together.
        """
        self._add_dependents()
        jobs = list(self._plan())
        jobs += [
            _Job(job.index, side, blob, names)
            for job in jobs
            for side, blob in enumerate(self._files[job.index].bases, 1)
            if (names := tuple(name for name in job.checks if self._was_judged(name, blob)))
        ]
        mine = [job for job in jobs if shard.holds(job.blob)]
        self._progress.started(
            len(mine), {name: sum(name in job.checks for job in mine) for name in self._states}
        )
        for _, (name, _) in self._analyse(mine):
            self._progress.analysed(name)
        return len(mine), len(jobs)

    # ------------------------------------------------------------------------------------------------
    # planning

    def _add_dependents(self) -> None:
        """Adds unchanged files whose meaning the change alters, for the check that says so."""
        if not self._change.compared:
            return
        by_commit: defaultdict[str, list[ChangedFile]] = defaultdict(list)
        for file in self._change.files:
            by_commit[file.commit].append(file)
        if self._change.removed and not any(by_commit):
            by_commit[""] += ()  # also where nothing else changed
        for commit, files in by_commit.items():
            changed = {file.path for file in files}
            head, base = self._change.head, self._change.trusted
            if commit:
                head, base = commit, next((b.revision for file in files for b in file.bases), "")
            else:
                changed.update(self._change.removed)
            tree = Snapshot(self._source, head, self._config.max_file_size)
            for state in self._states.values():
                wanted = self._dependents(state, changed, tree)
                for path, blob in self._source.find_all(head, wanted).items() if wanted else ():
                    if self._includes_any(state, blob, changed):
                        before = self._source.find(base, path) if base else None
                        bases = (before,) if before else ()
                        self._only[len(self._files)] = state.check.name
                        self._files.append(ChangedFile(blob, bases, (), commit))

    def _dependents(self, state: _State, changed: set[str], tree: Snapshot) -> list[str]:
        try:
            return sorted(set(state.check.dependents(sorted(changed), tree)) - changed)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return []

    def _includes_any(self, state: _State, blob: Blob, paths: set[str]) -> bool:
        data = self._read(blob)
        if isinstance(data, Unread):
            return False
        target, check = Target(blob.path, data), state.check
        try:
            named = check.includes(target)
            if _names_any(named, paths):  # often enough, and costs no other file
                return True
            target = self._with_included(check, target, blob.revision, named)
            return _names_any([*check.includes(target), *(path for path, _ in target.included)], paths)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return False

    def _plan(self) -> Iterator[_Job]:
        same: dict[tuple[str, ...], tuple[str, ...]] = {}  # one object for all files that want the same
        for index, file in enumerate(self._files):
            wanted = []
            excluded = self._is_excluded(file.path)
            for name, state in self._states.items():
                if self._only.get(index, name) != name:
                    continue
                if not self._concerns(state, file.head):
                    continue
                if excluded:
                    state.excluded += 1
                else:
                    state.concerned.add(index)
                    wanted.append(name)
            if wanted:
                checks = tuple(wanted)
                yield _Job(index, 0, file.head, same.setdefault(checks, checks))

    def _concerns(self, state: _State, blob: Blob) -> bool:
        """A check that has failed is concerned with nothing more; its outcome says why."""
        try:
            return not state.failure and state.check.concerns(
                blob.path, executable=blob.mode is Mode.EXECUTABLE
            )
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return False

    # ---------------------------------------------------------------------------------------------- analysing

    def _analyse(self, jobs: Iterable[_Job]) -> Iterator[tuple[tuple[int, int], tuple[str, Analysis]]]:
        """``((index, side), (check, analysis))`` for every job and check, from the cache or anew."""
        wanted = list(jobs)
        missing: list[_Job] = []
        for job, hits in self._look_up(wanted):
            for name, analysis in hits.items():
                self._states[name].cached += job.side == 0
                yield (job.index, job.side), (name, analysis)
            rest = tuple(name for name in job.checks if name not in hits)
            if rest:
                missing.append(replace(job, checks=rest) if hits else job)
        unreadable: list[tuple[_Job, Unread]] = []
        reports = workers.work(self._tasks(missing, unreadable), self._build, self._cost, self._config.jobs)
        fresh: dict[bytes, bytes] = {}
        for report in reports:
            job = missing[report.index]
            self._states[report.check].seconds += report.seconds
            if report.failure:
                self._states[report.check].failure = report.failure
                continue
            self._remember(job, report, fresh)
            if len(fresh) > 1000:
                self._cache.put(fresh)
                fresh.clear()
            # Most files have nothing: that is held once.
            analysis = _NOTHING if report.analysis == _NOTHING else report.analysis
            yield (job.index, job.side), (report.check, analysis)
        self._cache.put(fresh)
        for job, unread in unreadable:
            for name in job.checks:
                told = self._anomaly(self._states[name].check, job.blob, unread)
                yield (job.index, job.side), (name, Analysis(unread=(told,)))

    def _anomaly(self, check: Check, blob: Blob, unread: Unread) -> Unread:
        """
        Binary files and links are passed over as a matter of course, but not where the name promises a text
        that somebody will run or install.

        An interpreter may run what stands around a NUL byte (CPython did up to 3.11), and pip follows a link:
        that is harmless where the link's target is analysed under its own name.
        """
        if not check.reads_text or not check.concerns(unread.path, executable=False):
            return unread
        if unread.reason is UnreadReason.BINARY:
            return replace(unread, reason=UnreadReason.UNPARSABLE, detail="NUL bytes where text is expected")
        if unread.reason is UnreadReason.SYMBOLIC_LINK:
            folder = posixpath.dirname(blob.path)
            target = posixpath.normpath(posixpath.join(folder, self._source.link_target(blob) or "/"))
            if target.startswith(("/", "../")) or not check.concerns(target, executable=False):
                detail = "a link, which is not followed, to a file that is not analysed under its own name"
                return replace(unread, reason=UnreadReason.MISSING, detail=detail)
        return unread

    def _look_up(self, jobs: Sequence[_Job]) -> Iterator[tuple[_Job, dict[str, Analysis]]]:
        """The jobs in order, each with what is in the cache for it."""
        if not self._cache.is_open:
            yield from ((job, {}) for job in jobs)
            return
        for start in range(0, len(jobs), _AT_ONCE):  # keys and values of all files would take much memory
            yield from self._look_up_some(jobs[start : start + _AT_ONCE])

    def _look_up_some(self, jobs: Sequence[_Job]) -> Iterator[tuple[_Job, dict[str, Analysis]]]:
        keys = {
            (n, name): self._key(job, name)
            for n, job in enumerate(jobs)
            for name in job.checks
            if job.blob.oid
        }
        values = self._cache.get(keys.values())
        self._cache.touch(values)
        for n, job in enumerate(jobs):
            hits = {}
            for name in job.checks:
                data = values.get(keys.get((n, name), b""))
                if data is None:
                    continue
                rules = self._rules_of(name) if data else {}
                analysis = results.load(data, self._states[name].check, rules)
                # A cached secret has no discriminator: where versions are compared, the file is analysed
                # again.
                if analysis and not (
                    self._change.compared and self._states[name].check.keyed and analysis.findings
                ):
                    hits[name] = analysis
            yield job, hits

    def _rules_of(self, name: str) -> dict[str, Rule]:
        if name not in self._rules:
            self._rules[name] = {rule.id: rule for rule in self._states[name].check.rules()}
        return self._rules[name]

    def _key(self, job: _Job, name: str) -> bytes:
        check = self._states[name].check
        executable = "x" if job.blob.mode is Mode.EXECUTABLE else "-"
        return key_of(
            __version__,
            str(results.LAYOUT),
            check.name,
            check.version,
            self._masking,
            executable,
            job.blob.path,
            job.blob.oid,
        )

    def _remember(self, job: _Job, report: Report, fresh: dict[bytes, bytes]) -> None:
        """
        Keeps what depends on the blob alone: nothing with included files, nothing that a slow machine
        decided.
        """
        transient = {UnreadReason.TIMED_OUT, UnreadReason.CRASHED, UnreadReason.MISSING}
        analysis = report.analysis
        if not self._cache.is_open:
            return
        if job.blob.oid and analysis.cacheable and not any(u.reason in transient for u in analysis.unread):
            fresh[self._key(job, report.check)] = results.dump(analysis)

    def _tasks(self, jobs: Sequence[_Job], unreadable: list[tuple[_Job, Unread]]) -> Iterator[Task]:
        for number, job in enumerate(jobs):
            data = self._read(job.blob)
            if isinstance(data, Unread):
                unreadable.append((job, data))
                continue
            target = Target(job.blob.path, data, executable=job.blob.mode is Mode.EXECUTABLE)
            alone = []
            for name in job.checks:
                state = self._states[name]
                try:
                    named = state.check.includes(target)
                    if named:
                        whole = self._with_included(state.check, target, job.blob.revision, named)
                        yield Task(number, whole, (name,))
                    else:
                        alone.append(name)
                except BROKEN as error:
                    state.failure = failure_of(error, state.check.name)
            if alone:
                yield Task(number, target, tuple(alone))

    def _read(self, blob: Blob) -> bytes | Unread:
        match blob.mode:
            case Mode.SYMBOLIC_LINK:
                return Unread(blob.path, UnreadReason.SYMBOLIC_LINK, "links are not followed")
            case Mode.SUBMODULE:
                return Unread(blob.path, UnreadReason.SUBMODULE, "another repository; run the gate there")
            case _:
                return self._source.read(blob, self._config.max_file_size)

    def _with_included(self, check: Check, target: Target, revision: str, named: Sequence[str]) -> Target:
        """
        ``target`` with every file that it includes, directly or through another; what is not there stays
        out. A name with a ``*`` stands for all files of its folder that it fits. ``named`` are those that it
        includes as it is: each look costs a pass over the file, so none is taken twice.
        """
        tried: set[str] = {target.path}
        while len(target.included) < _MAX_INCLUDED:
            new = [path for path in named if path not in tried]
            if not new:
                break
            before = target
            tried.update(new)
            known = {target.path, *(path for path, _ in target.included)}
            wanted = [path for path in self._expanded(new, revision) if path not in known][:_MAX_INCLUDED]
            for path, blob in self._find_all(revision, wanted):
                data = self._read(blob)
                if isinstance(data, bytes):
                    target = replace(target, included=(*target.included, (path, data)))
            if target is before:
                break
            named = check.includes(target)
        return target

    def _find_all(self, revision: str, paths: Sequence[str]) -> Iterator[tuple[str, Blob]]:
        """
        The blobs that there are, in the order of ``paths``: the files of a folder name one another, and each
        is looked up once.
        """
        known = self._found.setdefault(revision, {})
        new = [path for path in paths if path not in known]
        if new:
            known.update(dict.fromkeys(new))
            known.update(self._source.find_all(revision, new))
        return ((path, blob) for path in paths if (blob := known[path]))

    def _expanded(self, paths: Sequence[str], revision: str) -> list[str]:
        """The paths, and for each folder pattern among them those of the tree that it names."""
        if not any("*" in path for path in paths):
            return list(paths)
        listed = self._listed(revision, {posixpath.dirname(path) for path in paths if "*" in path})
        found: dict[str, None] = {}
        for path in paths:
            inside = listed.get(posixpath.dirname(path), ()) if "*" in path else ()
            found.update(dict.fromkeys((path,) if "*" not in path else inside))
        return [path for path in found if path in paths or any(_is_named_by(p, path) for p in paths)]

    def _listed(self, revision: str, folders: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The paths of at least these folders; of the working tree, one costs as much to list as all."""
        is_new = revision not in self._folders
        listed = self._folders.setdefault(revision, {})
        new = [folder for folder in folders if folder not in listed]
        if new and (is_new or revision != WORKTREE):
            listed.update((folder, []) for folder in new)
            for path in self._source.listing(revision, None if revision == WORKTREE else new):
                listed.setdefault(posixpath.dirname(path), []).append(path)
        return listed

    def _cost(self, task: Task) -> int:
        size = len(task.target.data)
        return sum(self._states[name].check.cost * size for name in task.checks)

    # ----------------------------------------------------------------------------------------------
    # concluding

    def _keep_head(self, index: int, name: str, analysis: Analysis) -> None:
        state = self._states[name]
        if state.check.compares and not _is_unread(self._files[index].path, analysis):
            state.versions[index] = analysis
        if analysis.pragmas and not _is_unread(self._files[index].path, analysis):
            state.pragmas.update(dict.fromkeys(analysis.pragmas))
        if not analysis.concerned:
            state.concerned.discard(index)
            return
        self._progress.analysed(name)
        state.unread += analysis.unread
        if _is_unread(self._files[index].path, analysis):
            return
        state.done.add(index)
        if analysis.findings or analysis.facts:
            state.heads[index] = analysis

    def _conclude_heads(self, state: _State) -> None:
        if state.failure or not state.concerned:
            return
        order = sorted(state.heads)
        before = [state.heads[i] for i in order]
        conclusion = self._conclude(state, state.check.conclude, before)
        state.notes = conclusion.notes
        state.heads = {}
        if not state.failure:
            # What the second step made out after all, or says more of, is not left standing.
            left = {u for analysis in conclusion.analyses for u in analysis.unread}
            gone = {u for analysis in before for u in analysis.unread} - left
            more = sorted(left.difference(state.unread))
            state.unread = [*(u for u in state.unread if u not in gone), *more]
        for index, first, analysis in zip(order, before, conclusion.analyses, strict=False):
            if analysis.findings:
                blob = self._files[index].head
                whole = self._finished(state, blob, analysis, first.sensitive)
                found = pragmas.suppress(whole.findings, first.pragmas)
                state.heads[index] = replace(whole, findings=found) if first.pragmas else whole

    def _conclude(
        self,
        state: _State,
        step: Callable[[Sequence[Analysis]], Conclusion],
        analyses: Sequence[Analysis],
    ) -> Conclusion:
        try:
            conclusion = step(analyses)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return Conclusion(())
        if len(conclusion.analyses) != len(analyses):
            state.failure = ("the second step has lost files", "This is a bug.")
            return Conclusion(())
        return conclusion

    def _finished(
        self, state: _State, blob: Blob, analysis: Analysis, sensitive: Sequence[Location]
    ) -> Analysis:
        """
        Adds what the second step's findings lack; they may stand in an included file. ``sensitive`` is what
        the first step wants masked.
        """
        if all(f.anchor and f.snippet for f in analysis.findings):
            return analysis
        if isinstance(state.check, Verifying):
            try:
                state.check.verify(analysis.findings, lambda path: self._text_at(blob, path))
            except BROKEN as error:
                state.failure = failure_of(error, state.check.name)
                return Analysis()
        paths = dict.fromkeys(finding.location.path for finding in analysis.findings)
        is_list = not state.check.facts_hold_text
        texts = {p: nearby(self._text(blob, p), p, analysis.findings, is_list=is_list) for p in paths}
        target = Target(blob.path, texts.pop(blob.path, b""), tuple(texts.items()))
        return self._finish(target, replace(analysis, sensitive=tuple(sensitive)))

    def _text_at(self, blob: Blob, path: str) -> bytes | None:
        """A file of the blob's revision, where it is there and can be read."""
        place = blob if path == blob.path else self._source.find(blob.revision, path)
        data = self._read(place) if place else None
        return data if isinstance(data, bytes) else None

    def _text(self, blob: Blob, path: str) -> bytes:
        return self._text_at(blob, path) or b""

    def _analyse_bases(self) -> Mapping[str, Mapping[tuple[int, int], Analysis]]:
        """
        The versions before the change, by check and file: where the head has findings, or the check compares
        both sides. A check that compares also sees the files that the change removes, by negative numbers.
        """
        jobs = []
        for index, file in enumerate(self._files):
            wanted = [
                n
                for n, s in self._states.items()
                if (index in s.heads or index in s.versions) and not s.failure
            ]
            for side, blob in enumerate(file.bases if wanted else (), 1):
                if names := tuple(name for name in wanted if self._was_judged(name, blob)):
                    jobs.append(_Job(index, side, blob, names))
        comparing = [n for n, s in self._states.items() if s.check.compares and not s.failure]
        for number, blob in enumerate(self._removed() if comparing else (), 1):
            if names := tuple(name for name in comparing if self._was_judged(name, blob)):
                jobs.append(_Job(-number, 1, blob, names))
        found: dict[str, dict[tuple[int, int], Analysis]] = defaultdict(dict)
        for place, (name, analysis) in self._analyse(jobs):
            found[name][place] = analysis
        return found

    def _removed(self) -> Iterable[Blob]:
        """The files that the change as a whole takes away, as they were."""
        if not self._change.compared or any(file.commit for file in self._change.files):
            return ()
        return self._source.find_all(self._change.trusted, self._change.removed).values()

    def _conclude_bases(
        self, found: Mapping[str, Mapping[tuple[int, int], Analysis]]
    ) -> Mapping[tuple[str, int], list[tuple[Finding, ...]]]:
        """The findings of the versions before the change, where the head has any."""
        findings: defaultdict[tuple[str, int], list[tuple[Finding, ...]]] = defaultdict(list)
        for name, analyses in found.items():
            state = self._states[name]
            order = sorted(place for place in analyses if place[0] in state.heads)
            if not order:
                continue
            conclusion = self._conclude(state, state.check.recall, [analyses[place] for place in order])
            for (index, side), analysis in zip(order, conclusion.analyses, strict=False):
                blob = self._files[index].bases[side - 1]
                is_known = all(finding.anchor for finding in analysis.findings)  # no more is asked of a base
                first = analyses[index, side]
                whole = analysis if is_known else self._finished(state, blob, analysis, first.sensitive)
                findings[name, index].append(pragmas.suppress(whole.findings, first.pragmas))
        return findings

    def _compare(self, state: _State, bases: Mapping[tuple[int, int], Analysis]) -> None:
        """The third step: what the change does between both sides of it."""
        sides: defaultdict[int, list[tuple[str, Analysis]]] = defaultdict(list)
        for (index, side), analysis in sorted(bases.items(), key=lambda entry: entry[0]):
            path = self._files[index].bases[side - 1].path if index >= 0 else ""
            sides[index].append((path, analysis))
        order = sorted(state.versions)
        pairs = []
        for index in order:
            file = self._files[index]
            paths = (file.path, *(path for path, _ in sides[index]))
            before = tuple(analysis for _, analysis in sides[index])
            pairs.append(Pair(state.versions[index], before, file.commit, paths))
        removed = [Pair(Analysis(), tuple(a for _, a in sides[i])) for i in sorted(sides) if i < 0]
        try:
            comparison = state.check.compare(pairs, removed, compared=self._change.compared)
        except BROKEN as error:
            state.failure = failure_of(error, state.check.name)
            return
        if len(comparison.files) != len(pairs):
            state.failure = ("the comparison has lost files", "This is a bug.")
            return
        state.notes += comparison.notes
        for index, compared in zip(order, comparison.files, strict=True):
            known = set(state.unread)
            state.unread += [u for u in compared.unread if u not in known]
            if compared.introduced or compared.standing:
                blob, first = self._files[index].head, state.versions[index]
                whole = self._with_texts(state, blob, compared, first.sensitive)
                gone = [p for _, analysis in sides[index] for p in analysis.pragmas]
                found = self._candidates(self._files[index], whole, first.pragmas, gone)
                state.compared[index] = tuple(found)

    def _with_texts(
        self, state: _State, blob: Blob, compared: Compared, sensitive: Sequence[Location]
    ) -> Compared:
        """Finished together, so that equal findings are told apart; the standing ones are the first."""
        both = Analysis(findings=(*compared.standing, *compared.introduced))
        findings = self._finished(state, blob, both, sensitive).findings
        count = len(compared.standing)
        return replace(compared, standing=findings[:count], introduced=findings[count:])

    def _was_judged(self, name: str, blob: Blob) -> bool:
        """
        Whether the check would have looked at a base where it stood: what was excluded by its name, or was
        not executable, is new where it is not.
        """
        return not self._is_excluded(blob.path) and self._concerns(self._states[name], blob)

    def _is_excluded(self, path: str) -> bool:
        return any(fnmatch.fnmatchcase(path, glob) for glob in self._config.exclude)

    def _told_pragmas(self) -> Mapping[str, tuple[Suppression, ...]]:
        """The inline suppressions that each outcome tells of."""
        states = [state for state in self._states.values() if not state.failure]
        if not any(state.pragmas for state in states):
            return {}
        used = {state.check.name: set(_used(state)) for state in states}
        known = {*CHECKS, *self._config.plugins, *(tool.name for tool in self._config.tools)}
        return pragmas.addressed(
            {state.check.name: state.pragmas for state in states},
            used,
            [state.check for state in states],
            known.difference(state.check.name for state in states),
            {self._files[index].path for state in states for index in state.concerned},
        )

    def _outcome(
        self,
        state: _State,
        bases: Mapping[tuple[str, int], list[tuple[Finding, ...]]],
        told: Mapping[str, tuple[Suppression, ...]],
    ) -> Outcome:
        name = state.check.name
        seconds = round(state.seconds, 3)  # as reports hold it: rounded twice, a number may not be the same
        counts = Counts(len(state.concerned), len(state.done), state.cached, state.excluded, seconds)
        unread = tuple(sorted(set(state.unread)))
        if state.failure:
            return Failed(name, *state.failure, counts)
        if not state.concerned and not state.excluded and not state.notes:
            return Skipped(name, SkipReason.NO_TARGETS)
        listed = {u.path for u in unread}
        lost = [i for i in state.concerned - state.done if self._files[i].path not in listed]
        if lost:
            return Failed(
                name,
                f"{len(lost)} files were neither analysed nor listed as unread",
                "This is a bug.",
                counts,
            )
        candidates: list[Candidate] = []
        for index, analysis in sorted(state.heads.items()):
            file = self._files[index]
            found = [replace(f, commit=file.commit) for f in analysis.findings]
            candidates += subtract(found, bases.get((name, index), []), file.added, self._change.compared)
        for _, compared in sorted(state.compared.items()):
            candidates += compared
        mine = told.get(name, ())
        return Completed(name, tuple(_without_repeats(candidates)), unread, counts, state.notes, mine)

    def _candidates(
        self,
        file: ChangedFile,
        compared: Compared,
        mine: Sequence[Suppression],
        before: Sequence[Suppression],
    ) -> Iterator[Candidate]:
        """
        What a comparison found is new or standing by definition, wherever its lines were added; but a
        standing one is new as well where the change adds or takes away its suppression.
        """
        added, lost = pragmas.difference(mine, before), pragmas.difference(before, mine)
        for count, found in enumerate((compared.introduced, compared.standing)):
            for finding in pragmas.suppress(found, mine):
                is_introduced = not count
                if count and self._change.compared:
                    by = finding.suppression
                    is_introduced = by in added if by else pragmas.mean(lost, finding)
                in_diff = self._change.compared and touches(finding, file.added)
                told = replace(finding, commit=file.commit)
                yield Candidate(told, is_introduced, in_diff, standing=bool(count))


def _used(state: _State) -> Iterator[Suppression]:
    heads = (f for analysis in state.heads.values() for f in analysis.findings)
    compared = (c.finding for candidates in state.compared.values() for c in candidates)
    yield from (f.suppression for f in (*heads, *compared) if f.suppression)


def _names_any(included: Sequence[str], paths: set[str]) -> bool:
    patterns = [path for path in included if "*" in path]
    return not paths.isdisjoint(included) or any(
        _is_named_by(pattern, path) for pattern in patterns for path in paths
    )


def _is_named_by(pattern: str, path: str) -> bool:
    """Whether a folder pattern (``modules/x/*.tf``) names a path; its one ``*`` stands for no slash."""
    start, star, end = pattern.partition("*")
    fits = star and path.startswith(start) and path.endswith(end) and len(path) >= len(start) + len(end)
    return bool(fits) and "/" not in path[len(start) :]


def _is_unread(path: str, analysis: Analysis) -> bool:
    """
    Whether nothing of the file was analysed, also where a parser names the line at which it gave up.
    """
    mine = [u for u in analysis.unread if u.path == path]
    gave_up = any(u.reason is UnreadReason.UNPARSABLE for u in mine)
    return any(not u.line for u in mine) or (gave_up and not analysis.findings and not analysis.facts)


def _without_repeats(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """
    A file included by two others is analysed twice; its findings are told once, as new if either says
    so.
    """
    best: dict[object, Candidate] = {}
    for candidate in candidates:
        f = candidate.finding
        identity = (f.rule.id, f.location, f.anchor, f.ordinal, f.commit, f.message)
        known = best.get(identity)
        if known is None or (candidate.introduced and not known.introduced):
            best[identity] = candidate
    yield from best.values()
