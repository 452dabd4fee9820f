"""
Identity providers whose tokens are the same for all of their customers.

Source: IAM User Guide, "Identity-provider controls for shared OIDC providers" (issuers, and the claim that
names the customer); for the three login providers, "AWS STS condition context keys".
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.iam.breadth import POSITIVE, is_test
from pregate.iam.globs import has_wildcard, is_everything
from pregate.iam.statements import Condition

# issuer without its scheme: name for people, and the claims of which one has to name the customer
SHARED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "accounts.google.com": ("Google", ("aud", "oaud", "sub", "email", "hd")),
    "agent.buildkite.com": ("Buildkite", ("sub",)),
    "api.pulumi.com/oidc": ("Pulumi Cloud", ("aud", "sub")),
    "app.terraform.io": ("HCP Terraform", ("sub",)),
    "cognito-identity.amazonaws.com": ("Amazon Cognito", ("aud", "sub")),
    "gitlab.com": ("GitLab", ("sub",)),
    "graph.facebook.com": ("Facebook", ("app_id", "id")),
    "oidc-configuration.audit-log.githubusercontent.com": ("GitHub's audit log streaming", ("sub",)),
    "oidc.codefresh.io": ("Codefresh", ("sub",)),
    "oidc.vercel.com": ("Vercel", ("aud", "sub")),
    "proidc.upbound.io": ("Upbound", ("sub",)),
    "sandboxes.cloud": ("sandboxes.cloud", ("aud",)),
    "scalr.io": ("Scalr", ("sub",)),
    "studio.datachain.ai/api": ("DVC Studio", ("credentials", "sub")),
    "tokens.cloud.shisho.dev": ("Shisho Cloud", ("sub",)),
    "www.amazon.com": ("Login with Amazon", ("app_id", "user_id")),
}


def issuer_of(principal: str) -> str:
    """The issuer that a federated principal names by ARN or alone, lower-case."""
    return principal.lower().rpartition(":oidc-provider/")[2].removeprefix("https://").rstrip("/")


def names_customer(condition: Condition, issuer: str) -> bool:
    """Whether it tests a claim of a shared provider for values that only one customer's tokens have."""
    provider, _, claim = condition.key.rpartition(":")
    if provider != issuer or claim not in SHARED[issuer][1] or condition.operator not in POSITIVE:
        return False
    if claim != "sub" and not is_test(condition):
        return False
    like = condition.operator not in ("stringequals", "stringequalsignorecase")
    return all(not like or _is_named(value.text) for value in condition.values)


def checks_audience(condition: Condition) -> bool:
    """Whether it tests the token's audience (or the application that it is for) for a value."""
    claim = condition.key.rpartition(":")[2]
    return (
        claim in ("aud", "oaud", "app_id")
        and is_test(condition)
        and not all(is_everything(value.text) for value in condition.values)
    )


def _is_named(pattern: str) -> bool:
    """
    Whether the customer's name is whole before the first wildcard: ``project_path:group/…``,
    ``organization:acme:…``. More letters may follow one that is not, in somebody else's name.
    """
    if not has_wildcard(pattern):
        return True
    _, colon, rest = pattern.replace("?", "*").partition("*")[0].partition(":")
    return bool(colon) and not rest.startswith("/") and any(separator in rest for separator in ":/")
