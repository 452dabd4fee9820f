"""
The rules about access that a judge of whole policies finds (``AccessChecker``), and how severe a finding is.

Source: IAM Access Analyzer, "Custom policy checks".
"""

from __future__ import annotations

from pregate.config import IamConfig
from pregate.model import Rule, Severity

_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html"


def _rule(name: str, severity: Severity, title: str, description: str, remedy: str, cwe: int) -> Rule:
    return Rule(f"iam/{name}", title, description, remedy, severity, _GUIDE, (cwe,), ("security", "iam"))


NEW_ACCESS = _rule(
    "new-access",
    Severity.HIGH,
    "The change grants access that the policy did not grant before",
    "The version of the policy before this change did not allow what it allows now. That may be meant: then "
    "it is for a reviewer to agree to it.",
    "Grant only what is needed, or have the new access approved.",
    269,
)
BEYOND_REFERENCE = _rule(
    "beyond-reference",
    Severity.HIGH,
    "A policy allows more than the reference policy for its place",
    "The organisation's reference policy (`iam.reference-policies`) says what policies in this place may "
    "allow at most.",
    "Stay within the reference policy, or have it changed first.",
    269,
)
SENSITIVE_ACCESS = _rule(
    "sensitive-access",
    Severity.HIGH,
    "A policy grants an action, or access to a resource, that is listed as sensitive",
    "The configuration lists actions and resources (`iam.sensitive-actions`, `iam.sensitive-resources`) that "
    "no policy may grant unnoticed.",
    "Leave the action or resource out, or have the grant approved.",
    269,
)
PUBLIC_ACCESS = _rule(
    "public-access",
    Severity.CRITICAL,
    "The policy lets the public in",
    "Somebody outside every account and organisation that the policy names may use the resource, or assume "
    "the role.",
    "Name the principals, or require a condition on who they are (`aws:PrincipalOrgID`, `aws:SourceArn`).",
    284,
)
ACCESS_RULES = (NEW_ACCESS, BEYOND_REFERENCE, SENSITIVE_ACCESS, PUBLIC_ACCESS)

# ValidatePolicy's finding types in our words. An ERROR is a document that AWS refuses: a protection that
# will not be there.
KINDS = {
    "ERROR": Severity.HIGH,
    "SECURITY_WARNING": Severity.HIGH,
    "WARNING": Severity.MEDIUM,
    "SUGGESTION": Severity.INFO,
}


class Severities:
    """The table ``[iam.severity]`` over the usual severities."""

    def __init__(self, config: IamConfig) -> None:
        self._table = {name: Severity[word.upper()] for name, word in config.severity}

    def of_remark(self, code: str, kind: str) -> Severity:
        """By issue code, else by finding type."""
        return self._table.get(code) or self._table.get(kind) or KINDS.get(kind, Severity.MEDIUM)

    def is_given(self, code: str) -> bool:
        """Whether the table names an issue code itself."""
        return code in self._table

    def of_rule(self, rule: Rule, weighed: Severity = Severity.UNKNOWN) -> Severity:
        """
        Of a rule about access, by its name without the check's. Without a word in the table, what the judge
        ``weighed`` counts, but only new access can be less grave than its rule usually is.
        """
        given = self._table.get(rule.id.partition("/")[2])
        if given is not None:
            return given
        if weighed is Severity.UNKNOWN:
            return rule.severity
        return weighed if rule is NEW_ACCESS else max(weighed, rule.severity)
