"""What is said where a question about access has no answer, and what is not said twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.checks.base import AccessReason
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.findings import anchor_of, properties_of, start_of, unread_at
from pregate.checks.iam.question import BudgetError, InvalidPolicyError, UnknownError
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument
from pregate.iam.comparable import statements_in
from pregate.iam.rules import INVALID_ACTION, INVALID_ARN, INVALID_POLICY, NOT_PRINCIPAL, PUBLIC_PRINCIPAL
from pregate.model import Finding, Unread, UnreadReason
from pregate.positions import Array, Object

_REFUSED = frozenset(rule.id for rule in (INVALID_POLICY, INVALID_ACTION, INVALID_ARN))
_PUBLIC = frozenset(
    {
        PUBLIC_PRINCIPAL.id,
        NOT_PRINCIPAL.id,
        "iam/github-oidc-any-repository",
        "iam/oidc-any-tenant",
        "iam/oidc-no-condition",
    }
)


def gap_of(document: PolicyDocument, error: NotEvaluatedError, about: str) -> Unread:
    """The entry for a question that has no answer."""
    why = f"{error.message} ({error.hint.rstrip('.')})" if error.hint else error.message
    reason = UnreadReason.NOT_AUDITED
    match error:
        case BudgetError():
            # Not tolerated as what nobody can know is: else a change hides one policy behind twenty others.
            reason = UnreadReason.NOT_ASKED
        case UnknownError(codes=codes):
            reason = UnreadReason.NOT_EVALUATED
            why = f"{why} ({', '.join(codes)})" if codes else why
        case InvalidPolicyError():
            reason = UnreadReason.NOT_EVALUATED
    return unread_at(document.locate(""), f"not checked for {about}: {why}", reason)


def invalid_policy(
    document: PolicyDocument, error: InvalidPolicyError, told: Sequence[Finding], severities: Severities
) -> Iterator[Finding]:
    """A policy that AWS would refuse, unless a finding on it says so already."""
    name = ("policy", document.name)
    for finding in told:
        mine = name in finding.properties or not document.name
        if mine and (finding.rule.id in _REFUSED or ("finding-type", "ERROR") in finding.properties):
            return
    yield Finding(
        rule=INVALID_POLICY,
        message=f"{error.message}. What it grants was not looked at.",
        location=start_of(document.locate("")),
        severity=severities.of_remark("", "ERROR"),
        properties=properties_of(document),
        anchor=anchor_of(document, INVALID_POLICY, (error.message,)),
    )


def is_told_public(told: Sequence[Finding], document: PolicyDocument, reason: AccessReason) -> bool:
    """Whether a local rule says of the statement that it lets the public in, with more about it."""
    if not reason.action or not 0 <= reason.statement < len(statements_in(document.root)):
        return False
    root = document.root
    many = isinstance(root, Object) and isinstance(root.get("Statement"), Array)
    place = start_of(document.locate(f"/Statement/{reason.statement}" if many else "/Statement"))
    return any(f.rule.id in _PUBLIC and any(r.location == place for r in f.related) for f in told)
