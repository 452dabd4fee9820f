"""
The syntax tree of HCL: every expression with its file and offsets (code points, end exclusive).

Source: HCL Native Syntax Specification (hashicorp/hcl, ``hclsyntax/spec.md``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from pregate.model import Location
from pregate.positions import Lines
from pregate.records import dataclass, field

# Not frozen, for speed; nobody alters a node after the parser is done.


class File:
    """A source text, and where its lines begin (found out when first asked)."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text."""
        return Lines(self.text)


@dataclass(frozen=True, slots=True)
class Span:
    """A region of a file."""

    file: File
    start: int
    end: int

    @property
    def location(self) -> Location:
        """The region in lines and columns."""
        return self.file.lines.location(self.file.path, self.start, self.end)


@dataclass(slots=True, eq=False, repr=False)
class Expression:
    """What all expressions have: their place."""

    file: File
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.file, self.start, self.end)


@dataclass(slots=True, eq=False, repr=False)
class Literal(Expression):
    """A number, truth value or null."""

    value: int | float | bool | None


@dataclass(slots=True, eq=False, repr=False)
class Text(Expression):
    """
    A run of literal text in a template.

    It is ``exact`` when the source reads the same, so that offsets within it can be told.
    """

    text: str
    exact: bool


@dataclass(slots=True, eq=False, repr=False)
class Template(Expression):
    """A quoted string, heredoc or template file: runs of text, interpolations and directives."""

    parts: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class Member(Template):
    """The name after a dot in a reference."""


@dataclass(slots=True, eq=False, repr=False)
class Choice(Expression):
    """``%{ if }`` in a template."""

    condition: Expression
    yes: list[Expression]
    no: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class Repeat(Expression):
    """``%{ for }`` in a template."""

    key: str
    value: str
    collection: Expression
    parts: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class TupleOf(Expression):
    """``[a, b]``."""

    items: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class ObjectOf(Expression):
    """``{a = b}``; a bare key is a :class:`Template` of its name."""

    items: list[tuple[Expression, Expression]]


@dataclass(slots=True, eq=False, repr=False)
class ForOf(Expression):
    """``[for k, v in c : r if x]``, or with ``key_result`` the form that makes an object."""

    key: str
    value: str
    collection: Expression
    key_result: Expression | None
    result: Expression
    condition: Expression | None
    grouped: bool


@dataclass(slots=True, eq=False, repr=False)
class Conditional(Expression):
    """``a ? b : c``."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(slots=True, eq=False, repr=False)
class Operation(Expression):
    """An operator with its one or two operands."""

    operator: str
    operands: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class Call(Expression):
    """``name(arguments)``; ``expand``: the last argument is followed by ``...``."""

    name: str
    arguments: list[Expression]
    expand: bool


@dataclass(slots=True, eq=False, repr=False)
class Name(Expression):
    """The first word of a reference."""

    name: str


SPLAT = "*"


@dataclass(slots=True, eq=False, repr=False)
class Access(Expression):
    """``base.name``, ``base[index]``, ``base[*]``: names and indices as expressions, a splat as ``*``."""

    base: Expression
    steps: list[Expression | str]


@dataclass(slots=True, eq=False, repr=False)
class Attribute:
    """``name = value`` in a body."""

    name: str
    value: Expression
    key: Span


@dataclass(slots=True, eq=False, repr=False)
class Block:
    """``type "label" { … }``; ``header`` is the place of its type and labels."""

    type: str
    labels: tuple[str, ...]
    body: Body
    header: Span


@dataclass(slots=True, eq=False, repr=False)
class Body:
    """
    Attributes and blocks. In JSON (``loose``) a block is an attribute whose value is an object or a list of
    objects.
    """

    file: File
    start: int
    end: int
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    loose: bool = False

    @property
    def span(self) -> Span:
        """Where it stands, braces included."""
        return Span(self.file, self.start, self.end)

    def get(self, name: str) -> Expression | None:
        """The value of an attribute."""
        found = self.attributes.get(name)
        return found.value if found else None

    def named(self, name: str) -> list[Block]:
        """The blocks of one type."""
        if self.loose and name in self.attributes:
            return list(_loose_blocks(self.attributes[name]))
        return [block for block in self.blocks if block.type == name]


def _loose_blocks(attribute: Attribute) -> Iterator[Block]:
    value = attribute.value
    for item in value.items if isinstance(value, TupleOf) else [value]:
        if isinstance(item, ObjectOf):
            yield Block(attribute.name, (), body_of(item), attribute.key)


def body_of(value: ObjectOf) -> Body:
    """An object of JSON as a body: each member is an attribute."""
    body = Body(value.file, value.start, value.end, loose=True)
    for key, member in value.items:
        name = literal_text(key)
        if name is not None:
            body.attributes[name] = Attribute(name, member, key.span)
    return body


def literal_text(node: Expression | None) -> str | None:
    """The text of a template without interpolations, else None."""
    if isinstance(node, Template):
        texts = [part.text for part in node.parts if isinstance(part, Text)]
        return "".join(texts) if len(texts) == len(node.parts) else None
    return None


def children(node: Expression) -> Iterator[Expression]:
    """The expressions directly within one."""
    match node:
        case Template():
            yield from node.parts
        case Choice():
            yield from (node.condition, *node.yes, *node.no)
        case Repeat():
            yield from (node.collection, *node.parts)
        case TupleOf():
            yield from node.items
        case ObjectOf():
            for key, value in node.items:
                yield from (key, value)
        case ForOf():
            parts = (node.collection, node.key_result, node.result, node.condition)
            yield from (part for part in parts if part is not None)
        case Conditional():
            yield from (node.condition, node.yes, node.no)
        case Operation():
            yield from node.operands
        case Call():
            yield from node.arguments
        case Access():
            yield node.base
            yield from (step for step in node.steps if not isinstance(step, str))


def walk(node: Expression) -> Iterator[Expression]:
    """An expression and all within it; iterative, for the tree is hostile."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending += children(current)


def expressions(body: Body) -> Iterator[Expression]:
    """The values of all attributes of a body and of the blocks within it."""
    pending = [body]
    while pending:
        current = pending.pop()
        yield from (attribute.value for attribute in current.attributes.values())
        pending += [block.body for block in current.blocks]
