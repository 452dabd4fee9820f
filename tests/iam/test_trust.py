"""Trust in identity providers. The forms of subjects are those of GitHub's "OpenID Connect reference"."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam import PolicyKind, extract, lint
from pregate.model import Severity
from tests.iam.samples import GITHUB, only, policy, rules_of, trust


def github(aud: str = "sts.amazonaws.com", **subjects: Any) -> dict[str, Any]:
    """A statement that tests the subject by operators, and the audience."""
    conditions: dict[str, Any] = {"StringEquals": {f"{GITHUB}:aud": aud}}
    for operator, value in subjects.items():
        conditions.setdefault(operator.replace("__", ":"), {})[f"{GITHUB}:sub"] = value
    return trust(conditions)


def claims(operator: str = "StringEquals", **values: Any) -> dict[str, Any]:
    """A statement that tests claims by one operator, and the audience."""
    conditions: dict[str, Any] = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    conditions.setdefault(operator, {}).update({f"{GITHUB}:{name}": value for name, value in values.items()})
    return trust(conditions)


MAIN = "repo:octo-org/app:ref:refs/heads/main"


@pytest.mark.parametrize(
    "statement",
    [
        github(StringEquals=MAIN),
        github(StringEqualsIgnoreCase=MAIN),
        github(StringLike=MAIN),
        github(StringEquals="repo:octo-org@123456/app@456789:ref:refs/heads/main"),
        github(StringEquals=["repo:octo-org/app:environment:prod", "repo:octo-org@1/app@2:environment:prod"]),
        github(StringLike="repo:octo-org@123456/app@456789:environment:*-prod"),
        github(StringLike="repo:octo-org@*/app@*:ref:refs/heads/main"),
        github(StringLike="repo:octo-org/app:ref:refs/tags/v*"),
        github(StringLike="repo:octo-org/app:ref:refs/heads/release/*"),
        github(StringLike="repo:octo-org/app:*:job_workflow_ref:octo-org/flows/.github/workflows/a.yml@v1"),
        github(StringEquals="repo:octo-org/*"),  # no wildcard there: it matches nothing
        github(StringLike="octo-org/app:*"),  # no form of a subject: it matches nothing
        github(StringLike="repo:octo-org:*"),
        github(StringEquals="repository_id:1:ref:refs/heads/main"),
        github(StringLike="workflow_ref:octo-org/app/.github/workflows/a.yml@*"),
        github(StringLike="*", StringEquals=MAIN),
        claims(repository="octo-org/app", ref="refs/heads/main"),
        claims(repository="octo-org", ref="refs/heads/main"),
        claims(repository_id="1", environment="prod"),
        claims(sub="repo:octo-org/app:pull_request", environment="prod"),
        claims(repository="octo-org/app", job_workflow_ref="octo-org/flows/.github/workflows/a.yml@v1"),
        github(StringLike=[]),
    ],
)
def test_a_trust_that_names_repository_and_branch_is_silent(statement: Any) -> None:
    assert rules_of(policy(statement)) == []


@pytest.mark.parametrize(
    "subject",
    [
        "*",
        "repo:*",
        "repo:*/app:*",
        "r*",
        "repo:octo*",
        "repo:octo-org*",  # octo-org-evil, too
        "repo:octo?/app:*",
        "?epo:octo/app:*",
        "repo:*octo-org/app:ref:refs/heads/main",
        "repo:octo-org*/app*:*",
        "repo:octo*@*/app@*:*",
        "environment:prod",
        "ref:refs/heads/main",
        "workflow:Deploy:event_name:push",
        "repository_visibility:public",
        "repository_id:12*",
        "repository_owner:octo*",
        "job_workflow_ref:octo*/flows/*",
        "job_workflow_sha:ab*",
        "*:environment:prod",
    ],
)
def test_a_subject_that_any_owner_meets_is_critical(subject: str) -> None:
    remark = only(policy(github(StringLike=["repo:octo-org/app:environment:a", subject])))
    assert (remark.rule.id, remark.severity) == ("iam/github-oidc-any-repository", Severity.CRITICAL)
    assert remark.pointer == f"/Statement/0/Condition/StringLike/{GITHUB}:sub/1"


@pytest.mark.parametrize(
    "statement",
    [
        trust(),
        trust({}),
        trust({"StringNotEquals": {f"{GITHUB}:sub": "repo:a/b:*"}}),
        trust({"StringNotLike": {f"{GITHUB}:sub": "repo:evil/*"}}),
        trust({"Null": {f"{GITHUB}:sub": "false"}}),
    ],
)
def test_a_trust_without_subject_is_critical(statement: Any) -> None:
    assert rules_of(policy(statement)) == ["github-oidc-any-repository", "oidc-no-audience"]


@pytest.mark.parametrize(
    "statement",
    [
        claims(actor="octocat"),
        claims(actor_id="1"),
        claims(environment="prod", ref="refs/heads/main"),
        claims(workflow="deploy"),
        claims("StringLike", job_workflow_ref="*"),
        claims("StringLikeIfExists", repository="octo-org/app"),
        claims("ForAnyValue:StringNotLike", repository="octo-org/app"),
        github(aud="https://github.com/octo-org"),  # whoever asks for a token chooses its audience
    ],
)
def test_claims_that_name_no_repository_are_critical(statement: Any) -> None:
    assert rules_of(policy(statement)) == ["github-oidc-any-repository"]


def test_all_values_of_a_claim_pass_when_there_is_none() -> None:
    statement = claims("ForAllValues:StringEquals", repository="octo-org/app")
    assert rules_of(policy(statement)) == ["github-oidc-any-repository"]
    subject = github(ForAllValues__StringEquals=MAIN)
    assert rules_of(policy(subject)) == ["for-all-values-allow"]
    assert rules_of(policy(github(StringLikeIfExists=MAIN))) == ["oidc-optional-claim"]


@pytest.mark.parametrize(
    "statement",
    [
        github(StringLike="repo:octo-org/*"),
        github(StringLike="repo:octo-org/app*"),
        github(StringLike="repo:octo-org@123456/*"),
        github(StringLike="repo:octo-org@*"),
        github(StringLike="repo:octo-org/app-*:ref:refs/heads/main"),
        github(StringLike=[MAIN, "repo:octo-org/*"]),
        github(StringLike="repository_owner:octo-org:environment:prod"),
        claims(repository_owner="octo-org"),
        claims(repository_owner_id="1"),
        claims(enterprise_id="1"),
        claims("StringLike", repository="octo-org/*"),
    ],
)
def test_a_subject_that_many_repositories_meet_is_found(statement: Any) -> None:
    remark = only(policy(statement))
    assert (remark.rule.id, remark.severity) == ("iam/github-oidc-broad-subject", Severity.MEDIUM)


@pytest.mark.parametrize(
    ("statement", "severity"),
    [
        (github(StringEquals="job_workflow_ref:octo-org/flows/.github/workflows/a.yml@v1"), Severity.MEDIUM),
        (github(StringLike="*:job_workflow_ref:octo-org/flows/.github/workflows/a.yml@v1"), Severity.MEDIUM),
        (github(StringLike="job_workflow_ref:octo-org/flows/.github/workflows/a.yml@*"), Severity.HIGH),
        (claims(job_workflow_ref="octo-org/flows/.github/workflows/a.yml@refs/tags/v1"), Severity.MEDIUM),
        (claims(job_workflow_sha="0123abc"), Severity.MEDIUM),
        (claims("StringLike", job_workflow_ref="octo-org/flows/*"), Severity.HIGH),
    ],
)
def test_a_reusable_workflow_without_its_caller_is_found(statement: Any, severity: Severity) -> None:
    remark = only(policy(statement))
    assert (remark.rule.id, remark.severity) == ("iam/github-oidc-any-caller", severity)
    assert ("any revision" in remark.message) is (severity is Severity.HIGH)


@pytest.mark.parametrize(
    "statement",
    [
        github(StringLike="repo:octo-org/app:*"),
        github(StringLike="repo:octo-org@123456/app@456789:*"),
        github(StringEquals="repo:octo-org/app"),
        github(StringLike="repo:octo-org/app:ref:refs/heads/*"),
        github(StringLike="repo:octo-org/app:environment:*"),
        github(StringLike=["repo:octo-org/a:*", "repo:octo-org/b:environment:prod"]),
        claims(repository_id="1"),
        claims("StringLike", repository="octo-org/app", ref="*"),
        github(StringEquals="repository:octo-org/app:event_name:push"),
    ],
)
def test_any_branch_of_one_repository_is_told(statement: Any) -> None:
    remark = only(policy(statement))
    assert (remark.rule.id, remark.severity) == ("iam/github-oidc-any-ref", Severity.LOW)


def test_a_pull_request_is_called_so() -> None:
    remark = only(policy(github(StringLike="*", StringEquals="repo:o/a:pull_request")))
    assert (remark.rule.id, remark.severity) == ("iam/github-oidc-any-ref", Severity.INFO)
    assert "pull request's" in remark.message


@pytest.mark.parametrize("principal", ["*", {"Federated": trust()["Principal"]["Federated"]}])
def test_a_deny_that_demands_the_subject_is_honoured(principal: Any) -> None:
    denial = {
        "Effect": "Deny",
        "Principal": principal,
        "Action": "sts:AssumeRole*",
        "Condition": {"StringNotEquals": {f"{GITHUB}:sub": MAIN}},
    }
    assert rules_of(policy(github(), denial)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"AWS": "123456789012"}},
        {"Action": "sts:TagSession"},
        {"Condition": {"StringEquals": {f"{GITHUB}:sub": MAIN}}},
        {"Condition": {"ForAnyValue:StringNotEquals": {f"{GITHUB}:sub": MAIN}}},
        {"Condition": {"StringNotEquals": {f"{GITHUB}:sub": MAIN, f"{GITHUB}:ref": "x"}}},
        {"Condition": {"StringNotEquals": {f"{GITHUB}:sub": MAIN}, "Bool": {"aws:SecureTransport": "true"}}},
        {"Effect": "Allow"},
    ],
)
def test_a_deny_that_does_not_meet_every_request_is_not(change: Any) -> None:
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Condition": {"StringNotEquals": {f"{GITHUB}:sub": MAIN}},
    }
    assert "github-oidc-any-repository" in rules_of(
        policy(github(), {**denial, **change}, kind=PolicyKind.TRUST)
    )


def test_an_unknown_provider_is_githubs_by_its_claims() -> None:
    statement = trust({"StringLike": {f"{GITHUB}:sub": "*"}}, provider="arn:aws:iam::1:oidc-provider/x")
    assert "github-oidc-any-repository" in rules_of(policy(statement))


def test_a_repository_that_a_template_leaves_open_is_a_name() -> None:
    def of(subject: str) -> list[str]:
        condition = {
            "StringEquals": {f"{GITHUB}:aud": "a"},
            "StringLike": {f"{GITHUB}:sub": {"Fn::Sub": subject}},
        }
        role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust(condition)]}}
        resource = {"Type": "AWS::IAM::Role", "Properties": role}
        template = {"Parameters": {"Repo": {"Type": "String"}}, "Resources": {"R": resource}}
        (document,) = extract("t.json", json.dumps(template)).documents
        return rules_of(document)

    assert of("repo:${Repo}:ref:refs/heads/main") == []
    assert of("repo:${Repo}:*") == ["github-oidc-any-ref"]
    assert of("repo:${Repo}*") == ["github-oidc-broad-subject"]
    assert of("repo:${Repo}/app:environment:a") == []
    assert of("${Repo}") == []


# ------------------------------------------------------------------------------------------- other providers


def provider(issuer: str) -> str:
    return f"arn:aws:iam::123456789012:oidc-provider/{issuer}"


EKS = provider("oidc.eks.us-east-1.amazonaws.com/id/A")


def test_a_provider_without_any_condition_is_found() -> None:
    assert rules_of(policy(trust(provider=EKS))) == ["oidc-no-condition"]


@pytest.mark.parametrize(
    "audience",
    [
        {},
        {"StringNotEquals": {"oidc.eks.us-east-1.amazonaws.com/id/a:aud": "x"}},
        {"StringLike": {"oidc.eks.us-east-1.amazonaws.com/id/a:aud": "*"}},
    ],
)
def test_a_provider_without_audience_is_found(audience: Any) -> None:
    subject = {"StringEquals": {"oidc.eks.us-east-1.amazonaws.com/id/a:sub": "system:serviceaccount:a:b"}}
    assert rules_of(policy(trust({**subject, **audience}, provider=EKS))) == ["oidc-no-audience"]


@pytest.mark.parametrize(
    ("issuer", "condition"),
    [
        ("gitlab.com", {}),
        ("gitlab.com", {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"}}),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme*"}}),
        ("gitlab.com", {"StringLike": {"gitlab.com:sub": ["project_path:acme/app:*", "*"]}}),
        ("gitlab.com", {"StringNotLike": {"gitlab.com:sub": "project_path:evil/*"}}),
        ("app.terraform.io", {"StringEquals": {"app.terraform.io:aud": "aws.workload.identity"}}),
        ("app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:*:workspace:prod:*"}}),
        ("agent.buildkite.com", {"StringLike": {"agent.buildkite.com:sub": "organization:ac?e:pipeline:a"}}),
        ("cognito-identity.amazonaws.com", {"Null": {"cognito-identity.amazonaws.com:aud": "false"}}),
        ("oidc.vercel.com", {"StringLike": {"oidc.vercel.com:aud": "https://vercel.com/acme*"}}),
        ("accounts.google.com", {"StringEqualsIfExists": {"accounts.google.com:aud": "x"}}),
    ],
)
def test_a_shared_provider_without_its_customer_is_critical(issuer: str, condition: Any) -> None:
    remark = only(policy(trust(condition, provider=provider(issuer))))
    assert (remark.rule.id, remark.severity) == ("iam/oidc-any-tenant", Severity.CRITICAL)
    assert issuer in remark.message


@pytest.mark.parametrize(
    ("principal", "condition"),
    [
        (
            provider("gitlab.com"),
            {"StringLike": {"gitlab.com:sub": "project_path:acme/app:ref_type:branch:*"}},
        ),
        (provider("gitlab.com"), {"StringEquals": {"gitlab.com:sub": "project_path:acme/app:ref:main"}}),
        (provider("app.terraform.io"), {"StringLike": {"app.terraform.io:sub": "organization:acme:*"}}),
        (provider("scalr.io"), {"StringLike": {"scalr.io:sub": "account:acme"}}),
        ("cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "pool"}}),
        (provider("agent.buildkite.com"), {"StringLike": {"agent.buildkite.com:sub": "organization:a:*"}}),
        (provider("x"), {"StringLike": {"app.terraform.io:sub": "organization:acme:*"}}),
    ],
)
def test_a_shared_provider_with_its_customer_is_not(principal: str, condition: Any) -> None:
    assert set(rules_of(policy(trust(condition, provider=principal)))) <= {"oidc-no-audience"}


def test_saml_and_services_are_none_of_these_rules_business() -> None:
    saml = {"Federated": "arn:aws:iam::123456789012:saml-provider/corp"}
    statements = [
        {"Effect": "Allow", "Principal": saml, "Action": "sts:AssumeRoleWithSAML"},
        {"Effect": "Allow", "Principal": saml, "Action": "sts:AssumeRole*"},
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]
    assert lint(policy(*statements)) == ()
