"""
The verdict as events of the Open Cybersecurity Schema Framework, for Amazon Security Lake and others.

OCSF 1.5.0, class 2007 *Application Security Posture Finding*: it is the first version that has this class,
and the class is the one for findings about an application's code and dependencies (2004 *Detection Finding*
tells of something that happened). Source:
https://schema.ocsf.io/1.5.0/classes/application_security_posture_finding.
The text is a JSON array with one event on each line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pregate import __version__
from pregate.model import Confidence, Finding, Judged, Rule, Severity, State, Verdict
from pregate.report.asff import cvss_number, cvss_version, vulnerability_name
from pregate.report.visible import clipped, one_line, visible
from pregate.report.words import remedy_of

VERSION = "1.5.0"
CATEGORY = 2
CLASS = 2007
CREATE, UPDATE = (1, "Create"), (2, "Update")
TEXT_MAX = 4000
SEVERITIES: Mapping[Severity, tuple[int, str]] = {
    Severity.UNKNOWN: (0, "Unknown"),
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
CONFIDENCES: Mapping[Confidence, tuple[int, str]] = {
    Confidence.LOW: (1, "Low"),
    Confidence.MEDIUM: (2, "Medium"),
    Confidence.HIGH: (3, "High"),
}
_STATUSES: Mapping[State, tuple[int, str]] = {
    State.NEW: (1, "New"),
    State.BELOW_THRESHOLD: (1, "New"),
    State.PRE_EXISTING: (1, "New"),
    State.SUPPRESSED: (3, "Suppressed"),
}


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """The findings of every state as ASCII JSON that ends in a line feed; ``[]`` where there are none."""
    events = [json.dumps(event, separators=(",", ":"), ensure_ascii=True) for event in events_of(verdict)]
    return "[\n" + ",\n".join(events) + "\n]\n" if events else "[]\n"


def events_of(verdict: Verdict) -> tuple[dict[str, Any], ...]:
    """One event for each finding, in the verdict's order."""
    return tuple(_event(judged, verdict) for judged in verdict.findings)


def _event(judged: Judged, verdict: Verdict) -> dict[str, Any]:
    finding = judged.finding
    severity, severity_word = SEVERITIES[finding.severity]
    confidence, confidence_word = CONFIDENCES[finding.confidence]
    status, status_word = _STATUSES[judged.state]
    activity, activity_word = CREATE if judged.introduced else UPDATE
    return {
        "activity_id": activity,
        "activity_name": activity_word,
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Application Security Posture Finding",
        "type_uid": CLASS * 100 + activity,
        "time": verdict.ended,
        "severity_id": severity,
        "severity": severity_word,
        "confidence_id": confidence,
        "confidence": confidence_word,
        "status_id": status,
        "status": status_word,
        "status_detail": judged.state.value,
        "message": _text(finding.message or finding.rule.title or finding.rule.id),
        "metadata": _metadata(),
        "finding_info": _info(finding, verdict),
        "remediation": _remediation(finding),
        "resources": [_resource(finding)],
        "vulnerabilities": [_vulnerability(finding)],
        "unmapped": _unmapped(judged, verdict),
    }


def _text(text: str) -> str:
    return clipped(one_line(text), TEXT_MAX)


def _metadata() -> dict[str, Any]:
    product = {"name": "pregate", "vendor_name": "pregate", "version": __version__}
    return {"version": VERSION, "product": product, "log_name": "pregate"}


def _info(finding: Finding, verdict: Verdict) -> dict[str, Any]:
    rule = finding.rule
    analytic = {"type_id": 1, "type": "Rule", "uid": one_line(rule.id), "name": _text(rule.title or rule.id)}
    return {
        "uid": finding.fingerprint,
        "title": _text(rule.title or rule.id),
        "desc": _text(rule.description or rule.title or rule.id),
        "types": [one_line(rule.check)],
        "analytic": analytic,
        "created_time": verdict.ended,
        "modified_time": verdict.ended,
    }


def _remediation(finding: Finding) -> dict[str, Any]:
    url = finding.rule.help_uri
    words: dict[str, Any] = {"desc": _text(remedy_of(finding) or finding.rule.title or finding.rule.id)}
    return words | ({"references": [one_line(url)]} if url else {})


def _resource(finding: Finding) -> dict[str, Any]:
    spot = finding.location
    path = visible(spot.path)
    return {"type": "File", "name": path, "uid": f"{path}:{max(spot.start_line, 1)}"}


def _vulnerability(finding: Finding) -> dict[str, Any]:
    """With exactly one of ``cve``, ``cwe`` and ``advisory``, as the schema demands."""
    known = dict(finding.properties)
    common = {
        "title": _text(finding.rule.title or finding.rule.id),
        "severity": SEVERITIES[finding.severity][1],
        "affected_code": [_code(finding)],
    }
    if finding.rule.check == "dependencies" and known.get("package"):
        return common | _packages(known) | _name(finding, known)
    if finding.rule.cwe:
        return common | {"cwe": {"uid": f"CWE-{finding.rule.cwe[0]}"}}
    return common | {"advisory": {"uid": one_line(finding.rule.id)}}


def _name(finding: Finding, known: Mapping[str, str]) -> dict[str, Any]:
    names = (finding.rule.id.partition("/")[2], *finding.aliases)
    leading = vulnerability_name(names)
    others = [one_line(name) for name in names if name != leading]
    related = {"related_vulnerabilities": others} if others else {}
    if not leading.startswith("CVE-"):
        return related | {"advisory": {"uid": one_line(leading)}}
    number, vector = cvss_number(known.get("cvss-score", "")), one_line(known.get("cvss-vector", ""))
    score = {"base_score": number, "version": cvss_version(vector), "vector_string": vector}
    return related | {"cve": {"uid": one_line(leading)} | ({} if number is None else {"cvss": [score]})}


def _packages(known: Mapping[str, str]) -> dict[str, Any]:
    fixed = one_line(known.get("fixed-in", ""))
    package = {"name": one_line(known["package"]), "version": one_line(known.get("version", ""))}
    manager = {"PyPI": "pip", "npm": "npm"}.get(known.get("ecosystem", ""))
    package |= {"package_manager": manager} if manager else {}
    package |= {"fixed_in_version": fixed} if fixed else {}
    return {"affected_packages": [package], "is_fix_available": bool(fixed)}


def _code(finding: Finding) -> dict[str, Any]:
    spot = finding.location
    path = visible(spot.path)
    line = max(spot.start_line, 1)
    return {
        "file": {"name": path.rpartition("/")[2] or path, "path": path, "type_id": 1, "type": "Regular File"},
        "start_line": line,
        "start_column": max(spot.start_column, 1),
        "end_line": max(spot.end_line, line),
        "end_column": max(spot.end_column, 1),
    }


def _unmapped(judged: Judged, verdict: Verdict) -> dict[str, Any]:
    """What the schema has no attribute for."""
    finding = judged.finding
    pairs = {
        "state": judged.state.value,
        "introduced": judged.introduced,
        "in_diff": judged.in_diff,
        "verdict": verdict.decision.value,
        "head": one_line(verdict.head),
        "commit": one_line(finding.commit),
        "suppressed_by": one_line(finding.suppressed_by),
        "cwe": [f"CWE-{number}" for number in finding.rule.cwe],
        "aliases": [one_line(alias) for alias in finding.aliases],
        "properties": {one_line(key): one_line(value) for key, value in finding.properties},
    }
    return {key: value for key, value in pairs.items() if value not in ("", [], {})}
