"""Where nodes stand in a tree, told to those that Bandit's tests look at, and to those above them."""

from __future__ import annotations

import _ast as ast
from collections.abc import Sequence
from typing import Any

from pregate.checks.python.nodes import FIELDS, HANDLERS, Event

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def mark(events: Sequence[Event]) -> None:
    """
    Gives the nodes that matter and those above them the attributes that Bandit's visitor gives to all:
    ``_bandit_parent``, and ``_bandit_sibling`` for the next node of a list.
    """
    wanted: dict[int, tuple[Any, set[int]]] = {}
    for event in events:
        node, around, is_hot = event
        while is_hot and around is not None:
            known = wanted.get(id(around[0]))
            if known is not None:
                known[1].add(id(node))
                break
            wanted[id(around[0])] = (around[0], {id(node)})
            node, around = around  # type: ignore[assignment]
    for node, ids in wanted.values():
        _seek(node, ids)


def unmark(events: Sequence[Event]) -> None:
    """
    Takes these attributes away again: a node that knows the one above it keeps the whole tree in memory until
    Python looks for cycles.
    """
    for event in events:
        node, _, is_hot = event
        while is_hot and (above := getattr(node, "_bandit_parent", None)) is not None:
            del node._bandit_parent, node._bandit_sibling
            node = above


def _seek(node: Any, wanted: set[int]) -> bool:
    """Marks what stands above a wanted node of one scope, and the node; tells whether there was one."""
    found = False
    for name in FIELDS[node.__class__]:
        value: Any = getattr(node, name, None)
        is_list = value.__class__ is list
        for index, item in enumerate(value if is_list else (value,)):
            if HANDLERS[item.__class__] is None:
                continue
            here = id(item) in wanted
            if not isinstance(item, _SCOPES):
                here = _seek(item, wanted) or here
            if here:
                item._bandit_parent = node
                item._bandit_sibling = value[index + 1] if is_list and index + 1 < len(value) else None
                found = True
    return found
