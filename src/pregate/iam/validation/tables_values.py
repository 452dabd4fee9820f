"""
Issues of values that come from short lists or have a fixed form: Regions, partitions, VPCs, endpoints, KMS
keys; and wildcards and variables where one value must stand.

Codes and texts: IAM User Guide, "IAM policy validation check reference"; sensitive keys: "AWS global
condition context keys". Regions and partitions: the endpoint data of botocore 1.44.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pregate.expressions import expression
from pregate.iam.document import PolicyKind
from pregate.iam.globs import has_wildcard, matches
from pregate.iam.statements import Condition, Element, Statement
from pregate.iam.validation.grammar_resources import FIELDS, fields_of
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.iam.validation.services import conditions_of, key_name
from pregate.iam.validation.tables_reading import (
    EQUAL,
    MAX_AGE_DAYS,
    TEXT_OPERATORS,
    allows,
    denies,
    plain_values,
)

DATED = date(2026, 11, 1)
"""When the lists were read; AWS opens some Regions every year."""

_PARTITIONS = {
    "aws": """
        af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
        ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6
        ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
        eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1
        sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2
    """,
    "aws-cn": "cn-north-1 cn-northwest-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1 us-iso-west-1",
    "aws-iso-b": "us-isob-east-1 us-isob-west-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-east-1 us-isof-south-1",
    "aws-us-gov": "us-gov-east-1 us-gov-west-1",
}
_REGIONS = {partition: frozenset(names.split()) for partition, names in _PARTITIONS.items()}
_ALL_REGIONS = frozenset().union(*_REGIONS.values())
# What stands for the Regions of services without one.
_NO_REGION = frozenset({"", "global", *(f"{partition}-global" for partition in _PARTITIONS)})
_REGION_KEYS = ("aws:requestedregion", "ec2:region", "kms:primaryregion", "kms:replicaregion")
_FORMS = {
    "aws:sourcevpc": ("VPC", "vpc-", " "),
    "aws:sourcevpce": ("VPCE", "vpce-", "  "),
}
_SUFFIX = expression(r"[A-Za-z0-9]{8}|[A-Za-z0-9]{17}")
_KMS_KEYS = ("s3:x-amz-server-side-encryption-aws-kms-key-id",)
_KMS_ARN = expression(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")
_SENSITIVE_KEYS = """
    aws:principalaccount aws:principalorgid aws:resourceaccount aws:resourceorgid aws:sourceaccount
    aws:sourceorgid aws:sourcevpc aws:sourcevpce aws:vpceaccount aws:vpceorgid
"""
_SENSITIVE = frozenset(_SENSITIVE_KEYS.split())
# Variables that AWS fills in and no caller chooses: comparing an owner with the caller's account is advised.
_FIXED = _SENSITIVE | {"aws:ec2instancesourcevpc"}
_VARIABLE = expression(r"\$\{([^{},]*)(?:,[^{}]*)?\}")
_LITERALS = frozenset("*?$")
_REFER = (
    "Refer to https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html for "
    "the list of sensitive keys."
)


def withheld(subject: Subject) -> Iterator[tuple[str, str]]:
    """The codes that say that there is no such Region or partition, when the lists are old."""
    if subject.is_older(DATED.isoformat(), MAX_AGE_DAYS):
        reason = f"The table of Regions is of {DATED}, which is more than {MAX_AGE_DAYS} days ago."
        for code in ("INVALID_ARN_REGION", "INVALID_PARTITION", "INVALID_REGION"):
            yield code, reason


def arns(subject: Subject) -> Iterator[Issue]:
    """Partitions and Regions of resources' ARNs."""
    for statement in subject.statements:
        for resource in (*statement.resources, *statement.not_resources):
            fields = fields_of(resource.text)
            if len(fields) == FIELDS and matches(fields[0][0], "arn") and not resource.is_partly_unknown:
                yield from _arn(resource, fields)


def _arn(resource: Element, fields: list[tuple[str, int]]) -> Iterator[Issue]:
    (partition, start), (service, _), (region, at) = fields[1:4]
    is_open = _is_open(partition)
    if not is_open and partition not in _REGIONS:
        details = (
            f"The resource ARN for the service {service} does not support the partition {partition}. Use the "
            f"supported values: {', '.join(_REGIONS)}"
        )
        spot = Spot(resource.pointer, substring=(start, len(partition)))
        yield Issue("INVALID_PARTITION", details, (spot,))
        return
    known = _ALL_REGIONS if is_open else _REGIONS[partition]
    if region not in _NO_REGION and not _is_open(region) and region not in known:
        details = (
            f"The Region {region} is not valid for this resource. Update the resource ARN to include a "
            "supported Region."
        )
        yield Issue("INVALID_ARN_REGION", details, (Spot(resource.pointer, substring=(at, len(region))),))


def _is_open(field: str) -> bool:
    return has_wildcard(field) or "${" in field


def regions(subject: Subject) -> Iterator[Issue]:
    """Values of keys that are Regions."""
    for condition, value in _plain(subject, _REGION_KEYS):
        text = value.text.lower() if condition.operator.endswith("ignorecase") else value.text
        if text not in _ALL_REGIONS and text not in _NO_REGION:
            details = (
                f"The Region {value.text} is not valid. Update the condition value to a supported Region."
            )
            yield Issue("INVALID_REGION", details, (Spot(value.pointer),))


def networks(subject: Subject) -> Iterator[Issue]:
    """Identifiers of VPCs and of their endpoints."""
    for condition, value in _plain(subject, tuple(_FORMS)):
        word, prefix, gap = _FORMS[condition.key]
        text = value.text.lower() if condition.operator.endswith("ignorecase") else value.text
        if not text.startswith(prefix) or not _SUFFIX.fullmatch(text[len(prefix) :]):
            details = (
                f"The {word} identifier in the condition key value is not valid.{gap}Use the prefix "
                f"'{prefix}' followed by 8 or 17 alphanumeric characters."
            )
            yield Issue(f"INVALID_{word}_FORMAT", details, (Spot(value.pointer),))


def kms_keys(subject: Subject) -> Iterator[Issue]:
    """Values that must be the ARN of a KMS key: a name or an alias of it is never equal."""
    for condition, value in _plain(subject, _KMS_KEYS):
        if value.text and not _KMS_ARN.fullmatch(value.text):
            name = key_name(condition.pointer)
            details = f"The {name} condition key value must be a valid KMS key ARN."
            yield Issue("INVALID_KMS_KEY_VALUE", details, (Spot(value.pointer),))


def _plain(subject: Subject, keys: tuple[str, ...]) -> Iterator[tuple[Condition, Element]]:
    for _, condition in conditions_of(subject):
        is_text = condition.operator in TEXT_OPERATORS or condition.operator.startswith("arn")
        if condition.key in keys and is_text:
            for value in plain_values(condition):
                yield condition, value


def wildcards(subject: Subject) -> Iterator[Issue]:
    """Wildcards in what must be one account, organization or network: where they let in more."""
    for statement, condition in conditions_of(subject):
        is_wide = (allows(statement) and condition.operator == "stringlike") or (
            denies(statement) and condition.operator == "stringnotlike"
        )
        if not is_wide:
            continue
        for value in condition.values:
            text = _VARIABLE.sub("", value.text)
            if value.is_partly_unknown or not has_wildcard(text):
                continue
            if condition.key in _SENSITIVE:
                details = (
                    f"The wildcard is not allowed in the condition key {key_name(condition.pointer)}. We "
                    "consider the key to be sensitive and wildcards are not allowed to be used with "
                    f"sensitive keys. {_REFER}"
                )
            elif _is_whole_user_id(subject, statement, condition, text):
                details = (
                    "Overly permissive use of wildcard with aws:userID. Use the wildcard on the right side "
                    "of colon or as the only character on the left side of a colon."
                )
            else:
                continue
            yield Issue("WILDCARD_USAGE_TOO_PERMISSIVE", details, (Spot(value.pointer),))


def _is_whole_user_id(subject: Subject, statement: Statement, condition: Condition, text: str) -> bool:
    """Whether a pattern that lets anybody in has a wildcard in the unique ID of the principal."""
    if condition.key != "aws:userid" or not allows(statement):
        return False
    identity, colon, _ = text.partition(":")
    open_to_all = any(principal.element.text == "*" for principal in statement.principals)
    is_wide = has_wildcard(identity) and not (colon and identity == "*")
    return is_wide and open_to_all and subject.document.kind is PolicyKind.RESOURCE


def variables(subject: Subject) -> Iterator[Issue]:
    """
    Variables in what must be one account, organization or network, in the own policy of a resource: whoever
    sets the variable chooses it. Endpoint policies guard what callers reach, not a resource, and are left
    out.
    """
    if subject.document.kind is not PolicyKind.RESOURCE:
        return
    if subject.document.resource_type == "AWS::EC2::VPCEndpoint":
        return
    for statement, condition in conditions_of(subject):
        if condition.key not in _SENSITIVE or condition.operator not in EQUAL or not allows(statement):
            continue
        for value in condition.values:
            used = {found[1].strip().lower() for found in _VARIABLE.finditer(value.text)}
            if used - _FIXED - _LITERALS and not value.is_partly_unknown:
                details = (
                    f"The policy variable is not allowed in the condition key {key_name(condition.pointer)}. "
                    "We consider the key to be sensitive and policy variables can be evaluated as effective "
                    "wildcards. Therefore policy variables are not allowed to be used with sensitive keys. "
                    f"{_REFER}"
                )
                yield Issue("VARIABLE_USAGE_TOO_PERMISSIVE", details, (Spot(value.pointer),))


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("INVALID_PARTITION", "INVALID_ARN_REGION"), arns),
    (("INVALID_REGION",), regions),
    (("INVALID_VPC_FORMAT", "INVALID_VPCE_FORMAT"), networks),
    (("INVALID_KMS_KEY_VALUE",), kms_keys),
    (("WILDCARD_USAGE_TOO_PERMISSIVE",), wildcards),
    (("VARIABLE_USAGE_TOO_PERMISSIVE",), variables),
)
