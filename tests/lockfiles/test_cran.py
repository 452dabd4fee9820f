from __future__ import annotations

import json

import pytest

from pregate.lockfiles.model import Reading
from tests.lockfiles.reading import flagged, gaps, needs, package, pins, read

LOCK = json.dumps(
    {
        "R": {"Version": "4.2.3", "Repositories": [{"Name": "CRAN", "URL": "https://cran.r-project.org"}]},
        "Packages": {
            "markdown": {
                "Package": "markdown",
                "Version": "1.0",
                "Source": "Repository",
                "Repository": "CRAN",
                "Hash": "4584a57f565dd7987d59dda3a02cfb41",
                "Requirements": ["R", "mime"],
            },
            "mime": {
                "Package": "mime",
                "Version": "0.12-1",
                "Source": "Repository",
                "Repository": "RSPM",
                "Imports": ["tools", "xml2 (>= 1.3)"],
                "License": "GPL",
            },
            "xml2": {
                "Package": "xml2",
                "Version": "1.3.3",
                "Source": "Repository",
                "Repository": "https://host/cran",
            },
            "limma": {"Package": "limma", "Version": "3.5", "Source": "Bioconductor"},
            "edger": {"Package": "edger", "Version": "3.5", "Source": "Repository", "Repository": "BioCsoft"},
            "ours": {"Package": "ours", "Version": "0.1", "Source": "GitHub", "RemoteHost": "api.github.com"},
            "none": {"Package": "none", "Source": "Repository"},
            "odd": 3,
        },
    },
    indent=2,
)


def test_every_package_of_cran_and_its_mirrors() -> None:
    reading = read("renv.lock", LOCK)
    assert pins(reading) == [("markdown", "1.0"), ("mime", "0.12-1"), ("xml2", "1.3.3")]
    assert flagged(reading, LOCK) == ["1.0", "0.12-1", "1.3.3"]
    assert {p.ecosystem for p in reading.packages} == {"CRAN"}
    assert needs(reading, "markdown") == [("mime@0.12-1", "")]
    assert needs(reading, "mime") == [("xml2@1.3.3", ">= 1.3")]
    assert package(reading, "mime").licenses == "GPL"
    assert [(reason, detail) for _, reason, detail in gaps(reading)] == [
        ("not-audited", "limma is not from CRAN"),
        ("not-audited", "edger is not from CRAN"),
        ("not-audited", "ours is not from CRAN"),
        ("unparsable", "an entry's name or version is no usable text"),
        ("unparsable", "an entry is no object"),
    ]


def test_no_packages_at_all() -> None:
    assert read("renv.lock", '{"R": {"Version": "4.2.3"}, "Packages": {}}') == Reading()


def test_repositories_are_told_by_the_address_that_the_file_gives_them() -> None:
    repositories = [
        {"Name": "mine", "URL": "https://acme.r-universe.dev"},
        {"Name": "archive", "URL": "https://acme.github.io/drat"},
        {"Name": "mirror", "URL": "https://cran.example.org"},
        {"Name": 3, "URL": "https://x.r-universe.dev"},
        {"URL": None},
        "odd",
    ]
    packages = {
        name: {"Package": name, "Version": "1.0", "Source": "Repository", "Repository": repository}
        for name, repository in (("a", "mine"), ("b", "archive"), ("c", "mirror"), ("d", "CRAN"))
    }
    text = json.dumps({"R": {"Repositories": repositories}, "Packages": packages})
    reading = read("renv.lock", text)
    assert pins(reading) == [("c", "1.0"), ("d", "1.0")]
    assert [detail for _, _, detail in gaps(reading)] == ["a is not from CRAN", "b is not from CRAN"]


@pytest.mark.parametrize("head", [3, {}, {"Repositories": 3}, {"Repositories": None}])
def test_a_head_without_repositories_hides_no_package(head: object) -> None:
    packages = {"a": {"Package": "a", "Version": "1.0"}}
    assert pins(read("renv.lock", json.dumps({"R": head, "Packages": packages}))) == [("a", "1.0")]
