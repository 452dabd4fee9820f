"""Several files read as one: their nodes have offsets behind one another, and still places of their own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from pregate.iam.parsing import parse
from pregate.model import Location
from pregate.positions import Array, Lines, Node, Object, PositionError


class Several:
    """
    The texts of a file and of those that it reads, in one text; offsets of the first are its own.

    Turns offsets into places of the file that they are from.
    """

    def __init__(self, path: str, files: Mapping[str, str]) -> None:
        self.paths = [path, *(other for other in files if other != path)]
        self._files = files
        self._lines = [Lines(files[name]) for name in self.paths]
        self._bases: list[int] = []
        length = 0
        for name in self.paths:
            self._bases.append(length)
            length += len(files[name]) + 1
        self.text = "\n".join(files[name] for name in self.paths)
        self._roots: dict[str, Node | None] = {}

    def location(self, path: str, start: int, end: int) -> Location:  # noqa: ARG002
        """The region from offset ``start`` to ``end`` (exclusive), in its own file."""
        index = max(bisect_right(self._bases, start) - 1, 0)
        base = self._bases[index]
        return self._lines[index].location(self.paths[index], start - base, max(end - base, start - base))

    def root(self, path: str) -> Node | None:
        """The first document of a file, None when it is not there or does not parse."""
        if path not in self._roots:
            self._roots[path] = self._parsed(path)
        return self._roots[path]

    def _parsed(self, path: str) -> Node | None:
        if path not in self._files:
            return None
        try:
            roots = parse(path, self._files[path])
        except PositionError:
            return None
        if not roots:
            return None
        _shift(roots[0], self._bases[self.paths.index(path)])
        return roots[0]


def _shift(root: Node, base: int) -> None:
    """Moves a tree's offsets; what aliases share is moved once."""
    seen: set[int] = set()
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        node.start += base
        node.end += base
        if isinstance(node, Object):
            for key, value in node.members:
                pending += [key, value]
        elif isinstance(node, Array):
            pending += node.items
