"""
Issues about what a policy may say of the resource that it is attached to.

Only what holds for a whole service is said: an action or an ARN of another service than the resource's. Codes
and texts: IAM User Guide, "IAM policy validation check reference"; the resource types are those that
ValidatePolicy takes as ``validatePolicyResourceType``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.iam.catalogue import catalogue
from pregate.iam.document import PolicyKind
from pregate.iam.globs import has_wildcard
from pregate.iam.statements import Element
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

ASSUME_ROLE = "AWS::IAM::AssumeRolePolicyDocument"
# type: the service of its actions and ARNs
_SERVICES: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "dynamodb",
    ASSUME_ROLE: "sts",
    "AWS::S3::AccessPoint": "s3",
    "AWS::S3::Bucket": "s3",
    "AWS::S3::MultiRegionAccessPoint": "s3",
    "AWS::S3ObjectLambda::AccessPoint": "s3-object-lambda",
}
# The key that the guide names as irrelevant, for the two types that it names.
_IRRELEVANT = {"AWS::S3::AccessPoint": "s3:resourceaccount", "AWS::S3::Bucket": "s3:resourceaccount"}


def actions_fit(subject: Subject) -> Iterator[Issue]:
    """Actions of another service than the resource's; what does not exist is left to other codes."""
    kind = _type(subject)
    for element in _elements(subject, "actions") if kind in _SERVICES else ():
        prefix = element.text.partition(":")[0].lower()
        if prefix != _SERVICES[kind] and catalogue().action(element.text) is not None:
            text = f"The action {element.text} is not supported for the resource-based policy attached to"
            yield Issue(
                "UNSUPPORTED_ACTION_IN_POLICY", f"{text} the resource type {kind}.", (Spot(element.pointer),)
            )


def arns_fit(subject: Subject) -> Iterator[Issue]:
    """ARNs of another service than the resource's."""
    kind = _type(subject)
    for element in _elements(subject, "resources") if kind in _SERVICES and kind != ASSUME_ROLE else ():
        fields = element.text.split(":", 5)
        if (
            len(fields) == 6
            and fields[0] == "arn"
            and not has_wildcard(fields[2])
            and fields[2] != _SERVICES[kind]
        ):
            text = "The resource ARN is not supported for the resource-based policy attached to"
            spot = Spot(element.pointer)
            yield Issue("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", f"{text} the resource type {kind}.", (spot,))


def keys_fit(subject: Subject) -> Iterator[Issue]:
    """Condition keys that say in a resource's policy what is always so."""
    kind = _type(subject)
    for statement in subject.statements if kind in _IRRELEVANT else ():
        for condition in statement.conditions:
            if condition.key == _IRRELEVANT[kind]:
                name = "s3:ResourceAccount"
                text = f"The condition key {name} is not relevant for the {kind} policy. Use this key in an"
                text = f"{text} identity-based policy to govern access to this resource."
                spot = Spot(condition.pointer, on_key=True)
                yield Issue("IRRELEVANT_CONDITION_KEY_IN_POLICY", text, (spot,))


def _type(subject: Subject) -> str:
    if subject.document.kind is PolicyKind.TRUST:
        return ASSUME_ROLE
    return subject.document.resource_type if subject.document.kind is PolicyKind.RESOURCE else ""


def _elements(subject: Subject, name: str) -> Iterator[Element]:
    for statement in subject.statements:
        found: tuple[Element, ...] = getattr(statement, name)
        for element in found:
            if not element.is_partly_unknown:
                yield element


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("UNSUPPORTED_ACTION_IN_POLICY",), actions_fit),
    (("UNSUPPORTED_RESOURCE_ARN_IN_POLICY",), arns_fit),
    (("IRRELEVANT_CONDITION_KEY_IN_POLICY",), keys_fit),
)
