"""
Variables of the Serverless Framework, as far as the repository tells their value.

What depends on the stage becomes an ``Fn::If`` over all stages that the files know, what only deployment
knows a call of a function that nobody can write (``env variable``), which the resolver turns into a typed
unknown. Source: Serverless Framework documentation, "Variables" and "Stage parameters".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.calls import call_of
from pregate.iam.copying import UnreasonableError
from pregate.iam.intrinsics import PSEUDO
from pregate.iam.several import Several
from pregate.iam.stacks import local_path
from pregate.iam.variable_text import spans, split
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass

MAX_NODES = 100_000
MAX_DEPTH = 40
MAX_ALTERNATIVES = 8

_SOURCE = expression(
    r"([A-Za-z][\w-]{0,40})(?:\.[\w-]{1,40})?(?:\(([^()]{0,500})\))?(?::(?!:)(.{0,500}))?", re.DOTALL
)
_AWS = {"region": PSEUDO["AWS::Region"], "accountId": PSEUDO["AWS::AccountId"]}
_ABSENT_MEANS_FALLBACK = ("self", "opt", "env", "param", "file")
_CHOSEN = ("opt", "sls", "env", "param")
_STAGES = ("self:provider.stage", "sls:stage", "opt:stage")
# A blank stands in no tag of YAML: nobody can write such a call.
_SUFFIX = " variable"
_PARSED = (".yml", ".yaml", ".json")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value that only deployment knows: the source that gives it."""

    source: str


Value = Node | Hidden


class Variables:
    """Fills in the variables of one service; ``wanted`` are the files that they name."""

    def __init__(self, path: str, files: Several) -> None:
        self.path, self.files = path, files
        self.wanted: dict[str, None] = {}
        self._nodes = 0
        self._depth = 0
        self._active: list[str] = []
        self._loose = 0  # how often a value was met that the one who deploys may choose

    def filled(self, node: Node) -> Node:
        """
        The tree with its variables filled in. Raises UnreasonableError where they expand beyond any real
        file.
        """
        self._nodes += 1
        self._depth += 1
        if self._nodes > MAX_NODES or self._depth > MAX_DEPTH * 3:
            raise UnreasonableError("variables expand without end", node)
        try:
            return self._filled(node)
        finally:
            self._depth -= 1

    def _filled(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node) if isinstance(node.value, str) and "${" in node.text else node
        call = call_of(node)
        if call and call[0] == "Fn::Sub" and not node.tag:
            argument = self._sub(call[1])
            return (
                Object([(node.members[0][0], argument)], node.start, node.end)
                if isinstance(node, Object)
                else node
            )
        if isinstance(node, Array):
            return Array(list(self._items(node)), node.start, node.end, node.tag)
        members = [(key, self.filled(value)) for key, value in node]
        return Object(members, node.start, node.end, node.tag)

    def _items(self, node: Array) -> Iterator[Node]:
        for item in node:
            value = self.filled(item)
            whole = isinstance(item, Scalar) and not item.tag and item.text.startswith("${")
            if whole and isinstance(value, Array) and not value.tag:
                yield from value
            else:
                yield value

    def _scalar(self, node: Scalar) -> Node:
        if node.tag == "!Sub":
            argument = self._sub(Scalar(node.text, node.text, node.start, node.end))
            if isinstance(argument, Scalar):
                return Scalar(argument.text, argument.text, node.start, node.end, node.tag)
            return Array(
                argument.items if isinstance(argument, Array) else [], node.start, node.end, node.tag
            )
        parts = list(self._parts(node.text, node))
        if len(parts) == 1 and not isinstance(parts[0], str):
            return _at_use(self._unfolded(parts[0], node), node)
        if all(isinstance(part, str) or _is_plain(part) for part in parts):
            text = "".join(part if isinstance(part, str) else _text(part) for part in parts)
            return Scalar(text, text, node.start, node.end, node.tag)
        items = [
            Scalar(part, part, node.start, node.end) if isinstance(part, str) else self._unfolded(part, node)
            for part in parts
        ]
        empty = Scalar("", "", node.start, node.end)
        return Array(
            [empty, Array([_at_use(i, node) for i in items], node.start, node.end)],
            node.start,
            node.end,
            "!Join",
        )

    def _sub(self, argument: Node) -> Node:
        """The argument of ``Fn::Sub``: what is not known becomes one of its own variables."""
        written = argument.items[0] if isinstance(argument, Array) and argument.items else argument
        if not isinstance(written, Scalar):
            return argument
        members: list[tuple[Scalar, Node]] = []
        if isinstance(argument, Array) and len(argument) == 2 and isinstance(argument.items[1], Object):
            members = [(key, self.filled(value)) for key, value in argument.items[1]]
        text: list[str] = []
        for part in self._parts(written.text, written):
            if isinstance(part, str) or _is_plain(part):
                text.append(part if isinstance(part, str) else _text(part))
            else:
                name = f"pregate{len(members)}"
                key = Scalar(name, name, written.start, written.end)
                members.append((key, _at_use(self._unfolded(part, written), written)))
                text.append(f"${{{name}}}")
        whole = "".join(text)
        first = Scalar(whole, whole, written.start, written.end)
        if not members:
            return first
        return Array([first, Object(members, argument.start, argument.end)], argument.start, argument.end)

    def _unfolded(self, value: Value, node: Node) -> Node:
        if isinstance(value, Hidden):
            return Scalar(value.source, value.source, node.start, node.end, f"!{value.source}{_SUFFIX}")
        return value

    # --------------------------------------------------------------------------------------------- text

    def _parts(self, text: str, at: Node) -> Iterator[str | Value]:
        """A text as plain pieces and values of variables."""
        position = 0
        for start, end in spans(text):
            if start > position:
                yield text[position:start]
            yield self._variable(text[start + 2 : end - 1], at)
            position = end
        if position < len(text) or not text:
            yield text[position:]

    def _variable(self, inner: str, at: Node) -> Value:
        """The value of what stands between ``${`` and ``}``: the first of its alternatives that there is."""
        if inner in self._active or len(self._active) > MAX_DEPTH:
            return Hidden("self")
        self._nodes += 10
        if self._nodes > MAX_NODES:
            raise UnreasonableError("variables expand without end", at)
        self._active.append(inner)
        try:
            source = "self"
            for part in split(inner, ","):
                found = self._source(part.strip(), at)
                if found is not None:
                    return found
                source = part.strip().partition(":")[0].partition("(")[0] or source
            return Hidden(source)
        finally:
            self._active.pop()

    def _source(self, text: str, at: Node) -> Value | None:
        """The value of one source; None when it is absent, so that the next one counts."""
        if text[:1] in "'\"" and text[-1:] == text[:1] and len(text) > 1:
            return Scalar(text[1:-1], text[1:-1], at.start, at.end)
        if text.startswith("${"):
            found = self._whole(text, at)
            return None if isinstance(found, Hidden) and found.source in _ABSENT_MEANS_FALLBACK else found
        match = _SOURCE.fullmatch(text)
        if match is None or (match[2] is None and match[3] is None):
            return Scalar(text, text, at.start, at.end)
        self._loose += text in _STAGES or match[1] in _CHOSEN
        name, inside, address = match[1], match[2] or "", (match[3] or "").strip()
        if name == "self":
            return self._looked_up(self.files.root(self.path), address, at) or self._stage(text, at)
        if name == "file":
            return self._from_file(inside.strip(), address, at)
        if name == "param":
            return self._param(address, at)
        if name == "aws" and address in _AWS:
            return Scalar(_AWS[address], _AWS[address], at.start, at.end)
        if name in ("opt", "sls"):
            return self._stage(text, at)
        return None if name in _ABSENT_MEANS_FALLBACK else Hidden(name)

    def _whole(self, text: str, at: Node) -> Value:
        node = self._scalar(Scalar(text, text, at.start, at.end))
        call = call_of(node)
        if call and call[0].endswith(_SUFFIX):
            return Hidden(call[0][len("Fn::") : -len(_SUFFIX)])
        return node

    def _stage(self, text: str, at: Node) -> Value | None:
        """The stage when none is chosen: ``provider.stage``, or ``dev``."""
        if text not in _STAGES:
            return None
        provider = _child(self.files.root(self.path), "provider")
        declared = _child(provider, "stage") if text != "self:provider.stage" else None
        if isinstance(declared, Scalar) and text != "opt:stage":
            return self._whole(declared.text, at)
        return Scalar("dev", "dev", at.start, at.end) if text != "opt:stage" else None

    # ------------------------------------------------------------------------------------------- places

    def _from_file(self, written: str, address: str, at: Node) -> Value | None:
        known = self._plain_text(written, at)
        path = local_path(self.path, known) if known is not None else ""
        if not path.lower().endswith(_PARSED):
            return Hidden("file")
        self.wanted[path] = None
        root = self.files.root(path)
        if root is None:
            return None
        return self._looked_up(root, address, at) if address else self.filled(root)

    def _param(self, name: str, at: Node) -> Value | None:
        """A stage parameter: the values that the stages give it."""
        stages = _child(self.files.root(self.path), "params")
        values = [
            (key.text, value)
            for key, stage in (stages if isinstance(stages, Object) else ())
            if (value := _child(stage, name)) is not None
        ]
        return self._chosen("param", values, at) if values else None

    def _looked_up(self, root: Node | None, address: str, at: Node) -> Value | None:
        """
        The value at an address; where a step of it is chosen by the stage or another variable, all members
        that it may be.
        """
        current = root
        steps = list(split(address, "."))
        for index, step in enumerate(steps):
            if isinstance(current, Scalar) and "${" in current.text:
                current = self.filled(current)
            before = self._loose
            known = self._plain_text(step, at)
            if isinstance(current, Object) and "${" in step and (known is None or self._loose > before):
                rest = ".".join(steps[index + 1 :])
                members = [(key.text, _descend(value, rest)) for key, value in current]
                return self._chosen(step, [(k, v) for k, v in members if v is not None], at)
            current = _child(current, known) if known is not None else None
        return self.filled(current) if current is not None else None

    def _chosen(self, by: str, values: list[tuple[str, Node]], at: Node) -> Value | None:
        """One of several values as nested ``Fn::If``."""
        if not values:
            return None
        if len(values) > MAX_ALTERNATIVES:
            return Hidden("self")
        result = self.filled(values[-1][1])
        for name, value in reversed(values[:-1]):
            condition = Scalar(f"{by} is {name}", f"{by} is {name}", at.start, at.end)
            result = Array([condition, self.filled(value), result], at.start, at.end, "!If")
        return result

    def _plain_text(self, text: str, at: Node) -> str | None:
        """A text with its variables filled in; None when it is not known."""
        parts = [
            part if isinstance(part, str) else (_text(part) if _is_plain(part) else None)
            for part in self._parts(text, at)
        ]
        return None if None in parts else "".join(part for part in parts if part is not None)


def _is_plain(value: str | Value) -> bool:
    return isinstance(value, Scalar) and call_of(value) is None


def _text(value: str | Value) -> str:
    return value.text if isinstance(value, Scalar) else ""


def _child(node: Node | None, name: str) -> Node | None:
    if isinstance(node, Object):
        return node.get(name)
    if isinstance(node, Array) and name.isdecimal() and len(name) < 6 and int(name) < len(node):
        return node.items[int(name)]
    return None


def _descend(node: Node, address: str) -> Node | None:
    found: Node | None = node
    for step in address.split(".") if address else ():
        found = _child(found, step)
    return found


def _at_use(value: Node, node: Node) -> Node:
    """A single value stands where it is used; a collection where it is written."""
    if isinstance(value, Scalar):
        return Scalar(value.value, value.text, node.start, node.end, value.tag)
    return value
