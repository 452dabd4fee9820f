"""
Policies in CloudFormation and SAM templates: resources, those that ``Fn::ForEach`` makes, and nested stacks.

Source: AWS CloudFormation template reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.iam.calls import call_of, follow, reference_of, text_of
from pregate.iam.copying import UnreasonableError
from pregate.iam.document import TOKEN, PolicyKind
from pregate.iam.finder import Finder, names_in
from pregate.iam.names import CDK_TEMPLATE, NESTED
from pregate.iam.resource_types import ORGANIZATIONS_KINDS, ORGANIZATIONS_POLICY, policy_properties
from pregate.iam.template import Parameter, Template
from pregate.positions import Array, Node, Object, Scalar

# Macros of AWS that leave policies as they are written, or whose work is done here (SAM, ForEach).
KNOWN_TRANSFORMS = frozenset(
    {
        "AWS::CodeDeployBlueGreen",
        "AWS::LanguageExtensions",
        "AWS::SecretsManager-2020-07-23",
        "AWS::SecretsManager-2024-09-16",
        "AWS::Serverless-2016-10-31",
        "AWS::ServiceCatalog",
    }
)
MAX_ROUNDS = 2_000
_MANAGED = ("ManagedPolicyArns", "ManagedPolicies")
_LOOP = "Fn::ForEach::"
_BUILD = "AWS::CodeBuild::Project"
_SAM = "AWS::Serverless::"


def search_template(finder: Finder, root: Object, passed: Mapping[str, Parameter] | None = None) -> None:
    """All policies of a template; ``passed`` are the parameters that the stack above gives."""
    finder.is_template = True
    for name in names_in(root.get("Transform")):
        if name.text not in KNOWN_TRANSFORMS:
            finder.gap(name, "the template is rewritten by a macro")
    template = Template.of(root, passed)
    search_resources(finder, root, template)
    if root.get("Globals") is not None:
        from pregate.iam import sam

        sam.search_globals(finder, root, template)


def search_resources(finder: Finder, root: Object, template: Template) -> None:
    """The policies of a template's ``Resources``."""
    resources = root.get("Resources")
    constructs = _constructs(finder)
    boundaries = _boundaries(resources) if isinstance(resources, Object) else frozenset()
    for logical_id, resource, scope in _expanded(finder, resources, template):
        if not isinstance(resource, Object):
            finder.search_shapes(resource, logical_id, scope)
            continue
        local = scope.where([text_of(resource.get("Condition"))])
        type_name = text_of(resource.get("Type"))
        labels = {
            "owner": type_name,
            "construct": _construct_of(resource) or constructs.get(logical_id, ""),
            "use": "permissions-boundary" if logical_id in boundaries else "",
        }
        kept = finder.assembler.labels
        finder.assembler.labels = (*kept, *((name, text) for name, text in labels.items() if text))
        _search_resource(finder, logical_id, resource, type_name, local)
        finder.assembler.labels = kept


def _search_resource(
    finder: Finder, logical_id: str, resource: Object, type_name: str, template: Template
) -> None:
    properties = resource.get("Properties")
    kind_node = resource.get("Type")
    if type_name.endswith("::MODULE") and kind_node is not None:
        finder.gap(kind_node, "what a module holds is known only at deployment")
    call = call_of(properties) if properties is not None else None
    if call and properties is not None and policy_properties(type_name):
        finder.gap(properties, "properties that may hold a policy are known only at deployment")
    if isinstance(properties, Object) and (not call or call[0] == "Fn::Transform"):
        for path, kind, attached in _rows(type_name, properties):
            for name, node in follow(properties, path.split("/"), logical_id):
                if node is not properties:
                    finder.take(name, node, kind, attached, template)
            if path == "Statement":  # else the properties look like a policy themselves
                finder.seen.add(id(properties))
        _references(finder, logical_id, properties, type_name, template)
        _others(finder, logical_id, resource, properties, type_name, template)
        if type_name == _BUILD:
            finder.expose(logical_id, properties)
    if type_name.startswith(_SAM) or resource.get("Connectors") is not None:
        from pregate.iam import sam

        sam.search(finder, logical_id, resource, type_name, template)
    finder.search_shapes(resource, logical_id, template)


def _rows(type_name: str, properties: Object) -> tuple[tuple[str, PolicyKind, str], ...]:
    if type_name != ORGANIZATIONS_POLICY:
        return policy_properties(type_name)
    kind = ORGANIZATIONS_KINDS.get(text_of(properties.get("Type")))
    return (("Content", kind, ""),) if kind else ()


def _references(
    finder: Finder, logical_id: str, properties: Object, type_name: str, template: Template
) -> None:
    if not type_name.startswith(("AWS::IAM::", "AWS::SSO::", "AWS::Serverless::")):
        return
    for key in _MANAGED:
        node = properties.get(key)
        if node is not None:
            finder.refer(f"{logical_id}.{key}", node, template)
    boundary = properties.get("PermissionsBoundary")
    if boundary is not None and not type_name.startswith("AWS::SSO::"):
        finder.refer(f"{logical_id}.PermissionsBoundary", boundary, template, boundary=True)


def _others(
    finder: Finder,
    logical_id: str,
    resource: Object,
    properties: Object,
    type_name: str,
    template: Template,
) -> None:
    """Permissions in other words, and nested stacks: most resources are neither, and load none of this."""
    if properties.get("Principal") is not None and properties.get("Action") is not None:
        from pregate.iam import grants

        grants.search(finder, logical_id, properties, type_name, template)
    if type_name in NESTED:
        from pregate.iam import stacks

        stacks.search(finder, logical_id, resource, type_name, template)


def _constructs(finder: Finder) -> Mapping[str, str]:
    if not finder.path.endswith(CDK_TEMPLATE):
        return {}
    from pregate.iam import cdk

    return cdk.constructs(finder)


def _construct_of(resource: Object) -> str:
    if resource.get("Metadata") is None:
        return ""
    from pregate.iam import cdk

    return cdk.construct_of(resource)


def _boundaries(resources: Object) -> frozenset[str]:
    """Logical ids of the policies that resources of the template name as their boundary."""
    found: set[str] = set()
    for _, resource in resources:
        properties = resource.get("Properties") if isinstance(resource, Object) else None
        boundary = properties.get("PermissionsBoundary") if isinstance(properties, Object) else None
        if boundary is not None:
            found.add(reference_of(boundary))
    return frozenset(found - {""})


Round = tuple[str, Node, Template]


def _expanded(finder: Finder, resources: Node | None, template: Template) -> Iterator[Round]:
    """Logical id, resource and what its functions refer to, ``Fn::ForEach`` carried out."""
    pending: list[tuple[str, Node, Template, Scalar]] = []
    if isinstance(resources, Object):
        pending = [(key.text, value, template, key) for key, value in reversed(resources.members)]
    rounds = 0
    while pending:
        name, node, local, key = pending.pop()
        if not name.startswith("Fn::"):
            yield name, node, local
            continue
        values = _collection(finder, node, local) if name.startswith(_LOOP) else None
        rounds += len(values or ())
        if values is None or rounds > MAX_ROUNDS:
            made = name.split("::")[1]
            finder.gap(key, f"resources made by {made} are known only at deployment")
            yield from _unknown_rounds(node, name, local)
            continue
        pending += reversed(list(_rounds(node, values, local)))


def _unknown_rounds(node: Node, name: str, template: Template) -> Iterator[Round]:
    """The resources of a loop as they are written, once; anything else is searched as it is."""
    body = node.items[2] if isinstance(node, Array) and len(node) == 3 else None
    if not isinstance(body, Object):
        yield name, node, template
        return
    for key, value in body:
        yield key.text, value, template


def _collection(finder: Finder, node: Node, template: Template) -> list[str] | None:
    """The values that a loop runs over, None when they are not known."""
    if not (isinstance(node, Array) and len(node) == 3 and isinstance(node.items[2], Object)):
        return None
    from pregate.iam.intrinsics import Resolver

    try:
        items = Resolver(template, {}, finder.path, finder.assembler.lines).resolve(node.items[1])
    except UnreasonableError as error:
        finder.gap(error.node, f"a loop {error.message}")
        return None
    texts = [item.text for item in items if isinstance(item, Scalar)] if isinstance(items, Array) else []
    known = isinstance(items, Array) and len(texts) == len(items) and not any(map(TOKEN.search, texts))
    return texts if known and isinstance(node.items[0], Scalar) else None


def _rounds(
    node: Node, values: list[str], template: Template
) -> Iterator[tuple[str, Node, Template, Scalar]]:
    if isinstance(node, Array) and isinstance(node.items[0], Scalar) and isinstance(node.items[2], Object):
        for value in values:
            local = template.looping(node.items[0].text, value, node.items[0])
            for key, body in node.items[2]:
                yield local.written(key.text), body, local, key
