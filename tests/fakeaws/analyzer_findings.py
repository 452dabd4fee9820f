"""
What ValidatePolicy finds here: a few codes of the real service, with its places.

Source: IAM User Guide, "Access Analyzer policy check reference".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.fakeaws.policies import like, listed
from tests.fakeaws.spans import Document, Path, read

_DOCS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
# code → kind and words
CODES: dict[str, tuple[str, str]] = {
    "JSON_SYNTAX_ERROR": ("ERROR", "Fix the JSON syntax error at index {0} line {1} column {2}."),
    "MISSING_STATEMENT": ("ERROR", "Add a statement to the policy."),
    "MISSING_EFFECT": (
        "ERROR",
        "Add an Effect element to the policy statement with a value of Allow or Deny.",
    ),
    "MISSING_ACTION": ("ERROR", "Add an Action or NotAction element to the policy statement."),
    "MISSING_RESOURCE": ("ERROR", "Add a Resource or NotResource element to the policy statement."),
    "MISSING_PRINCIPAL": ("ERROR", "Add a Principal element to the policy statement."),
    "INVALID_VERSION": ("ERROR", "The version {0} is not valid. Use one of: 2012-10-17, 2008-10-17."),
    "INVALID_EFFECT": ("ERROR", "The Effect element {0} is not valid. Use Allow or Deny."),
    "INVALID_ACTION": ("ERROR", "The action {0} does not exist."),
    "INVALID_SERVICE_IN_ACTION": ("ERROR", "The service {0} specified in the action does not exist."),
    "UNKNOWN_TOP_LEVEL_FIELD": ("ERROR", "The element {0} is not valid in a policy."),
    "MISSING_VERSION": (
        "WARNING",
        "We recommend that you specify the Version element to help you with debugging permission issues.",
    ),
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE": (
        "SECURITY_WARNING",
        (
            "Using wildcards (*) in the action and the resource can be overly permissive because it allows "
            "iam:PassRole permissions on all resources."
        ),
    ),
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE": (
        "WARNING",
        (
            "Using wildcards (*) in the action and the resource can allow creation of unintended "
            "service-linked roles because it allows iam:CreateServiceLinkedRole permissions on all resources."
        ),
    ),
    "PASS_ROLE_WITH_STAR_IN_RESOURCE": (
        "SECURITY_WARNING",
        (
            "Using the iam:PassRole action with wildcards (*) in the resource can be overly "
            "permissive because it allows iam:PassRole permissions on multiple resources."
        ),
    ),
    "ALLOW_WITH_NOT_PRINCIPAL": (
        "SECURITY_WARNING",
        "Using Allow with NotPrincipal can be overly permissive.",
    ),
    "REDUNDANT_ACTION": ("SUGGESTION", "The {0} action(s) are redundant because they are covered by {1}."),
    "EMPTY_ARRAY_ACTION": (
        "SUGGESTION",
        "This statement includes no actions and does not affect the policy.",
    ),
}
# Actions that the fake knows to exist, for services where it knows any.
_ACTIONS = {
    "s3": ("GetObject", "PutObject", "DeleteObject", "ListBucket", "ListAllMyBuckets", "GetBucketLocation"),
    "iam": ("PassRole", "CreateRole", "AttachRolePolicy", "GetRole", "CreateServiceLinkedRole", "ListRoles"),
    "sts": ("AssumeRole", "AssumeRoleWithWebIdentity", "TagSession", "GetCallerIdentity"),
}
_NO_SUCH_SERVICES = ("nosuchservice", "s4", "dynamo")


def findings_of(text: str, policy_type: str, resource_type: str) -> Iterator[dict[str, Any]]:
    """The findings on a policy's text, in order."""
    try:
        document = read(text)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno - 1, "offset": error.pos}
        location = {"path": [], "span": {"start": place, "end": place}}
        yield _finding("JSON_SYNTAX_ERROR", [location], error.pos, error.lineno, error.colno - 1)
        return
    if not isinstance(document.value, dict) or not listed(document.value.get("Statement")):
        yield _finding("MISSING_STATEMENT", [document.location(())])
        return
    yield from _top(document)
    single = isinstance(document.value["Statement"], dict)
    for index, statement in enumerate(listed(document.value["Statement"])):
        path: Path = ("Statement",) if single else ("Statement", index)
        if isinstance(statement, dict):
            yield from _statement(document, statement, path, policy_type, resource_type)


def _finding(code: str, locations: list[dict[str, Any]], *words: object) -> dict[str, Any]:
    kind, text = CODES[code]
    anchor = code.lower().replace("_", "-")
    link = f"{_DOCS}#access-analyzer-reference-policy-checks-{kind.lower().replace('_', '-')}-{anchor}"
    return {
        "findingDetails": text.format(*words),
        "findingType": kind,
        "issueCode": code,
        "learnMoreLink": link,
        "locations": locations,
    }


def _top(document: Document) -> Iterator[dict[str, Any]]:
    if "Version" not in document.value:
        yield _finding("MISSING_VERSION", [document.location(())])
    elif document.value["Version"] not in ("2012-10-17", "2008-10-17"):
        yield _finding("INVALID_VERSION", [document.location(("Version",))], document.value["Version"])
    for name in document.value:
        if name not in ("Version", "Id", "Statement"):
            yield _finding("UNKNOWN_TOP_LEVEL_FIELD", [document.location((name,), key=True)], name)


def _statement(
    document: Document, statement: dict[str, Any], path: Path, policy_type: str, resource_type: str
) -> Iterator[dict[str, Any]]:
    effect = statement.get("Effect")
    if effect is None:
        yield _finding("MISSING_EFFECT", [document.location(path)])
    elif effect not in ("Allow", "Deny"):
        yield _finding("INVALID_EFFECT", [document.location((*path, "Effect"))], effect)
    if "Action" not in statement and "NotAction" not in statement:
        yield _finding("MISSING_ACTION", [document.location(path)])
    is_trust = resource_type == "AWS::IAM::AssumeRolePolicyDocument"
    if not is_trust and "Resource" not in statement and "NotResource" not in statement:
        yield _finding("MISSING_RESOURCE", [document.location(path)])
    if policy_type == "RESOURCE_POLICY":
        yield from _principal(document, statement, path)
    yield from _actions(document, statement, path)
    if effect == "Allow" and policy_type == "IDENTITY_POLICY":
        yield from _wildcards(document, statement, path)


def _principal(document: Document, statement: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    if "Principal" not in statement and "NotPrincipal" not in statement:
        yield _finding("MISSING_PRINCIPAL", [document.location(path)])
    if statement.get("Effect") == "Allow" and "NotPrincipal" in statement:
        yield _finding("ALLOW_WITH_NOT_PRINCIPAL", [document.location((*path, "NotPrincipal"), key=True)])


def _entries(statement: dict[str, Any], name: str, path: Path) -> Iterator[tuple[str, Path]]:
    value = statement.get(name)
    if isinstance(value, list):
        yield from ((str(one), (*path, name, index)) for index, one in enumerate(value))
    elif value is not None:
        yield str(value), (*path, name)


def _actions(document: Document, statement: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    actions = list(_entries(statement, "Action", path))
    if statement.get("Action") == []:
        yield _finding("EMPTY_ARRAY_ACTION", [document.location((*path, "Action"))])
    for action, place in actions:
        service, colon, name = action.partition(":")
        known = _ACTIONS.get(service.lower())
        if service.lower() in _NO_SUCH_SERVICES:
            yield _finding("INVALID_SERVICE_IN_ACTION", [document.location(place)], service)
        elif colon and known and not any(like(one, name, ignore_case=True) for one in known):
            yield _finding("INVALID_ACTION", [document.location(place)], action)
        covering = [other for other, at in actions if at != place and like(action, other, ignore_case=True)]
        if covering and action != covering[0]:
            yield _finding("REDUNDANT_ACTION", [document.location(place)], action, covering[0])


def _wildcards(document: Document, statement: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    stars = [at for resource, at in _entries(statement, "Resource", path) if resource == "*"]
    for action, place in _entries(statement, "Action", path):
        locations = [document.location(place)] + [document.location(at) for at in stars[:1]]
        if not stars:
            continue
        if action in ("*", "*:*"):
            yield _finding("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", locations)
            yield _finding("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", locations)
        elif action.lower() == "iam:passrole":
            yield _finding("PASS_ROLE_WITH_STAR_IN_RESOURCE", locations)
        elif like("iam:PassRole", action, ignore_case=True):
            yield _finding("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", locations)
