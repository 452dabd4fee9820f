"""
The POMs of a repository that belong together: a project, its parents, the bills of materials beside it.

A parent is looked up where ``relativePath`` says, ``../pom.xml`` without one, and is taken only when it is
the one that the child means; else Maven asks a remote repository, which nobody does here. Source: Maven, "POM
Reference", Inheritance (https://maven.apache.org/pom.html#Inheritance).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pregate.lockfiles.located_xml import Document, Element, load_xml
from pregate.lockfiles.model import Reading
from pregate.lockfiles.paths import path_from
from pregate.records import dataclass

MAX_PARENTS = 50
MAX_MODULES = 200
MAX_KEPT = 200_000  # bytes of a POM that is kept when it was read
_BILLS = ("bom", "dependencies", "platform")


@dataclass(frozen=True, slots=True)
class Lineage:
    """
    A project and its parents, the project first. ``has_outsider`` tells that the last one has a parent that
    is not in the repository; ``missing`` is the path where a parent was looked for in vain, or ``""``.
    """

    poms: tuple[Document, ...]
    has_outsider: bool = False
    missing: str = ""


def load_pom(path: str, data: bytes) -> Document | Reading:
    """The POM as a document, or the reading that says why there is none."""
    return _kept(path, data) if len(data) <= MAX_KEPT else load_xml(path, data, "project")


@lru_cache(maxsize=64)  # the modules of a project share their parents
def _kept(path: str, data: bytes) -> Document | Reading:
    return load_xml(path, data, "project")


def lineage(pom: Document, files: Mapping[str, bytes]) -> Lineage:
    """The project with the parents that are in ``files``; a circle of parents ends where it begins."""
    poms = [pom]
    while (child := poms[-1].root.first("parent")) is not None:
        path = _parent_path(poms[-1].path, child)
        if not path or len(poms) >= MAX_PARENTS or any(known.path == path for known in poms):
            return Lineage(tuple(poms), has_outsider=True)
        if path not in files:
            return Lineage(tuple(poms), has_outsider=True, missing=path)
        parent = load_pom(path, files[path])
        if isinstance(parent, Reading) or not _is_meant(child, parent.root):
            return Lineage(tuple(poms), has_outsider=True)
        poms.append(parent)
    return Lineage(tuple(poms))


def module_paths(poms: tuple[Document, ...], files: Mapping[str, bytes], artifact: str) -> Iterator[str]:
    """
    Paths of POMs in which a bill of materials may stand: those of the projects' modules, and of the modules
    of modules in ``files``, whose folder is named like ``artifact`` or as such modules are.
    """
    waiting, seen = list(poms), set[str]()
    while waiting and len(seen) < MAX_MODULES:
        pom = waiting.pop(0)
        for path in _modules(pom):
            if path in seen or len(seen) >= MAX_MODULES or not _may_be(path, artifact):
                continue
            seen.add(path)
            yield path
            module = load_pom(path, files[path]) if path in files else None
            if isinstance(module, Document):
                waiting.append(module)


def _modules(pom: Document) -> Iterator[str]:
    root = pom.root
    for module in (*root.all("modules", "module"), *root.all("profiles", "profile", "modules", "module")):
        path = _joined(pom.path, module.text)
        if path:
            yield path


def _may_be(path: str, artifact: str) -> bool:
    folder = posixpath.basename(posixpath.dirname(path)).lower()
    return bool(folder) and (folder in artifact.lower() or any(word in folder for word in _BILLS))


def _parent_path(path: str, parent: Element) -> str:
    """Where the parent of the POM at ``path`` is looked for; ``""`` when that is not in the repository."""
    relative = parent.first("relativePath")
    if relative is None:
        return _joined(path, "../pom.xml")
    return _joined(path, relative.text) if relative.text else ""


def _joined(path: str, relative: str) -> str:
    """The POM that a path names, beside the file at ``path``: it may name the POM's folder."""
    text = relative.replace("\\", "/")
    if not text or "${" in text or not text.isprintable():
        return ""
    is_file = posixpath.normpath(text).endswith((".xml", ".pom"))
    return path_from(posixpath.dirname(path), text, *(() if is_file else ("pom.xml",)))


def _is_meant(child: Element, candidate: Element) -> bool:
    """Whether the project is the parent that is asked for, as far as both are written out."""
    for name in ("groupId", "artifactId", "version"):
        asked = child.word(name)
        own = candidate.word(name)
        if not own and name != "artifactId":
            own = candidate.word("parent", name)
        is_open = not asked or not own or "${" in asked + own or (name == "version" and asked[0] in "[(")
        if not is_open and asked != own:
            return False
    return True
