"""
Policies that are longer than AWS takes.

Sources: IAM User Guide, "IAM and AWS STS quotas" and "IAM policy validation check reference"; AWS
Organizations, announcement of 2026-05-15 for SCPs, User Guide for RCPs; the guides of the services with
resource policies. What a service counts beyond characters outside white space is not counted here.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.document import TOKEN, PolicyKind
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

# Strings are kept; what is outside of them and white space goes.
_BLANK = expression(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+')
_ESCAPE = expression(r"\\u[0-9a-fA-F]{4}")
_IDENTITY, _TRUST = 10_240, 2_048
_SERVICE_CONTROL, _RESOURCE_CONTROL = 10_240, 5_120
# Quotas of resource policies, by the type of the resource; where no quota is known, none is exceeded.
_RESOURCE = {
    "AWS::DynamoDB::Table": 20_480,
    "AWS::KMS::Key": 32_768,
    "AWS::S3::AccessPoint": 20_480,
    "AWS::S3::Bucket": 20_480,
    "AWS::S3::MultiRegionAccessPoint": 20_480,
    "AWS::SQS::Queue": 8_192,
    "AWS::SecretsManager::Secret": 20_480,
}
_SPLIT = "We recommend that you use multiple granular policies."


def size(subject: Subject) -> Iterator[Issue]:
    """The length without white space and without what is not known, against the quota of the kind."""
    document = subject.document
    text = TOKEN.sub("", document.text)
    length = len(_ESCAPE.sub("?", _BLANK.sub(r"\1", text)))
    kind = document.kind
    if kind is PolicyKind.IDENTITY and length > _IDENTITY:
        # The service counts one character more than there are, in all of its answers that are recorded.
        details = (
            f"The {length + 1} characters in the identity policy, excluding whitespace, exceed the "
            f"{_IDENTITY} character maximum for inline and managed policies. {_SPLIT}"
        )
        yield Issue("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", details, (Spot(""),))
    elif kind is PolicyKind.TRUST and length > _TRUST:
        details = (
            "The characters in the role trust policy, excluding whitespace, exceed the character maximum. We "
            "recommend that you request a role trust policy length quota increase. If the quota has already "
            "been increased, then you can ignore this warning."
        )
        yield Issue("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", details, (Spot(""),))
    elif kind is PolicyKind.SERVICE_CONTROL and length > _SERVICE_CONTROL:
        details = _details(length, "service control policy (SCP)", _SERVICE_CONTROL, "SCPs")
        yield Issue("POLICY_SIZE_EXCEEDS_SCP_QUOTA", details, (Spot(""),))
    elif kind is PolicyKind.RESOURCE_CONTROL and length > _RESOURCE_CONTROL:
        details = _details(length, "resource control policy (RCP)", _RESOURCE_CONTROL, "RCPs")
        yield Issue("POLICY_SIZE_EXCEEDS_RCP_QUOTA", details, (Spot(""),))
    elif kind is PolicyKind.RESOURCE and length > (quota := _RESOURCE.get(document.resource_type, length)):
        details = _details(length, "resource policy", quota, "resource policies")
        yield Issue("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", details, (Spot(""),))


def _details(length: int, what: str, quota: int, whose: str) -> str:
    return f"The {length} characters in the {what} exceed the {quota} character maximum for {whose}. {_SPLIT}"


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
            "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
            "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
            "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
            "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        ),
        size,
    ),
)
