"""
``packages.lock.json`` of NuGet, versions 1 and 2.

``dependencies`` has a section for every target framework, with and without runtime (``net6.0/win-x64``), and
an entry for every package with ``type`` (``Direct``, ``Transitive``, ``CentralTransitive``, ``Project``) and
``resolved``. Format: "Locking dependencies"
(https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies),
NuGet.Client, PackagesLockFileFormat.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from pregate.lockfiles.document import Collector, failed, is_word, phrase, shown
from pregate.lockfiles.ecosystems import NUGET
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Depth, Reading, Requirement
from pregate.model import UnreadReason

_DEPTHS = {
    "direct": Depth.DIRECT,
    "transitive": Depth.TRANSITIVE,
    "centraltransitive": Depth.TRANSITIVE,
}


def read_packages_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every package of every target framework; projects are the repository's own."""
    document = load_located(path, files[path])
    if isinstance(document, Reading):
        return document
    dependencies = document.root.member("dependencies")
    if dependencies is None or not dependencies.is_object:
        return failed(path, "no dependencies: this is no packages.lock.json", 1)
    found = Collector(path, "packages.lock.json", NUGET)
    locked: dict[str, MutableMapping[str, str]] = {}
    for framework in dependencies.by_key().values():
        if not framework.is_object:
            place = document.key_location(framework)
            found.skip("a target framework is no object", place, UnreadReason.UNPARSABLE)
            continue
        entries = framework.by_key().values()
        # A section with a runtime holds what differs from the one without, which stands before it.
        own = _resolved(entries)
        base = locked.get(framework.key.partition("/")[0])
        known = locked[framework.key] = ChainMap(own, base) if base else own
        for entry in entries:
            _add(found, document, entry, known)
    return found.reading()


def _resolved(entries: Iterable[Part]) -> dict[str, str]:
    """Names in lower case with the ident of what they are locked to."""
    found = {}
    for entry in entries:
        data = entry.value
        if isinstance(data, dict) and _is_package(data) and is_word(data.get("resolved")):
            found[entry.key.lower()] = f"{entry.key}@{data['resolved']}"
    return found


def _is_package(data: Mapping[str, Any]) -> bool:
    return str(data.get("type")).lower() != "project"


def _add(found: Collector, document: Document, entry: Part, locked: Mapping[str, str]) -> None:
    data = entry.value
    if not isinstance(data, dict):
        place = document.key_location(entry)
        found.skip("an entry is no object", place, UnreadReason.UNPARSABLE)
        return
    if not _is_package(data):
        return
    resolved = entry.member("resolved")
    if resolved is None:
        found.skip(f"{shown(entry.key)} is locked without a version", document.key_location(entry))
        return
    found.add(
        entry.key,
        data["resolved"],
        document.location(resolved),
        hashed=isinstance(data.get("contentHash"), str),
        depth=_DEPTHS.get(str(data.get("type")).lower(), Depth.UNKNOWN),
        requires=requirements(data.get("dependencies"), locked),
    )


def requirements(dependencies: object, locked: Mapping[str, str]) -> tuple[Requirement, ...]:
    """What an entry's ``dependencies`` name of what is locked; ``locked`` gives idents by lower-case name."""
    if not isinstance(dependencies, dict):
        return ()
    return tuple(
        Requirement(locked[name.lower()], phrase(constraint))
        for name, constraint in dependencies.items()
        if name.lower() in locked
    )
