"""What ``check-access-not-granted`` asks about: its own flags, and ``--access`` of the AWS command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pregate.errors import UsageError

_HINT = "--action s3:GetObject --resource 'arn:aws:s3:::secret/*', or --access actions=s3:GetObject"
_KEYS = ("actions", "resources")


def access_of(
    actions: Sequence[str], resources: Sequence[str], access: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The actions and resources; raises UsageError when there are none, or something is none."""
    found: dict[str, list[str]] = {"actions": list(actions), "resources": list(resources)}
    for text in access:
        for key, values in (
            _from_json(text) if text.lstrip()[:1] in ("{", "[") else _from_words(text)
        ).items():
            found[key] += values
    if not found["actions"] and not found["resources"]:
        raise UsageError("there must be an action or a resource to ask about.", _HINT)
    for action in found["actions"]:
        if ":" not in action and action != "*":
            raise UsageError(f"{action!r} is no action.", "service:Action, with wildcards if you like.")
    for resource in found["resources"]:
        if not resource.startswith("arn:") and resource != "*":
            raise UsageError(f"{resource!r} is no ARN.", "arn:aws:s3:::bucket/*")
    return tuple(found["actions"]), tuple(found["resources"])


def _from_json(text: str) -> dict[str, list[str]]:
    """``{"actions": […], "resources": […]}``, or a list of these."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("--access is neither words nor JSON.", _HINT) from error
    found: dict[str, list[str]] = {}
    for entry in value if isinstance(value, list) else [value]:
        for key, values in (entry if isinstance(entry, dict) else {"": entry}).items():
            if key not in _KEYS or not _are_texts(values):
                raise UsageError("--access holds actions and resources, lists of texts.", _HINT)
            found.setdefault(key, []).extend(values)
    return found


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _from_words(text: str) -> dict[str, list[str]]:
    """The AWS command line's shorthand: ``actions=a,b,resources=c``; lists may stand in brackets."""
    found: dict[str, list[str]] = {}
    key = ""
    for word in text.split(","):
        name, equals, rest = word.partition("=")
        is_key = bool(equals) and name.strip() in _KEYS
        if is_key:
            key = name.strip()
        if not key:
            raise UsageError("--access begins with actions= or resources=.", _HINT)
        value = (rest if is_key else word).strip().strip("[]").strip("\"'")
        if value:
            found.setdefault(key, []).append(value)
    return found
