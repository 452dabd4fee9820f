"""From the value of a policy to :class:`PolicyDocument` objects: its text, and the place of each part."""

from __future__ import annotations

import re

from pregate.iam.assemble import guess_kind, looks_like_policy
from pregate.iam.document import CLOSE, OPEN, TOKEN, Place, PolicyDocument, PolicyKind, Unknown, step, to_text
from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import ExhaustedError, Hidden, Ledger, Map, Plain, Seq, Str, Value
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass, field

MAX_DEPTH = 60
_ADDRESS = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+|\[\"?[\w./ -]*\"?\])+")

Gap = tuple[Span, str]


@dataclass(slots=True)
class Built:
    """What a value gave: a document if it is a policy, and the parts that are not known."""

    document: PolicyDocument | None
    gaps: list[Gap]


def build(
    value: Map, kind: PolicyKind | None, attached: str, name: str, ledger: Ledger, *, optional: bool = False
) -> Built:
    """
    The document that a policy's value stands for; ``kind`` None: by its principals.

    ``optional``: what does not look like a policy is none. Raises ExhaustedError.
    """
    writer = _Writer(ledger)
    known = _without_hidden_statements(value, writer)
    if known is None:
        return Built(None, writer.gaps)
    root = writer.node(known, "", known.span, 0)
    if not isinstance(root, Object) or (optional and not looks_like_policy(root)):
        return Built(None, [])
    document = PolicyDocument(
        kind or guess_kind(root),
        attached,
        TOKEN.sub("…", name),
        to_text(root),
        tuple(writer.places),
        tuple(writer.unknowns),
    )
    return Built(document, writer.gaps)


def _without_hidden_statements(policy: Map, writer: _Writer) -> Map | None:
    """The policy without unknown statements, each of which is a gap; None when no other is left."""
    member = policy.items.get("Statement")
    if member is None:
        return policy
    place, statements = member
    hidden = [s for s in _items(statements) if isinstance(s, Hidden)]
    if not hidden:
        return policy
    for statement in hidden:
        words = f"a statement is known only at deployment ({statement.expression})"
        writer.gaps.append((statement.span, words))
    rest: list[Value] = [s for s in _items(statements) if not isinstance(s, Hidden)]
    if not rest:
        return None
    return Map({**policy.items, "Statement": (place, Seq(rest, statements.span))}, policy.span)


def _items(value: Value) -> list[Value]:
    return value.items if isinstance(value, Seq) else [value]


@dataclass(slots=True)
class _Writer:
    """Writes values as nodes and notes where each stands."""

    ledger: Ledger
    places: list[Place] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def node(self, value: Value, pointer: str, key: Span, depth: int) -> Node:
        self.ledger.spend(3)
        if depth > MAX_DEPTH:
            raise ExhaustedError
        self.places.append(Place(pointer, value.span.location, key.location))
        match value:
            case Map(items=members):
                return Object(
                    [
                        (self._text(name), self.node(v, self._below(pointer, name), at, depth + 1))
                        for name, (at, v) in members.items()
                    ],
                    0,
                    0,
                )
            case Seq(items=items):
                return Array(
                    [self.node(item, f"{pointer}/{n}", item.span, depth + 1) for n, item in enumerate(items)],
                    0,
                    0,
                )
            case Plain(value=plain):
                return Scalar(plain, "null" if plain is None else str(plain), 0, 0)
            case Str() | Hidden():
                return self._text(self.ledger.text_of(value) or "")

    def _below(self, pointer: str, name: str) -> str:
        return f"{pointer}/{step(self._renumbered(name))}"

    def _text(self, text: str) -> Scalar:
        written = self._renumbered(text)
        return Scalar(written, written, 0, 0)

    def _renumbered(self, text: str) -> str:
        """The text with the tokens of this document, counted from 0."""
        if OPEN not in text:
            return text
        for hidden in self.ledger.hidden_in(text):
            if hidden.token not in self.renamed:
                token = f"{OPEN}{len(self.unknowns)}{CLOSE}"
                self.renamed[hidden.token] = token
                self.unknowns.append(
                    Unknown(
                        token,
                        hidden.expression,
                        hidden.span.location,
                        hidden.may_be_wildcard,
                        identity_of(hidden.expression),
                    )
                )
        return TOKEN.sub(lambda token: self.renamed.get(token[0], "\ufffd"), text)


def identity_of(expression: str) -> str:
    """
    By what an unknown value is the same in two versions of a policy: its address. ``""`` for another
    expression (``f(…)``), of which only a part is kept.
    """
    return expression if _ADDRESS.fullmatch(expression) else ""
