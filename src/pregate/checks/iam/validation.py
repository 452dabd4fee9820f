"""``accessanalyzer:ValidatePolicy`` over the documents that the first step found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from pregate.checks.base import Analysis, PolicyRemark, PolicyValidator
from pregate.checks.iam.findings import anchor_of, in_order, properties_of, start_of, unread_at
from pregate.iam import PolicyDocument
from pregate.iam.document import TOKEN, children
from pregate.iam.placeholders import with_placeholders
from pregate.model import Finding, Related, Rule, Severity, Unread
from pregate.positions import Node, Scalar

# ValidatePolicy's finding types in our words. An ERROR is a document that AWS refuses: a protection that
# will not be there.
SEVERITIES = {
    "ERROR": Severity.HIGH,
    "SECURITY_WARNING": Severity.HIGH,
    "WARNING": Severity.MEDIUM,
    "SUGGESTION": Severity.INFO,
}


class Inquiry:
    """Asks about documents and remembers the answers by what was sent."""

    def __init__(self, validator: PolicyValidator) -> None:
        self._validator = validator
        self._answers: dict[tuple[str, str, str], tuple[PolicyRemark, ...]] = {}

    def note(self) -> str:
        """How much was asked."""
        count = len(self._answers)
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
            for remark in self._ask(sent):
                findings += _remote_findings(document, sent, remark)
        return dataclasses.replace(
            analysis,
            findings=in_order((*analysis.findings, *findings)),
            unread=tuple(dict.fromkeys((*analysis.unread, *unread))),
        )

    def _ask(self, sent: PolicyDocument) -> tuple[PolicyRemark, ...]:
        key = (sent.kind.value, sent.resource_type, sent.text)
        if key not in self._answers:
            self._answers[key] = self._validator.validate(sent)
        return self._answers[key]


def _remote_findings(
    document: PolicyDocument, sent: PolicyDocument, remark: PolicyRemark
) -> Iterable[Finding]:
    """The remark on its first place, the others related; nothing when it is about a placeholder."""
    places = [sent.pointer_at(start, end) for start, end in remark.spans] or [("", False)]
    if any(_is_open(document, pointer) for pointer, _ in places):
        return
    severity = SEVERITIES.get(remark.kind, Severity.MEDIUM)
    rule = _rule(remark, severity)
    locations = [document.locate(pointer, key=key) for pointer, key in places]
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
