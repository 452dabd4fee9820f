"""
The verdict's inventory as CycloneDX 1.6 in JSON, with the vulnerabilities that were found in it.

Source: CycloneDX 1.6 JSON reference (ECMA-424, 1st edition). There is no serial number, and no time but the
verdict's own: the same verdict gives the same text. What could not be read is told twice: the composition of
the whole is ``incomplete``, and properties name each gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate import __version__
from pregate.model import Finding, Inventory, Judged, License, Location, Rule, Severity, Verdict
from pregate.report.bill import (
    ROOT,
    SUBJECT,
    Entry,
    dumped,
    entries_of,
    gap_words,
    inventory_of,
    timestamp,
    vulnerable,
)
from pregate.report.visible import clipped, one_line, uri, visible
from pregate.report.words import remedy_of

VERSION = "1.6"
TEXT_MAX = 4000
SEVERITIES: Mapping[Severity, str] = {
    Severity.UNKNOWN: "unknown",
    Severity.INFO: "info",
    Severity.LOW: "low",
    Severity.MEDIUM: "medium",
    Severity.HIGH: "high",
    Severity.CRITICAL: "critical",
}
_METHODS = (("CVSS:4.", "CVSSv4"), ("CVSS:3.1", "CVSSv31"), ("CVSS:3.", "CVSSv3"), ("AV:", "CVSSv2"))


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """The document as ASCII JSON that ends in a line feed."""
    return dumped(document_of(verdict))


def document_of(verdict: Verdict) -> dict[str, Any]:
    """The document as dictionaries and lists."""
    inventory = inventory_of(verdict)
    entries = entries_of(inventory.components)
    document = {
        "$schema": f"http://cyclonedx.org/schema/bom-{VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": VERSION,
        "version": 1,
        "metadata": _metadata(verdict, inventory),
        "components": [_component(entry) for entry in entries],
        "dependencies": list(_dependencies(entries)),
        "compositions": [
            {
                "aggregate": _aggregate(verdict, inventory),
                "assemblies": [ROOT],
                "dependencies": [ROOT],
            }
        ],
    }
    vulnerabilities = _vulnerabilities(verdict, inventory)
    return document | ({"vulnerabilities": vulnerabilities} if vulnerabilities else {})


def _aggregate(verdict: Verdict, inventory: Inventory) -> str:
    """
    That nothing is known to be missing is no promise: a requirements file need not name what it pulls.
    """
    is_part = verdict.compared or verdict.head.startswith(":")
    return "incomplete" if inventory.gaps or is_part else "unknown"


def _metadata(verdict: Verdict, inventory: Inventory) -> dict[str, Any]:
    subject = one_line(inventory.subject)
    group, _, name = subject.rpartition("/")
    component = {"bom-ref": ROOT, "type": "application", "name": name or SUBJECT}
    component |= {"group": group} if group else {}
    component |= {"version": one_line(verdict.head)} if not verdict.head.startswith(":") else {}
    tool = {"type": "application", "name": "pregate", "version": __version__}
    time = {"timestamp": timestamp(verdict.ended)} if verdict.ended else {}
    pairs = [("change", one_line(verdict.change)), ("head", one_line(verdict.head))]
    pairs += [("only-changed-files", "true")] if verdict.compared else []
    pairs += [("unread", gap_words(gap)) for gap in inventory.gaps]
    return time | {
        "lifecycles": [{"phase": "pre-build"}],
        "tools": {"components": [tool]},
        "component": component,
        "properties": _properties(pairs),
    }


def _properties(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": f"pregate:{name}", "value": value} for name, value in pairs]


def _component(entry: Entry) -> dict[str, Any]:
    component = entry.component
    scope = "excluded" if entry.dev else "optional" if entry.optional else "required"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": entry.ref,
        "name": one_line(component.name),
        "version": one_line(component.version),
        "scope": scope,
    }
    licenses = licenses_of(component.license)
    made |= {"licenses": licenses} if licenses else {}
    made |= {"purl": component.purl} if component.purl else {}
    occurrences = [
        {"location": visible(place.path), "line": max(place.start_line, 1)}
        for place in _first_of_each_line(entry.places)
    ]
    methods = [
        {"technique": "manifest-analysis", "confidence": 1, "value": visible(path)}
        for path in dict.fromkeys(place.path for place in entry.places)
    ]
    identity = [{"field": "purl", "confidence": 1, "methods": methods}] if component.purl else []
    made["evidence"] = ({"identity": identity} if identity else {}) | {"occurrences": occurrences}
    pairs = [("ecosystem", one_line(component.ecosystem)), ("depth", _depth(entry))]
    pairs += [("dev", "true")] if entry.dev else []
    return made | {"properties": _properties(pairs)}


def _first_of_each_line(places: Sequence[Location]) -> tuple[Location, ...]:
    """The schema wants occurrences that differ."""
    return tuple({(place.path, place.start_line): place for place in reversed(places)}.values())[::-1]


def _depth(entry: Entry) -> str:
    return "direct" if entry.is_direct else one_line(entry.component.depth)


def licenses_of(known: License) -> list[dict[str, Any]]:
    """A licence as the schema has it; nothing where none is known."""
    if known.id:
        return [{"license": {"id": known.id, "acknowledgement": "declared"}}]
    if known.expression:
        return [{"expression": known.expression, "acknowledgement": "declared"}]
    if known.name:
        return [{"license": {"name": one_line(known.name), "acknowledgement": "declared"}}]
    return []


def _dependencies(entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    known = {entry.ref for entry in entries}
    yield {"ref": ROOT, "dependsOn": [entry.ref for entry in entries if entry.is_top]}
    for entry in entries:
        needed = [ref for ref in entry.requires if ref in known]
        yield {"ref": entry.ref} | ({"dependsOn": needed} if needed else {})


# ------------------------------------------------------------------------------------------ vulnerabilities


def _vulnerabilities(verdict: Verdict, inventory: Inventory) -> list[dict[str, Any]]:
    """One for each vulnerability and component; of several findings the one that matters most."""
    refs = {(c.ecosystem, c.name, c.version): one_line(c.ref) for c in inventory.components}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for judged, known in vulnerable(verdict):
        ref = refs.get((known.get("ecosystem", ""), known["package"], known.get("version", "")), "")
        key = (one_line(judged.finding.rule.id), ref or one_line(known["package"]))
        if key not in found:
            made = _vulnerability(judged, known)
            affected = {"version": one_line(known.get("version", "")), "status": "affected"}
            made["affects"] = [{"ref": ref, "versions": [affected]}] if ref else []
            found[key] = {"bom-ref": " ".join(key), **made}
    return [found[key] for key in sorted(found)]


def _vulnerability(judged: Judged, known: Mapping[str, str]) -> dict[str, Any]:
    finding = judged.finding
    identifier = one_line(finding.rule.id.partition("/")[2])
    url, remedy = finding.rule.help_uri, remedy_of(finding)
    is_address = url.startswith(("https://", "http://")) and url.isprintable() and " " not in url
    names = [name for alias in finding.aliases if (name := one_line(alias)) != identifier]
    references = [{"id": n, "source": {"name": n.partition("-")[0]}} for n in names]
    return {
        "id": identifier,
        "source": {"name": "OSV", **({"url": url} if is_address else {})},
        **({"references": references} if references else {}),
        "ratings": [_rating(finding, known)],
        **({"cwes": list(finding.rule.cwe)} if finding.rule.cwe else {}),
        "description": _text(finding.rule.title or identifier),
        **({"detail": _text(finding.rule.description)} if finding.rule.description else {}),
        **({"recommendation": _text(remedy)} if remedy else {}),
        "properties": _properties(_pairs(judged, known)),
    }


def _pairs(judged: Judged, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the standard has no member for."""
    finding = judged.finding
    place = f"{uri(finding.location.path)}#L{finding.location.start_line}"
    pairs = [("state", judged.state.value), ("line", place)]
    told = (("suppressed-by", finding.suppressed_by), ("excused", finding.excused))
    more = ((name, known.get(name, "")) for name in ("fixed-in", "upgrade", "known-exploited", "epss"))
    return pairs + [(name, one_line(value)) for name, value in (*told, *more) if value]


def _rating(finding: Finding, known: Mapping[str, str]) -> dict[str, Any]:
    rating: dict[str, Any] = {"severity": SEVERITIES[finding.severity]}
    vector = one_line(known.get("cvss-vector", ""))
    method = next((name for start, name in _METHODS if vector.startswith(start)), "other")
    score = known.get("cvss-score", "")
    try:
        number = float(score)
    except ValueError:
        number = -1.0
    if 0 <= number <= 10:
        rating["score"] = number
    return rating | ({"method": method, "vector": vector} if vector else {})


def _text(text: str) -> str:
    return clipped(one_line(text), TEXT_MAX)
