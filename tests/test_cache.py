"""The cache: fast when it is good, silent when it is not, never wrong."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pregate.cache import LAYOUT, Cache, Keys, cache_at, default_directory, key_of
from pregate.cache.sealing import Seal
from pregate.cache.trust import in_checkout

FILE = f"results-{LAYOUT}.sqlite"
KEY = key_of("secrets", "1", "a.py", "0" * 40)


def filled(directory: Path) -> Path:
    with cache_at(directory) as cache:
        cache.put({KEY: b"value"})
    return directory / FILE


def value(directory: Path) -> bytes | None:
    with cache_at(directory) as cache:
        return cache.get([KEY]).get(KEY)


def test_what_was_put_is_there_in_the_next_run(tmp_path: Path) -> None:
    filled(tmp_path)
    assert value(tmp_path) == b"value"


def test_a_link_that_leads_to_nothing_makes_no_file_there(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    (folder / FILE).symlink_to(tmp_path / "elsewhere")
    with cache_at(folder) as cache:
        assert not cache.is_open
    assert not (tmp_path / "elsewhere").exists()


def test_keys_tell_apart_where_one_part_ends() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("a\udcff") != key_of("a\ufffd")
    assert Keys("ab", "c").of("d\udcff", "") == key_of("ab", "c", "d\udcff", "")


def test_no_directory_holds_nothing() -> None:
    with cache_at(None) as cache:
        cache.put({KEY: b"value"})
        cache.touch([KEY])
        assert cache.get([KEY]) == {}


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    file = filled(tmp_path / "deep" / "cache")
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    filled(tmp_path).write_bytes(content)
    assert value(tmp_path) is None
    filled(tmp_path)
    assert value(tmp_path) == b"value"


def test_a_file_damaged_in_the_middle_is_dropped(tmp_path: Path) -> None:
    with cache_at(tmp_path) as cache:
        cache.put({key_of(str(n)): bytes(500) for n in range(2000)})
    file = tmp_path / FILE
    data = bytearray(file.read_bytes())
    data[4096:-4096] = os.urandom(len(data) - 8192)
    file.write_bytes(data)
    with cache_at(tmp_path) as cache:
        assert cache.get([key_of(str(n)) for n in range(2000)]) == {}
    filled(tmp_path)
    assert value(tmp_path) == b"value"


def test_an_altered_value_is_not_believed(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE results SET value = ?", [b"0" * 16 + b"other"])
    connection.close()
    assert value(tmp_path) is None


def test_a_value_of_one_key_is_not_believed_under_another(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE results SET key = ?", [key_of("another")])
    connection.close()
    with cache_at(tmp_path) as cache:
        assert cache.get([key_of("another")]) == {}


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    filled(tmp_path)
    tmp_path.chmod(0o777)
    assert value(tmp_path) is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_somebody_elses_file_is_not_used(tmp_path: Path) -> None:
    file = filled(tmp_path)
    os.chown(file, 12345, 12345)
    assert value(tmp_path) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert value(tmp_path / "file" / "cache") is None


def test_the_oldest_go_first_when_it_is_full(tmp_path: Path) -> None:
    new, old = ({key_of(age, str(n)): os.urandom(1000) for n in range(500)} for age in ("new", "old"))
    with cache_at(tmp_path) as cache:
        cache.put(old)
        cache.put(new)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE results SET day = day - 9")
    connection.close()
    with cache_at(tmp_path, limit=700_000) as cache:
        cache.touch(new)
    with cache_at(tmp_path) as cache:
        assert len(cache.get(new)) > 300
        assert len(cache.get(old)) < 100
    assert (tmp_path / FILE).stat().st_size < 1_000_000


def test_what_is_used_again_is_marked_with_the_day(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE results SET day = 1")
    with cache_at(tmp_path) as cache:
        cache.touch(cache.get([KEY]))
        cache.touch(cache.get([KEY]))
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        ((day,),) = connection.execute("SELECT day FROM results").fetchall()
    assert day > 1


def test_two_runs_at_once_share_it(tmp_path: Path) -> None:
    with cache_at(tmp_path) as one, cache_at(tmp_path) as two:
        one.put({KEY: b"one"})
        two.put({KEY: b"two"})
        assert one.get([KEY]) == {KEY: b"two"}


def test_the_default_is_the_users_cache_folder(tmp_path: Path) -> None:
    assert default_directory({"XDG_CACHE_HOME": "/x", "HOME": "/h"}) == Path("/x/pregate")
    assert default_directory({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/pregate")
    assert default_directory({}) is None


def test_a_file_that_is_damaged_while_it_is_open_is_given_up_and_made_anew(tmp_path: Path) -> None:
    file = filled(tmp_path)
    with cache_at(tmp_path) as cache:
        file.write_bytes(os.urandom(file.stat().st_size))
        cache.put({key_of("other"): b"value"})
        assert cache.get([key_of("other")]) == {}
    assert not file.exists()
    filled(tmp_path)
    assert value(tmp_path) == b"value"


@pytest.mark.parametrize(
    "act", [lambda c: c.put({KEY: b"new"}), lambda c: c.touch([KEY]), lambda c: c.close()]
)
def test_a_table_that_somebody_else_removed_is_no_error(act: Callable[[Cache], None], tmp_path: Path) -> None:
    file = filled(tmp_path)
    cache = cache_at(tmp_path)
    other = sqlite3.connect(file)
    other.execute("DROP TABLE results")
    other.close()
    act(cache)
    cache.close()
    assert value(tmp_path) is None
    filled(tmp_path)
    assert value(tmp_path) == b"value"


def test_a_file_that_another_run_is_writing_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pregate.cache.file._PATIENCE", 0.0)
    with contextlib.closing(sqlite3.connect(filled(tmp_path), isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        assert value(tmp_path) is None
        busy.execute("COMMIT")
    assert value(tmp_path) == b"value"


@pytest.mark.parametrize("length", [100, 20_000])
def test_it_is_within_its_limit_whatever_the_sizes_of_its_entries(length: int, tmp_path: Path) -> None:
    with cache_at(tmp_path, limit=500_000) as cache:
        cache.put({key_of(str(n)): os.urandom(length if n % 2 else 50) for n in range(400_000 // length * 4)})
    assert 250_000 < (tmp_path / FILE).stat().st_size <= 500_000


OURS = Seal("octo/repo:default", b"k" * 32)


@pytest.mark.parametrize(
    "theirs",
    [
        Seal(),
        Seal("octo/repo:default"),
        Seal("octo/repo:default", b"x" * 32),
        Seal("octo/repo:pull/1", b"k" * 32),
        Seal("octo/other:default", b"k" * 32),
    ],
    ids=["nobody's", "no secret", "another secret", "another scope", "another repository"],
)
def test_what_was_written_under_another_seal_is_not_believed(theirs: Seal, tmp_path: Path) -> None:
    with cache_at(tmp_path, seal=theirs) as cache:
        cache.put({KEY: b"value"})
    with cache_at(tmp_path, seal=OURS) as cache:
        assert cache.get([KEY]) == {}
        cache.put({KEY: b"own"})
    with cache_at(tmp_path, seal=OURS) as cache:
        assert cache.get([KEY]) == {KEY: b"own"}


def test_other_folders_are_read_under_their_own_seals_and_never_written(tmp_path: Path) -> None:
    own, other, forged = tmp_path / "own", tmp_path / "other", tmp_path / "forged"
    theirs = Seal("theirs", b"t" * 32)
    for folder, seal, number in ((other, theirs, "1"), (forged, OURS, "2")):
        with cache_at(folder, seal=seal) as cache:
            cache.put({key_of(number): b"value"})
    before = (other / FILE).read_bytes()
    with cache_at(
        own, seal=OURS, others=[(other, theirs), (forged, theirs), (tmp_path / "no", theirs)]
    ) as cache:
        assert cache.get([key_of("1"), key_of("2")]) == {key_of("1"): b"value"}
        cache.touch([key_of("1")])
        cache.put({key_of("3"): b"mine"})
    assert (other / FILE).read_bytes() == before


def test_a_database_with_anything_beside_our_table_is_made_anew(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(filled(tmp_path))) as other, other:
        other.execute("CREATE TRIGGER t AFTER UPDATE ON results BEGIN DELETE FROM results; END")
    assert value(tmp_path) is None
    filled(tmp_path)
    assert value(tmp_path) == b"value"


def test_a_folder_in_a_checkout_is_known_by_its_name_and_by_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/cache").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "repo/cache")
    (tmp_path / "repo/out").symlink_to(tmp_path)
    places = [tmp_path / "repo/cache", tmp_path / "link", tmp_path / "repo/out/x", tmp_path / "beside"]
    assert [in_checkout(place) for place in places] == [True, True, True, False]


def _foreign(folder: Path, *statements: str) -> Path:
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(folder / f"results-{LAYOUT}.sqlite")) as other, other:
        for statement in statements:
            other.execute(statement)
    return folder


def test_keys_of_any_length_in_what_is_taken_over_are_no_error(tmp_path: Path) -> None:
    table = "CREATE TABLE results (key BLOB PRIMARY KEY, value BLOB, day INTEGER)"
    part = _foreign(tmp_path / "part", table, "INSERT INTO results VALUES (zeroblob(99), zeroblob(20), 1)")
    with cache_at(tmp_path / "own") as cache:
        assert cache.absorb(part) == 0


def test_what_is_taken_over_is_a_table(tmp_path: Path) -> None:
    part = _foreign(tmp_path / "part", "CREATE VIEW results AS SELECT x'00' AS key, x'00' AS value")
    with cache_at(tmp_path / "own") as cache, pytest.raises(sqlite3.DatabaseError):
        cache.absorb(part)
