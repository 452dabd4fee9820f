"""Values of a ``.gitleaks.toml`` by their kinds, as loosely as gitleaks takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST = 1_000_000


class EntryError(ValueError):
    """An entry that cannot be used; the text says why."""


def table(value: Any, name: str) -> Mapping[str, Any]:
    """A table. Raises EntryError for anything else."""
    if not isinstance(value, dict):
        raise EntryError(f"{name} must be a table")
    return value


def text(row: Mapping[str, Any], key: str) -> str:
    """A string, ``""`` where there is none. Raises EntryError."""
    value = row.get(key, "")
    if not isinstance(value, str):
        raise EntryError(f"{key} must be a string")
    return value


def strings(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of strings without empty ones; one alone is such a list. Raises EntryError."""
    value = row.get(key, [])
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in items):
        raise EntryError(f"{key} must be a list of strings")
    return tuple(item for item in items if item)


def number(row: Mapping[str, Any], key: str) -> float:
    """A number, 0 where there is none; it may stand in quotes. Raises EntryError."""
    value = row.get(key, 0)
    try:
        return 0.0 if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        raise EntryError(f"{key} must be a number") from None


def whole(row: Mapping[str, Any], key: str) -> int:
    """A whole number from 0. Raises EntryError."""
    value = number(row, key)
    if not 0 <= value < _MOST or value != int(value):
        raise EntryError(f"{key} must be a whole number")
    return int(value)
