"""
Issues about the ARNs of resources, from the formats that services publish for theirs.

AWS does not document how wildcards count. Access Analyzer is silent on ``arn:aws:logs:*:*:/aws-glue/*`` and
on ``arn:aws:logs:::log-group:X*``, which are in AWS managed policies, so only what no reading of the
wildcards could make right is said: nothing about the resource after a wildcard in the Region or account, and
a missing Region only beside an account that is there, a missing account only beside a Region.
Codes and texts: IAM User Guide, "IAM policy validation check reference".
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.catalogue import ArnFormat, catalogue
from pregate.iam.document import TOKEN
from pregate.iam.globs import has_wildcard, is_everything, matches
from pregate.iam.statements import Element
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

_VARIABLE = expression(r"\$\{[^{}]{0,200}\}")
_WILD = expression(r"[*?]")
_LONGEST = 512
# More than any policy that AWS takes has (a key policy of 32,768 characters is the longest).
_MOST_ARNS = 2_000
# AWS's own resources of these services have ARNs without account: documents, parameters, images, views.
_OWNED_BY_AWS = frozenset({"ec2", "resource-explorer-2", "ssm"})

_INVALID = "Resource ARN does not match the expected ARN format. Update the resource portion of the ARN."


def resource_arns(subject: Subject) -> Iterator[Issue]:
    """ARNs that no format of their service fits, by Region, account or resource."""
    seen: dict[str, tuple[tuple[str, str], ...]] = {}
    for statement in subject.statements:
        for element in statement.resources + statement.not_resources:
            if element.text not in seen and len(seen) < _MOST_ARNS:
                seen[element.text] = tuple(_wrongs(element))
            for code, text in seen.get(element.text, ()):
                yield Issue(code, text, (Spot(element.pointer),))


def _wrongs(element: Element) -> Iterator[tuple[str, str]]:
    if len(element.text) > _LONGEST:
        return
    text = TOKEN.sub("*", element.text)
    fields = (_VARIABLE.sub("*", text) if "${" in text else text).split(":", 5)
    if len(fields) < 6 or fields[0] != "arn" or is_everything(fields[5]):
        return
    service, region, account, resource = fields[2:]
    formats = catalogue().arn_formats(service)
    fitting = [known for known in formats if _may_be(known.resource, resource)]
    if fitting:
        yield from _fields(service, region, account, fitting)
    elif formats and resource and not has_wildcard(region) and not has_wildcard(account):
        yield "INVALID_ARN_RESOURCE", _INVALID


def _fields(service: str, region: str, account: str, fitting: list[ArnFormat]) -> Iterator[tuple[str, str]]:
    if region and not has_wildcard(region) and not any(known.region for known in fitting):
        text = f"The service {service} does not support specifying a Region in the resource ARN."
        yield "ARN_REGION_NOT_ALLOWED", text
    if account and not has_wildcard(account) and not any(known.account for known in fitting):
        text = f"The service {service} does not support specifying an account ID in the resource ARN."
        yield "ARN_ACCOUNT_NOT_ALLOWED", text
    if not region and account and not has_wildcard(account) and all(known.region for known in fitting):
        yield "MISSING_ARN_REGION", f"Add a Region to the {service} resource ARN."
    anywhere = service in _OWNED_BY_AWS or not region or has_wildcard(region)
    if not account and not anywhere and all(known.account for known in fitting):
        yield "MISSING_ARN_ACCOUNT", f"Add an account ID to the {service} resource ARN."


def _may_be(known: str, resource: str) -> bool:
    """
    Whether a resource may be of a format. Of a pattern only what stands before the first wildcard and after
    the last counts: that is quick, and rather says yes.
    """
    if not has_wildcard(resource):
        return matches(known, resource)
    (begin, end), (start, stop) = _literals(known), _literals(resource)
    return (begin.startswith(start) or start.startswith(begin)) and (end.endswith(stop) or stop.endswith(end))


def _literals(pattern: str) -> tuple[str, str]:
    parts = _WILD.split(pattern)
    return parts[0], parts[-1]


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "ARN_ACCOUNT_NOT_ALLOWED",
            "ARN_REGION_NOT_ALLOWED",
            "INVALID_ARN_RESOURCE",
            "MISSING_ARN_ACCOUNT",
            "MISSING_ARN_REGION",
        ),
        resource_arns,
    ),
)
