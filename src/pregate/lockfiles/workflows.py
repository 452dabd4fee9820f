"""
``uses:`` in GitHub workflows and in composite actions.

Formats: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax,
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax. The name is
``owner/repository``, which is how OSV names an action whatever folder of it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.ecosystems import ACTIONS
from pregate.lockfiles.images import image_name
from pregate.lockfiles.model import Depth, Reading
from pregate.lockfiles.node_files import NodeFile, load_yaml
from pregate.model import Location, UnreadReason
from pregate.positions import Array, Node, Object, Scalar

_USES = expression(r"([A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100})(/[^@\s]{1,400})?@(\S{1,300})")
_VERSION = expression(r"[vV]?[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}(?:[-+.][0-9A-Za-z][0-9A-Za-z.+-]{0,60})?")
_SHA = expression(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_COMMENT = expression(r"[ \t]{1,200}#([^\r\n]{0,200})")
# A bare number in a comment may count anything: a version there has a ``v`` or a dot.
_COMMENTED = expression(
    r"(?:^|(?<=[\s@=:(/]))([vV][0-9]{1,9}(?:\.[0-9]{1,9}){0,3}|[0-9]{1,9}(?:\.[0-9]{1,9}){1,3})"
    r"([-+.][0-9A-Za-z][0-9A-Za-z.+-]{0,60})?(?=[\s,;)]|$)"
)


def read_workflow(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every action and reusable workflow used at a version, or at a commit with its version in a comment.

    Other commits, branches, expressions and images are not audited, what begins with ``./`` is the
    repository's own. A YAML file that is neither a workflow nor an action tells nothing.
    """
    file = load_yaml(path, files[path])
    if isinstance(file, Reading):
        return file
    found = Collector(path, "workflow", ACTIONS)
    seen: set[int] = set()  # an alias is the anchor's own node
    for document in file.documents:
        for node in _uses(document):
            if id(node) not in seen:
                seen.add(id(node))
                _add(found, file, node)
    return found.reading()


def _uses(root: Node) -> Iterator[Node]:
    if not isinstance(root, Object):
        return
    jobs, runs = root.get("jobs"), root.get("runs")
    for _, job in jobs if isinstance(jobs, Object) else ():
        yield from _of(job)
    if isinstance(runs, Object):
        yield from _of(runs)
        image = runs.get("image")
        if isinstance(image, Scalar) and image.text.startswith("docker://"):
            yield image


def _of(job: Node) -> Iterator[Node]:
    """What a job, or the ``runs`` of an action, uses itself and in its steps."""
    if not isinstance(job, Object):
        return
    steps = job.get("steps")
    for holder in (job, *(steps if isinstance(steps, Array) else ())):
        used = holder.get("uses") if isinstance(holder, Object) else None
        if used is not None:
            yield used


def _add(found: Collector, file: NodeFile, node: Node) -> None:
    place = file.location(node)
    text = node.text.strip() if isinstance(node, Scalar) else ""
    match = _USES.fullmatch(text)
    if text.startswith(("./", "../")):
        return
    if text.startswith("docker://"):
        found.skip(f"{image_name(text.removeprefix('docker://'))} is a container image", place)
    elif "${{" in text:
        found.skip("what is used depends on an expression", place)
    elif match is None:
        found.skip("uses names no action at a version", place, UnreadReason.UNPARSABLE)
    else:
        _add_action(found, file, node, match)


def _add_action(found: Collector, file: NodeFile, node: Node, match: re.Match[str]) -> None:
    name, folder, pinned = match.group(1), match.group(2) or "", match.group(3)
    place, version = _place(file, node, pinned), pinned
    if _SHA.fullmatch(pinned):
        version = _commented(file.text, node.end)
        if not version:
            found.skip(f"{shown(name)} is used at a commit, and no comment tells its version", place)
            return
    elif not _VERSION.fullmatch(pinned):
        found.skip(f"{shown(name)} is used at a branch or at a name that is no version", place)
        return
    ident = f"{name}{folder}@{version}" if folder else ""
    found.add(name, version, place, depth=Depth.DIRECT, own_ident=ident, hashed=version != pinned)


def _place(file: NodeFile, node: Node, pinned: str) -> Location:
    """The place of the version or the commit within ``uses``; all of it where it is written otherwise."""
    start = file.text.rfind(pinned, node.start, node.end)
    if start < 0:
        return file.location(node)
    return file.lines.location(file.path, start, start + len(pinned))


def _commented(text: str, end: int) -> str:
    """The version in the comment behind a value, ``""`` where there is none."""
    comment = _COMMENT.match(text, end)
    found = _COMMENTED.search(comment.group(1)) if comment else None
    return (found.group(1) + (found.group(2) or "")).rstrip(".") if found else ""
