"""
Bills of materials as inputs: CycloneDX in JSON, 1.2 to 1.7, and SPDX in JSON, 2.2 and 2.3.

What a component is comes from its package URL alone. One without, and one of a type that no database here
knows, is listed as not audited. A JSON file that is no bill of materials tells nothing.

Sources: CycloneDX JSON reference (https://cyclonedx.org/docs/1.6/json/); SPDX specification 2.3, clauses 7
"Package information" and 11 "Relationships between SPDX elements information"
(https://spdx.github.io/spdx-spec/v2.3/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.lockfiles.bom_entries import Entry, Graph, fields_of, gather, items_of, text_of
from pregate.lockfiles.document import Collector, failed
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
# Relationships of SPDX by what they say of the first element: it needs the second, or the second needs it.
_NEEDS = frozenset({"DEPENDS_ON"})
_NEEDED_BY = frozenset(
    {
        *("DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF", "PROVIDED_DEPENDENCY_OF", "OPTIONAL_DEPENDENCY_OF"),
        *("DEV_DEPENDENCY_OF", "TEST_DEPENDENCY_OF", "BUILD_DEPENDENCY_OF", "DEV_TOOL_OF", "TEST_TOOL_OF"),
    }
)
_FOR_DEVELOPMENT = frozenset({"DEV_DEPENDENCY_OF", "TEST_DEPENDENCY_OF", "DEV_TOOL_OF", "TEST_TOOL_OF"})


def read_cyclonedx(path: str, files: Mapping[str, bytes]) -> Reading:
    """The components of a CycloneDX document with a package URL, nested ones too."""
    document = load_located(path, files[path])
    if isinstance(document, Reading):
        return document
    root = fields_of(document.root)
    if text_of(root, "bomFormat") != "CycloneDX":
        return Reading()
    found = Collector(path, CYCLONEDX, "")
    entries = [
        _cyclonedx_entry(part, fields)
        for part, fields in _nested(root.get("components"), found, document)
        if "purl" in fields or text_of(fields, "type") not in _NO_PACKAGES
    ]
    return gather(found, document, entries, _cyclonedx_graph(root))


def read_spdx(path: str, files: Mapping[str, bytes]) -> Reading:
    """The packages of an SPDX document with a package URL; not the one that it describes."""
    document = load_located(path, files[path])
    if isinstance(document, Reading):
        return document
    root = fields_of(document.root)
    version = text_of(root, "spdxVersion")
    if "@context" in root and not version:
        context = root["@context"].value
        is_spdx = isinstance(context, str) and "spdx.org" in context
        words = "SPDX 3 is not read: export the document as SPDX 2.3 in JSON"
        return Reading((), (Unread(path, UnreadReason.NOT_AUDITED, words),)) if is_spdx else Reading()
    if not version.startswith("SPDX-2."):
        return failed(path, "a version of SPDX that is not read") if version else Reading()
    graph = _spdx_graph(root)
    parts = [(part, fields_of(part)) for part in items_of(root.get("packages"))]
    if len(graph.root) != 1 or len(parts) == 1:
        graph.root = frozenset()  # a document may describe every package that it lists
    entries = [_spdx_entry(part, fields, graph) for part, fields in parts]
    others = [entry for entry in entries if entry.ref not in graph.root]
    return gather(Collector(path, SPDX, ""), document, others, graph)


# ------------------------------------------------------------------------------------------------ CycloneDX


def _cyclonedx_graph(root: Mapping[str, Part]) -> Graph:
    metadata = root["metadata"].value if "metadata" in root else None
    subject = metadata.get("component") if isinstance(metadata, Mapping) else None
    ref = subject.get("bom-ref") if isinstance(subject, Mapping) else None
    graph = Graph(frozenset({ref}) if isinstance(ref, str) else frozenset())
    for part in items_of(root.get("dependencies")):
        entry = part.value
        needed = entry.get("dependsOn") if isinstance(entry, Mapping) else None
        for other in needed if isinstance(needed, list) else ():
            graph.add(entry.get("ref"), other)
    return graph


def _nested(
    part: Part | None, found: Collector, document: Document, depth: int = 0
) -> Iterator[tuple[Part, Mapping[str, Part]]]:
    """The components of a list and of the components in it."""
    for item in items_of(part):
        entry = fields_of(item)
        yield item, entry
        inner = entry.get("components")
        if inner is None:
            continue
        if depth < NESTING_MAX:
            yield from _nested(inner, found, document, depth + 1)
        else:
            where = document.location(inner)
            found.skip("components are nested too deep", where, UnreadReason.UNPARSABLE)


def _cyclonedx_entry(part: Part, fields: Mapping[str, Part]) -> Entry:
    scope = text_of(fields, "scope")
    return Entry(
        part,
        fields,
        fields.get("purl"),
        text_of(fields, "version"),
        text_of(fields, "bom-ref") or text_of(fields, "purl"),
        _cyclonedx_licenses(fields),
        dev=scope == "excluded" or _is_for_development(fields),
        optional=scope == "optional",
    )


def _cyclonedx_licenses(entry: Mapping[str, Part]) -> str:
    """Several licences hold together; a choice among them is written as an expression."""
    texts = []
    for choice in entry["licenses"].value if "licenses" in entry and entry["licenses"].is_array else ():
        if not isinstance(choice, Mapping):
            continue
        known = choice.get("license")
        words = choice.get("expression")
        if isinstance(known, Mapping):
            words = known.get("id") or known.get("name")
        if isinstance(words, str) and words.strip():
            texts.append(words.strip())
    texts = list(dict.fromkeys(texts))
    if len(texts) < 2:
        return "".join(texts)
    return " AND ".join(f"({text})" if " " in text else text for text in texts)


def _is_for_development(entry: Mapping[str, Part]) -> bool:
    """CycloneDX property taxonomy, ``cdx:npm:package:development`` and its like."""
    properties = entry["properties"].value if "properties" in entry else ()
    return any(
        isinstance(p, Mapping)
        and str(p.get("name", "")).startswith("cdx:")
        and str(p.get("name", "")).endswith(":package:development")
        and p.get("value") == "true"
        for p in (properties if isinstance(properties, list) else ())
    )


# ----------------------------------------------------------------------------------------------------- SPDX


def _spdx_graph(root: Mapping[str, Part]) -> Graph:
    described = root["documentDescribes"].value if "documentDescribes" in root else []
    names = {name for name in described if isinstance(name, str)} if isinstance(described, list) else set()
    graph = Graph()
    for part in items_of(root.get("relationships")):
        entry = part.value
        if not isinstance(entry, Mapping):
            continue
        one, other = entry.get("spdxElementId"), entry.get("relatedSpdxElement")
        kind = str(entry.get("relationshipType", ""))
        if not isinstance(one, str) or not isinstance(other, str):
            continue
        if kind == "DESCRIBES":
            names.add(other)
        elif kind == "DESCRIBED_BY":
            names.add(one)
        elif kind in _NEEDS:
            graph.add(one, other)
            graph.runtime.add(other)
        elif kind in _NEEDED_BY:
            graph.add(other, one)
            rest = graph.optional if kind == "OPTIONAL_DEPENDENCY_OF" else graph.runtime
            (graph.dev if kind in _FOR_DEVELOPMENT else rest).add(one)
    graph.root = frozenset(names)
    return graph


def _spdx_entry(part: Part, fields: Mapping[str, Part], graph: Graph) -> Entry:
    references = (fields_of(reference) for reference in items_of(fields.get("externalRefs")))
    urls = (r.get("referenceLocator") for r in references if text_of(r, "referenceType") == "purl")
    ref = text_of(fields, "SPDXID")
    licenses = (text_of(fields, key) for key in ("licenseConcluded", "licenseDeclared"))
    return Entry(
        part,
        fields,
        next(urls, None),
        text_of(fields, "versionInfo"),
        ref,
        next((text for text in licenses if text not in _UNSAID), ""),
        dev=ref in graph.dev and ref not in graph.runtime,
        optional=ref in graph.optional and ref not in graph.runtime,
    )
