"""
The data source ``aws_iam_policy_document``: its blocks as the policy that it makes.

Statements of source documents come first; a later statement with the same ``sid`` takes an earlier one's
place; override documents come last. Source: AWS provider, "Data Source: aws_iam_policy_document".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pregate.iam.terraform.instances import Instance
from pregate.iam.terraform.json_values import from_json
from pregate.iam.terraform.syntax import Block, Body, Span
from pregate.iam.terraform.values import Hidden, Map, Seq, Str, Value, is_null

if TYPE_CHECKING:
    from pregate.iam.terraform.evaluate import Scope
    from pregate.iam.terraform.module import Module

POLICY_DOCUMENT = "aws_iam_policy_document"

Members = dict[str, tuple[Span, Value]]

_LISTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)
_PRINCIPALS = (("principals", "Principal"), ("not_principals", "NotPrincipal"))


def policy_of(module: Module, block: Block, instance: Instance) -> Value:
    """The policy of one instance; what is not known of it is a :class:`Hidden` in its place."""
    return _Maker(module, block, instance.scope).policy()


class _Maker:
    def __init__(self, module: Module, block: Block, scope: Scope) -> None:
        self.module, self.block, self.scope = module, block, scope
        self.members: Members = {"Version": (block.header, Str("2012-10-17", block.header))}
        self.statements: list[Value] = []
        self.places: dict[str, int] = {}

    def policy(self) -> Value:
        body = self.block.body
        for name in ("source_json", "source_policy_documents"):
            self._include(name)
        for source, target in (("policy_id", "Id"), ("version", "Version")):
            self._put(self.members, body, source, target, self.scope)
        for inner, scope in blocks_of(self.module, body, "statement", self.scope):
            self._add(self._statement(inner, scope))
        for name in ("override_json", "override_policy_documents"):
            self._include(name)
        self.members["Statement"] = self.block.header, Seq(self.statements, self.block.header)
        return Map(self.members, self.block.header)

    def _put(self, members: Members, body: Body, name: str, target: str, scope: Scope) -> None:
        attribute = body.attributes.get(name)
        if attribute:
            value = self.module.value(attribute.value, scope)
            if not is_null(value):
                members[target] = attribute.key, value

    # ---------------------------------------------------------------------------------------------- merging

    def _add(self, statement: Value) -> None:
        """A statement in the place of the one with its ``sid``, or at the end."""
        self.module.ledger.spend(2)
        sid = statement.get("Sid") if isinstance(statement, Map) else None
        name = self.module.ledger.text_of(sid) if sid is not None else None
        if name and name in self.places:
            self.statements[self.places[name]] = statement
            return
        if name:
            self.places[name] = len(self.statements)
        self.statements.append(statement)

    def _include(self, name: str) -> None:
        """The statements of other documents; one that cannot be known stays an unknown statement."""
        attribute = self.block.body.get(name)
        if attribute is None:
            return
        value = self.module.value(attribute, self.scope)
        for item in value.items if isinstance(value, Seq) else [value]:
            if is_null(item) or (isinstance(item, Str) and item.structure is None and not item.text.strip()):
                continue
            document = from_json(item, self.module.ledger) if isinstance(item, Str) else item
            if isinstance(document, Map):
                self._merge(document)
            else:
                hidden = item if isinstance(item, Hidden) else Hidden("an unreadable document", item.span)
                self.statements.append(hidden)

    def _merge(self, document: Map) -> None:
        for key in ("Version", "Id"):
            if key in document.items:
                self.members[key] = document.items[key]
        statements = document.get("Statement")
        for statement in statements.items if isinstance(statements, Seq) else [statements]:
            if statement is not None:
                self._add(statement)

    # ------------------------------------------------------------------------------------------- statements

    def _statement(self, block: Block, scope: Scope) -> Value:
        members: Members = {}
        body = block.body
        self._put(members, body, "sid", "Sid", scope)
        members["Effect"] = block.header, Str("Allow", block.header)
        self._put(members, body, "effect", "Effect", scope)
        for name, target in _LISTS:
            self._put(members, body, name, target, scope)
            found = members.get(target)
            if found and isinstance(found[1], Seq) and not found[1].items:
                del members[target]  # the provider leaves an empty list away
        for name, target in _PRINCIPALS:
            self._principals(members, body, name, target, scope)
        self._conditions(members, body, scope)
        return Map(members, block.header)

    def _principals(self, members: Members, body: Body, name: str, target: str, scope: Scope) -> None:
        by_type: Members = {}
        place = None
        for block, inner in blocks_of(self.module, body, name, scope):
            place = place or block.header
            kind = self._text(block, "type", inner)
            identifiers = self._value(block, "identifiers", inner)
            if kind == "*":
                everybody = self._everybody(block, identifiers)
                if everybody is not None:
                    members[target] = block.header, everybody
                    return
                kind = "AWS"  # some that are not known
            by_type[kind] = self._joined(by_type, kind, block, identifiers)
        if place is not None:
            members[target] = place, Map(by_type, place)

    def _everybody(self, block: Block, identifiers: Value) -> Value | None:
        """The ``*`` among the identifiers of type ``*``, wherever it stands; None where there may be none."""
        items = identifiers.items if isinstance(identifiers, Seq) else [identifiers]
        if not items:
            return Str("*", block.header)
        return next((item for item in items if self.module.ledger.text_of(item) == "*"), None)

    def _conditions(self, members: Members, body: Body, scope: Scope) -> None:
        operators: Members = {}
        place = None
        for block, inner in blocks_of(self.module, body, "condition", scope):
            place = place or block.header
            test, variable = self._text(block, "test", inner), self._text(block, "variable", inner)
            known = operators.get(test)
            keys = dict(known[1].items) if known and isinstance(known[1], Map) else {}
            keys[variable] = self._joined(keys, variable, block, self._value(block, "values", inner))
            operators[test] = block.header, Map(keys, block.header)
        if place is not None:
            members["Condition"] = place, Map(operators, place)

    def _joined(self, members: Members, key: str, block: Block, value: Value) -> tuple[Span, Value]:
        """Several blocks for one key add up."""
        known = members.get(key)
        if known and isinstance(known[1], Seq) and isinstance(value, Seq):
            self.module.ledger.spend(len(known[1].items) + 1)
            return known[0], Seq([*known[1].items, *value.items], known[1].span)
        if known:
            return known[0], Seq([known[1], value], known[1].span)
        return block.header, value

    def _value(self, block: Block, name: str, scope: Scope) -> Value:
        node = block.body.get(name)
        return Hidden(f"a missing {name}", block.header) if node is None else self.module.value(node, scope)

    def _text(self, block: Block, name: str, scope: Scope) -> str:
        value = self._value(block, name, scope)
        return self.module.ledger.text_of(value) or self.module.ledger.token(Hidden(name, block.header))


def blocks_of(module: Module, body: Body, name: str, scope: Scope) -> Iterator[tuple[Block, Scope]]:
    """
    The blocks of one type, those of ``dynamic`` ones among them, each with what it knows.

    A ``dynamic`` block over an unknown collection is there once, with unknown values, or not at all: that is
    a choice of the world.
    """
    for block in body.named(name):
        yield block, scope
    for dynamic in body.named("dynamic"):
        if body.loose:
            yield from _loose(module, dynamic, name, scope)
        elif dynamic.labels == (name,):
            yield from _repeated(module, dynamic, name, scope)


def _loose(module: Module, dynamic: Block, name: str, scope: Scope) -> Iterator[tuple[Block, Scope]]:
    """In JSON the type of the blocks is a key."""
    for inner in dynamic.body.named(name):
        yield from _repeated(module, inner, name, scope)


def _repeated(module: Module, dynamic: Block, name: str, scope: Scope) -> Iterator[tuple[Block, Scope]]:
    over = dynamic.body.get("for_each")
    contents = dynamic.body.named("content")
    if over is None or not contents:
        return
    word = dynamic.body.get("iterator")
    iterator = getattr(word, "name", name)
    content = Block(name, (), contents[0].body, dynamic.header)
    collection = module.value(over, scope)
    pairs = module.pairs(collection)
    if pairs is None:
        if module.world.choose(over.span):
            unknown = Hidden(f"{iterator[:40]}.value", over.span)
            key: Value = Hidden(f"{iterator[:40]}.key", over.span)
            members: Members = {"key": (over.span, key), "value": (over.span, unknown)}
            yield content, {**scope, iterator: Map(members, over.span)}
        return
    for index, item in pairs:
        module.ledger.spend(2)
        # The key of a set's element is the element.
        key = item if isinstance(collection, Seq) and isinstance(item, Str) else index
        members = {"key": (item.span, key), "value": (item.span, item)}
        yield content, {**scope, iterator: Map(members, over.span)}
