"""
What code scanning does with an uploaded SARIF file: its limits, what it refuses, and the alerts it keeps.

Source: GitHub Docs, "SARIF support for code scanning", "SARIF results exceed one or more limits".
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import uuid
import zlib
from typing import Any

from tests.fakehub.records import Alert, Analysis, Upload
from tests.fakehub.rest.routing import Refused
from tests.fakehub.state import Repository

PACKED_LIMIT = 10 * 1024 * 1024
LIMITS = {"runs": 20, "results": 25_000, "rules": 25_000, "extensions": 100, "tags": 20, "locations": 1_000}
_HASH = "primaryLocationLineHash"


def unpack(text: str) -> dict[str, Any]:
    """The log in a request: base64 of gzip of JSON."""
    try:
        packed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(400, "sarif is not valid base64") from None
    if len(packed) > PACKED_LIMIT:
        raise Refused(413, "The SARIF file is too large: at most 10 MB when compressed")
    try:
        data = json.loads(gzip.decompress(packed))
    except (OSError, EOFError, zlib.error, ValueError):
        raise Refused(400, "sarif is not valid gzip of JSON") from None
    if not isinstance(data, dict):
        raise Refused(400, "sarif is not an object")
    return data


def take_in(repo: Repository, data: dict[str, Any], ref: str, sha: str, checkout_uri: str) -> Upload:
    """Keep an upload and, unless its processing fails, its analyses and alerts."""
    runs = [run for run in data.get("runs", ()) if isinstance(run, dict)]
    tools = [str(_driver(run).get("name", "")) for run in runs]
    upload = Upload(
        *(str(uuid.uuid4()), ref, sha, data, checkout_uri, [category_of(run) for run in runs], tools),
        *(repo.world.now(), repo.sarif_polls),
    )
    upload.errors = errors_of(data)
    repo.uploads.append(upload)
    for run in runs:
        for number, result in enumerate(run.get("results", ())):
            if _HASH not in result.get("partialFingerprints", {}):
                repo.world.violations.append(f"SARIF: result {number} has no {_HASH}")
                break
    if not upload.errors:
        for run in runs:
            _keep(repo, upload, run)
    return upload


def errors_of(data: dict[str, Any]) -> list[str]:
    """Why processing fails; empty when it does not."""
    if data.get("version") != "2.1.0" or not data.get("runs") or not data.get("$schema"):
        return ["The SARIF file is not valid: $schema, version 2.1.0 and runs are required"]
    errors = [_over("runs", len(data["runs"]), "the file")]
    seen: set[tuple[Any, ...]] = set()
    for run in data["runs"]:
        errors += _errors_of_run(run)
        key = (
            *(_driver(run).get(name) for name in ("name", "fullName", "version", "semanticVersion", "guid")),
        )
        key += (run.get("automationDetails", {}).get("id"),)
        if key in seen:
            errors.append("multiple SARIF runs with the same category: each tool and category may come once")
        seen.add(key)
    return [error for error in errors if error]


def _over(what: str, count: int, where: str) -> str:
    limit = LIMITS[what]
    return f"rejecting SARIF, as there are more {what} per {where} than allowed ({count} > {limit})" * (
        count > limit
    )


def _errors_of_run(run: dict[str, Any]) -> list[str]:
    driver = _driver(run)
    if not driver.get("name"):
        return ["tool.driver.name is required"]
    errors = [_over("results", len(run.get("results", ())), "run")]
    errors.append(_over("rules", len(driver.get("rules", ())), "run"))
    errors.append(_over("extensions", len(run.get("tool", {}).get("extensions", ())), "run"))
    for rule in driver.get("rules", ()):
        errors += _errors_of_rule(rule)
    for result in run.get("results", ()):
        errors += _errors_of_result(result)
    return errors


def _errors_of_rule(rule: dict[str, Any]) -> list[str]:
    properties = rule.get("properties", {})
    errors = [_over("tags", len(properties.get("tags", ())), "rule")]
    severity_text = properties.get("security-severity")
    if severity_text is not None:
        try:
            good = isinstance(severity_text, str) and 0 <= float(severity_text) <= 10
        except ValueError:
            good = False
        if not good:
            errors.append(f"security-severity of {rule.get('id')} is not a number in text: {severity_text!r}")
    for name, limit in (("shortDescription", 1024), ("fullDescription", 1024)):
        text = rule.get(name, {}).get("text")
        if not text or len(text) > limit:
            errors.append(f"rule {rule.get('id')}: {name}.text is required, at most {limit} characters")
    if not rule.get("help", {}).get("text"):
        errors.append(f"rule {rule.get('id')}: help.text is required")
    if len(rule.get("name", "")) > 255:
        errors.append(f"rule {rule.get('id')}: name has over 255 characters")
    return errors


def _errors_of_result(result: dict[str, Any]) -> list[str]:
    if not result.get("message", {}).get("text"):
        return ["a result has no message.text"]
    if not result.get("locations"):
        return ["expected at least one location"]
    errors = [_over("locations", len(result["locations"]), "result")]
    place = result["locations"][0].get("physicalLocation", {})
    if not place.get("artifactLocation", {}).get("uri"):
        errors.append("expected artifact location")
    region = place.get("region", {})
    for name in ("startLine", "startColumn", "endLine", "endColumn"):
        if name in region and (not isinstance(region[name], int) or region[name] < 1):
            errors.append(f"{name} must have a minimum value of 1")
    return errors


def _driver(run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = run.get("tool", {}).get("driver", {})
    return found


def category_of(run: dict[str, Any]) -> str:
    """The category of a run: its automation id up to the last slash, none without a slash."""
    identifier: str = run.get("automationDetails", {}).get("id", "")
    return identifier.rpartition("/")[0]


def severity(text: str | None) -> str | None:
    """The level that GitHub shows for a ``security-severity``; None where there is none."""
    score = float(text or 0)
    if score <= 0:
        return None
    return "critical" if score > 9.0 else "high" if score >= 7.0 else "medium" if score >= 4.0 else "low"


def _keep(repo: Repository, upload: Upload, run: dict[str, Any]) -> None:
    driver, category = _driver(run), category_of(run)
    rules = {rule["id"]: rule for rule in driver.get("rules", ())}
    version = driver.get("semanticVersion") or driver.get("version", "")
    analysis = Analysis(
        *(repo.world.number(), upload, driver["name"], version, category),
        *(list(run.get("results", ())), rules, repo.world.now()),
    )
    repo.taken_in.append(analysis)
    here = (upload.ref, category)
    for alert in repo.alerts:
        if alert.tool == analysis.tool and here in alert.instances:
            alert.instances[here] = alert.instances[here] | {"state": "fixed"}
    known = {(a.tool, a.rule["id"], a.path, a.fingerprint): a for a in repo.alerts}
    for result in analysis.results:
        _open(repo, analysis, result, known)


def _open(repo: Repository, analysis: Analysis, result: dict[str, Any], known: dict[Any, Alert]) -> None:
    place = result["locations"][0]["physicalLocation"]
    path, region = place["artifactLocation"]["uri"], place.get("region", {})
    rule_id = result.get("ruleId") or result.get("rule", {}).get("id", "")
    fingerprint = result.get("partialFingerprints", {}).get(_HASH, "")
    key = (analysis.tool, rule_id, path, fingerprint)
    alert = known.get(key)
    if alert is None:
        rule = analysis.rules.get(rule_id, {"id": rule_id})
        alert = Alert(len(repo.alerts) + 1, analysis.tool, rule, path, fingerprint, repo.world.now())
        repo.alerts.append(alert)
        known[key] = alert
    lines = {
        "start_line": region.get("startLine", 1),
        "end_line": region.get("endLine", region.get("startLine", 1)),
    }
    columns = {"start_column": region.get("startColumn", 1), "end_column": region.get("endColumn", 1)}
    alert.instances[(analysis.upload.ref, analysis.category)] = {
        "ref": analysis.upload.ref,
        "analysis_key": "(default)",
        "environment": "{}",
        "category": analysis.category,
        "state": "open",
        "commit_sha": analysis.upload.commit_sha,
        "message": {"text": result["message"]["text"]},
        "location": {"path": path, **lines, **columns},
        "classifications": [],
    }
