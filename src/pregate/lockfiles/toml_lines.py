"""
TOML as the package managers themselves write it: one key in each line, long arrays with one item in each.

A parser of the whole language takes half a second for a lock file of 1,500 packages with the hashes of their
archives, this a tenth of it. A text is believed only if every line of it has the expected form; all others
are left to :mod:`pregate.positions.toml_text`. Language: https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.expressions import expression
from pregate.records import dataclass

# Archives and their hashes, which no reader looks at: most of a lock file, and checked but not decoded.
UNDECODED = frozenset({"files", "wheels", "sdist", "metadata.files", "metadata.hashes"})
MAX_KEYS = 8

_TEXT = r'"[^"\\\x00-\x1f\x7f]*+(?:\\["\\bfnrt][^"\\\x00-\x1f\x7f]*+)*+"'
_KEY = r'(?:[A-Za-z0-9_-]++|"[^"\\\x00-\x1f\x7f]*+")'
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z"
_WORD = rf"(?:{_TEXT}|true|false|{_DATE}|(?:0|[1-9][0-9]{{0,17}})(?![0-9.eE_xob:-]))"


def _table(value: str) -> str:
    return rf"\{{[ \t]*+(?:{_KEY}[ \t]*+=[ \t]*+{value}[ \t]*+(?:,[ \t]*+(?!\}})|(?=\}})))*+\}}"


def _array(value: str) -> str:
    return rf"\[[ \t\n]*+(?:{value}[ \t\n]*+(?:,[ \t\n]*+|(?=\])))*+\]"


_SHALLOW = rf"(?:{_WORD}|{_table(_WORD)}|{_array(_WORD)})"
_ITEM = rf"(?:{_WORD}|{_table(_SHALLOW)})"
_VALUE = rf"(?:{_WORD}|{_table(_SHALLOW)}|{_array(_ITEM)})"
_PATH = rf"{_KEY}(?:\.{_KEY})*+"


def _statement(value: str) -> re.Pattern[str]:
    return expression(
        rf"(?P<key>{_KEY}) = (?P<value>{value})(?:\n|\Z)"
        rf"|\[\[(?P<array>{_PATH})\]\](?:\n|\Z)|\[(?P<table>{_PATH})\](?:\n|\Z)"
        r"|(?P<blank>(?:(?:#[^\x00-\x08\x0a-\x1f\x7f]*+)?+\n)++|#[^\x00-\x08\x0a-\x1f\x7f]*+\Z)"
        r"|(?P<other>[\s\S])"
    )


_STATEMENT = _statement(_VALUE)
# What short lock files are made of. The other reads all of it alike, and takes as long to compile as such a
# file to read.
_PLAIN_WORD = rf"(?:{_TEXT}|true|false|(?:0|[1-9][0-9]{{0,17}})(?![0-9.eE_xob:-]))"
_PLAIN_TABLE = _table(_PLAIN_WORD)
_PLAIN_STATEMENT = _statement(
    rf"(?:{_PLAIN_WORD}|{_PLAIN_TABLE}|{_array(rf'(?:{_PLAIN_WORD}|{_PLAIN_TABLE})')})"
)
_TOKEN = expression(
    rf"[ \t\n]*+(?:(?P<text>{_TEXT})|(?P<date>{_DATE})|(?P<bare>[A-Za-z0-9_-]++)|(?P<mark>[\[\]{{}}=,]))"
)
_PART = expression(_KEY)
_PLAIN: Mapping[str, Any] = {"true": True, "false": False}


class IrregularError(ValueError):
    """The text is not of the form that is read here; it may be good TOML all the same."""


@dataclass(slots=True)
class RegularToml:
    """
    The data of a text. ``spans`` holds for each table of the top level's arrays (by ``id``) the offsets of
    its version's text, else of its header.
    """

    data: dict[str, Any]
    spans: dict[int, tuple[int, int]]


def parse_lines(text: str) -> RegularToml:
    """
    The tables of ``text``, but that the values of ``UNDECODED`` keys are empty and dates are texts.

    ``text`` has LF as its line ends. Raises IrregularError for a text of any other form, in linear time.
    """
    builder = _Builder()
    for statement in _statements(text):
        kind = statement.lastgroup
        if kind == "value":
            builder.assign(statement)
        elif kind == "array":
            builder.open_entry(statement)
        elif kind == "table":
            builder.open_table(statement["table"])
        elif kind == "other":
            raise IrregularError
    return RegularToml(builder.root, builder.spans)


def _statements(text: str) -> Iterator[re.Match[str]]:
    """One after the other, by the plainer pattern until it does not know one."""
    end = 0
    for statement in _PLAIN_STATEMENT.finditer(text):
        if statement.lastgroup == "other":
            yield from _STATEMENT.finditer(text, end)
            return
        yield statement
        end = statement.end()


class _Builder:
    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self.spans: dict[int, tuple[int, int]] = {}
        self.table = self.root
        self.name = ""
        # What headers made, and may add to: a table or an array that was written as a value is complete.
        self.open = {id(self.root)}
        self.seen: dict[str, Any] = {}

    def assign(self, statement: re.Match[str]) -> None:
        key, value = statement["key"], statement["value"]
        name = key[1:-1] if key[0] == '"' else key
        if name in self.table:
            raise IrregularError
        if value[0] == '"':
            self.table[name] = value[1:-1] if "\\" not in value else json.loads(value)
            if name == "version" and id(self.table) in self.spans:
                self.spans[id(self.table)] = (statement.start("value") + 1, statement.end("value") - 1)
        elif name in UNDECODED or self.name in UNDECODED:
            self.table[name] = [] if value[0] == "[" else {}
        else:
            # The same source or group stands in a thousand entries; nobody alters what was read.
            known = self.seen.get(value)
            self.table[name] = self.seen.setdefault(value, _decoded(value)) if known is None else known

    def open_entry(self, statement: re.Match[str]) -> None:
        path = _parts(statement["array"])
        parent = self._reach(path[:-1])
        entries = parent.get(path[-1])
        if entries is None:
            entries = parent[path[-1]] = []
            self.open.add(id(entries))
        if not isinstance(entries, list) or id(entries) not in self.open:
            raise IrregularError
        self.table, self.name = {}, ""
        entries.append(self.table)
        self.open.add(id(self.table))
        if len(path) == 1:
            self.spans[id(self.table)] = (statement.start(), statement.end("array") + 2)

    def open_table(self, name: str) -> None:
        path = _parts(name)
        parent = self._reach(path[:-1])
        if path[-1] in parent:
            raise IrregularError
        self.table, self.name = {}, name
        parent[path[-1]] = self.table
        self.open.add(id(self.table))

    def _reach(self, path: list[str]) -> dict[str, Any]:
        table: Any = self.root
        for part in path:
            below = table.get(part)
            if below is None:
                below = table[part] = {}
                self.open.add(id(below))
            if id(below) not in self.open:
                raise IrregularError
            table = below[-1] if isinstance(below, list) else below
        found: dict[str, Any] = table
        return found


def _parts(path: str) -> list[str]:
    parts = [part.strip('"') for part in _PART.findall(path)]
    if len(parts) > MAX_KEYS:
        raise IrregularError
    return parts


def _decoded(value: str) -> Any:
    """A value that is no plain text: its form was checked, so that only the meaning is left to find."""
    if value[0] == "[" and "{" not in value:  # JSON writes words alike; it has no dates and no last comma
        with contextlib.suppress(ValueError):
            return json.loads(value)
    holder: list[Any] = []
    stack: list[list[Any] | dict[str, Any]] = [holder]
    keys: list[str] = [""]
    for token in _TOKEN.finditer(value):
        kind, word = token.lastgroup, token[token.lastgroup or 0]
        if kind == "mark":
            if word in "[{":
                made: list[Any] | dict[str, Any] = [] if word == "[" else {}
                _put(stack[-1], keys, made)
                stack.append(made)
                keys.append("")
            elif word in "]}":
                stack.pop()
                keys.pop()
            continue
        if kind == "text":
            plain: Any = word[1:-1] if "\\" not in word else json.loads(word)
        else:
            plain = word if kind == "date" or not word.isdigit() else int(word)
        if isinstance(stack[-1], dict) and not keys[-1]:
            keys[-1] = plain = str(plain)
            continue
        _put(stack[-1], keys, _PLAIN.get(plain, plain) if kind == "bare" else plain)
    return holder[0]


def _put(into: list[Any] | dict[str, Any], keys: list[str], value: Any) -> None:
    if isinstance(into, list):
        into.append(value)
        return
    if keys[-1] in into:
        raise IrregularError
    into[keys[-1]] = value
    keys[-1] = ""
