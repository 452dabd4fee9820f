"""
What the readers of this folder share: the packages of one lock file as a graph under the project's own roots.

From it come the depth of each, and, where a format has no flags for it, whether only development needs it and
whether an installation may do without it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping

from pregate.lockfiles.document import Collector, phrase
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.manifest import DEV, OPTIONAL
from pregate.lockfiles.model import Declaration, Depth, Requirement
from pregate.model import Location, UnreadReason
from pregate.records import dataclass, field

_NO_PACKAGE = "an entry's name or version is no usable text"


@dataclass(slots=True)
class Node:
    """
    One entry of the lock file. ``dev`` and ``optional`` are the file's own flags, None where it has none.
    """

    name: str
    version: str
    location: Location
    hashed: bool = False
    licenses: str = ""
    dev: bool | None = None
    optional: bool | None = None


# What is pulled, the constraint, and whether the edge is optional; a tuple for speed.
_Edge = tuple[Hashable, str, bool]


@dataclass(slots=True)
class Tree:
    """
    The graph. Keys are whatever identifies an entry in its format; edges to keys that are no nodes (links,
    what is not audited) are left out of what packages require, but followed.

    ``knows_roots`` tells that what the project names is known of at least one manifest, ``has_all_roots``
    that it is of all: only then does what no root reaches without a development dependency serve development
    alone.
    """

    knows_roots: bool = True
    has_all_roots: bool = True
    nodes: dict[Hashable, Node] = field(default_factory=dict)
    _edges: dict[Hashable, list[_Edge]] = field(default_factory=dict)
    _roots: list[tuple[Hashable, str]] = field(default_factory=list)
    _declared: dict[Hashable, dict[Declaration, None]] = field(default_factory=dict)

    def require(
        self, key: Hashable, target: Hashable, constraint: object = "", is_optional: bool = False
    ) -> None:
        """The entry ``key`` pulls ``target``; a constraint that is no usable text is left out."""
        self._edges.setdefault(key, []).append((target, phrase(constraint), is_optional))

    def want(self, target: Hashable, section: str, declared: Iterable[Declaration] = ()) -> None:
        """The project itself names ``target``, in this section of a manifest and at these places."""
        self._roots.append((target, section))
        self._declared.setdefault(target, {}).update(dict.fromkeys(declared))

    def collect(self, found: Collector) -> None:
        """Adds every node to ``found``."""
        direct = {target for target, _ in self._roots}
        dev_only, spare = self._flags()
        reached = self._reach(direct) if self.knows_roots and not self.has_all_roots else ()
        idents = self._idents()
        for key, node in self.nodes.items():
            if key not in idents:
                found.skip(_NO_PACKAGE, node.location, UnreadReason.UNPARSABLE)
                continue
            if key in direct:
                depth = Depth.DIRECT
            elif self.knows_roots and (self.has_all_roots or key in reached):
                depth = Depth.TRANSITIVE
            else:
                depth = Depth.UNKNOWN
            found.add(
                node.name,
                node.version,
                node.location,
                hashed=node.hashed,
                licenses=node.licenses,
                depth=depth,
                dev=key in dev_only if node.dev is None else node.dev,
                optional=key in spare if node.optional is None else node.optional,
                requires=self._requires(key, idents),
                declared=tuple(self._declared.get(key, ())),
                own_ident=idents[key][0],
            )

    def _requires(self, key: Hashable, idents: Mapping[Hashable, tuple[str, str]]) -> tuple[Requirement, ...]:
        edges = self._edges.get(key, ())
        pairs = dict.fromkeys((idents[target][1], text) for target, text, _ in edges if target in idents)
        return tuple(Requirement(ident, constraint) for ident, constraint in pairs)

    def _idents(self) -> dict[Hashable, tuple[str, str]]:
        """
        For each package's key its own ident, ``""`` where name and version say enough, its name to others.
        """
        counts: dict[tuple[str, str], int] = {}
        found: dict[Hashable, tuple[str, str]] = {}
        for key, node in self.nodes.items():
            if not (sources.is_plain(node.name) and sources.is_plain(node.version)):
                continue
            same = (node.name, node.version)
            number = counts[same] = counts.get(same, 0) + 1
            usual = f"{node.name}@{node.version}"
            own = f"{usual} ({number})" if number > 1 else ""
            found[key] = own, own or usual
        return found

    def _flags(self) -> tuple[Collection[Hashable], Collection[Hashable]]:
        """What serves development alone, and what nothing insists on; only as far as all roots are known."""
        if not (self.knows_roots and self.has_all_roots):
            return (), ()
        if all(node.dev is not None and node.optional is not None for node in self.nodes.values()):
            return (), ()
        everything = self._reach({target for target, _ in self._roots})
        in_use = self._reach({target for target, section in self._roots if section != DEV})
        roots = {target for target, section in self._roots if section != OPTIONAL}
        return everything - in_use, everything - self._reach(roots, is_strict=True)

    def _reach(self, start: Iterable[Hashable], is_strict: bool = False) -> set[Hashable]:
        """Every key that is reached from ``start``, over edges that are not optional if ``is_strict``."""
        reached, waiting = set(start), list(start)
        while waiting:
            for target, _, is_optional in self._edges.get(waiting.pop(), ()):
                if target not in reached and not (is_strict and is_optional):
                    reached.add(target)
                    waiting.append(target)
        return reached
