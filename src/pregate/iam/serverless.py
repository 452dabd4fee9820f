"""
Policies in the Serverless Framework's service files: the role of the provider, statements of functions,
resource policies of APIs, and the CloudFormation resources beside them.

Source: Serverless Framework documentation, "AWS - IAM", "Serverless.yml Reference"; function statements are
those of the plugin serverless-iam-roles-per-function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.iam.calls import call_of, follow
from pregate.iam.cloudformation import search_resources
from pregate.iam.copying import UnreasonableError
from pregate.iam.document import PolicyKind
from pregate.iam.finder import Finder
from pregate.iam.names import is_service_file
from pregate.iam.several import Several
from pregate.iam.template import Template
from pregate.iam.variables import Variables
from pregate.positions import Array, Node, Object, Scalar

_SECTIONS = ("provider", "functions", "resources")
# path in the section: statements of an identity policy
_ROLE_STATEMENTS = ("iam/role/statements", "iamRoleStatements")
_ROLE_REFERENCES = ("iam/role/managedPolicies", "iamManagedPolicies")
_ROLE_BOUNDARIES = ("iam/role/permissionsBoundary", "iam/role/permissionBoundary", "rolePermissionsBoundary")
_FUNCTION_STATEMENTS = ("iamRoleStatements", "iam/role/statements")
_API_STATEMENTS = ("resourcePolicy", "apiGateway/resourcePolicy")


def is_service(path: str, root: Node) -> bool:
    """Whether a file's document is a service: by its name, and the sections that every service has."""
    if not is_service_file(path) or not isinstance(root, Object):
        return False
    return root.get("provider") is not None and root.get("Resources") is None


def search(finder: Finder, files: Several, root: Object) -> None:
    """All policies of a service."""
    finder.is_template = True
    own_syntax = _own_syntax(root)
    if own_syntax is not None:
        finder.gap(own_syntax, "variables have a syntax of their own")
        return
    filled = {name: _filled(finder, files, root, name) for name in _SECTIONS}
    template_root = _template(finder, filled["resources"])
    template = Template.of(template_root)
    if (provider := filled["provider"]) is not None:
        _provider(finder, provider, template)
    for name, function in _functions(finder, filled["functions"]):
        for path in _FUNCTION_STATEMENTS:
            for address, node in follow(function, path.split("/"), name):
                finder.take(address, node, PolicyKind.IDENTITY, "", template)
        finder.search_shapes(function, name, template)
    search_resources(finder, template_root, template)
    for key, value in root:
        if key.text not in _SECTIONS:
            finder.search_shapes(value, key.text, template)


def _own_syntax(root: Object) -> Node | None:
    provider = root.get("provider")
    return provider.get("variableSyntax") if isinstance(provider, Object) else None


def _filled(finder: Finder, files: Several, root: Object, name: str) -> Node | None:
    """A section with its variables filled in; a gap where they expand without end."""
    section = root.get(name)
    if section is None:
        return None
    try:
        return Variables(finder.path, files).filled(section)
    except UnreasonableError as error:
        finder.gap(section, f"a section whose {error.message}")
        return None


def _provider(finder: Finder, provider: Node, template: Template) -> None:
    def each(paths: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
        for path in paths:
            yield from follow(provider, path.split("/"), "provider")

    if call_of(provider):
        finder.gap(provider, "the provider is known only at deployment")
        return
    for name, node in each(_ROLE_STATEMENTS):
        if node is not None and not _is_role_name(node):
            finder.take(name, node, PolicyKind.IDENTITY, "", template)
    for name, node in each(_API_STATEMENTS):
        finder.take(name, node, PolicyKind.RESOURCE, "AWS::ApiGateway::RestApi", template)
    for name, node in each(_ROLE_REFERENCES):
        finder.refer(name, node, template)
    for name, node in each(_ROLE_BOUNDARIES):
        finder.refer(name, node, template, boundary=True)
    finder.search_shapes(provider, "provider", template)


def _is_role_name(node: Node) -> bool:
    """Whether ``iam.role`` is a function that names a role: then there are no statements to know."""
    call = call_of(node)
    return call is not None and call[0] in ("Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::ImportValue", "Ref")


def _functions(finder: Finder, functions: Node | None) -> Iterator[tuple[str, Node]]:
    """Name and value of each function; ``functions`` may be a list of such objects."""
    for group in functions if isinstance(functions, Array) and not functions.tag else (functions,):
        if group is None:
            continue
        if call_of(group):
            finder.gap(group, "functions are known only at deployment")
        for key, value in group if isinstance(group, Object) else ():
            yield f"functions.{key.text}", value


def _template(finder: Finder, resources: Node | None) -> Object:
    """The template that ``resources`` is, or the list of templates that are merged into one."""
    sections: dict[str, Object] = {}
    top = Object([], 0, 0)
    for part in resources if isinstance(resources, Array) and not resources.tag else (resources,):
        if part is None:
            continue
        top.start, top.end = top.start or part.start, part.end
        if call_of(part):
            finder.gap(part, "resources are known only at deployment")
            continue
        for key, value in part if isinstance(part, Object) else ():
            if call_of(value):
                finder.gap(value, "resources are known only at deployment")
            elif isinstance(value, Object) and key.text in ("Resources", "extensions"):
                known = sections.get("Resources")
                if known is None:
                    known = sections["Resources"] = Object([], value.start, value.end)
                    top.members.append((key if key.text == "Resources" else _as_resources(key), known))
                known.members += value.members
            else:
                top.members.append((key, value))
    return top


def _as_resources(key: Node) -> Scalar:
    return Scalar("Resources", "Resources", key.start, key.end)


def includes(path: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """The files that the variables of a service name."""
    several = Several(path, files)
    root = several.root(path)
    if root is None or not is_service(path, root) or not isinstance(root, Object):
        return ()
    wanted: dict[str, None] = {}
    for name in _SECTIONS:
        variables = Variables(path, several)
        section = root.get(name)
        try:
            if section is not None:
                variables.filled(section)
        except UnreasonableError:
            continue
        finally:
            wanted.update(variables.wanted)
    return tuple(name for name in wanted if name != path)
