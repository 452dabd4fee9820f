"""Short ways to make policies for tests."""

from __future__ import annotations

import json
from typing import Any

from pregate.iam import PolicyDocument, PolicyKind, Remark, extract, lint

GITHUB = "token.actions.githubusercontent.com"
GITHUB_ARN = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"


def policy(
    *statements: Any, kind: PolicyKind | None = None, attached: str = "", **rest: Any
) -> PolicyDocument:
    """A document of the statements, as if it stood alone in a file."""
    text = json.dumps({"Version": "2012-10-17", **rest, "Statement": list(statements)})
    (document,) = extract("p.json", text).documents
    return PolicyDocument(kind or document.kind, attached, "", document.text, document.places)


def allow(action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::b/k", **rest: Any) -> dict[str, Any]:
    """An Allow statement of an identity policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **rest}


def grant(principal: Any, action: str = "sqs:SendMessage", **rest: Any) -> dict[str, Any]:
    """An Allow statement of a resource policy."""
    resource = "arn:aws:sqs:us-east-1:123456789012:q"
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **rest}


def trust(condition: Any = None, provider: str = GITHUB_ARN, **rest: Any) -> dict[str, Any]:
    """A statement that trusts an identity provider."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    return {**statement, **({"Condition": condition} if condition is not None else {}), **rest}


def rules_of(document: PolicyDocument) -> list[str]:
    """Ids of the rules that a policy breaks, without their prefix."""
    return [remark.rule.id.removeprefix("iam/") for remark in lint(document)]


def only(document: PolicyDocument) -> Remark:
    """The one remark on a policy."""
    (remark,) = lint(document)
    return remark
