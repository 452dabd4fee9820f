"""Bills of materials that others wrote: what is in them, and what cannot be audited, with its line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles.bom_entries import REFERENCE_MAX
from pregate.lockfiles.model import Depth, Package, Reading
from pregate.lockfiles.readers import read
from pregate.model import UnreadReason
from pregate.report import FORMATS
from tests.report import sample

WEB: dict[str, Any] = {
    "type": "library", "bom-ref": "web", "name": "web", "version": "1.0.0", "purl": "pkg:npm/web@1.0.0",
}  # fmt: skip


def reading(path: str, document: object) -> Reading:
    data = document if isinstance(document, bytes) else json.dumps(document, indent=1).encode()
    return read(path, {path: data})


def cyclonedx(*components: object, **more: object) -> Reading:
    head = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}
    return reading("bom.json", {**head, "components": components, **more})


def spdx_package(name: str, purl: str = "", **more: object) -> dict[str, Any]:
    reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
    return {
        "SPDXID": f"SPDXRef-{name}", "name": name, "externalRefs": [reference] if purl else [], **more,
    }  # fmt: skip


def spdx(*packages: object, **more: object) -> Reading:
    return reading("app.spdx.json", {"spdxVersion": "SPDX-2.3", "packages": packages, **more})


def told(found: Reading) -> list[str]:
    return [f"{u.line}: {u.detail}" for u in found.unread]


def named(found: Reading) -> dict[str, Package]:
    return {package.name: package for package in found.packages}


def test_a_component_is_what_its_package_url_says_at_its_line() -> None:
    (found,) = cyclonedx({**WEB, "name": "other", "version": "9"}).packages
    assert (found.ecosystem, found.name, found.version) == ("npm", "web", "1.0.0")
    assert (found.location.start_line, found.location.start_column, found.format) == (11, 13, "cyclonedx")


def test_components_in_components_are_read() -> None:
    inner = {"type": "library", "name": "b", "version": "2", "purl": "pkg:pypi/b"}
    assert set(named(cyclonedx({**WEB, "components": [inner]}))) == {"web", "b"}


def test_the_graph_tells_what_is_direct_and_who_needs_whom() -> None:
    parser = {"type": "library", "bom-ref": "p", "name": "parser", "purl": "pkg:npm/parser@2"}
    found = named(
        cyclonedx(
            WEB,
            parser,
            metadata={"component": {"bom-ref": "app", "name": "app", "type": "application"}},
            dependencies=[
                {"ref": "app", "dependsOn": ["web"]},
                {"ref": "web", "dependsOn": ["p", "nobody", 3]},
                {"ref": "p"},
                "odd",
            ],
        )
    )
    assert (found["web"].depth, found["parser"].depth) == (Depth.DIRECT, Depth.TRANSITIVE)
    assert [r.ident for r in found["web"].requires] == [found["parser"].ident] == ["p"]


def test_a_mere_list_says_nothing_of_depth() -> None:
    app = {"component": {"bom-ref": "app", "name": "app", "type": "application"}}
    found = cyclonedx(WEB, metadata=app, dependencies=[{"ref": "app", "dependsOn": ["web"]}])
    assert found.packages[0].depth is Depth.UNKNOWN


@pytest.mark.parametrize(
    ("licenses", "expected"),
    [
        ([{"license": {"id": "MIT"}}], "MIT"),
        ([{"license": {"name": "Own words"}}], "Own words"),
        ([{"expression": "MIT OR ISC"}], "MIT OR ISC"),
        ([{"license": {"id": "MIT"}}, {"license": {"id": "ISC"}}, {"license": {"id": "MIT"}}], "MIT AND ISC"),
        ([{"license": {"id": "MIT"}}, {"expression": "ISC OR Zlib"}], "MIT AND (ISC OR Zlib)"),
        (
            [{"license": {"name": "License :: OSI Approved :: BSD License"}}, {"license": {"id": "0BSD"}}],
            "0BSD",
        ),
        ([{"license": {}}, 3], ""),
        ({}, ""),
    ],
)
def test_licences_are_put_together(licenses: object, expected: str) -> None:
    assert cyclonedx({**WEB, "licenses": licenses}).packages[0].licenses == expected


def test_scopes_and_properties_tell_development_and_options() -> None:
    taxonomy = [{"name": "cdx:npm:package:development", "value": "true"}]
    assert cyclonedx({**WEB, "scope": "excluded"}).packages[0].dev
    assert cyclonedx({**WEB, "properties": taxonomy}).packages[0].dev
    assert cyclonedx({**WEB, "scope": "optional"}).packages[0].optional
    assert not cyclonedx({**WEB, "scope": "required"}).packages[0].dev


@pytest.mark.parametrize(
    ("component", "detail"),
    [
        ({"type": "library", "name": "x"}, "x has no package URL"),
        ({"type": "library", "name": "x", "purl": "npm/x@1"}, "x: its package URL is none"),
        ({"type": "library", "name": "x", "purl": 3}, "x: its package URL is none"),
        ({"type": "library", "name": "x", "purl": "pkg:npm/x"}, "x has no version"),
        (
            {"type": "library", "name": "x", "purl": "pkg:generic/x@1"},
            "x: no database here knows packages of this kind (generic)",
        ),
        (
            {"type": "library", "name": "x", "purl": "pkg:deb/debian/x@1"},
            "x: no database here knows packages of this kind (deb)",
        ),
        (3, "an entry is no object"),
        (
            {"type": "library", "name": "x", "purl": "pkg:npm/a%20b@1"},
            "an entry's name or version is no usable text",
        ),
    ],
)
def test_what_cannot_be_audited_is_listed_and_the_rest_is_read(component: object, detail: str) -> None:
    found = cyclonedx(component, WEB)
    assert [line.partition(": ")[2] for line in told(found)] == [detail]
    assert set(named(found)) == {"web"}


def test_files_and_devices_are_no_packages() -> None:
    assert (
        cyclonedx({"type": "file", "name": "/bin/sh"}, {"type": "operating-system", "name": "debian"})
        == Reading()
    )


@pytest.mark.parametrize(
    "path",
    [
        "bom.json",
        "sbom.json",
        "a/app.cdx.json",
        "app-bom.json",
        "app.sbom.json",
        "cyclonedx.json",
        "x.spdx.json",
    ],
)
def test_names_that_bills_have(path: str) -> None:
    found = reading(path, {"bomFormat": "CycloneDX", "components": [WEB]})
    assert [(p.name, p.format) for p in found.packages] == [("web", "cyclonedx")]
    other = reading(path, {"spdxVersion": "SPDX-2.2", "packages": [spdx_package("web", "pkg:npm/web@1.0.0")]})
    assert [(p.name, p.format) for p in other.packages] == [("web", "spdx")]


def test_what_the_subject_is_made_of_is_read() -> None:
    subject = {"type": "application", "name": "app", "purl": "pkg:npm/app@1", "components": [WEB]}
    assert set(named(cyclonedx(metadata={"component": subject}))) == {"web"}


def test_a_debian_package_is_one_where_the_release_is_told() -> None:
    found = cyclonedx(
        {"type": "library", "name": "curl", "purl": "pkg:deb/debian/curl@7.88?distro=debian-12"}
    )
    assert (found.packages[0].ecosystem, found.packages[0].name) == ("Debian:12", "curl")


@pytest.mark.parametrize("document", [{"name": "x"}, [], 3, {"bomFormat": "Other"}, {"components": [WEB]}])
@pytest.mark.parametrize("path", ["bom.json", "a/x.spdx.json"])
def test_other_json_tells_nothing(path: str, document: object) -> None:
    assert reading(path, document) == Reading()


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "an empty file is no cyclonedx"),
        (b'{"bomFormat": "CycloneDX", "components": [', "not JSON"),
        (b"<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", "conflict"),
    ],
)
def test_a_broken_file_is_unparsable(data: bytes, detail: str) -> None:
    (unread,) = reading("bom.json", data).unread
    assert unread.reason is UnreadReason.UNPARSABLE
    assert detail in unread.detail


def test_nesting_and_length_are_bounded() -> None:
    deep: dict[str, Any] = WEB
    for _ in range(60):
        deep = {"type": "framework", "name": "f", "purl": "pkg:npm/f@1", "components": [deep]}
    found = cyclonedx(deep, {**WEB, "bom-ref": "r" * 5000})
    assert "components are nested too deep" in told(found)[0]
    assert len(named(found)["web"].ident) == REFERENCE_MAX
    assert reading("bom.json", b'{"bomFormat": "CycloneDX", "components": ' + b"[" * 100_000).unread


# ----------------------------------------------------------------------------------------------------- SPDX


def relation(one: str, kind: str, other: str) -> dict[str, str]:
    names = (name if name == "SPDXRef-DOCUMENT" else f"SPDXRef-{name}" for name in (one, other))
    first, second = names
    return {"spdxElementId": first, "relationshipType": kind, "relatedSpdxElement": second}


def test_packages_of_spdx_are_read_but_for_the_one_described() -> None:
    found = spdx(
        spdx_package("app", "pkg:github/octo-org/app@main"),
        spdx_package("web", "pkg:npm/web@1.0.0", licenseConcluded="NOASSERTION", licenseDeclared="MIT"),
        spdx_package("parser", "pkg:npm/parser", versionInfo="2.0.0", licenseConcluded="ISC"),
        spdx_package("tool", "pkg:npm/tool@3.0.0"),
        spdx_package("bare"),
        relationships=[
            relation("SPDXRef-DOCUMENT", "DESCRIBES", "app"),
            relation("app", "DEPENDS_ON", "web"),
            relation("web", "DEPENDS_ON", "parser"),
            relation("tool", "DEV_DEPENDENCY_OF", "app"),
            {"spdxElementId": 3},
        ],
    )
    packages = named(found)
    assert [(p.name, p.version, p.depth, p.dev, p.licenses) for p in found.packages] == [
        ("web", "1.0.0", Depth.DIRECT, False, "MIT"),
        ("parser", "2.0.0", Depth.TRANSITIVE, False, "ISC"),
        ("tool", "3.0.0", Depth.DIRECT, True, ""),
    ]
    assert [r.ident for r in packages["web"].requires] == [packages["parser"].ident]
    assert [line.partition(": ")[2] for line in told(found)] == ["bare has no package URL"]


def test_a_document_may_describe_every_package() -> None:
    both = spdx_package("a", "pkg:pypi/a@1"), spdx_package("b", "pkg:pypi/b@1")
    assert set(named(spdx(*both, documentDescribes=["SPDXRef-a", "SPDXRef-b"]))) == {"a", "b"}
    assert set(named(spdx(both[0], documentDescribes=["SPDXRef-a"]))) == {"a"}


def test_later_versions_of_spdx_are_named_not_guessed() -> None:
    found = reading(
        "x.spdx.json", {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}
    )
    assert found.unread[0].reason is UnreadReason.NOT_AUDITED
    assert reading("x.spdx.json", {"spdxVersion": "SPDX-9.0"}).unread[0].reason is UnreadReason.UNPARSABLE


# ------------------------------------------------------------------------------------------------- together


@pytest.mark.parametrize(("form", "path"), [("cyclonedx", "bom.json"), ("spdx", "bom.spdx.json")])
def test_our_own_bills_are_read_back(form: str, path: str) -> None:
    verdict = replace(sample.full(), inventory=sample.inventory())
    found = named(reading(path, FORMATS[form](verdict, ()).encode()))
    assert set(found) == {"web", "@scope/parser", "example-package", "tool", "extra"}
    assert (found["web"].licenses, found["@scope/parser"].licenses) == ("MIT", "MIT OR Apache-2.0")
    assert [r.ident for r in found["web"].requires] == [found["@scope/parser"].ident]
    assert (found["tool"].dev, found["extra"].optional, found["web"].dev) == (True, True, False)
    assert found["@scope/parser"].depth is Depth.TRANSITIVE


@pytest.mark.parametrize("name", ["bom.json", "app.spdx.json"])
def test_what_npm_writes_is_read_alike_in_both_standards(name: str) -> None:
    found = reading(name, (Path(__file__).parent / "made" / "npm_sbom" / name).read_bytes())
    assert found.unread == ()
    assert len(found.packages) == 17
    direct = {p.name for p in found.packages if p.depth is Depth.DIRECT}
    assert direct == {"@babel/code-frame", "debug", "fsevents", "mkdirp"}
    assert {p.name for p in found.packages if p.dev} == {"mkdirp", "minimist"}
    assert {p.name for p in found.packages if p.optional and not p.dev} == {"fsevents"}
    assert {p.licenses for p in found.packages} == {"MIT", "ISC"}
    packages = named(found)
    assert packages["minimist"].ident in {r.ident for r in packages["mkdirp"].requires}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("pkg:npm/x@1"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["components", "packages", "purl", "name", "version", "licenses", "license", "externalRefs",
             "referenceType", "referenceLocator", "dependencies", "dependsOn", "ref", "relationships"]
        ),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(["components", "packages", "dependencies", "relationships"]), _VALUES))
def test_no_document_breaks_the_reader(parts: dict[str, Any]) -> None:
    for path, head in (
        ("bom.json", {"bomFormat": "CycloneDX"}),
        ("x.spdx.json", {"spdxVersion": "SPDX-2.3"}),
    ):
        for package in reading(path, head | parts).packages:
            assert package.name
