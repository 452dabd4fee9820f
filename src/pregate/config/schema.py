"""
The JSON Schema (draft-07, which editors of TOML know) of the configuration file, made from its dataclasses.

It accepts what the program accepts, but for what no schema can tell: that an address is pinned, that a list
of allowed and one of denied licences exclude each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pregate.config.descriptions import DESCRIPTIONS, TABLES
from pregate.config.keys import Key, all_keys
from pregate.config.origins import plain
from pregate.config.strictness import EVERYTHING, STRICTNESS, Sense
from pregate.config.words import (
    ACCESS_RULES,
    CHECKS,
    FAIL_ON,
    FINDING_TYPES,
    FORMS,
    PLUGIN_NAME,
    UNLIMITED,
)

DRAFT = "http://json-schema.org/draft-07/schema#"
NAME = "pregate.schema.json"

_NOT_EMPTY = ("checks", "dependencies.sources")
_PATTERNS: Mapping[str, str] = {
    "actions": r"^(\*|[^:]+:[\s\S]+)$",
    "plugins": rf"^(?!({'|'.join(CHECKS)})$){PLUGIN_NAME.pattern}$",
    "arns": r"^(\*|arn:([^:]*:){4}[\s\S]*)$",
}
_EXTENDS = r"^(github://[^@#]+@[^@#]+(#sha256=[0-9A-Fa-f]{64})?)?$"


def schema() -> dict[str, Any]:
    """The schema as JSON has it."""
    return {
        "$schema": DRAFT,
        "title": "Configuration of pregate",
        "description": "The file .pregate.toml, or the table [tool.pregate] of pyproject.toml.",
        **_table(""),
    }


def render_schema() -> str:
    """The schema as text, for a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _table(name: str) -> dict[str, Any]:
    prefix = f"{name}." if name else ""
    properties: dict[str, Any] = {}
    needed = []
    for key in all_keys().values():
        first, _, rest = key.name.removeprefix(prefix).partition(".")
        if not key.name.startswith(prefix) or first in properties:
            continue
        if rest:
            properties[first] = _short(first) if first == "advisories" else _table(prefix + first)
        else:
            properties[first] = _value(key)
            needed += [first] if key.is_needed else []
    found = {"type": "object", "additionalProperties": False, "properties": properties}
    if name in TABLES and name:
        found["description"] = TABLES[name]
    return found | ({"required": needed} if needed else {})


def _short(name: str) -> dict[str, Any]:
    return {"description": TABLES[name], "anyOf": [{"type": "string"}, _table(name)]}


def _value(key: Key) -> dict[str, Any]:
    about: dict[str, Any] = {"description": DESCRIPTIONS[key.name]}
    if key.rows:
        row = _table(key.name)
        # By type and not by anyOf, so that an editor can say which key of which row is wrong.
        return row | about | {"type": ["array", "object"], "items": row}
    if key.read == "severities":
        return about | _severities()
    if key.read == "plugin-options":
        return about | _plugin_options()
    match key.default:
        case bool():
            about |= {"type": "boolean"}
        case int():
            about |= {"type": "integer", "minimum": 0}
        case str():
            about |= {"type": "string"} | _words(key)
        case _:
            return about | _list(key)
    if key.default not in ("", UNLIMITED):
        about["default"] = key.default
    return about


def _plugin_options() -> dict[str, Any]:
    one: dict[str, Any] = {"type": ["string", "number", "boolean"]}
    option = {"anyOf": [one, {"type": "array", "items": one}]}
    return {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": option}}


def _list(key: Key) -> dict[str, Any]:
    item = {"type": "string"} | _words(key)
    many: dict[str, Any] = {"type": "array", "items": item}
    if key.name in _NOT_EMPTY:
        many["minItems"] = 1
    if item == {"type": "string"}:
        return {"type": ["array", "string"], "items": item, "default": plain(key.default, key.kind)}
    return {"anyOf": [many, item], "default": plain(key.default, key.kind)}


def _words(key: Key) -> dict[str, Any]:
    if key.is_needed:
        return {"minLength": 1}
    if key.name == "locked":
        return {"enum": [EVERYTHING, *_lockable()]}
    if key.name == "extends":
        return {"pattern": _EXTENDS}
    if key.read in _PATTERNS:
        found: dict[str, Any] = {"pattern": _PATTERNS[key.read]}
        return found | ({"maxLength": 2048} if key.read == "arns" else {})
    if key.name in FORMS:
        return {"pattern": f"^({FORMS[key.name][0].pattern})?$"}
    return {"enum": list(key.choices)} if key.choices else {}


def _lockable() -> list[str]:
    keys = [name for name, measure in STRICTNESS.items() if measure.sense is not Sense.FREE]
    tables = dict.fromkeys(name.rpartition(".")[0] for name in keys)
    return sorted({*keys, *(table for table in tables if table)})


def _severities() -> dict[str, Any]:
    word = {"enum": list(FAIL_ON[1:])}
    return {
        "type": "object",
        "properties": dict.fromkeys((*FINDING_TYPES, *ACCESS_RULES), word),
        "patternProperties": {"^[A-Z0-9_]*[A-Z][A-Z0-9_]*$": word},
        "additionalProperties": False,
    }
