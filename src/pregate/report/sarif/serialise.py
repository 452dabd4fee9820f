"""From ``sarif_om`` objects to JSON text: each attribute under its name in the schema, defaults left out."""

from __future__ import annotations

import json
from typing import Any

import attr

ALWAYS = frozenset({"level"})  # GitHub reads a result's level, and knows the default of no rule


def to_json(value: Any) -> Any:
    """
    A ``sarif_om`` object as dictionaries and lists, in the order in which the class declares its attributes.

    None is dropped, and so is what the schema itself gives as the default (``ruleIndex: -1``), but for
    ``level``.
    """
    if attr.has(type(value)):
        pairs = ((f, getattr(value, f.name)) for f in attr.fields(type(value)))
        return {f.metadata["schema_property_name"]: to_json(v) for f, v in pairs if _is_told(f, v)}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value


def _is_told(field: Any, value: Any) -> bool:
    if value is None:
        return False
    name = field.metadata["schema_property_name"]
    default = field.default
    if default is attr.NOTHING or name in ALWAYS:
        return True
    if isinstance(default, attr.Factory):  # type: ignore[arg-type]
        default = default.factory()
    return bool(value != default)


def to_text(value: Any) -> str:
    """
    The JSON text of :func:`to_json`, in ASCII with an indent of two and a line end: equal input, equal
    bytes.
    """
    return json.dumps(to_json(value), indent=2, ensure_ascii=True) + "\n"
