"""
One walk over a syntax tree for the nodes that a test of Bandit's may say something about.

Most nodes of most files are nothing to any test, so what is done for each of them decides how long a tree
takes: kinds that are frequent have a function of their own, and where a node stands is only looked up, by
:func:`mark`, for those that matter.
"""

from __future__ import annotations

import _ast as ast  # the kinds of nodes alone: the module around it is not needed here
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pregate.checks.python.tables import (
    ANYWHERE,
    CALLS,
    IMPORTERS,
    IMPORTS,
    KEYWORDS,
    NAMES,
    PROTOCOL_KEYWORDS,
    PROTOCOLS,
    QUALIFIED,
    TEMPORARY,
    hints_at_password,
    may_be_sql,
)

Scope = tuple[Any, "Scope | None"]
"""A module, class or function, and the scope around it: a bare pair, for there are many."""

Event = tuple[Any, Scope, bool]
"""
What Bandit has to be shown of a tree: a node, the scope that it stands in, and whether a test may say
something about it; otherwise it is an import, which later tests ask for.
"""

_LAST = {name.rpartition(".")[2] for name in CALLS} | NAMES | QUALIFIED.keys()
# Fields that hold no node which a test looks at.
_NO_NODES = "id ctx op ops attr module level kind type_comment conversion simple is_async asname kwd_attrs"
_PLAIN = frozenset(_NO_NODES.split())
_LEAVES = frozenset((ast.Name, ast.Pass, ast.Break, ast.Continue, ast.alias, ast.Global, ast.Nonlocal))
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def events_of(tree: ast.Module) -> list[Event]:
    """
    The imports and the nodes that matter, in the order in which Bandit meets them. Raises RecursionError for
    a tree that is too deep.
    """
    walk = _Walk((tree, None))
    _below(walk, tree, None)
    return walk.events


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
    for name in _FIELDS[node.__class__]:
        value: Any = getattr(node, name, None)
        is_list = value.__class__ is list
        for index, item in enumerate(value if is_list else (value,)):
            if _HANDLERS[item.__class__] is None:
                continue
            here = id(item) in wanted
            if not isinstance(item, _SCOPES):
                here = _seek(item, wanted) or here
            if here:
                item._bandit_parent = node
                item._bandit_sibling = value[index + 1] if is_list and index + 1 < len(value) else None
                found = True
    return found


class _Walk:
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


# Functions for kinds of nodes: each gets the walk, the node and the one above it, says whether the node
# matters, and looks at what is below.


def _below(walk: _Walk, node: Any, _: Any) -> None:
    for name in _FIELDS[node.__class__]:
        value: Any = getattr(node, name, None)
        if value.__class__ is list:
            for item in value:
                handler = _HANDLERS[item.__class__]
                if handler is not None:
                    handler(walk, item, node)
        else:
            handler = _HANDLERS[value.__class__]
            if handler is not None:
                handler(walk, value, node)


def _scope(walk: _Walk, node: Any, above: Any) -> None:
    around = walk.scope
    walk.scope = (node, around)
    _below(walk, node, above)
    walk.scope = around


def _function(walk: _Walk, node: Any, above: Any) -> None:
    arguments = node.args
    if arguments.defaults and any(_is_told_of(default, arguments.args) for default in arguments.defaults):
        walk.found(node)
    _scope(walk, node, above)


def _is_told_of(default: Any, arguments: Sequence[Any]) -> bool:
    """Whether a default is a password or a protocol."""
    kind = default.__class__
    if kind is ast.Attribute:
        return default.attr in PROTOCOLS
    is_text = kind is ast.Constant and default.value.__class__ is str
    return is_text and any(hints_at_password(argument.arg) for argument in arguments)


def _arguments(walk: _Walk, node: Any, _: Any) -> None:
    _each_argument(walk, node.posonlyargs)
    _each_argument(walk, node.args)
    if node.vararg is not None:
        _each_argument(walk, (node.vararg,))
    _each_argument(walk, node.kwonlyargs)
    for item in node.kw_defaults:
        handler = _HANDLERS[item.__class__]
        if handler is not None:
            handler(walk, item, node)
    if node.kwarg is not None:
        _each_argument(walk, (node.kwarg,))
    for item in node.defaults:
        handler = _HANDLERS[item.__class__]
        if handler is not None:
            handler(walk, item, node)


def _each_argument(walk: _Walk, arguments: Sequence[Any]) -> None:
    for argument in arguments:
        handler = _HANDLERS[argument.annotation.__class__]
        if handler is not None:
            handler(walk, argument.annotation, argument)


def _assert(walk: _Walk, node: Any, above: Any) -> None:
    walk.found(node)
    _below(walk, node, above)


def _handler(walk: _Walk, node: Any, above: Any) -> None:
    if len(node.body) == 1 and node.body[0].__class__ in (ast.Pass, ast.Continue):
        error = node.type
        if error is None or (error.__class__ is ast.Name and error.id == "Exception"):
            walk.found(node)
    _below(walk, node, above)


def _import(walk: _Walk, node: Any, _: Any) -> None:
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


def _expression(walk: _Walk, node: Any, _: Any) -> None:
    handler = _HANDLERS[node.value.__class__]
    if handler is not None:
        handler(walk, node.value, node)


def _call(walk: _Walk, node: Any, _: Any) -> None:
    function = node.func
    kind = function.__class__
    if kind is ast.Name:
        name = function.id
        whole = walk.aliases.get(name, name)
        last = whole.rpartition(".")[2]
        # `__import__` bound to another name is still called by that name for one of the tests.
        is_hot = name == "__import__" or (last in _LAST and _is_named(whole, last, node))
    elif kind is ast.Attribute:
        last = function.attr
        is_hot = last in _LAST and _is_named(walk.qualified(function), last, node)
    else:
        last, is_hot = "", False
    keywords = node.keywords
    if is_hot or "chmod" in last or "extractall" in last or (keywords and _has_keyword(keywords)):
        walk.events.append((node, walk.scope, True))
    handlers = _HANDLERS
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


def _is_named(whole: str, last: str, call: Any) -> bool:
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


def _has_keyword(keywords: Sequence[Any]) -> bool:
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


def _attribute(walk: _Walk, node: Any, _: Any) -> None:
    value = node.value
    if value.__class__ is not ast.Name:
        handler = _HANDLERS[value.__class__]
        if handler is not None:
            handler(walk, value, node)


def _constant(walk: _Walk, node: Any, above: Any) -> None:
    value = node.value
    if value.__class__ is not str:
        return
    kind = above.__class__
    if kind is ast.Expr:
        return
    if value.startswith(TEMPORARY) or value == ANYWHERE:
        walk.found(node)
        return
    judge = _JUDGES.get(kind)
    if judge is not None and judge(value, above):
        walk.found(node)


def _targets_hint(_: str, above: Any) -> bool:
    return any(hints_at_password(_name(target)) for target in above.targets)


# By the kind of the node above: whether a text in it matters.
_JUDGES: dict[type, Callable[[str, Any], bool]] = {
    ast.Assign: _targets_hint,
    ast.Compare: lambda _, above: _is_text(above.comparators[0]) and hints_at_password(_name(above.left)),
    ast.Attribute: lambda value, above: above.attr in ("format", "replace") and may_be_sql(value),
}


def _dict(walk: _Walk, node: Any, _: Any) -> None:
    for key, value in zip(node.keys, node.values, strict=True):
        if _is_text(key) and value.__class__ is ast.Constant and hints_at_password(key.value):
            walk.found(key)
        elif (handler := _HANDLERS[key.__class__]) is not None:
            handler(walk, key, node)
    for value in node.values:
        handler = _HANDLERS[value.__class__]
        if handler is not None:
            handler(walk, value, node)


def _subscript(walk: _Walk, node: Any, above: Any) -> None:
    if node.value.__class__ is not ast.Name and (handler := _HANDLERS[node.value.__class__]) is not None:
        handler(walk, node.value, node)
    key = node.slice
    if (
        above.__class__ is ast.Assign
        and _is_text(key)
        and _is_text(above.value)
        and hints_at_password(key.value)
    ):
        walk.found(key)
    elif (handler := _HANDLERS[key.__class__]) is not None:
        handler(walk, key, node)


def _joined(walk: _Walk, node: Any, _: Any) -> None:
    _operands(walk, node, node.values, may_be_sql("".join(_texts(node.values))))


def _binary(walk: _Walk, node: Any, _: Any) -> None:
    """The topmost of the binary operations that belong together."""
    # Bandit puts the texts together in another order for each of them.
    _operation(walk, node, may_be_sql(" ".join(_texts(_operands_of(node)))))


def _operation(walk: _Walk, node: Any, is_sql: bool) -> None:
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


def _operands(walk: _Walk, node: Any, items: Sequence[Any], is_sql: bool) -> None:
    for item in items:
        kind = item.__class__
        if kind is ast.Constant and is_sql and item.value.__class__ is str:
            walk.found(item)
            continue
        handler = _HANDLERS[kind]
        if handler is not None:
            handler(walk, item, node)


def _texts(parts: Iterable[Any]) -> Iterator[str]:
    return (part.value for part in parts if _is_text(part))


def _is_text(node: Any) -> bool:
    return node.__class__ is ast.Constant and node.value.__class__ is str


def _text(node: Any) -> Any:
    """What an argument is to Bandit, where that is a word."""
    return node.value if node.__class__ is ast.Constant else _name(node)


def _operands_of(root: Any) -> Iterator[Any]:
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


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each kind of node that may hold other nodes, looked up once."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields = tuple(name for name in getattr(kind, "_fields", ()) if name not in _PLAIN)
        self[kind] = fields
        return fields


_Handler = Callable[[_Walk, Any, Any], None]


class _Handlers(dict[type, "_Handler | None"]):
    """The function for each kind; None for what has nothing below it, as the bool in ``case True``."""

    def __missing__(self, kind: type) -> _Handler | None:
        is_node = issubclass(kind, ast.AST) and kind not in _LEAVES and _FIELDS[kind]
        handler = self[kind] = _below if is_node else None
        return handler


_FIELDS = _Fields()
# For each kind that a test wants, and for those that are many.
_HANDLERS = _Handlers(
    {
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
)
