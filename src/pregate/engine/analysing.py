"""Jobs to analyses: from the cache, or read and analysed, here or in other processes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from pregate import __version__
from pregate.cache import Cache, Keys
from pregate.checks.base import Analysis, Check, Target
from pregate.engine import results, workers
from pregate.engine.analyst import Task
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.included import Beside, Included
from pregate.engine.scene import Job, Keep, Scene
from pregate.engine.settling import Settled, is_known_by_id
from pregate.model import Blob, Mode, Unread, UnreadReason
from pregate.records import replace

_AT_ONCE = 1000
_COST_OF_A_FILE = 100_000  # nanoseconds for each check, however little stands in it
_TRANSIENT = frozenset({UnreadReason.TIMED_OUT, UnreadReason.CRASHED, UnreadReason.MISSING})
_BY_CONTENT = frozenset({UnreadReason.BINARY, UnreadReason.LFS_POINTER})


class Analysing:
    """
    Does jobs. ``build`` makes an analyst (in this process or another) with the same checks; ``masking`` is
    part of every key.
    """

    def __init__(
        self, scene: Scene, cache: Cache, included: Included, build: workers.Build, masking: str
    ) -> None:
        self._scene = scene
        self._cache = cache
        self._included = included
        self._build = build
        self._masking = masking
        self._settled = Settled(scene, cache, included, masking)
        self._rules: dict[str, results.Rules] = {}  # made when the cache is first asked
        self._keys: dict[str, Keys] = {}
        self._fresh: dict[bytes, bytes] = {}  # what is still to be put into the cache
        self._beside: dict[tuple[int, str], Beside | None] = {}  # of tasks that read more than their file

    def analyse(self, jobs: Iterable[Job], keep: Keep) -> None:
        """
        Tells ``keep`` of every job and check, from the cache or anew. ``jobs`` is read as it is needed, so
        that a tree's files are not all held.
        """
        at_work: dict[int, tuple[Job, int]] = {}  # by number, with how many reports are still to come
        tasks = self._tasks(self._look_up(jobs, keep), at_work, keep)
        for report in workers.work(tasks, self._build, self._cost, self._scene.config.jobs):
            job, left = at_work.pop(report.index)
            if left > 1:
                at_work[report.index] = job, left - 1
            is_alone = (report.index, report.check) not in self._beside
            beside = self._beside.pop((report.index, report.check), None)
            self._scene.states[report.check].seconds += report.seconds
            if report.failure:
                self._scene.states[report.check].failure = report.failure
                continue
            analysis = results.shared(report.analysis)  # most files have nothing: that is held once
            is_kept = (is_alone or beside is not None) and self._remember(job, report.check, analysis, beside)
            keep(job, report.check, analysis, is_kept=is_kept and is_alone)
        self._cache.put(self._fresh)
        self._fresh.clear()

    def settle(self) -> None:
        """Keeps what was concluded of heads, where that may stand for them in later runs."""
        self._settled.keep()

    def from_json(self, name: str, value: results.Value) -> Analysis | None:
        """What the cache holds of what a check said; None where it is of no use any more."""
        return results.from_json(value, self._scene.states[name].check, self._rules_of(name))

    def _look_up(self, jobs: Iterable[Job], keep: Keep) -> Iterator[Job]:
        """Tells ``keep`` what is in the cache, and gives what is left of the jobs, in order."""
        if not self._cache.is_open:
            yield from jobs
            return
        remaining = iter(jobs)
        while some := list(islice(remaining, _AT_ONCE)):  # keys and values of all would take much memory
            for job, hits in self._look_up_some(some):
                for name, (analysis, is_alone) in hits.items():
                    self._scene.states[name].cached += job.side == 0
                    keep(job, name, analysis, is_kept=is_alone)
                rest = tuple(name for name in job.checks if name not in hits)
                if rest:
                    yield replace(job, checks=rest) if hits else job

    def _look_up_some(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, dict[str, tuple[Analysis, bool]]]]:
        """Each job with what is known of it by check, and whether that depends on its file alone."""
        settled = self._settled.recall(jobs)
        keys = {
            (n, name): self._key(job, name)
            for n, job in enumerate(jobs)
            for name in job.checks
            if is_known_by_id(job.blob) and (job.index, job.side, name) not in settled
        }
        values = self._cache.get(keys.values())
        self._cache.touch(values)
        for n, job in enumerate(jobs):
            hits = {}
            for name in job.checks:
                if concluded := settled.get((job.index, job.side, name)):
                    hits[name] = concluded, False
                data = values.get(keys.get((n, name), b""))
                if data is not None and (known := self._known(job, name, data)):
                    hits[name] = known
            yield job, hits

    def _known(self, job: Job, name: str, data: bytes) -> tuple[Analysis, bool] | None:
        """What an entry tells of a job, and whether that depends on its file alone."""
        if not data:
            return results.NOTHING, True
        value = results.decode(data)
        beside = value.get("beside")
        if beside is not None:
            if not self._included.is_beside(job.blob.revision, beside):
                return None
            self._settled.note(job, name, beside)
        analysis = self.from_json(name, value)
        if analysis is None:
            return None
        # A cached secret has no discriminator: where versions are compared, the file is analysed again.
        is_blunt = self._scene.change.compared and self._scene.states[name].check.keyed
        return None if is_blunt and analysis.findings else (analysis, beside is None)

    def _rules_of(self, name: str) -> results.Rules:
        if name not in self._rules:
            self._rules[name] = results.Rules(self._scene.states[name].check)
        return self._rules[name]

    def _key(self, job: Job, name: str) -> bytes:
        if name not in self._keys:
            check = self._scene.states[name].check
            limit = str(self._scene.config.max_file_size)
            parts = (__version__, str(results.LAYOUT), check.name, check.version, self._masking, limit)
            self._keys[name] = Keys(*parts)
        executable = "x" if job.blob.mode is Mode.EXECUTABLE else "-"
        return self._keys[name].of(executable, job.blob.path, job.blob.oid)

    def _remember(self, job: Job, name: str, analysis: Analysis, beside: Beside | None = None) -> bool:
        """
        Keeps what depends on the blob, and on what was read ``beside`` it, alone: nothing that a slow machine
        decided. Says whether it did.
        """
        if not self._cache.is_open or not job.blob.oid or not analysis.cacheable:
            return False
        if any(u.reason in _TRANSIENT for u in analysis.unread):
            return False
        self._fresh[self._key(job, name)] = results.dump(analysis, beside)
        if len(self._fresh) > _AT_ONCE:
            self._cache.put(self._fresh)
            self._fresh.clear()
        return True

    def _tasks(self, jobs: Iterable[Job], at_work: dict[int, tuple[Job, int]], keep: Keep) -> Iterator[Task]:
        for number, job in enumerate(jobs):
            data = self._scene.to_analyse(job.blob)
            if isinstance(data, Unread):
                self._keep_unread(job, data, keep)
                continue
            tasks = self._tasks_of(number, job, data)
            at_work[number] = job, sum(len(task.checks) for task in tasks)
            yield from tasks

    def _keep_unread(self, job: Job, unread: Unread, keep: Keep) -> None:
        for name in job.checks:
            told = self._anomaly(self._scene.states[name].check, job.blob, unread)
            analysis = Analysis(unread=(told,))
            is_kept = unread.reason in _BY_CONTENT and self._remember(job, name, analysis)
            keep(job, name, analysis, is_kept=is_kept)

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
            target = posixpath.normpath(posixpath.join(folder, self._scene.source.link_target(blob) or "/"))
            if target.startswith(("/", "../")) or not check.concerns(target, executable=False):
                detail = "a link, which is not followed, to a file that is not analysed under its own name"
                return replace(unread, reason=UnreadReason.MISSING, detail=detail)
        return unread

    def _tasks_of(self, number: int, job: Job, data: bytes) -> list[Task]:
        target = Target(job.blob.path, data, executable=job.blob.mode is Mode.EXECUTABLE)
        tasks = []
        alone = []
        for name in job.checks:
            state = self._scene.states[name]
            try:
                named = state.check.includes(target)
                if named:
                    asked: set[str] = set()
                    whole = self._included.together(state.check, target, job.blob.revision, named, asked)
                    is_kept = self._cache.is_open and job.blob.oid
                    beside = self._included.beside(job.blob.revision, asked) if is_kept else None
                    self._beside[number, name] = beside
                    self._settled.note(job, name, beside)
                    tasks.append(Task(number, whole, (name,)))
                else:
                    alone.append(name)
            except BROKEN as error:
                state.failure = failure_of(error, state.check.name)
        return [*tasks, Task(number, target, tuple(alone))] if alone else tasks

    def _cost(self, task: Task) -> int:
        size = len(task.target.data)
        return sum(self._scene.states[name].check.cost * size + _COST_OF_A_FILE for name in task.checks)
