"""What one configuration does otherwise than another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pregate.config.keys import Key, all_keys, row_table, value_of
from pregate.config.locking import in_force, shown
from pregate.config.model import Config
from pregate.config.strictness import THRESHOLDS, Turn, compare
from pregate.config.toml_form import escaped, masked
from pregate.config.words import CHECKS, UNLIMITED

SHOWN_MAX = 10
"""How many entries of a list are named."""


def changes_of_effect(before: Config, after: Config) -> tuple[str, ...]:
    """
    A sentence for each key whose value differs: ``fail-on: high → critical (looser)``,
    ``exclude: + vendor/** (looser)``. ``tighter``, ``looser`` and ``changed`` are by what locks go by.
    """
    found = []
    for key in all_keys().values():
        old, new = (None, None) if key.in_rows else (value_of(before, key.name), value_of(after, key.name))
        if old == new:
            continue
        turn = turn_of(key.name, before, after)
        found.append(f"{key.name}: {_difference(key, old, new)} ({turn.value or Turn.OTHER.value})")
    return tuple(found)


def turn_of(name: str, before: Config, after: Config) -> Turn:
    """Whether a key is stricter in ``after`` than in ``before``, by what is in force for it."""
    check, _, key = name.rpartition(".")
    if check in CHECKS and key in THRESHOLDS:
        turn = compare(name, in_force(before, check, key), in_force(after, check, key))
        return Turn.OTHER if turn is Turn.NONE else turn
    return compare(name, value_of(before, name), value_of(after, name))


def _difference(key: Key, old: Any, new: Any) -> str:
    if not isinstance(old, tuple):
        return f"{_word(key, old)} → {_word(key, new)}"
    gone = [f"- {_entry(item)}" for item in old if item not in new]
    come = [f"+ {_entry(item)}" for item in new if item not in old]
    return ", ".join(_shortened([*gone, *come])) or "another order"


def _shortened(words: list[str]) -> Iterator[str]:
    yield from words[:SHOWN_MAX]
    if len(words) > SHOWN_MAX:
        yield f"and {len(words) - SHOWN_MAX} more"


def _word(key: Key, value: Any) -> str:
    if value in ("", UNLIMITED) and key.table in CHECKS and key.name.rpartition(".")[2] in THRESHOLDS:
        return f"as {key.name.rpartition('.')[2]}"
    return (_plain(value) or "(none)") if isinstance(value, str) else shown(value)


def _entry(item: Any) -> str:
    match item:
        case str():
            return _plain(item)
        case (str(name), str(word)):
            return f"{_plain(name)} = {_plain(word)}"
        case (str(name), _):
            return _plain(name)
        case _:
            return (
                "{ " + ", ".join(f"{name} = {shown(value)}" for name, value in row_table(item).items()) + " }"
            )


def _plain(text: str) -> str:
    return escaped(masked(text)[:80])
