"""
Issues that say that an action, a service or a condition key does not exist.

Such a thing is only said when the table of services is young (:func:`withheld`): services get actions every
week. Codes and texts: IAM User Guide, "IAM policy validation check reference".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pregate.iam.catalogue import catalogue
from pregate.iam.document import TOKEN
from pregate.iam.globs import has_wildcard
from pregate.iam.statements import Condition, Element, Statement
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

MAX_AGE_DAYS = 180
NEED_A_YOUNG_TABLE = (
    "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    "INVALID_ACTION",
    "INVALID_ARN_RESOURCE",
    "INVALID_SERVICE",
    "INVALID_SERVICE_CONDITION_KEY",
    "INVALID_SERVICE_IN_ACTION",
)
_UNDOCUMENTED = {
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY": "AWS does not document for which condition keys it says this.",
    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL": "AWS does not document which keys each service sends.",
}
# Finding a similar name takes milliseconds: a policy of wrong names gets help with the first of them.
_MOST_SUGGESTIONS = 20
_LONGEST_NAME = 128
# More than any policy that AWS takes has (a key policy of 32,768 characters is the longest).
_MOST_ACTIONS = 2_000
_MOST_CONDITIONS = 5_000
_PREFIX = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def withheld(subject: Subject) -> Iterator[tuple[str, str]]:
    """The codes that need the table and are not evaluated, with the reason."""
    yield from _UNDOCUMENTED.items()
    dated = catalogue().day
    if subject.is_older(dated, MAX_AGE_DAYS):
        reason = f"The table of AWS services is of {dated}, which is more than {MAX_AGE_DAYS} days ago."
        yield from dict.fromkeys(NEED_A_YOUNG_TABLE, reason).items()


def actions_exist(subject: Subject) -> Iterator[Issue]:
    """Actions that their service does not have, and actions of services that there are not."""
    suggested = 0
    for element in _actions(subject):
        prefix, colon, name = element.text.partition(":")
        if not colon or not is_prefix(prefix.lower()) or not name:
            continue
        service = catalogue().service(prefix)
        if service is None:
            near = _nearest(prefix, catalogue().prefixes) if suggested < _MOST_SUGGESTIONS else ""
            text = f"The service {prefix} specified in the action does not exist.{_hint(near)}"
            suggested += 1
            yield Issue("INVALID_SERVICE_IN_ACTION", text, (Spot(element.pointer),))
        elif service.action_names and not service.action_exists(name):
            near = _nearest(name, service.action_names) if suggested < _MOST_SUGGESTIONS else ""
            hint = _hint(f"{service.prefix}:{near}" if near else "")
            suggested += 1
            yield Issue(
                "INVALID_ACTION", f"The action {element.text} does not exist.{hint}", (Spot(element.pointer),)
            )


def keys_exist(subject: Subject) -> Iterator[Issue]:
    """
    Condition keys that their service does not have, and keys of services that there are not. Prefixes that
    are no service's but an identity provider's (with a dot) are left alone, and so are ``aws:`` keys.
    """
    for _, condition in conditions_of(subject):
        prefix, colon, _ = condition.key.partition(":")
        if not colon or prefix == "aws" or not is_prefix(prefix):
            continue
        spot = Spot(condition.pointer, on_key=True)
        table = catalogue()
        if not table.has_keys_of(prefix) and not table.is_known_service(prefix):
            text = f"The service {prefix} does not exist. Use a valid service name."
            yield Issue("INVALID_SERVICE", text, (spot,))
        elif table.has_keys_of(prefix) and table.key(condition.key) is None:
            text = f"The condition key {key_name(condition.pointer)} does not exist in the service {prefix}."
            yield Issue("INVALID_SERVICE_CONDITION_KEY", f"{text} Use a valid condition key.", (spot,))


def conditions_of(subject: Subject) -> Iterator[tuple[Statement, Condition]]:
    """The conditions whose key is known before deployment, with their statements; 5,000 at the most."""
    known = ((statement, c) for statement in subject.statements for c in statement.conditions)
    plain = (pair for pair in known if not TOKEN.search(pair[1].key))
    return itertools.islice(plain, _MOST_CONDITIONS)


def is_prefix(text: str) -> bool:
    """Whether it is written like the prefix of a service: lower-case letters, digits and hyphens."""
    return bool(text) and _PREFIX.issuperset(text)


def key_name(pointer: str) -> str:
    """A condition key as it is written, from the pointer to it."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _actions(subject: Subject) -> Iterator[Element]:
    known = (e for statement in subject.statements for e in statement.actions + statement.not_actions)
    plain = (e for e in known if not e.is_partly_unknown and "${" not in e.text)
    return itertools.islice(plain, _MOST_ACTIONS)


def _nearest(name: str, names: tuple[str, ...]) -> str:
    if len(name) > _LONGEST_NAME or has_wildcard(name):
        return ""
    import difflib  # few policies name what there is not

    lower = {known.lower(): known for known in names}
    found = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.7)
    return lower[found[0]] if found else ""


def _hint(name: str) -> str:
    return f" Did you mean {name}?" if name else ""


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("INVALID_ACTION", "INVALID_SERVICE_IN_ACTION"), actions_exist),
    (("INVALID_SERVICE", "INVALID_SERVICE_CONDITION_KEY"), keys_exist),
)
