"""
What is a call of an intrinsic function, in its long form (``{"Ref": "X"}``) or its short one (``!Ref X``).

Source: AWS CloudFormation template reference, "Intrinsic functions".
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pregate.digests import sha256
from pregate.positions import Array, Node, Object, Scalar

_NO_VALUE = "AWS::NoValue"


def call_of(node: Node) -> tuple[str, Node] | None:
    """Name (``Ref``, ``Fn::Sub``) and argument of a function call in its long or short form."""
    if node.tag.startswith("!") and len(node.tag) > 1:
        name = node.tag[1:]
        return (name if name in ("Ref", "Condition") else f"Fn::{name}"), _untagged(node)
    if isinstance(node, Object):
        for key, value in node:
            if key.text == "Fn::Transform" or (
                len(node) == 1 and (key.text == "Ref" or key.text.startswith("Fn::"))
            ):
                return key.text, value
    return None


def function_name(call: tuple[str, Node]) -> str:
    """The function's name for people: ``Fn::GetAtt``; ``env variable`` for one that another tool fills in."""
    return call[0].removeprefix("Fn::") if " " in call[0] else call[0]


def _untagged(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(node.text, node.text, node.start, node.end)
    if isinstance(node, Array):
        return Array(node.items, node.start, node.end)
    return Object(node.members, node.start, node.end)


def reference_of(node: Node) -> str:
    """The name that a ``Ref`` refers to, ``""`` for anything else."""
    call = call_of(node)
    return call[1].text if call and call[0] == "Ref" and isinstance(call[1], Scalar) else ""


def is_no_value(node: Node) -> bool:
    """Whether it is ``!Ref AWS::NoValue``, which removes what it stands for."""
    return reference_of(node) == _NO_VALUE


def branches_of(node: Node) -> tuple[str, Node, Node] | None:
    """Condition, value if true and value if false of an ``Fn::If``."""
    call = call_of(node)
    if call and call[0] == "Fn::If" and isinstance(call[1], Array) and len(call[1]) == 3:
        condition, yes, no = call[1].items
        if isinstance(condition, Scalar):
            return condition.text, yes, no
    return None


def follow(node: Node, path: list[str], name: str) -> Iterator[tuple[str, Node]]:
    """
    The nodes at a path, through both branches of ``Fn::If``; a function on the way is given in place of what
    it hides. ``*`` is every item of a list; ``name`` grows with the path.
    """
    if not path:
        yield name, node
        return
    branches = branches_of(node)
    if branches:
        for branch in branches[1:]:
            yield from follow(branch, path, name)
    elif call_of(node) and not (isinstance(node, Object) and node.get(path[0]) is not None):
        if not isinstance(node, Object) or len(node) == 1:
            yield name, node
    elif path[0] == "*":
        for index, item in enumerate(node if isinstance(node, Array) else ()):
            yield from follow(item, path[1:], f"{name}.{index}")
    elif isinstance(node, Object) and (child := node.get(path[0])) is not None:
        yield from follow(child, path[1:], f"{name}.{path[0]}")


def text_of(node: Node | None) -> str:
    """The text of a scalar without a function, else ``""``."""
    return node.text if isinstance(node, Scalar) and not node.tag else ""


def attribute_of(argument: Node) -> str:
    """``Resource.Attribute`` as ``Fn::Sub`` writes it; ``""`` for another form."""
    if isinstance(argument, Array) and all(isinstance(item, Scalar) for item in argument):
        return ".".join(item.text for item in argument if isinstance(item, Scalar))
    return argument.text if isinstance(argument, Scalar) else ""


def spelled(node: Node) -> str:
    """An expression as text that is the same for its long and short form, and for no other."""
    call = call_of(node)
    if call:
        return f"{call[0]}({spelled(call[1])})"
    if isinstance(node, Object):
        return "{" + ",".join(f"{json.dumps(key.text)}:{spelled(value)}" for key, value in node) + "}"
    if isinstance(node, Array):
        return "[" + ",".join(spelled(item) for item in node) + "]"
    return json.dumps(node.text)


def digest(expression: str) -> str:
    """Names an expression."""
    return sha256(expression.encode("utf-8", "surrogatepass")).hexdigest()[:16]
