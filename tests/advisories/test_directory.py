"""A local OSV database: a folder or a zip archive."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories import files
from pregate.advisories.directory import OsvDirectory
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Package
from pregate.model import Location
from tests.advisories.conftest import make_record

MARCH_14 = 1773446400.0  # 2026
EXAMPLES = Path(__file__).parents[2] / "examples" / "advisories"


def package(name: str = "demo", ecosystem: str = "PyPI") -> Package:
    return Package(ecosystem, name, "1.0", Location("f"))


def write(folder: Path, *records: Any) -> Path:
    for record in records:
        (folder / f"{record['id']}.json").write_text(json.dumps(record))
    return folder


def ids(source: OsvDirectory, *packages: Package) -> list[list[str]]:
    return [[a.id for a in found] for found in source.advisories_for(packages)]


def test_records_of_a_folder_by_normalised_name(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    write(tmp_path / "a" / "b", make_record("X-2", "Foo.Bar"), make_record("X-1", "foo_bar"))
    write(tmp_path, make_record("X-3", "foo-bar", "npm"), make_record("X-4", "other"))
    source = OsvDirectory(tmp_path)
    assert ids(source, package("foo-bar"), package("foo-bar", "npm"), package("none")) == [
        ["X-1", "X-2"],
        ["X-3"],
        [],
    ]


def test_a_second_question_is_answered_from_the_same_index(tmp_path: Path) -> None:
    source = OsvDirectory(write(tmp_path, make_record("X-1"), make_record("X-2", "b")))
    assert ids(source, package()) == [["X-1"]]
    assert ids(source, package(), package("b")) == [["X-1"], ["X-2"]]


def test_records_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("PyPI/X-1.json", json.dumps(make_record("X-1")))
        archive.writestr("readme.txt", "no record")
    source = OsvDirectory(path)
    assert ids(source, package()) == [["X-1"]]
    assert source.describe().startswith(f"OSV database {path}, 1 records, newest record 2024-01-01 (")


@pytest.mark.parametrize("text", ['"\\u0064emo"', '"d\\u0065mo"', '"demo"', '"DEMO"'])
def test_a_name_written_with_escapes_is_found(tmp_path: Path, text: str) -> None:
    record = json.dumps(make_record("X-1")).replace('"demo"', text)
    (tmp_path / "x.json").write_text(record)
    assert ids(OsvDirectory(tmp_path), package()) == [["X-1"]]


def test_a_key_written_with_escapes_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(make_record("X-1")).replace('"name"', '"n\\u0061me"'))
    assert ids(OsvDirectory(tmp_path), package()) == [["X-1"]]


def test_escapes_that_cannot_spell_a_name_do_not_hide_one(tmp_path: Path) -> None:
    record = json.dumps(make_record("X-1", details="a < b")).replace("<", "\\u003c")
    (tmp_path / "x.json").write_text(record)
    assert ids(OsvDirectory(tmp_path), package()) == [["X-1"]]


def test_of_two_files_with_one_id_the_newest_serves(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1", summary="new", modified="2025-01-01T00:00:00Z"))
    (tmp_path / "z.json").write_text(json.dumps(make_record("X-1", summary="old")))
    ((found,),) = OsvDirectory(tmp_path).advisories_for([package()])
    assert found.summary == "new"


def test_the_newest_day_and_foreign_files_are_told(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1"), make_record("X-2", modified="2026-03-04T05:06:07Z"))
    (tmp_path / "index.json").write_text("[]")
    (tmp_path / "package.json").write_text("{}")
    said = OsvDirectory(tmp_path, now=lambda: MARCH_14).describe()
    assert said.endswith("2 records, 2 other JSON files, newest record 2026-03-04 (10 days ago)")


def test_a_record_without_a_day_is_undated(tmp_path: Path) -> None:
    assert (
        OsvDirectory(write(tmp_path, make_record("X-1", modified="")))
        .describe()
        .endswith("newest record undated")
    )


def test_an_empty_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(AdvisoryError, match="no OSV record"):
        OsvDirectory(tmp_path).advisories_for([package()])


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AdvisoryError, match="no vulnerability database"):
        OsvDirectory(tmp_path / "gone")


@pytest.mark.parametrize("data", [b"", b'{"id": "X", "modified": "2024', b"junk", b"\x00"])
def test_a_record_that_is_cut_short_is_named(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, make_record("X-1"))
    (tmp_path / "bad.json").write_bytes(data)
    with pytest.raises(AdvisoryError, match=r"bad\.json"):
        OsvDirectory(tmp_path).advisories_for([package("other")])


@pytest.mark.parametrize(
    "change", [('"X-1"', "3"), ('"introduced": "0"', '"introduced": 0'), ('"ranges":', '"ranges"')]
)
def test_a_wanted_record_that_is_malformed_is_named(tmp_path: Path, change: tuple[str, str]) -> None:
    (tmp_path / "bad.json").write_text(json.dumps(make_record("X-1")).replace(*change))
    with pytest.raises(AdvisoryError, match=r"bad\.json"):
        OsvDirectory(tmp_path).advisories_for([package()])


def test_a_record_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_RECORD", 100)
    with pytest.raises(AdvisoryError, match="too large"):
        OsvDirectory(write(tmp_path, make_record("X-1"))).advisories_for([package()])


def test_a_bomb_in_an_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_TOTAL", 2_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.json", b"{" + b" " * 1_000_000 + b"}")
    with pytest.raises(AdvisoryError, match="too large"):
        OsvDirectory(tmp_path / "a.zip").advisories_for([package()])


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK not really")
    with pytest.raises(AdvisoryError, match="no zip archive"):
        OsvDirectory(tmp_path / "a.zip").advisories_for([package()])


def test_an_archive_that_is_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", json.dumps(make_record("X-1", details="x" * 500)))
    data = bytearray(path.read_bytes())
    data[60:80] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(AdvisoryError, match="no zip archive"):
        OsvDirectory(path).advisories_for([package()])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_record_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, make_record("X-1"))
    (tmp_path / "X-1.json").chmod(0)
    with pytest.raises(AdvisoryError, match="cannot be read"):
        OsvDirectory(tmp_path).advisories_for([package()])


def test_a_record_that_is_a_broken_link_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").symlink_to(tmp_path / "gone")
    with pytest.raises(AdvisoryError, match="cannot be read"):
        OsvDirectory(tmp_path).advisories_for([package()])


def test_the_example_database_is_sound() -> None:
    source = OsvDirectory(EXAMPLES)
    assert "12 records, newest record 2024-01-11 (" in source.describe()
    assert ids(source, package("requests"), package("pyyaml"), package("lodash-es", "npm")) == [
        ["GHSA-j8r2-6x86-q33q", "PYSEC-2023-74"],
        ["GHSA-6757-jp84-gxfx", "GHSA-8q59-q68h-6hv4"],
        ["GHSA-35jh-r3h4-6jhm"],
    ]
