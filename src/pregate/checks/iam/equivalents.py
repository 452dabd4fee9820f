"""
Issue codes of ``ValidatePolicy`` that say what a local rule says already.

Where both find the same, there is one finding: the local rule's, since it says why it matters here, with the
code as an alias. How alike their places must be depends on what the rule is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pregate.checks.base import PolicyRemark
from pregate.checks.iam.findings import start_of
from pregate.iam import PolicyDocument
from pregate.model import Finding, Location, Severity
from pregate.records import replace

# Pointers into a document, each with whether its key is meant.
Places = Sequence[tuple[str, bool]]

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
    "EMPTY_ARRAY_ACTION": _INVALID,
    "EMPTY_ARRAY_RESOURCE": _INVALID,
    "MISSING_ACTION": _INVALID,
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL": (
        "oidc-no-condition",
        "oidc-any-tenant",
        "github-oidc-any-repository",
    ),
    "MISSING_EFFECT": _INVALID,
    "MISSING_GITHUB_REPO_CONDITION_KEY": (
        "github-oidc-any-repository",
        "github-oidc-any-caller",
        "github-oidc-broad-subject",
    ),
    "MISSING_PRINCIPAL": _INVALID,
    "MISSING_RESOURCE": _INVALID,
    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL": ("confused-deputy",),
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL": ("confused-deputy",),
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": _INVALID,
    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL": ("public-principal",),
    "SCP_SYNTAX_ERROR_PRINCIPAL": _INVALID,
    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED": (
        "github-oidc-any-ref",
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


class Gathered:
    """Findings on a file, to which issues are added that say nothing else than one of them does."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._findings: list[Finding] = []
        self._found: dict[tuple[str, Location | str], int] = {}
        for finding in findings:
            self.add(finding)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order in which they came."""
        return tuple(self._findings)

    def add(self, finding: Finding) -> None:
        """A finding of its own."""
        number = len(self._findings)
        self._findings.append(finding)
        name = finding.rule.id.partition("/")[2]
        places: list[Location | str] = [start_of(finding.location)]
        places += [related.location for related in finding.related]
        places.append(dict(finding.properties).get("policy", ""))
        for place in places:
            self._found.setdefault((name, place), number)

    def merges(
        self, document: PolicyDocument, issue: PolicyRemark, places: Places, severity: Severity
    ) -> bool:
        """
        Whether a local rule's finding says it already; it bears the issue's code from then on, and is at
        least as severe.
        """
        for name in EQUIVALENTS.get(issue.code, ()):
            for place in _where(document, issue.code, places):
                number = self._found.get((name, place))
                if number is not None:
                    finding = self._findings[number]
                    aliases = tuple(dict.fromkeys((*finding.aliases, issue.code)))
                    worse = max(finding.severity, severity)
                    self._findings[number] = replace(finding, severity=worse, aliases=aliases)
                    return True
        return False


def _where(document: PolicyDocument, code: str, places: Places) -> Iterator[Location | str]:
    if code in _POLICIES:
        yield document.name
    elif code in _ELEMENTS:
        for pointer, key in places:
            yield start_of(document.locate(pointer, key=key))
    else:
        for pointer, _ in places:
            yield start_of(document.locate(statement_of(pointer)))


def statement_of(pointer: str) -> str:
    """The pointer of the statement that a pointer leads into, or ``""``."""
    parts = pointer.split("/")
    if len(parts) < 2 or parts[1] != "Statement":
        return ""
    return "/".join(parts[:3]) if len(parts) > 2 and parts[2].isdecimal() else "/Statement"
