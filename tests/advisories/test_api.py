"""The OSV API against a real HTTP server on loopback, by the real ``requests``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories import open_source
from pregate.advisories.api import OsvApi
from pregate.advisories.transport import Limits, _seconds
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Package
from pregate.model import Location
from tests.advisories.conftest import make_record
from tests.advisories.osv_server import OsvServer, serving

QUICK = Limits(connect=2, read=0.3, whole=5, size=200_000, attempts=3, pause=0, longest_pause=5)


def package(name: str = "demo", version: str = "1.0", ecosystem: str = "PyPI") -> Package:
    return Package(ecosystem, name, version, Location("f"))


@pytest.fixture
def server() -> Iterator[OsvServer]:
    records = [make_record(f"GHSA-{i}") for i in range(5)] + [make_record("MAL-1", "left", "npm")]
    with serving(OsvServer(records, page=2)) as running:
        yield running
        assert running.complaints == []


def api(server: OsvServer, cache: Path | None = None, **more: Any) -> OsvApi:
    return OsvApi(server.url, cache, limits=QUICK, **more)


def test_every_page_of_every_package_is_read(server: OsvServer) -> None:
    answers = api(server).advisories_for([package(), package("none"), package("left", "1.0.0", "npm")])
    assert [[a.id for a in found] for found in answers] == [[f"GHSA-{i}" for i in range(5)], [], ["MAL-1"]]
    assert len(server.paths("/v1/querybatch")) == 3


def test_only_unanswered_queries_are_asked_again(server: OsvServer) -> None:
    api(server).advisories_for([package(), package("none")])
    assert [len(body["queries"]) for _, path, body in server.requests if path == "/v1/querybatch"] == [
        2,
        1,
        1,
    ]


def test_a_thousand_packages_make_one_batch(server: OsvServer) -> None:
    packages = [package(f"p{i}") for i in range(10_000)]
    assert api(server).advisories_for(packages) == ((),) * 10_000
    assert [len(body["queries"]) for _, _, body in server.requests] == [1000] * 10


def test_the_question_names_package_and_public_version(server: OsvServer) -> None:
    api(server).advisories_for([package("De_Mo", "1.0+cu1"), package("x", "not a version")])
    assert server.requests[0][2]["queries"] == [
        {"package": {"ecosystem": "PyPI", "name": "de-mo"}, "version": "1.0"},
        {"package": {"ecosystem": "PyPI", "name": "x"}},
    ]


def test_versions_of_go_are_asked_for_as_semver_writes_them(server: OsvServer) -> None:
    api(server).advisories_for([package("golang.org/x/net", "v0.1.0", "Go")])
    (query,) = server.requests[0][2]["queries"]
    assert query["package"] == {"ecosystem": "Go", "name": "golang.org/x/net"}
    assert query.get("version", "0.1.0") == "0.1.0"


def test_what_osv_does_not_know_is_not_asked_about_and_is_counted(server: OsvServer) -> None:
    source = api(server)
    covered = [name for name in ("PyPI", "Conda", "Terraform", "Nowhere", "npm:x") if source.covers(name)]
    assert covered == ["PyPI", "npm:x"]
    asked = [
        package("numpy", ecosystem="Conda"),
        package("left", "1.0.0", "npm"),
        package("a", "1", "Terraform"),
    ]
    assert [[a.id for a in found] for found in source.advisories_for(asked)] == [[], ["MAL-1"], []]
    assert [len(body["queries"]) for _, _, body in server.requests if body] == [1]
    assert source.describe().endswith("; 2 packages of Conda, Terraform are not covered by OSV")
    source.advisories_for(asked[:2])
    assert source.describe().endswith("; 1 package of Conda is not covered by OSV")


def test_nothing_is_asked_when_osv_knows_none_of_them(server: OsvServer) -> None:
    assert api(server).advisories_for([package(ecosystem="Conda")]) == ((),)
    assert server.requests == []


def test_a_record_is_fetched_once_for_several_packages(server: OsvServer) -> None:
    api(server).advisories_for([package(), package("Demo", "2.0")])
    assert sorted(server.paths("/v1/vulns/")) == [f"/v1/vulns/GHSA-{i}" for i in range(5)]


def test_records_are_kept_between_runs(server: OsvServer, tmp_path: Path) -> None:
    first = api(server, tmp_path / "c").advisories_for([package()])
    server.requests.clear()
    assert api(server, tmp_path / "c").advisories_for([package()]) == first
    assert server.paths("/v1/vulns/") == []


def test_a_record_that_changed_is_fetched_again(server: OsvServer, tmp_path: Path) -> None:
    api(server, tmp_path).advisories_for([package()])
    server.requests.clear()
    server.records["GHSA-3"]["modified"] = "2025-01-01T00:00:00Z"
    api(server, tmp_path).advisories_for([package()])
    assert server.paths("/v1/vulns/") == ["/v1/vulns/GHSA-3"]


def test_a_record_without_a_time_is_always_fetched(server: OsvServer, tmp_path: Path) -> None:
    server.records["GHSA-3"]["modified"] = ""
    api(server, tmp_path).advisories_for([package()])
    server.requests.clear()
    api(server, tmp_path).advisories_for([package()])
    assert server.paths("/v1/vulns/") == ["/v1/vulns/GHSA-3"]


def test_an_old_record_is_fetched_again_and_pruned(server: OsvServer, tmp_path: Path) -> None:
    api(server, tmp_path, max_age=-1).advisories_for([package()])
    server.requests.clear()
    assert list(tmp_path.iterdir()) == []
    api(server, tmp_path, max_age=-1).advisories_for([package()])
    assert len(server.paths("/v1/vulns/")) == 5


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b'{"fetched": "x"}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_damaged_entry_is_discarded(server: OsvServer, tmp_path: Path, damage: bytes) -> None:
    api(server, tmp_path).advisories_for([package()])
    (tmp_path / "GHSA-3.json").write_bytes(damage)
    server.requests.clear()
    (found,) = api(server, tmp_path).advisories_for([package()])
    assert [a.id for a in found] == [f"GHSA-{i}" for i in range(5)]
    assert server.paths("/v1/vulns/") == ["/v1/vulns/GHSA-3"]


def test_an_entry_about_another_record_is_discarded(server: OsvServer, tmp_path: Path) -> None:
    api(server, tmp_path).advisories_for([package()])
    (tmp_path / "GHSA-3.json").write_bytes((tmp_path / "GHSA-2.json").read_bytes())
    (found,) = api(server, tmp_path).advisories_for([package()])
    assert [a.id for a in found] == [f"GHSA-{i}" for i in range(5)]


def test_a_cache_that_cannot_be_written_is_no_failure(server: OsvServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (found,) = api(server, tmp_path / "file").advisories_for([package()])
    assert len(found) == 5


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"status": 429, "headers": {"Retry-After": "0"}},
        {"delay": 0.6},
        {"body": b'{"results": ['},
        {"body": b"\xff"},
        {"body": b'{"results"', "cut": 100},
        {"body": b"[" * 100_000},
    ],
)
def test_a_passing_fault_is_overcome(server: OsvServer, fault: dict[str, Any]) -> None:
    server.faults = [fault, fault]
    (found,) = api(server).advisories_for([package()])
    assert len(found) == 5


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 500}, "status 500"),
        ({"status": 429}, "status 429"),
        ({"delay": 0.6}, "does not answer in time"),
        ({"body": b"{"}, "not JSON"),
        ({"body": b"{", "cut": 9}, "broke off"),
    ],
)
def test_a_lasting_fault_fails_with_a_hint(server: OsvServer, fault: dict[str, Any], words: str) -> None:
    server.faults = [fault] * 3
    with pytest.raises(AdvisoryError, match=words) as raised:
        api(server).advisories_for([package()])
    assert "--advisories" in raised.value.hint
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"results": {}},
        {"results": []},
        {"results": [{}, {}]},
        {"results": [3]},
        {"results": [{"vulns": 3}]},
        {"results": [{"vulns": [3]}]},
        {"results": [{"vulns": [{"id": 3}]}]},
        {"results": [{"vulns": [{"id": "../../x"}]}]},
    ],
)
def test_nonsense_is_no_answer(server: OsvServer, body: object) -> None:
    server.faults = [{"body": json.dumps(body).encode()}]
    with pytest.raises(AdvisoryError, match="answers with"):
        api(server).advisories_for([package()])


@pytest.mark.parametrize("record", [{}, [], {"id": "GHSA-other"}, {"id": "GHSA-0", "affected": 3}])
def test_a_record_that_is_none_fails_the_whole(server: OsvServer, record: object) -> None:
    server.records["GHSA-0"] = record  # type: ignore[assignment]
    server.by_name[("PyPI", "demo")][0] = {"id": "GHSA-0"}
    with pytest.raises(AdvisoryError):
        api(server).advisories_for([package()])


def test_a_record_that_is_gone_fails_the_whole(server: OsvServer) -> None:
    del server.records["GHSA-4"]
    with pytest.raises(AdvisoryError, match="status 404"):
        api(server).advisories_for([package()])


def test_pages_without_end_are_refused(server: OsvServer) -> None:
    server.faults = [{"body": b'{"results": [{"next_page_token": "0"}]}'}] * 200
    with pytest.raises(AdvisoryError, match="more than 100 pages"):
        api(server).advisories_for([package()])


def test_a_redirect_is_not_followed(server: OsvServer) -> None:
    server.faults = [{"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}]
    with pytest.raises(AdvisoryError, match="elsewhere"):
        api(server).advisories_for([package()])
    assert len(server.requests) == 1


def test_an_answer_that_is_too_large_is_refused(server: OsvServer) -> None:
    server.faults = [{"body": b" " * 300_000}]
    with pytest.raises(AdvisoryError, match="larger than"):
        api(server).advisories_for([package()])


def test_an_answer_that_trickles_is_given_up(server: OsvServer) -> None:
    source = OsvApi(server.url, limits=Limits(whole=-1, attempts=1))
    with pytest.raises(AdvisoryError, match="in time"):
        source.advisories_for([package()])


def test_a_service_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AdvisoryError, match="cannot be reached") as raised:
        OsvApi("http://127.0.0.1:1", limits=QUICK).advisories_for([package()])
    assert "--offline" in raised.value.hint


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(AdvisoryError, match="proxy"):
        OsvApi("http://osv.test", limits=QUICK).advisories_for([package()])


def test_a_certificate_that_is_not_trusted(server: OsvServer) -> None:
    url = server.url.replace("http:", "https:")
    with pytest.raises(AdvisoryError):
        OsvApi(url, limits=QUICK).advisories_for([package()])


def test_an_address_that_is_none() -> None:
    with pytest.raises(AdvisoryError, match="not valid"):
        OsvApi("http://", limits=QUICK).advisories_for([package()])


def test_the_service_says_how_long_to_wait(server: OsvServer) -> None:
    pauses: list[float] = []
    server.faults = [{"status": 429, "headers": {"Retry-After": "3"}}, {"status": 500}]
    source = OsvApi(server.url, limits=Limits(pause=2), sleep=pauses.append)
    source.advisories_for([package()])
    assert pauses[0] == 3
    assert 2 <= pauses[1] <= 4


def test_a_wait_that_is_too_long_is_a_failure(server: OsvServer) -> None:
    server.faults = [{"status": 429, "headers": {"Retry-After": "900"}}]
    with pytest.raises(AdvisoryError, match="900 s"):
        api(server).advisories_for([package()])


@pytest.mark.parametrize(
    ("header", "seconds"), [("", None), ("7", 7.0), ("soon", None), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)]
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert _seconds(header) == seconds


def test_the_description_names_the_service_and_the_time(server: OsvServer) -> None:
    source = api(server)
    assert source.describe() == "OSV service 127.0.0.1"
    source.advisories_for([package()])
    assert source.describe().startswith("OSV service 127.0.0.1, asked 20")


def test_the_source_is_chosen_by_what_the_user_names(tmp_path: Path) -> None:
    assert open_source("", True, tmp_path) is None
    assert open_source("https://osv.test", True, tmp_path) is None
    assert isinstance(open_source("", False, tmp_path), OsvApi)
    assert isinstance(open_source("https://osv.test", False, tmp_path), OsvApi)
    with pytest.raises(AdvisoryError, match="no vulnerability database"):
        open_source(str(tmp_path / "gone"), False, tmp_path)
    assert open_source(str(tmp_path), True, tmp_path) is not None
