"""
The policies of a Terraform plan in JSON (``terraform show -json``).

The plan's values are literal texts: nothing in them is evaluated. What the plan says is unknown until apply
is an unknown value, named after the reference in the configuration that the plan carries. Source: Terraform
internals, "JSON Output Format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.iam.terraform.builds import PROJECT
from pregate.iam.terraform.collect import Collector
from pregate.iam.terraform.evaluate import World
from pregate.iam.terraform.extraction import Extracted
from pregate.iam.terraform.instances import Instance
from pregate.iam.terraform.json_syntax import literal_of
from pregate.iam.terraform.module import Module
from pregate.iam.terraform.references import is_sure
from pregate.iam.terraform.resource_types import (
    ATTACHMENTS,
    ORGANIZATIONS_POLICY,
    could_hold_policy,
    policy_attributes,
)
from pregate.iam.terraform.sources import Sources
from pregate.iam.terraform.statements import PERMISSIONS
from pregate.iam.terraform.syntax import (
    Attribute,
    Block,
    Body,
    Expression,
    File,
    Name,
    ObjectOf,
    Span,
    body_of,
)
from pregate.iam.terraform.values import Ledger
from pregate.iam.terraform.worlds import Sum
from pregate.positions import Array, Node, Object, PositionError, Scalar, parse_json

_INDEX = re.compile(r"\[[^\]]*+\]")
_REFERENCE = re.compile(r"[\w.-]{1,80}")
_MAX_STEPS = 4_000_000


def extract_plan(path: str, text: str) -> Extracted:
    """The policies of a plan. Never raises for content."""
    file = File(path, text)
    try:
        root = parse_json(text)
        blocks = list(_Reader(file, root).blocks()) if isinstance(root, Object) else []
    except PositionError as error:
        return Extracted(errors=((error.line, error.message),))
    module = Module(World(Ledger(_MAX_STEPS)), Sources({}), "")
    found = Sum()
    for address, block in blocks:
        collector = _PlanCollector(module, address)
        for site in collector.resource(block):
            found.add(site)
    gaps = tuple((span.location, words) for span, words in found.gaps)
    return Extracted(tuple(found.documents.values()), gaps, exposures=tuple(found.exposures))


class _PlanCollector(Collector):
    """The sites of one resource of the plan, whose address is the plan's."""

    def __init__(self, module: Module, address: str) -> None:
        super().__init__(module, None)
        self._address = address

    def address_of(self, block: Block, instance: Instance) -> str:  # noqa: ARG002
        """The address in the plan, which holds the module and the key."""
        return self._address


class _Reader:
    """Resources of the plan as blocks."""

    def __init__(self, file: File, root: Object) -> None:
        self.file, self.root = file, root
        self.references = dict(_references(root.get("configuration")))

    def blocks(self) -> Iterator[tuple[str, Block]]:
        """Address and block of each resource that could hold a policy and is not deleted."""
        changes = self.root.get("resource_changes")
        if isinstance(changes, Array):
            for item in changes:
                change = item.get("change") if isinstance(item, Object) else None
                if isinstance(item, Object) and isinstance(change, Object):
                    yield from self._block(item, change.get("after"), change.get("after_unknown"))
            return
        for item in _planned(self.root.get("planned_values")):
            yield from self._block(item, item.get("values"), None)

    def _block(self, item: Object, after: Node | None, unknown: Node | None) -> Iterator[tuple[str, Block]]:
        address, kind, mode = item.get("address"), item.get("type"), item.get("mode")
        if not isinstance(address, Scalar) or not isinstance(kind, Scalar) or not isinstance(after, Object):
            return
        if isinstance(mode, Scalar) and mode.text != "managed":
            return
        if not _could_hold(kind.text, after, unknown):
            return
        tree = literal_of(self.file, after)
        body = body_of(tree) if isinstance(tree, ObjectOf) else Body(self.file, 0, 0, loose=True)
        for meta in ("count", "for_each", "dynamic"):  # an attribute of that name is no argument of Terraform
            body.attributes.pop(meta, None)
        header = Span(self.file, address.start, address.end)
        for key, value in unknown if isinstance(unknown, Object) else ():
            if isinstance(value, Scalar) and value.value is True:
                words = self._words(address.text, key.text)
                if kind.text in ATTACHMENTS and is_sure(words.rpartition(".")[2]):
                    continue  # the ARN of a policy of this configuration, which is judged itself
                node: Expression = Name(self.file, address.start, address.end, words)
                body.attributes[key.text] = Attribute(key.text, node, header)
        yield address.text[:300], Block("resource", (kind.text, ""), body, header)

    def _words(self, address: str, attribute: str) -> str:
        """What an unknown attribute refers to in the configuration."""
        return self.references.get((_INDEX.sub("", address), attribute), "a value known after apply")


def _could_hold(kind: str, after: Object, unknown: Node | None) -> bool:
    named = kind in (PROJECT, ORGANIZATIONS_POLICY) or kind in ATTACHMENTS or kind in PERMISSIONS
    if named or policy_attributes(kind):
        return True
    keys = [key.text for key, _ in after] + [
        key.text for key, _ in (unknown if isinstance(unknown, Object) else ())
    ]
    return any(map(could_hold_policy, keys))


def _planned(values: Node | None) -> Iterator[Object]:
    """The resources of the planned values, through all modules."""
    root = values.get("root_module") if isinstance(values, Object) else None
    pending = [root]
    while pending:
        module = pending.pop()
        if not isinstance(module, Object):
            continue
        resources, children = module.get("resources"), module.get("child_modules")
        yield from (r for r in (resources if isinstance(resources, Array) else ()) if isinstance(r, Object))
        pending += children.items if isinstance(children, Array) else []


def _references(configuration: Node | None) -> Iterator[tuple[tuple[str, str], str]]:
    """The first reference of each attribute by the resource's address without keys."""
    root = configuration.get("root_module") if isinstance(configuration, Object) else None
    pending: list[tuple[str, Node | None]] = [("", root)]
    while pending:
        prefix, module = pending.pop()
        if not isinstance(module, Object):
            continue
        for resource in _items(module.get("resources")):
            address, expressions = resource.get("address"), resource.get("expressions")
            for key, value in expressions if isinstance(expressions, Object) else ():
                named = value.get("references") if isinstance(value, Object) else None
                first = next((r for r in (named if isinstance(named, Array) else ())), None)
                if isinstance(first, Scalar) and isinstance(address, Scalar):
                    words = first.text if _REFERENCE.fullmatch(first.text) else "an expression"
                    yield (prefix + address.text, key.text), words
        calls = module.get("module_calls")
        for key, call in calls if isinstance(calls, Object) else ():
            inner = call.get("module") if isinstance(call, Object) else None
            pending.append((f"{prefix}module.{key.text}.", inner))


def _items(node: Node | None) -> Iterator[Object]:
    yield from (item for item in (node if isinstance(node, Array) else ()) if isinstance(item, Object))
