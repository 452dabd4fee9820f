"""Making and renewing an index: only what changed is read, and nothing is left half done."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pregate.advisories import building
from pregate.advisories.building import Change, Import, update_index
from pregate.advisories.index import IndexFile, OsvIndex
from pregate.advisories.records import load_record
from pregate.advisories.verifying import verify
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Advisory
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

    def parsed(data: bytes, name: str, place: object, hint: str) -> Advisory:
        read.append(name)
        return load_record(data, name, place, hint)

    monkeypatch.setattr(building, "load_record", parsed)
    take(tmp_path)
    assert read == ["X-2.json"]


def test_the_table_of_contents_tells_each_database_by_itself(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"), make_record("X-2", "b", "npm"))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("Y-1.json", json.dumps(make_record("Y-1", modified="2026-02-03T00:00:00Z")))
        archive.writestr("list.json", "[]")
    (change,) = update_index(path, [Import("zip", tmp_path / "all.zip", "from\nhere")], NOW + 5)
    assert change.describe() == "zip: 1 records (1 new, 0 changed, 0 withdrawn, 0 gone); 1 other files"
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


def test_of_imports_at_the_same_time_none_is_lost(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1"))
    path = tmp_path / "i.sqlite"
    with ThreadPoolExecutor(4) as pool:
        imports = [Import(f"n{n}", tmp_path / "X-1.json", "x") for n in range(8)]
        list(pool.map(lambda wanted: update_index(path, [wanted], NOW), imports))
    with IndexFile(path) as file:
        assert [o.name for o in file.contents.origins] == [f"n{n}" for n in range(8)]


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


YAML = """\
id: PYSEC-2026-1
details: |
  Something & about
  it
affected:
- package: &p
    ecosystem: PyPI
    name: demo
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: "0"
    - fixed: 1.10
  versions: [0.10, "0.2"]
- package: *p
aliases: [CVE-2026-1]
modified: 2026-01-02T03:04:05Z
withdrawn: null
"""


def test_records_may_be_yaml_as_pypa_writes_them(tmp_path: Path) -> None:
    folder = tmp_path / "vulns" / "demo"
    folder.mkdir(parents=True)
    (folder / "PYSEC-2026-1.yaml").write_text(YAML)
    (folder / "report.yml").write_text("id: GO-1\nmodules: []\n")
    (change,) = update_index(tmp_path / "i.sqlite", [Import("PyPA", tmp_path / "vulns", "x")], NOW)
    assert change.describe() == "PyPA: 1 records (1 new, 0 changed, 0 withdrawn, 0 gone); 1 other files"
    ((found,),) = OsvIndex(tmp_path / "i.sqlite").advisories_for([package()])
    assert (found.aliases, found.details, found.withdrawn) == (("CVE-2026-1",), "Something & about it", "")
    assert found.affected[0].versions == ("0.10", "0.2")
    assert [e.version for e in found.affected[0].ranges[0].events] == ["0", "1.10"]
    assert found.affected[1].name == "demo"


@pytest.mark.parametrize("text", ["<<<<<<<", "---\nid: X-2\n", "id: [", "affected: 3\n", "\x07"])
def test_yaml_that_is_no_record_ends_the_import(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.yaml").write_text(f"id: X-1\nmodified: 2026-01-01T00:00:00Z\n{text}")
    with pytest.raises(AdvisoryError, match=r"x\.yaml"):
        update_index(tmp_path / "i.sqlite", [Import("a", tmp_path / "a", "x")], NOW)


def test_yaml_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    (tmp_path / "a" / "x.yaml").write_text(f"id: X-1\nmodified: 2026\n{bomb}")
    with pytest.raises(AdvisoryError, match="not YAML"):
        update_index(tmp_path / "i.sqlite", [Import("a", tmp_path / "a", "x")], NOW)


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
