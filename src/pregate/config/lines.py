"""On which line of a TOML file a key stands; needed once something is wrong with it, or to explain it."""

from __future__ import annotations

from collections.abc import Mapping

from pregate.config.values import Way
from pregate.positions.nodes import Array, Lines, Node, Object, PositionError
from pregate.positions.toml_text import parse_toml


def line_of(data: bytes, way: Way) -> int:
    """The line, from 1, of the key that ``way`` leads to, or of the last part of it that is there; else 0."""
    try:
        text = data.decode("utf-8")
        node: Node | None = parse_toml(text)
    except (UnicodeDecodeError, PositionError, RecursionError):
        return 0
    start = -1
    for part in way:
        step = _step(node, part)
        if step is None:
            break
        start, node = step
    return Lines(text).place(start)[0] if start >= 0 else 0


def _step(node: Node | None, part: str | int) -> tuple[int, Node] | None:
    match node:
        case Object(members=members) if isinstance(part, str):
            return next(((key.start, value) for key, value in members if key.text == part), None)
        case Array(items=items) if isinstance(part, int) and part < len(items):
            return items[part].start, items[part]
        case _:
            return None


def lines_of(data: bytes, prefix: tuple[str, ...] = ()) -> Mapping[str, int]:
    """The lines of all keys and tables below ``prefix`` by their dotted names, each where it stands first."""
    try:
        text = data.decode("utf-8")
        node: Node | None = parse_toml(text)
    except (UnicodeDecodeError, PositionError, RecursionError):
        return {}
    for part in prefix:
        step = _step(node, part)
        node = step[1] if step else None
    places, found = Lines(text), dict[str, int]()
    waiting: list[tuple[str, Node]] = [("", node)] if isinstance(node, Object) else []
    while waiting:
        name, table = waiting.pop()
        if isinstance(table, Object):
            for key, value in table.members:
                below = f"{name}.{key.text}" if name else key.text
                found.setdefault(below, places.place(key.start)[0])
                waiting.append((below, value))
    return found
