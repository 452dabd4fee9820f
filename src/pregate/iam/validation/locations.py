"""
Where an issue stands: as ``accessanalyzer:ValidatePolicy`` says it (a path and a span of the text that was
given), and as a region of the file.

In the service's spans lines count from 1, columns and offsets from 0, the end is exclusive; the span of a
string includes its quotes.
"""

from __future__ import annotations

import re
from typing import Any

from pregate.expressions import expression
from pregate.iam.document import PolicyDocument
from pregate.iam.validation.issue import Issue, Spot
from pregate.model import Location
from pregate.positions import Array, Lines, Node, Object, Scalar

# One character of a JSON string as it is written: a pair of surrogates, an escape, or itself.
_CHARACTER = expression(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_Members = dict[str, tuple[Scalar, Node]]


class Layout:
    """The parts of one JSON text by their pointers. Each step of a pointer is one look-up."""

    def __init__(self, text: str, root: Node) -> None:
        self._text, self._root, self._lines = text, root, Lines(text)
        self._members: dict[int, _Members] = {}
        self._ends: dict[int, list[int]] = {}

    def span(self, spot: Spot) -> tuple[int, int]:
        """Start and end of a spot in the text; of the nearest part around it when it is not there."""
        if spot.pointer == "":
            return 0, len(self._text)
        _, key, node = self._follow(spot.pointer)
        if spot.on_key and key is not None:
            return key.start, key.end
        if spot.substring and isinstance(node, Scalar) and isinstance(node.value, str):
            return self._within(node, *spot.substring)
        return node.start, node.end

    def location(self, spot: Spot) -> dict[str, Any]:
        """The spot as the service writes it."""
        path, _, node = self._follow(spot.pointer)
        if spot.on_key and path and "value" in path[-1]:
            path[-1] = {"key": path[-1]["value"]}
        elif spot.substring and isinstance(node, Scalar):
            path.append({"substring": {"start": spot.substring[0], "length": spot.substring[1]}})
        start, end = self.span(spot)
        return {"path": path, "span": {"start": self.position(start), "end": self.position(end)}}

    def position(self, offset: int) -> dict[str, int]:
        """Line, column and offset of a place in the text."""
        line, column = self._lines.place(offset)
        return {"line": line, "column": column - 1, "offset": offset}

    def _follow(self, pointer: str) -> tuple[list[dict[str, Any]], Scalar | None, Node]:
        path: list[dict[str, Any]] = []
        key: Scalar | None = None
        node = self._root
        for part in pointer.split("/")[1:]:
            if isinstance(node, Array) and part.isdecimal() and int(part) < len(node):
                key, node = None, node.items[int(part)]
                path.append({"index": int(part)})
                continue
            name = part.replace("~1", "/").replace("~0", "~")
            member = self._member(node, name) if isinstance(node, Object) else None
            if member is None:
                break
            key, node = member
            path.append({"value": name})
        return path, key, node

    def _member(self, node: Object, name: str) -> tuple[Scalar, Node] | None:
        if id(node) not in self._members:
            self._members[id(node)] = {key.text: (key, value) for key, value in node}
        return self._members[id(node)].get(name)

    def _within(self, node: Scalar, start: int, length: int) -> tuple[int, int]:
        """A part of a string's value, in the text that writes it with escapes."""
        if node.end - node.start == len(node.text) + 2:
            return node.start + 1 + start, node.start + 1 + start + length
        if id(node) not in self._ends:
            inside = _CHARACTER.finditer(self._text, node.start + 1, node.end - 1)
            self._ends[id(node)] = [node.start + 1, *(found.end() for found in inside)]
        ends = self._ends[id(node)]
        return ends[min(start, len(ends) - 1)], ends[min(start + length, len(ends) - 1)]


def findings(document: PolicyDocument, issues: tuple[Issue, ...]) -> list[dict[str, Any]]:
    """The issues as the service's answer has them, with places in ``document.text``."""
    layout = Layout(document.text, document.root)
    return [finding(issue, [layout.location(spot) for spot in issue.spots]) for issue in issues]


def finding(issue: Issue, locations: list[dict[str, Any]]) -> dict[str, Any]:
    """One issue as the service's answer has it."""
    from pregate.iam.validation.codes import CODES

    code = CODES[issue.code]
    return {
        "findingDetails": issue.details,
        "findingType": str(code.type),
        "issueCode": code.name,
        "learnMoreLink": code.learn_more,
        "locations": locations,
    }


def place(document: PolicyDocument, spot: Spot) -> Location:
    """The spot as a region of the file that the policy comes from; of a string, the whole."""
    return document.locate(spot.pointer, key=spot.on_key)
