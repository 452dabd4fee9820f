"""
``conan.lock``: references ``name/1.2.3@user/channel#revision%time``, as a graph (Conan 1) or in lists.

Formats: https://docs.conan.io/1/versioning/lockfiles.html,
https://docs.conan.io/2/tutorial/versioning/lockfiles.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import CONAN
from pregate.lockfiles.graph import reachable
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Depth, Reading, Requirement
from pregate.model import Location, UnreadReason

_REFERENCE = expression(r"([^\s/@#%:]{1,200})/([^\s/@#%:]{1,200})(?:[@#%:][^\s]{0,600})?")
# Lists of Conan 2 and whether what they name serves building alone.
_LISTS = {"requires": False, "build_requires": True, "python_requires": True, "config_requires": True}


def read_conan_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every reference; what is required for building alone is ``dev``. Only Conan 1 tells the graph.
    """
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    root = loaded.root.value
    graph = loaded.root.member("graph_lock")
    nodes = graph.member("nodes") if graph else None
    found = Collector(path, "conan.lock", CONAN)
    if nodes is not None and nodes.is_object:
        _read_graph(found, loaded, nodes)
    elif isinstance(root, dict) and any(isinstance(root.get(name), list) for name in _LISTS):
        _read_lists(found, loaded)
    else:
        return failed(path, "neither a graph_lock nor a list of requires: this is no conan.lock")
    return found.reading()


def _read_lists(found: Collector, document: Document) -> None:
    needed: set[tuple[str, str]] = set()
    for name, is_dev in _LISTS.items():
        references = document.root.member(name)
        for part in references.items() if references else ():
            reference = _REFERENCE.fullmatch(part.value) if isinstance(part.value, str) else None
            if reference is None:
                found.skip("an entry is no reference", document.location(part), UnreadReason.UNPARSABLE)
                continue
            identity = (reference.group(1), reference.group(2))
            if identity not in needed:
                needed.add(identity)
                found.add(*identity, _version_place(document, part, reference), dev=is_dev)


def _read_graph(found: Collector, document: Document, nodes: Part) -> None:
    parts = nodes.by_key()
    values: dict[str, dict[str, Any]] = {k: p.value for k, p in parts.items() if isinstance(p.value, dict)}
    references = {key: _reference(value) for key, value in values.items()}
    own = [key for key, value in values.items() if value.get("path") or _is_nameless(key, value)]
    links = {key: _ids(value, "requires") for key, value in values.items()}
    everything = {key: (*links[key], *_ids(value, "build_requires")) for key, value in values.items()}
    built_with = reachable(own, everything) - reachable(own, links)
    direct = {key for name in own for key in everything[name]}
    idents = {key: f"{ref.group(1)}@{ref.group(2)}" for key, ref in references.items() if ref}
    for key, part in parts.items():
        reference = references.get(key)
        if key in own:
            continue
        if reference is None:
            found.skip("a node has no reference", document.key_location(part), UnreadReason.UNPARSABLE)
            continue
        shown = part.member("ref") or part.member("pref") or part
        depth = Depth.DIRECT if key in direct else Depth.TRANSITIVE
        found.add(
            reference.group(1),
            reference.group(2),
            _version_place(document, shown, reference),
            depth=depth if own else Depth.UNKNOWN,
            dev=key in built_with or values[key].get("context") == "build",
            requires=tuple(Requirement(idents[k]) for k in everything[key] if k in idents),
        )


def _reference(value: Mapping[str, Any]) -> re.Match[str] | None:
    """``ref``, which was ``pref`` (with the package's id behind ``:``) before Conan 1.22."""
    text = value.get("ref") or value.get("pref")
    return _REFERENCE.fullmatch(text) if isinstance(text, str) else None


def _is_nameless(key: str, value: Mapping[str, Any]) -> bool:
    """Whether it is the project itself, which needs no name: node 0, in the oldest files any without one."""
    return value.get("ref", value.get("pref")) is None and (key == "0" or "pref" in value)


def _ids(value: Mapping[str, Any], name: str) -> Sequence[str]:
    """The nodes that are needed; the oldest files have them as the values of a mapping."""
    given = value.get(name)
    given = list(given.values()) if isinstance(given, dict) else given
    return [key for key in given if isinstance(key, str)] if isinstance(given, list) else []


def _version_place(document: Document, part: Part, reference: re.Match[str]) -> Location:
    """The version within the reference; all of it where an escape hides where that is."""
    start = document.text.find(reference.group(), part.start, part.end)
    if start < 0:
        return document.location(part)
    return document.lines.location(document.path, start + reference.start(2), start + reference.end(2))
