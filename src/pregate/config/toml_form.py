"""Values as TOML (https://toml.io/en/v1.0.0) writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(value: Any) -> str:
    """A plain value on one line: strings, numbers, truth values, lists and tables of such."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # JSON's escapes are TOML's, but for DEL, which TOML wants escaped; surrogates it lacks.
            text = json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)
            return text.replace("\x7f", "\\u007f")
        case Mapping():
            pairs = ", ".join(f"{to_key(str(key))} = {to_toml(item)}" for key, item in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(to_toml(item) for item in value)}]"
        case _:
            return str(value)


def to_key(name: str) -> str:
    """A name as a key: bare where it can be."""
    return name if _BARE.fullmatch(name) else to_toml(name)
