"""
Issues of statements that trust somebody else's word: identity providers, and services that act for anybody.

Codes and texts: IAM User Guide, "IAM policy validation check reference"; providers: "Available keys for AWS
OIDC federation"; sources: "The confused deputy problem".
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.document import PolicyKind
from pregate.iam.globs import has_wildcard
from pregate.iam.services import SAY_FOR_WHOM
from pregate.iam.statements import Condition, Principal, Statement
from pregate.iam.tables import GITHUB_CLAIMS, GITHUB_PROVIDER
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.iam.validation.services import conditions_of, key_name
from pregate.iam.validation.tables_reading import EQUAL, allows, covers, is_settled

_WEB_IDENTITY = "sts:assumerolewithwebidentity"
_ARN = ":oidc-provider/"
# Providers that AWS knows without an ARN.
_BUILT_IN = frozenset(
    {"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
)
# Providers whose tokens have one audience, and the begin of those that clusters have.
_ONE_AUDIENCE = _BUILT_IN | {GITHUB_PROVIDER}
_CLUSTERS = "oidc.eks."
_SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_REFERER = "aws:referer"
# What says nothing about for whom a service acts. Any other key may: services have keys of their own for it.
_NEUTRAL_KEYS = """
    aws:currenttime aws:epochtime aws:principalisawsservice aws:principalservicename aws:requestedregion
    aws:securetransport s3:x-amz-acl s3:x-amz-server-side-encryption s3:x-amz-storage-class
"""
_NEUTRAL = frozenset(_NEUTRAL_KEYS.split())
_SERVICE_SUFFIX = ".amazonaws.com"


def audiences(subject: Subject) -> Iterator[Issue]:
    """Set operators on the audience of a token, which is one value."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    for statement, condition in conditions_of(subject):
        provider, _, claim = condition.key.rpartition(":")
        if claim != "aud" or "." not in provider or condition.operator == "null" or not allows(statement):
            continue
        spots = (Spot(condition.pointer, on_key=True),)
        is_known = provider in _ONE_AUDIENCE or provider.startswith(_CLUSTERS)
        if condition.qualifier == "foranyvalue" and is_known:
            details = (
                "Using ForAnyValue qualifier with the single-valued condition key "
                f"{key_name(condition.pointer)} can be overly permissive. We recommend that you remove "
                "ForAnyValue:."
            )
            yield Issue("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", details, spots)
        elif condition.qualifier == "foranyvalue":
            details = (
                'The "aud" (audience) claim key identifies the recipients that the JSON web token is '
                "intended for. Because this claim is single-valued, do not use a qualifier."
            )
            yield Issue("CONFIRM_AUDIENCE_CLAIM_TYPE", details, spots)


def providers(subject: Subject) -> Iterator[Issue]:
    """Providers whose every token is accepted, and of GitHub those of every repository."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    for statement in subject.statements:
        if not allows(statement) or not covers(statement, _WEB_IDENTITY) or not is_settled(statement):
            continue
        keys = {condition.key for condition in statement.conditions}
        for principal in statement.principals:
            provider = _provider(principal)
            spots = (Spot(principal.element.pointer),)
            if provider and not any(key.startswith(f"{provider}:") for key in keys):
                details = (
                    "Using an Open ID Connect principal without a condition can be overly permissive. Add "
                    "condition keys with a prefix that matches your federated OIDC principals to ensure that "
                    "only the intended identity provider assumes the role."
                )
                yield Issue("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", details, spots)
            if _is_github(provider) and not any(_is_repository(key) for key in keys):
                details = (
                    "Granting a federated GitHub principal permissions without a condition key can allow "
                    "more sources to assume the role than you intended. Add the "
                    f"{GITHUB_PROVIDER}:sub condition key and specify the branch and repository name in "
                    "the value."
                )
                yield Issue("MISSING_GITHUB_REPO_CONDITION_KEY", details, spots)


def _provider(principal: Principal) -> str:
    """The name of an OpenID Connect provider as condition keys have it, or ``""``."""
    text = principal.element.text.lower()
    if principal.kind != "Federated" or principal.element.is_partly_unknown or "${" in text:
        return ""
    return text if text in _BUILT_IN else text.partition(_ARN)[2]


def _is_github(provider: str) -> bool:
    return provider == GITHUB_PROVIDER or provider.startswith(f"{GITHUB_PROVIDER}/")


def _is_repository(key: str) -> bool:
    provider, _, claim = key.rpartition(":")
    return _is_github(provider) and claim in GITHUB_CLAIMS


def subjects(subject: Subject) -> Iterator[Issue]:
    """Patterns for GitHub's subject that match several repositories, or branches that nothing else names."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    for statement, condition in conditions_of(subject):
        provider, _, claim = condition.key.rpartition(":")
        if not _is_github(provider) or claim != "sub" or condition.operator != "stringlike":
            continue
        names_branch = any(_is_branch(other, provider) for other in statement.conditions)
        for value in condition.values:
            wide = has_wildcard(_repository(value.text) if names_branch else value.text)
            if wide and allows(statement) and is_settled(statement) and not value.is_partly_unknown:
                key = f"{GITHUB_PROVIDER}:sub"
                details = (
                    f"Using a wildcard (*) in {key} can allow requests from more sources than you intended. "
                    f"Specify the value of {key} with the repository and branch name. If the subject claim "
                    f"does not include the branch, specify it in a {GITHUB_PROVIDER}:ref condition key."
                )
                spots = (Spot(value.pointer),)
                yield Issue("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", details, spots)


def _repository(text: str) -> str:
    """The begin of a subject, ``repo:owner/name``."""
    return ":".join(text.split(":", 2)[:2])


def _is_branch(condition: Condition, provider: str) -> bool:
    return (
        condition.key == f"{provider}:ref"
        and condition.operator in EQUAL
        and not condition.if_exists
        and not any(has_wildcard(value.text) for value in condition.values)
    )


def services(subject: Subject) -> Iterator[Issue]:
    """
    Services that may act for anybody, and say for whom: they are allowed whoever makes them do it.
    """
    if subject.document.kind is not PolicyKind.RESOURCE:
        return
    for statement in subject.statements:
        if allows(statement) and is_settled(statement):
            yield from _sources(statement)


def _sources(statement: Statement) -> Iterator[Issue]:
    counting = [condition for condition in statement.conditions if condition.key not in _NEUTRAL]
    for principal in statement.principals:
        if principal.kind != "Service" or principal.element.is_partly_unknown:
            continue
        name = principal.element.text.removesuffix(_SERVICE_SUFFIX)
        if not counting and not SAY_FOR_WHOM.isdisjoint((name, name.split(".")[0])):
            details = (
                "Granting access to a service principal without specifying a source is overly permissive. "
                "Use aws:SourceArn, aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths condition key "
                "to grant fine-grained access."
            )
            yield Issue("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", details, (Spot(principal.element.pointer),))
        for condition in counting:
            if condition.key == _REFERER and not any(other.key in _SOURCES for other in counting):
                details = (
                    f"To restrict access to the service principal {name} operating on your behalf, we "
                    "recommend aws:SourceArn, aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths "
                    f"instead of {key_name(condition.pointer)}."
                )
                spots = (Spot(condition.pointer, on_key=True),)
                yield Issue("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", details, spots)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", "CONFIRM_AUDIENCE_CLAIM_TYPE"), audiences),
    (("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", "MISSING_GITHUB_REPO_CONDITION_KEY"), providers),
    (("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",), subjects),
    (
        ("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"),
        services,
    ),
)
