"""
Where the statements of a TOML file stand, for manifests whose lines are to be shown.

``tomllib`` tells values and no places. This scan is only for text that ``tomllib`` has read: it finds the
ends of values by their tokens and does not check them again. Format: https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pregate.lockfiles.model import Reading
from pregate.lockfiles.plain_text import load_text
from pregate.model import Location
from pregate.positions import Lines

_TEXT = r'"(?:[^"\\\n]|\\.)*+"' + r"|'[^'\n]*+'"
_LONG = r'"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}+' + r"|'''(?:[^']|'(?!''))*+'{3,5}+"
_PART = rf"(?:[A-Za-z0-9_-]++|{_TEXT})"
_KEYS = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_ONE = re.compile(_PART)
_HEADER = re.compile(rf"[ \t]*+(\[\[?)[ \t]*+({_KEYS})[ \t]*+\]")
_ASSIGNMENT = re.compile(rf"[ \t]*+({_KEYS})[ \t]*+=[ \t]*+")
_TOKEN = re.compile(rf"{_LONG}|{_TEXT}|#[^\n]*+|[\[{{]|[\]}}]|\n|[^\"'#\[\]{{}}\n]++|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """
    ``key = value``. ``path`` is the table's name with the key's parts behind it; ``number`` counts the
    headers of an array of tables of that name from 0. ``start`` and ``end`` are the value's offsets.
    """

    path: tuple[str, ...]
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file that was read: its data, its text, the place of its statements."""

    path: str
    data: Mapping[str, Any]
    text: str
    lines: Lines

    def statements(self) -> Iterator[Statement]:
        """Every statement outside inline tables, in the order of the text."""
        return _statements(self.text)

    def location(self, start: int, end: int) -> Location:
        """The place of a value, without its quotes where it is a text."""
        quotes = int(end - start > 1 and self.text[start] in "\"'")
        return self.lines.location(self.path, start + quotes, end - quotes)


def read_toml(path: str, files: Mapping[str, bytes]) -> TomlFile | None:
    """The TOML file ``path``; None where it is not among ``files`` or cannot be read."""
    text = load_text(path, files[path]) if path in files else ""
    if not text or isinstance(text, Reading):
        return None
    try:
        return TomlFile(path, tomllib.loads(text), text, Lines(text))
    except (ValueError, RecursionError):  # TOMLDecodeError is a ValueError, as is a date out of range
        return None


def _statements(text: str) -> Iterator[Statement]:
    position, number = 0, 0
    table: tuple[str, ...] = ()
    seen: dict[tuple[str, ...], int] = {}
    while position < len(text):
        found = _ASSIGNMENT.match(text, position)
        if found:
            position = _value_end(text, found.end())
            end = found.end() + len(text[found.end() : position].rstrip())
            yield Statement((*table, *_parts(found.group(1))), number, found.end(), end)
            continue
        header = _HEADER.match(text, position)
        if header:
            table = _parts(header.group(2))
            number = seen[table] = seen.get(table, -1) + 1
        line_end = text.find("\n", position)
        position = line_end + 1 if line_end >= 0 else len(text)


def _value_end(text: str, position: int) -> int:
    """Where the value that begins at ``position`` ends: at a comment or a line's end outside brackets."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        first = token.group()[0]
        if first in "[{":
            depth += 1
        elif first in "]}":
            depth -= 1
        elif first in "#\n" and depth <= 0:
            return token.start()
    return len(text)


def _parts(keys: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _ONE.findall(keys))
