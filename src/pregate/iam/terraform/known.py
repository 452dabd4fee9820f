"""The attributes of resources and data sources: written in their block, or of a known form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.iam.terraform.instances import Instance
from pregate.iam.terraform.managed import broad_policy
from pregate.iam.terraform.policy_document import POLICY_DOCUMENT, policy_of
from pregate.iam.terraform.references import (
    ARNS,
    DATA_ARNS,
    ID_IS_ARN,
    ID_IS_NAME,
    KNOWN_DATA,
    PARTITION,
    is_sure,
)
from pregate.iam.terraform.syntax import Block, Span
from pregate.iam.terraform.values import Hidden, Str, Value

if TYPE_CHECKING:
    from pregate.iam.terraform.module import Module


def resource_attribute(
    module: Module,
    is_data: bool,
    labels: tuple[str, str],
    block: Block | None,
    instance: Instance,
    name: str,
    span: Span,
) -> Value:
    """The value of one attribute of the resource with these labels, as a reference at ``span`` gives it."""
    kind, label = labels
    words = f"{'data.' if is_data else ''}{kind}.{label}.{name}"[:80]
    if is_data and kind == POLICY_DOCUMENT and name in ("json", "minified_json") and block:
        return Str("", span, (), document_of(module, block, instance))
    if is_data and (kind, name) in KNOWN_DATA:
        return Str(KNOWN_DATA[kind, name], span)
    unknown = Hidden(words, span, not is_sure(name))
    if is_data and (kind, name) in DATA_ARNS:
        return Str(f"arn:{PARTITION}:{DATA_ARNS[kind, name]}{module.ledger.token(unknown)}", span)
    if block and (written := block.body.get(name)):
        key = ("attribute", str(is_data), kind, label, instance.key, name)
        return module.remember(key, lambda: module.value(written, instance.scope), words, span)
    if is_data and kind == "aws_iam_policy" and name == "arn":
        return _managed(module, block, instance, unknown)
    if kind in ARNS and (name == "arn" or (name == "id" and kind in ID_IS_ARN)):
        return _arn(module, kind, block, instance, unknown)
    if name == "id" and kind in ID_IS_NAME and ARNS[kind][1]:
        return _name(module, kind, block, instance, unknown)
    return unknown


def document_of(module: Module, block: Block, instance: Instance) -> Value:
    """The policy that an ``aws_iam_policy_document`` makes, found out once."""
    words = f"data.{POLICY_DOCUMENT}.{block.labels[1]}"[:80]
    key = ("document", block.labels[1], instance.key)
    return module.remember(key, lambda: policy_of(module, block, instance), words, block.header)


def _name(module: Module, kind: str, block: Block | None, instance: Instance, unknown: Hidden) -> Value:
    """The name that the block gives its resource, unless that could not be one."""
    written = block.body.get(ARNS[kind][1]) if block and ARNS[kind][1] else None
    if written is None or block is None:
        return unknown
    key = ("attribute", "False", kind, block.labels[1], instance.key, ARNS[kind][1])
    make = lambda: module.value(written, instance.scope)  # noqa: E731 - it is made only if it is not known
    text = module.ledger.text_of(module.remember(key, make, unknown.expression, unknown.span))
    if not text or "*" in text or "?" in text:
        return unknown
    return Str(text, unknown.span)


def _managed(module: Module, block: Block | None, instance: Instance, unknown: Hidden) -> Value:
    """The ARN of the policy that a data source looks up by its name: AWS's, if it is known to have one."""
    name = _name(module, "aws_iam_policy", block, instance, unknown)
    text = module.ledger.text_of(name) or ""
    arn = f"arn:{PARTITION}:iam::aws:policy/{text}"
    known = broad_policy(arn, unknown.span) is not None
    return Str(arn, unknown.span) if known else _arn(module, "aws_iam_policy", block, instance, unknown)


def _arn(module: Module, kind: str, block: Block | None, instance: Instance, unknown: Hidden) -> Value:
    name = _name(module, kind, block, instance, unknown)
    # A name that is not known at all is named after the ARN, which is what the source asks for.
    text = module.ledger.text_of(name) or module.ledger.token(unknown)
    return Str(f"arn:{PARTITION}:{ARNS[kind][0]}{_path(module, kind, block, instance)}{text}", unknown.span)


def _path(module: Module, kind: str, block: Block | None, instance: Instance) -> str:
    """The path of an IAM entity, which is part of its ARN."""
    written = block.body.get("path") if block and kind.startswith("aws_iam_") else None
    if written is None:
        return ""
    text = module.ledger.text_of(module.value(written, instance.scope)) or ""
    inner = text.strip("/")
    return f"{inner}/" if inner and "*" not in inner else ""
