"""
From a policy's node in a file to :class:`PolicyDocument` values: one for each assignment of what it depends
on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from pregate.iam.calls import call_of, function_name, is_no_value
from pregate.iam.copying import Copier, Places, UnreasonableError
from pregate.iam.document import TOKEN, Place, PolicyDocument, PolicyKind, children, to_text
from pregate.model import Location
from pregate.positions import Array, Node, Object, PositionError, Scalar, parse_json
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.iam.strands import Strand
    from pregate.iam.template import Template, Variable

    Assignment = Mapping[Variable, bool | int]

MAX_TOGETHER = 16
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
    """
    Collects the documents and gaps of one file. ``usual`` is the kind that the file's name speaks of, for
    policies outside templates that may be of it; ``labels`` are those of the documents that follow.
    """

    path: str
    text: str
    lines: Places
    usual: PolicyKind | None = None
    labels: tuple[tuple[str, str], ...] = ()
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
        for assignment in self._assignments(node, template) if template else ({},):
            resolver = self._resolver(template, assignment)
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
                self._append(kind or self._kind(resolved, template), attached, name, text, places, resolver)
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

        Its parts have places of their own where each character can be told; else all stands at the string's
        place.
        """
        known: set[str] = set()
        for assignment in self._assignments(node, template) if template else ({},):
            resolver = self._resolver(template, assignment)
            try:
                resolved = resolver.resolve(node)
            except UnreasonableError as error:
                self.gap(error.node, f"a policy {error.message}")
                return
            spelled = to_text(resolved) if resolved is not None else ""
            if spelled not in known:
                known.add(spelled)
                self._add_resolved(name, node, resolved, resolver, kind, attached, optional=optional)

    def _resolver(self, template: Template | None, assignment: Assignment) -> Copier:
        if template is None:
            return Copier()
        from pregate.iam.intrinsics import Resolver

        return Resolver(template, assignment, self.path, self.lines)

    def _add_resolved(
        self,
        name: str,
        node: Node,
        resolved: Node | None,
        resolver: Copier,
        kind: PolicyKind | None,
        attached: str,
        *,
        optional: bool,
    ) -> None:
        text = resolved.text if isinstance(resolved, Scalar) and isinstance(resolved.value, str) else ""
        strand = self._strand(text, node, resolver)
        if text.lstrip().startswith("%7"):
            from pregate.iam.strands import unquoted

            text, strand = unquoted(text, strand)
        try:
            inner = parse_json(text)
        except PositionError:
            self.gap(node, "a policy in a string could not be read as JSON")
            return
        if isinstance(inner, Object) and (looks_like_policy(inner) or not optional):
            places = tuple(self._places(inner, strand.span if strand else lambda *_: (node.start, node.end)))
            self._append(
                kind or self._kind(inner, resolver.template), attached, name, to_text(inner), places, resolver
            )
        elif not optional:
            self.gap(node, "a policy in a string could not be read as JSON")

    def _strand(self, text: str, node: Node, resolver: Copier) -> Strand | None:
        from pregate.iam.strands import joined, strand_of

        call = call_of(node) if resolver.template else None
        if call and call[0] in ("Fn::Sub", "Fn::Join"):
            return joined(self.text, len(text), resolver.pieces)
        return strand_of(self.text, node) if isinstance(node, Scalar) and node.text == text else None

    def _kind(self, policy: Object, template: Template | None) -> PolicyKind:
        """By its principals; the file's name decides where they leave it open."""
        found = guess_kind(policy)
        if template is not None or self.usual is None:
            return found
        control = self.usual is PolicyKind.SERVICE_CONTROL and found is PolicyKind.IDENTITY
        return self.usual if control or self.usual is PolicyKind.RESOURCE_CONTROL else found

    def _append(
        self,
        kind: PolicyKind,
        attached: str,
        name: str,
        text: str,
        places: tuple[Place, ...],
        resolver: Copier,
    ) -> None:
        self.documents.append(
            PolicyDocument(kind, attached, name, text, places, tuple(resolver.unknowns), self.labels)
        )

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

    def _assignments(self, node: Node, template: Template) -> list[Assignment]:
        """
        Assignments under which to read the policy.

        All of them where there are few; else all combinations within each statement, the first of each beside
        them: every rule judges one statement at a time. What even that leaves out is a gap.
        """
        variables = template.variables_in(node)
        if prod(map(len, variables.values())) <= MAX_TOGETHER:
            return list(combinations(variables))
        ends = [{name: options[at] for name, options in variables.items()} for at in (0, -1)]
        found: list[Assignment] = [*ends]
        statements = node.get("Statement") if isinstance(node, Object) else None
        parts = statements.items if isinstance(statements, Array) else [node]
        for part in parts:
            within = template.variables_in(part)
            if prod(map(len, within.values())) > MAX_TOGETHER or len(found) >= MAX_VARIANTS:
                self.gap(part, "too many conditions to try all their combinations")
                continue
            found += combinations(within)
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
            elif call and not is_no_value(current):
                self.gap(current, f"a statement is known only at deployment ({function_name(call)})")
            elif isinstance(current, Array):
                pending += current.items


def combinations(variables: Mapping[Variable, tuple[bool | int, ...]]) -> Iterator[Assignment]:
    """All assignments of the variables."""
    for values in product(*variables.values()):
        yield dict(zip(variables, values, strict=True))


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
