"""
What AWS SAM makes policies of: policy templates (``S3ReadPolicy: {BucketName: …}``), managed policies by
name, connectors.

Templates and connector profiles come from ``data/sam.json``, which names its source and date. Source: AWS SAM
developer guide, "AWS SAM policy templates" and "Managing resource permissions with connectors".
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pregate.iam.calls import branches_of, call_of, is_no_value, text_of
from pregate.iam.document import PolicyKind
from pregate.iam.finder import Finder, wrapped
from pregate.iam.template import Template
from pregate.positions import Array, Node, Object, Scalar

CONNECTOR = "AWS::Serverless::Connector"
_WITH_POLICIES = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
_PLAIN_TYPES = {
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::GraphQLApi": "AWS::AppSync::GraphQLApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
}


@functools.cache
def published() -> Mapping[str, Any]:
    """``policy_templates``, ``connectors`` and their ``source``, as published by AWS."""
    value: dict[str, Any] = json.loads((Path(__file__).with_name("data") / "sam.json").read_text("utf-8"))
    return value


def search(finder: Finder, logical_id: str, resource: Object, type_name: str, template: Template) -> None:
    """Policies of a SAM resource, and of connectors that stand in or on a resource."""
    properties = resource.get("Properties")
    if type_name in _WITH_POLICIES and isinstance(properties, Object):
        policies = properties.get("Policies")
        if policies is not None:
            _policies(finder, f"{logical_id}.Policies", policies, template)
    if type_name == CONNECTOR and isinstance(properties, Object):
        _connector(finder, logical_id, properties, properties.get("Source"), template)
    embedded = resource.get("Connectors")
    for name, connector in embedded if isinstance(embedded, Object) else ():
        inner = connector.get("Properties") if isinstance(connector, Object) else None
        if isinstance(inner, Object):
            source = Object(
                [(name, Scalar(type_name, type_name, name.start, name.end))], name.start, name.end
            )
            source.members = [(_word("Type", name), _word(type_name, name))]
            _connector(finder, f"{logical_id}.Connectors.{name.text}", inner, source, template)


def search_globals(finder: Finder, root: Object, template: Template) -> None:
    """What ``Globals`` give to every function: a trust policy, a boundary."""
    shared = root.get("Globals")
    function = shared.get("Function") if isinstance(shared, Object) else None
    if isinstance(shared, Object):
        finder.search_shapes(shared, "Globals", template)
    boundary = function.get("PermissionsBoundary") if isinstance(function, Object) else None
    if boundary is not None:
        finder.refer("Globals.Function.PermissionsBoundary", boundary, template, boundary=True)


# ---------------------------------------------------------------------------------------- policy templates


def _policies(finder: Finder, name: str, node: Node, template: Template) -> None:
    """One entry of ``Policies``, or the list of them."""
    branches, call = branches_of(node), call_of(node)
    if branches:
        for branch in branches[1:]:
            _policies(finder, name, branch, template)
    elif call or isinstance(node, Scalar):
        if not is_no_value(node):
            finder.refer(name, node, template)
    elif isinstance(node, Array):
        for index, item in enumerate(node):
            _policies(finder, f"{name}.{index}", item, template)
    elif node.get("Statement") is not None:
        finder.take(name, node, PolicyKind.IDENTITY, "", template)
    elif len(node) == 1:
        key, arguments = node.members[0]
        _expand(finder, f"{name}.{key.text}", key, arguments, template)
    else:
        finder.gap(node, "an entry of Policies that is neither a policy nor a policy template")


def _expand(finder: Finder, name: str, key: Scalar, arguments: Node, template: Template) -> None:
    known = published()["policy_templates"].get(key.text)
    if known is None:
        finder.gap(key, "a SAM policy template that is not known here")
        return
    given = {word.text: value for word, value in arguments} if isinstance(arguments, Object) else {}
    given = {word: value for word, value in given.items() if word in known["parameters"]}
    labels = finder.assembler.labels
    finder.assembler.labels = (*labels, ("template", key.text))
    statements = _node(known["statement"], key, given)
    if isinstance(statements, Array | Object):
        finder.take(name, wrapped(statements), PolicyKind.IDENTITY, "", template)
    finder.assembler.labels = labels


def _node(value: Any, at: Scalar, given: Mapping[str, Node]) -> Node:
    """Published JSON as nodes at one place, the parameters' values at their own."""
    if isinstance(value, dict):
        if list(value) == ["Ref"] and value["Ref"] in given:
            return given[value["Ref"]]
        members = [(_word(name, at), _node(inner, at, given)) for name, inner in value.items()]
        return Object(members, at.start, at.end)
    if isinstance(value, list):
        return Array([_node(item, at, given) for item in value], at.start, at.end)
    if isinstance(value, str) and "%{" in value:  # an attribute of a connector's end: a name or ARN
        text = value.replace("%{", "${")
        return Object([(_word("Fn::Sub", at), _word(text, at))], at.start, at.end)
    return Scalar(value, str(value), at.start, at.end)


def _word(text: str, at: Scalar) -> Scalar:
    return Scalar(text, text, at.start, at.end)


# ---------------------------------------------------------------------------------------------- connectors


def _connector(
    finder: Finder, name: str, properties: Object, source: Node | None, template: Template
) -> None:
    member = properties.member("Permissions")
    permissions = [
        item
        for item in (member[1] if member and isinstance(member[1], Array) else ())
        if isinstance(item, Scalar)
    ]
    place: Node = member[0] if member else properties
    from_type = _type_of(source, template)
    for target in _targets(properties.get("Destination")):
        profile = published()["connectors"].get(f"{from_type} {_type_of(target, template)}")
        known = profile and permissions and all(item.text in profile["statements"] for item in permissions)
        if not known:
            finder.gap(place, "what a connector grants is not known here")
            continue
        for item in permissions:
            statements = _node(profile["statements"][item.text], item, {})
            if isinstance(statements, Array):
                kind = PolicyKind(profile["kind"])
                finder.take(f"{name}.{item.text}", wrapped(statements), kind, profile["type"], template)


def _targets(destination: Node | None) -> Iterator[Node | None]:
    if isinstance(destination, Array):
        yield from destination
    else:
        yield destination


def _type_of(end: Node | None, template: Template) -> str:
    """The CloudFormation type of a connector's end: by its id in the template, or as it is written."""
    if not isinstance(end, Object):
        return ""
    name = template.resources.get(text_of(end.get("Id")), "") or text_of(end.get("Type"))
    return _PLAIN_TYPES.get(name, name)
