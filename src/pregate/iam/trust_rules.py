"""
The local rules about whom a role or resource trusts: identity providers, and AWS services that act for
others. docs/iam-rules.md has examples.
"""

from __future__ import annotations

from pregate.iam.rule_form import GUIDE, iam_rule
from pregate.model import Rule, Severity

_OIDC = GUIDE + "id_roles_providers_create_for-idp_oidc.html"
_SHARED = GUIDE + "id_roles_providers_oidc_secure-by-default.html"
_DEPUTY = GUIDE + "confused-deputy.html"

GITHUB_NO_SUBJECT = iam_rule(
    "github-oidc-any-repository",
    Severity.CRITICAL,
    "A role trusts every GitHub Actions workflow",
    "GitHub's identity provider signs tokens for all repositories of all users. Without a condition on the "
    "`sub` claim, or with one that any repository satisfies, anybody can assume the role. Branches, "
    "environments, workflows, events and actors do not say which repository it is: whoever runs it chooses "
    "them.",
    'Add `"StringEquals": {"token.actions.githubusercontent.com:sub": '
    '"repo:OWNER/NAME:ref:refs/heads/main"}`, or `repo:OWNER@ID/NAME@ID:…` for a repository with immutable '
    "subjects.",
    284,
    _OIDC,
)
GITHUB_ANY_CALLER = iam_rule(
    "github-oidc-any-caller",
    Severity.MEDIUM,
    "A role trusts a reusable workflow, whoever calls it",
    "`job_workflow_ref` names the workflow that runs, not the repository that runs it. Every repository that "
    "may call the workflow gets the role: of a public one, every repository on GitHub. With a wildcard for "
    "the revision, the caller also chooses which version of the workflow runs.",
    "Add a condition on `repository`, `repository_id` or the repository in `sub`, and name the revision "
    "after `@`.",
    284,
    _OIDC,
)
GITHUB_BROAD_SUBJECT = iam_rule(
    "github-oidc-broad-subject",
    Severity.MEDIUM,
    "A role trusts many repositories of a GitHub owner",
    "A wildcard in the repository's name, or a condition on the owner alone, lets every workflow in any "
    "repository that matches assume the role.",
    "Name the repository, and the branch or environment, in the `sub` condition.",
    284,
    _OIDC,
)
GITHUB_ANY_REF = iam_rule(
    "github-oidc-any-ref",
    Severity.LOW,
    "A role trusts every branch or pull request of a repository",
    "Whoever may push a branch can change the workflow there and run it with the role, before anybody "
    "has reviewed the change. A pull request from a fork gets no token, unless the repository sends write "
    "tokens to forks, or its code runs in `pull_request_target`.",
    "Name a protected branch (`:ref:refs/heads/main`), or an environment with protection rules "
    "(`:environment:production`), in the `sub` condition.",
    284,
    _OIDC,
)
OIDC_ANY_TENANT = iam_rule(
    "oidc-any-tenant",
    Severity.CRITICAL,
    "A role trusts every customer of a shared identity provider",
    "The provider signs tokens for all of its customers under one address. Without a condition on the claim "
    "that names the customer, or with one that others satisfy, anybody with an account there can assume the "
    "role.",
    "Add a condition on the claim that the message names, with your organisation, group or project in full "
    "before the first wildcard.",
    284,
    _SHARED,
)
OIDC_NO_CONDITION = iam_rule(
    "oidc-no-condition",
    Severity.HIGH,
    "A role trusts every identity of an OpenID Connect provider",
    "Without a condition on the token's claims, every user or application of the identity "
    "provider can assume the role.",
    "Add conditions on the provider's `sub` and `aud` claims.",
    284,
    _OIDC,
)
OIDC_OPTIONAL_CLAIM = iam_rule(
    "oidc-optional-claim",
    Severity.MEDIUM,
    "A condition on a token's claim holds when the claim is missing",
    "`…IfExists` holds for a request without the key, so a claim that is misspelled, or that the provider "
    "leaves out, protects nothing.",
    "Use the operator without `IfExists`.",
    863,
    GUIDE + "reference_policies_elements_condition_operators.html",
)
OIDC_NO_AUDIENCE = iam_rule(
    "oidc-no-audience",
    Severity.LOW,
    "A trust policy does not check the token's audience",
    "Tokens that the identity provider issued for another service are accepted as well, unless "
    "the provider's own list "
    "of client ids is as narrow.",
    'Add `"StringEquals": {"<provider>:aud": "sts.amazonaws.com"}` (or the client id that is meant).',
    284,
    _OIDC,
)
CONFUSED_DEPUTY = iam_rule(
    "confused-deputy",
    Severity.MEDIUM,
    "An AWS service may act for anybody",
    "A service principal is the same for all of its customers. Without a condition on whose resource the "
    "service acts for, another account can make it use yours.",
    "Add `aws:SourceAccount` or `aws:SourceOrgID`, or `aws:SourceArn` with the resource that the service "
    "acts for, to the statement's conditions (without `IfExists`).",
    441,
    _DEPUTY,
)

RULES: tuple[Rule, ...] = (
    GITHUB_NO_SUBJECT,
    GITHUB_ANY_CALLER,
    GITHUB_BROAD_SUBJECT,
    GITHUB_ANY_REF,
    OIDC_ANY_TENANT,
    OIDC_NO_CONDITION,
    OIDC_OPTIONAL_CLAIM,
    OIDC_NO_AUDIENCE,
    CONFUSED_DEPUTY,
)
