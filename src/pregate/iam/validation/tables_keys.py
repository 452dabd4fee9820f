"""
Issues of condition keys by their names: keys that do not exist, are old, spoofed, incomplete, or not enough
on their own.

Codes and texts: IAM User Guide, "IAM policy validation check reference"; keys, the services that send them
and the pairs: "AWS global condition context keys"; DynamoDB: "Using IAM policy conditions for fine-grained
access control".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pregate.iam.document import PolicyKind
from pregate.iam.keys import GLOBAL_KEYS
from pregate.iam.statements import Condition, Statement
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.iam.validation.services import conditions_of, key_name
from pregate.iam.validation.tables_reading import EQUAL, MAX_AGE_DAYS, allows, covers, is_settled

DATED = date(2026, 11, 1)
"""When the keys and the services that send them were read; AWS adds some every few months."""

_TAGS = ("aws:principaltag", "aws:requesttag", "aws:resourcetag")
# Keys of services that are followed by the key of a tag too.
_SERVICE_TAGS = (
    "ec2:resourcetag",
    "ecr:resourcetag",
    "iam:resourcetag",
    "s3:buckettag",
    "s3:existingobjecttag",
    "s3:requestobjecttag",
)
_OLD = "aws:arn"
_SPOOFED = ("aws:referer", "aws:useragent")
# A private address says which machine it is only together with its network.
_PAIRS = {
    "aws:vpcsourceip": (
        "aws:SourceVPC, aws:SourceVPCE",
        frozenset({"aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce"}),
    ),
    "aws:ec2instancesourceprivateipv4": (
        "aws:Ec2InstanceSourceVpc",
        frozenset({"aws:ec2instancesourcevpc"}),
    ),
}
# What a caller must be allowed besides assuming the role, to set what the key compares.
_SETTERS = {"sts:sourceidentity": "sts:SetSourceIdentity", "sts:transitivetagkeys": "sts:TagSession"}
_READS = ("batchgetitem", "getitem", "query", "scan")
_BASE = """
    acm-pca apprunner applicationinsights athena cloudformation comprehendmedical compute-optimizer datasync
    discovery dynamodb ebs ecr ecs firehose gamelift healthlake iam iotfleetwise iotwireless kinesisanalytics
    kms lambda medical-imaging omics payment-cryptography polly rbin rekognition route53 s3 scheduler
    servicediscovery servicequotas shield ssm-contacts storagegateway textract transcribe transfer
"""
_MORE = """
    b2bi cassandra cognito-identity dms ds-data identitystore iottwinmaker network-firewall pricing ses
    sms-voice sqs workmail
"""
# AWS lists some services for one of the keys only; that they send the others is not ruled out.
_SENDERS = dict.fromkeys(
    ("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"), frozenset((_BASE + _MORE).split())
)


def withheld(subject: Subject) -> Iterator[tuple[str, str]]:
    """The codes that say that there is no such key or sender, when the table is old."""
    if subject.is_older(DATED.isoformat(), MAX_AGE_DAYS):
        reason = f"The table of condition keys is of {DATED}, which is more than {MAX_AGE_DAYS} days ago."
        yield "INVALID_GLOBAL_CONDITION_KEY", reason
        yield "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", reason


def names(subject: Subject) -> Iterator[Issue]:
    """Keys that do not exist, are no longer right, or lack the key of a tag."""
    for _, condition in conditions_of(subject):
        name = condition.key
        stem = name.removesuffix("/")
        spots = (Spot(condition.pointer, on_key=True),)
        if stem in _TAGS or stem in _SERVICE_TAGS:
            shown = f"{key_name(condition.pointer).removesuffix('/')}/"
            details = (
                f"The condition key {shown} must include a tag key to control access based on tags. Use the "
                f"format {shown}tag-key and specify a key name for tag-key."
            )
            yield Issue("MISSING_TAG_KEY_IN_CONDITION", details, spots)
        elif name == _OLD and subject.document.kind in (PolicyKind.IDENTITY, PolicyKind.SERVICE_CONTROL):
            details = "We recommend that you update aws:ARN to use the newer condition key aws:PrincipalArn."
            yield Issue("DEPRECATED_GLOBAL_CONDITION_KEY", details, spots)
        elif name == _OLD:
            details = (
                "The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn instead."
            )
            yield Issue("UNSUPPORTED_GLOBAL_CONDITION_KEY", details, spots)
        elif name.startswith("aws:") and name not in GLOBAL_KEYS and not _is_tag(name):
            details = (
                f"The condition key {key_name(condition.pointer)} does not exist. Use a valid condition key."
            )
            yield Issue("INVALID_GLOBAL_CONDITION_KEY", details, spots)


def _is_tag(name: str) -> bool:
    return any(name.startswith(f"{tag}/") for tag in _TAGS)


def spoofed(subject: Subject) -> Iterator[Issue]:
    """
    Keys whose value the caller chooses. A service that acts for somebody sets ``aws:Referer`` itself: that is
    for the rule about service principals.
    """
    for statement, condition in conditions_of(subject):
        kinds = {principal.kind for principal in statement.principals}
        if condition.key in _SPOOFED and kinds != {"Service"}:
            details = (
                f"The {key_name(condition.pointer)} condition key is not recommended for access control as "
                "it can be spoofed/manipulated by the caller."
            )
            yield Issue("UNTRUSTWORTHY_CONDITION_KEY", details, (Spot(condition.pointer, on_key=True),))


def prefixes(subject: Subject) -> Iterator[Issue]:
    """
    Listings that are kept from some prefixes only: who names none, or a shorter one, sees what lies below.
    Not where only some prefixes are allowed, or all but some denied: a request without the key fails there.
    """
    for statement, condition in conditions_of(subject):
        if (
            condition.key != "s3:prefix"
            or not condition.operator.startswith("string")
            or not statement.effect
        ):
            continue
        negated = condition.operator.startswith("stringnot")
        open_to_none = statement.effect.text == ("Allow" if negated else "Deny")
        if open_to_none and not condition.if_exists and condition.qualifier != "forallvalues":
            details = (
                "Using the s3:prefix condition key to exclude prefixes does not prevent that objects below "
                "them are listed: a request may name no prefix, or a shorter one. We recommend that you "
                "allow the prefixes that are meant."
            )
            yield Issue("S3_PREFIX_IN_NEGATIVE_CONTEXT", details, (Spot(condition.pointer, on_key=True),))


def pairs(subject: Subject) -> Iterator[Issue]:
    """Private addresses that are allowed in whatever network they are."""
    for statement, condition in conditions_of(subject):
        if condition.key in _PAIRS and allows(statement) and is_settled(statement):
            shown, others = _PAIRS[condition.key]
            if not others & _keys(statement):
                details = (
                    f"Using the condition key {key_name(condition.pointer)} can be overly permissive without "
                    f"also using the following condition keys: {shown}. Condition keys like this one are "
                    "more secure when paired with a related key. We recommend that you add the related "
                    "condition keys to the same condition block."
                )
                yield Issue("MISSING_PAIRED_CONDITION_KEYS", details, (Spot(condition.pointer, on_key=True),))


def setters(subject: Subject) -> Iterator[Issue]:
    """Keys that a caller sets while assuming a role, where only the assuming is allowed."""
    for statement, condition in conditions_of(subject):
        action = _SETTERS.get(condition.key)
        if action is None or not allows(statement) or not statement.actions:
            continue
        if condition.operator == "null" or condition.if_exists or condition.qualifier == "forallvalues":
            continue  # met without the key too
        if not covers(statement, action.lower()):
            details = (
                f"The {action} action must be in the action block to allow setting values for the condition "
                f"key {key_name(condition.pointer)}. Add {action} to the action block."
            )
            yield Issue("MISSING_ACTION_FOR_CONDITION_KEY", details, (Spot(condition.pointer, on_key=True),))


def attributes(subject: Subject) -> Iterator[Issue]:
    """Attributes of DynamoDB items that are restricted for requests that name attributes only."""
    for statement, condition in conditions_of(subject):
        if condition.key != "dynamodb:attributes" or condition.operator == "null" or not allows(statement):
            continue
        if not any(covers(statement, f"dynamodb:{read}") for read in _READS):
            continue
        if is_settled(statement) and not any(_selects(other) for other in statement.conditions):
            details = (
                "Restricting dynamodb:Attributes without also setting dynamodb:Select to SPECIFIC_ATTRIBUTES "
                "allows all attributes to be returned on read requests that omit a projection expression. We "
                "recommend that you also set dynamodb:Select to SPECIFIC_ATTRIBUTES."
            )
            spots = (Spot(condition.pointer, on_key=True),)
            yield Issue("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", details, spots)


def _selects(condition: Condition) -> bool:
    return (
        condition.key == "dynamodb:select"
        and condition.operator in EQUAL
        and all(value.text == "SPECIFIC_ATTRIBUTES" or value.is_partly_unknown for value in condition.values)
    )


def senders(subject: Subject) -> Iterator[Issue]:
    """Keys that few services send, in statements about other services."""
    for statement, condition in conditions_of(subject):
        services = _SENDERS.get(condition.key)
        if services is not None and _reaches_beyond(subject, statement, services):
            details = (
                f"The condition key {key_name(condition.pointer)} works only with specific AWS services and "
                "must be scoped to supported services in your policies."
            )
            spots = (Spot(condition.pointer, on_key=True),)
            yield Issue("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", details, spots)


def _reaches_beyond(subject: Subject, statement: Statement, services: frozenset[str]) -> bool:
    # What a resource's own policy is about is that resource, whatever its actions.
    is_attached = subject.document.kind in (PolicyKind.RESOURCE, PolicyKind.TRUST)
    if not is_attached and "notaction" in statement.elements:
        return not any(action.is_partly_unknown for action in statement.not_actions)
    for action in statement.actions:
        text = action.text.lower()
        prefix, colon, _ = text.partition(":")
        if action.is_partly_unknown or "${" in text:
            continue
        if text == "iam:passrole" or (text.strip("*") == "" and text and not is_attached):
            return True
        if colon and not set(prefix) & set("*?") and prefix not in services:
            return True
    return False


def _keys(statement: Statement) -> set[str]:
    return {condition.key for condition in statement.conditions}


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "MISSING_TAG_KEY_IN_CONDITION",
            "DEPRECATED_GLOBAL_CONDITION_KEY",
            "UNSUPPORTED_GLOBAL_CONDITION_KEY",
            "INVALID_GLOBAL_CONDITION_KEY",
        ),
        names,
    ),
    (("UNTRUSTWORTHY_CONDITION_KEY",), spoofed),
    (("S3_PREFIX_IN_NEGATIVE_CONTEXT",), prefixes),
    (("MISSING_PAIRED_CONDITION_KEYS",), pairs),
    (("MISSING_ACTION_FOR_CONDITION_KEY",), setters),
    (("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",), attributes),
    (("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",), senders),
)
