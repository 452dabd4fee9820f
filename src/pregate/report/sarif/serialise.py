"""From ``sarif_om`` objects to JSON text: each attribute under its name in the schema, defaults left out."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import attr

ALWAYS = frozenset({"level"})  # GitHub reads a result's level, and knows the default of no rule


def to_json(value: Any) -> Any:
    """
    A ``sarif_om`` object as dictionaries and lists, in the order in which the class declares its attributes.

    None is dropped, and so is what the schema itself gives as the default (``ruleIndex: -1``), but for
    ``level``.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    told = {}
    for attribute, name, default in _fields(type(value)):  # type: ignore[arg-type]  # a class has a hash
        item = getattr(value, attribute)
        if item is not None and item != default:
            told[name] = to_json(item)
    return told


@cache
def _fields(kind: type) -> tuple[tuple[str, str, Any], ...]:
    """Name, name in the schema, and default of each attribute; None for a default that is always told."""
    return tuple((f.name, f.metadata["schema_property_name"], _default(f)) for f in attr.fields(kind))


def _default(field: attr.Attribute[Any]) -> Any:
    if field.default is attr.NOTHING or field.metadata["schema_property_name"] in ALWAYS:
        return None
    if isinstance(field.default, attr.Factory):  # type: ignore[arg-type]
        return field.default.factory()  # type: ignore[union-attr]
    return field.default


def to_text(value: Any) -> str:
    """
    The JSON text of :func:`to_json`, in ASCII with an indent of two and a line end: equal input, equal
    bytes.
    """
    return json.dumps(to_json(value), indent=2, ensure_ascii=True) + "\n"


def to_text_in_lines(value: dict[str, Any], key: str) -> str:
    """
    JSON values as ASCII text without blanks, each item of the list at ``key`` on a line of its own: as short
    as a large log should be, and still to be read and compared line by line.
    """
    pairs = (f"{_compact(k)}:{_lines(v) if k == key else _compact(v)}" for k, v in value.items())
    return "{" + ",".join(pairs) + "}"


def _lines(items: list[Any]) -> str:
    return "[\n" + ",\n".join(map(_compact, items)) + "\n]" if items else "[]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
