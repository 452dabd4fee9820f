"""
What AWS services have: actions, resource types with the formats of their ARNs, condition keys with types.

``data/services.bin`` holds it, made by ``make iam-catalogue`` (docs/release.md) from openly licensed
packages; :attr:`Catalogue.sources` names them. It is cumulative: what a source no longer lists stays, marked
with the date since when it is not there. Nothing is read before it is asked for, and a service is decoded
when it is first asked for.

The file: :data:`MAGIC`, the length of the index (4 bytes, big-endian), the index (JSON in zlib), and for each
service its table (JSON in zlib) at the offset that the index names. Layout of a table: :class:`Service`.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.expressions import expression
from pregate.iam.globs import has_wildcard, matches
from pregate.records import dataclass

if TYPE_CHECKING:
    from datetime import date

MAGIC = b"PGSERV1\n"
LEVELS = {"L": "List", "R": "Read", "W": "Write", "T": "Tagging", "P": "Permissions management", "": ""}
_STARS = expression(r"\*+")
_WILD = expression(r"[*?]")
_HOLE = expression(r"\$\{[^{}]*\}")
_LONGEST = 256  # no name of an action or a key comes near


@dataclass(frozen=True, slots=True)
class Action:
    """
    One action. ``level`` is its access level in AWS's words, ``""`` when only the name is known (from an AWS
    managed policy). ``keys`` are the condition keys of the action itself, lower-case; its resource types have
    more. ``removed`` is the date (ISO) of the first table without it, or ``""``.
    """

    name: str
    level: str
    resource_types: tuple[str, ...]
    keys: frozenset[str]
    removed: str = ""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """
    One resource type. ``formats`` are ARNs with ``${…}`` where something varies; ``keys`` are lower-case.
    """

    name: str
    formats: tuple[str, ...]
    keys: frozenset[str]
    removed: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """
    One condition key; ``${…}`` in its name stands for something that varies. ``type`` is ``String``, ``ARN``,
    ``Bool``, ``Date``, ``IPAddress``, ``Numeric``, or one of these after ``ArrayOf`` for a key with several
    values; ``""`` when only the name is known (from an AWS managed policy).
    """

    name: str
    type: str
    removed: str = ""

    @property
    def is_multivalued(self) -> bool:
        """Whether a request may hold several values of it."""
        return self.type.startswith("ArrayOf")


@dataclass(frozen=True, slots=True)
class ArnFormat:
    """
    The last three fields of an ARN format. ``region`` and ``account`` are empty where nothing may stand;
    ``resource`` is a pattern, with ``*`` where something varies.
    """

    region: str
    account: str
    resource: str


class Service:
    """
    One service.

    Its table: ``name``; ``keys``, rows of name, type; ``types``, rows of name, ARN formats, numbers of keys;
    ``sets``, lists of numbers of keys; ``actions``, rows of name, first letter of the level, numbers of
    types, number of a set. What is gone has its date as one more cell.
    """

    def __init__(self, prefix: str, table: Mapping[str, Any]) -> None:
        self.prefix = prefix
        self.name: str = table["name"]
        self._table = table
        self._rows: dict[str, list[Any]] = {row[0].lower(): row for row in table["actions"]}
        self.keys: dict[str, Key] = {row[0].lower(): Key(*row) for row in table["keys"]}
        self._key_names = tuple(self.keys)
        self._patterns = [
            (_HOLE.sub("*", name), key)
            for name, key in self.keys.items()
            if "${" in name and _HOLE.search(name)
        ]

    @functools.cached_property
    def resource_types(self) -> tuple[ResourceType, ...]:
        """Its resource types, also those that are gone."""
        return tuple(
            ResourceType(row[0], tuple(row[1]), self._named(row[2]), row[3] if len(row) > 3 else "")
            for row in self._table["types"]
        )

    @property
    def action_names(self) -> tuple[str, ...]:
        """The names of its actions, also of those that are gone."""
        return tuple(row[0] for row in self._rows.values())

    @functools.cached_property
    def _longest(self) -> int:
        return max(map(len, self._rows), default=0)

    def action(self, name: str) -> Action | None:
        """The action of that name, without prefix and in any case."""
        row = self._rows.get(name.lower())
        if row is None:
            return None
        types = self._table["types"]
        return Action(
            row[0],
            LEVELS[row[1]],
            tuple(types[number][0] for number in row[2]),
            self._named(self._table["sets"][row[3]]),
            row[4] if len(row) > 4 else "",
        )

    def matching(self, pattern: str) -> Iterator[str]:
        """The names of the actions that a pattern (without prefix) matches, in any case."""
        lower = _single_stars(pattern.lower())
        if not has_wildcard(lower):
            if lower in self._rows:
                yield self._rows[lower][0]
        elif len(lower) - lower.count("*") <= self._longest:
            # Hundreds of names: what must stand in them is looked for first, which is much faster.
            pieces = _WILD.split(lower)
            for name, row in self._rows.items():
                if _holds(pieces, name) and matches(lower, name):
                    yield row[0]

    def action_exists(self, pattern: str) -> bool:
        """Whether an action, be it a removed one, matches the pattern (without prefix)."""
        return next(self.matching(pattern), None) is not None

    def key(self, name: str) -> Key | None:
        """The condition key that a name with prefix means, in any case: ``s3:ExistingObjectTag/team``."""
        lower = name.lower()
        if lower in self.keys:
            return self.keys[lower]
        if len(lower) > 2 * _LONGEST:
            lower = lower[: 2 * _LONGEST]  # what fills the hole may be long, what is around it is not
        return next((key for pattern, key in self._patterns if matches(pattern, lower)), None)

    def keys_of(self, action: Action) -> frozenset[str]:
        """The keys (lower-case) of an action and of the resource types that it works on."""
        found = set(action.keys)
        for kind in self.resource_types:
            if kind.name in action.resource_types:
                found |= kind.keys
        return frozenset(found)

    def _named(self, numbers: list[int]) -> frozenset[str]:
        return frozenset(self._key_names[number] for number in numbers)


class Catalogue:
    """The table of all services, from the bytes of its file. Raises ValueError when they are none."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(MAGIC):
            raise ValueError("not a table of services")
        start = len(MAGIC) + 4
        self._start = start + int.from_bytes(content[len(MAGIC) : start], "big")
        self._content = content
        index = json.loads(zlib.decompress(content[start : self._start]))
        self.day: str = index["dated"]
        self.sources: tuple[Mapping[str, str], ...] = tuple(index["sources"])
        self.resource_control: frozenset[str] = frozenset(index["resource_control"])
        self._offsets: dict[str, list[int]] = index["services"]
        self._homes: dict[str, list[str]] = index["key_prefixes"]
        self._owners: dict[str, list[str]] = index["arn_services"]
        self._formats: dict[str, tuple[ArnFormat, ...]] = {}
        self._services: dict[str, Service] = {}

    @functools.cached_property
    def dated(self) -> date:
        """The table's date, which ``day`` is in ISO's form."""
        from datetime import date  # a hook that only compares it need not load this

        return date.fromisoformat(self.day)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes of all services, sorted."""
        return tuple(self._offsets)

    def is_known_service(self, prefix: str) -> bool:
        """Whether a service has that prefix, in any case."""
        return prefix.lower() in self._offsets

    def service(self, prefix: str) -> Service | None:
        """The service of a prefix, in any case."""
        lower = prefix.lower()
        if lower not in self._services:
            if lower not in self._offsets:
                return None
            self._services[lower] = Service(lower, self.table(lower))
        return self._services[lower]

    def table(self, prefix: str) -> dict[str, Any]:
        """The table of a known service, as it is in the file."""
        offset, length = self._offsets[prefix]
        start = self._start + offset
        table: dict[str, Any] = json.loads(zlib.decompress(self._content[start : start + length]))
        return table

    def has_keys_of(self, prefix: str) -> bool:
        """Whether condition keys begin with this prefix, which need not be a service's (``saml``)."""
        return prefix.lower() in self._homes

    def key(self, name: str) -> Key | None:
        """The condition key that a name with its prefix means, in any case; ``aws:`` keys are not here."""
        prefix = name.partition(":")[0].lower()
        found = (self.service(home) for home in self._homes.get(prefix, ()))
        return next((key for home in found if home is not None and (key := home.key(name))), None)

    def arn_formats(self, owner: str) -> tuple[ArnFormat, ...]:
        """The formats of ARNs with that service in their third field, of all services' resource types."""
        if owner not in self._formats:
            found: dict[ArnFormat, None] = {}
            for prefix in self._owners.get(owner, ()):
                service = self.service(prefix)
                for kind in service.resource_types if service is not None else ():
                    found |= {_format(text): None for text in kind.formats if _belongs(text, owner)}
            self._formats[owner] = tuple(found)
        return self._formats[owner]

    def action(self, name: str) -> Action | None:
        """The action of a name with its prefix, in any case: ``s3:GetObject``."""
        prefix, _, rest = name.partition(":")
        service = self.service(prefix)
        return service.action(rest) if service is not None else None

    def access_level(self, action: str) -> str:
        """The access level of an action with its prefix, in AWS's words; ``""`` when it is not known."""
        found = self.action(action)
        return found.level if found is not None else ""

    def actions_matching(self, pattern: str, limit: int = 1000) -> tuple[str, ...]:
        """
        The actions (with prefix) that a pattern such as ``s3:Get*``, ``*:Delete*`` or ``*`` matches, in order
        of the prefixes: at most ``limit``, so that many may not be all.
        """
        prefix, colon, rest = _single_stars(pattern).partition(":")
        if not colon and prefix != "*":
            return ()
        found: list[str] = []
        for name in self._prefixes_matching(prefix.lower()):
            service = self.service(name)
            for action in service.matching(rest if colon else "*") if service is not None else ():
                if len(found) == limit:
                    return tuple(found)
                found.append(f"{name}:{action}")
        return tuple(found)

    def _prefixes_matching(self, pattern: str) -> Iterator[str]:
        if not has_wildcard(pattern):
            return iter((pattern,) if pattern in self._offsets else ())
        if len(pattern) > _LONGEST:
            return iter(())
        return (name for name in self._offsets if matches(pattern, name))


def _single_stars(pattern: str) -> str:
    return _STARS.sub("*", pattern) if "**" in pattern else pattern


def _holds(pieces: list[str], name: str) -> bool:
    """Whether the pieces between wildcards stand in the name in their order, the first at its begin."""
    if not name.startswith(pieces[0]) or not name.endswith(pieces[-1]):
        return False
    at = 0
    for piece in pieces:
        at = name.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _belongs(text: str, owner: str) -> bool:
    service = text.split(":", 3)[2]
    return service == owner or "$" in service


def _format(text: str) -> ArnFormat:
    fields = (_HOLE.sub("*", text) if "${" in text else text).split(":", 5)
    return ArnFormat(*fields[3:6])


@functools.cache
def catalogue() -> Catalogue:
    """The table that comes with the package; read when first asked for."""
    # Not by importlib.resources, which loads zipfile in Python 3.11: a hook pays for that.
    return Catalogue((Path(__file__).with_name("data") / "services.bin").read_bytes())
