"""
The nouns of this room: a locked package, what a reader gives, an advisory. Frozen values without behaviour of
their own.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from pregate.lockfiles.ecosystems import normalised
from pregate.model import Location, Related, Unread
from pregate.records import dataclass

# What JSON holds; the same as that of the checks' contract, which this room does not know.
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Depth(enum.Enum):
    """Whether the project itself names a package, or another package pulls it."""

    DIRECT = "direct"
    TRANSITIVE = "transitive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Requirement:
    """
    What a package needs: the ``ident`` of a package of the same file, and the versions that it is content
    with, as the file writes them (``^1.2.0``); ``""`` where the file does not tell.
    """

    ident: str
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """Where a manifest names a package, and the versions that it asks for there, as written."""

    location: Location
    constraint: str = ""


RESOLVED = "resolved requirement"  # format of what an index gave for a requirement without a pin


@dataclass(frozen=True, slots=True)
class Package:
    """
    One package in one version, with the place where it is locked.

    ``ecosystem`` is OSV's word (``PyPI``, ``npm``), ``name`` as the file writes it. ``format`` is the
    reader's name (``requirements``, ``poetry.lock``), from which the remedy is worded. ``hashed`` tells that
    hashes stand beside the pin. ``related`` are places that explain it: the unpinned requirement that a
    constraint pins. ``around`` is what stands before and after the version in its line, where writing another
    one there is all that an upgrade of this package takes; empty elsewhere.

    What only some formats tell: ``depth``; ``dev`` when it serves development or tests alone; ``optional``
    when an installation may do without it; ``requires``, packages of the same file that it pulls;
    ``declared``, where a manifest beside the file names it; ``licenses``, an SPDX expression or the words of
    the file, ``""`` when unknown. ``own_ident`` is the name under which ``requires`` of the same file means
    it, where that is not ``name@version``.
    """

    ecosystem: str
    name: str
    version: str
    location: Location
    format: str = ""
    hashed: bool = False
    related: tuple[Related, ...] = ()
    around: tuple[str, ...] = ()
    depth: Depth = Depth.UNKNOWN
    dev: bool = False
    optional: bool = False
    requires: tuple[Requirement, ...] = ()
    declared: tuple[Declaration, ...] = ()
    licenses: str = ""
    own_ident: str = ""

    @property
    def ident(self) -> str:
        """The name under which other packages of the file require it."""
        return self.own_ident or f"{self.name}@{self.version}"

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
            [self.depth.value, self.dev, self.optional, self.licenses, self.own_ident],
            [[r.ident, r.constraint] for r in self.requires],
            [[_place(d.location), d.constraint] for d in self.declared],
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
                [str(depth), bool(dev), bool(optional), str(licenses), str(ident)],
                list(requires),
                list(declared),
            ]:
                return cls(
                    ecosystem,
                    name,
                    version,
                    _location(place),
                    kind,
                    hashed,
                    tuple(_related(r) for r in related),
                    tuple(str(part) for part in around),
                    Depth(depth),
                    dev,
                    optional,
                    tuple(Requirement(*_pair(r)) for r in requires),
                    tuple(_declaration(d) for d in declared),
                    licenses,
                    ident,
                )
        raise ValueError("not a package")


def _place(location: Location) -> list[Json]:
    return [location.path, location.start_line, location.start_column, location.end_line, location.end_column]


def _location(value: Sequence[Any]) -> Location:
    match value:
        case [str(path), int(line), int(column), int(end_line), int(end_column)]:
            return Location(path, line, column, end_line, end_column)
    raise ValueError("not a location")


def _pair(value: Json) -> tuple[str, str]:
    match value:
        case [str(first), str(second)]:
            return first, second
    raise ValueError("not a pair of texts")


def _declaration(value: Json) -> Declaration:
    match value:
        case [list(place), str(constraint)]:
            return Declaration(_location(place), constraint)
    raise ValueError("not a declaration")


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
    """
    What an advisory says of one package: affected when a range or the list of versions says so.

    ``functions`` are the vulnerable ones, where the database names them (``django.utils.text.wrap``).
    ``release`` is what OSV writes behind the colon of an ecosystem (``12`` of ``Debian:12``), ``""`` for all.
    """

    ecosystem: str
    name: str
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    severity_word: str = ""
    functions: tuple[str, ...] = ()
    release: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Ecosystem without its release, and normalised name."""
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
