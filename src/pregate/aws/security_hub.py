"""
Security Hub: findings in, and out again when they are gone.

Sources: Security Hub API Reference (BatchImportFindings, GetFindings, BatchUpdateFindings); Partner
Integration Guide, "Guidelines for using the BatchImportFindings API": at most 100 findings and 6 MB a call,
240 KB a finding. Importing an ``Id`` again updates it in place; a finding whose record state goes back from
ARCHIVED to ACTIVE gets the workflow status NEW from the service.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pregate.aws.calls import Need, Service
from pregate.aws.clients import Clients
from pregate.errors import AwsError
from pregate.records import dataclass

NAME = "AWS Security Hub"
IMPORT_MAX = 100
IMPORT_BYTES = 5_000_000
FINDING_BYTES = 240_000
PAGE = 100
PAGES_MAX = 1000
FILTERS_MAX = 20
REPOSITORY = "pregate/repository"
SCOPE = "pregate/scope"
NOT_ENABLED = "Security Hub must be enabled in this account and Region (aws securityhub enable-security-hub)."

Finding = Mapping[str, Any]


def actions() -> tuple[str, ...]:
    """The IAM actions that this takes."""
    return (
        "securityhub:BatchImportFindings",
        "securityhub:BatchUpdateFindings",
        "securityhub:GetFindings",
    )


def resources(partition: str, region: str, account: str) -> tuple[str, ...]:
    """The resources that they are for."""
    hub = f"arn:{partition}:securityhub:{region}:{account}"
    return (f"{hub}:hub/default", f"{hub}:product/{account}/default")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A finding that the service did not take: its ``Id``, the service's code and its words on one line."""

    id: str
    code: str
    message: str


class SecurityHub:
    """The hub of one account and Region, for the findings of one product."""

    def __init__(
        self, clients: Clients, account: str, partition: str, service: Service | None = None
    ) -> None:
        self._service = service or Service(NAME)
        need = Need("securityhub:GetFindings")
        self._client = self._service.call(lambda: clients.client("securityhub"), need)
        self.region = str(self._client.meta.region_name)
        self._hub, self._product = resources(partition, self.region, account)

    def known(self, repository: str, generators: Sequence[str]) -> tuple[Finding, ...]:
        """
        The repository's findings of our product whose ``GeneratorId`` begins with one of ``generators``.

        Archived ones are among them: they keep their ``CreatedAt`` when they come back.
        """
        found: dict[str, Finding] = {}
        for start in range(0, len(generators), FILTERS_MAX):
            filters = {
                "ProductArn": [{"Value": self._product, "Comparison": "EQUALS"}],
                "GeneratorId": [
                    {"Value": prefix, "Comparison": "PREFIX"}
                    for prefix in generators[start : start + FILTERS_MAX]
                ],
                "ProductFields": [{"Key": REPOSITORY, "Value": repository, "Comparison": "EQUALS"}],
            }
            for finding in self._pages(filters):
                # A filter that the service reads in another way than we do must not archive a stranger's.
                if finding.get("ProductFields", {}).get(REPOSITORY) == repository:
                    found[str(finding["Id"])] = finding
        return tuple(found.values())

    def _pages(self, filters: Mapping[str, Any]) -> Iterator[Finding]:
        request: dict[str, Any] = {"Filters": filters, "MaxResults": PAGE}
        need = Need("securityhub:GetFindings", self._hub)
        for _ in range(PAGES_MAX):
            act = functools.partial(self._client.get_findings, **request)
            answer = self._service.call(act, need, NOT_ENABLED)
            findings = answer.get("Findings")
            if not isinstance(findings, list):
                raise AwsError(f"{NAME}'s answer has no findings", "Check proxies and AWS_ENDPOINT_URL.")
            yield from findings
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]
        raise AwsError(f"{NAME}'s answer does not end", "Try again; report it if it stays so.")

    def import_findings(self, findings: Sequence[Finding]) -> tuple[Rejected, ...]:
        """
        Sends findings; those with a known ``Id`` are updated. What the service does not take is given back.
        """
        rejected = [
            Rejected(str(f["Id"]), "FindingTooLarge", f"over {FINDING_BYTES} bytes")
            for f in findings
            if _size(f) > FINDING_BYTES
        ]
        need = Need("securityhub:BatchImportFindings", self._product)
        for batch in batches([f for f in findings if _size(f) <= FINDING_BYTES]):
            act = functools.partial(self._client.batch_import_findings, Findings=list(batch))
            answer = self._service.call(act, need, NOT_ENABLED)
            rejected += [
                Rejected(str(f.get("Id", "")), _line(f.get("ErrorCode")), _line(f.get("ErrorMessage")))
                for f in answer.get("FailedFindings") or ()
            ]
            # What it does not say that it has taken, it has not.
            named = len(answer.get("FailedFindings") or ())
            missing = len(batch) - _count(answer.get("SuccessCount")) - named
            rejected += [Rejected("", "Unknown", "the service names no finding")] * max(missing, 0)
        return tuple(rejected)

    def resolve(self, findings: Sequence[Finding]) -> tuple[Rejected, ...]:
        """
        Sets the workflow of findings to RESOLVED, but for those that somebody suppressed: these stay so when
        they come back.
        """
        open_ones = [f for f in findings if _workflow(f) in ("NEW", "NOTIFIED")]
        need = Need("securityhub:BatchUpdateFindings", self._hub)
        rejected: list[Rejected] = []
        for start in range(0, len(open_ones), IMPORT_MAX):
            names = [
                {"Id": f["Id"], "ProductArn": f["ProductArn"]} for f in open_ones[start : start + IMPORT_MAX]
            ]
            act = functools.partial(
                self._client.batch_update_findings,
                FindingIdentifiers=names,
                Workflow={"Status": "RESOLVED"},
            )
            answer = self._service.call(act, need)
            rejected += [
                Rejected(
                    str(f.get("FindingIdentifier", {}).get("Id", "")),
                    _line(f.get("ErrorCode")),
                    _line(f.get("ErrorMessage")),
                )
                for f in answer.get("UnprocessedFindings") or ()
            ]
            told = len(answer.get("ProcessedFindings") or ()) + len(answer.get("UnprocessedFindings") or ())
            rejected += [Rejected("", "Unknown", "it is not said to be resolved")] * max(len(names) - told, 0)
        return tuple(rejected)


def archived(finding: Finding, moment: str) -> dict[str, Any]:
    """
    A known finding as it is sent to say that it is gone: the record archived, all else as it was.

    What the service adds by itself, and what only its users may set, is left out.
    """
    kept = {key: value for key, value in finding.items() if key in _OURS}
    fields = {k: v for k, v in finding.get("ProductFields", {}).items() if not k.startswith("aws/")}
    return {**kept, "ProductFields": fields, "RecordState": "ARCHIVED", "UpdatedAt": moment}


_OURS = frozenset(
    {
        *("SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region", "GeneratorId"),
        *("AwsAccountId", "FirstObservedAt", "LastObservedAt", "CreatedAt", "Title", "Description"),
        *("Remediation", "SourceUrl", "Resources", "Vulnerabilities", "FindingProviderFields"),
        *("Severity", "Types", "Confidence"),
    }
)


def gone(
    known: Iterable[Finding], present: Iterable[str], scope: str, stale: datetime
) -> tuple[Finding, ...]:
    """
    The known findings that are active and that a whole look at ``scope`` did not find.

    Those of another scope are left alone, since an open pull request still has them; but one of any scope
    that nobody has seen since ``stale`` is gone too.
    """
    here = frozenset(present)
    return tuple(
        finding
        for finding in known
        if finding.get("RecordState") == "ACTIVE"
        and finding["Id"] not in here
        and (scope_of(finding) == scope or _seen(finding) < stale)
    )


def scope_of(finding: Finding) -> str:
    """Of which branch or pull request a known finding is."""
    return str(finding.get("ProductFields", {}).get(SCOPE, ""))


def _seen(finding: Finding) -> datetime:
    text = str(finding.get("LastObservedAt") or finding.get("UpdatedAt") or "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def batches(findings: Sequence[Finding]) -> Iterator[tuple[Finding, ...]]:
    """The findings in order, in groups that a call takes."""
    batch: list[Finding] = []
    size = 0
    for finding in findings:
        more = _size(finding)
        if batch and (len(batch) == IMPORT_MAX or size + more > IMPORT_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(finding)
        size += more
    if batch:
        yield tuple(batch)


def _size(finding: Finding) -> int:
    return len(json.dumps(finding))


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _workflow(finding: Finding) -> str:
    return str(finding.get("Workflow", {}).get("Status", "NEW"))


def _line(text: object) -> str:
    """A service's words on one line, bounded: they are shown in the log."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())[:300]
