"""
``Manifest.toml`` of Julia in its formats 1.0 (``[[Name]]``) and 2.0 (``[[deps.Name]]``).

Format: https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.ecosystems import JULIA
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.node_files import by_key, load_toml_nodes, members, text_of, toml_of
from pregate.model import UnreadReason
from pregate.positions import Array, Node, Object, Scalar

_SIGNS = {"julia_version", "manifest_format"}
_Entries = list[tuple[str, Node]]


def read_manifest(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package with a version; what comes with Julia and has none, and the project's own folders, are
    passed over, packages from git not audited. A ``Manifest.toml`` that is not Julia's tells nothing.

    ``Project.toml`` beside it tells what is direct.
    """
    file = load_toml_nodes(path, files[path])
    if isinstance(file, Reading):
        return file
    entries = list(_entries(file.root))
    found = Collector(path, "Manifest.toml", JULIA)
    idents = _idents(entries)
    declared = _declared(posixpath.dirname(path), files)
    for name, entry in entries:
        fields = by_key(entry)
        version = fields.get("version")
        place = file.location(entry if version is None else version)
        if not isinstance(entry, Object) or (version is not None and not _is_text(version)):
            found.skip("an entry is no table with a version", place, UnreadReason.UNPARSABLE)
        elif "repo-url" in fields:
            found.skip(f"{shown(name)} is not from a registry", place)
        elif "path" not in fields and version is not None:
            mine = tuple((declared or {}).get(name, ()))
            depth = Depth.DIRECT if mine else Depth.TRANSITIVE
            found.add(
                name,
                text_of(version),
                place,
                depth=Depth.UNKNOWN if declared is None else depth,
                requires=_requires(fields.get("deps"), idents),
                declared=mine,
                hashed="git-tree-sha1" in fields,
            )
    return found.reading()


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, str)


def _entries(root: Node | None) -> Iterator[tuple[str, Node]]:
    """Name and table of each entry; nothing of a file of another kind."""
    names = {key.text for key, _ in members(root)}
    deps = [value for key, value in members(root) if key.text == "deps" and isinstance(value, Object)]
    holder = deps[0] if deps else root  # format 1.0 has its entries at the top
    if not _is_julia(members(holder)) and not (deps and _SIGNS & names):
        return
    for name, group in members(holder):
        for entry in group if isinstance(group, Array) else ():
            yield name.text, entry


def _is_julia(groups: Iterable[tuple[Scalar, Node]]) -> bool:
    """
    Whether there are arrays of tables alone, and most of the tables tell what only Julia tells of a package.
    """
    tables = [group for _, group in groups if not isinstance(group, Scalar)]
    entries = [entry for group in tables if isinstance(group, Array) for entry in group]
    known = sum(isinstance(e, Object) and bool(e.get("uuid") or e.get("git-tree-sha1")) for e in entries)
    return known * 2 > len(entries) and all(isinstance(group, Array) for group in tables)


def _idents(entries: _Entries) -> dict[str, str]:
    """The ident by name, and by name and uuid where one name stands for several packages."""
    idents: dict[str, str] = {}
    for name, entry in entries:
        fields = {key.text: text_of(value) for key, value in members(entry)}
        if fields.get("version"):
            idents[name] = idents[f"{name} {fields.get('uuid')}"] = f"{name}@{fields['version']}"
    return idents


def _requires(needed: Node | None, idents: Mapping[str, str]) -> tuple[Requirement, ...]:
    """``deps`` is a list of names, or a table of names and uuids where a name alone would not do."""
    keys = [f"{name.text} {text_of(uuid)}" for name, uuid in members(needed)]
    keys += [text_of(name) for name in needed] if isinstance(needed, Array) else []
    return tuple(Requirement(idents[key]) for key in keys if key in idents)


def _declared(folder: str, files: Mapping[str, bytes]) -> dict[str, list[Declaration]] | None:
    """
    What ``[deps]`` names, at its line of ``[compat]`` where there is one. None where there is no project.
    """
    for manifest in ("JuliaProject.toml", "Project.toml"):
        file = toml_of(posixpath.join(folder, manifest), files)
        if file:
            compat = by_key(file.root, "compat")
            return {
                key.text: [
                    Declaration(file.location(compat.get(key.text, key)), text_of(compat.get(key.text)))
                ]
                for key, _ in members(file.root, "deps")
            }
    return None
