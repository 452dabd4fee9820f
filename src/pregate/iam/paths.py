"""Parts of a policy as a judge names them: by a path of keys and indices, by a statement's number or id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pregate.iam.comparable import statements_in
from pregate.iam.document import PolicyDocument, children, step
from pregate.positions import Object, Scalar


def span_of_path(document: PolicyDocument, path: Sequence[Any]) -> tuple[int, int]:
    """
    Start and end in ``document.text`` of the part that a path leads to, as far as it leads anywhere.

    Elements are those of Access Analyzer's ``PathElement``: ``value`` is a key whose value is meant, ``key``
    a key itself, ``index`` a place in a list; a ``substring`` is not followed.
    """
    node = document.root
    span = (node.start, node.end)
    for element in path:
        if not isinstance(element, Mapping):
            break
        if isinstance(name := element.get("key"), str):
            return next(((k.start, k.end) for part, k, _ in children(node) if k and part == step(name)), span)
        wanted = str(element["index"]) if "index" in element else step(str(element.get("value", "")))
        below = next((child for part, _, child in children(node) if part == wanted), None)
        if below is None:
            break
        node, span = below, (below.start, below.end)
    return span


def statement_number(document: PolicyDocument, index: Any, sid: Any) -> int:
    """The statement's place from 0: by its index, else by its id where one alone has it; -1 for none."""
    statements = statements_in(document.root)
    if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(statements):
        return index
    ids = [node.get("Sid") if isinstance(node, Object) else None for node in statements]
    same = [n for n, node in enumerate(ids) if isinstance(node, Scalar) and sid and node.text == sid]
    return same[0] if len(same) == 1 else -1
