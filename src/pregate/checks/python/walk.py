"""
One walk over a syntax tree for the nodes that a test of Bandit's may say something about.

Most nodes of most files are nothing to any test, so what is done for each of them decides how long a tree
takes: kinds that are frequent have a function of their own, and where a node stands is only looked up, by
:mod:`.marks`, for those that matter.
"""

from __future__ import annotations

import _ast as ast  # the kinds of nodes alone: the module around them is not needed here
from collections.abc import Sequence
from typing import Any

from pregate.checks.python.conditions import (
    JUDGES,
    LAST,
    has_keyword,
    is_named,
    is_text,
    is_told_of,
    operands_of,
    texts,
)
from pregate.checks.python.nodes import HANDLERS, Event, Handler, Walk, below
from pregate.checks.python.tables import ANYWHERE, IMPORTS, TEMPORARY, hints_at_password, may_be_sql


def events_of(tree: ast.Module) -> list[Event]:
    """
    The imports and the nodes that matter, in the order in which Bandit meets them. Raises RecursionError for
    a tree that is too deep.
    """
    walk = Walk((tree, None))
    below(walk, tree, None)
    return walk.events


# Functions for kinds of nodes: each gets the walk, the node and the one above it, says whether the node
# matters, and looks at what is below.


def _scope(walk: Walk, node: Any, above: Any) -> None:
    around = walk.scope
    walk.scope = (node, around)
    below(walk, node, above)
    walk.scope = around


def _function(walk: Walk, node: Any, above: Any) -> None:
    arguments = node.args
    if arguments.defaults and any(is_told_of(default, arguments.args) for default in arguments.defaults):
        walk.found(node)
    _scope(walk, node, above)


def _arguments(walk: Walk, node: Any, _: Any) -> None:
    _each_argument(walk, node.posonlyargs)
    _each_argument(walk, node.args)
    if node.vararg is not None:
        _each_argument(walk, (node.vararg,))
    _each_argument(walk, node.kwonlyargs)
    for item in node.kw_defaults:
        handler = HANDLERS[item.__class__]
        if handler is not None:
            handler(walk, item, node)
    if node.kwarg is not None:
        _each_argument(walk, (node.kwarg,))
    for item in node.defaults:
        handler = HANDLERS[item.__class__]
        if handler is not None:
            handler(walk, item, node)


def _each_argument(walk: Walk, arguments: Sequence[Any]) -> None:
    for argument in arguments:
        handler = HANDLERS[argument.annotation.__class__]
        if handler is not None:
            handler(walk, argument.annotation, argument)


def _assert(walk: Walk, node: Any, above: Any) -> None:
    walk.found(node)
    below(walk, node, above)


def _handler(walk: Walk, node: Any, above: Any) -> None:
    if len(node.body) == 1 and node.body[0].__class__ in (ast.Pass, ast.Continue):
        error = node.type
        if error is None or (error.__class__ is ast.Name and error.id == "Exception"):
            walk.found(node)
    below(walk, node, above)


def _import(walk: Walk, node: Any, _: Any) -> None:
    module = getattr(node, "module", None)
    prefix = f"{module}." if module is not None else ""
    is_hot = False
    for alias in node.names:
        name = prefix + alias.name
        if alias.asname:
            walk.aliases[alias.asname] = name
        elif prefix:
            walk.aliases[alias.name] = name
        is_hot = is_hot or name.startswith(IMPORTS)
    walk.events.append((node, walk.scope, is_hot))


def _expression(walk: Walk, node: Any, _: Any) -> None:
    handler = HANDLERS[node.value.__class__]
    if handler is not None:
        handler(walk, node.value, node)


def _call(walk: Walk, node: Any, _: Any) -> None:
    function = node.func
    kind = function.__class__
    if kind is ast.Name:
        name = function.id
        whole = walk.aliases.get(name, name)
        last = whole.rpartition(".")[2]
        # `__import__` bound to another name is still called by that name for one of the tests.
        is_hot = name == "__import__" or (last in LAST and is_named(whole, last, node))
    elif kind is ast.Attribute:
        last = function.attr
        is_hot = last in LAST and is_named(walk.qualified(function), last, node)
    else:
        last, is_hot = "", False
    keywords = node.keywords
    if is_hot or "chmod" in last or "extractall" in last or (keywords and has_keyword(keywords)):
        walk.events.append((node, walk.scope, True))
    handlers = HANDLERS
    if kind is not ast.Name and (handler := handlers[kind]) is not None:
        handler(walk, function, node)
    for item in node.args:
        handler = handlers[item.__class__]
        if handler is not None:
            handler(walk, item, node)
    for item in keywords:
        value = item.value
        handler = handlers[value.__class__]
        if handler is not None:
            handler(walk, value, item)


def _attribute(walk: Walk, node: Any, _: Any) -> None:
    value = node.value
    if value.__class__ is not ast.Name:
        handler = HANDLERS[value.__class__]
        if handler is not None:
            handler(walk, value, node)


def _constant(walk: Walk, node: Any, above: Any) -> None:
    value = node.value
    if value.__class__ is not str:
        return
    kind = above.__class__
    if kind is ast.Expr:
        return
    if value.startswith(TEMPORARY) or value == ANYWHERE:
        walk.found(node)
        return
    judge = JUDGES.get(kind)
    if judge is not None and judge(value, above):
        walk.found(node)


def _dict(walk: Walk, node: Any, _: Any) -> None:
    for key, value in zip(node.keys, node.values, strict=True):
        if is_text(key) and value.__class__ is ast.Constant and hints_at_password(key.value):
            walk.found(key)
        elif (handler := HANDLERS[key.__class__]) is not None:
            handler(walk, key, node)
    for value in node.values:
        handler = HANDLERS[value.__class__]
        if handler is not None:
            handler(walk, value, node)


def _subscript(walk: Walk, node: Any, above: Any) -> None:
    if node.value.__class__ is not ast.Name and (handler := HANDLERS[node.value.__class__]) is not None:
        handler(walk, node.value, node)
    key = node.slice
    if (
        above.__class__ is ast.Assign
        and is_text(key)
        and is_text(above.value)
        and hints_at_password(key.value)
    ):
        walk.found(key)
    elif (handler := HANDLERS[key.__class__]) is not None:
        handler(walk, key, node)


def _joined(walk: Walk, node: Any, _: Any) -> None:
    _operands(walk, node, node.values, may_be_sql("".join(texts(node.values))))


def _binary(walk: Walk, node: Any, _: Any) -> None:
    """The topmost of the binary operations that belong together."""
    # Bandit puts the texts together in another order for each of them.
    _operation(walk, node, may_be_sql(" ".join(texts(operands_of(node)))))


def _operation(walk: Walk, node: Any, is_sql: bool) -> None:
    left = node.left
    if left.__class__ is ast.BinOp:
        _operation(walk, left, is_sql)
    else:
        _operands(walk, node, (left,), is_sql)
    right = node.right
    if right.__class__ is ast.BinOp:
        _operation(walk, right, is_sql)
    else:
        _operands(walk, node, (right,), is_sql)


def _operands(walk: Walk, node: Any, items: Sequence[Any], is_sql: bool) -> None:
    for item in items:
        kind = item.__class__
        if kind is ast.Constant and is_sql and item.value.__class__ is str:
            walk.found(item)
            continue
        handler = HANDLERS[kind]
        if handler is not None:
            handler(walk, item, node)


KINDS: dict[type, Handler] = {
    ast.Assert: _assert,
    ast.AsyncFunctionDef: _scope,
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.Call: _call,
    ast.ClassDef: _scope,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.ExceptHandler: _handler,
    ast.Expr: _expression,
    ast.FunctionDef: _function,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.JoinedStr: _joined,
    ast.Subscript: _subscript,
    ast.arguments: _arguments,
}
"""For each kind that a test wants, and for those that are many, what is done there."""
HANDLERS.update(KINDS)
