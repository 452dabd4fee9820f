"""The JSON values and YAML documents of a file that may hold policies."""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.positions import BOM, Node, PositionError, parse_json

_COMMENT = expression(r"\"(?:[^\"\\\n]|\\.)*+\"?+|//[^\r\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?+")
_COMMA = expression(r"\"(?:[^\"\\\n]|\\.)*+\"?+|,(?=\s*+[\]}])")


def parse(path: str, text: str) -> list[Node]:
    """
    ``.json`` is JSON, ``.jsonc`` JSON with comments and trailing commas; any other suffix is YAML unless the
    text is a JSON object. Raises PositionError when it is neither.
    """
    name = path.lower()
    if name.endswith(".jsonc"):
        return [parse_json(without_comments(text))]
    if name.endswith(".json"):
        return [parse_json(text)]
    if text.lstrip(f"{BOM} \t\r\n").startswith("{"):
        try:
            return [parse_json(text)]
        except PositionError:
            pass
    from pregate.positions import parse_yaml

    return parse_yaml(text)


def without_comments(text: str) -> str:
    """JSON with comments and trailing commas blanked out: every offset stays what it was."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return found if found.startswith('"') else re.sub(r"[^\r\n]", " ", found)

    return _COMMA.sub(blank, _COMMENT.sub(blank, text))
