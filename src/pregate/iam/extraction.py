"""
Finds the policies in a JSON or YAML file: by shape anywhere, by property in CloudFormation, SAM and
Serverless Framework files.

A policy that is known to be there but cannot be known (``PolicyDocument: !Ref X``, a macro) is a
:class:`Gap`, never silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pregate.iam.calls import text_of
from pregate.iam.document import PolicyDocument
from pregate.iam.finder import Finder
from pregate.iam.names import CDK_TEMPLATE, NESTED, is_service_file
from pregate.iam.parsing import parse
from pregate.model import Location
from pregate.positions import Object, PositionError, Scalar
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.iam.environment import Exposure
    from pregate.iam.managed import Reference

_LOOP = "Fn::ForEach::"


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a policy that was not judged: where, and why in words that quote nothing."""

    location: Location
    detail: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """
    What a file holds; ``concerned`` is false when it is neither a policy nor a template.

    ``references`` are policies that it only names. ``apart`` are policies of other files (nested stacks) as
    they are when read alone: what is wrong with these is reported with their own file. ``exposures`` are
    credentials in the environment of builds.
    """

    documents: tuple[PolicyDocument, ...] = ()
    gaps: tuple[Gap, ...] = ()
    concerned: bool = False
    references: tuple[Reference, ...] = ()
    apart: tuple[PolicyDocument, ...] = ()
    exposures: tuple[Exposure, ...] = ()


def extract(path: str, text: str, files: Mapping[str, str] | None = None) -> Extraction:
    """
    The policies in a file's text; ``files`` are texts of the files that :func:`includes` names, by path.

    Raises PositionError when the text is neither JSON nor YAML.
    """
    known = files or {}
    finder = Finder(path, text, known)
    for number, root in enumerate(parse(path, text)):
        if number == 0 and isinstance(root, Object) and _is_service(path, root):
            _search_service(finder, {**known, path: text})
        elif isinstance(root, Object) and is_template(root):
            from pregate.iam.cloudformation import search_template

            search_template(finder, root)
        else:
            finder.search_shapes(root, "", None)
    documents, gaps = finder.assembler.documents, finder.assembler.gaps
    return Extraction(
        tuple(documents),
        tuple(Gap(*gap) for gap in gaps),
        bool(documents or gaps or finder.references or finder.is_template),
        tuple(finder.references),
        tuple(finder.apart),
        tuple(finder.exposures),
    )


def is_template(root: Object) -> bool:
    """Whether a JSON or YAML document is a template: by its version, or by the types of its resources."""
    if root.get("AWSTemplateFormatVersion") is not None:
        return True
    resources = root.get("Resources")
    for key, resource in resources if isinstance(resources, Object) else ():
        if key.text.startswith(_LOOP):
            return True
        kind = resource.get("Type") if isinstance(resource, Object) else None
        if isinstance(kind, Scalar) and "::" in kind.text:
            return True
    return False


def _is_service(path: str, root: Object) -> bool:
    if not is_service_file(path):
        return False
    from pregate.iam import serverless

    return serverless.is_service(path, root)


def _search_service(finder: Finder, files: Mapping[str, str]) -> None:
    from pregate.iam import serverless
    from pregate.iam.several import Several

    several = Several(finder.path, files)
    finder.assembler.lines, finder.assembler.text = several, several.text
    root = several.root(finder.path)
    if isinstance(root, Object):
        serverless.search(finder, several, root)


def includes(path: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """
    Other files that the policies of ``path`` depend on, directly or through others; ``files`` holds the texts
    of ``path`` and of what is known so far.
    """
    found: dict[str, None] = {}
    pending = [path] if path in files else []
    if pending and is_service_file(path):
        from pregate.iam import serverless

        if service := serverless.includes(path, files):
            return service
    while pending:
        current = pending.pop()
        for other in _direct(current, files[current]):
            if other != path and other not in found:
                found[other] = None
                if other in files:
                    pending.append(other)
    return tuple(found)


def _direct(path: str, text: str) -> Iterator[str]:
    if path.endswith(CDK_TEMPLATE):
        from pregate.iam import cdk

        yield from cdk.includes(path, text)
    if not any(word in text for word in NESTED):
        return
    try:
        roots = parse(path, text)
    except PositionError:
        return
    from pregate.iam import stacks

    for root in roots:
        resources = root.get("Resources") if isinstance(root, Object) else None
        for _, resource in resources if isinstance(resources, Object) else ():
            kind = text_of(resource.get("Type")) if isinstance(resource, Object) else ""
            if kind in NESTED and isinstance(resource, Object):
                other = stacks.local_template(path, resource, kind)
                if other:
                    yield other
