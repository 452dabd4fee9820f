"""What the names of a file stand for, as far as the file itself leaves no doubt."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection

_Binding = str | ast.expr | None  # what is imported, what is assigned, or anything else


class Names:
    """
    The bindings of a whole file, scopes put together.

    A name stands for something only if every place that binds it says the same, so that an assignment or a
    parameter of that name anywhere in the file leaves it unknown. A star import may bind any name: then none
    is known.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._bindings: defaultdict[str, list[_Binding]] = defaultdict(list)
        self._starred = False
        assigned: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                self._assign(node.targets[0], node.value, assigned)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._assign(node.target, node.value, assigned)
            else:
                self._bind(node, assigned)

    def dotted(self, node: ast.expr) -> str:
        """The full name of what an expression names (``requests.get``), or ``""``."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or self._starred:
            return ""
        origins = set(self._bindings.get(node.id, ()))
        origin = origins.pop() if len(origins) == 1 else None
        return ".".join((origin, *reversed(parts))) if isinstance(origin, str) else ""

    def is_made_by(self, node: ast.expr, makers: Collection[str]) -> bool:
        """Whether a name only ever holds what calling one of ``makers`` gave."""
        if not isinstance(node, ast.Name):
            return False
        values = self._bindings.get(node.id, [])
        return bool(values) and all(
            isinstance(value, ast.Call) and self.dotted(value.func) in makers for value in values
        )

    def _assign(self, target: ast.expr, value: ast.expr, assigned: set[int]) -> None:
        """The walk meets the target itself later: it is the same binding then."""
        if isinstance(target, ast.Name):
            assigned.add(id(target))
            self._bindings[target.id].append(value)

    def _bind(self, node: ast.AST, assigned: set[int]) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._bindings[alias.asname or whole].append(whole)
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    self._starred = self._starred or alias.name == "*"
                    origin = None if level else f"{module}.{alias.name}"
                    self._bindings[alias.asname or alias.name].append(origin)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if id(node) not in assigned:
                self._bindings[name].append(None)
            case ast.arg(arg=bound) | ast.MatchMapping(rest=str(bound)):
                self._bindings[bound].append(None)
            case ast.alias():
                pass  # with its statement
            case _ if isinstance(getattr(node, "name", None), str):
                # functions, classes, handlers, patterns and type parameters
                self._bindings[node.name].append(None)  # type: ignore[attr-defined]
