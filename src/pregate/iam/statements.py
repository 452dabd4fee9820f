"""
A policy document read as statements: lists made of single values, each part with its JSON pointer.

Reading is tolerant, so that a statement that AWS would refuse for one reason is still judged by the others.
Element names are read without regard to case; :mod:`pregate.iam.structure` says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.document import TOKEN, PolicyDocument, children, step
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One string of a policy, with the pointer to it."""

    text: str
    pointer: str

    @property
    def is_unknown(self) -> bool:
        """Whether nothing of it is known before deployment."""
        return TOKEN.fullmatch(self.text) is not None

    @property
    def is_partly_unknown(self) -> bool:
        """Whether some of it is known only at deployment."""
        return TOKEN.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Principal:
    """
    One principal; ``kind`` is ``AWS``, ``Service``, ``Federated``, ``CanonicalUser``, or ``*`` for a bare
    star.
    """

    kind: str
    element: Element


@dataclass(frozen=True, slots=True)
class Condition:
    """
    One key under one operator.

    ``operator`` is lower-case without its qualifier and suffix: ``ForAllValues:StringLikeIfExists`` is
    ``stringlike`` with ``qualifier`` ``forallvalues`` and ``if_exists``. ``key`` is lower-case.
    """

    operator: str
    qualifier: str
    if_exists: bool
    key: str
    values: tuple[Element, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; absent elements are empty."""

    pointer: str
    sid: str
    effect: Element | None
    actions: tuple[Element, ...]
    not_actions: tuple[Element, ...]
    resources: tuple[Element, ...]
    not_resources: tuple[Element, ...]
    principals: tuple[Principal, ...]
    not_principals: tuple[Principal, ...]
    conditions: tuple[Condition, ...]
    elements: frozenset[str]
    node: Object

    @property
    def allows(self) -> bool:
        """
        Whether it may grant something. An unknown effect may; one that is neither is refused by AWS and
        grants nothing.
        """
        return self.effect is not None and (
            self.effect.text.lower() == "allow" or self.effect.is_partly_unknown
        )

    @property
    def denies(self) -> bool:
        """Whether it surely takes something away."""
        return self.effect is not None and self.effect.text.lower() == "deny"


def elements_of(statement: Statement) -> Iterator[Element]:
    """The strings of a statement's lists and conditions."""
    yield from (*statement.actions, *statement.not_actions, *statement.resources, *statement.not_resources)
    for principal in (*statement.principals, *statement.not_principals):
        yield principal.element
    for condition in statement.conditions:
        yield from condition.values


def statements_of(document: PolicyDocument) -> tuple[Statement, ...]:
    """The statements of a policy that are objects; read once for a document."""
    known: tuple[Statement, ...] | None = document.__dict__.get("_statements")
    if known is None:
        known = document.__dict__["_statements"] = _read_statements(document)
    return known


def _read_statements(document: PolicyDocument) -> tuple[Statement, ...]:
    root = document.root
    found: list[Statement] = []
    for part, key, node in children(root) if isinstance(root, Object) else ():
        if key is not None and key.text == "Statement":
            pointer = f"/{part}"
            if isinstance(node, Array):
                found += [
                    _statement(f"{pointer}/{n}", item)
                    for n, item in enumerate(node)
                    if isinstance(item, Object)
                ]
            elif isinstance(node, Object):
                found.append(_statement(pointer, node))
            break
    return tuple(found)


def _statement(pointer: str, node: Object) -> Statement:
    parts: dict[str, tuple[str, Node]] = {}
    for key, value in node:
        parts[key.text.lower()] = (f"{pointer}/{step(key.text)}", value)

    def strings(name: str) -> tuple[Element, ...]:
        return tuple(_strings(*parts[name])) if name in parts else ()

    def principals(name: str) -> tuple[Principal, ...]:
        return tuple(_principals(*parts[name])) if name in parts else ()

    sid, effect = strings("sid"), strings("effect")
    return Statement(
        pointer=pointer,
        sid=sid[0].text if sid else "",
        effect=effect[0] if effect else None,
        actions=strings("action"),
        not_actions=strings("notaction"),
        resources=strings("resource"),
        not_resources=strings("notresource"),
        principals=principals("principal"),
        not_principals=principals("notprincipal"),
        conditions=tuple(_conditions(*parts["condition"])) if "condition" in parts else (),
        elements=frozenset(parts),
        node=node,
    )


def _strings(pointer: str, node: Node) -> Iterator[Element]:
    if isinstance(node, Scalar):
        yield Element(node.text, pointer)
    elif isinstance(node, Array):
        for index, item in enumerate(node):
            if isinstance(item, Scalar):
                yield Element(item.text, f"{pointer}/{index}")


def _principals(pointer: str, node: Node) -> Iterator[Principal]:
    if isinstance(node, Object):
        for key, value in node:
            for element in _strings(f"{pointer}/{step(key.text)}", value):
                yield Principal(key.text, element)
    else:
        for element in _strings(pointer, node):
            yield Principal("*", element)


def _conditions(pointer: str, node: Node) -> Iterator[Condition]:
    for operator, block in node if isinstance(node, Object) else ():
        qualifier, colon, name = operator.text.lower().rpartition(":")
        if_exists = name.endswith("ifexists")
        for key, value in block if isinstance(block, Object) else ():
            below = f"{pointer}/{step(operator.text)}/{step(key.text)}"
            yield Condition(
                operator=name.removesuffix("ifexists"),
                qualifier=qualifier if colon else "",
                if_exists=if_exists,
                key=key.text.lower(),
                values=tuple(_strings(below, value)),
                pointer=below,
            )
