"""
JSON, YAML and TOML as trees of nodes that remember where they stand in the text.

Offsets are code points into the text that was parsed, the end exclusive; :class:`Lines` turns them into lines
and columns. Input is hostile: the parsers are bounded in depth (``MAX_DEPTH``) and take linear time;
YAML aliases are shared and what they would expand to is bounded (``MAX_SHARED``). No error and no ``repr``
quotes the text: it may hold a secret. The parsers are imported when they are first used, because the hook's
start-up counts.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pregate.positions.nodes import BOM, MAX_DEPTH, Array, Lines, Node, Object, PositionError, Scalar, decode

if TYPE_CHECKING:
    from pregate.positions.json_text import parse_json
    from pregate.positions.toml_text import parse_toml
    from pregate.positions.yaml_text import MAX_SHARED, parse_yaml

__all__ = [
    "BOM",
    "MAX_DEPTH",
    "MAX_SHARED",
    "Array",
    "Lines",
    "Node",
    "Object",
    "PositionError",
    "Scalar",
    "decode",
    "parse_json",
    "parse_toml",
    "parse_yaml",
]

_HOMES = {
    "parse_json": "json_text",
    "parse_toml": "toml_text",
    "parse_yaml": "yaml_text",
    "MAX_SHARED": "yaml_text",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
