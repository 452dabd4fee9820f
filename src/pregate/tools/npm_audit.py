"""
The JSON of ``npm audit`` as SARIF.

Shape: docs.npmjs.com/cli/commands/npm-audit and the package npm-audit-report: ``auditReportVersion`` 2 with
``vulnerabilities`` by package, whose ``via`` holds advisories (tables) and names of other packages of the
report. Every text in it is a service's word and is treated like any scanner's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.errors import ScannerError

# The middle of each rank of CVSS 3.1 (§5), for an advisory without a score.
_SCORES = {"critical": 9.5, "high": 8.0, "moderate": 5.5, "low": 2.0, "info": 0.0}
_LEVELS = {"critical": "error", "high": "error", "moderate": "warning"}
_SHORTEST_ID = 4


def to_sarif(data: bytes, path: str, lock: bytes) -> bytes:
    """
    SARIF for the report in ``data`` on the lock file at ``path`` that holds ``lock``.

    Raises ScannerError when it is no report, as where the registry gave no answer.
    """
    report = _report(data)
    lines = lock.decode("utf-8", "replace").splitlines()
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for package, entry in report["vulnerabilities"].items():
        for advisory in _advisories(entry):
            name = _id(advisory)
            rules.setdefault(name, _rule(name, advisory))
            results.append(_result(name, package, entry, advisory, path, lines))
    driver = {"name": "npm audit", "informationUri": "https://docs.npmjs.com/cli/commands/npm-audit"}
    run = {"tool": {"driver": {**driver, "rules": list(rules.values())}}, "results": results}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def _report(data: bytes) -> Mapping[str, Any]:
    try:
        report = json.loads(data)
    except (ValueError, RecursionError):
        raise ScannerError("npm audit wrote no JSON", "Run npm audit --json by hand.") from None
    if not isinstance(report, dict) or not isinstance(report.get("vulnerabilities"), dict):
        is_refusal = isinstance(report, dict) and ("error" in report or "message" in report)
        if is_refusal:
            raise ScannerError(
                "npm audit had no answer from the registry, or cannot use the lock file",
                "Run npm audit --package-lock-only by hand; name npm_config_registry in tools.environment "
                "for another registry.",
            )
        raise ScannerError("npm audit wrote JSON that is no report of npm 7 or later", "Update npm.")
    return report


def _advisories(entry: Any) -> Iterator[Mapping[str, Any]]:
    via = entry.get("via") if isinstance(entry, dict) else None
    yield from (item for item in via if isinstance(item, dict)) if isinstance(via, list) else ()


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _id(advisory: Mapping[str, Any]) -> str:
    last = _text(advisory, "url").rstrip("/").rpartition("/")[2]
    if last.startswith("GHSA-") and len(last) > _SHORTEST_ID:
        return last
    source = advisory.get("source")
    return f"npm-{source}" if isinstance(source, int | str) else "npm-advisory"


def _rule(name: str, advisory: Mapping[str, Any]) -> dict[str, Any]:
    severity = _text(advisory, "severity")
    cvss = advisory.get("cvss")
    score = cvss.get("score") if isinstance(cvss, dict) else None
    if not isinstance(score, int | float) or not 0 < score <= 10:
        score = _SCORES.get(severity)
    weaknesses = advisory.get("cwe")
    tags = [w for w in weaknesses if isinstance(w, str)] if isinstance(weaknesses, list) else []
    rule: dict[str, Any] = {
        "id": name,
        "shortDescription": {"text": _text(advisory, "title") or name},
        "properties": {"tags": ["security", *(f"external/cwe/{w.lower()}" for w in tags)]},
    }
    if _text(advisory, "url").startswith("https://"):
        rule["helpUri"] = _text(advisory, "url")
    if score is not None:
        rule["properties"]["security-severity"] = str(score)
    return rule


def _result(
    name: str,
    package: str,
    entry: Mapping[str, Any],
    advisory: Mapping[str, Any],
    path: str,
    lines: list[str],
) -> dict[str, Any]:
    title, versions = _text(advisory, "title") or "a known vulnerability", _text(advisory, "range")
    return {
        "ruleId": name,
        "level": _LEVELS.get(_text(advisory, "severity"), "note"),
        "message": {"text": f"{package}{f' {versions}' if versions else ''}: {title}{_fix(entry)}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"./{path}"},
                    "region": {"startLine": _line(package, entry, lines)},
                }
            }
        ],
    }


def _fix(entry: Mapping[str, Any]) -> str:
    match entry.get("fixAvailable"):
        case True:
            return "; npm audit fix mends it"
        case {"name": str(name), "version": str(version)}:
            return f"; {name} {version} mends it"
        case _:
            return "; no version mends it"


def _line(package: str, entry: Mapping[str, Any], lines: list[str]) -> int:
    """Where the lock file has the package: by its first node, else by its name, else the first line."""
    nodes = entry.get("nodes")
    names = [node for node in nodes if isinstance(node, str)][:1] if isinstance(nodes, list) else []
    for name in (*names, package):
        start = f"{json.dumps(name)}: {{"
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith(start):
                return number
    return 1
