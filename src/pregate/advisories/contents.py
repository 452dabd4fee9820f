"""
The table of contents of an index: which databases it holds and how old they are, how many records, and the
checksum over all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pregate.advisories.age import Age, day, days_since
from pregate.records import dataclass

LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """
    One database that was imported.

    ``place`` is the path or address that it came from, ``imported`` when that was last looked at (seconds
    since the epoch), ``newest`` the time of its newest record, ``digest`` a checksum over what was read.
    ``ecosystems`` are pairs of a name and how many records name it. ``etag`` and ``last_modified`` are the
    service's, for asking again.
    """

    name: str
    place: str
    imported: float
    records: int
    newest: str = ""
    digest: str = ""
    ecosystems: tuple[tuple[str, int], ...] = ()
    etag: str = ""
    last_modified: str = ""

    @property
    def is_fetched(self) -> bool:
        """Whether it came from a service."""
        return self.place.startswith(("https://", "http://"))

    def describe(self, now: float) -> str:
        """
        ``PyPI: 2651 records, imported 3 days ago (2026-11-23), newest record 2026-11-02 (24 days ago)``.
        """
        newest = (
            f"{self.newest[:10]} ({days_since(self.newest, now).words} ago)" if self.newest else "undated"
        )
        verb = "fetched" if self.is_fetched else "imported"
        when = f"{verb} {Age(now - self.imported).words} ago ({day(self.imported)})"
        return f"{self.name}: {self.records} records, {when}, newest record {newest}"


@dataclass(frozen=True, slots=True)
class Contents:
    """
    What an index holds. ``buckets`` is how many parts its names are spread over, ``names`` how many there
    are, ``digest`` the checksum over the checksums of all pieces.
    """

    origins: tuple[Origin, ...]
    buckets: int
    records: int
    names: int
    digest: str

    @property
    def imported(self) -> float:
        """When the database that was looked at least recently was looked at: the index is as old as that."""
        return min((o.imported for o in self.origins), default=0.0)

    @property
    def newest(self) -> str:
        """The time of the newest record of all."""
        return max((o.newest for o in self.origins), default="")

    @property
    def ecosystems(self) -> dict[str, int]:
        """How many records name each ecosystem."""
        counts: dict[str, int] = {}
        for name, number in (pair for o in self.origins for pair in o.ecosystems):
            counts[name] = counts.get(name, 0) + number
        return counts

    @property
    def covered(self) -> frozenset[str]:
        """
        The ecosystems that the index speaks of: those that imported records name, and those that were
        fetched. An archive of one ecosystem names others in passing, which does not make it theirs.
        """
        names: set[str] = set()
        for origin in self.origins:
            own = (origin.name.partition(":")[0],)
            names.update(own if origin.is_fetched else (name for name, _ in origin.ecosystems))
        return frozenset(names)

    def age(self, now: float) -> Age:
        """The time since the least recent import."""
        return Age(now - self.imported)


def pack_contents(contents: Contents) -> bytes:
    """The piece that holds the table of contents."""
    from dataclasses import asdict

    from pregate.advisories.form import seal

    return seal("contents", LAYOUT, json.dumps(asdict(contents)).encode())


def unpack_contents(piece: object) -> Contents:
    """The inverse of :func:`pack_contents`; ValueError for anything else."""
    from pregate.advisories.form import unseal

    try:
        value = json.loads(unseal("contents", LAYOUT, piece))
        origins = tuple(_origin(o) for o in value.pop("origins"))
        contents = Contents(origins=origins, **value)
    except (TypeError, AttributeError, LookupError, RecursionError) as error:
        raise ValueError("the table of contents is damaged") from error
    numbers = (contents.buckets, contents.records, contents.names)
    if not all(isinstance(n, int) and 0 <= n < 2**40 for n in numbers) or not _is_power(contents.buckets):
        raise ValueError("the table of contents is damaged")
    return contents


def _origin(value: dict[str, Any]) -> Origin:
    origin = Origin(**{**value, "ecosystems": tuple(_counts(value["ecosystems"]))})
    texts = (origin.name, origin.place, origin.newest, origin.digest, origin.etag, origin.last_modified)
    if not all(isinstance(t, str) and t.isprintable() for t in texts):
        raise TypeError("no text")
    if not isinstance(origin.imported, int | float) or not isinstance(origin.records, int):
        raise TypeError("no number")
    return origin


def _counts(value: Iterable[Any]) -> Iterable[tuple[str, int]]:
    for name, number in value:
        if not isinstance(name, str) or not name.isprintable() or not isinstance(number, int):
            raise TypeError("no count")
        yield name, number


def _is_power(number: int) -> bool:
    return number > 0 and number & (number - 1) == 0
