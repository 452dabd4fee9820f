"""
``package.json``: what a project names, section by section, with the place of each range.

Format: https://docs.npmjs.com/cli/configuring-npm/package-json.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from pregate.lockfiles.located_json import load_located
from pregate.lockfiles.model import Declaration, Reading
from pregate.lockfiles.paths import path_from
from pregate.records import dataclass

NAME = "package.json"
DEPENDENCIES, DEV, OPTIONAL, PEER = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
)
SECTIONS = (DEPENDENCIES, DEV, OPTIONAL, PEER)
_MAX_FOLDERS = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a manifest: ``section`` is one of ``SECTIONS``, ``name`` the key, ``range`` as written."""

    section: str
    name: str
    range: str
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    One package.json. ``workspaces`` are the folders, or patterns of folders, that it names as its own.
    """

    name: str = ""
    wanted: tuple[Wanted, ...] = ()
    workspaces: tuple[str, ...] = ()

    def by_name(self) -> dict[str, tuple[Declaration, ...]]:
        """For each name (an alias by the alias) where it is named, in the order of the text."""
        found: dict[str, tuple[Declaration, ...]] = {}
        for w in self.wanted:
            found[w.name] = (*found.get(w.name, ()), w.declaration)
        return found


def read_manifest(path: str, data: bytes) -> Manifest:
    """The manifest; an empty one for a file that is none: it has its own checks, here it only explains."""
    loaded = load_located(path, data)
    if isinstance(loaded, Reading):
        return Manifest()
    parts = loaded.root.by_key()
    wanted = [
        Wanted(section, part.key, part.value, Declaration(loaded.location(part), part.value))
        for section in SECTIONS
        if section in parts
        for part in parts[section].by_key().values()
        if isinstance(part.value, str)
    ]
    name = parts["name"].value if "name" in parts else ""
    workspaces = parts["workspaces"].value if "workspaces" in parts else []
    if isinstance(workspaces, dict):  # {"packages": […], "nohoist": […]} of yarn 1
        workspaces = workspaces.get("packages")
    folders = [w for w in workspaces if isinstance(w, str)] if isinstance(workspaces, list) else []
    wanted.sort(key=lambda w: w.declaration.location)
    return Manifest(name if isinstance(name, str) else "", tuple(wanted), tuple(folders))


def manifest_path(lock: str, folder: str) -> str:
    """
    The path of the package.json in ``folder``, which is relative to the folder of the file ``lock``; ``""``
    where that is outside the repository.
    """
    return path_from(posixpath.dirname(lock), folder, NAME)


def manifests(lock: str, folders: Iterable[str], files: Mapping[str, bytes]) -> dict[str, Manifest]:
    """The manifests of those ``folders`` (as in :func:`manifest_path`) whose package.json is in ``files``."""
    paths = {folder: manifest_path(lock, folder) for folder in folders}
    return {folder: read_manifest(path, files[path]) for folder, path in paths.items() if path in files}


def manifest_paths(lock: str, folders: Iterable[str]) -> tuple[str, ...]:
    """Paths of the package.json files of the ``folders`` (boundedly many) but for the one beside ``lock``."""
    found = dict.fromkeys(manifest_path(lock, folder) for folder in list(folders)[:_MAX_FOLDERS])
    return tuple(path for path in found if path and path != manifest_path(lock, ""))
