"""
The instances that ``count`` and ``for_each`` make of a block.

Source: Terraform language, "The count Meta-Argument", "The for_each Meta-Argument".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from pregate.iam.document import TOKEN
from pregate.iam.terraform.operators import number
from pregate.iam.terraform.syntax import Block, Expression, Literal, Span
from pregate.iam.terraform.values import Hidden, Map, Plain, Seq, Str, Value
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.iam.terraform.evaluate import Scope
    from pregate.iam.terraform.module import Module

MAX_INSTANCES = 60


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance: ``index`` as a text, ``key`` as in an address (``[0]``, ``["a"]``), what it knows."""

    index: str | None = None
    key: str = ""
    scope: Scope = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instances:
    """All instances of a block; ``known`` is None where their number is not known."""

    known: tuple[Instance, ...] | None
    by_count: bool = False

    def any_one(self, index: str | None, span: Span) -> Instance:
        """An instance of which nothing is known but perhaps its index."""
        key: Value = Hidden("each.key", span) if index is None else Str(index, span)
        each = {"key": (span, key), "value": (span, Hidden("each.value", span))}
        count: Value = Hidden("count.index", span, False)
        scope = {"each": Map(each, span), "count": Map({"index": (span, count)}, span)}
        return Instance(index, "", scope)

    def gathered(self, one: Callable[[Instance], Value], span: Span) -> Value:
        """All instances as Terraform gives them: a list by ``count``, a map by ``for_each``."""
        found = self.known or ()
        if self.by_count:
            return Seq([one(instance) for instance in found], span)
        return Map({instance.index or "": (span, one(instance)) for instance in found}, span)


def instances_of(module: Module, block: Block) -> Instances:
    """
    What can be known of a block's instances.

    Where a condition that is not known decides whether there is one, there is: a policy that may be is
    judged. The default of a variable does not decide it for a module that nobody has called here.
    """
    count, for_each = block.body.get("count"), block.body.get("for_each")
    if count is not None:
        return _counted(module, count)
    if for_each is not None:
        return _keyed(module, module.value(for_each, {}))
    return Instances((Instance(),))


def _counted(module: Module, count: Expression) -> Instances:
    found = number(module.value(count, {}))
    if not isinstance(found, int) or not 0 <= found <= MAX_INSTANCES:
        return Instances(None, True)
    decided = isinstance(count, Literal) or (module.nesting > 0 and not module.world.met)
    total = found if decided else max(found, 1)
    span = count.span
    return Instances(
        tuple(
            Instance(str(n), f"[{n}]", {"count": Map({"index": (span, Plain(n, span))}, span)})
            for n in range(total)
        ),
        True,
    )


def _keyed(module: Module, value: Value) -> Instances:
    pairs: list[tuple[str | None, Value, Value]] = []
    match value:
        case Seq(items=items):
            pairs = [(module.ledger.text_of(item), item, item) for item in items]
        case Map(items=members):
            pairs = [(key, Str(key, span), item) for key, (span, item) in sorted(members.items())]
        case _:
            return Instances(None)
    if len(pairs) > MAX_INSTANCES:
        return Instances(None)
    made: dict[str, Instance] = {}
    for number_, (text, key, item) in enumerate(pairs):
        index = text if text is not None else str(number_)
        members = {"key": (key.span, key), "value": (item.span, item)}
        made[index] = Instance(index, address_key(index), {"each": Map(members, value.span)})
    return Instances(tuple(made.values()))


def address_key(index: str) -> str:
    """``["a"]`` in an address; what is not known of it as ``…``."""
    return f"[{json.dumps(TOKEN.sub('…', index)[:60], ensure_ascii=False)}]"
