"""``accessanalyzer:ValidatePolicy`` over the documents that the first step found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pregate.checks.base import Analysis, PolicyRemark, PolicyValidator
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.findings import anchor_of, in_order, properties_of, start_of, unread_at
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument
from pregate.iam.document import TOKEN, children
from pregate.iam.placeholders import with_placeholders
from pregate.model import Finding, Location, Related, Rule, Severity, Unread
from pregate.positions import Node, Scalar


class Inquiry:
    """Asks about documents and remembers the answers by what was sent."""

    def __init__(self, validator: PolicyValidator, severities: Severities) -> None:
        self._validator = validator
        self._severities = severities
        self._answers: dict[tuple[str, str, str], tuple[PolicyRemark, ...] | NotEvaluatedError] = {}

    def note(self) -> str:
        """How much was asked."""
        count = sum(isinstance(answer, tuple) for answer in self._answers.values())
        return f"AWS Access Analyzer validated {count} {'policy' if count == 1 else 'policies'}"

    def extend(self, analysis: Analysis) -> Analysis:
        """The analysis with the validator's findings on its documents."""
        findings: list[Finding] = []
        unread: list[Unread] = []
        for document in analysis.facts:
            if not isinstance(document, PolicyDocument):
                continue
            sent = with_placeholders(document)
            if sent is None:
                detail = "not validated by AWS: an action, effect or principal is known only at deployment"
                unread.append(unread_at(document.locate(""), detail))
                continue
            answer = self._ask(sent)
            if isinstance(answer, NotEvaluatedError):
                hint = f" ({answer.hint.rstrip('.')})" if answer.hint else ""
                detail = f"not validated by AWS: {answer.message}{hint}"
                unread.append(unread_at(document.locate(""), detail))
                continue
            for remark in answer:
                severity = self._severities.of_remark(remark.code, remark.kind)
                findings += _remote_findings(document, sent, remark, severity)
        return replace(
            analysis,
            findings=in_order((*analysis.findings, *findings)),
            unread=tuple(dict.fromkeys((*analysis.unread, *unread))),
        )

    def _ask(self, sent: PolicyDocument) -> tuple[PolicyRemark, ...] | NotEvaluatedError:
        key = (sent.kind.value, sent.resource_type, sent.text)
        if key not in self._answers:
            try:
                self._answers[key] = self._validator.validate(sent)
            except NotEvaluatedError as error:
                self._answers[key] = error
        return self._answers[key]


def _remote_findings(
    document: PolicyDocument, sent: PolicyDocument, remark: PolicyRemark, severity: Severity
) -> Iterable[Finding]:
    """The remark on its first place, the others related; nothing when it is about a placeholder."""
    places = [sent.pointer_at(start, end) for start, end in remark.spans] or [("", False)]
    if any(_is_open(document, pointer) for pointer, _ in places):
        return
    rule = _rule(remark, severity)
    locations = [document.locate(pointer, key=key) for pointer, key in places]
    locations[0] = _part_of(locations[0], document, sent, places[0], remark.spans[:1])
    pointer = places[0][0]
    statement = _statement_of(pointer)
    related = [Related(start_of(location), "here too") for location in locations[1:]]
    if statement:
        related.append(Related(start_of(document.locate(statement)), "in this statement"))
    yield Finding(
        rule=rule,
        message=remark.message,
        location=locations[0] if pointer != statement and pointer else start_of(locations[0]),
        severity=severity,
        related=tuple(related),
        properties=(*properties_of(document), ("finding-type", remark.kind)),
        anchor=anchor_of(
            document, rule, (_text_at(document, f"{statement}/Sid"), _text_at(document, pointer))
        ),
    )


def _part_of(
    location: Location,
    document: PolicyDocument,
    sent: PolicyDocument,
    place: tuple[str, bool],
    spans: Sequence[tuple[int, int]],
) -> Location:
    """
    The part of a string that a span names, where the file writes the string as it is: in quotes or without.

    What is sent escapes every character that is not ASCII; what the file escapes itself, or a function makes,
    has another length there, and is shown whole.
    """
    pointer, key = place
    node = _node_at(sent, pointer)
    if key or not spans or not isinstance(node, Scalar) or node.text != _text_at(document, pointer):
        return location
    start, end = spans[0]
    if not node.start < start < end < node.end or location.start_line != location.end_line:
        return location
    written = location.end_column - location.start_column
    quotes = written - len(node.text)
    before, within = (_length(sent.text[a:b]) for a, b in ((node.start + 1, start), (start, end)))
    if quotes not in (0, 2) or before < 0 or within < 1:
        return location
    column = location.start_column + quotes // 2 + before
    return replace(location, start_column=column, end_column=column + within)


def _length(escaped: str) -> int:
    """How many code points a piece of a JSON string stands for; -1 when it cuts through one."""
    try:
        text = json.loads(f'"{escaped}"')
    except ValueError:
        return -1
    return -1 if any("\ud800" <= c <= "\udfff" for c in text) else len(text)


def _rule(remark: PolicyRemark, severity: Severity) -> Rule:
    title = remark.code.replace("_", " ").capitalize()
    kind = remark.kind.replace("_", " ").lower()
    description = f"IAM Access Analyzer's policy validation gives this {kind}."
    remedy = (
        f"See [{title}]({remark.link})." if remark.link else "See Access Analyzer's policy check reference."
    )
    name, tags = f"iam/{remark.code}", ("security", "iam")
    return Rule(name, title, description, remedy, severity, remark.link, (), tags)


def _statement_of(pointer: str) -> str:
    parts = pointer.split("/")
    if len(parts) < 2 or parts[1] != "Statement":
        return ""
    return "/".join(parts[:3]) if len(parts) > 2 and parts[2].isdecimal() else "/Statement"


def _node_at(document: PolicyDocument, pointer: str) -> Node | None:
    node: Node | None = document.root
    for step in pointer.split("/")[1:]:
        node = next((child for part, _, child in children(node) if part == step), None) if node else None
    return node


def _text_at(document: PolicyDocument, pointer: str) -> str:
    node = _node_at(document, pointer)
    return node.text if isinstance(node, Scalar) else ""


def _is_open(document: PolicyDocument, pointer: str) -> bool:
    return TOKEN.search(_text_at(document, pointer)) is not None
