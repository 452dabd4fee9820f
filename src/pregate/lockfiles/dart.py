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
from pregate.lockfiles.plain_text import YamlFile, load_yaml
from pregate.model import UnreadReason
from pregate.positions import Node, Object, Scalar

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
    file = load_yaml(path, files[path])
    if isinstance(file, Reading):
        return file
    root = file.documents[0] if file.documents else None
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
    found: Collector, file: YamlFile, key: Scalar, entry: Object, declared: Mapping[str, list[Declaration]]
) -> None:
    source, kind, version = _text(entry.get("source")), _text(entry.get("dependency")), entry.get("version")
    if source in ("sdk", "path"):
        return
    if source != "hosted":
        found.skip(f"{shown(key.text)} is not from a package server", file.location(key))
        return
    description = entry.get("description")
    named = _text(description.get("name")) if isinstance(description, Object) else _text(description)
    name = named or key.text
    found.add(
        name,
        _text(version),
        file.location(key if version is None else version),
        depth=_DEPTHS.get(kind, Depth.UNKNOWN),
        dev=kind == "direct dev",
        declared=tuple(declared.get(key.text, ())),
        hashed=isinstance(description, Object) and bool(_text(description.get("sha256"))),
    )


def _text(node: Node | None) -> str:
    """What a scalar says, as written: an unquoted ``1.10`` is a version, not a number."""
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


def _declared(path: str, files: Mapping[str, bytes]) -> dict[str, list[Declaration]]:
    """The lines of ``pubspec.yaml``; the key's place where it asks for no version."""
    loaded = load_yaml(path, files[path]) if path in files else None
    found: dict[str, list[Declaration]] = {}
    if not isinstance(loaded, YamlFile) or not loaded.documents:
        return found
    root = loaded.documents[0]
    for table in _TABLES:
        entries = root.get(table) if isinstance(root, Object) else None
        for key, value in entries if isinstance(entries, Object) else ():
            asked = value.get("version") if isinstance(value, Object) else value
            node = asked if _text(asked) else key
            place = loaded.location(node or key)
            found.setdefault(key.text, []).append(Declaration(place, _text(asked)))
    return found
