"""Bills of materials: valid CycloneDX 1.5, purls as packageurl writes them, the same text every time."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from pregate.lockfiles.cyclonedx import document_of, purl_sent, reference
from pregate.lockfiles.ecosystems import NPM, PYPI
from pregate.lockfiles.model import Package
from pregate.model import Location


def package(name: str, version: str = "1.0", ecosystem: str = PYPI) -> Package:
    return Package(ecosystem, name, version, Location("r.txt"))


PACKAGES = (
    package("Django", "4.2"),
    package("zope.interface", "5.0+local.1"),
    package("@angular/core", "17.0.0", NPM),
    package("left-pad", "1.3.0-rc.1", NPM),
    package("a b/c?d#e%", "1 2", PYPI),
    package("größe", "1!2.0"),
)


def test_the_document_is_valid() -> None:
    text = json.dumps(document_of(PACKAGES, "1.2.3"))
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(text) is None
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(json.dumps(document_of(()))) is None


@pytest.mark.parametrize("one", PACKAGES, ids=lambda p: p.name)
def test_purls_say_what_the_lock_file_says(one: Package) -> None:
    read = PackageURL.from_string(purl_sent(one))
    assert read.version == one.version
    name = f"{read.namespace}/{read.name}" if read.namespace else read.name
    assert name.lower().replace(".", "-") == one.key[1].lower().replace(".", "-")
    assert read.type == {"PyPI": "pypi", "npm": "npm"}[one.ecosystem]


@pytest.mark.parametrize(
    ("one", "purl"),
    [
        (package("Django", "4.2"), "pkg:pypi/django@4.2"),
        (package("Zope.Interface", "5"), "pkg:pypi/zope-interface@5"),
        (package("@angular/core", "17.0.0", NPM), "pkg:npm/%40angular/core@17.0.0"),
        (package("x", "1", "Pub"), ""),
    ],
)
def test_the_form_of_a_purl(one: Package, purl: str) -> None:
    assert purl_sent(one) == purl


def test_components_keep_their_position_where_one_is_left_out() -> None:
    made = document_of((package("a"), package("x", "1", "Pub"), package("b")))
    assert [c["bom-ref"] for c in made["components"]] == [reference(0), reference(2)]


def test_the_same_packages_give_the_same_document() -> None:
    assert document_of(PACKAGES) == document_of(PACKAGES)
    assert not {"serialNumber", "timestamp"} & (
        document_of(PACKAGES).keys() | document_of(PACKAGES)["metadata"].keys()
    )
