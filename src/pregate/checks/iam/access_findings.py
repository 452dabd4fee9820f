"""From an answer about access to findings on lines of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pregate.checks.base import AccessAnswer, AccessReason
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.findings import anchor_of, properties_of, start_of
from pregate.iam import PolicyDocument
from pregate.iam.comparable import Parts, has_unknown, identified, parts_of, statements_in
from pregate.iam.document import children
from pregate.iam.globs import matches
from pregate.model import Confidence, Finding, Location, Related, Rule
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass

# Elements in the order in which they explain best why access is new.
_TELLING = ("action", "notaction", "resource", "notresource", "principal", "notprincipal", "condition")
_MAX_SHOWN = 300

# Which part of a statement to point at: gives pointers within the statement, best first.
Pointing = Callable[[Node], Iterator[tuple[str, Scalar]]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    What to report: the rule, its severity by what the judge weighed, what grants (``The change``) and a
    sentence that follows the judge's words.
    """

    rule: Rule
    severities: Severities
    sentence: str
    grants: str = "The policy"
    compared_with: str = ""


def access_findings(
    document: PolicyDocument, answer: AccessAnswer, ruling: Ruling, pointing: Pointing
) -> Iterator[Finding]:
    """A finding for each reason of the answer, on the part of the statement that ``pointing`` names."""
    statements = statements_in(document.root)
    reasons = [r for r in answer.reasons if 0 <= r.statement < len(statements)]
    for reason in reasons or [AccessReason(" ".join(r.description for r in answer.reasons))]:
        node = statements[reason.statement] if reason.statement >= 0 else None
        pointer = _pointer(document, reason.statement)
        told = _told(pointing(node), reason.action) if node is not None else None
        place = document.locate(pointer + told[0] if told else pointer)
        sid = _sid(node)
        texts = (
            (sid, told[1].text) if told else (sid, "" if sid or node is None else _spelled(document, node))
        )
        yield Finding(
            rule=ruling.rule,
            message=_message(reason, answer, ruling),
            location=place if told else start_of(place),
            severity=ruling.severities.of_rule(ruling.rule, reason.severity),
            confidence=Confidence.MEDIUM if node is not None and has_unknown(node) else Confidence.HIGH,
            related=_related(start_of(document.locate(pointer)), place) if told else (),
            properties=_properties(document, ruling),
            anchor=anchor_of(document, ruling.rule, texts),
        )


def _told(parts: Iterator[tuple[str, Scalar]], action: str) -> tuple[str, Scalar] | None:
    """The first of the parts, or the element that an example's action comes from."""
    found = list(parts)
    for pointer, leaf in found if action else ():
        if pointer.lower().startswith("/action") and matches(leaf.text.lower(), action.lower()):
            return pointer, leaf
    return found[0] if found else None


def whatever_is_new(document: PolicyDocument, bases: Sequence[PolicyDocument]) -> Pointing:
    """Points at the parts of a statement that its counterpart in ``bases`` does not have."""

    def point(statement: Node) -> Iterator[tuple[str, Scalar]]:
        known = _counterpart(document, statement, bases)
        for words, pointer, leaf in _leaves(document, statement):
            if words not in known:
                yield pointer, leaf

    return point


def whatever_is_listed(
    document: PolicyDocument, actions: Sequence[str], resources: Sequence[str]
) -> Pointing:
    """Points at the actions, else the resources, of a statement that a listed one is covered by."""
    listed = {"action": [action.lower() for action in actions], "resource": list(resources)}

    def point(statement: Node) -> Iterator[tuple[str, Scalar]]:
        for (element, _), pointer, leaf in _leaves(document, statement):
            name = element.strip("/")
            text = leaf.text.lower() if name == "action" else leaf.text
            if any(matches(text, one) or matches(one, text) for one in listed.get(name, ())):
                yield pointer, leaf

    return point


def whoever_is_named(document: PolicyDocument) -> Pointing:
    """Points at the principals of a statement, those with a wildcard first."""

    def point(statement: Node) -> Iterator[tuple[str, Scalar]]:
        named = [
            (pointer, leaf)
            for (element, _), pointer, leaf in _leaves(document, statement)
            if element.strip("/").startswith(("principal", "notprincipal"))
        ]
        yield from sorted(named, key=lambda part: "*" not in part[1].text)

    return point


def _counterpart(document: PolicyDocument, statement: Node, bases: Sequence[PolicyDocument]) -> Parts:
    """The parts of the statement of the bases with the same id, else of the one most like it."""
    mine, sid = parts_of(document, statement), _sid(statement)
    best, most = Parts(), -1.0
    for base in bases:
        for node in statements_in(base.root):
            parts = parts_of(base, node)
            alike = (2.0 if sid and _sid(node) == sid else 0.0) + (mine & parts).total() / (mine.total() or 1)
            if alike > most:
                best, most = parts, alike
    return best


def _leaves(document: PolicyDocument, statement: Node) -> Iterator[tuple[tuple[str, str], str, Scalar]]:
    """The strings of a statement: element with text, pointer within it, node; the most telling first."""
    found: list[tuple[int, int, str, str, Scalar]] = []
    pending: list[tuple[str, str, Node]] = [("", "", statement)]
    while pending:
        path, pointer, node = pending.pop()
        if isinstance(node, Object):
            pending += [
                (f"{path}/{key.text.lower()}", f"{pointer}/{part}", child)
                for part, key, child in children(node)
                if key
            ]
        elif isinstance(node, Array):
            pending += [(path, f"{pointer}/{part}", child) for part, _, child in children(node)]
        else:
            element = path.split("/")[1] if path else ""
            if element in _TELLING:
                found.append((_TELLING.index(element), node.start, path, pointer, node))
    name = identified(document)
    for _, _, path, pointer, node in sorted(found, key=lambda entry: entry[:2]):
        yield (path, name(node.text)), pointer, node


def _pointer(document: PolicyDocument, index: int) -> str:
    root = document.root
    if index < 0 or not isinstance(root, Object):
        return ""
    return f"/Statement/{index}" if isinstance(root.get("Statement"), Array) else "/Statement"


def _sid(node: Node | None) -> str:
    sid = node.get("Sid") if isinstance(node, Object) else None
    return sid.text if isinstance(sid, Scalar) else ""


def _spelled(document: PolicyDocument, statement: Node) -> str:
    """What a statement says, whatever the order of its parts."""
    return "\n".join(f"{path} {text}" for path, text in sorted(parts_of(document, statement).elements()))


def _message(reason: AccessReason, answer: AccessAnswer, ruling: Ruling) -> str:
    if reason.action:
        closing = ruling.sentence[:1].lower() + ruling.sentence[1:]
        return f"{ruling.grants} {' '.join(reason.description.split())}; {closing}"
    words = dict.fromkeys(
        _sentence(text[:_MAX_SHOWN]) for text in (reason.description, answer.message) if text.strip()
    )
    return " ".join((*words, ruling.sentence))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _related(statement: Location, place: Location) -> tuple[Related, ...]:
    return (Related(statement, "in this statement"),) if statement != place else ()


def _properties(document: PolicyDocument, ruling: Ruling) -> tuple[tuple[str, str], ...]:
    compared = (("compared-with", ruling.compared_with),) if ruling.compared_with else ()
    return (*properties_of(document), *compared)
