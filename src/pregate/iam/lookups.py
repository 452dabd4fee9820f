"""Functions that take a value out of another: ``Fn::Split``, ``Fn::Select``, ``Fn::FindInMap``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.iam.calls import call_of
from pregate.iam.document import TOKEN, to_text
from pregate.positions import Array, Node, Object, Scalar

if TYPE_CHECKING:
    from pregate.iam.intrinsics import Resolver


def split(resolver: Resolver, argument: Node) -> Node | None:
    """The parts of a text; None when the text is not known."""
    if not (isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[0], Scalar)):
        return None
    delimiter, text = argument.items[0].text, resolver.resolve(argument.items[1])
    if not delimiter or not isinstance(text, Scalar) or TOKEN.search(text.text):
        return None
    resolver.spend(len(text.text), text)
    parts = [Scalar(part, part, text.start, text.end) for part in text.text.split(delimiter)]
    return Array(list(parts), text.start, text.end)


def select(resolver: Resolver, argument: Node) -> Node | None:
    """One item of a list; None when either is not known."""
    if not (isinstance(argument, Array) and len(argument) == 2):
        return None
    index, items = resolver.resolve(argument.items[0]), resolver.resolve(argument.items[1])
    if not isinstance(index, Scalar) or not isinstance(items, Array) or not index.text.isdecimal():
        return None
    at = int(index.text[:6])
    return items.items[at] if at < len(items) else None


def find_in_map(resolver: Resolver, argument: Node, node: Node) -> Node | str | None:
    """The value; where a key is not known, a token that is a wildcard if one of the values is."""
    items = argument.items if isinstance(argument, Array) else []
    keys = [resolver.resolve(part) for part in items[:3]]
    maps = resolver.template.mappings if resolver.template else None
    found = [maps] if maps is not None else []
    open_key = False
    for key in keys:
        known = isinstance(key, Scalar) and not TOKEN.search(key.text)
        open_key = open_key or not known
        name = key.text if isinstance(key, Scalar) and known else None
        found = [value for inside in found for value in _values_at(inside, name)]
    if len(keys) < 3:
        return None
    if not open_key and found:
        value = found[0]
        if not isinstance(value, Scalar | Array) or call_of(value):
            return None
        resolver.spend(value.end - value.start + 1, argument)
        return resolver.copy(value)
    default = items[3].get("DefaultValue") if len(items) > 3 and isinstance(items[3], Object) else None
    if not found:
        return resolver.resolve(default) if default is not None else None
    resolver.spend(sum(value.end - value.start for value in found), node)
    risky = default is not None or any("*" in to_text(value) for value in found)
    return resolver.token("Fn::FindInMap", node, risky)


def _values_at(node: Node, name: str | None) -> list[Node]:
    """The value of a key, or all of them when the key is not known."""
    if not isinstance(node, Object):
        return []
    if name is None:
        return [value for _, value in node]
    value = node.get(name)
    return [value] if value is not None else []
