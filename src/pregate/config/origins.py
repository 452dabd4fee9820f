"""Where the value of each key comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pregate.config.keys import Key, all_keys, row_table, value_of
from pregate.config.lines import lines_of
from pregate.config.reading import Settled, Source, is_project_file
from pregate.config.strictness import locked_keys
from pregate.config.toml_form import masked
from pregate.config.values import place_of
from pregate.records import dataclass

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Told:
    """
    A key with its value in force. ``source`` says whose it is (``default``, a file, the command line),
    ``line`` where in a file (0: in none); ``is_locked`` whether an organisation locked it, ``note`` what a
    lock held.
    """

    key: Key
    value: Any
    source: str = DEFAULT
    line: int = 0
    is_locked: bool = False
    note: str = ""

    @property
    def place(self) -> str:
        """Source and line in one."""
        return place_of(self.source, self.line)


def told(organisation: Source | None, later: Sequence[Source], settled: Settled) -> tuple[Told, ...]:
    """Every key that holds a value, in the order of the documentation, for sources that are settled."""
    sources = [*([organisation] if organisation else []), *later]
    lines = [lines_of(s.data, ("tool", "pregate") if is_project_file(s.origin) else ()) for s in sources]
    locked = locked_keys(settled.config.locked)
    held = {one.way: one for one in settled.held}
    found = []
    for key in all_keys().values():
        if key.in_rows:
            continue
        way = tuple(key.name.split("."))
        owner = next((n for n in reversed(range(len(sources))) if _has(sources[n].options, key.name)), None)
        note = held[way].words if way in held else ""
        if note and organisation:
            owner = 0
        if owner is None:
            found.append(
                Told(key, value_of(settled.config, key.name), is_locked=key.name in locked, note=note)
            )
            continue
        line = lines[owner].get(key.name, lines[owner].get(way[0], 0))
        value = value_of(settled.config, key.name)
        found.append(Told(key, value, sources[owner].origin, line, key.name in locked, note))
    return tuple(found)


def _has(options: Mapping[str, Any], name: str) -> bool:
    table, _, key = name.rpartition(".")
    if not table:
        return key in options
    inner = options.get(table)
    if isinstance(inner, Mapping):
        return key in inner
    return isinstance(inner, str) and name == "advisories.source"


def plain(value: Any, kind: str = "") -> Any:
    """
    A value as JSON and TOML know it: lists, and tables with written names; addresses without their
    credentials. ``kind`` is the key's, by which an empty table is told from an empty list.
    """
    match value:
        case str():
            return masked(value)
        case tuple() if kind.startswith("table of "):
            inner = "table of values" if kind == "table of tables" else ""
            return {name: plain(word, inner) for name, word in value}
        case tuple():
            simple = (str, int, float)
            return [plain(item) if isinstance(item, simple) else row_table(item) for item in value]
        case _:
            return value
