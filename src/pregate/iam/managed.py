"""
Policies that a file only names: managed ones attached to an identity, and permissions boundaries.

What AWS's own policies grant is not in the file; the broadest are known by name. Source: AWS Managed Policy
Reference Guide.
"""

from __future__ import annotations

from pregate.expressions import expression
from pregate.iam.document import TOKEN
from pregate.model import Location, Severity
from pregate.records import dataclass

_ARN = expression(
    r"arn:[a-z0-9-]{1,30}:iam::aws:policy/(?:[\x21-\x2e\x30-\x7e]{1,128}/){0,8}([\w+=,.@-]{1,128})"
)
_NAME = expression(r"[\w+=,.@-]{1,128}")
_ADMINISTRATION = {
    "AdministratorAccess": "grants every action on every resource",
    "IAMFullAccess": "lets its holder grant itself everything",
}
_WIDE = {
    "AWSCodeStarFullAccess": "lets its holder become an administrator",
    "AWSLambda_FullAccess": "lets its holder run code with other roles' rights",
    "AWSOrganizationsFullAccess": "grants everything in the organization",
    "AdministratorAccess-AWSElasticBeanstalk": "grants administration of many services",
    "AdministratorAccess-Amplify": "grants administration of many services",
    "DataScientist": "grants every action of many services",
    "DatabaseAdministrator": "grants every action of many services",
    "NetworkAdministrator": "grants every action of many services",
    "PowerUserAccess": "grants all actions but those of IAM and the organization",
    "SecretsManagerReadWrite": "reads and writes every secret",
    "SystemAdministrator": "grants every action of many services",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """
    A policy named by its ARN, or by the bare name of one of AWS's.

    ``name`` is the address of the reference (``AppRole.ManagedPolicyArns.0``); ``boundary`` tells a
    permissions boundary from an attached policy. ``labels`` are those of :class:`pregate.iam.PolicyDocument`.
    """

    arn: str
    name: str
    location: Location
    boundary: bool = False
    labels: tuple[tuple[str, str], ...] = ()


def managed_name(arn: str) -> str:
    """The name of the AWS managed policy that an ARN or bare name means, ``""`` for any other."""
    if TOKEN.search(arn):
        return ""
    found = _ARN.fullmatch(arn)
    if found:
        return found[1]
    return arn if _NAME.fullmatch(arn) else ""


def breadth_of(reference: Reference) -> tuple[Severity, str] | None:
    """How bad a reference is, and what the policy does; None for one that is not known to be broad."""
    name = managed_name(reference.arn)
    if reference.boundary:
        if name == "AdministratorAccess":
            return Severity.MEDIUM, "bounds nothing: every action on every resource is within it"
        return None
    if name in _ADMINISTRATION:
        return Severity.CRITICAL, _ADMINISTRATION[name]
    if name in _WIDE:
        return Severity.HIGH, _WIDE[name]
    if name.endswith(("FullAccess", "_FullAccess")):
        return Severity.MEDIUM, "grants every action of its service, on every resource"
    return None
