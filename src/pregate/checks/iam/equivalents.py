"""
Issue codes of ``ValidatePolicy`` that say what a local rule says already.

Where both find the same, there is one finding: the local rule's, since it says why it matters here, with the
code as an alias. How alike their places must be depends on what the rule is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.findings import start_of
from pregate.iam import PolicyDocument
from pregate.model import Finding, Location

_INVALID = ("invalid-policy",)
_WIDE = (
    "admin-access",
    "service-wildcard-any-resource",
    "wildcard-in-service-name",
    "allow-not-action",
    "allow-not-resource",
)
_FORMS = (
    "NOT_ACTION_AND_NOT_RESOURCE",
    "NOT_RESOURCE",
    "STAR_IN_ACTION_AND_NOT_RESOURCE",
    "STAR_IN_ACTION_AND_RESOURCE",
    "STAR_IN_RESOURCE",
    "STAR_IN_RESOURCE_AND_NOT_ACTION",
)
# code → the local rules, where they stand on the same element
_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "DATA_TYPE_MISMATCH": _INVALID,
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY": ("for-all-values-allow",),
    "INVALID_ACTION": ("invalid-action",),
    "INVALID_ARN_PREFIX": ("invalid-arn",),
    "INVALID_ARN_RESOURCE": ("invalid-arn",),
    "INVALID_CONDITION_OPERATOR": _INVALID,
    "INVALID_EFFECT": _INVALID,
    "INVALID_PARTITION": ("invalid-arn",),
    "INVALID_POLICY_ELEMENT": _INVALID,
    "INVALID_PRINCIPAL_FORMAT": _INVALID,
    "INVALID_PRINCIPAL_KEY": _INVALID,
    "INVALID_SERVICE_IN_ACTION": ("invalid-action", "wildcard-in-service-name"),
    "INVALID_VERSION": _INVALID,
    "MISSING_ARN_FIELD": ("invalid-arn",),
    "NULL_WITH_IF_EXISTS": _INVALID,
    "UNIQUE_SIDS_RECOMMENDED": ("duplicate-sid",),
    "UNIQUE_SIDS_REQUIRED": ("duplicate-sid",),
    "WILDCARD_IN_SERVICE_NAME": ("wildcard-in-service-name",),
}
# code → the local rules, where they stand in the same statement
_STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "ALLOW_WITH_NOT_PRINCIPAL": ("allow-not-principal",),
    "MISSING_ACTION": _INVALID,
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL": ("oidc-no-condition", "github-oidc-any-repository"),
    "MISSING_EFFECT": _INVALID,
    "MISSING_GITHUB_REPO_CONDITION_KEY": ("github-oidc-any-repository", "github-oidc-broad-subject"),
    "MISSING_PRINCIPAL": _INVALID,
    "MISSING_RESOURCE": _INVALID,
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": _INVALID,
    "SCP_SYNTAX_ERROR_PRINCIPAL": _INVALID,
    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED": (
        "github-oidc-broad-subject",
        "github-oidc-any-repository",
    ),
    "UNSUPPORTED_ELEMENT_COMBINATION": _INVALID,
    "UNSUPPORTED_PRINCIPAL": _INVALID,
    **{f"PASS_ROLE_WITH_{form}": ("pass-role-any", *_WIDE) for form in _FORMS},
    **{f"CREATE_SLR_WITH_{form}": _WIDE for form in _FORMS},
}
# code → the local rules, of which a policy has one at most
_POLICIES: Mapping[str, tuple[str, ...]] = {
    "MISSING_STATEMENT": _INVALID,
    "MISSING_VERSION": ("missing-version",),
    "VARIABLE_UNSUPPORTED_IN_VERSION": ("missing-version",),
}
EQUIVALENTS: Mapping[str, tuple[str, ...]] = {**_ELEMENTS, **_STATEMENTS, **_POLICIES}
_GRAVE = ("ERROR", "SECURITY_WARNING")


def merged(
    findings: Sequence[Finding],
    document: PolicyDocument,
    code: str,
    kind: str,
    places: Sequence[tuple[str, bool]],
    severities: Severities,
) -> tuple[Finding, ...] | None:
    """
    The findings, one of which says now that it is the code's issue, too; None where no local rule says it.

    ``places`` are pointers into the document, each with whether its key is meant.
    """
    for index, finding in enumerate(findings):
        if finding.rule.id.removeprefix("iam/") in EQUIVALENTS.get(code, ()) and _is_there(
            finding, document, code, places
        ):
            severity = finding.severity
            if kind in _GRAVE or severities.is_given(code) or severities.is_given(kind):
                severity = max(severity, severities.of_remark(code, kind))
            aliases = tuple(dict.fromkeys((*finding.aliases, code)))
            both = replace(finding, severity=severity, aliases=aliases)
            return (*findings[:index], both, *findings[index + 1 :])
    return None


def _is_there(
    finding: Finding, document: PolicyDocument, code: str, places: Sequence[tuple[str, bool]]
) -> bool:
    if document.name and ("policy", document.name) not in finding.properties:
        return False
    if code in _POLICIES:
        return True
    if code in _ELEMENTS:
        return any(overlap(finding.location, document.locate(pointer, key=key)) for pointer, key in places)
    around = {start_of(document.locate(statement_of(pointer))) for pointer, _ in places}
    return any(related.location in around for related in finding.related)


def overlap(one: Location, other: Location) -> bool:
    """Whether two places share a character."""
    starts = [(place.start_line, place.start_column) for place in (one, other)]
    ends = [(place.end_line, place.end_column) for place in (one, other)]
    return one.path == other.path and starts[0] < ends[1] and starts[1] < ends[0]


def statement_of(pointer: str) -> str:
    """The pointer of the statement that a pointer leads into, or ``""``."""
    parts = pointer.split("/")
    if len(parts) < 2 or parts[1] != "Statement":
        return ""
    return "/".join(parts[:3]) if len(parts) > 2 and parts[2].isdecimal() else "/Statement"
