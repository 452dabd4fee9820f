"""The index of advisories: it answers like the folder that it was made of, or says that it cannot."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.advisories import form, open_source
from pregate.advisories.building import Import, update_index
from pregate.advisories.directory import OsvDirectory
from pregate.advisories.index import IndexFile, OsvIndex
from pregate.advisories.local import LocalDatabase, is_index, is_trusted
from pregate.advisories.verifying import verify
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Advisory, Affected, Event, Package, Range
from pregate.lockfiles.osv import parse_advisory
from pregate.model import Location
from tests.advisories.conftest import make_record
from tests.advisories.test_directory import EXAMPLES, write

NOW = 1_795_000_000.0  # 2026-11-18
DAY = 86_400


def package(name: str = "demo", ecosystem: str = "PyPI") -> Package:
    return Package(ecosystem, name, "1.0", Location("f"))


def index_of(folder: Path, *records: dict[str, Any], now: float = NOW) -> Path:
    """An index beside a folder ``records`` that holds the records."""
    place = folder / "records"
    place.mkdir(exist_ok=True)
    write(place, *records)
    update_index(folder / "index.sqlite", [Import("made", place, str(place))], now)
    return folder / "index.sqlite"


def ids(source: OsvIndex, *packages: Package) -> list[list[str]]:
    return [[a.id for a in found] for found in source.advisories_for(packages)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    many = [make_record(f"X-{n}", f"pack-{n % 300}", details="word " * 50) for n in range(600)]
    return index_of(folder, *many)


def test_it_answers_like_the_folder_that_it_was_made_of(tmp_path: Path) -> None:
    path = tmp_path / "i.sqlite"
    update_index(path, [Import("examples", EXAMPLES, "x")], NOW)
    asked = [package(n) for n in ("requests", "PyYAML", "none")] + [
        package("lodash-es", "npm"),
        package("x", "Go"),
    ]
    assert OsvIndex(path).advisories_for(asked) == OsvDirectory(EXAMPLES).advisories_for(asked)


def test_names_are_compared_as_their_ecosystem_does(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1", "Foo_Bar"), make_record("X-2", "foo-bar", "npm"))
    asked = (package("foo.bar"), package("FOO-bar"), package("foo-bar", "npm"), package("Foo-Bar", "npm"))
    assert ids(OsvIndex(path), *asked) == [["X-1"], ["X-1"], ["X-2"], []]


def test_an_index_finds_a_record_by_its_base_and_keeps_its_release(tmp_path: Path) -> None:
    source = OsvIndex(index_of(tmp_path, make_record("X-1", "bash", "Debian:12")))
    assert ids(source, package("bash", "Debian:13"), package("bash", "Debian")) == [["X-1"], ["X-1"]]
    assert [source.covers(name) for name in ("Debian:11", "Debian", "PyPI")] == [True, True, False]
    kept = source.advisories_for([package("bash", "Debian:12")])[0][0].affected[0]
    assert (kept.ecosystem, kept.release) == ("Debian", "12")


@pytest.mark.parametrize("name", ['a"b', "a,b", 'x,"PyPI\ny', "tab\t", "\udc80", "ü", "a]b", "a\\", "*?%_"])
def test_no_name_leads_to_the_records_of_another(tmp_path: Path, name: str) -> None:
    hostile = make_record("X-1", name, "npm")
    source = OsvIndex(index_of(tmp_path, hostile, make_record("X-2", "y"), make_record("X-3", "b", "npm")))
    asked = (package(name, "npm"), package("y"), package("b", "npm"))
    assert ids(source, *asked) == [["X-1"], ["X-2"], ["X-3"]]


def test_several_databases_live_in_one_file_and_the_newest_record_serves(tmp_path: Path) -> None:
    path = tmp_path / "i.sqlite"
    for name, modified in (("a", "2024-01-01T00:00:00Z"), ("b", "2025-01-01T00:00:00Z")):
        (tmp_path / name).mkdir()
        write(tmp_path / name, make_record("X-1", modified=modified, summary=name), make_record(f"X-{name}"))
        update_index(path, [Import(name, tmp_path / name, name)], NOW)
    (found,) = OsvIndex(path).advisories_for([package()])
    assert [(a.id, a.summary) for a in found] == [("X-1", "b"), ("X-a", ""), ("X-b", "")]


def test_it_says_what_it_is_and_how_old(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1", modified="2026-11-08T05:06:07Z"))
    assert OsvIndex(path, now=lambda: NOW + 3.5 * DAY).describe() == (
        f"OSV index {path}, made: 1 records, imported 3 days ago (2026-11-18), "
        "newest record 2026-11-08 (13 days ago)"
    )


def test_an_index_that_is_too_old_is_refused_with_both_ages_and_the_way_out(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    assert ids(OsvIndex(path, 7, lambda: NOW + 7 * DAY), package()) == [["X-1"]]
    with pytest.raises(AdvisoryError, match=r"8 days old; advisories\.max-age allows 7 days") as raised:
        OsvIndex(path, 7, lambda: NOW + 8 * DAY).advisories_for([package()])
    assert f"pregate advisories import PATH --output {path}" in raised.value.hint


def test_the_database_that_was_imported_first_makes_the_age(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    update_index(path, [Import("other", tmp_path / "records", "x")], NOW + 5 * DAY)
    with pytest.raises(AdvisoryError, match=r"\(made, newest record 2024-01-01\) is 6 days old"):
        OsvIndex(path, 3, lambda: NOW + 6 * DAY).advisories_for([package()])


# ------------------------------------------------------------------------------------------------ damage


@pytest.mark.parametrize("length", [0, 1, 16, 99, 100, 4096, 8192, -1, -4096])
def test_a_file_that_is_cut_short_is_never_without_advisories(
    sample: Path, tmp_path: Path, length: int
) -> None:
    data = sample.read_bytes()
    path = tmp_path / "i.sqlite"
    path.write_bytes(data[:length])
    with pytest.raises(AdvisoryError, match=r"i\.sqlite") as raised:
        OsvIndex(path).advisories_for([package("pack-1")])
    assert "pregate advisories fetch" in raised.value.hint


@settings(max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_seen_or_does_not_matter(sample: Path, place: float, bit: int) -> None:
    asked = [package(f"pack-{n}") for n in range(0, 320, 5)]
    whole = OsvIndex(sample).advisories_for(asked)
    data = bytearray(sample.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    path = sample.parent / "flipped.sqlite"
    path.write_bytes(data)
    answers: object
    try:
        answers = OsvIndex(path).advisories_for(asked)
    except AdvisoryError:
        return
    assert answers == whole


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM buckets WHERE number = 5",
        "DELETE FROM records WHERE number = 7",
        "DELETE FROM contents",
        "UPDATE buckets SET piece = (SELECT piece FROM buckets WHERE number = 6) WHERE number = 5",
        "UPDATE buckets SET piece = substr(piece, 1, 16) WHERE number = 5",
        "UPDATE records SET piece = (SELECT piece FROM records WHERE number = 8) WHERE number = 7",
        "UPDATE records SET piece = 'text' WHERE number = 7",
        "UPDATE contents SET piece = x''",
        "ALTER TABLE records RENAME TO others",
        "CREATE TABLE more (x)",
        "DROP TABLE records",
        "PRAGMA user_version = 99",
        "PRAGMA application_id = 1",
    ],
)
def test_what_is_missing_or_misplaced_is_seen(sample: Path, tmp_path: Path, statement: str) -> None:
    path = changed(sample, tmp_path, statement)
    with pytest.raises(AdvisoryError, match=r"i\.sqlite"):
        OsvIndex(path).advisories_for([package(f"pack-{n}") for n in range(300)])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM records WHERE number = 7",
        "INSERT INTO records SELECT 9999, piece FROM records WHERE number = 7",
        "INSERT INTO buckets SELECT 9999, piece FROM buckets WHERE number = 7",
        "UPDATE entries SET digest = x'00' WHERE number = 7",
        "DELETE FROM entries WHERE number = 7",
    ],
)
def test_the_whole_is_verified_when_asked(sample: Path, tmp_path: Path, statement: str) -> None:
    with IndexFile(sample) as file:
        verify(file)
    with (
        IndexFile(changed(sample, tmp_path, statement)) as file,
        pytest.raises(AdvisoryError, match="damaged"),
    ):
        verify(file)


def changed(sample: Path, folder: Path, statement: str) -> Path:
    path = folder / "i.sqlite"
    shutil.copyfile(sample, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    return path


def test_a_foreign_sqlite_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(AdvisoryError, match="no index of advisories"):
        OsvIndex(path).advisories_for([package()])


def test_nobody_is_told_to_delete_a_file_that_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(b"PK\3\4" + bytes(200))
    with pytest.raises(AdvisoryError, match="is no index of advisories") as raised:
        IndexFile(path)
    assert raised.value.hint.startswith("Name an index, or make one: pregate advisories fetch")


def test_a_view_in_the_place_of_a_table_is_not_even_asked(sample: Path, tmp_path: Path) -> None:
    path = changed(sample, tmp_path, "ALTER TABLE buckets RENAME TO other")
    with closing(sqlite3.connect(path)) as connection:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        connection.execute(f"CREATE VIEW buckets AS {endless} SELECT i AS number, x'' AS piece FROM n")
    with pytest.raises(AdvisoryError, match="damaged"):
        OsvIndex(path).advisories_for([package()])


def test_a_record_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = form.pack(Advisory("X-1", details="a" * 10_000))
    monkeypatch.setattr(form, "MAX_PIECE", 1000)
    with pytest.raises(ValueError, match="too large"):
        form.unpack(packed)


@pytest.mark.parametrize("number", range(12))
def test_a_field_of_another_type_is_refused(number: int) -> None:
    fields: list[Any] = ["X-1", [], "", "", "", "", "", [], "", [], [], []]
    fields[number] = ["79"] if number == 9 else [3] if isinstance(fields[number], list) else "\x1b[0m"
    packer = zlib.compressobj(zdict=form._COMMON)
    with pytest.raises(ValueError):
        form.unpack(packer.compress(json.dumps(fields).encode()) + packer.flush())


texts = st.text(max_size=8)
affected = st.builds(
    Affected,
    ecosystem=texts.map(lambda text: text.replace(":", "")),  # what follows a colon is the release
    name=texts,
    ranges=st.lists(
        st.builds(Range, texts, st.lists(st.builds(Event, texts, texts), max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    versions=st.lists(texts, max_size=3).map(tuple),
    severity=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    functions=st.lists(st.just("a.b"), max_size=2).map(tuple),
)


@settings(max_examples=40)
@given(st.lists(affected, max_size=3), st.lists(st.integers(1, 999), max_size=3))
def test_an_advisory_comes_back_as_it_was(parts: list[Affected], cwe: list[int]) -> None:
    made = Advisory(
        "X-1", ("CVE-1",), "ü", "d", severity=(("CVSS_V3", "x"),), cwe=tuple(cwe), affected=tuple(parts)
    )
    assert form.unpack(form.pack(made)) == made


@settings(max_examples=40)
@given(
    st.dictionaries(st.text(max_size=12), st.lists(st.integers(1, 10**6), min_size=1, max_size=3), max_size=6)
)
def test_a_bucket_gives_each_key_its_own_numbers(names: dict[str, list[int]]) -> None:
    piece = form.pack_bucket(3, names)
    assert form.unpack_bucket(3, piece) == {key: tuple(numbers) for key, numbers in names.items()}
    with pytest.raises(ValueError, match="damaged"):
        form.unpack_bucket(4, piece)


# --------------------------------------------------------------------------------------------- which one


def test_an_index_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    assert is_index(path)
    assert isinstance(LocalDatabase(path).opened, OsvIndex)
    assert isinstance(LocalDatabase(tmp_path / "records").opened, OsvDirectory)


def test_offline_the_users_own_index_serves_when_nothing_is_named(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    source = open_source("", True, None, own_index=path, now=lambda: NOW)
    assert source is not None
    assert f"{path} (this user's own, as the run is offline), made: 1 records" in source.describe()
    assert open_source("", True, None, own_index=tmp_path / "none") is None
    assert open_source("https://osv.test", True, None, own_index=path) is None
    assert not isinstance(open_source("", False, None, own_index=path), LocalDatabase)


def test_an_own_index_that_is_damaged_fails_only_whoever_asks_it(tmp_path: Path) -> None:
    (tmp_path / "own.sqlite").write_bytes(b"rubbish")
    source = open_source("", True, None, own_index=tmp_path / "own.sqlite")
    assert source is not None
    with pytest.raises(AdvisoryError, match="damaged"):
        source.advisories_for([package()])


def test_an_own_index_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    path = index_of(tmp_path, make_record("X-1"))
    assert is_trusted(path)
    path.chmod(0o666)
    assert open_source("", True, None, own_index=path) is None
    path.chmod(0o644)
    tmp_path.chmod(0o777)
    assert not is_trusted(path)
    tmp_path.chmod(0o777 | stat.S_ISVTX)
    assert is_trusted(path)


@pytest.mark.parametrize(("day", "is_fine"), [("2026-11-10", True), ("2026-11-01", False), ("", False)])
def test_the_age_of_a_folder_is_that_of_its_newest_record(tmp_path: Path, day: str, is_fine: bool) -> None:
    write(
        tmp_path,
        make_record("X-1", modified=f"{day}T00:00:00Z" if day else ""),
        make_record("X-2", modified=""),
    )
    source = open_source(str(tmp_path), True, None, max_age=10, now=lambda: NOW)
    assert source is not None
    if is_fine:
        assert len(source.advisories_for([package()])[0]) == 2
        return
    with pytest.raises(AdvisoryError, match=r"17 days old; .* allows 10 days" if day else "undated"):
        source.advisories_for([package()])


def test_a_folder_covers_the_ecosystems_that_its_records_name(tmp_path: Path) -> None:
    escaped = (tmp_path / "e.json").write_text
    escaped(
        '{"id": "X-9", "modified": "", "affected": [{"package": {"ecosystem": "\\u0047o", "name": "x"}}]}'
    )
    source = OsvDirectory(write(tmp_path, make_record("X-1", ecosystem="Debian:12"), make_record("X-2")))
    assert [source.covers(n) for n in ("PyPI", "Debian", "Debian:13", "Go", "npm")] == [True] * 4 + [False]


def test_texts_are_made_plain_as_ever() -> None:
    record = make_record("X-1", summary="a\u200b \u202eb\n\n\tc\x00d\u2028e", details="é" * 5)
    advisory = parse_advisory(record)
    assert (advisory.summary, advisory.details) == ("a b cd e", "ééééé")
