"""Where remarks of ``ValidatePolicy``, the service's or our own, become findings on parts of the file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pregate.checks.base import PolicyRemark
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.equivalents import Gathered, Places, statement_of
from pregate.checks.iam.findings import anchor_of, properties_of, start_of
from pregate.iam import PolicyDocument
from pregate.iam.document import TOKEN, children
from pregate.model import Finding, Location, Related, Rule, Severity
from pregate.positions import Array, Node, Scalar
from pregate.records import dataclass, replace

_GRAVE = ("ERROR", "SECURITY_WARNING")


@dataclass(frozen=True, slots=True)
class Remarked:
    """A document as the file has it, and as it was ``sent`` to whoever made the remarks."""

    document: PolicyDocument
    sent: PolicyDocument

    def add(
        self,
        remark: PolicyRemark,
        places: Places,
        gathered: Gathered,
        severities: Severities,
        known: Sequence[Finding] = (),
    ) -> None:
        """
        Adds a remark to the findings on the file: as one of its own on its first place, the others related;
        to a finding that says the same; or not at all when it is about a placeholder, or when somebody else's
        ``known`` finding has the same code there.
        """
        document = self.document
        if any(_is_open(document, pointer) for pointer, _ in places):
            return
        severity = severities.of_remark(remark.code, remark.kind)
        given = severities.is_given(remark.code) or severities.is_given(remark.kind)
        least = severity if given or remark.kind in _GRAVE else Severity.UNKNOWN
        if gathered.merges(document, remark, places, least):
            return
        made = self._finding(remark, places, severity)
        if not any(f.rule.id == made.rule.id and _overlap(f.location, made.location) for f in known):
            gathered.add(made)

    def places_of(self, remark: PolicyRemark) -> Places:
        """The parts of the document that the spans of a remark lie in."""
        return [self.sent.pointer_at(start, end) for start, end in remark.spans] or [("", False)]

    def _finding(self, remark: PolicyRemark, places: Places, severity: Severity) -> Finding:
        document = self.document
        rule = rule_of(remark, severity)
        locations = [document.locate(pointer, key=key) for pointer, key in places]
        locations[0] = _part_of(locations[0], document, self.sent, places[0], remark.spans[:1])
        pointer = places[0][0]
        statement = statement_of(pointer)
        related = [Related(start_of(location), "here too") for location in locations[1:]]
        if statement:
            related.append(Related(start_of(document.locate(statement)), "in this statement"))
        texts = (_text_at(document, f"{statement}/Sid"), _text_at(document, pointer))
        return Finding(
            rule=rule,
            message=remark.message,
            location=locations[0] if pointer != statement and pointer else start_of(locations[0]),
            severity=severity,
            related=tuple(related),
            properties=(*properties_of(document), ("finding-type", remark.kind)),
            anchor=anchor_of(document, rule, texts),
        )


def rule_of(remark: PolicyRemark, severity: Severity) -> Rule:
    """The rule that a remark brings: one for each issue code."""
    title = remark.code.replace("_", " ").capitalize()
    kind = remark.kind.replace("_", " ").lower()
    description = f"IAM Access Analyzer's policy validation gives this {kind}."
    remedy = (
        f"See [{title}]({remark.link})." if remark.link else "See Access Analyzer's policy check reference."
    )
    name, tags = f"iam/{remark.code}", ("security", "iam")
    return Rule(name, title, description, remedy, severity, remark.link, (), tags)


def _overlap(one: Location, other: Location) -> bool:
    starts = [(place.start_line, place.start_column) for place in (one, other)]
    ends = [(place.end_line, place.end_column) for place in (one, other)]
    return one.path == other.path and starts[0] < ends[1] and starts[1] < ends[0]


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


def _node_at(document: PolicyDocument, pointer: str) -> Node | None:
    node: Node | None = document.root
    for step in pointer.split("/")[1:]:
        if isinstance(node, Array):
            node = node.items[int(step)] if step.isdecimal() and int(step) < len(node.items) else None
        else:
            node = next((child for part, _, child in children(node) if part == step), None) if node else None
    return node


def _text_at(document: PolicyDocument, pointer: str) -> str:
    node = _node_at(document, pointer)
    return node.text if isinstance(node, Scalar) else ""


def _is_open(document: PolicyDocument, pointer: str) -> bool:
    return TOKEN.search(_text_at(document, pointer)) is not None
