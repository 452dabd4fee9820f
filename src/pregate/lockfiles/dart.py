"""
``pubspec.lock``: a YAML mapping ``packages`` with source, version and kind of dependency of each.

Format: https://dart.dev/tools/pub/package-layout#pubspec-lock and pub's ``LockFile``,
https://github.com/dart-lang/pub/blob/master/lib/src/lock_file.dart.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import PUB
from pregate.lockfiles.model import Declaration, Depth, Reading
from pregate.lockfiles.node_files import NodeFile, load_yaml, members, text_of
from pregate.model import UnreadReason
from pregate.positions import Object, Scalar

_DEPTHS = {
    "direct main": Depth.DIRECT,
    "direct dev": Depth.DIRECT,
    "direct overridden": Depth.DIRECT,
    "direct": Depth.DIRECT,  # pub before 1.24
    "transitive": Depth.TRANSITIVE,
}
_TABLES = ("dependencies", "dev_dependencies", "dependency_overrides")


def read_pubspec_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package from a package server; those from git are not audited, the project's own folders and what
    comes with an SDK are passed over. ``dev`` is told for direct ones alone.
    """
    file = load_yaml(path, files[path], is_regular=True)
    if isinstance(file, Reading):
        return file
    root = file.root
    packages = root.get("packages") if isinstance(root, Object) else None
    is_empty = isinstance(packages, Scalar) and packages.value is None
    if not isinstance(packages, Object) and not is_empty:
        return failed(path, "no mapping of packages: this is no pubspec.lock")
    found = Collector(path, "pubspec.lock", PUB)
    declared = _declared(posixpath.join(posixpath.dirname(path), "pubspec.yaml"), files)
    for key, entry in packages if isinstance(packages, Object) else ():
        if isinstance(entry, Object):
            _add(found, file, key, entry, declared)
        else:
            found.skip("an entry is no mapping", file.location(key), UnreadReason.UNPARSABLE)
    return found.reading()


def _add(
    found: Collector, file: NodeFile, key: Scalar, entry: Object, declared: Mapping[str, list[Declaration]]
) -> None:
    source, kind, version = (
        text_of(entry.get("source")),
        text_of(entry.get("dependency")),
        entry.get("version"),
    )
    if source in ("sdk", "path"):
        return
    if source != "hosted":
        found.skip(f"{shown(key.text)} is not from a package server", file.location(key))
        return
    description = entry.get("description")
    named = text_of(description.get("name")) if isinstance(description, Object) else text_of(description)
    name = named or key.text
    found.add(
        name,
        text_of(version),
        file.location(key if version is None else version),
        depth=_DEPTHS.get(kind, Depth.UNKNOWN),
        dev=kind == "direct dev",
        declared=tuple(declared.get(key.text, ())),
        hashed=isinstance(description, Object) and bool(text_of(description.get("sha256"))),
    )


def _declared(path: str, files: Mapping[str, bytes]) -> dict[str, list[Declaration]]:
    """The lines of ``pubspec.yaml``; the key's place where it asks for no version."""
    loaded = load_yaml(path, files[path]) if path in files else None
    found: dict[str, list[Declaration]] = {}
    if not isinstance(loaded, NodeFile):
        return found
    for table in _TABLES:
        for key, value in members(loaded.root, table):
            asked = value.get("version") if isinstance(value, Object) else value
            place = loaded.location(asked if asked is not None and text_of(asked) else key)
            found.setdefault(key.text, []).append(Declaration(place, text_of(asked)))
    return found
