"""
JSON, YAML and TOML as trees of nodes that remember where they stand in the text.

Offsets are code points into the text that was parsed, the end exclusive; :class:`Lines` turns them into lines
and columns. Input is hostile: the parsers are bounded in depth (``MAX_DEPTH``) and take linear time;
YAML aliases are shared and what they would expand to is bounded (``MAX_SHARED``). No error and no ``repr``
quotes the text: it may hold a secret.
"""

from pregate.positions.json_text import parse_json
from pregate.positions.nodes import BOM, MAX_DEPTH, Array, Lines, Node, Object, PositionError, Scalar, decode
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
