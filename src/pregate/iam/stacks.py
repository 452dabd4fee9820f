"""
Nested stacks whose template is in the repository: read with the parameters that the stack above gives them.

What such a template says by itself is reported with its own file; here only what the given values change.
A template that is somewhere else is a gap.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pregate.iam import cdk
from pregate.iam.calls import call_of, text_of
from pregate.iam.copying import UnreasonableError
from pregate.iam.document import Unknown
from pregate.iam.finder import Finder
from pregate.iam.intrinsics import Resolver
from pregate.iam.names import NESTED
from pregate.iam.parsing import parse
from pregate.iam.template import MAX_CHOICES, Parameter, Template
from pregate.positions import Array, Node, Object, PositionError, Scalar
from pregate.records import replace

MAX_STACKS = 60
MAX_CHAIN = 6


def local_template(path: str, resource: Object, type_name: str) -> str:
    """The path in the repository of a nested stack's template, ``""`` where it is none."""
    asset = cdk.asset_of(resource)
    properties = resource.get("Properties")
    where = properties.get(NESTED[type_name]) if isinstance(properties, Object) else None
    written = asset or (text_of(where) if where is not None and not call_of(where) else "")
    return local_path(path, written)


def local_path(path: str, written: str) -> str:
    """A path relative to the file ``path``, from the repository's root; ``""`` where it leads out of it."""
    if not written or "://" in written or written.startswith(("/", "\\", "~")) or "\0" in written:
        return ""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    return "" if found.startswith("../") or found in ("..", ".") else found


def search(finder: Finder, logical_id: str, resource: Object, type_name: str, template: Template) -> None:
    """The policies of a nested stack, as its parameters here make them."""
    properties = resource.get("Properties")
    if type_name not in NESTED or not isinstance(properties, Object):
        return
    place = properties.get(NESTED[type_name]) or properties
    path = local_template(finder.path, resource, type_name)
    text = finder.files.get(path) if path else None
    if text is None:
        where = "not in the repository" if not path else "not found in this revision"
        finder.gap(place, f"the template of a nested stack is {where}")
        return
    finder.budget[0] += 1
    too_many = finder.budget[0] > MAX_STACKS or len(finder.chain) >= MAX_CHAIN
    if too_many or path in (*finder.chain, finder.path):
        why = "nested too deep, or too many" if too_many else "part of itself"
        finder.gap(place, f"the template of a nested stack is {why}")
        return
    try:
        roots = parse(path, text)
    except PositionError:
        finder.gap(place, "the template of a nested stack does not parse")
        return
    passed = dict(_passed(finder, properties.get("Parameters"), template))
    for root in roots:
        if isinstance(root, Object):
            _read(finder, logical_id, path, text, root, passed)


def _read(
    finder: Finder, logical_id: str, path: str, text: str, root: Object, passed: dict[str, Parameter]
) -> None:
    from pregate.iam.cloudformation import search_template

    chain = (*finder.chain, finder.path)
    alone = Finder(path, text)
    search_template(alone, root)
    below = Finder(path, text, finder.files, chain=chain, budget=finder.budget)
    below.assembler.labels = (("stack", f"{finder.path}:{logical_id}"),)
    search_template(below, root, passed)
    known = {(document.name, document.kind, document.text) for document in alone.assembler.documents}
    finder.apart += [*alone.assembler.documents, *below.apart]
    finder.assembler.documents += [
        replace(document, name=f"{logical_id}/{document.name}")
        for document in below.assembler.documents
        if (document.name, document.kind, document.text) not in known
    ]
    own = alone.assembler.gaps
    finder.assembler.gaps.update({gap: None for gap in below.assembler.gaps if gap not in own})
    named = {(reference.arn, reference.location) for reference in alone.references}
    finder.references += [
        replace(reference, name=f"{logical_id}/{reference.name}")
        for reference in below.references
        if (reference.arn, reference.location) not in named
    ]


def _passed(finder: Finder, given: Node | None, template: Template) -> Iterator[tuple[str, Parameter]]:
    for key, node in given if isinstance(given, Object) and not call_of(given) else ():
        variables = template.variables_in(node)
        count = 1
        for options in variables.values():
            count *= len(options)
        if count > MAX_CHOICES:
            yield key.text, Parameter()
            continue
        try:
            yield key.text, _parameter(finder, node, template)
        except UnreasonableError as error:
            finder.gap(error.node, f"a parameter {error.message}")
            yield key.text, Parameter()


def _parameter(finder: Finder, node: Node, template: Template) -> Parameter:
    """One value where there is one; the choices where conditions or allowed values leave several."""
    from pregate.iam.assemble import combinations

    values: list[Node] = []
    unknowns: tuple[Unknown, ...] = ()
    for assignment in combinations(template.variables_in(node)):
        resolver = Resolver(template, assignment, finder.path, finder.assembler.lines)
        value = resolver.resolve(node)
        if not isinstance(value, Scalar | Array):
            return Parameter()
        values.append(value)
        unknowns += tuple(resolver.unknowns)
        if unknowns and len(values) > 1:
            return Parameter()
    if len(values) == 1:
        risky = any(unknown.may_be_wildcard for unknown in unknowns)
        return Parameter(values[0], risky, (), unknowns)
    texts = {value.text: value for value in values if isinstance(value, Scalar)}
    risky = any("*" in text or "?" in text for text in texts)
    return Parameter(None, risky, tuple(texts.values())) if len(texts) == len(values) else Parameter()
