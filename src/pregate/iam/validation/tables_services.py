"""
Issues of names of services: in principals, and in the values of condition keys that take such a name.

Source: IAM User Guide, "IAM policy validation check reference" and "AWS global condition context keys"; AWS
General Reference and the partitions' endpoint suffixes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.globs import has_wildcard
from pregate.iam.statements import Element
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

# What names of services end with, by partition; a few services have names of other domains of AWS.
_SUFFIXES = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
    ".amazon.com",
    ".aws.internal",
    ".api.aws",
)
_NAME = expression(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_USUAL = "service-name.amazonaws.com"
# key: the format of its values
_KEYS = {
    "aws:calledvia": _USUAL,
    "aws:calledviafirst": _USUAL,
    "aws:calledvialast": _USUAL,
    "aws:principalservicename": _USUAL,
    "aws:principalservicenameslist": _USUAL,
    "iam:awsservicename": _USUAL,
    "iam:passedtoservice": _USUAL,
    "kms:viaservice": "service-name.AWS_region.amazonaws.com",
}


def service_names(subject: Subject) -> Iterator[Issue]:
    """Names of services that have not the form of one."""
    for statement in subject.statements:
        for principal in (*statement.principals, *statement.not_principals):
            if principal.kind.lower() == "service" and not _may_be_service(principal.element):
                yield _issue(principal.element, _USUAL)
        for condition in statement.conditions:
            if condition.key in _KEYS and condition.operator.startswith("string"):
                for value in condition.values:
                    if not _may_be_service(value):
                        yield _issue(value, _KEYS[condition.key])


def _may_be_service(name: Element) -> bool:
    text = name.text
    if name.is_partly_unknown or has_wildcard(text) or "${" in text:
        return True
    stem = next((text.removesuffix(suffix) for suffix in _SUFFIXES if text.endswith(suffix)), "")
    return _NAME.fullmatch(stem) is not None


def _issue(name: Element, expected: str) -> Issue:
    details = f"The service principal does not match the expected format. Use the format {expected}."
    return Issue("INVALID_SERVICE_PRINCIPAL_FORMAT", details, (Spot(name.pointer),))


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = ((("INVALID_SERVICE_PRINCIPAL_FORMAT",), service_names),)
