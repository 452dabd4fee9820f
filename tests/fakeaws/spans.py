"""Where each value of a JSON text stands, in the form of Access Analyzer's locations."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_OTHER = re.compile(r"[^\s,\]}]+")

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """A JSON text with its value and the places of all values and keys, as offsets; the end exclusive."""

    text: str
    value: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def location(self, path: Path, *, key: bool = False) -> dict[str, Any]:
        """A location of the API's."""
        elements: list[dict[str, Any]] = [
            {"index": part} if isinstance(part, int) else {"value": part} for part in path
        ]
        if key:
            elements[-1] = {"key": str(path[-1])}
        start, end = (self.keys if key else self.values)[path]
        return {"path": elements, "span": {"start": self._position(start), "end": self._position(end)}}

    def _position(self, offset: int) -> dict[str, int]:
        before = self.text[:offset]
        line = before.count("\n")
        return {"line": line + 1, "column": offset - (before.rfind("\n") + 1), "offset": offset}


def read(text: str) -> Document:
    """The document; ValueError when it is no JSON."""
    document = Document(text, json.loads(text))
    _value(document, _skip(text, 0), ())
    return document


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _value(document: Document, at: int, path: Path) -> int:
    """Note a value that starts at an offset; gives the offset after it."""
    text = document.text
    if text[at] == "{":
        end = _object(document, at, path)
    elif text[at] == "[":
        end = _array(document, at, path)
    else:
        found = _STRING.match(text, at) or _OTHER.match(text, at)
        assert found is not None
        end = found.end()
    document.values[path] = (at, end)
    return end


def _object(document: Document, at: int, path: Path) -> int:
    text = document.text
    at = _skip(text, at + 1)
    while text[at] != "}":
        key = _STRING.match(text, at)
        assert key is not None
        inner = (*path, json.loads(key[0]))
        document.keys[inner] = key.span()
        at = _skip(text, _skip(text, key.end()) + 1)  # over the colon
        at = _skip(text, _value(document, at, inner))
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _array(document: Document, at: int, path: Path) -> int:
    text = document.text
    at, index = _skip(text, at + 1), 0
    while text[at] != "]":
        at = _skip(text, _value(document, at, (*path, index)))
        at, index = _skip(text, at + 1) if text[at] == "," else at, index + 1
    return at + 1
