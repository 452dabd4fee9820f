"""
The inline policy that narrows a role's session to the calls that pregate will make.

What a session may do is what both this policy and the role's own allow, so that a role which may do too much
is of no use to whatever else runs in the job. ``sts:GetCallerIdentity`` needs no permission.

Sources: IAM User Guide, "Session policies"; AWS STS API Reference, ``AssumeRole`` (``Policy``: at most 2,048
characters); Service Authorization Reference for the actions and the resources that they take.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pregate.errors import UsageError

LENGTH_MAX = 2048

# feature → groups of (actions, forms of the resources where none is named). Access Analyzer's checks and
# Inspector's scan take no resource.
_Group = tuple[tuple[str, ...], tuple[str, ...]]
FEATURES: Mapping[str, tuple[_Group, ...]] = {
    "validate-policy": ((("access-analyzer:ValidatePolicy",), ("*",)),),
    "custom-checks": (
        (
            (
                "access-analyzer:CheckAccessNotGranted",
                "access-analyzer:CheckNoNewAccess",
                "access-analyzer:CheckNoPublicAccess",
            ),
            ("*",),
        ),
    ),
    "security-hub": (
        (
            (
                "securityhub:BatchImportFindings",
                "securityhub:BatchUpdateFindings",
                "securityhub:GetFindings",
            ),
            (
                "arn:{partition}:securityhub:{region}:{account}:hub/default",
                "arn:{partition}:securityhub:{region}:{account}:product/{account}/default",
            ),
        ),
    ),
    "s3": (
        (("s3:GetObject", "s3:PutObject"), ("arn:{partition}:s3:::*/*",)),
        (("kms:Decrypt", "kms:GenerateDataKey"), ("arn:{partition}:kms:{region}:{account}:key/*",)),
    ),
    "sns": ((("sns:Publish",), ("arn:{partition}:sns:{region}:{account}:*",)),),
    "inspector": ((("inspector-scan:ScanSbom",), ("*",)),),
    "kms-sign": ((("kms:Sign",), ("arn:{partition}:kms:{region}:{account}:key/*",)),),
    "secret": (
        (("secretsmanager:GetSecretValue",), ("arn:{partition}:secretsmanager:{region}:{account}:secret:*",)),
    ),
}


def build_session_policy(
    features: Iterable[str],
    partition: str,
    region: str,
    account: str,
    resources: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """
    The policy for the features that are on, as JSON without blanks; with none, a session that may do nothing.

    ``resources`` names, by feature, the ARNs that its first group of actions is for, in place of all those of
    the account. Raises UsageError for an unknown feature and a policy that is longer than STS takes.
    """
    named = resources or {}
    grants: dict[tuple[str, ...], set[str]] = {}
    for feature in sorted(features):
        if feature not in FEATURES:
            raise UsageError(f"there is no AWS feature {feature[:64]!r}", f"Features: {', '.join(FEATURES)}.")
        for position, (actions, forms) in enumerate(FEATURES[feature]):
            own = tuple(sorted(named.get(feature, ()))) if position == 0 else ()
            places = own or tuple(
                form.format(partition=partition, region=region, account=account) for form in forms
            )
            grants.setdefault(places, set()).update(actions)
    return _rendered([_statement(actions, places) for places, actions in grants.items()])


def hop_policy(role: str) -> str:
    """The policy of a session that is only there to assume ``role``."""
    return _rendered([_statement({"sts:AssumeRole"}, (role,))])


def _statement(actions: Iterable[str], places: tuple[str, ...]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": list(places)}


def _rendered(statements: list[dict[str, Any]]) -> str:
    # STS wants a statement; one that allows nothing denies no call that needs no permission.
    written = statements or [{"Effect": "Deny", "Action": "*", "Resource": "*"}]
    text = json.dumps({"Version": "2012-10-17", "Statement": written}, separators=(",", ":"))
    if len(text) > LENGTH_MAX:
        raise UsageError(
            f"the session policy has {len(text)} characters, and AWS STS takes {LENGTH_MAX}",
            'Name fewer resources, or switch it off: session-policy = "none" under [aws].',
        )
    return text
