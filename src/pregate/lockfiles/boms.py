"""
Bills of materials as inputs: CycloneDX in JSON, 1.2 to 1.7, and SPDX in JSON, 2.2 and 2.3.

What a component is comes from its package URL alone. One without, and one of a type that no database here
knows, is listed as not audited. A JSON file that is no bill of materials tells nothing.

Sources: CycloneDX JSON reference (https://cyclonedx.org/docs/1.6/json/); SPDX specification 2.3, clauses 7
"Package information" and 11 "Relationships between SPDX elements information"
(https://spdx.github.io/spdx-spec/v2.3/).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.lockfiles.bom_entries import Entry, Graph, Need, gather, items_of, list_of, object_of, text_of
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.license_names import CLASSIFIER
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Reading
from pregate.model import Unread, UnreadReason

CYCLONEDX, SPDX = "cyclonedx", "spdx"
NESTING_MAX = 20
# Components that are no packages: they have no versions that an advisory could name.
_NO_PACKAGES = frozenset(
    {"file", "operating-system", "device", "device-driver", "data", "cryptographic-asset"}
    | {"machine-learning-model", "platform"}
)
_UNSAID = frozenset({"", "NOASSERTION", "NONE"})
# Relationships of SPDX that say that the second element needs the first, and what for.
_NEEDED_BY = {
    "DEPENDENCY_OF": Need.RUNTIME,
    "RUNTIME_DEPENDENCY_OF": Need.RUNTIME,
    "PROVIDED_DEPENDENCY_OF": Need.RUNTIME,
    "OPTIONAL_DEPENDENCY_OF": Need.OPTIONAL,
    "BUILD_DEPENDENCY_OF": Need.DEVELOPMENT,
    "DEV_DEPENDENCY_OF": Need.DEVELOPMENT,
    "DEV_TOOL_OF": Need.DEVELOPMENT,
    "TEST_DEPENDENCY_OF": Need.DEVELOPMENT,
    "TEST_TOOL_OF": Need.DEVELOPMENT,
}


def read_bill(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    The components of a CycloneDX document with a package URL, nested ones too, or the packages of an SPDX
    document with one, but for the one that it describes.

    The content tells which it is: ``sbom.json`` may be either.
    """
    document = load_located(path, files[path])
    if isinstance(document, Reading):
        return document
    root = document.root.by_key()
    if "bomFormat" in root and root["bomFormat"].value == "CycloneDX":
        return _cyclonedx(path, document, root)
    return _spdx(path, document, root)


def _cyclonedx(path: str, document: Document, root: Mapping[str, Part]) -> Reading:
    found = Collector(path, CYCLONEDX, "")
    subject = root["metadata"].member("component") if "metadata" in root else None
    lists = (root.get("components"), subject.member("components") if subject else None)
    entries = [
        _cyclonedx_entry(part)
        for components in lists
        for part in _nested(components, found, document)
        if "purl" in object_of(part.value) or object_of(part.value).get("type") not in _NO_PACKAGES
    ]
    return gather(found, document, entries, _cyclonedx_graph(root))


def _spdx(path: str, document: Document, root: Mapping[str, Part]) -> Reading:
    version = root["spdxVersion"].value if "spdxVersion" in root else ""
    if "@context" in root and not version:
        is_spdx = "spdx.org" in str(root["@context"].value)
        words = "SPDX 3 is not read: export the document as SPDX 2.3 in JSON"
        return Reading((), (Unread(path, UnreadReason.NOT_AUDITED, words),)) if is_spdx else Reading()
    if not isinstance(version, str) or not version.startswith("SPDX-2."):
        return failed(path, "a version of SPDX that is not read") if version else Reading()
    graph = _spdx_graph(root)
    parts = list(items_of(root.get("packages")))
    if len(graph.root) != 1 or len(parts) == 1:
        graph.root = frozenset()  # a document may describe every package that it lists
    dev, optional = graph.only_for(Need.DEVELOPMENT), graph.only_for(Need.OPTIONAL)
    entries = (_spdx_entry(part, dev, optional) for part in parts)
    others = [entry for entry in entries if entry.ref not in graph.root]
    return gather(Collector(path, SPDX, ""), document, others, graph)


# ------------------------------------------------------------------------------------------------ CycloneDX


def _cyclonedx_graph(root: Mapping[str, Part]) -> Graph:
    metadata = object_of(root["metadata"].value) if "metadata" in root else {}
    ref = object_of(metadata.get("component")).get("bom-ref")
    graph = Graph(frozenset({ref}) if isinstance(ref, str) else frozenset())
    for entry in map(object_of, list_of(root["dependencies"].value) if "dependencies" in root else ()):
        for other in list_of(entry.get("dependsOn")):
            graph.add(entry.get("ref"), other)
    return graph


def _nested(part: Part | None, found: Collector, document: Document, depth: int = 0) -> Iterator[Part]:
    """The components of a list and of the components in it."""
    for item in items_of(part):
        yield item
        if "components" not in object_of(item.value):
            continue
        if depth < NESTING_MAX:
            yield from _nested(item.member("components"), found, document, depth + 1)
        else:
            found.skip("components are nested too deep", document.location(item), UnreadReason.UNPARSABLE)


def _cyclonedx_entry(part: Part) -> Entry:
    data = object_of(part.value)
    scope = data.get("scope")
    return Entry(
        part.member("purl") or part.member("name") or part,
        data,
        data.get("purl"),
        text_of(data, "version"),
        text_of(data, "bom-ref") or text_of(data, "purl"),
        _cyclonedx_licenses(data),
        dev=scope == "excluded" or _is_for_development(data),
        optional=scope == "optional",
    )


def _cyclonedx_licenses(data: Mapping[str, Any]) -> str:
    """Several licences hold together; a choice among them is written as an expression."""
    texts: dict[str, None] = {}
    for choice in map(object_of, list_of(data.get("licenses"))):
        known = object_of(choice.get("license"))
        words = choice.get("expression") or known.get("id") or known.get("name")
        if isinstance(words, str) and words.strip():
            texts[words.strip()] = None
    # A classifier says once more, and less exactly, what another entry says.
    told = [text for text in texts if not text.startswith(CLASSIFIER)] or list(texts)
    if len(told) < 2:
        return "".join(told)
    return " AND ".join(f"({text})" if " " in text else text for text in told)


def _is_for_development(data: Mapping[str, Any]) -> bool:
    """CycloneDX property taxonomy, ``cdx:npm:package:development`` and its like."""
    return any(
        text_of(entry, "name").startswith("cdx:")
        and text_of(entry, "name").endswith(":package:development")
        and entry.get("value") == "true"
        for entry in map(object_of, list_of(data.get("properties")))
    )


# ----------------------------------------------------------------------------------------------------- SPDX


def _spdx_graph(root: Mapping[str, Part]) -> Graph:
    described = list_of(root["documentDescribes"].value) if "documentDescribes" in root else []
    names = {name for name in described if isinstance(name, str)}
    graph = Graph()
    for entry in map(object_of, list_of(root["relationships"].value) if "relationships" in root else ()):
        one, other = entry.get("spdxElementId"), entry.get("relatedSpdxElement")
        kind = text_of(entry, "relationshipType")
        if not isinstance(one, str) or not isinstance(other, str):
            continue
        if kind == "DESCRIBES":
            names.add(other)
        elif kind == "DESCRIBED_BY":
            names.add(one)
        elif kind == "DEPENDS_ON":
            graph.add(one, other)
        elif kind in _NEEDED_BY:
            graph.add(other, one, _NEEDED_BY[kind])
    graph.root = frozenset(names)
    return graph


def _spdx_entry(part: Part, dev: frozenset[str], optional: frozenset[str]) -> Entry:
    data = object_of(part.value)
    url, place = None, part.member("name") or part
    for number, reference in enumerate(map(object_of, list_of(data.get("externalRefs")))):
        if reference.get("referenceType") == "purl" and "referenceLocator" in reference:
            url = reference["referenceLocator"]
            place = _locator(part, number) or place
            break
    ref = text_of(data, "SPDXID")
    licenses = (text_of(data, key) for key in ("licenseConcluded", "licenseDeclared"))
    return Entry(
        place,
        data,
        url,
        text_of(data, "versionInfo"),
        ref,
        next((text for text in licenses if text not in _UNSAID), ""),
        dev=ref in dev,
        optional=ref in optional,
    )


def _locator(part: Part, number: int) -> Part | None:
    """Where the package URL of the reference at that position stands."""
    references = itertools.islice(items_of(part.member("externalRefs")), number, None)
    reference = next(references, None)
    return reference.member("referenceLocator") if reference else None
