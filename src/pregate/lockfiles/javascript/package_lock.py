"""
``package-lock.json`` and ``npm-shrinkwrap.json``, lock file versions 1 to 3.

Format: https://docs.npmjs.com/cli/configuring-npm/package-lock-json. Version 1 nests ``dependencies``; 2 and
3 have ``packages``, keyed by folder, of which version 2's ``dependencies`` are a copy.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, inside, load_json, shown
from pregate.lockfiles.model import NPM, Reading
from pregate.model import Location, UnreadReason
from pregate.positions import Lines, Node, Object, Scalar

_FOLDER = "node_modules/"
_NOT_FROM_INDEX = ("git+", "git:", "github:", "gitlab:", "bitbucket:", "gist:", "file:", "link:")


def read_package_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every installed package; links and workspaces are the project's own, git and file sources not audited.
    """
    loaded = load_json(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    root, lines = loaded
    if not isinstance(root, Object):
        return failed(path, "the file holds no object")
    packages, dependencies = root.get("packages"), root.get("dependencies")
    if packages is None and dependencies is None and root.get("lockfileVersion") is None:
        return failed(path, "no lockfileVersion, packages or dependencies: this is no package-lock.json")
    found = Collector(path, "package-lock.json", NPM)
    if isinstance(packages, Object):
        for folder, entry in packages:
            _add_folder(found, lines, folder, entry)
    elif isinstance(dependencies, Object):
        _add_nested(found, lines, dependencies)
    elif packages is not None or dependencies is not None:
        return failed(path, "packages or dependencies is no object")
    return found.reading()


def _add_folder(found: Collector, lines: Lines, folder: Scalar, entry: Node) -> None:
    """
    One member of ``packages``: its name is the folder below the last node_modules, or its own for an alias.
    """
    place = inside(lines, found.path, folder)
    if not isinstance(entry, Object):
        found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
        return
    if _FOLDER not in folder.text or _is_true(entry.get("link")):
        return
    name = entry.get("name")
    text = name.value if isinstance(name, Scalar) else folder.text.rpartition(_FOLDER)[2]
    resolved = entry.get("resolved")
    if isinstance(resolved, Scalar) and resolved.text.startswith(_NOT_FROM_INDEX):
        found.skip(f"{shown(text)} is not from a package index", place)
        return
    _add(found, lines, text, entry.get("version"), place)


def _add_nested(found: Collector, lines: Lines, dependencies: Object) -> None:
    """The tree of version 1, without recursion: it may be nested as deep as the parser allows."""
    waiting = [dependencies]
    while waiting:
        for name, entry in waiting.pop():
            place = inside(lines, found.path, name)
            if not isinstance(entry, Object):
                found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
                continue
            nested = entry.get("dependencies")
            if isinstance(nested, Object):
                waiting.append(nested)
            _add(found, lines, name.text, entry.get("version"), place)


def _add(found: Collector, lines: Lines, name: object, version: Node | None, place: Location) -> None:
    if version is None:
        found.skip(f"{shown(name)} is locked without a version", place)
        return
    place = inside(lines, found.path, version)
    text = version.value if isinstance(version, Scalar) else None
    if isinstance(text, str) and text.startswith("npm:"):  # an alias: npm:real-name@1.2.3
        name, _, text = text[4:].rpartition("@")
    if isinstance(text, str) and (text.startswith(_NOT_FROM_INDEX) or "://" in text):
        found.skip(f"{shown(name)} is not from a package index", place)
        return
    found.add(name, text, place)


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is True
