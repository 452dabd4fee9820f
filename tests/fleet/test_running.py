"""Jobs until each has its record: what is tried again, how, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pregate.errors import RemoteError
from pregate.fleet.model import Record, Repository, State
from pregate.fleet.running import Lost, run_all
from pregate.fleet.tasks import Answer, Job, Options

JOBS = [Job(Repository(name, f"https://h/{name}"), Options()) for name in ("a", "b", "c")]


class Script:
    """An executor that answers by a script: for each name its answers in turn, the last one for good."""

    def __init__(self, **answers: Sequence[str]) -> None:
        self.answers = {name: list(words) for name, words in answers.items()}
        self.calls: list[tuple[str, bool]] = []

    def run(
        self, jobs: Sequence[Job], tick: Callable[[], None], *, alone: bool = False
    ) -> Iterator[tuple[Job, Answer | Lost]]:
        self.calls.append(("".join(job.repository.name for job in jobs), alone))
        for job in jobs:
            words = self.answers.get(job.repository.name, ["good"])
            yield job, self.answer(job, words.pop(0) if len(words) > 1 else words[0])

    def answer(self, job: Job, word: str) -> Answer | Lost:
        match word:
            case "lost" | "bug":
                return Lost(word, is_bug=word == "bug")
            case "same":
                return Answer(None)
            case "gone":
                raise RemoteError("the scheduler was lost")
            case _:
                state = State.SCANNED if word == "good" else State.FAILED
                return Answer(Record(job.repository, state, is_final=word != "again"))


def told_by(script: Script, retries: int = 2) -> tuple[list[tuple[str, str, int]], list[float]]:
    told: list[tuple[str, str, int]] = []
    waits: list[float] = []

    def tell(job: Job, answer: Answer) -> None:
        record = answer.record
        state = record.state.value if record else "same"
        told.append((job.repository.name, state, record.attempts if record else 0))

    run_all(JOBS, script, tell, retries=retries, wait=waits.append)
    return told, waits


def test_each_job_is_told_once() -> None:
    assert told_by(Script(b=["same"])) == ([("a", "scanned", 1), ("b", "same", 0), ("c", "scanned", 1)], [])


def test_what_may_pass_is_tried_again_after_a_pause() -> None:
    script = Script(a=["again", "again", "good"])
    told, waits = told_by(script)
    assert told[-1] == ("a", "scanned", 3)
    assert script.calls == [("abc", False), ("a", False), ("a", False)]
    assert waits == [2.0, 4.0]


def test_what_does_not_pass_is_told_after_its_last_try() -> None:
    assert told_by(Script(a=["again"]), retries=1)[0][-1] == ("a", "failed", 2)


def test_a_job_whose_process_died_is_done_with_no_other_beside_it() -> None:
    script = Script(a=["lost", "good"], b=["lost"])
    told, waits = told_by(script)
    assert script.calls == [("abc", False), ("ab", True), ("b", True)]
    assert told == [("c", "scanned", 1), ("a", "scanned", 2), ("b", "failed", 3)]
    assert waits == []


def test_what_would_fail_again_is_not_tried_again() -> None:
    script = Script(a=["final"], b=["bug"])
    assert told_by(script)[0] == [("a", "failed", 1), ("b", "failed", 1), ("c", "scanned", 1)]
    assert len(script.calls) == 1
