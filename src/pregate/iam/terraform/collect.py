"""
Walks through the sites of a module that hold a policy, and makes documents and gaps of them.

Each site has a budget of its own; what exceeds it is a gap and costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from pregate.iam.document import PolicyKind
from pregate.iam.terraform.builds import PROJECT, exposures_of
from pregate.iam.terraform.documents import build
from pregate.iam.terraform.evaluate import Scope
from pregate.iam.terraform.instances import Instance, Instances
from pregate.iam.terraform.json_values import from_json
from pregate.iam.terraform.known import document_of
from pregate.iam.terraform.managed import broad_policy
from pregate.iam.terraform.module import Module
from pregate.iam.terraform.policy_document import POLICY_DOCUMENT, blocks_of
from pregate.iam.terraform.resource_types import (
    ATTACHMENTS,
    ORGANIZATIONS_POLICY,
    could_hold_policy,
    policy_attributes,
)
from pregate.iam.terraform.statements import PERMISSIONS, statement_of
from pregate.iam.terraform.syntax import Attribute, Block, Body, Span, literal_text
from pregate.iam.terraform.usage import Use, rows_of, uses_of
from pregate.iam.terraform.values import ExhaustedError, Hidden, Map, Seq, Str, Value, is_null
from pregate.iam.terraform.worlds import Found

MAX_SITE_STEPS = 150_000
_EXHAUSTED = "a policy takes more steps to evaluate than any real one"


class Collector:
    """The sites of a module that stand in ``paths`` (None: in any of its files)."""

    def __init__(self, module: Module, paths: Collection[str] | None) -> None:
        self.module, self.paths = module, paths
        self.world, self.ledger, self.prefix = module.world, module.ledger, module.prefix
        self.uses = uses_of(module.declared)

    def run(self) -> Iterator[Found]:
        """What each site gives in this world."""
        declared = self.module.declared
        for block in declared.resources.values():
            if self._is_mine(block):
                yield from self.resource(block)
        for (kind, _), block in declared.data.items():
            if kind == POLICY_DOCUMENT and self._is_mine(block):
                yield from self._document(block)
        for block in declared.calls.values():
            if self._is_mine(block):
                yield from self._call(block)
        if self.module.nesting == 0:
            for name, block in declared.outputs.items():
                if self._is_mine(block) and (value := block.body.attributes.get("value")):
                    yield from self._optional(f"output.{name}", value, {})

    def _is_mine(self, block: Block) -> bool:
        return self.paths is None or block.header.file.path in self.paths

    # ------------------------------------------------------------------------------------------------ sites

    def address_of(self, block: Block, instance: Instance) -> str:
        """The address of an instance of a resource."""
        return f"{self.prefix}{block.labels[0]}.{block.labels[1]}{instance.key}"

    def resource(self, block: Block) -> Iterator[Found]:
        """The sites of one resource."""
        kind_name = block.labels[0]
        known = bool(policy_attributes(kind_name)) or kind_name == ORGANIZATIONS_POLICY
        judged = known or kind_name in ATTACHMENTS or kind_name in PERMISSIONS or kind_name == PROJECT
        shapes = () if judged else tuple(filter(could_hold_policy, block.body.attributes))
        if not judged and not shapes:
            return
        for instance in self._instances(block):
            address = self.address_of(block, instance)
            if kind_name == ORGANIZATIONS_POLICY and not rows_of(block):
                yield from self._organizations(address, block)
            for path, kind, attached in rows_of(block):
                yield from self._row(address, block.body, path, kind, attached, instance.scope)
            if kind_name in ATTACHMENTS:
                yield from self._attachment(address, block, ATTACHMENTS[kind_name], instance.scope)
            if kind_name in PERMISSIONS:
                yield from self._permission(address, block, instance.scope)
            if kind_name == PROJECT:
                yield from self._build(address, block, instance.scope)
            for shape in shapes:
                yield from self._optional(f"{address}.{shape}", block.body.attributes[shape], instance.scope)

    def _instances(self, block: Block) -> tuple[Instance, ...]:
        with self._budget() as within:
            try:
                found = self.module.instances(block) if within else Instances(None)
            except (ExhaustedError, RecursionError):
                found = Instances(None)
        if found.known is not None:
            return found.known
        return (found.any_one(None, block.header),)

    def _row(
        self, address: str, body: Body, path: str, kind: PolicyKind, attached: str, scope: Scope
    ) -> Iterator[Found]:
        first, _, rest = path.partition("/")
        if rest:
            for number, (inner, within) in enumerate(blocks_of(self.module, body, first, scope)):
                yield from self._row(f"{address}.{first}.{number}", inner.body, rest, kind, attached, within)
            return
        attribute = body.attributes.get(path)
        if attribute is None:
            return

        def judge(found: Found) -> None:
            value = self.module.value(attribute.value, scope)
            if not self._is_own_document(value):
                self.take(found, value, kind, attached, attribute.value.span)

        yield from self._site(f"{address}.{path}", attribute.value.span, judge)

    def _is_own_document(self, value: Value) -> bool:
        """Whether it is the policy of a data source of this module, which is judged where that stands."""
        return isinstance(value, Str) and value.structure is not None and self.module.made(value.structure)

    def _document(self, block: Block) -> Iterator[Found]:
        uses = self.uses.get(block.labels[1], [])
        for instance in self._instances(block):
            address = f"{self.prefix}data.{POLICY_DOCUMENT}.{block.labels[1]}{instance.key}"
            name = self._name(address, uses, instance)

            def judge(found: Found, instance: Instance = instance) -> None:
                value = document_of(self.module, block, instance)
                kinds: dict[tuple[PolicyKind | None, str], None] = {
                    (use.kind, use.attached): None for use in uses
                }
                for kind, attached in kinds or {(None, ""): None}:
                    self.take(found, value, kind, attached, block.header)

            yield from self._site(name, block.header, judge)

    def _name(self, address: str, uses: list[Use], instance: Instance) -> str:
        """The attribute that is nothing but this document, if it is its only use; else its own address."""
        if len(uses) == 1 and uses[0].whole and not instance.key:
            return self.prefix + uses[0].address
        return address

    def _organizations(self, address: str, block: Block) -> Iterator[Found]:
        declared = block.body.get("type")
        if declared is not None and literal_text(declared) is None:

            def judge(found: Found) -> None:
                found.gaps.append((declared.span, "the type of an organization's policy is not known"))

            yield from self._site(f"{address}.content", block.header, judge)

    def _attachment(self, address: str, block: Block, name: str, scope: Scope) -> Iterator[Found]:
        attribute = block.body.attributes.get(name)
        if attribute is None:
            return

        def judge(found: Found) -> None:
            value = self.module.value(attribute.value, scope)
            for item in value.items if isinstance(value, Seq) else [value]:
                text = self.ledger.text_of(item) or ""
                policy = broad_policy(text, item.span)
                if policy is not None:
                    self.take(found, policy, PolicyKind.IDENTITY, "", item.span)
                elif isinstance(item, Hidden) and item.may_be_wildcard:
                    words = f"a managed policy is known only at deployment ({item.expression})"
                    found.gaps.append((item.span, words))

        yield from self._site(f"{address}.{name}", attribute.value.span, judge)

    def _permission(self, address: str, block: Block, scope: Scope) -> Iterator[Found]:
        def judge(found: Found) -> None:
            policy = statement_of(self.module, block, scope)
            self.take(found, policy, PolicyKind.RESOURCE, PERMISSIONS[block.labels[0]], block.header)

        yield from self._site(address, block.header, judge)

    def _build(self, address: str, block: Block, scope: Scope) -> Iterator[Found]:
        def judge(found: Found) -> None:
            found.exposures += exposures_of(self.module, address, block, scope)

        yield from self._site(f"{address}.environment", block.header, judge)

    def _optional(self, name: str, attribute: Attribute, scope: Scope) -> Iterator[Found]:
        """A policy by its shape, where one need not be."""

        def judge(found: Found) -> None:
            value = self.module.value(attribute.value, scope)
            policy = from_json(value, self.ledger) if isinstance(value, Str) else None
            if isinstance(policy, Map) and not self.module.made(policy):
                built = build(policy, None, "", found.site, self.ledger, optional=True)
                found.documents += [built.document] if built.document else []
                found.gaps += built.gaps

        yield from self._site(name, attribute.value.span, judge)

    def _call(self, block: Block) -> Iterator[Found]:
        name = block.labels[0]
        source = literal_text(block.body.get("source"))
        for instance in self._instances(block):
            address = f"{self.prefix}module.{name}{instance.key}"
            children: list[Module] = []

            def enter(found: Found, instance: Instance = instance, children: list[Module] = children) -> None:
                child = self.module.child(name, instance)
                if child is not None:
                    children.append(child)
                elif source is not None and source.startswith(("./", "../")):
                    found.gaps.append((block.header, "the files of a module are not in the repository"))

            yield from self._site(address, block.header, enter)
            for child in children:
                yield from Collector(child, None).run()
            for key, attribute in () if children else block.body.attributes.items():
                if key not in ("source", "version", "count", "for_each", "providers", "depends_on"):
                    yield from self._optional(f"{address}.{key}", attribute, instance.scope)

    # --------------------------------------------------------------------------------------------- judgement

    def _site(self, name: str, span: Span, judge: Callable[[Found], None]) -> Iterator[Found]:
        """One site within its budget."""
        found = Found(name, span, (), [], [])
        self.world.met = {}
        with self._budget() as within:
            if within:
                try:
                    judge(found)
                except (ExhaustedError, RecursionError):  # the stack may have been deep already
                    found.documents.clear()
                    found.gaps[:] = [(span, _EXHAUSTED)]
            else:
                found.gaps.append((span, _EXHAUSTED))
        found.met = tuple(self.world.met)
        yield found

    @contextmanager
    def _budget(self) -> Iterator[bool]:
        total = self.ledger.left
        allowed = min(total, MAX_SITE_STEPS)
        self.ledger.left = allowed
        try:
            yield allowed > 0
        finally:
            self.ledger.left = total - (allowed - self.ledger.left)

    def take(self, found: Found, value: Value, kind: PolicyKind | None, attached: str, span: Span) -> None:
        """A policy where one is known to be; a gap where it cannot be known or read."""
        word = f"{kind.value} policy" if kind else "policy"
        if is_null(value) or (isinstance(value, Str) and value.structure is None and not value.text.strip()):
            return
        policy = from_json(value, self.ledger) if isinstance(value, Str) else value
        if isinstance(policy, Str):  # JSON in JSON: jsonencode of a text that is a policy already
            policy = from_json(policy, self.ledger)
        if isinstance(policy, Hidden):
            found.gaps.append((policy.span, f"the {word} is known only at deployment ({policy.expression})"))
        elif not isinstance(policy, Map):
            found.gaps.append((span, f"the {word} could not be read as JSON"))
        elif policy.get("Statement") is None and policy.items:
            found.gaps.append((span, f"the {word} has no statements that are known"))
        else:
            built = build(policy, kind, attached, found.site, self.ledger)
            found.documents += [built.document] if built.document else []
            found.gaps += built.gaps
