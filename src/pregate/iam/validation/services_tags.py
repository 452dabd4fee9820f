"""
Issues about conditions on the tags of resources for services that do not know them.

Judged by service, as Access Analyzer does: it is silent when a service knows ``aws:ResourceTag`` for some of
its resources, though not for the action at hand. Negated operators and ``IfExists`` are met without the tag,
so nothing is said of them. Codes and texts: IAM User Guide, "IAM policy validation check reference".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from pregate.iam.catalogue import catalogue
from pregate.iam.statements import Condition, Statement
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.iam.validation.services import conditions_of, is_prefix, key_name

_TAG = "aws:resourcetag/"
_NOT_ACTION = {
    "Allow": "allows only service actions that support the condition key.",
    "Deny": "can be overly permissive because some service actions are not denied by this statement.",
}
_ACTION = {"Allow": "does not affect the policy", "Deny": "can be overly permissive"}
_POSITIVE = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})


def tag_conditions(subject: Subject) -> Iterator[Issue]:
    """Conditions on ``aws:ResourceTag`` that some of the statement's actions never meet."""
    without: dict[str, str] = {}  # by statement
    for statement, condition in conditions_of(subject):
        effect = statement.effect.text if statement.effect is not None else ""
        positive = condition.operator in _POSITIVE and not condition.if_exists
        if effect in ("Allow", "Deny") and condition.key.startswith(_TAG) and positive:
            if statement.pointer not in without:
                without[statement.pointer] = ", ".join(_services_without(statement))
            yield from _judged(statement, condition, effect, without[statement.pointer])


def _judged(statement: Statement, condition: Condition, effect: str, without: str) -> Iterator[Issue]:
    spot = Spot(condition.pointer, on_key=True)
    begin = f"Using the effect {effect} with"
    key = f"the tag condition key {key_name(condition.pointer)}"
    code = "WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    if statement.not_actions:
        text = f"{begin} NotAction and {key} {_NOT_ACTION[effect]} We recommend that you use Action instead"
        yield Issue(f"{effect.upper()}_NOTACTION_{code}", f"{text} of NotAction.", (spot,))
    elif without:
        text = f"{begin} {key} and actions for services with the following prefixes"
        text = f"{text} {_ACTION[effect]}: {without}."
        text = f"{text} We recommend that you move these actions to a different statement without this"
        yield Issue(f"{effect.upper()}_{code}", f"{text} condition key.", (spot,))


def _services_without(statement: Statement) -> list[str]:
    """The prefixes of the statement's actions whose service has no resource and no action with the key."""
    prefixes = {element.text.partition(":")[0].lower() for element in statement.actions}
    return [prefix for prefix in sorted(prefixes) if is_prefix(prefix) and not _knows_tags(prefix)]


@functools.lru_cache(maxsize=512)
def _knows_tags(prefix: str) -> bool:
    service = catalogue().service(prefix)
    if service is None or not service.name or not service.action_names:
        return True  # nothing is known of it, so nothing is said
    if any(key.startswith(_TAG) for kind in service.resource_types for key in kind.keys):
        return True
    actions = (service.action(name) for name in service.action_names)
    return any(key.startswith(_TAG) for action in actions if action is not None for key in action.keys)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (
        (
            "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
            "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        ),
        tag_conditions,
    ),
)
