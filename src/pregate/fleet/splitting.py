"""Repositories that are done in parts: their parts first, then a task for each that judges the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pregate.engine.ports import Shard, words_of_lost
from pregate.fleet.model import Record, State
from pregate.fleet.part_store import Parts
from pregate.fleet.running import Told
from pregate.fleet.tasks import Answer, Job, failed
from pregate.records import dataclass, field, replace

_TOGETHER = 64  # parts that are done before any is put together, unless one repository has more


@dataclass(slots=True)
class Split:
    """
    One repository at one ``commit`` that is done in as many parts as ``of``; what they find is kept in
    ``parts``, where an earlier run may have left some. ``lost`` are those that could not be analysed.
    """

    job: Job
    commit: str
    of: int
    parts: Parts
    lost: dict[int, Record] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_lost(self) -> bool:
        """Whether there is nothing to be judged."""
        return len(self.lost) == self.of

    def jobs(self) -> Iterator[Job]:
        """Those of its parts that are still to be done."""
        for part in range(1, self.of + 1):
            if part not in self.parts.kept:
                yield replace(self.job, known=None, commit=self.commit, part=part, parts=self.of)

    def take(self, part: int, answer: Answer) -> None:
        """Keeps what a part found, or why it found nothing. Raises PregateError where it cannot be kept."""
        if answer.record is not None:
            self.lost[part] = answer.record
            self.seconds += answer.record.seconds
        else:
            self.parts.put(part, answer.share)
            self.seconds += answer.seconds

    def whole(self) -> Job:
        """The task that judges it by what its parts found."""
        reasons = tuple((part, _reason(record)) for part, record in sorted(self.lost.items()))
        return replace(
            self.job,
            known=None,
            commit=self.commit,
            parts=self.of,
            shares=self.parts.shares(),
            lost=reasons,
        )

    def failure(self) -> Record:
        """Its record where every part is lost."""
        reasons = words_of_lost({Shard(part, self.of): _reason(r) for part, r in self.lost.items()})
        hints = dict.fromkeys(hint for record in self.lost.values() for hint in record.reasons[1:])
        return self.finished(replace(self.lost[min(self.lost)], seconds=0.0, reasons=(*reasons, *hints)))

    def finished(self, record: Record) -> Record:
        """The record of the whole, with what its parts took."""
        return replace(
            record,
            commit=self.commit,
            seconds=round(record.seconds + self.seconds, 3),
            attempts=max(record.attempts, *(lost.attempts for lost in self.lost.values()), 1),
            parts=self.of,
            lost_parts=tuple(sorted(self.lost)),
        )


def _reason(record: Record) -> str:
    return record.reasons[0] if record.reasons else "its task gave no reason"


Run = Callable[[list[Job], Told], None]


def judge_split(splits: Iterable[Split], run: Run, told: Told, part: Callable[[], None]) -> None:
    """
    Does repositories in parts, some at a time; ``run`` does jobs as :func:`pregate.fleet.running.run_all`,
    ``told`` hears once of each repository, and ``part`` is called after each part. Raises as ``run``.
    """
    for group in _groups(splits):
        by_slug = {split.job.repository.slug: split for split in group}

        def took(job: Job, answer: Answer, by_slug: dict[str, Split] = by_slug) -> None:
            by_slug[job.repository.slug].take(job.part, answer)
            part()

        def ended(job: Job, answer: Answer, by_slug: dict[str, Split] = by_slug) -> None:
            record = answer.record or failed(job, ("the task that judges it has no answer",))
            split = by_slug[job.repository.slug]
            told(job, replace(answer, record=split.finished(record)))
            if record.state is State.SCANNED and not split.lost:
                split.parts.forget()  # the verdict is kept by now

        run([job for split in group for job in split.jobs()], took)
        for split in group:
            if split.is_lost:
                told(split.job, Answer(split.failure()))
        run([split.whole() for split in group if not split.is_lost], ended)


def _groups(splits: Iterable[Split]) -> Iterator[list[Split]]:
    group: list[Split] = []
    for split in splits:
        if group and sum(other.of for other in group) + split.of > _TOGETHER:
            yield group
            group = []
        group.append(split)
    if group:
        yield group
