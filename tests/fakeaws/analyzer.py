"""
IAM Access Analyzer's policy checks, on texts as they are and patterns as they are written.

Source: Access Analyzer API reference (2019-11-01); IAM User Guide, "Access Analyzer policy check reference".
The reasoning is simpler than the service's and errs to FAIL where it cannot tell.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.fakeaws.analyzer_findings import findings_of
from tests.fakeaws.policies import like, listed
from tests.fakeaws.records import Refused

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

CHARGED = ("CheckNoNewAccess", "CheckAccessNotGranted", "CheckNoPublicAccess")
MAX_CHARACTERS = 32_768
_NEW = "The modified permissions grant new access compared to your existing policy."
_SAME = "The modified permissions do not grant new access compared to your existing policy."
_LIMITING_KEYS = (
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceip",
    "aws:userid",
)


def serve(aws: FakeAws, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to an operation whose request is of the model's form."""
    match operation:
        case "ValidatePolicy":
            return _validate(aws, asked)
        case "CheckNoNewAccess":
            answer = _no_new_access(asked)
        case "CheckAccessNotGranted":
            answer = _not_granted(asked)
        case "CheckNoPublicAccess":
            answer = _not_public(asked)
        case _:
            raise Refused(404, "UnknownOperationException", "Unknown operation")
    aws.charged[operation] += 1
    return answer


def _invalid(message: str, reason: str = "fieldValidationFailed", field: str = "policyDocument") -> Refused:
    fields = [{"name": field, "message": message}]
    return Refused(400, "ValidationException", message, reason=reason, fieldList=fields)


def _checked_size(text: str, field: str) -> None:
    if sum(not char.isspace() for char in text) >= MAX_CHARACTERS:
        raise _invalid("InvalidPolicy: the policy document is too large", "other", field)


def _policy(text: str, field: str) -> dict[str, Any]:
    _checked_size(text, field)
    try:
        value = json.loads(text)
    except ValueError:
        raise _invalid("The policy document is not valid JSON", field=field) from None
    if not isinstance(value, dict) or "Statement" not in value:
        raise _invalid("The policy document has no statement", field=field)
    for statement in listed(value["Statement"]):
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise _invalid("The policy document has a statement without an effect", field=field)
    return value


# --- ValidatePolicy


def _validate(aws: FakeAws, asked: Mapping[str, Any]) -> dict[str, Any]:
    text = asked["policyDocument"]
    _checked_size(text, "policyDocument")
    found = list(findings_of(text, asked["policyType"], asked.get("validatePolicyResourceType", "")))
    found += [finding for finding in aws.extra_findings if finding["marker"] in text]
    found = [{name: value for name, value in one.items() if name != "marker"} for one in found]
    start = _page(asked.get("nextToken"), text)
    size = min(asked.get("maxResults", 100), aws.page_size)
    answer: dict[str, Any] = {"findings": found[start : start + size]}
    if start + size < len(found):
        answer["nextToken"] = base64.b64encode(f"{start + size}:{len(text)}".encode()).decode()
    return answer


def _page(token: str | None, text: str) -> int:
    if token is None:
        return 0
    try:
        start, length = base64.b64decode(token).decode().split(":")
        if int(length) == len(text):
            return int(start)
    except ValueError:
        pass
    raise _invalid("Invalid nextToken", field="nextToken")


# --- the custom checks


def _answer(
    passed: bool, message: str, failing: list[tuple[int, dict[str, Any]]], what: str
) -> dict[str, Any]:
    reasons = []
    for index, statement in failing:
        sid = statement.get("Sid")
        where = f"sid: {sid}" if sid else f"index: {index}"
        reason = {"description": f"{what} {where}.", "statementIndex": index}
        reasons.append(reason | ({"statementId": sid} if sid else {}))
    return {"result": "PASS" if passed else "FAIL", "message": message, "reasons": reasons}


def _no_new_access(asked: Mapping[str, Any]) -> dict[str, Any]:
    new = _policy(asked["newPolicyDocument"], "newPolicyDocument")
    old = _policy(asked["existingPolicyDocument"], "existingPolicyDocument")
    allowed = [s for s in listed(old["Statement"]) if s["Effect"] == "Allow"]
    denied = [s for s in listed(old["Statement"]) if s["Effect"] == "Deny"]
    failing = [
        (index, statement)
        for index, statement in _allows(new)
        if not all(
            (any(_covers(s, grant) for s in allowed) and not any(_touches(s, grant) for s in denied))
            or _is_denied(new, grant)
            for grant in _grants(statement)
        )
    ]
    words = "New access in the statement with"
    return _answer(not failing, _NEW if failing else _SAME, failing, words)


Grant = tuple[str, str, str, str]  # action, resource, principal, conditions


def _allows(policy: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, statement in enumerate(listed(policy["Statement"])):
        if statement["Effect"] == "Allow":
            yield index, statement


def _grants(statement: Mapping[str, Any]) -> Iterator[Grant]:
    condition = json.dumps(statement.get("Condition", {}), sort_keys=True)
    for action in _patterns(statement, "Action"):
        for resource in _patterns(statement, "Resource"):
            for principal in _principals(statement):
                yield action, resource, principal, condition


def _patterns(statement: Mapping[str, Any], name: str) -> list[str]:
    """Patterns of actions or resources; those left out by a Not… are written with a mark."""
    if f"Not{name}" in statement:
        return ["!" + json.dumps(sorted(map(str, listed(statement[f"Not{name}"]))))]
    return [str(pattern) for pattern in listed(statement.get(name, "*"))]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return ["!" + json.dumps(statement["NotPrincipal"], sort_keys=True)]
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        return [f"{kind}:{one}" for kind, value in principal.items() for one in listed(value)]
    return ["AWS:*"] if principal == "*" else [""]


def _covers(statement: Mapping[str, Any], grant: Grant) -> bool:
    """Whether a statement speaks of the whole grant."""
    condition = json.dumps(statement.get("Condition", {}), sort_keys=True)
    return (
        any(_within(grant[0], p, True) for p in _patterns(statement, "Action"))
        and any(_within(grant[1], p) for p in _patterns(statement, "Resource"))
        and any(_within(grant[2], p) for p in _principals(statement))
        and condition in ("{}", grant[3])
    )


def _within(narrow: str, wide: str, ignore_case: bool = False) -> bool:
    if wide == "AWS:*":
        return narrow.startswith("AWS:")
    if wide.startswith("!"):
        if narrow.startswith("!"):
            return set(json.loads(wide[1:])) <= set(json.loads(narrow[1:]))
        return not any(_overlaps(narrow, p, ignore_case) for p in json.loads(wide[1:]))
    if narrow.startswith("!"):
        return wide == "*"
    return like(narrow, wide, ignore_case)


def _overlaps(one: str, other: str, ignore_case: bool = False) -> bool:
    """Whether two patterns may have a value in common; by their literal beginnings where both have stars."""
    if like(one, other, ignore_case) or like(other, one, ignore_case):
        return True
    if "*" not in one or "*" not in other:
        return False
    first, second = one.partition("*")[0], other.partition("*")[0]
    if ignore_case:
        first, second = first.lower(), second.lower()
    return first.startswith(second) or second.startswith(first)


def _touches(statement: Mapping[str, Any], grant: Grant) -> bool:
    return any(_meets(grant[0], p, True) for p in _patterns(statement, "Action")) and any(
        _meets(grant[1], p) for p in _patterns(statement, "Resource")
    )


def _meets(one: str, other: str, ignore_case: bool = False) -> bool:
    if one.startswith("!"):
        one, other = other, one
    if other.startswith("!"):
        return one.startswith("!") or not any(_within(one, p, ignore_case) for p in json.loads(other[1:]))
    return _overlaps(one, other, ignore_case)


def _is_denied(policy: Mapping[str, Any], grant: Grant) -> bool:
    denies = [s for s in listed(policy["Statement"]) if s["Effect"] == "Deny" and "Condition" not in s]
    return any(_covers(statement, grant) for statement in denies)


def _not_granted(asked: Mapping[str, Any]) -> dict[str, Any]:
    policy = _policy(asked["policyDocument"], "policyDocument")
    if len(asked["access"]) != 1:
        raise _invalid("One access is needed", field="access")
    actions = asked["access"][0].get("actions", [])
    resources = asked["access"][0].get("resources", [])
    if not actions and not resources:
        raise _invalid("Actions or resources are needed", field="access")
    for resource in resources:
        if resource != "*" and not like(resource, "arn:*:*:*:*:*"):
            raise _invalid("Invalid ARN", field="access")
    for action in actions:
        if "*" in action or not like(action, "?*:?*"):
            raise Refused(400, "InvalidParameterException", f"Invalid action: {action}")
    failing = [
        (index, statement)
        for index, statement in _allows(policy)
        if any(_gives(policy, grant, actions, resources) for grant in _grants(statement))
    ]
    granted = "grants access to perform" if failing else "does not grant access to perform"
    what = (
        "one or more of the listed actions" if actions else "actions on one or more of the listed resources"
    )
    words = f"The policy document {granted} {what}."
    return _answer(
        not failing, words, failing, "One or more of the listed actions or resources in the statement with"
    )


def _gives(policy: Mapping[str, Any], grant: Grant, actions: list[str], resources: list[str]) -> bool:
    hit_actions = [a for a in actions if _meets(grant[0], a, True)] or ([] if actions else [grant[0]])
    hit_resources = [r for r in resources if _meets(grant[1], r)] or ([] if resources else [grant[1]])
    return any(
        not _is_denied(policy, (action, resource, grant[2], grant[3]))
        for action in hit_actions
        for resource in hit_resources
    )


def _not_public(asked: Mapping[str, Any]) -> dict[str, Any]:
    policy = _policy(asked["policyDocument"], "policyDocument")
    if any("Principal" not in s and "NotPrincipal" not in s for s in listed(policy["Statement"])):
        raise Refused(400, "InvalidParameterException", "A statement has no principal")
    failing = [(i, s) for i, s in _allows(policy) if _is_public(s) and not _limits(s)]
    granted = "grants public access" if failing else "does not grant public access"
    message = f"The resource policy {granted} for the given resource type."
    return _answer(not failing, message, failing, "Public access granted in the following statement with")


def _is_public(statement: Mapping[str, Any]) -> bool:
    return any(principal in ("AWS:*", "*") or principal[0] == "!" for principal in _principals(statement))


def _limits(statement: Mapping[str, Any]) -> bool:
    return any(
        key.lower() in _LIMITING_KEYS
        and operator.startswith(("String", "Arn", "IpAddress"))
        and "Not" not in operator
        and "IfExists" not in operator
        and "*" not in listed(wanted)
        for operator, block in statement.get("Condition", {}).items()
        for key, wanted in block.items()
    )
