"""
Which policy attributes use a policy document: what a data source's policy is attached to.

Read from the expressions alone, through locals and documents that include others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pregate.iam.document import PolicyKind
from pregate.iam.terraform.module import Declarations
from pregate.iam.terraform.policy_document import POLICY_DOCUMENT
from pregate.iam.terraform.resource_types import (
    ORGANIZATIONS_KINDS,
    ORGANIZATIONS_POLICY,
    Row,
    policy_attributes,
)
from pregate.iam.terraform.syntax import (
    Access,
    Block,
    Expression,
    Name,
    expressions,
    literal_text,
    walk,
)
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Use:
    """One policy attribute that uses a document; ``whole`` when it is nothing but the document."""

    address: str
    kind: PolicyKind
    attached: str
    whole: bool


def rows_of(block: Block) -> tuple[Row, ...]:
    """The policy attributes of a resource; of an organization's policy by its type."""
    kind_name = block.labels[0]
    if kind_name != ORGANIZATIONS_POLICY:
        return policy_attributes(kind_name)
    declared = block.body.get("type")
    text = "" if declared is None else literal_text(declared)
    kind = None if text is None else ORGANIZATIONS_KINDS.get(text)
    return (("content", kind, ""),) if kind else ()


def uses_of(declared: Declarations) -> dict[str, list[Use]]:
    """The uses of each document by its name."""
    found: dict[str, list[Use]] = {}
    for (kind_name, name), block in declared.resources.items():
        repeated = {"count", "for_each"} & block.body.attributes.keys()
        for path, kind, attached in rows_of(block):
            step = path.partition("/")[0]
            for value in _values(block, step):
                only = _document_named(value) if not repeated and "/" not in path else ""
                for document in _documents(declared, [value]):
                    use = Use(f"{kind_name}.{name}.{path}", kind, attached, document == only)
                    found.setdefault(document, []).append(use)
    return found


def _values(block: Block, step: str) -> Iterator[Expression]:
    value = block.body.get(step)
    if value is not None:
        yield value
    for inner in block.body.blocks:
        if inner.type == step or inner.labels == (step,):
            yield from expressions(inner.body)


def _documents(declared: Declarations, values: Iterable[Expression]) -> set[str]:
    """The documents that expressions name, directly or through locals and other documents."""
    found: set[str] = set()
    locals_: set[str] = set()
    pending = list(values)
    while pending:
        for node in walk(pending.pop()):
            name = _document_named(node)
            if name and name not in found and (POLICY_DOCUMENT, name) in declared.data:
                found.add(name)
                pending += expressions(declared.data[POLICY_DOCUMENT, name].body)
            local = _local_named(node)
            if local and local not in locals_ and local in declared.locals:
                locals_.add(local)
                pending.append(declared.locals[local])
    return found


def _document_named(node: Expression) -> str:
    match node:
        case Access(base=Name(name="data"), steps=[first, second, *_]):
            if not isinstance(first, str) and not isinstance(second, str):
                named = literal_text(second) or ""
                return named if literal_text(first) == POLICY_DOCUMENT else ""
    return ""


def _local_named(node: Expression) -> str:
    match node:
        case Access(base=Name(name="local"), steps=[first, *_]) if not isinstance(first, str):
            return literal_text(first) or ""
    return ""
