"""
Resources that are one statement of a policy in other words: Lambda permissions, and permissions of an event
bus in their older form.

Source: AWS CloudFormation resource and property types reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.calls import text_of
from pregate.iam.document import PolicyKind
from pregate.iam.finder import Finder, wrapped
from pregate.iam.template import Template
from pregate.positions import Node, Object, Scalar

# type: (type of what it opens, property that names it)
_TYPES = {
    "AWS::Lambda::Permission": ("AWS::Lambda::Function", "FunctionName"),
    "AWS::Lambda::LayerVersionPermission": ("AWS::Lambda::LayerVersion", "LayerVersionArn"),
    "AWS::Events::EventBusPolicy": ("AWS::Events::EventBus", "EventBusName"),
}
_CONDITIONS = {
    "SourceArn": ("ArnLike", "aws:SourceArn"),
    "SourceAccount": ("StringEquals", "aws:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "OrganizationId": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
}


def search(finder: Finder, logical_id: str, properties: Object, type_name: str, template: Template) -> None:
    """The policy that a permission stands for."""
    principal, action = properties.member("Principal"), properties.member("Action")
    if type_name not in _TYPES or principal is None or action is None:
        return
    attached, _ = _TYPES[type_name]
    statement = Object(list(_members(properties, principal, action)), properties.start, properties.end)
    finder.take(logical_id, wrapped(statement), PolicyKind.RESOURCE, attached, template)


def _members(
    properties: Object, principal: tuple[Scalar, Node], action: tuple[Scalar, Node]
) -> Iterator[tuple[Scalar, Node]]:
    key, value = principal
    service = text_of(value).endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"))
    kind = _word("Service" if service else "AWS", key)
    yield _word("Effect", key), _word("Allow", key)
    yield _word("Principal", key), Object([(kind, value)], value.start, value.end)
    yield _word("Action", action[0]), action[1]
    yield _word("Resource", key), _word("*", key)
    conditions: dict[str, list[tuple[Scalar, Node]]] = {}
    for name, node in properties:
        if name.text in _CONDITIONS:
            operator, tested = _CONDITIONS[name.text]
            conditions.setdefault(operator, []).append((_word(tested, name), node))
        elif name.text == "Condition" and isinstance(node, Object):
            for test in _event_bus(node):
                conditions.setdefault("StringEquals", []).append(test)
    if conditions:
        operators: list[tuple[Scalar, Node]] = [
            (_word(operator, tests[0][0]), Object(tests, tests[0][0].start, tests[-1][1].end))
            for operator, tests in conditions.items()
        ]
        yield _word("Condition", operators[0][0]), Object(operators, properties.start, properties.end)


def _event_bus(condition: Object) -> Iterator[tuple[Scalar, Node]]:
    """The condition of an event bus policy: ``{Type: StringEquals, Key: aws:PrincipalOrgID, Value: …}``."""
    key, value = condition.get("Key"), condition.get("Value")
    if isinstance(key, Scalar) and value is not None:
        yield key, value


def _word(text: str, at: Scalar) -> Scalar:
    return Scalar(text, text, at.start, at.end)
