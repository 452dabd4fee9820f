"""Results of runs: what of them counts in the next one."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest

from pregate.errors import PregateError, UsageError
from pregate.fleet.folder import Folder
from pregate.fleet.keeping import Results
from pregate.fleet.model import Count, Record, Repository, State
from pregate.fleet.tasks import Answer
from pregate.model import Decision
from tests.fleet.helping import OPTIONS, Here, assert_whole, judged
from tests.fleet.made import Forest, forest

NOW = 1_800_000_000.0
PLACE = Repository("octo/one", "https://h/octo/one")
RECORD = Record(
    PLACE,
    State.SCANNED,
    Decision.FAILED,
    "1" * 40,
    findings=(Count("secrets", "high", 1),),
    ended=int(NOW - 60) * 1000,
    version="9",
    options="digest",
)


@pytest.fixture
def small(tmp_path: Path) -> Forest:
    """Five repositories."""
    return forest(tmp_path, 5)


def test_what_did_not_change_is_not_scanned_again(small: Forest, tmp_path: Path) -> None:
    results = tmp_path / "results"
    judged(small, results, Here())
    before = times(results)
    (small.paths[0] / "refs/heads/main").write_text(small.commits[1] + "\n")
    fleet = judged(small, results, Here())
    assert [record.is_kept for record in fleet.records] == [False, True, True, True, False]
    assert fleet.records[0].commit == small.commits[1]
    after = times(results)
    assert after.keys() == before.keys()
    assert sorted(name for name in after if after[name] != before[name]) == sorted(
        name for name in after if "r000" in name or "r004" in name
    )


def times(results: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in (results / "records").iterdir()}


def test_an_interrupted_run_says_so_and_goes_on(small: Forest, tmp_path: Path) -> None:
    results = tmp_path / "results"
    first = judged(small, results, Here(stop_after=2))
    assert [record.state.value for record in first.records] == ["scanned"] * 2 + ["not-reached"] * 3
    assert first.is_interrupted
    second = judged(small, results, Here())
    assert [record.is_kept for record in second.records] == [True, True, False, False, False]
    assert_whole(second, small, results)
    fresh = judged(small, results, Here(), max_age=None)
    assert not any(record.is_kept for record in fresh.records)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Results:
    """With one result, of a minute ago."""
    monkeypatch.setattr("pregate.fleet.keeping.__version__", "9")
    monkeypatch.setattr("pregate.fleet.keeping.time.time", lambda: NOW)
    made = Results(Folder(tmp_path), "digest")
    made.put(Answer(RECORD, zlib.compress(b"{}")))
    return made


def test_a_result_of_the_same_terms_counts(results: Results) -> None:
    known = results.known(PLACE, 3600)
    assert known is not None
    assert (known.commit, known.is_kept, known.findings) == (RECORD.commit, True, RECORD.findings)


@pytest.mark.parametrize(
    "change",
    [
        {"options": "others"},
        {"version": "0.0.1"},
        {"ended": int(NOW - 4000) * 1000},
        {"ended": int(NOW + 4000) * 1000},
        {"decision": "good"},
        {"decision": "incomplete"},
        {"state": "failed", "decision": None},
        {"address": "https://h/octo/two"},
        {"schema": "pregate-fleet-record/0"},
        {"commit": "../../../secret"},
    ],
)
def test_a_result_of_other_terms_does_not_count(
    change: dict[str, Any], results: Results, tmp_path: Path
) -> None:
    (file,) = (tmp_path / "records").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert results.known(PLACE, 3600) is None


def test_a_record_that_is_half_written_does_not_count(results: Results, tmp_path: Path) -> None:
    (file,) = (tmp_path / "records").iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert results.known(PLACE, 0) is None


def test_a_result_without_its_report_does_not_count(results: Results, tmp_path: Path) -> None:
    report = next((tmp_path / "results").rglob("*.json"))
    report.write_bytes(b"")
    assert results.known(PLACE, 0) is None
    report.unlink()
    assert results.known(PLACE, 0) is None


def test_who_may_read_a_result_is_for_the_mask_to_say(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        Folder(tmp_path).write("records/a.json", b"{}")
    finally:
        os.umask(before)
    assert (tmp_path / "records" / "a.json").stat().st_mode & 0o777 == 0o600


def test_the_place_of_a_report_is_not_what_a_record_says(results: Results, tmp_path: Path) -> None:
    (file,) = (tmp_path / "records").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"report": "../../x"}))
    known = results.known(PLACE, 0)
    assert known is not None
    assert known.report == f"results/{PLACE.slug}/{RECORD.commit}.json"


def test_one_run_at_a_time_holds_a_directory(tmp_path: Path) -> None:
    with (
        Folder(tmp_path).held(),
        pytest.raises(UsageError, match="another run"),
        Folder(tmp_path).held(),
    ):
        pass


def test_a_directory_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(handle: int, how: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("pregate.fleet.folder.fcntl.flock", refused)
    with (
        pytest.raises(PregateError, match="cannot be locked: Operation not supported"),
        Folder(tmp_path).held(),
    ):
        pass


def test_a_full_disk_is_told_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Folder(tmp_path)
    store.write("records/a.json", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pregate.fleet.folder.Path.replace", full)
    with pytest.raises(PregateError, match="No space left"):
        store.write("records/a.json", b"new")
    assert store.sizes("records") == {"records/a.json": 3}


def test_a_run_whose_results_cannot_be_kept_any_more_says_so(
    small: Forest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, count = Folder.write, 0

    def full(store: Folder, name: str, data: bytes, *, compressed: bool = False) -> None:
        nonlocal count
        count += 1
        if count > 4:
            raise PregateError("a result cannot be written: No space left on device", "")
        write(store, name, data, compressed=compressed)

    monkeypatch.setattr(Folder, "write", full)
    fleet = judged(small, tmp_path / "results", Here(), options=OPTIONS)
    assert [record.state.value for record in fleet.records] == ["scanned"] * 2 + ["not-reached"] * 3
    assert fleet.remark == "The run was broken off: a result cannot be written: No space left on device"
