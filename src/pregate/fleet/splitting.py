"""Repositories that are done in parts: their parts first, then a task for each that judges the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pregate.errors import PregateError
from pregate.fleet.running import Told
from pregate.fleet.shares import Share, within_bounds
from pregate.fleet.tasks import Answer, Job, failed
from pregate.records import dataclass, field, replace

_TOGETHER = 64  # parts whose results are kept at a time, unless one repository has more


@dataclass(slots=True)
class Split:
    """
    One repository in ``parts``, all of the same ``commit``; the results of its parts are kept in ``folder``.
    """

    job: Job
    commit: str
    parts: int
    folder: Path
    shares: dict[int, Share] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    is_lost: bool = False

    def jobs(self) -> Iterator[Job]:
        """Its parts."""
        for part in range(1, self.parts + 1):
            yield replace(self.job, known=None, commit=self.commit, part=part, parts=self.parts)

    def take(self, part: int, answer: Answer) -> Answer | None:
        """
        Keeps what a part found. A part that could not be analysed is the whole repository's failure, which is
        given once. Raises PregateError where there is no space for it.
        """
        record = answer.record
        if record is not None:
            is_first, self.is_lost = not self.is_lost, True
            reasons = (f"part {part} of {self.parts} could not be analysed", *record.reasons)
            return Answer(replace(record, reasons=reasons, commit=self.commit)) if is_first else None
        file = self.folder / f"{self.job.repository.slug}-{part}"
        try:
            file.write_bytes(answer.share)
        except OSError as error:
            raise PregateError(
                f"the results of a part cannot be kept: {error.strerror}", "Is there space for them?"
            ) from error
        self.seconds += answer.seconds
        self.shares[part], self.sizes[part] = Share(file), len(answer.share)
        return None

    def whole(self) -> Job:
        """The task that judges it, with as many of the parts' results as can be sent."""
        numbers = sorted(self.shares)
        sent = numbers[: within_bounds([self.sizes[number] for number in numbers])]
        shares = tuple(self.shares[number] for number in sent)
        return replace(self.job, known=None, commit=self.commit, shares=shares)

    def forget(self) -> None:
        """Takes the results of its parts away."""
        for number in self.shares:
            (self.folder / f"{self.job.repository.slug}-{number}").unlink(missing_ok=True)
        self.shares.clear()


Run = Callable[[list[Job], Told], None]


def judge_split(splits: Iterable[Split], run: Run, told: Told, part: Callable[[], None]) -> None:
    """
    Does repositories in parts, some at a time; ``run`` does jobs as :func:`pregate.fleet.running.run_all`,
    ``told`` hears once of each repository, and ``part`` is called after each part. Raises as ``run``.
    """
    for group in _groups(splits):
        by_slug = {split.job.repository.slug: split for split in group}

        def took(job: Job, answer: Answer, by_slug: dict[str, Split] = by_slug) -> None:
            lost = by_slug[job.repository.slug].take(job.part, answer)
            if lost is not None:
                told(job, lost)
            part()

        def ended(job: Job, answer: Answer, by_slug: dict[str, Split] = by_slug) -> None:
            split = by_slug[job.repository.slug]
            split.forget()
            record = answer.record or failed(job, ("the task that judges it has no answer",))
            seconds = round(record.seconds + split.seconds, 3)
            told(job, replace(answer, record=replace(record, seconds=seconds)))

        run([job for split in group for job in split.jobs()], took)
        lost = [split for split in group if split.is_lost]
        for split in lost:
            split.forget()
        run([split.whole() for split in group if not split.is_lost], ended)


def _groups(splits: Iterable[Split]) -> Iterator[list[Split]]:
    group: list[Split] = []
    for split in splits:
        if group and sum(other.parts for other in group) + split.parts > _TOGETHER:
            yield group
            group = []
        group.append(split)
    if group:
        yield group
