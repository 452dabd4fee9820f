"""
Terraform's JSON form as the same tree: each string is a template.

Source: Terraform language, "JSON Configuration Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.iam.document import literal
from pregate.iam.terraform.syntax import (
    Block,
    Body,
    Expression,
    File,
    Literal,
    ObjectOf,
    Span,
    Template,
    Text,
    TupleOf,
    body_of,
    children,
    literal_text,
)
from pregate.iam.terraform.templates import parse_template
from pregate.positions import Array, Node, Object, PositionError, Scalar, parse_json

# How many labels a block of each type has.
_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "locals": 0}
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_MARKS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MAX_DEPTH = 60


def parse_json_body(file: File) -> Body:
    """The blocks of a ``.tf.json`` (or attributes of a ``.tfvars.json``) file. Raises PositionError."""
    root = parse_json(file.text)
    if not isinstance(root, Object):
        raise PositionError("not an object", 1, 1)
    tree = expression_of(file, root)
    body = body_of(tree) if isinstance(tree, ObjectOf) else Body(file, 0, 0)
    for name, labels in _LABELS.items():
        if name in body.attributes:
            attribute = body.attributes[name]
            body.blocks += _blocks(name, (), attribute.value, labels, attribute.key)
    return body


def _blocks(
    name: str, labels: tuple[str, ...], value: Expression, depth: int, header: Span
) -> Iterator[Block]:
    for item in value.items if isinstance(value, TupleOf) else [value]:
        if not isinstance(item, ObjectOf):
            continue
        if depth == 0:
            yield Block(name, labels, body_of(item), header)
            continue
        for key, inner in item.items:
            yield from _blocks(name, (*labels, literal_text(key) or ""), inner, depth - 1, key.span)


def literal_of(file: File, node: Node) -> Expression:
    """A value of JSON that is no template, as a plan holds it. Raises PositionError like the other."""
    return expression_of(file, node, is_literal=True)


def expression_of(file: File, node: Node, depth: int = 0, *, is_literal: bool = False) -> Expression:
    """A value of JSON as an expression. Raises PositionError when it is nested too deep."""
    if depth > _MAX_DEPTH:
        raise PositionError(f"nested deeper than {_MAX_DEPTH} levels", *file.lines.place(node.start))
    if isinstance(node, Object):
        members = [
            (_plain(file, key), expression_of(file, value, depth + 1, is_literal=is_literal))
            for key, value in node
        ]
        return ObjectOf(file, node.start, node.end, members)
    if isinstance(node, Array):
        items = [expression_of(file, item, depth + 1, is_literal=is_literal) for item in node]
        return TupleOf(file, node.start, node.end, items)
    if isinstance(node.value, str):
        return _template(file, node, is_literal)
    return Literal(file, node.start, node.end, node.value)


def _plain(file: File, key: Scalar) -> Expression:
    return Template(file, key.start, key.end, [Text(file, key.start, key.end, literal(key.text), False)])


def _template(file: File, node: Scalar, is_literal: bool) -> Expression:
    """A string: its runs of text where they stand; expressions in it stand at the whole string."""
    if is_literal or ("${" not in node.text and "%{" not in node.text):
        return Template(file, node.start, node.end, list(runs(file, node)))
    # The text of an expression holds JSON's escapes no more: its offsets are another text's.
    inner = parse_template(File(file.path, literal(node.text)))
    pending: list[Expression] = [inner]
    while pending:
        current = pending.pop()
        current.file, current.start, current.end = file, node.start, node.end
        if isinstance(current, Text):
            current.exact = False
        pending += children(current)
    return inner


def runs(file: File, node: Scalar) -> Iterator[Text]:
    """The text of a JSON string, cut at its escapes, so that each piece has its place."""
    position, end = node.start + 1, node.end - 1
    while position < end:
        found = _ESCAPE.search(file.text, position, end)
        stop = found.start() if found else end
        if stop > position:
            yield Text(file, position, stop, literal(file.text[position:stop]), True)
        if found is None:
            return
        position = found.end()
        if found[1] and 0xD800 <= int(found[1], 16) < 0xDC00:  # half of a character: its other half follows
            other = _ESCAPE.match(file.text, position, end)
            if other and other[1]:
                both = bytes.fromhex(found[1] + other[1]).decode("utf-16-be", "replace")
                position = other.end()
                yield Text(file, found.start(), position, literal(both), False)
                continue
        written = chr(int(found[1], 16)) if found[1] else _MARKS.get(found[2], found[2])
        text = written if not 0xD800 <= ord(written) < 0xE000 else "\ufffd"
        yield Text(file, found.start(), position, literal(text), False)
