"""Making and renewing an index: only what changed is read, and nothing is left half done."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pregate.advisories import building
from pregate.advisories.building import Change, Import, update_index
from pregate.advisories.index import IndexFile, OsvIndex
from pregate.advisories.verifying import verify
from pregate.errors import AdvisoryError
from tests.advisories.conftest import make_record
from tests.advisories.test_directory import write
from tests.advisories.test_index import NOW, index_of, package


def names_in(path: Path, *names: str) -> list[list[str]]:
    with IndexFile(path) as file:
        verify(file)
    return [[a.id for a in found] for found in OsvIndex(path).advisories_for([package(n) for n in names])]


def take(folder: Path, now: float = NOW) -> Change:
    (change,) = update_index(folder / "index.sqlite", [Import("made", folder / "records", "x")], now)
    return change


def test_an_import_again_takes_what_is_new_changed_withdrawn_and_gone(tmp_path: Path) -> None:
    path = index_of(tmp_path, *(make_record(f"X-{n}", "a") for n in range(5)))
    folder = tmp_path / "records"
    write(folder, make_record("X-5", "a"), make_record("X-1", "b"))
    write(folder, make_record("X-2", "a", withdrawn="2026-01-01T00:00:00Z"))
    (folder / "X-3.json").unlink()
    change = take(tmp_path)
    assert change == Change("made", 5, added=1, changed=2, withdrawn=1, removed=1)
    assert change.describe() == "made: 5 records (1 new, 2 changed, 1 withdrawn, 1 gone)"
    assert names_in(path, "a", "b") == [["X-0", "X-2", "X-4", "X-5"], ["X-1"]]


def test_records_that_have_not_changed_are_not_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(tmp_path, make_record("X-1"), make_record("X-2"))
    write(tmp_path / "records", make_record("X-2", summary="new"))
    read: list[str] = []
    parse = building.load_record
    monkeypatch.setattr(
        building, "load_record", lambda data, name, hint: (read.append(name), parse(data, name, hint))[1]
    )
    take(tmp_path)
    assert read == [f"X-2.json in {tmp_path / 'records'}"]


def test_the_table_of_contents_tells_each_database_by_itself(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"), make_record("X-2", "b", "npm"))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("Y-1.json", json.dumps(make_record("Y-1", modified="2026-02-03T00:00:00Z")))
        archive.writestr("list.json", "[]")
    (change,) = update_index(path, [Import("zip", tmp_path / "all.zip", "from\nhere")], NOW + 5)
    assert change.describe() == "zip: 1 records (1 new, 0 changed, 0 withdrawn, 0 gone); 1 other JSON files"
    with IndexFile(path) as file:
        made, zipped = file.contents.origins
    assert (made.name, made.records, made.imported) == ("made", 2, NOW)
    assert (made.newest, made.ecosystems) == ("2024-01-01T00:00:00Z", (("PyPI", 1), ("npm", 1)))
    assert (zipped.place, zipped.records, zipped.newest) == ("fromhere", 1, "2026-02-03T00:00:00Z")
    assert len(zipped.digest) == 32
    assert file.contents.ecosystems == {"PyPI": 2, "npm": 1}


def test_the_digest_of_a_database_is_that_of_its_records_however_they_are_packed(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "records" / "X-1.json", "X-1.json")
    update_index(path, [Import("zip", tmp_path / "all.zip", "x")], NOW)
    with IndexFile(path) as file:
        assert len({o.digest for o in file.contents.origins}) == 1


@pytest.mark.parametrize("damage", ["{", "{}x", '{"id": "X-9", "modified": "", "affected": 3}'])
def test_a_record_that_cannot_be_read_leaves_the_index_as_it_was(tmp_path: Path, damage: str) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    before = path.read_bytes()
    (tmp_path / "records" / "bad.json").write_text(damage)
    with pytest.raises(AdvisoryError, match=r"bad\.json"):
        take(tmp_path)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index.sqlite", "records"]


def test_a_database_without_records_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    with pytest.raises(AdvisoryError, match="holds no OSV record"):
        take(tmp_path)
    assert not (tmp_path / "index.sqlite").exists()


def test_a_damaged_index_is_not_built_upon(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(AdvisoryError, match="damaged") as raised:
        take(tmp_path)
    assert "Delete the file" in raised.value.hint


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1"))
    with pytest.raises(AdvisoryError, match="cannot be written"):
        update_index(tmp_path / "X-1.json" / "i.sqlite", [Import("a", tmp_path, "x")], NOW)


def test_a_single_file_is_a_database_too(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1"))
    path = tmp_path / "i.sqlite"
    update_index(path, [Import("one", tmp_path / "X-1.json", "x")], NOW)
    assert names_in(path, "demo") == [["X-1"]]


def test_many_names_are_spread_over_more_buckets(tmp_path: Path) -> None:
    record = make_record("X-1")
    (entry,) = record["affected"]
    record["affected"] = [{**entry, "package": {"ecosystem": "npm", "name": f"p{n}"}} for n in range(2000)]
    path = index_of(tmp_path, record)
    with IndexFile(path) as file:
        verify(file)
        assert file.contents.buckets == 256
        assert len(file.numbers(f"npm\np{n}" for n in range(3000))) == 2000


def test_an_archive_that_claims_to_be_endless_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", json.dumps(make_record("X-1")))
        archive.infolist()[0].file_size = 2**31
    with pytest.raises(AdvisoryError, match="unpacks to 2147483648 bytes"):
        update_index(tmp_path / "i.sqlite", [Import("a", tmp_path / "a.zip", "x")], NOW)
