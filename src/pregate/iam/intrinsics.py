"""
CloudFormation's intrinsic functions, as far as their value can be known from the template alone.

Parameters stand for their default or one of their allowed values, pseudo parameters for the example values
below, ``Fn::If`` for one branch, under an assignment of what the policy depends on (the caller tries the
assignments). All else becomes a token: a value of its own that is neither a wildcard nor any other text.
Source: AWS CloudFormation template reference, "Intrinsic functions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.iam.calls import attribute_of, branches_of, call_of, digest, function_name, is_no_value, spelled
from pregate.iam.copying import Copier, Places, UnreasonableError
from pregate.iam.document import CLOSE, OPEN, TOKEN, Unknown, literal, to_text
from pregate.iam.lookups import find_in_map, select, split
from pregate.iam.strands import Piece
from pregate.iam.template import Parameter, Template, Variable
from pregate.positions import Array, Node, Object, Scalar

# The account number is the one of AWS's own examples; a real one would tell nothing more about a policy.
PSEUDO: Mapping[str, str] = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}
MAX_FILLED = 500_000

_DYNAMIC = expression(r"\{\{resolve:[^{}]*\}\}")
_HOLE = expression(r"\$\{([^${}]*)\}|\{\{resolve:[^{}]*\}\}")
# Names, ARNs, zones, address ranges, numbers.
_NEVER_WILDCARDS = frozenset({"Fn::GetAZs", "Fn::Cidr", "Fn::Length", "Fn::Base64"})


class Resolver(Copier):
    """
    Resolves one policy under one assignment of what it depends on; ``unknowns`` collects what it could not
    know. ``pieces`` are the parts of the last ``Fn::Sub`` or ``Fn::Join`` that the template spells out.

    Without a template nothing is a function.
    """

    def __init__(
        self,
        template: Template | None,
        assignment: Mapping[Variable, bool | int],
        path: str,
        lines: Places,
    ) -> None:
        held = (name for (kind, name), holds in assignment.items() if kind == "Condition" and holds)
        super().__init__(template.where(held) if template is not None else None)
        self.assignment, self.path, self.lines = assignment, path, lines
        self.filled = 0

    def _resolved(self, node: Node) -> Node | None:
        """None when it is removed by ``AWS::NoValue``."""
        call = call_of(node) if self.template is not None else None
        return self._call(*call, node) if call else self.copy(node)

    def _written(self, text: str, node: Node) -> str:
        return self._dynamic(self.template.written(text), node) if self.template is not None else text

    def _named(self, key: str) -> str:
        return self.template.written(key) if self.template is not None else key

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
            holds = self.assignment.get(("Condition", branches[0]), True)
            return self.resolve(branches[1] if holds else branches[2])
        value = self._value(name, argument, node)
        if value is None:
            shown = function_name((name, argument))
            value = self.token(shown, node, name not in _NEVER_WILDCARDS)
        # A value from elsewhere (a parameter's default) is reported where it is used.
        return _placed(value, node)

    def _value(self, name: str, argument: Node, node: Node) -> Node | str | None:
        match name:
            case "Ref" if isinstance(argument, Scalar):
                return self._ref(argument.text, node, name)
            case "Fn::GetAtt":
                return self.token(name, node, False, attribute_of(argument))
            case "Fn::Sub":
                return self._sub(argument, node)
            case "Fn::Join":
                return self._join(argument)
            case "Fn::FindInMap":
                return find_in_map(self, argument, node)
            case "Fn::Split":
                return split(self, argument)
            case "Fn::Select":
                return select(self, argument)
            case "Fn::Length":
                items = self.resolve(argument)
                return str(len(items)) if isinstance(items, Array) else None
            case "Fn::ToJsonString":
                inner = self.resolve(argument)
                return self._spent(to_text(inner), node) if inner is not None else None
            case "Fn::Base64":
                inner = self.resolve(argument)
                known = isinstance(inner, Scalar) and not TOKEN.search(inner.text)
                return self._spent(_base64(inner.text), node) if isinstance(inner, Scalar) and known else None
        return None

    def _spent(self, text: str, node: Node) -> str:
        self.spend(len(text), node)
        return text

    def spend(self, length: int, node: Node) -> None:
        """Count the text that functions write: nested ``Fn::Sub`` can double it at every level."""
        self.filled += length
        if self.filled > MAX_FILLED:
            raise UnreasonableError(f"functions write more than {MAX_FILLED} characters", node)

    def token(self, expression: str, node: Node, may_be_wildcard: bool, named: str = "") -> str:
        """A token for a value that ``named`` stands for, whatever function wraps it; else the node itself."""
        self.spend(100, node)
        token = f"{OPEN}{len(self.unknowns)}{CLOSE}"
        location = self.lines.location(self.path, node.start, node.end)
        identity = digest(named or spelled(node))
        self.unknowns.append(Unknown(token, expression, location, may_be_wildcard, identity))
        return token

    def _ref(self, name: str, node: Node, expression: str) -> Node | str:
        if name in PSEUDO:
            return PSEUDO[name]
        template = self.template or Template()
        parameter = template.parameters.get(name)
        if parameter is None:
            return self.token(expression, node, False, name)
        chosen = self.assignment.get(("Ref", name))
        value = parameter.value if chosen is None else parameter.choices[chosen]
        if value is None or call_of(value):
            return self.token(expression, node, parameter.may_be_wildcard, name)
        self.spend(value.end - value.start + 1, node)
        return self._handed(value, parameter, node) if parameter.unknowns else self.copy(value)

    def _handed(self, value: Node, parameter: Parameter, node: Node) -> Node:
        """A value that another template handed down, whose unknown parts are unknown here."""
        if isinstance(value, Array):
            items = [self._handed(item, parameter, node) for item in value]
            return Array(items, value.start, value.end)
        known = {unknown.token: unknown for unknown in parameter.unknowns}

        def again(token: re.Match[str]) -> str:
            unknown = known.get(token[0])
            if unknown is None:
                return ""
            return self.token(unknown.expression, node, unknown.may_be_wildcard, unknown.identity)

        text = TOKEN.sub(again, value.text) if isinstance(value, Scalar) else ""
        return Scalar(text, text, value.start, value.end)

    def _sub(self, argument: Node, node: Node) -> str | None:
        local: dict[str, str] = {}
        text = argument
        if isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[1], Object):
            text = argument.items[0]
            for key, value in argument.items[1]:
                local[key.text] = self._text_of(self.resolve(value), node)
        if not isinstance(text, Scalar):
            return None

        written, length, last = literal(text.text), 0, 0
        pieces: list[Piece] = []
        parts: list[str] = []
        for match in _HOLE.finditer(written):
            filled = (
                self.token("dynamic reference", node, True, match[0])
                if match[1] is None
                else self._substitute(match[1].strip(), local, node)
            )
            pieces.append((length, match.start() - last, text, last))
            parts += [written[last : match.start()], filled]
            length += match.start() - last + len(self._spent(filled, node))
            last = match.end()
        pieces.append((length, len(written) - last, text, last))
        self.pieces = pieces
        return "".join([*parts, written[last:]])

    def _substitute(self, name: str, local: Mapping[str, str], node: Node) -> str:
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        loops = self.template.loops if self.template else {}
        if name in loops:
            return loops[name]
        if name in local:
            return local[name]
        if "." in name:
            return self.token("Fn::Sub", node, False, name)
        value = self._ref(name, node, "Fn::Sub")
        return value if isinstance(value, str) else self._text_of(value, node)

    def _text_of(self, value: Node | None, node: Node) -> str:
        return value.text if isinstance(value, Scalar) else self.token("Fn::Sub", node, True)

    def _dynamic(self, text: str, node: Node) -> str:
        return _DYNAMIC.sub(lambda m: self.token("dynamic reference", node, True, m[0]), text)

    def _join(self, argument: Node) -> str | None:
        if not (isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[0], Scalar)):
            return None
        resolved = self.resolve(argument.items[1])
        if not isinstance(resolved, Array) or not all(isinstance(part, Scalar) for part in resolved):
            return None
        delimiter = literal(argument.items[0].text)
        written = {(item.start, item.end): item for item in _scalars(argument.items[1])}
        pieces: list[Piece] = []
        parts: list[str] = []
        length = 0
        for part in resolved:
            own = written.get((part.start, part.end))
            text = part.text if isinstance(part, Scalar) else ""
            length += len(delimiter) if parts else 0
            if own and own.text == text:
                pieces.append((length, len(text), own, 0))
            parts.append(text)
            length += len(self._spent(text + delimiter, argument)) - len(delimiter)
        self.pieces = pieces
        return delimiter.join(parts)


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _scalars(node: Node) -> Iterator[Scalar]:
    for item in node if isinstance(node, Array) else ():
        if isinstance(item, Scalar) and not item.tag:
            yield item


def _placed(value: Node | str, node: Node) -> Node:
    if isinstance(value, str):
        return Scalar(value, value, node.start, node.end)
    if isinstance(value, Scalar):
        return Scalar(value.value, value.text, node.start, node.end)
    if isinstance(value, Array):
        return Array([_placed(item, node) for item in value.items], node.start, node.end)
    return value
