"""
CloudFormation's intrinsic functions, as far as their value can be known from the template alone.

Parameters stand for their default, pseudo parameters for the example values below, ``Fn::If`` for one branch
under an assignment of the conditions (the caller tries the assignments). All else becomes a token: a value of
its own that is neither a wildcard nor any other text. Source: AWS CloudFormation template reference,
"Intrinsic functions".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pregate.iam.document import CLOSE, OPEN, TOKEN, Unknown, literal
from pregate.positions import Array, Lines, Node, Object, Scalar

# The account number is the one of AWS's own examples; a real one would tell nothing more about a policy.
PSEUDO: Mapping[str, str] = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}
MAX_NESTING = 60
MAX_FILLED = 500_000

_NO_VALUE = "AWS::NoValue"
_PLACEHOLDER = re.compile(r"\$\{([^${}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")


class UnreasonableError(Exception):
    """A policy nests or expands beyond any real one; ``node`` is where."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.message, self.node = message, node


@dataclass(frozen=True, slots=True)
class Template:
    """
    What the functions refer to: parameters (their default, None without one), mappings, and the logical ids.
    """

    parameters: Mapping[str, Node | None] = field(default_factory=dict)
    mappings: Node | None = None
    resources: frozenset[str] = frozenset()

    @classmethod
    def of(cls, root: Object) -> Template:
        """The parts of a template that its functions use."""
        parameters: dict[str, Node | None] = {}
        declared = root.get("Parameters")
        for key, value in declared if isinstance(declared, Object) else ():
            default = value.get("Default") if isinstance(value, Object) else None
            kind = value.get("Type") if isinstance(value, Object) else None
            # The default of an SSM parameter type is the parameter's name, not its value.
            looked_up = isinstance(kind, Scalar) and kind.text.startswith("AWS::SSM::")
            parameters[key.text] = None if looked_up else _listed(default, kind)
        resources = root.get("Resources")
        ids = frozenset(key.text for key, _ in resources) if isinstance(resources, Object) else frozenset()
        return cls(parameters, root.get("Mappings"), ids)


def _listed(default: Node | None, kind: Node | None) -> Node | None:
    if not isinstance(default, Scalar) or not isinstance(kind, Scalar):
        return default
    if kind.text != "CommaDelimitedList" and not kind.text.startswith("List<"):
        return default
    items = [
        Scalar(part.strip(), part.strip(), default.start, default.end) for part in default.text.split(",")
    ]
    return Array(list(items), default.start, default.end)


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


def _untagged(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(node.text, node.text, node.start, node.end)
    if isinstance(node, Array):
        return Array(node.items, node.start, node.end)
    return Object(node.members, node.start, node.end)


def is_no_value(node: Node) -> bool:
    """Whether it is ``!Ref AWS::NoValue``, which removes what it stands for."""
    call = call_of(node)
    return call is not None and call[0] == "Ref" and isinstance(call[1], Scalar) and call[1].text == _NO_VALUE


def branches_of(node: Node) -> tuple[str, Node, Node] | None:
    """Condition, value if true and value if false of an ``Fn::If``."""
    call = call_of(node)
    if call and call[0] == "Fn::If" and isinstance(call[1], Array) and len(call[1]) == 3:
        condition, yes, no = call[1].items
        if isinstance(condition, Scalar):
            return condition.text, yes, no
    return None


def conditions_in(node: Node) -> list[str]:
    """The names of the conditions that decide ``Fn::If`` within a node, in order, each once."""
    names: dict[str, None] = {}
    pending = [node]
    while pending:
        current = pending.pop()
        if branches := branches_of(current):
            names[branches[0]] = None
        pending += reversed(current.items if isinstance(current, Array) else _values(current))
    return list(names)


def _values(node: Node) -> list[Node]:
    return [value for _, value in node] if isinstance(node, Object) else []


class Resolver:
    """
    Resolves one policy under one assignment of conditions; ``unknowns`` collects what it could not know.

    Without a template nothing is a function: the tree is only copied, cleaned of forged tokens.
    """

    def __init__(
        self, template: Template | None, assignment: Mapping[str, bool], path: str, lines: Lines
    ) -> None:
        self.template, self.assignment, self.path, self.lines = template, assignment, path, lines
        self.unknowns: list[Unknown] = []
        self.depth = 0
        self.filled = 0

    def resolve(self, node: Node) -> Node | None:
        """The node's value with its place; None when it is removed by ``AWS::NoValue``."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise UnreasonableError(f"nested deeper than {MAX_NESTING} levels", node)
        try:
            call = call_of(node) if self.template is not None else None
            return self._call(*call, node) if call else self._copy(node)
        finally:
            self.depth -= 1

    def _copy(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            if not isinstance(node.value, str):
                return node
            text = literal(node.value)
            if self.template is not None:
                text = _DYNAMIC.sub(lambda m: self._token("dynamic reference", node, True, m[0]), text)
            return Scalar(text, text, node.start, node.end)
        if isinstance(node, Array):
            return Array(list(self._items(node)), node.start, node.end)
        members: list[tuple[Scalar, Node]] = []
        for key, value in node:
            resolved = self.resolve(value)
            if resolved is not None:
                text = literal(key.text)
                members.append((Scalar(text, text, key.start, key.end), resolved))
        return Object(members, node.start, node.end)

    def _items(self, node: Array) -> Iterator[Node]:
        for item in node:
            resolved = self.resolve(item)
            if resolved is None:
                continue
            if isinstance(resolved, Array) and self.template is not None and call_of(item):
                # A function that gives a list, where a list is written: its items are meant.
                yield from resolved
            else:
                yield resolved

    def _call(self, name: str, argument: Node, node: Node) -> Node | None:
        if is_no_value(node):
            return None
        branches = branches_of(node)
        if branches:
            return self.resolve(branches[1] if self.assignment.get(branches[0], True) else branches[2])
        value: Node | str | None = None
        match name:
            case "Ref" if isinstance(argument, Scalar):
                value = self._ref(argument.text, node, name)
            case "Fn::GetAtt":
                value = self._token(name, node, False, _attribute(argument))
            case "Fn::Sub":
                value = self._sub(argument, node)
            case "Fn::Join":
                value = self._join(argument, node)
            case "Fn::FindInMap":
                value = self._find_in_map(argument)
            case "Fn::Split" | "Fn::Select":
                value = self._split(argument) if name == "Fn::Split" else self._select(argument)
        if value is None:
            value = self._token(name, node, True)
        # A value from elsewhere (a parameter's default) is reported where it is used.
        return _placed(value, node)

    def _spend(self, length: int, node: Node) -> None:
        """Count the text that functions write: nested ``Fn::Sub`` can double it at every level."""
        self.filled += length
        if self.filled > MAX_FILLED:
            raise UnreasonableError(f"functions write more than {MAX_FILLED} characters", node)

    def _token(self, expression: str, node: Node, may_be_wildcard: bool, named: str = "") -> str:
        """A token for a value that ``named`` stands for, whatever function wraps it; else the node itself."""
        self._spend(100, node)
        token = f"{OPEN}{len(self.unknowns)}{CLOSE}"
        location = self.lines.location(self.path, node.start, node.end)
        self.unknowns.append(
            Unknown(token, expression, location, may_be_wildcard, _digest(named or _spelled(node)))
        )
        return token

    def _ref(self, name: str, node: Node, expression: str) -> Node | str:
        if name in PSEUDO:
            return PSEUDO[name]
        template = self.template or Template()
        default = template.parameters.get(name)
        if default is not None and not call_of(default):
            self._spend(default.end - default.start + 1, node)
            return self._copy(default)
        return self._token(expression, node, name in template.parameters, name)

    def _sub(self, argument: Node, node: Node) -> str | None:
        local: dict[str, str] = {}
        text = argument
        if isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[1], Object):
            text = argument.items[0]
            for key, value in argument.items[1]:
                local[key.text] = self._text_of(self.resolve(value), node)
        if not isinstance(text, Scalar):
            return None

        def put(match: re.Match[str]) -> str:
            filled = self._substitute(match[1].strip(), local, node)
            self._spend(len(filled), node)
            return filled

        return _PLACEHOLDER.sub(put, self._dynamic(literal(text.text), node))

    def _substitute(self, name: str, local: Mapping[str, str], node: Node) -> str:
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in local:
            return local[name]
        if "." in name:
            return self._token("Fn::Sub", node, False, name)
        value = self._ref(name, node, "Fn::Sub")
        return value if isinstance(value, str) else self._text_of(value, node)

    def _text_of(self, value: Node | None, node: Node) -> str:
        return value.text if isinstance(value, Scalar) else self._token("Fn::Sub", node, True)

    def _dynamic(self, text: str, node: Node) -> str:
        return _DYNAMIC.sub(lambda m: self._token("dynamic reference", node, True, m[0]), text)

    def _join(self, argument: Node, node: Node) -> str | None:
        if not (isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[0], Scalar)):
            return None
        resolved = self.resolve(argument.items[1])
        parts = (
            [part.text for part in resolved if isinstance(part, Scalar)]
            if isinstance(resolved, Array)
            else []
        )
        if not isinstance(resolved, Array) or len(parts) != len(resolved):
            return None
        delimiter = literal(argument.items[0].text)
        self._spend(sum(map(len, parts)) + len(delimiter) * len(parts), node)
        return delimiter.join(parts)

    def _split(self, argument: Node) -> Node | None:
        if not (isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[0], Scalar)):
            return None
        delimiter, text = argument.items[0].text, self.resolve(argument.items[1])
        if not delimiter or not isinstance(text, Scalar) or TOKEN.search(text.text):
            return None
        self._spend(len(text.text), text)
        parts = [Scalar(part, part, text.start, text.end) for part in text.text.split(delimiter)]
        return Array(list(parts), text.start, text.end)

    def _select(self, argument: Node) -> Node | None:
        if not (isinstance(argument, Array) and len(argument) == 2):
            return None
        index, items = self.resolve(argument.items[0]), self.resolve(argument.items[1])
        if not isinstance(index, Scalar) or not isinstance(items, Array) or not index.text.isdecimal():
            return None
        at = int(index.text[:6])
        return items.items[at] if at < len(items) else None

    def _find_in_map(self, argument: Node) -> Node | None:
        found = self.template.mappings if self.template else None
        for part in argument.items if isinstance(argument, Array) else ():
            key = self.resolve(part)
            if not isinstance(key, Scalar) or TOKEN.search(key.text) or not isinstance(found, Object):
                return None
            found = found.get(key.text)
        if not isinstance(found, Scalar | Array) or call_of(found) or not isinstance(argument, Array):
            return None
        self._spend(found.end - found.start + 1, argument)
        return self._copy(found)


def _attribute(argument: Node) -> str:
    """``Resource.Attribute`` as ``Fn::Sub`` writes it; ``""`` for another form."""
    if isinstance(argument, Array) and all(isinstance(item, Scalar) for item in argument):
        return ".".join(item.text for item in argument if isinstance(item, Scalar))
    return argument.text if isinstance(argument, Scalar) else ""


def _spelled(node: Node) -> str:
    """An expression as text that is the same for its long and short form, and for no other."""
    call = call_of(node)
    if call:
        return f"{call[0]}({_spelled(call[1])})"
    if isinstance(node, Object):
        return "{" + ",".join(f"{json.dumps(key.text)}:{_spelled(value)}" for key, value in node) + "}"
    if isinstance(node, Array):
        return "[" + ",".join(_spelled(item) for item in node) + "]"
    return json.dumps(node.text)


def _digest(expression: str) -> str:
    return hashlib.sha256(expression.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _placed(value: Node | str, node: Node) -> Node:
    if isinstance(value, str):
        return Scalar(value, value, node.start, node.end)
    if isinstance(value, Scalar):
        return Scalar(value.value, value.text, node.start, node.end)
    if isinstance(value, Array):
        return Array([_placed(item, node) for item in value.items], node.start, node.end)
    return value
