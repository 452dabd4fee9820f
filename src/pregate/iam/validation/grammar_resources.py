"""Issues of the ARNs in Resource and NotResource, and of wildcards in names of services."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.globs import has_wildcard, matches
from pregate.iam.statements import Element
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

FIELDS = 6
_VARIABLE = expression(r"\$\{[^{}]*\}")
_ACCOUNT = expression(r"[0-9]{12}|aws|")
# A policy of an API's own takes this short form: execute-api:/stage/GET/path.
_SHORT_FORMS = ("execute-api:",)


def fields_of(arn: str) -> list[tuple[str, int]]:
    """The six fields of an ARN with their offsets; a colon inside a policy variable separates nothing."""
    masked = _VARIABLE.sub(lambda found: "_" * len(found[0]), arn)
    fields, start = [], 0
    for part in masked.split(":", FIELDS - 1):
        fields.append((arn[start : start + len(part)], start))
        start += len(part) + 1
    return fields


def arns(subject: Subject) -> Iterator[Issue]:
    """The form of each ARN."""
    for statement in subject.statements:
        for resource in (*statement.resources, *statement.not_resources):
            if not resource.is_partly_unknown and not _is_short(resource.text):
                yield from _arn(resource)


def _is_short(text: str) -> bool:
    return text == "*" or text.startswith(_SHORT_FORMS)


def _arn(resource: Element) -> Iterator[Issue]:
    fields = fields_of(resource.text)
    prefix = fields[0][0]
    if prefix.startswith("${"):
        return  # the variable may hold any number of fields
    if len(fields) < FIELDS:
        details = (
            f"Resource ARNs must include at least {FIELDS} fields in the following structure: "
            "arn:partition:service:region:account:resource"
        )
        yield Issue("MISSING_ARN_FIELD", details, (Spot(resource.pointer),))
        return
    if not matches(prefix, "arn"):
        details = "Add the required prefix (arn) to the resource ARN."
        yield Issue("INVALID_ARN_PREFIX", details, (Spot(resource.pointer),))
        return
    yield from _service(resource, *fields[2])
    account, start = fields[4]
    if not _ACCOUNT.fullmatch(account) and not has_wildcard(account) and "${" not in account:
        details = f"The resource ARN account ID {account} is not valid. Provide a 12-digit account ID."
        yield Issue(
            "INVALID_ARN_ACCOUNT", details, (Spot(resource.pointer, substring=(start, len(account))),)
        )


def _service(resource: Element, service: str, start: int) -> Iterator[Issue]:
    spots = (Spot(resource.pointer, substring=(start, len(service))),)
    if "${" in service:
        return
    if service != service.lower():
        details = f"Update the service name {service} in the resource ARN to use all lowercase letters."
        yield Issue("INVALID_ARN_SERVICE_CASE", details, spots)
    if has_wildcard(service):
        yield _wildcard(spots)


def service_names(subject: Subject) -> Iterator[Issue]:
    """Wildcards in the service of an action."""
    for statement in subject.statements:
        for action in (*statement.actions, *statement.not_actions):
            service, colon, _ = action.text.partition(":")
            if colon and has_wildcard(service) and not action.is_partly_unknown:
                yield _wildcard((Spot(action.pointer, substring=(0, len(service))),))


def _wildcard(spots: tuple[Spot, ...]) -> Issue:
    details = (
        "Avoid using wildcards (*, ?) in the service name because it might grant unintended access to other "
        "AWS services with similar names."
    )
    return Issue("WILDCARD_IN_SERVICE_NAME", details, spots)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "INVALID_ARN_PREFIX",
            "MISSING_ARN_FIELD",
            "INVALID_ARN_ACCOUNT",
            "INVALID_ARN_SERVICE_CASE",
            "WILDCARD_IN_SERVICE_NAME",
        ),
        arns,
    ),
    (("WILDCARD_IN_SERVICE_NAME",), service_names),
)
