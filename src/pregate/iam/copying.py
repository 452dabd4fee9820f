"""Copies of policies, cleaned of forged tokens: outside a template there is nothing else to resolve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from pregate.iam.document import Unknown, literal
from pregate.positions import Array, Node, Object, Scalar

if TYPE_CHECKING:
    from pregate.iam.strands import Piece
    from pregate.iam.template import Template
    from pregate.model import Location

MAX_NESTING = 60


class UnreasonableError(Exception):
    """A policy nests or expands beyond any real one; ``node`` is where."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.message, self.node = message, node


class Places(Protocol):
    """Turns offsets into places: :class:`pregate.positions.Lines`, or several files behind one another."""

    def location(self, path: str, start: int, end: int) -> Location:
        """The region from offset ``start`` to ``end`` (exclusive)."""
        ...


class Copier:
    """
    Copies one policy. ``unknowns`` collects what is known only at deployment, ``pieces`` are parts of a text
    that the template spells out: without a template there are none, and nothing is a function.
    """

    def __init__(self, template: Template | None = None) -> None:
        self.template = template
        self.unknowns: list[Unknown] = []
        self.pieces: list[Piece] = []
        self.depth = 0

    def resolve(self, node: Node) -> Node | None:
        """The node's value with its place. Raises UnreasonableError."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise UnreasonableError(f"nested deeper than {MAX_NESTING} levels", node)
        try:
            return self._resolved(node)
        finally:
            self.depth -= 1

    def copy(self, node: Node) -> Node:
        """What is no call itself, its parts resolved."""
        if isinstance(node, Scalar):
            if not isinstance(node.value, str):
                return node
            text = self._written(literal(node.value), node)
            return Scalar(text, text, node.start, node.end)
        if isinstance(node, Array):
            return Array(list(self._items(node)), node.start, node.end)
        members: list[tuple[Scalar, Node]] = []
        for key, value in node:
            resolved = self.resolve(value)
            if resolved is not None:
                text = literal(self._named(key.text))
                members.append((Scalar(text, text, key.start, key.end), resolved))
        return Object(members, node.start, node.end)

    def _resolved(self, node: Node) -> Node | None:
        return self.copy(node)

    def _written(self, text: str, node: Node) -> str:  # noqa: ARG002
        return text

    def _named(self, key: str) -> str:
        return key

    def _items(self, node: Array) -> Iterator[Node]:
        yield from (found for item in node if (found := self.resolve(item)) is not None)
