"""
What makes a node one that a test of Bandit's may say something about: questions about it and the nodes right
beside it, which :mod:`.walk` asks.
"""

from __future__ import annotations

import _ast as ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pregate.checks.python.tables import (
    CALLS,
    IMPORTERS,
    KEYWORDS,
    NAMES,
    PROTOCOL_KEYWORDS,
    PROTOCOLS,
    QUALIFIED,
    hints_at_password,
    may_be_sql,
)

LAST = {name.rpartition(".")[2] for name in CALLS} | NAMES | QUALIFIED.keys()


def is_told_of(default: Any, arguments: Sequence[Any]) -> bool:
    """Whether a default is a password or a protocol."""
    kind = default.__class__
    if kind is ast.Attribute:
        return default.attr in PROTOCOLS
    is_text = kind is ast.Constant and default.value.__class__ is str
    return is_text and any(hints_at_password(argument.arg) for argument in arguments)


def is_named(whole: str, last: str, call: Any) -> bool:
    """Whether a call is of a function that a test asks for; ``last`` is the last part of its whole name."""
    if whole in IMPORTERS and call.args:
        return _may_import(call.args[0])
    if whole in CALLS or last in NAMES:
        return True
    beside = QUALIFIED.get(last)
    return beside is not None and any(word in whole for word in beside)


def _may_import(module: Any) -> bool:
    """Whether the argument of ``import_module`` may be on the list: it is taken as it is written."""
    kind = module.__class__
    if kind is ast.Constant:
        return module.value in CALLS
    if kind is ast.Name or kind is ast.Attribute:
        return _name(module) in CALLS
    return kind not in (ast.BinOp, ast.Call, ast.JoinedStr, ast.Subscript)


def has_keyword(keywords: Sequence[Any]) -> bool:
    """Whether a call has an argument that a test asks for, of whatever function."""
    for keyword in keywords:
        name = keyword.arg
        if name in KEYWORDS:
            return True
        value = keyword.value
        if name in PROTOCOL_KEYWORDS and _text(value) in PROTOCOLS:
            return True
        if (
            value.__class__ is ast.Constant
            and value.value.__class__ is str
            and (name is None or hints_at_password(name))
        ):
            return True
    return False


def _targets_hint(_: str, above: Any) -> bool:
    return any(hints_at_password(_name(target)) for target in above.targets)


# By the kind of the node above: whether a text in it matters.
JUDGES: dict[type, Callable[[str, Any], bool]] = {
    ast.Assign: _targets_hint,
    ast.Compare: lambda _, above: is_text(above.comparators[0]) and hints_at_password(_name(above.left)),
    ast.Attribute: lambda value, above: above.attr in ("format", "replace") and may_be_sql(value),
}


def texts(parts: Iterable[Any]) -> Iterator[str]:
    """The texts among some expressions."""
    return (part.value for part in parts if is_text(part))


def is_text(node: Any) -> bool:
    """Whether an expression is a text as it stands."""
    return node.__class__ is ast.Constant and node.value.__class__ is str


def _text(node: Any) -> Any:
    """What an argument is to Bandit, where that is a word."""
    return node.value if node.__class__ is ast.Constant else _name(node)


def operands_of(root: Any) -> Iterator[Any]:
    """The operands of binary operations that belong together, from left to right."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.__class__ is ast.BinOp:
            waiting += (node.right, node.left)
        else:
            yield node


def _name(node: Any) -> str:
    if node.__class__ is ast.Name:
        return str(node.id)
    return str(node.attr) if node.__class__ is ast.Attribute else ""
