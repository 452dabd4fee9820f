"""Resources that are one statement of a resource policy: permissions of Lambda functions and event buses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.iam.terraform.syntax import Block, Span
from pregate.iam.terraform.values import Hidden, Map, Seq, Str, Value, is_null

if TYPE_CHECKING:
    from pregate.iam.terraform.evaluate import Scope
    from pregate.iam.terraform.module import Module

Members = dict[str, tuple[Span, Value]]

# Type: what the statement is attached to.
PERMISSIONS = {
    "aws_lambda_permission": "AWS::Lambda::Function",
    "aws_cloudwatch_event_permission": "AWS::Events::EventBus",
}


class _Permission:
    def __init__(self, module: Module, block: Block, scope: Scope) -> None:
        self.module, self.block, self.scope = module, block, scope

    def get(self, name: str) -> tuple[Span, Value] | None:
        """Place of the key and value of an attribute that is not null."""
        attribute = self.block.body.attributes.get(name)
        if attribute is None:
            return None
        value = self.module.value(attribute.value, self.scope)
        return None if is_null(value) else (attribute.key, value)

    def principal(self) -> tuple[Span, Value]:
        """``*``, an account or a service."""
        found = self.get("principal")
        if found is None:
            return self.block.header, Hidden("a missing principal", self.block.header)
        key, value = found
        text = self.module.ledger.text_of(value) or ""
        if text == "*" or isinstance(value, Hidden):
            return key, value
        kind = "Service" if "." in text and not text.startswith("arn:") else "AWS"
        return key, Map({kind: (key, value)}, value.span)

    def conditions(self, rows: tuple[tuple[str, str, str], ...]) -> Members:
        """Operators with their keys, of the attributes that are set."""
        operators: dict[str, Members] = {}
        for name, operator, key in rows:
            if found := self.get(name):
                operators.setdefault(operator, {})[key] = found
        return {
            operator: (next(iter(keys.values()))[0], Map(keys, next(iter(keys.values()))[1].span))
            for operator, keys in operators.items()
        }


def statement_of(module: Module, block: Block, scope: Scope) -> Map:
    """The policy with the one statement that a permission adds."""
    part = _Permission(module, block, scope)
    header = block.header
    members: Members = {"Effect": (header, Str("Allow", header)), "Principal": part.principal()}
    if block.labels[0] == "aws_lambda_permission":
        members["Action"] = part.get("action") or (header, Str("lambda:InvokeFunction", header))
        members["Resource"] = part.get("function_name") or (header, Hidden("a function", header, False))
        rows = (
            ("source_arn", "ArnLike", "aws:SourceArn"),
            ("source_account", "StringEquals", "aws:SourceAccount"),
            ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
            ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
            ("event_source_token", "StringEquals", "lambda:EventSourceToken"),
        )
        conditions = part.conditions(rows)
        members["Resource"] = members["Resource"][0], _function_arn(module, members["Resource"][1])
    else:
        members["Action"] = part.get("action") or (header, Str("events:PutEvents", header))
        members["Resource"] = header, Hidden("an event bus", header, False)
        conditions = {}
        for inner in block.body.named("condition"):
            nested = _Permission(module, inner, scope)
            names = [nested.get(name) for name in ("type", "key", "value")]
            type_, key, value = names
            if type_ and key and value:
                words = [module.ledger.text_of(found[1]) or "" for found in (type_, key)]
                conditions[words[0]] = inner.header, Map({words[1]: value}, inner.header)
    if conditions:
        members["Condition"] = header, Map(conditions, header)
    return Map(
        {
            "Version": (header, Str("2012-10-17", header)),
            "Statement": (header, Seq([Map(members, header)], header)),
        },
        header,
    )


def _function_arn(module: Module, value: Value) -> Value:
    """A function's name as its ARN."""
    text = module.ledger.text_of(value) or ""
    if text.startswith("arn:") or isinstance(value, Hidden) or not text:
        return value
    from pregate.iam.terraform.references import ARNS, PARTITION

    return Str(f"arn:{PARTITION}:{ARNS['aws_lambda_function'][0]}{text}", value.span)
