"""Every key of the configuration as data: for the schema, the documentation, and whoever explains one."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.config.model import Boundary, Config, PathRule, ReferencePolicy, ToolConfig
from pregate.config.values import nearest
from pregate.config.words import BOUNDARY_KINDS, CHOICES
from pregate.errors import UsageError
from pregate.records import Field, dataclass, fields, is_dataclass, replace

# Lists of tables whose rows a reader of their own makes.
_READ_ROWS: Mapping[str, type[Any]] = {"references": ReferencePolicy, "boundaries": Boundary}
_NO_EXAMPLE: Mapping[type[Any], dict[str, str]] = {
    PathRule: {"match": ""},
    ToolConfig: {"name": ""},
    ReferencePolicy: {"match": "", "policy": ""},
    Boundary: {"match": "", "policy": ""},
}


@dataclass(frozen=True, slots=True)
class Key:
    """
    One key that holds a value. ``name`` is dotted (``dependencies.kev``, ``paths.fail-on`` for a row's);
    ``rows`` is what each table of a list of tables is, else ``None``; ``in_rows`` whether this is a key of
    such a table, and ``is_needed`` whether each must have it.
    """

    name: str
    default: Any
    choices: tuple[str, ...] = ()
    rows: type[Any] | None = None
    in_rows: bool = False
    is_needed: bool = False
    read: str = ""

    @property
    def kind(self) -> str:
        """What it holds, in words."""
        if self.rows:
            return "list of tables"
        if self.read == "severities":
            return "table of strings"
        if self.read == "plugin-options":
            return "table of tables"
        match self.default:
            case bool():
                return "true or false"
            case int():
                return "whole number"
            case str():
                return "string"
            case _:
                return "list of strings"

    @property
    def table(self) -> str:
        """The table that it stands in, ``""`` for the top level."""
        return self.name.rpartition(".")[0]


@functools.cache
def all_keys() -> Mapping[str, Key]:
    """The keys by name, in the order in which they are documented."""
    return {key.name: key for key in _below(Config(), "", in_rows=False)}


@functools.cache
def tables() -> tuple[str, ...]:
    """The names of the tables: ``dependencies`` and its like."""
    return tuple(dict.fromkeys(key.table for key in all_keys().values() if key.table and not key.in_rows))


def find_key(name: str) -> Key:
    """The key of that name. Raises UsageError naming the nearest."""
    known = all_keys()
    if name in known:
        return known[name]
    last = name.rpartition(".")[2]
    same = [key for key in known if key.rpartition(".")[2] == last]
    near = ", ".join(same[:8]) or nearest(name, known) or nearest(f"dependencies.{last}", known)
    hint = f"Did you mean {near}?" if near else "pregate config show lists them all."
    raise UsageError(f"there is no key {name!r}", hint)


def value_of(config: Config, name: str) -> Any:
    """What a configuration holds for a key that is no row's."""
    found: Any = config
    for part in name.split("."):
        found = getattr(found, part.replace("-", "_"))
    return found


def with_value(config: Config, name: str, value: Any) -> Config:
    """The configuration with another value for a key that is no row's."""
    table, _, key = name.replace("-", "_").rpartition(".")
    changed: dict[str, Any] = {key: value}
    if table:
        changed = {table: replace(getattr(config, table), **changed)}
    return replace(config, **changed)


def row_table(row: Any) -> dict[str, Any]:
    """A row of a list of tables with the keys that differ from the defaults, by their written names."""
    empty = type(row)(**_NO_EXAMPLE[type(row)])
    needed = _NO_EXAMPLE[type(row)]
    return {
        field.name.replace("_", "-"): getattr(row, field.name)
        for field in _in_order(type(row))
        if field.name in needed or getattr(row, field.name) != getattr(empty, field.name)
    }


def _in_order(kind: type[Any]) -> list[Field[Any]]:
    """The fields, those first that a row cannot do without."""
    return sorted(fields(kind), key=lambda field: field.name not in _NO_EXAMPLE.get(kind, ()))


def _below(config: Any, prefix: str, *, in_rows: bool) -> Iterator[Key]:
    inner = []
    for field in _in_order(type(config)):
        name = prefix + field.name.replace("_", "-")
        value = getattr(config, field.name)
        read = field.metadata.get("read", "")
        if is_dataclass(value):
            inner.append((value, name))
            continue
        rows = field.metadata.get("rows") or _READ_ROWS.get(read)
        is_needed = in_rows and field.name in _NO_EXAMPLE[type(config)]
        choices = BOUNDARY_KINDS if name == "iam.boundaries.kind" else CHOICES.get(name, ())
        yield Key(name, value, choices, rows, in_rows, is_needed, read)
        if rows:
            yield from _below(rows(**_NO_EXAMPLE[rows]), f"{name}.", in_rows=True)
    for value, name in inner:
        yield from _below(value, f"{name}.", in_rows=in_rows)
