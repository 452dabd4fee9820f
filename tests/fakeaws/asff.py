"""
The limits of the AWS Security Finding Format that the service's model does not hold.

Source: Security Hub user guide, "Required ASFF attributes", "Optional top-level ASFF attributes",
"Resources", "Types taxonomy for ASFF"; quotas of Security Hub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

MAX_BYTES = 240 * 1024
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)"
)
_TIMES = ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt")
_LENGTHS = {
    "Id": 512,
    "GeneratorId": 512,
    "Title": 256,
    "Description": 1024,
    "ProductName": 128,
    "CompanyName": 128,
    "Region": 16,
    "SourceUrl": 2048,
}
# Namespaces with the categories that they have.
_NAMESPACES = {
    "Software and Configuration Checks": (
        "Vulnerabilities",
        "AWS Security Best Practices",
        "Industry and Regulatory Standards",
    ),
    "TTPs": (),
    "Effects": (),
    "Unusual Behaviors": (),
    "Sensitive Data Identifications": (),
}
_RANGES = {
    "INFORMATIONAL": (0, 0),
    "LOW": (1, 39),
    "MEDIUM": (40, 69),
    "HIGH": (70, 89),
    "CRITICAL": (90, 100),
}


def problems(finding: Mapping[str, Any]) -> list[str]:
    """What the service would refuse of a finding of the model's form."""
    return [
        *_top(finding),
        *_severity(finding),
        *_types(finding),
        *_maps(finding),
        *_resources(finding),
        *_texts(finding),
    ]


def _top(finding: Mapping[str, Any]) -> Iterator[str]:
    if len(json.dumps(finding, separators=(",", ":")).encode()) > MAX_BYTES:
        yield "larger than 240 KB"
    if finding["SchemaVersion"] != "2018-10-08":
        yield "SchemaVersion: not 2018-10-08"
    if not re.fullmatch(r"\d{12}", finding["AwsAccountId"]):
        yield "AwsAccountId: not 12 digits"
    for name in _TIMES:
        if name in finding and not _TIME.fullmatch(finding[name]):
            yield f"{name}: not a time of RFC 3339"
    for name, most in _LENGTHS.items():
        if len(finding.get(name, "")) > most:
            yield f"{name}: longer than {most}"
    for name in ("Confidence", "Criticality"):
        if not 0 <= finding.get(name, 0) <= 100:
            yield f"{name}: not from 0 to 100"
    if "SourceUrl" in finding and not _is_url(finding["SourceUrl"]):
        yield "SourceUrl: no address"


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _severity(finding: Mapping[str, Any]) -> Iterator[str]:
    severity = finding.get("Severity") or finding.get("FindingProviderFields", {}).get("Severity")
    if not severity or ("Label" not in severity and "Normalized" not in severity):
        yield "Severity: neither Label nor Normalized"
        return
    normalized = severity.get("Normalized")
    if normalized is not None and not 0 <= normalized <= 100:
        yield "Severity.Normalized: not from 0 to 100"
    if normalized is not None and "Label" in severity:
        low, high = _RANGES[severity["Label"]]
        if not low <= normalized <= high:
            yield "Severity: Label and Normalized differ"
    if len(severity.get("Original", "")) > 64:
        yield "Severity.Original: longer than 64"


def _types(finding: Mapping[str, Any]) -> Iterator[str]:
    types = finding.get("Types") or finding.get("FindingProviderFields", {}).get("Types", [])
    if len(types) > 50:
        yield "Types: more than 50"
    for one in types:
        parts = one.split("/")
        if parts[0] not in _NAMESPACES or len(parts) > 3:
            yield f"Types: {one[:80]} is not of the taxonomy"
        elif len(parts) > 1 and _NAMESPACES[parts[0]] and parts[1] not in _NAMESPACES[parts[0]]:
            yield f"Types: {parts[1][:80]} is no category of {parts[0]}"


def _maps(finding: Mapping[str, Any]) -> Iterator[str]:
    for name, most in (("ProductFields", 2048), ("UserDefinedFields", 1024)):
        values = finding.get(name, {})
        if len(values) > 50:
            yield f"{name}: more than 50"
        for key, value in values.items():
            if not 1 <= len(key) <= 128 or len(value) > most:
                yield f"{name}: a key or value is too long"
            if key.startswith("aws/"):
                yield f"{name}: {key} is reserved"


def _resources(finding: Mapping[str, Any]) -> Iterator[str]:
    resources = finding["Resources"]
    if not 1 <= len(resources) <= 32:
        yield "Resources: not from 1 to 32"
    for resource in resources:
        if not 1 <= len(resource["Id"]) <= 512:
            yield "Resources.Id: longer than 512"
        if not 1 <= len(resource["Type"]) <= 256:
            yield "Resources.Type: longer than 256"
        if len(resource.get("Tags", {})) > 50:
            yield "Resources.Tags: more than 50"
        other = resource.get("Details", {}).get("Other", {})
        if len(other) > 50 or any(len(k) > 128 or len(v) > 1024 for k, v in other.items()):
            yield "Resources.Details.Other: too many or too long"


def _texts(finding: Mapping[str, Any]) -> Iterator[str]:
    recommendation = finding.get("Remediation", {}).get("Recommendation", {})
    if len(recommendation.get("Text", "")) > 512:
        yield "Remediation.Recommendation.Text: longer than 512"
    if "Url" in recommendation and not _is_url(recommendation["Url"]):
        yield "Remediation.Recommendation.Url: no address"
    note = finding.get("Note", {})
    if len(note.get("Text", "")) > 512:
        yield "Note.Text: longer than 512"
    if len(finding.get("RelatedFindings", [])) > 10:
        yield "RelatedFindings: more than 10"
