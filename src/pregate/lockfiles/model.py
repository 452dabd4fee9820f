"""
The nouns of this room: a locked package, what a reader gives, an advisory. Frozen values without behaviour of
their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pregate.model import Location, Related, Unread

# What JSON holds; the same as that of the checks' contract, which this room does not know.
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

PYPI = "PyPI"
NPM = "npm"


def normalised(ecosystem: str, name: str) -> str:
    """
    ``name`` as its ecosystem compares it.

    Python: lower case, runs of ``-_.`` are one ``-`` (PyPA, "Names and normalization"). npm names are
    compared as they are.
    """
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == PYPI else name


@dataclass(frozen=True, slots=True)
class Package:
    """
    One package in one version, with the place where it is locked.

    ``ecosystem`` is OSV's word (``PyPI``, ``npm``), ``name`` as the file writes it. ``format`` is the
    reader's name (``requirements``, ``poetry.lock``), from which the remedy is worded. ``hashed`` tells that
    hashes stand beside the pin. ``related`` are places that explain it: the unpinned requirement that a
    constraint pins. ``around`` is what stands before and after the version in its line, where writing another
    one there is all that an upgrade of this package takes; empty elsewhere.
    """

    ecosystem: str
    name: str
    version: str
    location: Location
    format: str = ""
    hashed: bool = False
    related: tuple[Related, ...] = ()
    around: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same package in the same version: ecosystem, normalised name, version."""
        return (self.ecosystem, normalised(self.ecosystem, self.name), self.version)

    def to_json(self) -> Json:
        """A list that :meth:`from_json` turns back into an equal package."""
        return [
            self.ecosystem,
            self.name,
            self.version,
            _place(self.location),
            self.format,
            self.hashed,
            [[_place(r.location), r.message] for r in self.related],
            list(self.around),
        ]

    @classmethod
    def from_json(cls, value: Json) -> Package:
        """The inverse of :meth:`to_json`; ValueError for anything else."""
        match value:
            case [
                str(ecosystem),
                str(name),
                str(version),
                list(place),
                str(kind),
                bool(hashed),
                list(related),
                [] | [str(), str()] as around,
            ]:
                others = tuple(_related(r) for r in related)
                beside = tuple(str(part) for part in around)
                return cls(ecosystem, name, version, _location(place), kind, hashed, others, beside)
        raise ValueError("not a package")


def _place(location: Location) -> list[Json]:
    return [location.path, location.start_line, location.start_column, location.end_line, location.end_column]


def _location(value: Sequence[Any]) -> Location:
    match value:
        case [str(path), int(line), int(column), int(end_line), int(end_column)]:
            return Location(path, line, column, end_line, end_column)
    raise ValueError("not a location")


def _related(value: Json) -> Related:
    match value:
        case [list(place), str(message)]:
            return Related(_location(place), message)
    raise ValueError("not a related place")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a reader gives: the packages in the order of their places, and what could not be read or cannot be
    audited.
    """

    packages: tuple[Package, ...] = ()
    unread: tuple[Unread, ...] = ()


# ------------------------------------------------------------------------------------------------ advisories


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a range: ``kind`` is introduced, fixed, last_affected or limit."""

    kind: str
    version: str


@dataclass(frozen=True, slots=True)
class Range:
    """Affected versions by events; ``kind`` is ECOSYSTEM, SEMVER or GIT."""

    kind: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """What an advisory says of one package: affected when a range or the list of versions says so."""

    ecosystem: str
    name: str
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    severity_word: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Ecosystem and normalised name."""
        return (self.ecosystem, normalised(self.ecosystem, self.name))


@dataclass(frozen=True, slots=True)
class Advisory:
    """
    One record of a vulnerability database in the OSV format (https://ossf.github.io/osv-schema/).

    Texts are bounded and free of control characters, but hostile otherwise: renderers escape them.
    ``severity`` holds pairs of type and vector (``CVSS_V3``, ``CVSS:3.1/…``), ``severity_word`` the
    database's own word. ``withdrawn`` is ``""`` or a time.
    """

    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    details: str = ""
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    severity: tuple[tuple[str, str], ...] = ()
    severity_word: str = ""
    cwe: tuple[int, ...] = ()
    affected: tuple[Affected, ...] = ()
    references: tuple[str, ...] = ()
