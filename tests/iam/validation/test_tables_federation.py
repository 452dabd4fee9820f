"""Issues of statements that trust identity providers and services."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument, PolicyKind
from pregate.iam.extraction import extract
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.tables_federation import RULES
from pregate.iam.validation.validate import validate
from tests.iam.validation.samples import allow, found, policy

CODES = {code for codes, _ in RULES for code in codes}
GITHUB = "token.actions.githubusercontent.com"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
OTHER = "idp.example.com"
_AUDIENCE = "sts.amazonaws.com"
_MAIN = "repo:shop/site:ref:refs/heads/main"


def ours(statement: dict[str, Any], kind: str) -> dict[str, list[str]]:
    """What this module's rules say."""
    return {code: parts for code, parts in found(policy(statement), kind).items() if code in CODES}


def arn(provider: str) -> str:
    """The ARN of a provider."""
    return f"arn:aws:iam::123456789012:oidc-provider/{provider}"


def trust(provider: str, condition: Any = None, **changes: Any) -> dict[str, Any]:
    """A statement that trusts a provider."""
    return allow(
        **{
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Resource": None,
            "Principal": {"Federated": provider if ":" in provider or "/" not in provider else arn(provider)},
            "Condition": condition,
            **changes,
        }
    )


def github(sub: Any, operator: str = "StringLike", **blocks: Any) -> dict[str, Any]:
    """A statement that trusts workflows on GitHub."""
    return trust(arn(GITHUB), {operator: {f"{GITHUB}:sub": sub}, **blocks})


def service(name: str = "ses.amazonaws.com", **keys: str) -> dict[str, Any]:
    """A statement for a service, under conditions on these keys of all services."""
    condition = {"StringEquals": {f"aws:{key}": value for key, value in keys.items()}} if keys else None
    return allow(Principal={"Service": name}, Condition=condition)


@pytest.mark.parametrize(
    ("code", "kind", "bad", "part", "good"),
    [
        (
            "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
            "trust",
            trust(EKS, {"ForAnyValue:StringEquals": {f"{EKS}:aud": _AUDIENCE}}),
            f"{EKS}:aud",
            trust(EKS, {"StringEquals": {f"{EKS}:aud": _AUDIENCE}}),
        ),
        (
            "CONFIRM_AUDIENCE_CLAIM_TYPE",
            "trust",
            trust(arn(OTHER), {"ForAnyValue:StringEquals": {f"{OTHER}:aud": "shop"}}),
            f"{OTHER}:aud",
            trust(arn(OTHER), {"ForAnyValue:StringEquals": {f"{OTHER}:amr": "mfa"}}),
        ),
        (
            "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
            "trust",
            trust(arn(OTHER)),
            arn(OTHER),
            trust(arn(OTHER), {"StringEquals": {f"{OTHER.upper()}:aud": "shop"}}),
        ),
        (
            "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
            "trust",
            trust("cognito-identity.amazonaws.com", {"Bool": {"aws:SecureTransport": "true"}}),
            "cognito-identity.amazonaws.com",
            trust(
                "cognito-identity.amazonaws.com", {"Null": {"cognito-identity.amazonaws.com:aud": "false"}}
            ),
        ),
        (
            "MISSING_GITHUB_REPO_CONDITION_KEY",
            "trust",
            trust(arn(GITHUB), {"StringEquals": {f"{GITHUB}:aud": _AUDIENCE}}),
            arn(GITHUB),
            trust(arn(GITHUB), {"StringEquals": {f"{GITHUB}:repository_id": "1"}}),
        ),
        (
            "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
            "trust",
            github([_MAIN, "repo:shop/*"]),
            "repo:shop/*",
            github([_MAIN]),
        ),
        (
            "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
            "trust",
            github("repo:shop/site:*"),
            "repo:shop/site:*",
            github("repo:shop/site:*", StringEquals={f"{GITHUB}:ref": "refs/heads/main"}),
        ),
        (
            "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
            "trust",
            github("repo:shop/*:*", StringEquals={f"{GITHUB}:ref": "refs/heads/main"}),
            "repo:shop/*:*",
            github("repo:shop/site:*", "StringEquals"),
        ),
        (
            "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
            "resource",
            service("cloudtrail.amazonaws.com"),
            "cloudtrail.amazonaws.com",
            service("cloudtrail.amazonaws.com", SourceAccount="123456789012"),
        ),
        (
            "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
            "resource",
            service("sns.amazonaws.com", SecureTransport="true"),
            "sns.amazonaws.com",
            service("sns.amazonaws.com", SourceOrgID="o-a1b2c3d4e5"),
        ),
        (
            "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
            "resource",
            service(Referer="123456789012"),
            "aws:Referer",
            service(Referer="123456789012", SourceAccount="123456789012"),
        ),
    ],
)
def test_an_issue_and_its_clean_twin(
    code: str, kind: str, bad: dict[str, Any], part: str, good: dict[str, Any]
) -> None:
    assert ours(bad, kind) == {code: [json.dumps(part)]}
    assert ours(good, kind) == {}


def test_a_statement_for_all_of_github_lacks_both() -> None:
    assert set(ours(trust(arn(GITHUB)), "trust")) == {
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        "MISSING_GITHUB_REPO_CONDITION_KEY",
    }


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (trust(arn(OTHER), Effect="Deny"), "trust"),
        (trust(arn(OTHER), Action="sts:AssumeRole"), "trust"),
        (trust("arn:aws:iam::123456789012:saml-provider/idp", Action="sts:*"), "trust"),
        (allow(Action="sts:*", Principal={"AWS": "*"}, Resource=None), "trust"),
        (trust(arn(OTHER)), "resource"),
        (github("repo:shop/*"), "resource"),
        (github("repo:shop/*", "StringNotLike"), "trust"),
        (trust(EKS, {"ForAnyValue:StringEquals": {f"{EKS}:aud": "a"}}), "resource"),
        (service(), "trust"),
        ({**service(), "Effect": "Deny"}, "resource"),
        (allow(Principal={"AWS": "123456789012"}), "resource"),
        # services have keys of their own for whom they act
        (
            allow(
                Principal={"Service": "logs.amazonaws.com"},
                Condition={
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:123456789012:*"}
                },
            ),
            "resource",
        ),
    ],
)
def test_nothing_is_said(statement: dict[str, Any], kind: str) -> None:
    assert ours(statement, kind) == {}


def test_the_words() -> None:
    text = policy(service("ses.amazonaws.com", Referer="123456789012"))
    issues = validate(document_of(text, PolicyKind.RESOURCE)).issues
    (details,) = (issue.details for issue in issues if issue.code in CODES)
    assert details == (
        "To restrict access to the service principal ses operating on your behalf, we recommend "
        "aws:SourceArn, aws:SourceAccount, aws:SourceOrgID, or aws:SourceOrgPaths instead of aws:Referer."
    )


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (trust("@"), PolicyKind.TRUST),
        (trust(arn("@.example.com")), PolicyKind.TRUST),
        (trust(arn(OTHER), Condition="@"), PolicyKind.TRUST),
        (trust(arn(OTHER), {"StringEquals": {"@:aud": "x"}}), PolicyKind.TRUST),
        (trust(arn(OTHER), Effect="@"), PolicyKind.TRUST),
        (github("@*"), PolicyKind.TRUST),
        ({**service(), "Condition": {"StringEquals": {"@": "x"}}}, PolicyKind.RESOURCE),
        ({**service(), "Condition": {"@": {"aws:SourceAccount": "x"}}}, PolicyKind.RESOURCE),
        (service("@.amazonaws.com"), PolicyKind.RESOURCE),
    ],
)
def test_what_is_not_known_decides_nothing(statement: dict[str, Any], kind: PolicyKind) -> None:
    text = policy(statement).replace("@", f"{OPEN}0{CLOSE}")
    (document,) = extract("p.json", policy(allow())).documents
    marked = PolicyDocument(kind, "", "", text, document.places)
    assert not CODES & {issue.code for issue in validate(marked).issues}
