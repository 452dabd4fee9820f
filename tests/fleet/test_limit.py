"""The time that a task may take, in whatever thread."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pregate.changes.process import Git
from pregate.fleet.limit import Limit, OverTimeError, end_all, undisturbed


def spin() -> None:
    while True:
        with suppress(Exception):  # as a check's failure is caught
            sum(range(100))


def test_work_without_end_is_ended() -> None:
    with pytest.raises(OverTimeError), Limit(0.05):
        spin()


def test_it_is_ended_in_another_thread_too() -> None:
    ended = []

    def work() -> None:
        try:
            with Limit(0.05):
                spin()
        except OverTimeError:
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert ended == [True]


def test_waiting_for_a_git_that_is_silent_is_ended(tmp_path: Path) -> None:
    # A limit that does not arrive ends the whole process, and leaves git behind.
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    git = Git(str(program), os.fsencode(tmp_path), dict(os.environ), seconds=20, has_group=True)
    began = time.monotonic()
    with pytest.raises(OverTimeError), Limit(0.05), git.start("fetch") as process:
        process.receive()
    assert time.monotonic() - began < 15


def test_work_in_time_hears_nothing_of_it() -> None:
    with Limit(0.05) as limit:
        pass
    time.sleep(0.1)
    assert not limit._stay.is_struck


def test_the_limit_never_strikes_after_its_end() -> None:
    sums = []
    for _ in range(100):
        with suppress(OverTimeError), Limit(0.001):
            time.sleep(0.001)
        sums.append(sum(range(1000)))
    assert sums == [499_500] * 100


def test_it_is_left_also_where_it_strikes_at_the_end() -> None:
    limit = Limit(60)
    stay = limit._stay
    limit.__enter__()  # and __exit__ is struck before its first line
    assert stay.staying.locked()
    del limit
    assert not stay.staying.locked()


def test_it_does_not_strike_where_a_thread_is_started() -> None:
    reached = []

    def task() -> None:
        with Limit(0.01):
            with undisturbed():
                time.sleep(0.1)
                reached.append(True)
            while True:
                time.sleep(0.001)

    with pytest.raises(OverTimeError):
        task()
    assert reached


def test_a_process_that_is_to_end_ends_all_that_is_in_a_context() -> None:
    ended = []
    begun = threading.Barrier(3)

    def work() -> None:
        try:
            with Limit(60):
                begun.wait()
                spin()
        except OverTimeError:
            ended.append(True)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait()
    end_all()
    for thread in threads:
        thread.join(20)
    assert ended == [True, True]


def test_without_a_limit_nothing_is_kept_from_striking() -> None:
    with undisturbed() as lock:
        assert lock is None
