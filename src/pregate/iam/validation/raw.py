"""A policy given as a text of its own, as the service is given it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from pregate.expressions import expression
from pregate.iam.document import Place, PolicyDocument, PolicyKind, children, literal
from pregate.iam.validation.issue import Issue
from pregate.iam.validation.locations import finding, findings
from pregate.iam.validation.validate import validate
from pregate.model import Location
from pregate.positions import Lines, Node, PositionError, parse_json

# An escape of a JSON string: of one of the two characters that mark tokens, or any other.
_ESCAPE = expression(r"\\(u[eE]00[01]|.)", re.DOTALL)
TRUST_TYPE = "AWS::IAM::AssumeRolePolicyDocument"


class SyntaxProblem(ValueError):  # noqa: N818 - a problem of the policy, not of the program
    """The text is no JSON; ``offset`` is where it stops to be."""

    def __init__(self, issue: Issue, offset: int) -> None:
        super().__init__(issue.details)
        self.issue, self.offset = issue, offset


def document_of(
    text: str, kind: PolicyKind, resource_type: str = "", *, path: str = "policy.json"
) -> PolicyDocument:
    """
    The policy in a JSON text, whose offsets are those of the text. Raises SyntaxProblem.

    A resource policy for the type ``AWS::IAM::AssumeRolePolicyDocument`` is a trust policy.
    """
    safe = literal(_ESCAPE.sub(_without_marks, text))
    try:
        root = parse_json(safe)
    except PositionError as error:
        raise _problem(safe, error) from None
    if kind is PolicyKind.RESOURCE and resource_type == TRUST_TYPE:
        kind = PolicyKind.TRUST
    return PolicyDocument(kind, resource_type, "", safe, _places(safe, root, path))


def _without_marks(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape[1].lower() in ("ue000", "ue001") else escape[0]


def _problem(text: str, error: PositionError) -> SyntaxProblem:
    offset = _offset(text, error.line, error.column)
    details = f"Fix the JSON syntax error at index {offset} line {error.line} column {error.column - 1}."
    return SyntaxProblem(Issue("JSON_SYNTAX_ERROR", details, ()), offset)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a place: by bisection, as places rise with offsets."""
    lines, low, high = Lines(text), 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if lines.place(middle) < (line, column):
            low = middle + 1
        else:
            high = middle
    return low


def _places(text: str, root: Node, path: str) -> tuple[Place, ...]:
    lines, found = Lines(text), []
    whole = lines.location(path, root.start, root.end)
    pending: list[tuple[str, Node, Location]] = [("", root, whole)]
    while pending:
        pointer, node, key = pending.pop()
        found.append(Place(pointer, lines.location(path, node.start, node.end), key))
        for part, name, child in children(node):
            held = name or child
            pending.append((f"{pointer}/{part}", child, lines.location(path, held.start, held.end)))
    return tuple(found)


def findings_of(
    text: str, kind: PolicyKind, resource_type: str = "", *, today: date | None = None
) -> list[dict[str, Any]]:
    """The ``findings`` of the service's answer for a policy given as text."""
    try:
        document = document_of(text, kind, resource_type)
    except SyntaxProblem as problem:
        line, column = Lines(text).place(problem.offset)
        here = {"line": line, "column": column - 1, "offset": problem.offset}
        return [finding(problem.issue, [{"path": [], "span": {"start": here, "end": here}}])]
    return findings(document, validate(document, today=today).issues)
