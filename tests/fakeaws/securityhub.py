"""
Security Hub's findings: importing, updating, finding.

Source: Security Hub API reference (2018-10-26); user guide, "ASFF syntax", "Using BatchImportFindings",
"Using BatchUpdateFindings".
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.fakeaws.asff import problems
from tests.fakeaws.policies import listed
from tests.fakeaws.records import Principal, Refused
from tests.fakeaws.requests import Received

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

MAX_CALL = 6 * 1024 * 1024
# What belongs to those who work on a finding; an import leaves it as it is once the finding is there.
_THEIRS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
_NORMALIZED = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}


def serve(
    aws: FakeAws, operation: str, asked: Mapping[str, Any], received: Received, caller: Principal
) -> dict[str, Any]:
    """The answer to an operation whose request is of the model's form."""
    if received.region in aws.no_security_hub:
        words = f"Account {caller.account} is not subscribed to AWS Security Hub"
        raise Refused(401, "InvalidAccessException", words, Code="InvalidAccessException")
    match operation:
        case "BatchImportFindings":
            if len(received.body) > MAX_CALL:
                words = "The request is larger than 6 MB"
                raise Refused(400, "InvalidInputException", words, Code="InvalidInputException")
            return _import(aws, asked["Findings"], received.region, caller)
        case "BatchUpdateFindings":
            return _update(aws, asked, received.region)
        case "GetFindings":
            return _get(aws, asked, received.region, caller)
        case _:
            aws.violations.append(f"securityhub {operation}: not known to the fake")
            raise Refused(404, "UnknownOperationException", "Unknown operation")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


# --- BatchImportFindings


def _import(aws: FakeAws, findings: list[dict[str, Any]], region: str, caller: Principal) -> dict[str, Any]:
    failed = []
    for finding in findings:
        refused = aws.refused_findings.get(finding["Id"])
        wrong = problems(finding) + _not_ours(finding, region, caller)
        if wrong and refused is None:
            aws.violations.append(f"securityhub finding {finding['Id'][:60]}: {'; '.join(wrong)}")
            refused = (
                "InvalidInput",
                f"Finding does not adhere to Amazon Finding Format. {'; '.join(wrong)}",
            )
        if refused:
            failed.append({"Id": finding["Id"], "ErrorCode": refused[0], "ErrorMessage": refused[1][:1000]})
        else:
            _store(aws, finding, region)
    return {
        "FailedCount": len(failed),
        "SuccessCount": len(findings) - len(failed),
        "FailedFindings": failed,
    }


def _not_ours(finding: Mapping[str, Any], region: str, caller: Principal) -> list[str]:
    own = f"arn:{caller.partition}:securityhub:{region}:{caller.account}:product/{caller.account}/default"
    found = [] if finding["ProductArn"] == own else [f"ProductArn: this account's is {own}"]
    if finding["AwsAccountId"] != caller.account:
        found.append("AwsAccountId: not the account that calls")
    return found


def _key(region: str, product: str, identity: str) -> str:
    return f"{region} {product} {identity}"


def _store(aws: FakeAws, finding: Mapping[str, Any], region: str) -> None:
    key = _key(region, finding["ProductArn"], finding["Id"])
    known = aws.findings.get(key)
    if known and finding["UpdatedAt"] <= known["UpdatedAt"]:
        return  # only a later state replaces one
    made: dict[str, Any] = copy.deepcopy(dict(finding))
    made.setdefault("RecordState", "ACTIVE")
    made.setdefault("Workflow", {"Status": "NEW"})
    made.setdefault("Region", region)
    made["ProcessedAt"] = _now()
    severity = made.setdefault("Severity", made.get("FindingProviderFields", {}).get("Severity", {}))
    if "Label" in severity:
        severity.setdefault("Normalized", _NORMALIZED[severity["Label"]])
    if known:
        made |= {name: known[name] for name in _THEIRS if name in known}
        made["CreatedAt"] = known["CreatedAt"]
        if known["RecordState"] == "ARCHIVED" and made["RecordState"] == "ACTIVE":
            _reopen(made)
    aws.findings[key] = made


def _reopen(finding: dict[str, Any]) -> None:
    """A finding that comes back is new again, unless it was suppressed."""
    if finding["Workflow"]["Status"] in ("RESOLVED", "NOTIFIED"):
        finding["Workflow"] = {"Status": "NEW"}


# --- BatchUpdateFindings


def _update(aws: FakeAws, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    done, not_done = [], []
    for identity in asked["FindingIdentifiers"]:
        found = aws.findings.get(_key(region, identity["ProductArn"], identity["Id"]))
        refused = aws.refused_findings.get(identity["Id"])
        if found is None or refused:
            code, words = refused or ("FindingNotFound", "The finding does not exist")
            not_done.append({"FindingIdentifier": identity, "ErrorCode": code, "ErrorMessage": words})
            continue
        _change(found, asked)
        done.append(identity)
    return {"ProcessedFindings": done, "UnprocessedFindings": not_done}


def _change(finding: dict[str, Any], asked: Mapping[str, Any]) -> None:
    for name, value in asked.items():
        if name == "Note":
            finding["Note"] = dict(value) | {"UpdatedAt": _now()}
        elif name != "FindingIdentifiers":
            finding[name] = copy.deepcopy(value)
    severity = finding["Severity"]
    if "Label" in asked.get("Severity", {}):
        severity.setdefault("Normalized", _NORMALIZED[severity["Label"]])
    finding["UpdatedAt"] = _now()


# --- GetFindings

_PLACES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "WorkflowStatus": lambda f: f["Workflow"]["Status"],
    "SeverityLabel": lambda f: f["Severity"].get("Label"),
    "Type": lambda f: f.get("Types", []),
    "ResourceId": lambda f: [r["Id"] for r in f["Resources"]],
    "ResourceType": lambda f: [r["Type"] for r in f["Resources"]],
    "ComplianceStatus": lambda f: f.get("Compliance", {}).get("Status"),
}
_PLAIN = (
    *("ProductArn", "AwsAccountId", "Id", "GeneratorId", "Region", "Title", "ProductName", "CompanyName"),
    *("RecordState", "VerificationState", "SourceUrl", "Description"),
)
_MAPS = ("ProductFields", "UserDefinedFields")


def _get(aws: FakeAws, asked: Mapping[str, Any], region: str, caller: Principal) -> dict[str, Any]:
    for name, wanted in asked.get("Filters", {}).items():
        if len(wanted) > 20:
            words = f"Filter {name} has more than 20 values"
            raise Refused(400, "InvalidInputException", words, Code="InvalidInputException")
    visible = [
        finding
        for key, finding in aws.findings.items()
        if key.startswith(f"{region} ") and finding["AwsAccountId"] == caller.account
    ]
    found = [f for f in visible if _matches(aws, f, asked.get("Filters", {}))]
    start = int(asked.get("NextToken") or 0)
    size = min(asked.get("MaxResults", 100), aws.page_size)
    answer: dict[str, Any] = {"Findings": copy.deepcopy(found[start : start + size])}
    if start + size < len(found):
        answer["NextToken"] = str(start + size)
    return answer


def _matches(aws: FakeAws, finding: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
    return all(any(_group(aws, finding, name, wanted)) for name, wanted in filters.items())


def _group(
    aws: FakeAws, finding: Mapping[str, Any], name: str, wanted: list[Mapping[str, Any]]
) -> Iterator[bool]:
    """Of the conditions on one field: any positive one, and all negative ones."""
    negative = [w for w in wanted if "NOT" in w.get("Comparison", "EQUALS")]
    positive = [w for w in wanted if w not in negative]
    values = [_value(aws, finding, name, one) for one in wanted]
    by_id = dict(zip(map(id, wanted), values, strict=True))
    holds_not = all(_meets(w, by_id[id(w)]) for w in negative)
    yield holds_not and (not positive or any(_meets(w, by_id[id(w)]) for w in positive))


def _value(aws: FakeAws, finding: Mapping[str, Any], name: str, wanted: Mapping[str, Any]) -> list[str]:
    if name in _PLACES:
        return [str(v) for v in listed(_PLACES[name](finding))]
    if name in _MAPS:
        return [str(v) for v in listed(finding.get(name, {}).get(wanted["Key"]))]
    if name in _PLAIN:
        return [str(v) for v in listed(finding.get(name))]
    aws.violations.append(f"securityhub: the fake knows no filter {name}")
    return []


def _meets(wanted: Mapping[str, Any], values: list[str]) -> bool:
    value = wanted.get("Value", "")
    match wanted.get("Comparison", "EQUALS"):
        case "EQUALS":
            return value in values
        case "NOT_EQUALS":
            return value not in values
        case "PREFIX":
            return any(v.startswith(value) for v in values)
        case "PREFIX_NOT_EQUALS":
            return not any(v.startswith(value) for v in values)
        case "CONTAINS":
            return any(value in v for v in values)
        case _:
            return not any(value in v for v in values)


def size_of(finding: Mapping[str, Any]) -> int:
    """Bytes of a finding as it is sent."""
    return len(json.dumps(finding, separators=(",", ":")).encode())
