"""
What bills of materials of both standards have in common: entries with a package URL, and who needs whom.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.located_json import Document, Part
from pregate.lockfiles.model import Depth, Reading, Requirement
from pregate.lockfiles.purl import ecosystem_and_name, parse_purl
from pregate.model import Location, UnreadReason
from pregate.records import dataclass, field

REFERENCE_MAX = 1000


class Need(enum.Enum):
    """What one package needs another for."""

    RUNTIME = "runtime"
    OPTIONAL = "optional"
    DEVELOPMENT = "development"


@dataclass(slots=True)
class Graph:
    """Who needs whom, by references, and what for; ``root`` are those that stand for the subject itself."""

    root: frozenset[str] = frozenset()
    needs: dict[str, dict[str, set[Need]]] = field(default_factory=dict)

    def add(self, one: object, other: object, need: Need = Need.RUNTIME) -> None:
        """``one`` needs ``other``."""
        if isinstance(one, str) and isinstance(other, str):
            self.needs.setdefault(one, {}).setdefault(other, set()).add(need)

    def depths(self, known: Iterable[str]) -> Mapping[str, Depth]:
        """
        How deep each reference stands. Where the subject is said to need everything, and nothing else needs
        anything, it was only a list.
        """
        direct = {ref for root in self.root for ref in self.needs.get(root, ())}
        if not direct or not self.needs.keys() - self.root:
            return {}
        return {ref: Depth.DIRECT if ref in direct else Depth.TRANSITIVE for ref in known}

    def only_for(self, need: Need) -> frozenset[str]:
        """Those that somebody needs, but nobody would without what is needed for ``need`` alone."""
        return frozenset(self._reached(None) - self._reached(need))

    def _reached(self, left_out: Need | None) -> set[str]:
        """What stands below the subject, or below those that nobody needs, by needs but one kind."""
        tops = self.root & self.needs.keys() or self.needs.keys() - {
            r for n in self.needs.values() for r in n
        }
        waiting, found = list(tops), set(tops)
        while waiting:
            for ref, kinds in self.needs.get(waiting.pop(), {}).items():
                if ref not in found and kinds != {left_out}:
                    found.add(ref)
                    waiting.append(ref)
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A component or package: ``data`` is its value, ``url`` what it has for a package URL, ``part`` where that
    (or its name, or itself) stands, ``ref`` the reference by which a graph means it.
    """

    part: Part
    data: Mapping[str, Any]
    url: object
    version: str
    ref: str
    licenses: str = ""
    dev: bool = False
    optional: bool = False


def gather(found: Collector, document: Document, entries: Sequence[Entry], graph: Graph) -> Reading:
    """The packages among the entries; what is none, or cannot be audited, is listed with its line."""
    refs = {entry.ref[:REFERENCE_MAX] for entry in entries if entry.ref}
    depths = graph.depths(refs)
    for entry in entries:
        where = document.location(entry.part)
        problem = _add(found, entry, where, graph, refs, depths)
        if problem:
            found.skip(problem[0], where, problem[1])
    return found.reading()


def _add(
    found: Collector,
    entry: Entry,
    where: Location,
    graph: Graph,
    refs: set[str],
    depths: Mapping[str, Depth],
) -> tuple[str, UnreadReason] | None:
    """Adds one entry, or says why not."""
    name = shown(entry.data.get("name"))
    if not entry.data:
        return "an entry is no object", UnreadReason.UNPARSABLE
    if entry.url is None:
        return f"{name} has no package URL", UnreadReason.NOT_AUDITED
    purl = parse_purl(entry.url) if isinstance(entry.url, str) else None
    if purl is None:
        return f"{name}: its package URL is none", UnreadReason.UNPARSABLE
    ecosystem, own = ecosystem_and_name(purl)
    if not ecosystem:
        words = f"{name}: no database here knows packages of this kind ({shown(purl.type)})"
        return words, UnreadReason.NOT_AUDITED
    version = purl.version or entry.version
    if not version:
        return f"{name} has no version", UnreadReason.NOT_AUDITED
    ident = entry.ref[:REFERENCE_MAX]
    needed = (other[:REFERENCE_MAX] for other in graph.needs.get(entry.ref, ()))
    found.add(
        own,
        version,
        where,
        ecosystem,
        depth=depths.get(ident, Depth.UNKNOWN),
        dev=entry.dev,
        optional=entry.optional,
        requires=tuple(Requirement(other) for other in needed if other in refs and other != ident),
        licenses=entry.licenses,
        own_ident=ident,
    )
    return None


def object_of(value: object) -> Mapping[str, Any]:
    """The value, where it is an object; an empty one for any other."""
    return value if isinstance(value, dict) else {}


def items_of(part: Part | None) -> Iterator[Part]:
    """The items of an array; none of any other value."""
    return iter(()) if part is None else part.items()


def list_of(value: object) -> list[Any]:
    """The value, where it is an array; an empty one for any other."""
    return value if isinstance(value, list) else []


def text_of(data: Mapping[str, Any], key: str) -> str:
    """A member that is a text; ``""`` for any other, and where there is none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""
