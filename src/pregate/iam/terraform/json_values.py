"""Values out of JSON and YAML in a text, each at the place that its part of the text was written at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from pregate.iam.document import TOKEN
from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import ExhaustedError, Ledger, Map, Plain, Seq, Str, Value
from pregate.positions import Array, Node, Object, PositionError, parse_json, parse_yaml


def from_json(text: Str, ledger: Ledger) -> Value | None:
    """The value that a text of JSON holds; None when it is no JSON."""
    if text.structure is not None:
        return text.structure
    ledger.spend(1 + len(text.text) // 16)
    written, added = _with_quotes(text.text)

    def locate(start: int, end: int) -> Span:
        return text.locate(start - bisect_left(added, start), end - bisect_left(added, end))

    try:
        root = parse_json(written)
    except PositionError:
        return None
    return from_node(root, locate, ledger)


def from_yaml(text: Str, ledger: Ledger) -> Value | None:
    """The value that a text of YAML holds; None when it is none, or several."""
    ledger.spend(1 + len(text.text) // 4)
    try:
        roots = parse_yaml(text.text)
    except PositionError:
        return None
    return from_node(roots[0], text.locate, ledger) if len(roots) == 1 else None


def from_node(node: Node, locate: Callable[[int, int], Span], ledger: Ledger, depth: int = 0) -> Value:
    """A node of JSON or YAML as a value; a token that is all of a scalar stays what it stands for."""
    ledger.spend(1)
    if depth > 60:
        raise ExhaustedError
    span = locate(node.start, node.end)
    if isinstance(node, Object):
        members: dict[str, tuple[Span, Value]] = {}
        for key, value in node:
            inner = from_node(value, locate, ledger, depth + 1)
            members[key.text] = (locate(key.start, key.end), inner)
        return Map(members, span)
    if isinstance(node, Array):
        return Seq([from_node(item, locate, ledger, depth + 1) for item in node], span)
    if not isinstance(node.value, str):
        return Plain(node.value, span)
    if TOKEN.fullmatch(node.text):
        return next(ledger.hidden_in(node.text), Str(node.text, span))
    return Str(node.text, span)


def _with_quotes(text: str) -> tuple[str, list[int]]:
    """
    The text with quotes around tokens that stand outside strings, and where these quotes are:
    ``"Action": ${jsonencode(var.x)}``.
    """
    made: list[str] = []
    added: list[int] = []
    position, inside = 0, False
    for token in TOKEN.finditer(text):
        inside = _inside_string(text, position, token.start(), inside)
        made.append(text[position : token.start()])
        position = token.end()
        if inside:
            made.append(token[0])
        else:
            made.append(f'"{token[0]}"')
            added += (token.start() + len(added), token.end() + len(added) + 1)
    return "".join((*made, text[position:])), added


def _inside_string(text: str, start: int, end: int, inside: bool) -> bool:
    """Whether a string of JSON is open at ``end``, when at ``start`` it was (not)."""
    at = start
    while at < end:
        mark = text[at]
        if mark == "\\" and inside:
            at += 1
        elif mark == '"':
            inside = not inside
        at += 1
    return inside
