"""
Statements that let their holder pass any role, or make any service-linked role.

Each Allow is judged on its own: no Deny elsewhere takes anything back, as with the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pregate.iam.document import PolicyKind
from pregate.iam.globs import has_wildcard, matches
from pregate.iam.statements import Condition, Element, Statement
from pregate.iam.validation.grammar_resources import FIELDS, fields_of
from pregate.iam.validation.grammar_statements import element
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.records import dataclass

# A name that no policy has, longer than a role's may be: what matches it matches every role.
_ANY_NAME = "\x00" * 65
_NAMES = ("iam:passedtoservice", "iam:associatedresourcearn")


@dataclass(frozen=True, slots=True)
class Family:
    """One action, the stem of its codes, the condition that narrows it, and the words of its messages."""

    action: str
    stem: str
    narrows: Callable[[Condition], bool]
    risk: str
    advice: str


def _names_service(condition: Condition) -> bool:
    """A condition on where the role goes; one that an absent key meets narrows nothing."""
    return condition.key in _NAMES and not condition.if_exists


def _names_linked_service(condition: Condition) -> bool:
    leading = [value.text[:1] for value in condition.values]
    return condition.key == "iam:awsservicename" and not condition.if_exists and not {"*", "?"} & set(leading)


_ADVICE = "We recommend that you specify resource ARNs instead."
_KEY_ADVICE = (
    "We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your "
    "statement."
)
_FAMILIES = (
    Family("iam:PassRole", "PASS_ROLE", _names_service, "can be overly permissive", _KEY_ADVICE),
    Family(
        "iam:CreateServiceLinkedRole",
        "CREATE_SLR",
        _names_linked_service,
        "can allow creation of unintended service-linked roles",
        _ADVICE,
    ),
)
# What the action and the resource are: the rest of the code, and what the message says of them.
_SHAPES = {
    ("named", "star"): (
        "WITH_STAR_IN_RESOURCE",
        "the {action} action with wildcards (*) in the resource",
        "allows",
    ),
    ("named", "not"): ("WITH_NOT_RESOURCE", "the {action} action with NotResource", "can allow"),
    ("star", "star"): (
        "WITH_STAR_IN_ACTION_AND_RESOURCE",
        "wildcards (*) in the action and the resource",
        "allows",
    ),
    ("star", "not"): (
        "WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "an action with a wildcard (*) and NotResource",
        "can allow",
    ),
    ("not", "star"): (
        "WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        "a resource with wildcards (*) and NotAction",
        "allows",
    ),
    ("not", "not"): ("WITH_NOT_ACTION_AND_NOT_RESOURCE", "NotAction with NotResource", "allows"),
}


def roles(subject: Subject) -> Iterator[Issue]:
    """The issues of both families."""
    if subject.document.kind is not PolicyKind.IDENTITY:
        return
    for statement in subject.statements:
        if statement.effect is None or statement.effect.text != "Allow":
            continue
        for family in _FAMILIES:
            if any(family.narrows(condition) for condition in statement.conditions):
                continue
            action, resource = _action(statement, family.action.lower()), _resource(statement)
            if action and resource:
                yield _issue(family, action, resource)


def _issue(family: Family, action: tuple[str, str], resource: tuple[str, str]) -> Issue:
    suffix, using, allows = _SHAPES[action[0], resource[0]]
    details = f"Using {using.format(action=family.action)} {family.risk}"
    if family.stem == "PASS_ROLE" or action[0] != "named":
        reach = "all" if (action[0], resource[0]) in (("star", "star"), ("not", "star")) else "multiple"
        details += f" because it {allows} {family.action} permissions on {reach} resources"
    advice = family.advice if resource[0] == "star" else _ADVICE
    spots = (Spot(action[1]), Spot(resource[1]))
    return Issue(f"{family.stem}_{suffix}", f"{details}. {advice}", spots)


def _action(statement: Statement, wanted: str) -> tuple[str, str] | None:
    """How the statement covers an action, and the pointer of what does."""
    covering = [item for item in statement.actions if _covers(item, wanted)]
    star = next((item for item in covering if has_wildcard(item.text)), None)
    if star:
        return "star", star.pointer
    if covering:
        return "named", covering[0].pointer
    excluded = element(statement, "notaction")
    open_ended = any(item.is_partly_unknown or _covers(item, wanted) for item in statement.not_actions)
    return ("not", excluded) if excluded and not open_ended else None


def _covers(action: Element, wanted: str) -> bool:
    return matches(action.text.lower(), wanted)


def _resource(statement: Statement) -> tuple[str, str] | None:
    star = next((item for item in statement.resources if _is_any_role(item.text)), None)
    if star:
        return "star", star.pointer
    excluded = element(statement, "notresource")
    open_ended = any(item.is_partly_unknown or _is_any_role(item.text) for item in statement.not_resources)
    return ("not", excluded) if excluded and not open_ended else None


def _is_any_role(pattern: str) -> bool:
    """Whether it matches every role, of one account at least."""
    fields = [text for text, _ in fields_of(pattern)]
    account = fields[4] if len(fields) == FIELDS and fields[4].isdecimal() else "0" * 12
    return matches(pattern, f"arn:aws:iam::{account}:role/{_ANY_NAME}")


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (tuple(f"{family.stem}_{shape[0]}" for family in _FAMILIES for shape in _SHAPES.values()), roles),
)
