"""
Evaluates expressions, without running anything: what is not known stays unknown, and says so.

A condition that is not known has two outcomes; which one is taken is the choice of the world that the
expression is evaluated in, and whoever evaluates tries several worlds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.iam.document import TOKEN
from pregate.iam.terraform.operators import operate, truth
from pregate.iam.terraform.syntax import (
    Access,
    Call,
    Choice,
    Conditional,
    Expression,
    ForOf,
    Literal,
    Member,
    Name,
    ObjectOf,
    Operation,
    Repeat,
    Span,
    Template,
    Text,
    TupleOf,
    literal_text,
)
from pregate.iam.terraform.values import (
    MAX_TEXT,
    ExhaustedError,
    Hidden,
    Ledger,
    Map,
    Piece,
    Plain,
    Seq,
    Str,
    Value,
    is_null,
)
from pregate.records import dataclass, field

MAX_DEPTH = 64

Scope = Mapping[str, Value]
# File and offset of a condition.
Condition = tuple[str, int]


@dataclass(slots=True)
class World:
    """One evaluation: its budget, and the outcome of each condition that is not known."""

    ledger: Ledger
    assignment: Mapping[Condition, bool] = field(default_factory=dict)
    otherwise: bool = True
    met: dict[Condition, None] = field(default_factory=dict)
    depth: int = 0

    def choose(self, span: Span) -> bool:
        """The outcome of the condition at a place."""
        key = (span.file.path, span.start)
        self.met[key] = None
        return self.assignment.get(key, self.otherwise)


class Evaluator:
    """Evaluates the expressions of one module; subclasses know what names stand for."""

    def __init__(self, world: World) -> None:
        self.world, self.ledger = world, world.ledger

    def reference(self, node: Access | Name, steps: list[Expression | str], scope: Scope) -> Value:
        """The value of a name with the steps after it."""
        raise NotImplementedError

    def call(self, node: Call, scope: Scope) -> Value:
        """The value of a function call."""
        raise NotImplementedError

    def value(self, node: Expression, scope: Scope) -> Value:
        """What an expression is worth. Raises ExhaustedError."""
        self.ledger.spend(1)
        self.world.depth += 1
        try:
            if self.world.depth > MAX_DEPTH:
                return Hidden("an expression nested too deep", node.span)
            return self._value(node, scope)
        finally:
            self.world.depth -= 1

    def _value(self, node: Expression, scope: Scope) -> Value:
        match node:
            case Template():
                return self._template(node, scope)
            case Access(base=Name()):
                return self.reference(node, node.steps, scope)
            case Access():
                return self.follow(self.value(node.base, scope), node.steps, node, scope)
            case Name():
                return self.reference(node, [], scope)
            case Literal():
                return Plain(node.value, node.span)
            case TupleOf():
                self.ledger.spend(len(node.items))
                return Seq([self.value(item, scope) for item in node.items], node.span)
            case ObjectOf():
                return self._object(node, scope)
            case Call():
                return self.call(node, scope)
            case Conditional():
                outcome = self.outcome(node.condition, scope)
                return self.value(node.yes if outcome else node.no, scope)
            case Operation():
                return self._operation(node, scope)
            case ForOf():
                return self._for(node, scope)
            case _:
                return Hidden("an expression", node.span)

    def outcome(self, condition: Expression, scope: Scope) -> bool:
        """Whether a condition holds; a choice of the world where it is not known."""
        known = truth(self.value(condition, scope))
        return self.world.choose(condition.span) if known is None else known

    # ------------------------------------------------------------------------------------------- templates

    def _template(self, node: Template, scope: Scope) -> Value:
        parts = node.parts
        if len(parts) == 1 and isinstance(parts[0], Text):
            part = parts[0]
            return Str(part.text, node.span, (Piece(0, part.span, part.exact),))
        if len(parts) == 1 and not isinstance(parts[0], Choice | Repeat):
            return self.value(parts[0], scope)
        writer = _Writer(self.ledger)
        hidden = self._write(parts, scope, writer)
        if hidden is not None:
            return Hidden(hidden.expression, hidden.span, True, failed=hidden.failed)
        if writer.only is not None:
            return Str("", node.span, (), writer.only)
        return Str("".join(writer.texts), node.span, writer.pieces)

    def _write(self, parts: list[Expression], scope: Scope, writer: _Writer) -> Hidden | None:
        """Writes the parts; what hides the text, if it cannot be written."""
        hidden = None
        for part in parts:
            match part:
                case Text():
                    writer.add(part.text, part.span, part.exact)
                case Choice():
                    outcome = self.outcome(part.condition, scope)
                    hidden = self._write(part.yes if outcome else part.no, scope, writer)
                case Repeat():
                    collection = self.value(part.collection, scope)
                    rounds = self.rounds(collection, part.key, part.value, scope)
                    if rounds is None:
                        return Hidden("a template's for directive", part.span)
                    for inner in rounds:
                        hidden = hidden or self._write(part.parts, inner, writer)
                case _:
                    hidden = self._interpolate(part, self.value(part, scope), writer)
            if hidden is not None:
                return hidden
        return None

    def _interpolate(self, part: Expression, value: Value, writer: _Writer) -> Hidden | None:
        if isinstance(value, Str) and value.structure is not None:
            writer.structures.append(value.structure)
        text = self.ledger.text_of(value)
        if text is None:
            return Hidden("a template", part.span, failed=True)
        writer.add(text, part.span, False)
        return None

    # ----------------------------------------------------------------------------------------- collections

    def _object(self, node: ObjectOf, scope: Scope) -> Value:
        members: dict[str, tuple[Span, Value]] = {}
        for key, value in node.items:
            text = literal_text(key)
            if text is None:
                text = self.ledger.text_of(self.value(key, scope))
            if text is None:
                return Hidden("the key of an object", key.span, failed=True)
            members[text] = (key.span, self.value(value, scope))
        return Map(members, node.span)

    def rounds(self, collection: Value, key: str, value: str, scope: Scope) -> list[Scope] | None:
        """The scopes of a loop over a collection; None when it is not known."""
        pairs = self.pairs(collection)
        if pairs is None:
            return None
        self.ledger.spend(2 * len(pairs))
        return [{**scope, value: item, **({key: number} if key else {})} for number, item in pairs]

    def pairs(self, collection: Value) -> list[tuple[Value, Value]] | None:
        """Key (or index) and value of each element."""
        match collection:
            case Seq(items=items):
                return [(Plain(number, item_span(item)), item) for number, item in enumerate(items)]
            case Map(items=members):
                return [(Str(key, span), item) for key, (span, item) in sorted(members.items())]
            case _:
                return None

    def _for(self, node: ForOf, scope: Scope) -> Value:
        collection = self.value(node.collection, scope)
        rounds = self.rounds(collection, node.key, node.value, scope)
        if rounds is None:
            may = self.ledger.may_be_wildcard([collection]) or not isinstance(node.result, Access | Name)
            return Hidden("a for expression", node.span, may)
        chosen = [r for r in rounds if node.condition is None or self.outcome(node.condition, r)]
        if node.key_result is None:
            return Seq([self.value(node.result, r) for r in chosen], node.span)
        members: dict[str, tuple[Span, Value]] = {}
        for inner in chosen:
            key = self.value(node.key_result, inner)
            text = self.ledger.text_of(key)
            if text is None:
                return Hidden("the key of a for expression", node.span)
            value = self.value(node.result, inner)
            if node.grouped:
                known = members[text][1] if text in members else Seq([], node.span)
                value = Seq([*(known.items if isinstance(known, Seq) else ()), value], node.span)
                self.ledger.spend(len(value.items))
            members[text] = (key.span, value)
        return Map(members, node.span)

    def _operation(self, node: Operation, scope: Scope) -> Value:
        left = self.value(node.operands[0], scope)
        if node.operator in ("&&", "||") and truth(left) is (node.operator == "||"):
            return Plain(node.operator == "||", node.span)
        operands = [left, *(self.value(operand, scope) for operand in node.operands[1:])]
        return operate(node.operator, operands, node.span, self.ledger)

    # ------------------------------------------------------------------------------------------ references

    def follow(self, value: Value, steps: list[Expression | str], node: Expression, scope: Scope) -> Value:
        """What the steps of a reference lead to."""
        for number, step in enumerate(steps):
            self.ledger.spend(1)
            if isinstance(step, str):
                return self._splat(value, steps[number + 1 :], node, scope)
            key = self.value(step, scope)
            value = self.member(value, key, node)
        return value

    def _splat(self, value: Value, rest: list[Expression | str], node: Expression, scope: Scope) -> Value:
        if isinstance(value, Hidden) and value.attribute is None:
            return Hidden(describe(node), node.span, value.may_be_wildcard)
        items = value.items if isinstance(value, Seq) else [] if is_null(value) else [value]
        self.ledger.spend(len(items))
        return Seq([self.follow(item, rest, node, scope) for item in items], node.span)

    def member(self, value: Value, key: Value, node: Expression) -> Value:
        """An attribute or element; what is surely missing has *failed*."""
        name = self.ledger.text_of(key)
        missing = Hidden(describe(node), node.span, failed=True)
        if name is None:
            return missing
        if isinstance(value, Hidden):
            if value.attribute is not None:
                return value.attribute(name, node.span)
            return Hidden(describe(node), node.span, value.may_be_wildcard, failed=value.failed)
        if TOKEN.search(name):
            return Hidden(describe(node), node.span, self.ledger.may_be_wildcard([value]))
        if isinstance(value, Map):
            return value.get(name) or missing
        if isinstance(value, Seq) and name.isdecimal() and int(name[:9]) < len(value.items):
            return value.items[int(name[:9])]
        return missing


class _Writer:
    """The text of a template, with the place of each piece."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.texts: list[str] = []
        self.pieces: list[Piece] = []
        self.structures: list[Value] = []
        self.length = 0

    def add(self, text: str, span: Span, exact: bool) -> None:
        """One more piece."""
        self.ledger.spend(1 + len(text) // 64)
        self.texts.append(text)
        self.pieces.append(Piece(self.length, span, exact))
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise ExhaustedError

    @property
    def only(self) -> Value | None:
        """What the text is the JSON of, if nothing but blanks stands around it."""
        written = [text for text in self.texts if text.strip()]
        return self.structures[0] if len(self.structures) == 1 and len(written) == 1 else None


def item_span(value: Value) -> Span:
    """Where a value was written."""
    return value.span


def describe(node: Expression) -> str:
    """A reference in words that quote names only: ``var.names[…]``; other expressions by their kind."""
    match node:
        case Name():
            return node.name[:60]
        case Access(base=Name() as base):
            return (base.name + "".join(_described(node.steps)))[:80]
        case Call():
            return f"{node.name[:40]}(…)"
        case _:
            return "an expression"


def _described(steps: list[Expression | str]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, str):
            yield "[*]"
        elif isinstance(step, Member):
            yield f".{literal_text(step)}"
        else:
            yield "[…]"
