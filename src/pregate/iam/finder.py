"""
Looks for policies in one file: by shape anywhere, and at properties that are known to hold one.

A policy that is known to be there but cannot be known (``PolicyDocument: !Ref X``) is a gap, never silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pregate.expressions import expression
from pregate.iam.assemble import Assembler, looks_like_policy, looks_like_statement
from pregate.iam.calls import branches_of, call_of, function_name, is_no_value, reference_of, text_of
from pregate.iam.copying import UnreasonableError
from pregate.iam.document import TOKEN, PolicyDocument, PolicyKind, step
from pregate.positions import Array, Lines, Node, Object, Scalar
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.iam.environment import Exposure
    from pregate.iam.intrinsics import Resolver
    from pregate.iam.managed import Reference
    from pregate.iam.template import Template

_JSON_STARTS = ("{", "%7B", "%7b")
_TRUST_KEYS = ("AssumeRolePolicyDocument", "TrustPolicy", "assumeRolePolicyDocument")
_WORDS = expression(r"[A-Za-z0-9]+")
_SERVICE_CONTROL = ("scp", "scps", "servicecontrolpolicies", "servicecontrolpolicy")
_RESOURCE_CONTROL = ("rcp", "rcps", "resourcecontrolpolicies", "resourcecontrolpolicy")
_BOUNDARY_WORDS = frozenset({"boundary", "boundaries", "permissionsboundary", "permissionboundary"})


@dataclass(slots=True)
class Finder:
    """
    The search of one file. ``files`` are the texts of other files of the same revision, by path. ``apart``
    are policies of those files as they are when read alone: reported with their own file, not with this one.
    """

    path: str
    text: str
    files: Mapping[str, str] = field(default_factory=dict)
    is_template: bool = False
    references: list[Reference] = field(default_factory=list)
    apart: list[PolicyDocument] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    chain: tuple[str, ...] = ()
    budget: list[int] = field(default_factory=lambda: [0])
    assembler: Assembler = field(init=False)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.assembler = Assembler(self.path, self.text, Lines(self.text), organizations_kind(self.path))
        if is_boundary_file(self.path):
            self.assembler.labels = (("use", "permissions-boundary"),)

    def gap(self, node: Node, detail: str) -> None:
        """Note what cannot be judged."""
        self.assembler.gap(node, detail)

    def expose(self, address: str, properties: Object) -> None:
        """Note the variables of a CodeBuild project that show a credential."""
        from pregate.iam.environment import Exposure, exposed_variables

        for variable, node, is_written in exposed_variables(properties):
            place = self.assembler.lines.location(self.path, node.start, node.end)
            self.exposures.append(Exposure(variable, address, place, is_written))

    def take(self, name: str, node: Node, kind: PolicyKind, attached: str, template: Template) -> None:
        """A policy where one is known to be: under functions that only choose or wrap it, else a gap."""
        self.seen.add(id(node))
        if is_no_value(node):
            return
        branches = branches_of(node)
        call = call_of(node)
        if branches:
            for branch in branches[1:]:
                self.take(name, branch, kind, attached, template)
        elif call and call[0] == "Fn::ToJsonString":
            self.take(name, call[1], kind, attached, template)
        elif call and call[0] not in ("Fn::Sub", "Fn::Join"):
            self.gap(node, f"the {kind.value} policy is known only at deployment ({function_name(call)})")
        elif isinstance(node, Array | Object) and not call:
            bare = isinstance(node, Array) or looks_like_statement(node)
            self.assembler.add(name, wrapped(node) if bare else node, kind, attached, template)
        else:
            self.assembler.add_text(name, node, kind, attached, template)

    def refer(self, name: str, node: Node, template: Template | None, *, boundary: bool = False) -> None:
        """
        Policies named by ARN: one, or a list. What names a policy of the same template is followed there.
        """
        branches = branches_of(node)
        if branches and template:
            for branch in branches[1:]:
                self.refer(name, branch, template, boundary=boundary)
        elif isinstance(node, Array) and not call_of(node):
            for index, item in enumerate(node):
                self.refer(f"{name}.{index}", item, template, boundary=boundary)
        elif not is_no_value(node):
            from pregate.iam.intrinsics import Resolver

            resolver = Resolver(template, {}, self.path, self.assembler.lines)
            try:
                value = resolver.resolve(node)
            except UnreasonableError as error:
                self.gap(error.node, f"a managed policy's name {error.message}")
                return
            self._refer_to(name, node, value, resolver, boundary=boundary)

    def _refer_to(
        self, name: str, node: Node, value: Node | None, resolver: Resolver, *, boundary: bool
    ) -> None:
        for item in value.items if isinstance(value, Array) else [value]:
            text = item.text if isinstance(item, Scalar) else ""
            token = TOKEN.fullmatch(text)
            unknown = next((u for u in resolver.unknowns if token and u.token == token[0]), None)
            if unknown:
                if unknown.expression != "Fn::GetAtt" and not self._is_here(node, resolver):
                    self.gap(node, f"a managed policy is known only at deployment ({unknown.expression})")
            elif text:
                from pregate.iam.managed import Reference

                where = self.assembler.lines.location(self.path, node.start, node.end)
                self.references.append(Reference(text, name, where, boundary, self.assembler.labels))

    def _is_here(self, node: Node, resolver: Resolver) -> bool:
        template = resolver.template
        return template is not None and reference_of(node) in template.resources

    def search_shapes(self, root: Node, name: str, template: Template | None) -> None:
        """
        Every object that looks like a policy, and every string that holds one. Iterative: the tree is
        hostile.
        """
        separator = "." if template else "/"
        pending: list[tuple[str, str, Node, PolicyKind | None]] = [(name, "", root, None)]
        while pending:
            name, key, node, declared = pending.pop()
            if id(node) in self.seen:
                continue
            if isinstance(node, Scalar):
                self._search_text(name, key, node, template, declared)
            elif isinstance(node, Array):
                pending += [
                    (f"{name}{separator}{n}", key, item, declared)
                    for n, item in reversed(list(enumerate(node)))
                ]
            elif looks_like_policy(node):
                kind = declared or _kind_by_key(key)
                self.assembler.add(name, stripped(node) if key == "Properties" else node, kind, "", template)
            else:
                declared = _declared_kind(node) or declared
                pending += [
                    (f"{name}{separator}{step(k.text)}", k.text, v, declared)
                    for k, v in reversed(node.members)
                ]

    def _search_text(
        self,
        name: str,
        key: str,
        node: Scalar,
        template: Template | None,
        declared: PolicyKind | None,
    ) -> None:
        named = isinstance(node.value, str) and "Statement" in node.text and "Effect" in node.text
        if named and node.text.lstrip().startswith(_JSON_STARTS):
            kind = declared or _kind_by_key(key)
            self.assembler.add_text(name, node, kind, "", template, optional=True)


def organizations_kind(path: str) -> PolicyKind | None:
    """
    Whether a file or its folder is named for the policies of an organization: ``scp``, ``rcps``,
    ``service-control-policies``, ``resource_control_policy``.
    """
    lower = path.lower()
    if not any(stem in lower for stem in ("scp", "rcp", "control")):
        return None  # before a regular expression is compiled
    for part in lower.split("/")[::-1]:
        words = [match[0] for match in _WORDS.finditer(part)]
        for first, second in zip(words, [*words[1:], ""], strict=True):
            if first in ("scp", "scps", "servicecontrolpolicies") or (first, second) == (
                "service",
                "control",
            ):
                return PolicyKind.SERVICE_CONTROL
            if first in ("rcp", "rcps", "resourcecontrolpolicies") or (first, second) == (
                "resource",
                "control",
            ):
                return PolicyKind.RESOURCE_CONTROL
    return None


def is_boundary_file(path: str) -> bool:
    """Whether a file's or folder's name speaks of a permissions boundary."""
    lower = path.lower()
    return "boundar" in lower and not _BOUNDARY_WORDS.isdisjoint(m[0] for m in _WORDS.finditer(lower))


def _declared_kind(node: Object) -> PolicyKind | None:
    """
    The kind that an answer of AWS Organizations gives beside the policy: ``{"PolicySummary": {"Type": …},
    "Content": …}``, or ``Type`` beside ``Content``.
    """
    summary = node.get("PolicySummary")
    declared = summary.get("Type") if isinstance(summary, Object) else None
    if declared is None and node.get("Content") is not None:
        declared = node.get("Type")
    if declared is None:
        return None
    from pregate.iam.resource_types import ORGANIZATIONS_KINDS

    return ORGANIZATIONS_KINDS.get(text_of(declared))


def _kind_by_key(key: str) -> PolicyKind | None:
    return PolicyKind.TRUST if key in _TRUST_KEYS else None


def names_in(node: Node | None) -> Iterator[Scalar]:
    """The names of transforms: a string, an object with ``Name``, or a list of them."""
    if isinstance(node, Scalar):
        yield node
    for item in node if isinstance(node, Array) else (node,):
        if isinstance(item, Scalar) and item is not node:
            yield item
        elif isinstance(item, Object) and isinstance(name := item.get("Name"), Scalar):
            yield name


def stripped(node: Object) -> Object:
    """Only the statements, of a resource whose properties hold some."""
    statement = node.get("Statement")
    return wrapped(statement) if isinstance(statement, Array | Object) else node


def wrapped(statements: Array | Object) -> Object:
    """Statements as the policy that they will be part of (SAM's CustomStatements)."""
    at = statements.start
    version = Scalar("2012-10-17", "2012-10-17", at, at)
    keys = [Scalar(word, word, at, at) for word in ("Version", "Statement")]
    return Object([(keys[0], version), (keys[1], statements)], at, statements.end)
