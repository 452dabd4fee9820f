"""
``*.deps.json``, which a .NET build writes beside its assemblies.

``libraries`` has ``Name/Version`` with ``type`` (``package``, ``project``, ``runtimepack``, ``reference``),
``targets`` what each needs. Format: "Runtime configuration files",
https://github.com/dotnet/cli/blob/rel/1.0.0/Documentation/specs/runtime-configuration-file.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.dotnet.packages_lock import requirements
from pregate.lockfiles.ecosystems import NUGET
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Depth, Reading
from pregate.model import Location, UnreadReason

_Needs = dict[str, dict[str, str]]


def read_deps_json(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every library of type ``package``; projects are the repository's own, runtimes no packages of it."""
    document = load_located(path, files[path])
    if isinstance(document, Reading):
        return document
    libraries = document.root.member("libraries")
    if libraries is None or not libraries.is_object:
        return failed(path, "no libraries: this is no deps.json", 1)
    found = Collector(path, "deps.json", NUGET)
    entries = libraries.by_key().values()
    needs = _needs(document.root)
    locked, named = {}, set[str]()
    for entry in entries:
        if _kind(entry) == "package":
            name, _, version = entry.key.partition("/")
            locked[name.lower()] = f"{name}@{version}"
        elif _kind(entry) == "project":
            named.update(name.lower() for name in needs.get(entry.key, ()))
    has_projects = any(_kind(entry) == "project" for entry in entries)
    for entry in entries:
        name, slash, version = entry.key.partition("/")
        place = document.key_location(entry)
        if not isinstance(entry.value, dict) or not slash:
            found.skip("a library is no name with a version", place, UnreadReason.UNPARSABLE)
        elif _kind(entry) == "package":
            is_direct = name.lower() in named
            depth = Depth.DIRECT if is_direct else Depth.TRANSITIVE if has_projects else Depth.UNKNOWN
            found.add(
                name,
                version,
                _version_place(document, entry, place, len(name) + 1),
                hashed=bool(entry.value.get("sha512")),
                depth=depth,
                requires=requirements(needs.get(entry.key), locked),
            )
    return found.reading()


def _kind(entry: Part) -> str:
    data = entry.value
    kind = data.get("type") if isinstance(data, dict) else None
    return kind.lower() if isinstance(kind, str) else ""


def _version_place(document: Document, entry: Part, key: Location, offset: int) -> Location:
    """The version within a key; the whole key where an escape stands in it."""
    if entry.key_end - entry.key_start - 2 != len(entry.key):
        return key
    return document.lines.location(document.path, entry.key_start + 1 + offset, entry.key_end - 1)


def _needs(root: Part) -> _Needs:
    """What each library needs, by its key, of all targets together."""
    found: _Needs = {}
    targets = root.member("targets")
    plain = targets.value if targets else None
    for target in plain.values() if isinstance(plain, dict) else ():
        for key, entry in target.items() if isinstance(target, dict) else ():
            dependencies = entry.get("dependencies") if isinstance(entry, dict) else None
            if isinstance(dependencies, dict):
                found.setdefault(key, {}).update(dependencies)
    return found
