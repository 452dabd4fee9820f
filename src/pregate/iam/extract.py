"""
Finds the policies in a JSON or YAML file: by shape anywhere, by property in CloudFormation and SAM templates.

A policy that is known to be there but cannot be known (``PolicyDocument: !Ref X``, a macro) is a
:class:`Gap`, never silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pregate.iam.assemble import Assembler, looks_like_policy
from pregate.iam.document import PolicyDocument, PolicyKind, step
from pregate.iam.intrinsics import Template, branches_of, call_of, is_no_value
from pregate.iam.resource_types import ORGANIZATIONS_KINDS, ORGANIZATIONS_POLICY, policy_properties
from pregate.model import Location
from pregate.positions import Array, Lines, Node, Object, PositionError, Scalar, parse_json, parse_yaml

# Macros of AWS that leave policies as they are written, or make ones that cannot be read here (SAM's policy
# templates).
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
_JSON_STARTS = ("{", "%7B", "%7b")
_TRUST_KEYS = ("AssumeRolePolicyDocument", "TrustPolicy")


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a policy that was not judged: where, and why in words that quote nothing."""

    location: Location
    detail: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a file holds; ``concerned`` is false when it is neither a policy nor a template."""

    documents: tuple[PolicyDocument, ...] = ()
    gaps: tuple[Gap, ...] = ()
    concerned: bool = False


def extract(path: str, text: str) -> Extraction:
    """
    The policies in a file's text.

    ``.json`` is JSON; any other suffix is YAML unless the text is a JSON object. Raises PositionError when
    it is neither.
    """
    finder = _Finder(path, text)
    for root in _parse(path, text):
        finder.search_document(root)
    documents, gaps = finder.assembler.documents, finder.assembler.gaps
    return Extraction(
        tuple(documents), tuple(Gap(*gap) for gap in gaps), bool(documents or gaps or finder.is_template)
    )


def _parse(path: str, text: str) -> list[Node]:
    if path.endswith(".json"):
        return [parse_json(text)]
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            return [parse_json(text)]
        except PositionError:
            return parse_yaml(text)
    return parse_yaml(text)


@dataclass(slots=True)
class _Finder:
    path: str
    text: str
    is_template: bool = False
    assembler: Assembler = field(init=False)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.assembler = Assembler(self.path, self.text, Lines(self.text))

    def search_document(self, root: Node) -> None:
        """All policies of one JSON value or YAML document."""
        if isinstance(root, Object) and _is_template(root):
            self.is_template = True
            self._search_template(root, Template.of(root))
        else:
            self._search_shapes(root, "", None)

    def _search_template(self, root: Object, template: Template) -> None:
        for name in _names(root.get("Transform")):
            if name.text not in KNOWN_TRANSFORMS:
                self.assembler.gap(name, "the template is rewritten by a macro")
        resources = root.get("Resources")
        for key, resource in resources if isinstance(resources, Object) else ():
            if key.text.startswith("Fn::"):
                self.assembler.gap(
                    key, f"resources made by {key.text.split('::')[1]} are known only at deployment"
                )
            if isinstance(resource, Object):
                self._search_resource(key.text, resource, template)
            else:
                self._search_shapes(resource, key.text, template)

    def _search_resource(self, logical_id: str, resource: Object, template: Template) -> None:
        type_node, properties = resource.get("Type"), resource.get("Properties")
        type_name = type_node.text if isinstance(type_node, Scalar) else ""
        if isinstance(properties, Object):
            rows = policy_properties(type_name)
            if type_name == ORGANIZATIONS_POLICY:
                declared = properties.get("Type")
                kind = ORGANIZATIONS_KINDS.get(declared.text) if isinstance(declared, Scalar) else None
                rows = (("Content", kind, ""),) if kind else ()
            for path, kind, attached in rows:
                for name, node in _follow(properties, path.split("/"), logical_id):
                    self._take(name, node, kind, attached, template)
        self._search_shapes(resource, logical_id, template)

    def _take(self, name: str, node: Node, kind: PolicyKind, attached: str, template: Template) -> None:
        """A policy where one is known to be: under functions that only choose or wrap it, else a gap."""
        self.seen.add(id(node))
        if is_no_value(node):
            return
        branches = branches_of(node)
        call = call_of(node)
        if branches:
            for branch in branches[1:]:
                self._take(name, branch, kind, attached, template)
        elif call and call[0] == "Fn::ToJsonString":
            self._take(name, call[1], kind, attached, template)
        elif call and call[0] not in ("Fn::Sub", "Fn::Join"):
            self.assembler.gap(node, f"the {kind.value} policy is known only at deployment ({call[0]})")
        elif isinstance(node, Array) and not call:
            self.assembler.add(name, _wrapped(node), kind, attached, template)
        elif isinstance(node, Object) and not call:
            self.assembler.add(name, node, kind, attached, template)
        else:
            self.assembler.add_text(name, node, kind, attached, template)

    def _search_shapes(self, root: Node, name: str, template: Template | None) -> None:
        """
        Every object that looks like a policy, and every string that holds one. Iterative: the tree is
        hostile.
        """
        separator = "." if template else "/"
        pending: list[tuple[str, str, Node]] = [(name, "", root)]
        while pending:
            name, key, node = pending.pop()
            if id(node) in self.seen:
                continue
            if isinstance(node, Scalar):
                self._search_text(name, key, node, template)
            elif isinstance(node, Array):
                pending += [
                    (f"{name}{separator}{n}", key, item) for n, item in reversed(list(enumerate(node)))
                ]
            elif looks_like_policy(node):
                policy = _stripped(node) if key == "Properties" else node
                self.assembler.add(name, policy, _kind_by_key(key), "", template)
            else:
                pending += [
                    (f"{name}{separator}{step(k.text)}", k.text, v) for k, v in reversed(node.members)
                ]

    def _search_text(self, name: str, key: str, node: Scalar, template: Template | None) -> None:
        if isinstance(node.value, str) and "Statement" in node.text and "Effect" in node.text:
            written = node.text.lstrip()
            if written.startswith(_JSON_STARTS):
                self.assembler.add_text(name, node, _kind_by_key(key), "", template, optional=True)


def _is_template(root: Object) -> bool:
    if root.get("AWSTemplateFormatVersion") is not None:
        return True
    resources = root.get("Resources")
    for _, resource in resources if isinstance(resources, Object) else ():
        kind = resource.get("Type") if isinstance(resource, Object) else None
        if isinstance(kind, Scalar) and "::" in kind.text:
            return True
    return False


def _names(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    for item in node if isinstance(node, Array) else ():
        if isinstance(item, Scalar):
            yield item
        elif isinstance(item, Object) and isinstance(name := item.get("Name"), Scalar):
            yield name
    if isinstance(node, Object) and isinstance(name := node.get("Name"), Scalar):
        yield name


def _follow(node: Node, path: list[str], name: str) -> Iterator[tuple[str, Node]]:
    """
    The nodes at a path, through both branches of ``Fn::If``; a function on the way is given in place of what
    it hides.
    """
    if not path:
        yield name, node
        return
    branches = branches_of(node)
    if branches:
        for branch in branches[1:]:
            yield from _follow(branch, path, name)
    elif call_of(node):
        yield name, node
    elif path[0] == "*":
        for index, item in enumerate(node if isinstance(node, Array) else ()):
            yield from _follow(item, path[1:], f"{name}.{index}")
    elif isinstance(node, Object) and (child := node.get(path[0])) is not None:
        yield from _follow(child, path[1:], f"{name}.{path[0]}")


def _kind_by_key(key: str) -> PolicyKind | None:
    return PolicyKind.TRUST if key in _TRUST_KEYS else None


def _stripped(node: Object) -> Object:
    """Only the statements, of a resource whose properties hold some (AWS::Events::EventBusPolicy)."""
    statement = node.get("Statement")
    return _wrapped(statement) if isinstance(statement, Array | Object) else node


def _wrapped(statements: Array | Object) -> Object:
    """Statements as the policy that it will be part of (SAM's CustomStatements)."""
    version = Scalar("2012-10-17", "2012-10-17", statements.start, statements.start)
    keys = [Scalar(word, word, statements.start, statements.start) for word in ("Version", "Statement")]
    return Object([(keys[0], version), (keys[1], statements)], statements.start, statements.end)
