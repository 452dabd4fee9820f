"""CISA's catalogue and FIRST's scores: as files and at addresses, whole or an error."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories import lists
from pregate.advisories.lists import ThreatLists, load_epss, load_exploited
from pregate.errors import AdvisoryError
from tests.advisories.osv_server import OsvServer, serving

CATALOGUE = {
    "title": "CISA Catalog of Known Exploited Vulnerabilities",
    "dateReleased": "2026-11-20T14:00:00.1234Z",
    "vulnerabilities": [
        {"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "knownRansomwareCampaignUse": "Known"},
        {"cveID": "CVE-2024-1", "dateAdded": "2024-03-01", "knownRansomwareCampaignUse": "Unknown"},
    ],
}
CSV = (
    '"cveID","vendorProject","dateAdded","shortDescription","knownRansomwareCampaignUse"\r\n'
    '"CVE-2021-44228","Apache","2021-12-10","Log4j, ""2""\nand on","Known"\r\n'
    '"CVE-2024-1","Demo","2024-03-01","x","Unknown"\r\n'
)
SCORES = (
    "#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\n"
    "cve,epss,percentile\nCVE-2021-44228,0.94358,0.99962\nCVE-2024-1,0.00043,0.08\nCVE-2024-2,1e-05,1\n"
)


@pytest.fixture
def kev(tmp_path: Path) -> Path:
    path = tmp_path / "kev.json"
    path.write_text(json.dumps(CATALOGUE))
    return path


@pytest.fixture
def epss(tmp_path: Path) -> Path:
    path = tmp_path / "epss.csv"
    path.write_text(SCORES)
    return path


def test_the_catalogue_tells_since_when_and_whether_for_ransom(kev: Path) -> None:
    known = load_exploited(str(kev))
    assert known.since(["GHSA-x", "CVE-2024-1", "CVE-2021-44228"]) == "2021-12-10"
    assert known.since(["CVE-2020-1"]) == known.since([]) == ""
    assert [known.is_ransom([n]) for n in ("CVE-2021-44228", "CVE-2024-1", "x")] == [True, False, False]
    assert known.describe() == "CISA KEV of 2026-11-20, 2 vulnerabilities"


def test_the_catalogue_may_be_a_table(kev: Path, tmp_path: Path) -> None:
    (tmp_path / "kev.csv").write_text("\ufeff" + CSV)
    known, other = load_exploited(str(tmp_path / "kev.csv")), load_exploited(str(kev))
    assert (known.days, known.ransom) == (other.days, other.ransom)
    assert known.describe() == "CISA KEV, 2 vulnerabilities"


@pytest.mark.parametrize("packed", [False, True])
def test_scores_are_those_of_the_most_likely_name(epss: Path, packed: bool) -> None:
    if packed:
        epss.write_bytes(gzip.compress(epss.read_bytes()))
    scores = load_epss(str(epss))
    assert scores.score(["GHSA-x", "CVE-2024-1", "CVE-2021-44228"]) == (0.94358, 0.99962)
    assert scores.score(["CVE-2024-2"]) == (0.00001, 1.0)
    assert scores.score(["CVE-2020-1"]) is None
    assert scores.describe() == "EPSS of 2026-11-20, 3 scores"


def test_only_the_wanted_scores_are_kept(epss: Path) -> None:
    scores = load_epss(str(epss), {"CVE-2024-1", "CVE-1999-1"})
    assert list(scores.lines) == [b"CVE-2024-1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        "[]",
        '{"vulnerabilities": 3}',
        '{"vulnerabilities": []}',
        '{"vulnerabilities": [{"cveID": 1}]}',
        '{"vulnerabilities": [{"cveID": "CVE-1", "dateAdded": "soon"}]}',
        "a,b\n1,2\n",
        "\x00",
        "<html>",
        '{"a":' * 100_000,
    ],
)
def test_what_is_no_catalogue_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "kev.json").write_text(text)
    with pytest.raises(AdvisoryError, match=r"kev\.json") as raised:
        load_exploited(str(tmp_path / "kev.json"))
    assert "dependencies.kev" in raised.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        SCORES[:-1],
        SCORES[:-6],
        SCORES.replace("epss", "x"),
        SCORES + "CVE-1\n",
        SCORES + "x,1,1\n",
        "cve,epss,percentile\n",
    ],
)
def test_what_is_no_list_of_scores_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "epss.csv").write_text(text)
    with pytest.raises(AdvisoryError, match=r"epss\.csv") as raised:
        load_epss(str(tmp_path / "epss.csv"))
    assert "dependencies.epss" in raised.value.hint


@pytest.mark.parametrize("score", ["x,1", "-1,1", "1.5,1", "nan,1", "inf,1", ",1", ".,1", "1,2"])
def test_a_score_that_is_none_is_an_error_when_it_is_asked_for(tmp_path: Path, score: str) -> None:
    (tmp_path / "epss.csv").write_text(SCORES + f"CVE-2024-3,{score}\n")
    scores = load_epss(str(tmp_path / "epss.csv"))
    assert scores.score(["CVE-2024-1"]) == (0.00043, 0.08)
    with pytest.raises(AdvisoryError, match=r"epss\.csv: the line of CVE-2024-3"):
        scores.score(["CVE-2024-3"])


@pytest.mark.parametrize("damage", ["cut", "flipped", "bomb", "large"])
def test_a_packed_list_is_whole_and_of_a_bounded_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(lists, "MAX_SIZE", 100_000)
    data = gzip.compress(SCORES.encode())
    bad = {
        "cut": data[:-20],
        "flipped": data[:12] + b"\xff\xff" + data[14:],
        "bomb": gzip.compress(b"\0" * 1_000_000),
        "large": b"\0" * 200_000,
    }
    (tmp_path / "e.gz").write_bytes(bad[damage])
    with pytest.raises(AdvisoryError, match=r"e\.gz is (damaged|cut short|larger than)"):
        load_epss(str(tmp_path / "e.gz"))


def test_lists_may_be_at_addresses_and_are_asked_for_once() -> None:
    with serving(OsvServer([])) as server:
        server.files |= {
            "/kev.json": json.dumps(CATALOGUE).encode(),
            "/e.csv.gz": gzip.compress(SCORES.encode()),
        }
        server.faults = [{"status": 302, "headers": {"Location": "/kev.json"}}]
        threats = ThreatLists(f"{server.url}/current", f"{server.url}/e.csv.gz")
        assert threats.describe() == ""
        for _ in range(2):
            assert threats.exploited_since(["CVE-2024-1"]) == "2024-03-01"
            assert threats.epss(["CVE-2024-1"]) == (0.00043, 0.08)
        assert threats.used_for_ransom(["CVE-2021-44228"])
        assert [p for _, p, _ in server.requests] == ["/current", "/kev.json", "/e.csv.gz"]
    assert threats.describe() == "CISA KEV of 2026-11-20, 2 vulnerabilities; EPSS of 2026-11-20, 3 scores"


def test_offline_a_list_at_an_address_is_left_out_and_named(kev: Path) -> None:
    threats = ThreatLists(str(kev), "https://epss.test/x", offline=True)
    assert threats.epss(["CVE-2024-1"]) is None
    assert threats.exploited_since(["CVE-2024-1"]) == "2024-03-01"
    assert threats.describe() == "CISA KEV of 2026-11-20, 2 vulnerabilities; EPSS was not asked: offline"


def test_without_a_list_nothing_is_known(epss: Path) -> None:
    threats = ThreatLists("", str(epss))
    assert (threats.exploited_since(["CVE-2024-1"]), threats.used_for_ransom(["x"])) == ("", False)
    assert ThreatLists("x", "").epss(["CVE-2024-1"]) is None


@pytest.mark.parametrize("load", [load_exploited, load_epss])
def test_a_list_that_is_not_there_is_an_error(tmp_path: Path, load: Any) -> None:
    with pytest.raises(AdvisoryError, match=r"gone\.json cannot be read"):
        load(str(tmp_path / "gone.json"))


def test_a_password_in_an_address_is_not_shown() -> None:
    secret = "".join(("hun", "ter2"))
    with serving(OsvServer([])) as server:
        server.files["/k.json?token=t"] = b"{}"
        with pytest.raises(AdvisoryError) as raised:
            load_exploited(server.url.replace("//", f"//user:{secret}@") + "/k.json?token=t")
    assert secret not in str(raised.value)
    assert "token" not in str(raised.value)
