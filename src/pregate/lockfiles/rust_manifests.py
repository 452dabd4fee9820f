"""
What the ``Cargo.toml`` files of a workspace ask for.

Format: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from pregate.lockfiles.model import Declaration
from pregate.lockfiles.node_files import NodeFile, members, text_of, toml_of
from pregate.positions import Node, Object
from pregate.records import dataclass

MANIFEST = "Cargo.toml"
_DEV = ("dev-dependencies", "dev_dependencies")
_TABLES = ("dependencies", "build-dependencies", "build_dependencies", *_DEV)
_SHARED = ("workspace", "dependencies")


@dataclass(frozen=True, slots=True)
class Wish:
    """
    One dependency of a manifest. ``owner`` is the package whose manifest it is, ``""`` for what a workspace
    shares among its members; ``crate`` the name that the lock file knows, whatever it is renamed to.
    """

    owner: str
    crate: str
    is_dev: bool
    declaration: Declaration


def wishes(files: Mapping[str, bytes]) -> list[Wish]:
    """The dependencies of every readable ``Cargo.toml`` among ``files``, in the order of the paths."""
    manifests = [toml_of(path, files) for path in sorted(files) if posixpath.basename(path) == MANIFEST]
    readable = [manifest for manifest in manifests if manifest]
    shared = {
        key.text: _crate(key.text, value)
        for manifest in readable
        for key, value in members(manifest.root, *_SHARED)
    }
    return [wish for manifest in readable for wish in _wishes(manifest, shared)]


def _wishes(manifest: NodeFile, shared: Mapping[str, str]) -> Iterator[Wish]:
    package = {key.text: text_of(value) for key, value in members(manifest.root, "package")}
    ways: list[tuple[str, ...]] = [(table,) for table in _TABLES]
    ways += [("target", key.text, table) for key, _ in members(manifest.root, "target") for table in _TABLES]
    for way in (*ways, _SHARED):
        for key, value in members(manifest.root, *way):
            version = _field(value, "version") if isinstance(value, Object) else value
            place = manifest.location(version if version is not None else key)
            declaration = Declaration(place, text_of(version))
            if way == _SHARED:
                yield Wish("", _crate(key.text, value), False, declaration)
            elif package.get("name"):
                is_shared = text_of(_field(value, "workspace")) == "true"
                crate = shared.get(key.text, key.text) if is_shared else _crate(key.text, value)
                yield Wish(package["name"], crate, way[-1] in _DEV, declaration)


def _field(value: Node, name: str) -> Node | None:
    return value.get(name) if isinstance(value, Object) else None


def _crate(key: str, value: Node) -> str:
    return text_of(_field(value, "package")) or key
