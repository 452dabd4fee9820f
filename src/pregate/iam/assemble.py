"""
From a policy's node in a file to :class:`PolicyDocument` values: one for each assignment of conditions that
matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import unquote

from pregate.iam.block import Block
from pregate.iam.document import TOKEN, Place, PolicyDocument, PolicyKind, children, to_text
from pregate.iam.intrinsics import Resolver, Template, UnreasonableError, call_of, conditions_in
from pregate.model import Location
from pregate.positions import Array, Lines, Node, Object, PositionError, Scalar, parse_json

MAX_TOGETHER = 4
MAX_VARIANTS = 32

_STATEMENT_KEYS = frozenset(
    {"Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"}
)
_TRUST_ACTIONS = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext")


def looks_like_statement(node: Node) -> bool:
    """Whether it is an object with at least two of the elements that only a policy statement has."""
    return isinstance(node, Object) and len(_STATEMENT_KEYS.intersection(key.text for key, _ in node)) >= 2


def looks_like_policy(node: Node) -> bool:
    """
    Whether it is an object whose ``Statement`` holds a statement, or which has a policy's version beside it.
    """
    statement = node.get("Statement") if isinstance(node, Object) else None
    if statement is None or not isinstance(node, Object):
        return False
    version = node.get("Version")
    if isinstance(version, Scalar) and version.text in ("2012-10-17", "2008-10-17"):
        return True
    return any(
        looks_like_statement(item) for item in (statement if isinstance(statement, Array) else [statement])
    )


@dataclass(slots=True)
class Assembler:
    """Collects the documents and gaps of one file."""

    path: str
    text: str
    lines: Lines
    documents: list[PolicyDocument] = field(default_factory=list)
    gaps: dict[tuple[Location, str], None] = field(default_factory=dict)

    def gap(self, node: Node, detail: str) -> None:
        """Note what cannot be judged, each place and reason once."""
        self.gaps[self.lines.location(self.path, node.start, node.end), detail] = None

    def add(
        self, name: str, node: Node, kind: PolicyKind | None, attached: str, template: Template | None
    ) -> None:
        """The documents that an object stands for; ``kind`` None: by its principals."""
        known: set[str] = set()
        for assignment in self._assignments(node) if template else ({},):
            resolver = Resolver(template, assignment, self.path, self.lines)
            try:
                resolved = resolver.resolve(node)
            except UnreasonableError as error:
                self.gap(error.node, f"a policy {error.message}")
                return
            if not isinstance(resolved, Object):
                self.gap(node, "the policy is known only at deployment")
                return
            text = to_text(resolved)
            if text not in known:
                known.add(text)
                places = tuple(self._places(resolved))
                of_kind = kind or guess_kind(resolved)
                self.documents.append(
                    PolicyDocument(of_kind, attached, name, text, places, tuple(resolver.unknowns))
                )
        self._note_unknown_parts(node, template)

    def add_text(
        self,
        name: str,
        node: Node,
        kind: PolicyKind | None,
        attached: str,
        template: Template | None,
        *,
        optional: bool = False,
    ) -> None:
        """
        A policy written as a string of JSON, perhaps with ``Fn::Sub`` or URL-encoded.

        In a YAML literal block its parts have places of their own; else all stands at the string's place.
        """
        resolver = Resolver(template, {}, self.path, self.lines)
        try:
            resolved = resolver.resolve(node)
        except UnreasonableError as error:
            self.gap(error.node, f"a policy {error.message}")
            return
        text = resolved.text if isinstance(resolved, Scalar) and isinstance(resolved.value, str) else ""
        try:
            inner = parse_json(unquote(text) if text.lstrip().startswith("%7") else text)
        except PositionError:
            self.gap(node, "a policy in a string could not be read as JSON")
            return
        if isinstance(inner, Object) and (looks_like_policy(inner) or not optional):
            block = Block.of(self.text, node.start, node.end, text)
            places = tuple(
                self._places(inner, block.span if block else lambda _start, _end: (node.start, node.end))
            )
            found = kind or guess_kind(inner)
            unknowns = tuple(resolver.unknowns)
            self.documents.append(PolicyDocument(found, attached, name, to_text(inner), places, unknowns))
        elif not optional:
            self.gap(node, "a policy in a string could not be read as JSON")

    def _places(
        self, root: Node, spans: Callable[[int, int], tuple[int, int]] = lambda start, end: (start, end)
    ) -> Iterator[Place]:
        """Every part of a policy with its place; ``spans`` turns the tree's offsets into the file's."""

        def location(node: Node) -> Location:
            return self.lines.location(self.path, *spans(node.start, node.end))

        yield Place("", location(root), location(root))
        pending: list[tuple[str, Node]] = [("", root)]
        while pending:
            pointer, node = pending.pop()
            for part, key, child in children(node):
                below = f"{pointer}/{part}"
                value = location(child)
                yield Place(below, value, location(key) if key else value)
                pending.append((below, child))

    def _assignments(self, node: Node) -> list[Mapping[str, bool]]:
        """
        Assignments of conditions under which to read the policy.

        All of them for a few conditions; for more, all combinations within each statement, the rest true:
        every rule judges one statement at a time. What even that leaves out is a gap.
        """
        names = conditions_in(node)
        if len(names) <= MAX_TOGETHER:
            return list(_combinations(names))
        found: list[Mapping[str, bool]] = [dict.fromkeys(names, True), dict.fromkeys(names, False)]
        statements = node.get("Statement") if isinstance(node, Object) else None
        parts = statements.items if isinstance(statements, Array) else [node]
        for part in parts:
            within = conditions_in(part)
            if len(within) > MAX_TOGETHER or len(found) >= MAX_VARIANTS:
                self.gap(part, "too many conditions to try all their combinations")
                continue
            found += _combinations(within)
        return found

    def _note_unknown_parts(self, node: Node, template: Template | None) -> None:
        """Gaps for whole statements, or the list of them, that only deployment knows."""
        if template is None or not isinstance(node, Object):
            return
        statement = node.get("Statement")
        if statement is None and call_of(node):
            return
        pending = [statement] if statement is not None else []
        while pending:
            current = pending.pop()
            call = call_of(current)
            if call and call[0] == "Fn::If" and isinstance(call[1], Array):
                pending += call[1].items[1:]
            elif call and not (
                call[0] == "Ref" and isinstance(call[1], Scalar) and call[1].text == "AWS::NoValue"
            ):
                self.gap(current, f"a statement is known only at deployment ({call[0]})")
            elif isinstance(current, Array):
                pending += current.items


def _combinations(names: list[str]) -> Iterator[Mapping[str, bool]]:
    for values in product((True, False), repeat=len(names)):
        yield dict(zip(names, values, strict=True))


def guess_kind(policy: Object) -> PolicyKind:
    """
    Trust if all that principals may do is assume a role, resource if there are principals, else identity.
    """
    statement = policy.get("Statement")
    statements = statement.items if isinstance(statement, Array) else [statement]
    named = [s for s in statements if isinstance(s, Object) and (s.get("Principal") or s.get("NotPrincipal"))]
    if not named:
        return PolicyKind.IDENTITY
    actions = [action for s in named for action in _texts(s.get("Action"))]
    no_resource = all(s.get("Resource") is None and s.get("NotResource") is None for s in named)
    trust = actions and no_resource and all(a.lower().startswith(_TRUST_ACTIONS) for a in actions)
    return PolicyKind.TRUST if trust else PolicyKind.RESOURCE


def _texts(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Array) else [node]
    return [item.text for item in items if isinstance(item, Scalar) and not TOKEN.fullmatch(item.text)]
