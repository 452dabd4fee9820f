"""Values as TOML (https://toml.io/en/v1.0.0) writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]{1,1000}@")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(value: Any) -> str:
    """A plain value on one line: strings, numbers, truth values, lists and tables of such."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{escaped(value)}"'
        case Mapping():
            pairs = ", ".join(f"{to_key(str(key))} = {to_toml(item)}" for key, item in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(to_toml(item) for item in value)}]"
        case _:
            return str(value)


def masked(text: str) -> str:
    """The text without the name and password that an address in it may hold."""
    return _CREDENTIALS.sub("***@", text)


def escaped(text: str) -> str:
    """
    The inside of a string in double quotes. What no terminal should be shown (control characters, marks that
    turn the direction of text) is escaped with the rest.
    """
    return "".join(_ESCAPES.get(mark) or (mark if mark.isprintable() else _numbered(mark)) for mark in text)


def _numbered(mark: str) -> str:
    number = ord(mark)
    if 0xD800 <= number < 0xE000:
        return "\\ufffd"  # half a character, which TOML lacks
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def to_key(name: str) -> str:
    """A name as a key: bare where it can be."""
    return name if _BARE.fullmatch(name) else to_toml(name)
