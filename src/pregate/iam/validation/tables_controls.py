"""
Issues of resource control policies: services that take none, and denials that also meet those whom they do
not mean.

Sources: AWS Organizations User Guide, "Resource control policies (RCPs)", as read on ``DATED``; IAM User
Guide, "IAM policy validation check reference".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pregate.iam.document import TOKEN, PolicyKind
from pregate.iam.globs import has_wildcard
from pregate.iam.statements import Condition, Element, Statement
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.iam.validation.services import MAX_AGE_DAYS
from pregate.positions import Object, Scalar

DATED = date(2026, 11, 26)
# Prefixes of the services that take RCPs. The guide names services: of those with prefixes of their own for
# parts of them (S3, OpenSearch, Cognito), all prefixes are here.
_NAMES = """
    aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch
    cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp cognito-sync
    comprehend comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public es
    events firehose fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb
    networkmonitor notifications opensearch pca-connector-ad personalize polly pricing resource-groups
    rolesanywhere s3 s3-object-lambda s3-outposts s3express s3files s3tables s3vectors secretsmanager
    servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe transfer translate
    wafv2 workspaces xray
"""
_SERVICES = frozenset(_NAMES.split())
_PRINCIPAL_KEYS = frozenset(
    {"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"}
)
_PRINCIPAL_TAG = "aws:principaltag/"
_SOURCE_KEYS = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
# Keys by which a statement tells services from other principals.
_TELLING = frozenset(
    {"aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist"}
)


def withheld(subject: Subject) -> Iterator[tuple[str, str]]:
    """What needs a young list of services: AWS adds to it many times a year."""
    if subject.is_older(DATED.isoformat(), MAX_AGE_DAYS):
        reason = f"The list of services with RCPs is of {DATED}, which is more than {MAX_AGE_DAYS} days ago."
        yield "RCP_SYNTAX_ERROR_ACTION", reason


def actions(subject: Subject) -> Iterator[Issue]:
    """Actions of services that take no RCPs."""
    if subject.document.kind is not PolicyKind.RESOURCE_CONTROL:
        return
    for statement in subject.statements:
        for action in statement.actions:
            if not _may_be_supported(action):
                details = "RCPs only support specifying select service prefixes in the Action element."
                yield Issue("RCP_SYNTAX_ERROR_ACTION", details, (Spot(action.pointer),))


def _may_be_supported(action: Element) -> bool:
    prefix, colon, _ = action.text.partition(":")
    unclear = not colon or has_wildcard(prefix) or "${" in prefix or action.is_partly_unknown
    return unclear or prefix.lower() in _SERVICES


def related_keys(subject: Subject) -> Iterator[Issue]:
    """Denials by keys that only some requests have, which do not tell services from other principals."""
    if subject.document.kind is not PolicyKind.RESOURCE_CONTROL:
        return
    for statement in subject.statements:
        if statement.effect is None or statement.effect.text != "Deny" or _tells(statement):
            continue
        for condition in filter(_holds_without_key, statement.conditions):
            if condition.key in _PRINCIPAL_KEYS or condition.key.startswith(_PRINCIPAL_TAG):
                yield _related(condition, "PRINCIPAL", "services acting on your behalf", "false")
            elif condition.key in _SOURCE_KEYS:
                yield _related(condition, "SERVICE_PRINCIPAL", "your principals", "true")


def _tells(statement: Statement) -> bool:
    """Whether a condition tells services from others, or may: one with an open name or block of keys."""
    if any(c.key in _TELLING or TOKEN.search(c.key) for c in statement.conditions):
        return True
    blocks = statement.node.get("Condition")
    return isinstance(blocks, Object) and any(
        isinstance(block, Scalar) and TOKEN.search(block.text) for _, block in blocks
    )


def _holds_without_key(condition: Condition) -> bool:
    return condition.operator != "null" and (condition.if_exists or "not" in condition.operator)


def _related(condition: Condition, whose: str, whom: str, value: str) -> Issue:
    key = condition.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    details = (
        "RCPs impact IAM roles, users, and AWS service principals. To prevent unintended impact to "
        f'{whom}, add "BoolIfExists": {{"aws:PrincipalIsAWSService": "{value}"}} to the Condition block '
        f"whenever the key {key} is used."
    )
    code = f"RCP_MISSING_RELATED_{whose}_CONDITION_KEY"
    return Issue(code, details, (Spot(condition.pointer, on_key=True),))


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("RCP_SYNTAX_ERROR_ACTION",), actions),
    (
        (
            "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
            "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
        ),
        related_keys,
    ),
)
