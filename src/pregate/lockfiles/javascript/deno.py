"""
``deno.lock``, versions 1 to 5: packages of npm and of JSR, and the modules that were fetched by address.

Format: https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files and
https://github.com/denoland/deno_lockfile. Packages of npm are keyed ``name@1.0.0_peer@2.0.0`` and stand in
``npm`` from version 4 on, in ``packages.npm`` in 3, in ``npm.packages`` in 2. Version 1 has addresses alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.commented_json import load_commented
from pregate.lockfiles.javascript.manifest import DEPENDENCIES, DEV, OPTIONAL, manifests
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.located_json import Document, Part, load_located
from pregate.lockfiles.model import Declaration, Reading
from pregate.model import UnreadReason

_KEY = expression(r"(@?[^@]+)@([^_]+)(?:_.*)?", re.DOTALL)
_IMPORT = expression(r"npm:/?(@?[^@/]+(?:/[^@/]+)?)@([^/]+)(?:/.*)?")
_ADDRESS = expression(r"https?://")


def read_deno_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every package of npm; those of JSR and modules that were fetched by address are not audited."""
    loaded = load_located(path, files[path])
    if isinstance(loaded, Reading):
        return loaded
    if not loaded.root.is_object:
        return failed(path, "the file holds no object")
    lock = _Lock(path, loaded, files)
    if not lock.is_known:
        return failed(path, "no version and no addresses: this is no deno.lock")
    lock.read()
    return lock.found.reading()


class _Lock:
    """The parts of the file, brought from all versions into the form of the last one."""

    def __init__(self, path: str, document: Document, files: Mapping[str, bytes]) -> None:
        self.found, self.document, self.files = Collector(path, "deno.lock", NPM), document, files
        self.tree = Tree()
        self.top = document.root.by_key()
        nested = _members(self.top.get("packages"))  # version 3
        holder = {**nested, **self.top}
        npm = _members(holder.get("npm"))
        old = npm.get("packages")  # version 2
        self.npm = _members(old) if old and "specifiers" in npm else npm
        self.jsr = _members(holder.get("jsr"))
        specifiers = npm.get("specifiers") if old else holder.get("specifiers")
        self.specifiers = _specifiers(specifiers.value if specifiers else None)
        self.is_known = "version" in self.top or all(_ADDRESS.match(key) for key in self.top)
        self.by_name: dict[str, list[str]] = {}
        for key in self.npm:
            parts = _KEY.fullmatch(key)
            if parts:
                self.by_name.setdefault(parts.group(1), []).append(key)

    def read(self) -> None:
        """Everything into the collector."""
        for key, part in self.npm.items():
            self._add(key, part)
        for key, part in self.jsr.items():
            self._skip(part, f"{sources.shown_name(key.rpartition('@')[0])} is a package of JSR")
        remote = _members(self.top.get("remote")) if "version" in self.top else self.top
        for part in remote.values():
            self._skip(part, "a module is fetched by its address")
        self._roots()
        self.tree.collect(self.found)

    def _skip(self, part: Part, detail: str, reason: UnreadReason = UnreadReason.NOT_AUDITED) -> None:
        self.found.skip(detail, self.document.key_location(part), reason)

    def _add(self, key: str, part: Part) -> None:
        entry, parts = part.value, _KEY.fullmatch(key)
        if not parts or not isinstance(entry, dict):
            self._skip(part, "an entry is none of a package", UnreadReason.UNPARSABLE)
            return
        name, version = parts.groups()
        place = self.document.key_location(part)
        if part.key_end - part.key_start - len(key) == len('""'):
            start = part.key_start + 1
            place = self.document.lines.location(
                self.found.path, start + parts.start(2), start + parts.end(2)
            )
        self.tree.nodes[key] = Node(name, version, place, hashed=isinstance(entry.get("integrity"), str))
        for section in (DEPENDENCIES, OPTIONAL):
            for wanted in _listed(entry.get(section)):
                target = self._resolve(wanted)
                if target:
                    self.tree.require(key, target, "", section == OPTIONAL)

    def _resolve(self, wanted: str) -> str | None:
        """The key that ``name``, ``name@1.0.0`` or ``alias@npm:name@1.0.0`` means."""
        key = wanted.partition("@npm:")[2] or wanted
        if key in self.npm:
            return key
        answers = self.by_name.get(key, ())
        return answers[0] if len(answers) == 1 else None

    def _roots(self) -> None:
        """What is asked for by a specifier, unless only a package of JSR does."""
        named = set(_workspace(self.top["workspace"].value if "workspace" in self.top else None))
        by_jsr = {w for part in self.jsr.values() for w in _listed(_get(part.value, DEPENDENCIES))}
        direct = {s: key for s, key in self.specifiers.items() if s in named or s not in by_jsr}
        declared = self._declared(direct)
        for specifier, key in direct.items():
            if key in self.npm:
                sections = {section for section, _ in declared.get(specifier, ())}
                section = DEV if sections == {DEV} else DEPENDENCIES
                self.tree.want(key, section, [d for _, d in declared.get(specifier, ())])

    def _declared(self, direct: Mapping[str, str]) -> dict[str, list[tuple[str, Declaration]]]:
        """For each specifier the lines of deno.json and package.json that ask for it, with their section."""
        found: dict[str, list[tuple[str, Declaration]]] = {}
        by_name: dict[str, list[str]] = {}
        for specifier in direct:
            by_name.setdefault(specifier.rpartition("@")[0], []).append(specifier)
        for section, name, wanted, declaration in [*self._imports(), *self._wanted()]:
            exact, rest = f"npm:{name}@{wanted}", by_name.get(f"npm:{name}", [])
            if exact in direct or len(rest) == 1:  # specifiers are written anew: ``~1.2.0`` is ``1.2``
                found.setdefault(exact if exact in direct else rest[0], []).append((section, declaration))
        return found

    def _imports(self) -> Iterator[tuple[str, str, str, Declaration]]:
        """The ``imports`` of deno.json that name packages of npm."""
        folder = posixpath.dirname(self.found.path)
        for name in ("deno.json", "deno.jsonc"):
            path = posixpath.join(folder, name)
            loaded = load_commented(path, self.files[path]) if path in self.files else None
            if not isinstance(loaded, Document):
                continue
            for part in _members(loaded.root.by_key().get("imports")).values():
                parts = _IMPORT.fullmatch(part.value) if isinstance(part.value, str) else None
                if parts:
                    place = loaded.location_in(part, parts.group(2))
                    yield DEPENDENCIES, parts.group(1), parts.group(2), Declaration(place, parts.group(2))

    def _wanted(self) -> Iterator[tuple[str, str, str, Declaration]]:
        """The lines of package.json, an alias by what it stands for."""
        for manifest in manifests(self.found.path, [""], self.files).values():
            for wanted in manifest.wanted:
                name, behind = sources.alias_target(wanted.range)
                yield wanted.section, name or wanted.name, behind or wanted.range, wanted.declaration


def _members(part: Part | None) -> dict[str, Part]:
    return part.by_key() if part else {}


def _get(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _listed(value: object) -> list[str]:
    """Texts of a list, or the values of an object, as versions 2 and 3 have it."""
    found = list(value.values()) if isinstance(value, dict) else value
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _specifiers(value: object) -> dict[str, str]:
    """
    For each ``npm:name@range`` the key that it stands for: ``npm:a@1`` has the value ``1.2.0`` in version 4,
    ``npm:a@1.2.0`` in 3; in 2 it is ``a@1`` and ``a@1.2.0``.
    """
    found = {}
    for specifier, key in value.items() if isinstance(value, dict) else ():
        if isinstance(key, str) and not specifier.startswith("jsr:"):
            name = specifier.removeprefix("npm:")
            name = name[: name.find("@", 1)] if "@" in name[1:] else name
            bare = key.removeprefix("npm:")
            is_whole = "@" in bare[1:].partition("_")[0]
            found[f"npm:{specifier.removeprefix('npm:')}"] = bare if is_whole else f"{name}@{bare}"
    return found


def _workspace(value: object) -> Iterator[str]:
    """The specifiers that ``workspace`` lists, for the root and for each member."""
    members = _get(value, "members")
    for project in (value, *(members.values() if isinstance(members, dict) else ())):
        yield from _listed(_get(project, DEPENDENCIES))
        yield from _listed(_get(_get(project, "packageJson"), DEPENDENCIES))
