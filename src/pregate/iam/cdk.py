"""
Construct paths in the templates that the AWS CDK writes: ``aws:cdk:path`` in a resource's metadata, else the
manifest beside the template.

Source: AWS CDK, cloud assembly schema (``manifest.json``).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pregate.iam.calls import text_of
from pregate.iam.finder import Finder
from pregate.iam.names import CDK_TEMPLATE
from pregate.positions import Array, Node, Object, PositionError, parse_json

PATH_KEY = "aws:cdk:path"
ASSET_KEY = "aws:asset:path"
MANIFEST = "manifest.json"
_LOGICAL_ID = "aws:cdk:logicalId"


def construct_of(resource: Object) -> str:
    """The construct path that a resource's metadata gives, or ``""``."""
    metadata = resource.get("Metadata")
    return text_of(metadata.get(PATH_KEY)) if isinstance(metadata, Object) else ""


def asset_of(resource: Object) -> str:
    """The file name of a nested stack's template, as its metadata gives it, or ``""``."""
    metadata = resource.get("Metadata")
    return text_of(metadata.get(ASSET_KEY)) if isinstance(metadata, Object) else ""


def includes(path: str, text: str) -> tuple[str, ...]:
    """The manifest beside a template of the CDK that has no construct paths of its own."""
    if not path.endswith(CDK_TEMPLATE) or PATH_KEY in text:
        return ()
    return (posixpath.join(posixpath.dirname(path), MANIFEST),)


def constructs(finder: Finder) -> dict[str, str]:
    """Construct paths by logical id, from the manifest of the template's folder."""
    if not finder.path.endswith(CDK_TEMPLATE):
        return {}
    folder, name = posixpath.split(finder.path)
    manifest = finder.files.get(posixpath.join(folder, MANIFEST))
    try:
        artifacts = _member(parse_json(manifest), "artifacts") if manifest else None
    except PositionError:
        return {}
    found: dict[str, str] = {}
    for _, artifact in artifacts if isinstance(artifacts, Object) else ():
        if text_of(_member(_member(artifact, "properties"), "templateFile")) == name:
            found.update(_logical_ids(_member(artifact, "metadata")))
    return found


def _logical_ids(metadata: Node | None) -> Iterator[tuple[str, str]]:
    for path, entries in metadata if isinstance(metadata, Object) else ():
        for entry in entries if isinstance(entries, Array) else ():
            if text_of(_member(entry, "type")) == _LOGICAL_ID:
                yield text_of(_member(entry, "data")), path.text.removeprefix("/")


def _member(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Object) else None
