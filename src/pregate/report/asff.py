"""
Findings in the AWS Security Finding Format, version 2018-10-08, for Security Hub.

Sources: AWS Security Hub User Guide, "Required top-level ASFF attributes", "Optional top-level ASFF
attributes" and "Types taxonomy for ASFF"; API Reference, "AwsSecurityFinding" (lengths). A finding's ``Id``
is made of the fingerprint that code scanning gets, so that it is one and the same in both places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pregate import __version__
from pregate.model import Confidence, Finding, Severity, State, Verdict
from pregate.records import dataclass, field
from pregate.report.visible import clipped, one_line, visible
from pregate.report.words import remedy_of

SCHEMA = "2018-10-08"
PRODUCT = "pregate"
TITLE_MAX = 256
TEXT_MAX = 1024
REMEDY_MAX = 512
ID_MAX = 512
FIELD_MAX = 1024
FIELDS_MAX = 50
LIST_MAX = 50

# Label and Normalized are those that the User Guide lays beside each other. A severity that nobody knows is
# shown in the middle: neither hidden nor crying.
SEVERITIES: Mapping[Severity, tuple[str, int]] = {
    Severity.CRITICAL: ("CRITICAL", 90),
    Severity.HIGH: ("HIGH", 70),
    Severity.MEDIUM: ("MEDIUM", 40),
    Severity.UNKNOWN: ("MEDIUM", 40),
    Severity.LOW: ("LOW", 1),
    Severity.INFO: ("INFORMATIONAL", 0),
}
CONFIDENCES: Mapping[Confidence, int] = {Confidence.HIGH: 90, Confidence.MEDIUM: 60, Confidence.LOW: 30}
TYPES: Mapping[str, str] = {
    "secrets": "Sensitive Data Identifications/Passwords",
    "python": "Software and Configuration Checks/Vulnerabilities",
    "dependencies": "Software and Configuration Checks/Vulnerabilities/CVE",
    "iam": "Software and Configuration Checks/AWS Security Best Practices",
}
_OTHER_TYPE = "Software and Configuration Checks"
# Properties of a finding that name the resource of a template, the best name first.
RESOURCE_KEYS = ("address", "logical-id", "construct", "resource", "policy")

DEFAULT_BRANCH = "default-branch"
PRESENT = (State.NEW, State.BELOW_THRESHOLD, State.PRE_EXISTING)


@dataclass(frozen=True, slots=True)
class About:
    """
    What the findings are about, and where they are sent.

    ``account``, ``region`` and ``partition`` are the hub's; ``repository`` is ``OWNER/NAME``, ``address`` its
    page; ``pull`` is 0 on the default branch. ``moment`` is the time of the run in milliseconds since 1970.
    ``links`` are the findings' lines by fingerprint; ``created`` holds when a finding was first sent, by its
    ``Id``.
    """

    account: str
    region: str
    partition: str
    repository: str
    address: str
    commit: str
    moment: int
    pull: int = 0
    run_url: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    created: Mapping[str, str] = field(default_factory=dict)

    @property
    def product_arn(self) -> str:
        """The product that every account has for findings of its own."""
        return f"arn:{self.partition}:securityhub:{self.region}:{self.account}:product/{self.account}/default"

    @property
    def scope(self) -> str:
        """Of what the findings are: ``default-branch`` or ``pull-request/12``."""
        return f"pull-request/{self.pull}" if self.pull else DEFAULT_BRANCH


def finding_id(repository: str, fingerprint: str) -> str:
    """The ``Id`` of a finding in Security Hub."""
    return f"{PRODUCT}/{repository}/{fingerprint}"


def generator_prefix(check: str) -> str:
    """What the ``GeneratorId`` of every finding of a check begins with."""
    return f"{PRODUCT}/{check}/"


def render(verdict: Verdict, about: About) -> tuple[dict[str, Any], ...]:
    """
    The verdict's findings as dictionaries of ASFF, in its order: those that stand in the judged commit and
    are not suppressed; on a pull request those that it introduces.
    """
    findings: dict[str, dict[str, Any]] = {}
    for judged in verdict.findings:
        finding = judged.finding
        if judged.state not in PRESENT or finding.commit or (about.pull and not judged.introduced):
            continue
        findings.setdefault(finding.fingerprint, _finding(finding, judged.state, about))
    return tuple(findings.values())


def timestamp(moment: int) -> str:
    """Milliseconds since 1970 as ASFF writes them: ``2026-11-02T10:00:00.000Z``."""
    return (
        datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _finding(finding: Finding, state: State, about: About) -> dict[str, Any]:
    rule = finding.rule
    identifier = finding_id(about.repository, finding.fingerprint)
    now = timestamp(about.moment)
    first = about.created.get(identifier, now)
    label, normalized = SEVERITIES[finding.severity]
    link = about.links.get(finding.fingerprint, "")
    link = link if len(link) <= FIELD_MAX else ""  # half an address leads nowhere
    kinds = [TYPES.get(rule.check, _OTHER_TYPE)]
    return {
        "SchemaVersion": SCHEMA,
        "Id": _text(identifier, ID_MAX),
        "ProductArn": about.product_arn,
        "ProductName": PRODUCT,
        "CompanyName": PRODUCT,
        "Region": about.region,
        "GeneratorId": _text(f"{PRODUCT}/{rule.id}", ID_MAX),
        "AwsAccountId": about.account,
        "Types": kinds,
        "FirstObservedAt": first,
        "LastObservedAt": now,
        "CreatedAt": first,
        "UpdatedAt": now,
        "Severity": {"Label": label, "Normalized": normalized, "Original": finding.severity.word},
        "Confidence": CONFIDENCES[finding.confidence],
        "Title": _text(f"{rule.title or rule.id}: {visible(finding.location.path)}", TITLE_MAX),
        "Description": _text(finding.message or rule.description or rule.id, TEXT_MAX),
        "Remediation": {"Recommendation": _recommendation(finding)},
        **({"SourceUrl": link} if link else {}),
        "ProductFields": _fields(finding, state, about, link),
        "Resources": _resources(finding, about),
        **_vulnerabilities(finding),
        "RecordState": "ACTIVE",
        # What a provider may update later; the fields above of the same names are the customer's then.
        "FindingProviderFields": {
            "Severity": {"Label": label, "Original": finding.severity.word},
            "Types": kinds,
            "Confidence": CONFIDENCES[finding.confidence],
        },
    }


def _text(text: str, limit: int) -> str:
    return clipped(one_line(text), limit) or "-"


def _recommendation(finding: Finding) -> dict[str, str]:
    words = {"Text": _text(remedy_of(finding) or "See the rule's page.", REMEDY_MAX)}
    url = finding.rule.help_uri
    return words | ({"Url": url} if url.startswith("https://") and len(url) <= FIELD_MAX else {})


def _fields(finding: Finding, state: State, about: About, link: str) -> dict[str, str]:
    spot = finding.location
    pairs = {
        "repository": about.repository,
        "scope": about.scope,
        "check": finding.rule.check,
        "rule": finding.rule.id,
        "fingerprint": finding.fingerprint,
        "path": visible(spot.path),
        "line": str(max(spot.start_line, 1)),
        "link": link,
        "pull-request": f"{about.address}/pull/{about.pull}" if about.pull else "",
        "commit": about.commit,
        "run": about.run_url,
        "state": state.value,
        "confidence": finding.confidence.word,
        "cwe": " ".join(f"CWE-{number}" for number in finding.rule.cwe),
        "aliases": " ".join(finding.aliases),
        "version": __version__,
    }
    own = {f"finding/{key}": value for key, value in finding.properties}
    written = [
        (_text(f"{PRODUCT}/{key}", 128), _text(value, FIELD_MAX))
        for key, value in (pairs | own).items()
        if value
    ]
    return dict(written[:FIELDS_MAX])


def _resources(finding: Finding, about: About) -> list[dict[str, Any]]:
    """The repository, and for a policy the resource of the template that holds it, by the best name known."""
    where = {"Partition": about.partition, "Region": about.region}
    repository = {
        "Type": "CodeRepository",
        "Id": about.address,
        **where,
        "Details": {"CodeRepository": {"ProviderType": "GITHUB", "ProjectName": about.repository}},
    }
    known = dict(finding.properties)
    name = next((known[key] for key in RESOURCE_KEYS if known.get(key)), "")
    if finding.rule.check != "iam" or not name:
        return [repository]
    path = visible(finding.location.path)
    details = {"file": path, **{key: known[key] for key in ("policy-kind", *RESOURCE_KEYS) if known.get(key)}}
    resource = {
        "Type": "Other",
        "Id": _text(f"{about.repository}/{path}#{name}", ID_MAX),
        **where,
        "Details": {"Other": {key: _text(value, TEXT_MAX) for key, value in details.items()}},
    }
    return [repository, resource]


def _vulnerabilities(finding: Finding) -> dict[str, Any]:
    known = dict(finding.properties)
    if finding.rule.check == "dependencies" and known.get("package"):
        return {"Vulnerabilities": [_package(finding, known)]}
    if not finding.rule.cwe:
        return {}
    path = visible(finding.location.path)
    place = {
        "FilePath": _text(path, TEXT_MAX),
        "FileName": _text(path.rpartition("/")[2], FIELD_MAX),
        "StartLine": max(finding.location.start_line, 1),
        "EndLine": max(finding.location.end_line, finding.location.start_line, 1),
    }
    weaknesses = [f"CWE-{number}" for number in finding.rule.cwe]
    code = {"Cwes": weaknesses[:LIST_MAX], "FilePath": place}
    return {"Vulnerabilities": [{"Id": _text(finding.rule.id, ID_MAX), "CodeVulnerabilities": [code]}]}


def _package(finding: Finding, known: Mapping[str, str]) -> dict[str, Any]:
    fixed = known.get("fixed-in", "")
    package = {
        "Name": _text(known["package"], FIELD_MAX),
        "Version": _text(known.get("version", ""), FIELD_MAX),
        "PackageManager": {"PyPI": "PIP", "npm": "NPM"}.get(known.get("ecosystem", ""), "OTHER"),
        "FilePath": _text(visible(finding.location.path), TEXT_MAX),
        **({"FixedInVersion": _text(fixed, FIELD_MAX)} if fixed else {}),
    }
    names = (finding.rule.id.partition("/")[2], *finding.aliases)
    leading = vulnerability_name(names)
    others = [_text(name, ID_MAX) for name in names if name != leading]
    return {
        "Id": _text(leading, ID_MAX),
        "VulnerablePackages": [package],
        **({"RelatedVulnerabilities": others[:LIST_MAX]} if others else {}),
        **_score(known),
        "FixAvailable": "YES" if fixed else "NO",
    }


def vulnerability_name(names: Sequence[str]) -> str:
    """The name by which others know a vulnerability: its CVE number where it has one."""
    return next((name for name in names if name.startswith("CVE-")), names[0])


def _score(known: Mapping[str, str]) -> dict[str, Any]:
    score, vector = known.get("cvss-score", ""), known.get("cvss-vector", "")
    number = cvss_number(score)
    if number is None:
        return {}
    return {
        "Cvss": [
            {"BaseScore": number, "BaseVector": _text(vector, FIELD_MAX), "Version": cvss_version(vector)}
        ]
    }


def cvss_number(score: str) -> float | None:
    """A base score as a number; None for what is none."""
    try:
        number = float(score)
    except ValueError:
        return None
    return number if 0 <= number <= 10 else None


def cvss_version(vector: str) -> str:
    """The version of a CVSS vector; those of version 2 do not say it."""
    head, _, rest = vector.partition(":")
    return rest.partition("/")[0][:8] if head == "CVSS" and rest else "2.0"


def identifiers(findings: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Their ``Id``."""
    return frozenset(str(finding["Id"]) for finding in findings)
