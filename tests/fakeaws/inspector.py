"""
Amazon Inspector's scan of a bill of materials.

Source: Amazon Inspector Scan API reference (2023-08-08); "Scanning SBOMs with Amazon Inspector".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.fakeaws.records import Refused

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

MAX_PACKAGES = 5000
_VERSIONS = ("1.4", "1.5")


def serve(aws: FakeAws, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer: the vulnerabilities that ``aws.advisories`` has for a component's package URL."""
    if operation != "ScanSbom":
        raise Refused(404, "UnknownOperationException", "Unknown operation")
    sbom = asked["sbom"]
    if not isinstance(sbom, dict) or sbom.get("bomFormat") != "CycloneDX":
        raise _invalid("The SBOM is not in the CycloneDX format", "bomFormat")
    if sbom.get("specVersion") not in _VERSIONS:
        raise _invalid("The version of CycloneDX is not supported", "specVersion")
    components = sbom.get("components", [])
    if not isinstance(components, list) or len(components) > MAX_PACKAGES:
        raise _invalid(f"The SBOM has more than {MAX_PACKAGES} packages", "components", "OTHER")
    for component in components:
        if not isinstance(component, dict) or not component.get("name") or "type" not in component:
            raise _invalid("A component has no name or type", "components")
    made = _cyclone if asked.get("outputFormat", "CYCLONE_DX_1_5") == "CYCLONE_DX_1_5" else _inspector
    return {"sbom": made(aws, components)}


def _invalid(message: str, field: str, reason: str = "FIELD_VALIDATION_FAILED") -> Refused:
    fields = [{"name": field, "message": message}]
    return Refused(400, "ValidationException", message, reason=reason, fields=fields)


def _found(aws: FakeAws, components: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(c, advisory) for c in components for advisory in aws.advisories.get(c.get("purl", ""), [])]


def _cyclone(aws: FakeAws, components: list[dict[str, Any]]) -> dict[str, Any]:
    """CycloneDX 1.5 with the vulnerabilities; those affect components by their ``bom-ref``."""
    merged: dict[str, dict[str, Any]] = {}
    for component, advisory in _found(aws, components):
        entry = merged.setdefault(advisory["id"], dict(advisory) | {"affects": []})
        entry["affects"].append({"ref": component.get("bom-ref", component["purl"])})
    severities = [rating["severity"] for one in merged.values() for rating in one.get("ratings", [])[:1]]
    counts = [
        {
            "name": f"amazon:inspector:sbom_scanner:{level}_vulnerabilities",
            "value": str(severities.count(level)),
        }
        for level in ("critical", "high", "medium", "low")
        if level in severities
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {"properties": counts},
        "components": components,
        "vulnerabilities": list(merged.values()),
    }


def _inspector(aws: FakeAws, components: list[dict[str, Any]]) -> dict[str, Any]:
    """Inspector's own form."""
    found = [
        {
            "id": advisory["id"],
            "severity": (advisory.get("ratings") or [{"severity": "none"}])[0]["severity"],
            "affects": [{"purl": component["purl"]}],
        }
        for component, advisory in _found(aws, components)
    ]
    return {
        "status": "SBOM parsed successfully, "
        + (f"{len(found)} vulnerabilities found" if found else "no vulnerabilities found"),
        "vulnerability_count": {"total": len(found)},
        "vulnerabilities": found,
    }
