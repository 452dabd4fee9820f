"""Records kept between runs: what does not fit costs a request, and is no failure."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pregate.advisories.store import RecordStore
from pregate.cache.sealing import Seal
from tests.advisories.conftest import make_record

MODIFIED = "2024-01-01T00:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> RecordStore:
    return RecordStore(tmp_path / "records", max_age=100)


def test_a_record_serves_while_the_database_names_its_time(store: RecordStore) -> None:
    store.save("GHSA-1", MODIFIED, make_record("GHSA-1"))
    found = store.load("GHSA-1", MODIFIED)
    assert found is not None
    assert found.id == "GHSA-1"
    assert store.load("GHSA-1", "2024-02-02T00:00:00Z") is None


def test_the_record_of_another_advisory_does_not_serve(store: RecordStore) -> None:
    store.save("GHSA-1", MODIFIED, make_record("GHSA-2"))
    assert store.load("GHSA-1", MODIFIED) is None


def test_a_record_that_cannot_take_its_place_leaves_nothing_behind(
    store: RecordStore, tmp_path: Path
) -> None:
    place = tmp_path / "records" / "GHSA-1.json"
    place.mkdir(parents=True)
    store.save("GHSA-1", MODIFIED, make_record("GHSA-1"))
    assert list((tmp_path / "records").iterdir()) == [place]
    assert store.load("GHSA-1", MODIFIED) is None


@pytest.mark.parametrize("identifier", ["../GHSA-1", "", "a/b", "."])
def test_a_name_that_is_no_identifier_is_neither_read_nor_written(
    identifier: str, store: RecordStore, tmp_path: Path
) -> None:
    (tmp_path / "GHSA-1.json").write_text("{}")
    assert store.load(identifier, MODIFIED) is None
    with pytest.raises(ValueError, match="not an identifier"):
        store.save(identifier, MODIFIED, make_record("GHSA-1"))
    assert (tmp_path / "GHSA-1.json").read_text() == "{}"


def test_only_records_that_are_too_old_to_serve_are_pruned(store: RecordStore, tmp_path: Path) -> None:
    for name in ("GHSA-1", "GHSA-2"):
        store.save(name, MODIFIED, make_record(name))
    old = time.time() - 1000
    os.utime(tmp_path / "records" / "GHSA-1.json", (old, old))
    store.prune()
    assert [path.name for path in (tmp_path / "records").iterdir()] == ["GHSA-2.json"]


def test_what_has_another_seal_or_none_is_fetched_anew(tmp_path: Path) -> None:
    ours, theirs = Seal("ours", b"k" * 32), Seal("theirs", b"k" * 32)
    sealed = RecordStore(tmp_path, 100, ours)
    for store in (RecordStore(tmp_path, 100), RecordStore(tmp_path, 100, theirs)):
        store.save("GHSA-1", MODIFIED, make_record("GHSA-1"))
        assert store.load("GHSA-1", MODIFIED)
        assert sealed.load("GHSA-1", MODIFIED) is None
    sealed.save("GHSA-1", MODIFIED, make_record("GHSA-1"))
    assert sealed.load("GHSA-1", MODIFIED)
    assert RecordStore(tmp_path / "own", 100, theirs, [(tmp_path, ours)]).load("GHSA-1", MODIFIED)
    assert RecordStore(tmp_path / "own", 100, ours, [(tmp_path, theirs)]).load("GHSA-1", MODIFIED) is None
