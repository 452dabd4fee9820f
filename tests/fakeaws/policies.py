"""
Whether policies allow a call: enough of IAM's language for the policies that tests write.

What it cannot evaluate raises :class:`Unknown`, so that no test passes on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Context = Mapping[str, str | list[str]]


class Unknown(Exception):
    """A part of the policy language that is not known here."""


def listed(value: Any) -> list[Any]:
    """A value or a list of values as a list; nothing as an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=4096)
def _expression(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    text = "".join(parts.get(char) or re.escape(char) for char in re.sub(r"\*+", "*", pattern))
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def like(value: str, pattern: str, ignore_case: bool = False) -> bool:
    """Whether a pattern with ``*`` and ``?`` covers a value, which may be a pattern itself."""
    return _expression(pattern, ignore_case).fullmatch(value) is not None


def is_allowed(policies: Iterable[Mapping[str, Any]], action: str, resource: str, context: Context) -> bool:
    """Whether some statement allows and none denies."""
    allowed = False
    for policy in policies:
        for statement in listed(policy.get("Statement")):
            if not _applies(statement, action, resource, context):
                continue
            if statement["Effect"] == "Deny":
                return False
            allowed = True
    return allowed


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    return (
        covers_action(statement, action)
        and _covers(statement, "Resource", "NotResource", resource)
        and holds(statement.get("Condition", {}), context)
    )


def covers_action(statement: Mapping[str, Any], action: str) -> bool:
    """Whether the statement is about the action."""
    return _covers(statement, "Action", "NotAction", action, ignore_case=True)


def _covers(
    statement: Mapping[str, Any], name: str, opposite: str, value: str, ignore_case: bool = False
) -> bool:
    if opposite in statement:
        return not any(like(value, pattern, ignore_case) for pattern in listed(statement[opposite]))
    return any(like(value, pattern, ignore_case) for pattern in listed(statement.get(name)))


def holds(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether every condition holds. Keys are compared without case."""
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _one(operator, known.get(key.lower()), [_text(v) for v in listed(wanted)])
        for operator, block in conditions.items()
        for key, wanted in block.items()
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one(operator: str, value: str | list[str] | None, wanted: list[str]) -> bool:
    """One key of one operator."""
    base = operator.removesuffix("IfExists")
    quantifier, _, name = base.rpartition(":")
    if name == "Null":
        return (value is None) == (wanted == ["true"])
    if value is None or value == []:
        return base != operator or quantifier == "ForAllValues" or (not quantifier and name in _NEGATED)
    values = listed(value)
    if not quantifier and len(values) > 1:
        raise Unknown(f"{operator} on several values")
    meets = [_meets(name, one, wanted) for one in values]
    return all(meets) if quantifier == "ForAllValues" else any(meets)


_NEGATED = ("StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase", "ArnNotEquals", "ArnNotLike")


def _meets(name: str, value: str, wanted: list[str]) -> bool:
    match name:
        case "StringEquals" | "Bool":
            return value in wanted
        case "StringEqualsIgnoreCase":
            return value.lower() in [one.lower() for one in wanted]
        case "StringLike" | "ArnLike" | "ArnEquals":
            return any(like(value, one) for one in wanted)
        case "StringNotEquals":
            return value not in wanted
        case "StringNotLike" | "ArnNotLike" | "ArnNotEquals":
            return not any(like(value, one) for one in wanted)
        case "NumericLessThanEquals":
            return any(float(value) <= float(one) for one in wanted)
        case _:
            raise Unknown(name)
