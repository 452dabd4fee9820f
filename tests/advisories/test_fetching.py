"""Fetching archives from a service on loopback into an index."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories.fetching import fetch
from pregate.advisories.index import IndexFile, OsvIndex
from pregate.advisories.transport import Limits
from pregate.errors import AdvisoryError
from tests.advisories.conftest import make_record
from tests.advisories.osv_server import OsvServer, serving
from tests.advisories.test_index import NOW

QUICK = Limits(connect=2, read=2, whole=5, size=200_000, attempts=2, pause=0)


def archive(*records: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for record in records:
            made.writestr(f"{record['id']}.json", json.dumps(record))
    return buffer.getvalue()


@pytest.fixture
def server() -> Iterator[OsvServer]:
    with serving(OsvServer([])) as running:
        running.files["/PyPI/all.zip"] = archive(make_record("X-1"))
        running.files["/crates.io/all.zip"] = archive(make_record("R-1", "demo", "crates.io"))
        yield running


def get(server: OsvServer, path: Path, *names: str, now: float = NOW) -> list[str]:
    said: list[str] = []
    changes = fetch(path, names, now, server.url, said.append, QUICK)
    return said + [change.describe() for change in changes]


def test_what_is_published_is_taken_and_the_rest_is_named(server: OsvServer, tmp_path: Path) -> None:
    said = get(server, tmp_path / "i.sqlite")
    assert "npm: nothing is published at 127.0.0.1" in said
    assert said[-2:] == [
        "PyPI: 1 records (1 new, 0 changed, 0 withdrawn, 0 gone)",
        "crates.io: 1 records (1 new, 0 changed, 0 withdrawn, 0 gone)",
    ]
    with IndexFile(tmp_path / "i.sqlite") as file:
        assert [(o.name, o.place) for o in file.contents.origins] == [
            ("PyPI", f"{server.url}/PyPI/all.zip"),
            ("crates.io", f"{server.url}/crates.io/all.zip"),
        ]
    assert [p.name for p in tmp_path.iterdir()] == ["i.sqlite"]


def test_an_archive_that_has_not_changed_is_not_fetched_again(server: OsvServer, tmp_path: Path) -> None:
    path = tmp_path / "i.sqlite"
    get(server, path, "PyPI")
    server.requests.clear()
    assert get(server, path, now=NOW + 9)[:1] == ["PyPI: unchanged"]
    assert [p for _, p, _ in server.requests] == ["/PyPI/all.zip"]
    server.files["/PyPI/all.zip"] = archive(make_record("X-1"), make_record("X-2"))
    assert get(server, path, now=NOW + 10) == [
        "PyPI: fetched",
        "PyPI: 2 records (1 new, 0 changed, 0 withdrawn, 0 gone)",
    ]


def test_an_ecosystem_is_known_whatever_the_case_of_its_letters(server: OsvServer, tmp_path: Path) -> None:
    assert get(server, tmp_path / "i.sqlite", "pypi", "PYPI")[0] == "PyPI: fetched"


def test_the_age_is_that_of_the_last_look(server: OsvServer, tmp_path: Path) -> None:
    for now in (NOW, NOW + 100):
        get(server, tmp_path / "i.sqlite", "PyPI", now=now)
    with IndexFile(tmp_path / "i.sqlite") as file:
        assert file.contents.imported == NOW + 100


@pytest.mark.parametrize("name", ["npm", "../PyPI", "Py PI"])
def test_an_ecosystem_that_was_named_and_is_not_published_is_an_error(
    server: OsvServer, tmp_path: Path, name: str
) -> None:
    with pytest.raises(AdvisoryError, match=r"status 404|no ecosystem's name"):
        get(server, tmp_path / "i.sqlite", "PyPI", name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 500}, "status 500"),
        ({"body": b"x" * 300_000}, "larger than"),
        ({"body": b"no archive"}, "no zip archive"),
        ({"body": b"PK", "cut": 100}, "broke off"),
        ({"status": 302, "headers": {"Location": "http://localhost:1/"}}, "elsewhere"),
        ({"status": 302, "headers": {"Location": "/PyPI/all.zip"}}, "elsewhere"),
    ],
)
def test_a_fault_leaves_the_index_as_it_was(
    server: OsvServer, tmp_path: Path, fault: dict[str, Any], words: str
) -> None:
    path = tmp_path / "i.sqlite"
    get(server, path, "PyPI")
    before = path.read_bytes()
    server.faults = [fault] * 4
    with pytest.raises(AdvisoryError, match=words):
        get(server, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["i.sqlite"]


def test_an_archive_covers_its_own_ecosystem_alone(server: OsvServer, tmp_path: Path) -> None:
    both = make_record("X-1")
    both["affected"] += make_record("X-1", "left", "npm")["affected"]
    server.files["/PyPI/all.zip"] = archive(both)
    get(server, tmp_path / "i.sqlite", "PyPI")
    source = OsvIndex(tmp_path / "i.sqlite")
    assert [source.covers(name) for name in ("PyPI", "npm")] == [True, False]


def test_a_download_goes_on_where_the_same_service_says(server: OsvServer, tmp_path: Path) -> None:
    server.faults = [{"status": 302, "headers": {"Location": "/crates.io/all.zip"}}]
    get(server, tmp_path / "i.sqlite", "PyPI")
    assert [p for _, p, _ in server.requests] == ["/PyPI/all.zip", "/crates.io/all.zip"]


def test_a_service_without_anything_is_an_error(tmp_path: Path) -> None:
    with serving(OsvServer([])) as empty, pytest.raises(AdvisoryError, match="publishes none of: PyPI, npm"):
        get(empty, tmp_path / "i.sqlite")
