"""What a person sees while long work goes on."""

from __future__ import annotations

import io

import pytest

from pregate.entry.progress import Progress, fleet_progress, progress_for
from pregate.model import Completed, Counts, Failed, Skipped, SkipReason


class Clock:
    """A clock that a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("pregate.entry.progress.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_short_work_says_nothing(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, live=False)
    progress.started(1, {"secrets": 1})
    clock.now += 1
    progress.analysed("secrets")
    progress.finished(Skipped("python", SkipReason.NO_TARGETS))
    assert stream.getvalue() == ""


def test_a_log_gets_a_line_every_ten_seconds(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, live=False)
    progress.started(500, {"secrets": 500, "python": 100})
    for _ in range(25):
        clock.now += 1
        progress.analysed("secrets")
    assert stream.getvalue().splitlines() == [
        "pregate: 10 s, 10 of 500 files, 1 a second, about 9 min 50 s left: secrets 10, python 0",
        "pregate: 20 s, 20 of 500 files, 1 a second, about 9 min 40 s left: secrets 20, python 0",
    ]


def test_long_work_ends_with_a_line_for_each_check(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, live=False)
    clock.now += 5
    progress.finished(Completed("secrets", (), (), Counts(2, 2, seconds=1.5)))
    progress.finished(Failed("iam", "no answer", "", Counts()))
    progress.finished(Skipped("python", SkipReason.NO_TARGETS))
    assert stream.getvalue().splitlines() == [
        "pregate: secrets: 2 files, 0 findings, 1.5 s of work",
        "pregate: iam: failed",
        "pregate: python: skipped: no file concerns it",
    ]


def test_a_terminal_gets_one_line_that_is_taken_away_again(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, live=True)
    progress.started(3, {"secrets": 3})
    clock.now += 3
    progress.analysed("secrets")
    line = "pregate: 3 s, 1 of 3 files, 0 a second, about 6 s left: secrets 1"
    assert stream.getvalue() == line
    progress.clear()
    assert stream.getvalue() == line + "\r" + " " * len(line) + "\r"


def test_quiet_means_silence() -> None:
    with progress_for(io.StringIO(), {}, quiet=True) as progress:
        assert progress is None
    with progress_for(io.StringIO(), {}, quiet=False) as progress:
        assert progress is not None


def test_a_fleet_tells_how_many_are_done_how_fast_and_how_long_it_takes(clock: Clock) -> None:
    stream = io.StringIO()
    with fleet_progress(stream, {}, 8000, quiet=False) as progress:
        progress.before(1000)
        for _ in range(20):
            clock.now += 1
            progress.count()
        clock.now += 1
        progress.tick()
    assert stream.getvalue().splitlines() == [
        "pregate: 10 s, 1010 of 8000 repositories, 60 a minute, about 1 h 56 min left",
        "pregate: 20 s, 1020 of 8000 repositories, 60 a minute, about 1 h 56 min left",
    ]


def test_a_fleet_without_an_end_in_sight_tells_what_is_done(clock: Clock) -> None:
    stream = io.StringIO()
    with fleet_progress(stream, {}, 5, quiet=False) as progress:
        clock.now += 11
        progress.tick()
    assert stream.getvalue() == "pregate: 11 s, 0 of 5 repositories, 0 a minute\n"


def test_a_fleet_tells_of_the_parts_of_large_repositories(clock: Clock) -> None:
    stream = io.StringIO()
    with fleet_progress(stream, {}, 5, quiet=False) as progress:
        progress.split(3)
        clock.now += 11
        progress.part()
    assert stream.getvalue().endswith("0 a minute, 1 of 3 parts of large ones\n")


def test_a_quiet_fleet_is_silent(clock: Clock) -> None:
    stream = io.StringIO()
    with fleet_progress(stream, {}, 5, quiet=True) as progress:
        clock.now += 11
        progress.count()
    assert stream.getvalue() == ""


def test_files_that_many_checks_look_at_are_counted_once(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream, live=False)
    progress.started(100, {"secrets": 100, "python": 50})
    for _ in range(30):
        progress.analysed("python")
        clock.now += 1
        progress.analysed("secrets")
    assert stream.getvalue().splitlines()[-1] == (
        "pregate: 30 s, 30 of 100 files, 1 a second, about 45 s left: secrets 30, python 30"
    )
