"""
Parts of a policy that are not of the form that the policy language has. Who read past them would read another
policy than the author means: a misspelt ``Resource`` is no Resource at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.document import TOKEN
from pregate.positions import Array, Node, Object, Scalar

_ELEMENTS = frozenset(
    {
        "sid",
        "effect",
        "action",
        "notaction",
        "resource",
        "notresource",
        "principal",
        "notprincipal",
        "condition",
    }
)
_ROOT = ("Version", "Id", "Statement")
_LISTS = ("action", "notaction", "resource", "notresource")


def wrong_root(root: Object) -> Iterator[str]:
    """What is wrong with the elements beside the statements, in words."""
    names = [key.text for key, _ in root]
    if len(set(names)) < len(names):
        yield "A key stands twice in it."
    spelt = {name.lower(): name for name in _ROOT}
    if any(spelt.get(name.lower(), name) != name for name in names):
        yield "Version, Id or Statement is spelt in another case."
    if not isinstance(root.get("Version"), Scalar | None):
        yield "Version is no string."


def wrong_parts(statement: Object) -> Iterator[str]:
    """What is wrong with the form of one statement, in words."""
    names = [key.text.lower() for key, _ in statement]
    if len(set(names)) < len(names):
        yield "a key stands twice in it."
    for name, (_, node) in zip(names, statement, strict=True):
        if name not in _ELEMENTS and not TOKEN.search(name):
            yield "it has an element that does not exist."
        elif name in _LISTS and not _is_list(node):
            yield f"its {name.capitalize()} is no string and no list of strings."
        elif name == "effect" and not isinstance(node, Scalar):
            yield "its Effect is no string."
        elif name in ("principal", "notprincipal") and not _is_principal(node):
            yield "its Principal has values that are no strings."
        elif name == "condition" and not _is_condition(node):
            yield "its Condition is not of the form operator, key, values."


def _is_list(node: Node) -> bool:
    return isinstance(node, Scalar) or (
        isinstance(node, Array) and all(isinstance(item, Scalar) for item in node.items)
    )


def _is_principal(node: Node) -> bool:
    if not isinstance(node, Object):
        return _is_list(node)
    return all(_is_list(value) for _, value in node)


def _is_condition(node: Node) -> bool:
    if not isinstance(node, Object):
        return _is_open(node)
    for _, block in node:
        if not isinstance(block, Object):
            if not _is_open(block):
                return False
        elif not all(_is_list(values) for _, values in block):
            return False
    return True


def _is_open(node: Node) -> bool:
    return isinstance(node, Scalar) and TOKEN.search(node.text) is not None


def open_conditions(statement: Object) -> Iterator[str]:
    """The conditions, and the blocks under an operator, that only deployment knows, as text."""
    for key, node in statement:
        if key.text.lower() != "condition":
            continue
        if isinstance(node, Scalar) and _is_open(node):
            yield node.text
        for operator, block in node if isinstance(node, Object) else ():
            if isinstance(block, Scalar) and _is_open(block):
                yield f"{operator.text.lower()} {block.text}"
