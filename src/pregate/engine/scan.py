"""
A change set through the checks: heads first, bases only where a head has something to compare.

    plan (who concerns whom) → cache → read → analyse → conclude (the world) → subtract the base → compare
    both sides (where a check has a question about the change itself) → outcomes

Work grows with the change: nothing here walks the repository unless a check asks for it, because files far
away may include a changed one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pregate.cache import Cache
from pregate.checks.base import Analysis, Check, Settling, Target
from pregate.config import Config
from pregate.engine import workers
from pregate.engine.analysing import Analysing
from pregate.engine.comparing import compare
from pregate.engine.concluding import Concluding
from pregate.engine.included import Included
from pregate.engine.outcomes import outcome_of, told_pragmas
from pregate.engine.planning import add_dependents, plan, portions_of_tree
from pregate.engine.portions import Portions
from pregate.engine.ports import Progress, Shard, Source
from pregate.engine.scene import Job, Scene, State
from pregate.logs import logger
from pregate.model import Blob, ChangeSet, Outcome, UnreadReason

_log = logger(__name__)


class Scan:
    """
    One scan of one change set; use once.

    ``build`` makes an analyst (in this process or another) with the same checks; ``finish`` adds snippets to
    findings which the second step brought, given the file's bytes. What the cache has not of ``lost`` shards
    is told as unread.
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
        lost: Mapping[Shard, str] | None = None,
    ) -> None:
        states = {check.name: State(check) for check in checks}
        self._scene = Scene(change, source, config, states, change.files, lost=lost or {})
        self._cache = cache
        self._progress = progress
        self._masking = masking
        self._included = Included(self._scene)
        self._analysing = Analysing(self._scene, cache, self._included, build, masking)
        self._concluding = Concluding(self._scene, finish)
        self._portions: Portions | None = None

    def run(self) -> list[Outcome]:
        """The outcome of each check, in the order of the checks."""
        add_dependents(self._scene, self._included)
        self._portions = portions_of_tree(self._scene, self._cache, self._masking)
        wanted = plan(self._scene, self._portions)
        to_do = Counter(wanted)
        files = to_do.total() - to_do.get((), 0)
        _log.debug("the checks begin: %d files", files)
        self._progress.started(
            files,
            {name: sum(n for names, n in to_do.items() if name in names) for name in self._scene.states},
        )
        self._analysing.analyse(self._heads(wanted), self._keep_head)
        if self._portions:
            self._portions.keep([name for name, state in self._scene.states.items() if not state.failure])
        for state in self._scene.states.values():
            self._concluding.conclude_heads(state)
        self._analysing.settle()
        analyses = self._analyse_bases()
        bases = self._concluding.conclude_bases(analyses)
        for state in self._scene.states.values():
            if state.check.compares and not state.failure:
                compare(self._scene, self._concluding, state, analyses.get(state.check.name, {}))
        told = told_pragmas(self._scene)
        outcomes = [outcome_of(self._scene, state, bases, told) for state in self._scene.states.values()]
        for outcome in outcomes:
            self._progress.finished(outcome)
        return outcomes

    def warm(self, shard: Shard) -> tuple[int, int]:
        """
        Analyses a shard's versions of files, heads and bases, for the cache and for nothing else: how many,
        of how many in all. What a check cannot do here it is asked again when the shards are put together.
        """
        add_dependents(self._scene, self._included)
        jobs = list(self._heads(plan(self._scene, None)))
        jobs += [
            Job(job.index, side, blob, names)
            for job in jobs
            for side, blob in enumerate(self._scene.files[job.index].bases, 1)
            if (names := tuple(name for name in job.checks if self._scene.was_judged(name, blob)))
        ]
        mine = [job for job in jobs if shard.holds(job.blob)]
        self._progress.started(
            len(mine), {name: sum(name in job.checks for job in mine) for name in self._scene.states}
        )

        def keep(job: Job, name: str, analysis: Analysis, *, is_kept: bool) -> None:  # noqa: ARG001
            self._progress.analysed(name)

        self._analysing.analyse(mine, keep)
        return len(mine), len(jobs)

    def _heads(self, wanted: Sequence[tuple[str, ...]]) -> Iterator[Job]:
        for index, names in enumerate(wanted):
            if left := self._not_held(index, names) if names and self._portions else names:
                yield Job(index, 0, self._scene.files[index].head, left)

    def _not_held(self, index: int, names: tuple[str, ...]) -> tuple[str, ...]:
        """Takes what the cache holds of a file with its neighbours; the checks of which it holds nothing."""
        left = []
        for name in names:
            value = self._portions.held(index, name) if self._portions else None
            analysis = self._analysing.from_json(name, value) if value is not None else None
            if analysis is None:
                left.append(name)
            else:
                self._scene.states[name].cached += 1
                self._take(index, name, analysis)
        return tuple(left)

    def _keep_head(self, job: Job, name: str, analysis: Analysis, *, is_kept: bool) -> None:
        if self._portions:
            # Of what is still to be concluded, the conclusion may be remembered, which says more.
            is_open = bool(analysis.facts) and isinstance(self._scene.states[name].check, Settling)
            self._portions.note(job.index, name, analysis, is_kept=is_kept and not is_open)
        self._take(job.index, name, analysis)

    def _take(self, index: int, name: str, analysis: Analysis) -> None:
        state = self._scene.states[name]
        is_unread = bool(analysis.unread) and _is_unread(self._scene.files[index].path, analysis)
        # Of a tree that is compared with nothing, files without anything have nothing to compare.
        has_something = self._scene.change.compared or analysis.findings or analysis.facts
        if state.check.compares and has_something and not is_unread:
            state.versions[index] = analysis
        if analysis.pragmas and not is_unread:
            state.pragmas.update(dict.fromkeys(analysis.pragmas))
        if not analysis.concerned:
            state.concerned.discard(index)
            return
        self._progress.analysed(name)
        state.unread += analysis.unread
        if is_unread:
            return
        state.done.add(index)
        if analysis.findings or analysis.facts:
            state.heads[index] = analysis

    def _analyse_bases(self) -> Mapping[str, Mapping[tuple[int, int], Analysis]]:
        """
        The versions before the change, by check and file: where the head has findings, or the check compares
        both sides. A check that compares also sees the files that the change removes, by negative numbers.
        """
        jobs = []
        compared = {i for s in self._scene.states.values() for i in (*s.heads, *s.versions)}
        for index in sorted(compared):
            file = self._scene.files[index]
            wanted = [
                n
                for n, s in self._scene.states.items()
                if (index in s.heads or index in s.versions) and not s.failure
            ]
            for side, blob in enumerate(file.bases if wanted else (), 1):
                if names := tuple(name for name in wanted if self._scene.was_judged(name, blob)):
                    jobs.append(Job(index, side, blob, names))
        comparing = [n for n, s in self._scene.states.items() if s.check.compares and not s.failure]
        for number, blob in enumerate(self._removed() if comparing else (), 1):
            if names := tuple(name for name in comparing if self._scene.was_judged(name, blob)):
                jobs.append(Job(-number, 1, blob, names))
        found: dict[str, dict[tuple[int, int], Analysis]] = defaultdict(dict)

        def keep(job: Job, name: str, analysis: Analysis, *, is_kept: bool) -> None:  # noqa: ARG001
            found[name][job.index, job.side] = analysis

        self._analysing.analyse(jobs, keep)
        return found

    def _removed(self) -> Iterable[Blob]:
        """The files that the change as a whole takes away, as they were."""
        if not self._scene.change.compared or any(file.commit for file in self._scene.change.files):
            return ()
        return self._scene.source.find_all(self._scene.change.trusted, self._scene.change.removed).values()


def _is_unread(path: str, analysis: Analysis) -> bool:
    """
    Whether nothing of the file was analysed, also where a parser names the line at which it gave up.
    """
    mine = [u for u in analysis.unread if u.path == path]
    gave_up = any(u.reason is UnreadReason.UNPARSABLE for u in mine)
    return any(not u.line for u in mine) or (gave_up and not analysis.findings and not analysis.facts)
