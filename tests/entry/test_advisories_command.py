"""``pregate advisories``: fetch, import and info as a person runs them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.advisories.conftest import make_record
from tests.advisories.osv_server import OsvServer, serving
from tests.advisories.test_directory import write
from tests.advisories.test_fetching import archive
from tests.entry.cli import ADVISORIES, pregate


def own_index() -> Path:
    return Path(os.environ["HOME"]) / ".cache" / "pregate" / "advisories.sqlite"


def test_import_writes_the_users_own_index_and_info_tells_of_it() -> None:
    done = pregate("advisories", "import", ADVISORIES)
    assert done.code == 0, done.err
    assert "advisories: 12 records (12 new, 0 changed, 0 withdrawn, 0 gone)" in done.out
    assert str(own_index()) in done.out
    info = pregate("advisories", "info", "--verify")
    assert info.code == 0
    assert info.out.splitlines()[0].startswith(f"{own_index()}: 12 records about ")
    assert "  ecosystems: " in info.out
    assert info.out.endswith("  less than an hour old, whole and undamaged\n")


def test_info_as_json(tmp_path: Path) -> None:
    index = tmp_path / "i.sqlite"
    write(tmp_path, make_record("X-1"))
    assert pregate("advisories", "import", tmp_path / "X-1.json", "--output", index).code == 0
    value = json.loads(pregate("advisories", "info", index, "--json").out)
    assert (value["records"], value["packages"], value["ecosystems"]) == (1, 1, {"PyPI": 1})
    assert [d["name"] for d in value["databases"]] == ["X-1"]
    assert value["verified"] is False


def test_names_come_from_the_paths_or_are_given(tmp_path: Path) -> None:
    (tmp_path / "PyPI").mkdir()
    (tmp_path / "PyPI" / "all.zip").write_bytes(archive(make_record("X-1")))
    index = tmp_path / "i.sqlite"
    pregate("advisories", "import", tmp_path / "PyPI" / "all.zip", ADVISORIES, "--output", index)
    pregate("advisories", "import", ADVISORIES, "--name", "ours", "--output", index)
    value = json.loads(pregate("advisories", "info", index, "--json").out)
    assert [d["name"] for d in value["databases"]] == ["PyPI", "advisories", "ours"]


def test_fetch_takes_what_a_mirror_publishes(tmp_path: Path) -> None:
    index = tmp_path / "i.sqlite"
    with serving(OsvServer([])) as server:
        server.files["/npm/all.zip"] = archive(make_record("X-1", "left", "npm"))
        words = ("advisories", "fetch", "--url", server.url, "--output", index)
        first = pregate(*words, "--ecosystem", "npm")
        assert first.code == 0, first.err
        assert first.err == "npm: fetched\n"
        assert pregate(*words).err == "npm: unchanged\n"


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("info",), 3, "there is no index of advisories"),
        (("import", "/nowhere"), 3, "there is nothing at /nowhere"),
        (("import", str(ADVISORIES), str(ADVISORIES)), 2, "two of the paths have one name"),
        (("import", "a", "b", "--name", "x"), 2, "--name is for one PATH"),
        (("fetch", "--url", "ftp://x"), 2, "--url is no address"),
        (("fetch", "--url", "http://127.0.0.1:1", "--ecosystem", "a/b"), 3, "no ecosystem's name"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_change(
    words: tuple[str, ...], code: int, text: str
) -> None:
    done = pregate("advisories", *words)
    assert done.code == code
    assert text in done.err
    assert not own_index().exists()


def test_without_a_home_a_file_has_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("USERPROFILE", raising=False)
    assert "no home folder" in pregate("advisories", "info").err


def test_info_on_a_damaged_index_says_so(tmp_path: Path) -> None:
    index = tmp_path / "i.sqlite"
    pregate("advisories", "import", ADVISORIES, "--output", index)
    index.write_bytes(index.read_bytes()[:-100])
    done = pregate("advisories", "info", index)
    assert done.code == 3
    assert "is damaged" in done.err


def test_the_scan_uses_an_index_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "i.sqlite"
    pregate("advisories", "import", ADVISORIES, "--output", index)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("requests==2.19.0\n")
    done = pregate("scan", "requirements.txt", "--fail-on", "low", "--advisories", index, "--offline")
    assert "GHSA-j8r2-6x86-q33q" in done.out
    assert f"OSV index {index}, advisories: 12 records, imported less than an hour ago" in done.out
