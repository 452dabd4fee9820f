"""A local database is known again as long as it is the same, and never once it is another."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from pregate.advisories.identity import identity_of
from pregate.advisories.index import IndexFile
from pregate.advisories.local import LocalDatabase
from tests.advisories.conftest import make_record
from tests.advisories.test_directory import write
from tests.advisories.test_index import index_of

LATER = time.time() + 1000


def test_a_file_is_the_same_until_its_content_is_another(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"one")
    first = identity_of(path, LATER)
    assert first
    assert first == identity_of(path, LATER + 5)
    path.write_bytes(b"two")
    assert identity_of(path, LATER) != first


def test_another_file_of_the_same_size_and_time_is_another(tmp_path: Path) -> None:
    path, other = tmp_path / "a.zip", tmp_path / "b.zip"
    path.write_bytes(b"one")
    other.write_bytes(b"two")
    status = path.stat()
    first = identity_of(path, LATER)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert identity_of(path, LATER) != first


@pytest.mark.parametrize("at", [0, 32 * 1024 - 1, -32 * 1024, -1])
def test_where_the_clock_has_not_ticked_the_ends_tell(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    data = bytearray(200 * 1024)
    path.write_bytes(data)
    status = path.stat()
    monkeypatch.setattr(Path, "stat", lambda *_, **__: status)  # as if nothing had happened
    first = identity_of(path, LATER)
    data[at] = 1
    path.write_bytes(data)
    assert identity_of(path, LATER) != first


@pytest.mark.parametrize("seconds", [-3600, 0, 1.9])
def test_nothing_is_said_of_what_was_touched_a_moment_ago(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"one")
    assert identity_of(path, path.stat().st_ctime + seconds) == ""
    assert identity_of(tmp_path, path.stat().st_ctime + seconds) == ""
    assert identity_of(path, path.stat().st_ctime + 2.1)


def test_a_folder_is_the_same_until_a_file_in_it_is_another(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1"), make_record("X-2"))
    (tmp_path / "below").mkdir()
    write(tmp_path / "below", make_record("X-3"))
    seen = {identity_of(tmp_path, LATER)}
    assert seen == {identity_of(tmp_path, LATER)}
    write(tmp_path / "below", make_record("X-3", "other"))
    seen.add(identity_of(tmp_path, LATER))
    write(tmp_path, make_record("X-4"))
    seen.add(identity_of(tmp_path, LATER))
    (tmp_path / "X-1.json").rename(tmp_path / "X-5.json")
    seen.add(identity_of(tmp_path, LATER))
    shutil.rmtree(tmp_path / "below")
    seen.add(identity_of(tmp_path, LATER))
    assert len(seen) == 5
    assert "" not in seen


def test_what_is_not_there_has_none(tmp_path: Path) -> None:
    assert identity_of(tmp_path / "none", LATER) == ""
    (tmp_path / "dangling").symlink_to("nowhere")
    assert identity_of(tmp_path, LATER) == ""


def test_the_checksum_over_an_index_stands_at_its_beginning(tmp_path: Path) -> None:
    records = [make_record(f"X-{n}", f"pack-{n}", details="word " * 50) for n in range(240)]
    path = index_of(tmp_path, *records)
    path = index_of(tmp_path, *records[:-1], make_record("X-239", "renewed"))
    with IndexFile(path) as file:
        digest = file.contents.digest
    assert path.stat().st_size > 2 * 32 * 1024
    assert digest.encode() in path.read_bytes()[: 32 * 1024]


def test_what_is_said_of_a_file_is_not_said_where_only_an_index_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "advisories.sqlite"
    path.write_bytes(b"PK")
    named = LocalDatabase(path, now=lambda: LATER).identity()
    own = LocalDatabase(path, now=lambda: LATER, own=True).identity()
    assert named
    assert own
    assert named != own
    assert LocalDatabase(path, now=lambda: path.stat().st_ctime, own=True).identity() == ""
