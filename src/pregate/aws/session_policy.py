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
from pregate.records import dataclass

LENGTH_MAX = 2048


@dataclass(frozen=True, slots=True)
class Grant:
    """
    Actions on the resources that are named for ``name``, or of these forms where none is; without forms, one
    must be named.
    """

    name: str
    actions: tuple[str, ...]
    forms: tuple[str, ...] = ()


_HUB = "arn:{partition}:securityhub:{region}:{account}"
# Access Analyzer's checks and Inspector's scan take no resource.
FEATURES: Mapping[str, tuple[Grant, ...]] = {
    "validate-policy": (Grant("validate-policy", ("access-analyzer:ValidatePolicy",), ("*",)),),
    "custom-checks": (
        Grant(
            "custom-checks",
            (
                "access-analyzer:CheckAccessNotGranted",
                "access-analyzer:CheckNoNewAccess",
                "access-analyzer:CheckNoPublicAccess",
            ),
            ("*",),
        ),
    ),
    "security-hub": (
        Grant(
            "security-hub",
            ("securityhub:BatchImportFindings", "securityhub:BatchUpdateFindings", "securityhub:GetFindings"),
            (f"{_HUB}:hub/default", f"{_HUB}:product/{{account}}/default"),
        ),
    ),
    "s3": (
        Grant("s3", ("s3:GetObject", "s3:PutObject")),
        Grant(
            "s3-key",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            ("arn:{partition}:kms:{region}:{account}:key/*",),
        ),
    ),
    "sns": (
        Grant("sns", ("sns:Publish",)),
        # whoever publishes to an encrypted topic uses its key
        Grant(
            "sns-key",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            ("arn:{partition}:kms:{region}:{account}:key/*",),
        ),
    ),
    "inspector": (Grant("inspector", ("inspector-scan:ScanSbom",), ("*",)),),
    "kms-sign": (Grant("kms-sign", ("kms:Sign",)),),
    "secret": (
        Grant("secret", ("secretsmanager:GetSecretValue",)),
        # a secret under a key of the customer's own
        Grant("secret-key", ("kms:Decrypt",), ("arn:{partition}:kms:{region}:{account}:key/*",)),
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

    ``resources`` gives, by the name of a grant, the ARNs that it is for, in which ``{partition}``,
    ``{region}`` and ``{account}`` stand for the role's. Raises UsageError for an unknown
    feature, one whose resource has to be named, and a policy that is longer than STS takes.
    """
    named = resources or {}
    grants: dict[tuple[str, ...], set[str]] = {}
    for feature in sorted(features):
        if feature not in FEATURES:
            raise UsageError(f"there is no AWS feature {feature[:64]!r}", f"Features: {', '.join(FEATURES)}.")
        for grant in FEATURES[feature]:
            own = sorted(named.get(grant.name, ()))
            if not own and not grant.forms:
                raise UsageError(
                    f"the AWS feature {feature} needs the ARN of its resource",
                    "Name it in the configuration.",
                )
            places = tuple(_filled(place, partition, region, account) for place in own or grant.forms)
            grants.setdefault(places, set()).update(grant.actions)
    return _rendered([_statement(actions, places) for places, actions in grants.items()])


def _filled(place: str, partition: str, region: str, account: str) -> str:
    """A place that is known before the role is, with what only the role tells."""
    for name, value in (("{partition}", partition), ("{region}", region), ("{account}", account)):
        place = place.replace(name, value)
    return place


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
