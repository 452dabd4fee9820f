"""
What a walk over a syntax tree holds, and how it goes from a node to those below it: by a function for each
kind, of which :mod:`.walk` has those that do more than go on.
"""

from __future__ import annotations

import _ast as ast
from collections.abc import Callable
from typing import Any

Scope = tuple[Any, "Scope | None"]
"""A module, class or function, and the scope around it: a bare pair, for there are many."""

Event = tuple[Any, Scope, bool]
"""
What Bandit has to be shown of a tree: a node, the scope that it stands in, and whether a test may say
something about it; otherwise it is an import, which later tests ask for.
"""

# Fields that hold no node which a test looks at.
_NO_NODES = "id ctx op ops attr module level kind type_comment conversion simple is_async asname kwd_attrs"
_PLAIN = frozenset(_NO_NODES.split())
_LEAVES = frozenset((ast.Name, ast.Pass, ast.Break, ast.Continue, ast.alias, ast.Global, ast.Nonlocal))


class Walk:
    """What one walk knows. ``aliases`` are the names that imports have bound so far, as Bandit has them."""

    __slots__ = ("aliases", "events", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.events: list[Event] = []
        self.aliases: dict[str, str] = {}

    def found(self, node: Any) -> None:
        """A test may say something about a node."""
        self.events.append((node, self.scope, True))

    def qualified(self, node: Any) -> str:
        """The name that is called, as Bandit has it."""
        parts = []
        while node.__class__ is ast.Attribute:
            parts.append(node.attr)
            node = node.value
        parts.append(self.aliases.get(node.id, node.id) if node.__class__ is ast.Name else "")
        return ".".join(reversed(parts))


def below(walk: Walk, node: Any, _: Any) -> None:
    """Goes on to every node below one."""
    for name in FIELDS[node.__class__]:
        value: Any = getattr(node, name, None)
        if value.__class__ is list:
            for item in value:
                handler = HANDLERS[item.__class__]
                if handler is not None:
                    handler(walk, item, node)
        else:
            handler = HANDLERS[value.__class__]
            if handler is not None:
                handler(walk, value, node)


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each kind of node that may hold other nodes, looked up once."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields = tuple(name for name in getattr(kind, "_fields", ()) if name not in _PLAIN)
        self[kind] = fields
        return fields


Handler = Callable[[Walk, Any, Any], None]


class _Handlers(dict[type, "Handler | None"]):
    """The function for each kind; None for what has nothing below it, as the bool in ``case True``."""

    def __missing__(self, kind: type) -> Handler | None:
        is_node = issubclass(kind, ast.AST) and kind not in _LEAVES and FIELDS[kind]
        handler = self[kind] = below if is_node else None
        return handler


FIELDS = _Fields()
"""The fields to go through, by kind."""
HANDLERS = _Handlers()
"""What is done at a node, by kind: :mod:`.walk` puts in its functions."""
