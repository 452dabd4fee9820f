"""
Which unchanged files may read a changed one, found without reading the whole repository.

A file of a stack, a service or a policy is read from its own folder or one above. A module is called from
anywhere: the text of the Terraform files is searched for what they call, and nothing else of them is read.
The engine then asks each of the files found here what it really includes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence

from pregate.checks.base import Tree
from pregate.checks.iam.suffixes import READ_BY_TERRAFORM, TERRAFORM
from pregate.expressions import expression
from pregate.iam.names import SUFFIXES, possible_parents

MAX_SEARCHED = 5_000
"""So many Terraform files are searched for calls of a changed module."""
MAX_CALLERS = 200
MAX_READERS = 200
MAX_LEVELS = 8  # of modules that call one another, as many as an evaluation follows

_VALUES = (".tfvars", ".tfvars.json")
_SOURCE = expression(rb'\bsource"?[ \t]{0,80}[=:][ \t]{0,80}"(\.\.?(?:/[^"\n]{0,400})?)"')
# A call of ``file()`` whose argument is put together from more than the module's own folder.
_MADE_NAME = expression(rb"file\([^\n]{0,300}?(?:\$\{(?!path\.)|\b(?:each|var|local|count)\.|format|join)")


def dependents(changed: Sequence[str], tree: Tree) -> tuple[str, ...]:
    """The files by path, each once; of a tree without a candidate near, only some folders are listed."""
    templates = [path for path in changed if path.lower().endswith(SUFFIXES)]
    data = [path for path in changed if path.lower().endswith(READ_BY_TERRAFORM)]
    terraform = {path for path in data if path.lower().endswith(TERRAFORM)}
    data = [path for path in data if path not in terraform]
    if not templates and not data and not terraform:
        return ()
    beside = {posixpath.dirname(path) for path in (*terraform, *data)}
    above = _above([*templates, *data])
    near = sorted(tree.within(above | beside))
    files = [path for path in near if path.lower().endswith(TERRAFORM)]
    modules = {posixpath.dirname(path) for path in terraform}
    valued = {posixpath.dirname(path) for path in data if path.lower().endswith(_VALUES)}
    found = dict.fromkeys(possible_parents(templates, near))
    found.update(dict.fromkeys(path for path in files if posixpath.dirname(path) in modules | valued))
    readers = _readers(files, data, tree)
    found.update(dict.fromkeys(readers))
    modules.update(map(posixpath.dirname, readers))
    if modules:
        found.update(dict.fromkeys(_callers(modules, tree)))
    return tuple(found)


def _above(paths: Iterable[str]) -> set[str]:
    """The folders of these files, and all above them."""
    folders: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    return folders


def _readers(files: Sequence[str], data: Sequence[str], tree: Tree) -> list[str]:
    """The Terraform files, of the nearest ones, whose ``file()`` may name one of ``data``."""
    if not data or not files:
        return []
    names = {posixpath.basename(path).encode("utf-8", "surrogateescape") for path in data}
    nearest = sorted(files, key=lambda path: (-path.count("/"), path))[:MAX_READERS]
    return [
        path
        for path, text in tree.texts(nearest)
        if b"file" in text and (any(name in text for name in names) or _MADE_NAME.search(text))
    ]


def _callers(modules: set[str], tree: Tree) -> Iterator[str]:
    """The files that call one of these modules, directly or through others, and their neighbours that may."""
    calls: dict[str, set[str]] = {}
    neighbours: dict[str, list[str]] = {}
    paths = sorted(tree.ending(TERRAFORM))
    for path, text in tree.texts(paths[:MAX_SEARCHED]):
        folder = posixpath.dirname(path)
        if b"module" in text:
            neighbours.setdefault(folder, []).append(path)
        for source in _SOURCE.findall(text):
            called = posixpath.normpath(posixpath.join(folder, source.decode("utf-8", "surrogateescape")))
            calls.setdefault("" if called == "." else called, set()).add(folder)
    told, level, count = set(modules), modules, 0
    for _ in range(MAX_LEVELS):
        level = {folder for called in level for folder in calls.get(called, ())} - told
        told |= level
        for path in (path for folder in sorted(level) for path in neighbours.get(folder, ())):
            count += 1
            if count > MAX_CALLERS:
                return
            yield path
