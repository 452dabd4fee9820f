"""Bills of materials: valid by the standards' own libraries, complete about what is there and what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from pregate.model import (
    Component,
    Decision,
    Finding,
    Inventory,
    License,
    Location,
    Severity,
    State,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.report import FORMATS
from tests.report import sample
from tests.report.strategies import hostile, locations, paths

ENDED = 1_790_000_000_123
WEB = "pkg:npm/web@1.0.0"
PARSER = "pkg:npm/%40scope/parser@2.1.0"


@cache
def validator() -> JsonStrictValidator:
    return JsonStrictValidator(SchemaVersion.V1_6)


def verdict_with(inventory: Inventory | None, *findings: Finding, **more: Any) -> Verdict:
    judged = tuple(sample.judged(State.NEW, found) for found in findings)
    made = sample.verdict_of(judged, sample.outcomes()[:2], Decision.FAILED, head="ab" * 20, ended=ENDED)
    return replace(made, inventory=inventory, **more)


def cyclonedx(verdict: Verdict) -> Any:
    text = FORMATS["cyclonedx"](verdict, ())
    assert validator().validate_str(text) is None
    return json.loads(text)


def spdx(verdict: Verdict) -> Any:
    read = json.loads(FORMATS["spdx"](verdict, ()))
    document = JsonLikeDictParser().parse(read)  # type: ignore[no-untyped-call]
    assert [m.validation_message for m in validate_full_spdx_document(document)] == []
    return read


def vulnerable() -> Finding:
    return sample.finding(
        sample.ADVISORY, "requirements.txt", 3, "example-package==2.0.0", 1, 23,
        severity=Severity.HIGH,
        aliases=("CVE-2026-1", "GHSA-aaaa-bbbb-cccc"),
        properties=(
            ("package", "example-package"), ("version", "2.0.0"), ("ecosystem", "PyPI"),
            ("cvss-score", "7.5"), ("cvss-vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"),
            ("advisories", "GHSA-aaaa-bbbb-cccc"),
        ),
    )  # fmt: skip


def test_both_are_valid_with_everything_in_them() -> None:
    verdict = verdict_with(sample.inventory(), vulnerable())
    assert len(cyclonedx(verdict)["components"]) == 6
    assert len(spdx(verdict)["packages"]) == 7


def test_both_are_valid_with_nothing_in_them() -> None:
    assert cyclonedx(verdict_with(Inventory()))["components"] == []
    assert len(spdx(verdict_with(Inventory()))["packages"]) == 1


def test_the_same_verdict_gives_the_same_text() -> None:
    for name in ("cyclonedx", "spdx"):
        verdict = verdict_with(sample.inventory())
        shuffled = replace(sample.inventory(), components=sample.inventory().components[::-1])
        assert FORMATS[name](verdict, ()) == FORMATS[name](verdict_with(sample.inventory()), ())
        if name == "cyclonedx":
            assert FORMATS[name](verdict, ()) == FORMATS[name](verdict_with(shuffled), ())


def test_a_component_says_where_it_is_locked_what_it_pulls_and_its_licence() -> None:
    made = cyclonedx(verdict_with(sample.inventory()))
    web = next(c for c in made["components"] if c["bom-ref"] == WEB)
    assert web["evidence"]["occurrences"] == [
        {"location": "a/package-lock.json", "line": 4},
        {"location": "b/package-lock.json", "line": 7},
    ]
    assert web["licenses"] == [{"license": {"id": "MIT", "acknowledgement": "declared"}}]
    assert {"ref": WEB, "dependsOn": [PARSER]} in made["dependencies"]
    top = made["dependencies"][0]["dependsOn"]
    assert WEB in top
    assert PARSER not in top


def test_scopes_follow_the_lock_file() -> None:
    made = cyclonedx(verdict_with(sample.inventory()))
    scopes = {c["name"]: c["scope"] for c in made["components"]}
    assert (scopes["web"], scopes["tool"], scopes["extra"]) == ("required", "excluded", "optional")


def test_spdx_tells_the_same_by_relationships() -> None:
    made = spdx(verdict_with(sample.inventory()))
    names = {p["SPDXID"]: p["name"] for p in made["packages"]} | {"SPDXRef-DOCUMENT": "DOCUMENT"}
    said = {
        (names[r["spdxElementId"]], r["relationshipType"], names[r["relatedSpdxElement"]])
        for r in made["relationships"]
    }
    assert {
        ("DOCUMENT", "DESCRIBES", "octo-org/example"),
        ("octo-org/example", "DEPENDS_ON", "web"),
        ("web", "DEPENDS_ON", "@scope/parser"),
        ("tool", "DEV_DEPENDENCY_OF", "octo-org/example"),
        ("extra", "OPTIONAL_DEPENDENCY_OF", "octo-org/example"),
    } <= said
    licenses = {p["name"]: (p["licenseDeclared"], p.get("licenseComments", "")) for p in made["packages"]}
    assert licenses["@scope/parser"] == ("MIT OR Apache-2.0", "")
    assert licenses["example-package"] == ("NOASSERTION", "The lock file says: see the file")


def test_what_could_not_be_read_is_told() -> None:
    verdict = verdict_with(sample.inventory())
    made = cyclonedx(verdict)
    assert made["compositions"][0]["aggregate"] == "incomplete"
    words = "app/uv.lock:3: unparsable: a merge conflict"
    assert {"name": "pregate:unread", "value": words} in made["metadata"]["properties"]
    other = spdx(verdict)
    assert other["annotations"][0]["comment"] == f"unread: {words}"
    assert "Incomplete: 1 entries" in other["comment"]


def test_a_part_of_the_tree_is_no_whole() -> None:
    part = cyclonedx(verdict_with(Inventory(), compared=True))
    assert part["compositions"][0]["aggregate"] == "incomplete"
    assert {"name": "pregate:only-changed-files", "value": "true"} in part["metadata"]["properties"]
    whole = cyclonedx(verdict_with(Inventory(), compared=False))
    assert whole["compositions"][0]["aggregate"] == "unknown"


def test_a_verdict_without_an_inventory_says_so() -> None:
    made = cyclonedx(verdict_with(None))
    assert made["compositions"][0]["aggregate"] == "incomplete"
    assert "no inventory was taken" in json.dumps(made["metadata"])
    assert "no inventory was taken" in spdx(verdict_with(None))["annotations"][0]["comment"]


def test_a_vulnerability_names_its_component() -> None:
    (found,) = cyclonedx(verdict_with(sample.inventory(), vulnerable()))["vulnerabilities"]
    assert found["id"] == "GHSA-aaaa-bbbb-cccc"
    affected = {"version": "2.0.0", "status": "affected"}
    assert found["affects"] == [{"ref": "pkg:pypi/example-package@2.0.0", "versions": [affected]}]
    assert found["references"] == [{"id": "CVE-2026-1", "source": {"name": "CVE"}}]
    (rating,) = found["ratings"]
    assert (rating["severity"], rating["score"], rating["method"]) == ("high", 7.5, "CVSSv31")


def test_the_finding_that_matters_most_stands_for_a_component() -> None:
    found = vulnerable()
    old = replace(found, suppressed_by="accepted\nuntil May", location=replace(found.location, path="b.txt"))
    other = replace(found, properties=(("package", "unlisted"), ("advisories", "GHSA-aaaa-bbbb-cccc")))
    judged = (
        sample.judged(State.NEW, found),
        sample.judged(State.NEW, other),
        sample.judged(State.SUPPRESSED, old),
    )
    verdict = replace(verdict_with(sample.inventory()), findings=judged)
    first, second = cyclonedx(verdict)["vulnerabilities"]
    assert {"name": "pregate:state", "value": "new"} in first["properties"]
    assert second["affects"] == []
    alone = cyclonedx(replace(verdict, findings=judged[2:]))["vulnerabilities"][0]
    assert {"name": "pregate:suppressed-by", "value": "accepted until May"} in alone["properties"]


@pytest.mark.parametrize(
    ("vector", "method"),
    [
        ("CVSS:4.0/AV:N", "CVSSv4"),
        ("CVSS:3.0/AV:N", "CVSSv3"),
        ("AV:N/AC:L", "CVSSv2"),
        ("odd", "other"),
    ],
)
def test_a_rating_names_its_method(vector: str, method: str) -> None:
    pairs = [p for p in vulnerable().properties if p[0] not in ("cvss-vector", "cvss-score")]
    pairs += [("cvss-vector", vector), ("cvss-score", "odd")]
    (found,) = cyclonedx(verdict_with(Inventory(), replace(vulnerable(), properties=tuple(pairs))))[
        "vulnerabilities"
    ]
    assert found["ratings"] == [{"severity": "high", "method": method, "vector": vector}]


components = st.builds(
    Component,
    st.sampled_from(["", WEB, PARSER]),
    hostile,
    hostile,
    hostile,
    locations,
    st.builds(License, name=hostile) | st.just(License()),
    st.sampled_from(["direct", "transitive", "unknown"]),
    st.booleans(),
    st.booleans(),
    st.tuples(st.sampled_from([WEB, PARSER, "x"])),
)
inventories = st.builds(
    Inventory,
    st.lists(components, max_size=4).map(tuple),
    st.lists(st.builds(Unread, paths, st.sampled_from(UnreadReason), hostile), max_size=2).map(tuple),
    hostile,
)


@given(inventories, hostile)
@settings(max_examples=15, deadline=None)
def test_whatever_a_tree_holds_is_of_the_standards_form(inventory: Inventory, text: str) -> None:
    properties = (("package", text), ("version", text), ("advisories", text), ("cvss-vector", text))
    rule = replace(sample.ADVISORY, title=text, help_uri=text)
    found = replace(vulnerable(), rule=rule, aliases=(text,), properties=properties, remedy=text)
    verdict = verdict_with(inventory, found)
    for name in ("cyclonedx", "spdx"):
        assert FORMATS[name](verdict, ()).isascii()
    cyclonedx(verdict)
    spdx(verdict)


def test_names_are_shown_as_text() -> None:
    odd = Component("", "Nowhere", "a\x1b[31m\udcff", "1", Location("x\n.lock", 2))
    text = json.dumps([cyclonedx(verdict_with(Inventory((odd,)))), spdx(verdict_with(Inventory((odd,))))])
    assert "\\u001b" not in text
    assert "\\udcff" not in text
