"""Pools that are left early, and what their processes do about it."""

from __future__ import annotations

import multiprocessing
import signal
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from pregate.engine import processes

CONTEXT = multiprocessing.get_context("fork")


def _stubborn() -> None:
    processes.begin()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _leaves(folder: str) -> None:
    def leave(*_: object) -> None:
        Path(folder, "left").touch()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)

    processes.begin(leave)


def _work(folder: str) -> None:
    Path(folder, "begun").touch()
    time.sleep(60)


def left_early(pool: ProcessPoolExecutor, folder: Path) -> None:
    """Has a process work, and leaves the pool then."""
    with suppress(KeyboardInterrupt), processes.whole_or_ended(pool):
        future = pool.submit(_work, str(folder))
        while not (folder / "begun").exists():
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert isinstance(future.exception(timeout=20), BrokenExecutor)


def test_a_pool_that_is_left_early_is_ended_whatever_it_does(tmp_path: Path) -> None:
    left_early(ProcessPoolExecutor(1, CONTEXT, processes.begin), tmp_path)


def test_a_process_that_will_not_go_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_SECONDS_TO_LEAVE", 0.1)
    left_early(ProcessPoolExecutor(1, CONTEXT, _stubborn), tmp_path)


def test_a_process_may_have_its_own_way_to_leave(tmp_path: Path) -> None:
    left_early(ProcessPoolExecutor(1, CONTEXT, _leaves, (str(tmp_path),)), tmp_path)
    assert (tmp_path / "left").exists()


def test_a_pool_that_is_not_left_early_is_waited_for() -> None:
    with processes.whole_or_ended(ProcessPoolExecutor(1, CONTEXT, processes.begin)) as pool:
        assert pool.submit(abs, -1).result() == 1


def test_a_process_is_not_interrupted_with_the_one_that_started_it() -> None:
    with processes.whole_or_ended(ProcessPoolExecutor(1, CONTEXT, processes.begin)) as pool:
        for number in (signal.SIGINT, signal.SIGHUP):
            assert pool.submit(signal.raise_signal, number).result() is None
