"""Who pulls a package: the chains from what a project asks for itself to what that brings along."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pregate.lockfiles.model import Depth, Package
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Pull:
    """A package that pulls another one, and the versions of it that it is content with (``""``: unknown)."""

    package: Package
    constraint: str


class Graph:
    """
    The packages of one lock file and what they require of one another.

    Built in linear time when it is first asked: most files never have a vulnerable package.
    """

    def __init__(self, packages: Sequence[Package]) -> None:
        self._packages = packages

    def pulls(self, package: Package) -> tuple[Pull, ...]:
        """The packages that require ``package`` directly, in the order of the file, each once."""
        return tuple(self._pulls.get(package.ident, ()))

    def chain(self, package: Package) -> tuple[Package, ...]:
        """
        A shortest way from a package that the project asks for to ``package``, both included.

        Of one that the project asks for itself it holds that package alone; it is empty where the file does
        not tell.
        """
        if package.depth is Depth.DIRECT:
            return (package,)
        reached = self._reached
        if package.ident not in reached:
            return ()
        way, ident = [package], package.ident
        while (before := reached[ident]) is not None:
            way.append(before)
            ident = before.ident
        return tuple(reversed(way))

    @cached_property
    def _pulls(self) -> dict[str, list[Pull]]:
        found: dict[str, list[Pull]] = {}
        for package in self._packages:
            for ident, constraint in dict.fromkeys((r.ident, r.constraint) for r in package.requires):
                found.setdefault(ident, []).append(Pull(package, constraint))
        return found

    @cached_property
    def _reached(self) -> dict[str, Package | None]:
        """Every package that can be reached from a direct one, with the one before it; breadth first."""
        by_ident: dict[str, Package] = {}
        for package in self._packages:
            by_ident.setdefault(package.ident, package)
        first = [p for p in self._packages if p.depth is Depth.DIRECT] or self._roots()
        reached: dict[str, Package | None] = {p.ident: None for p in first}
        waiting = deque(first)
        while waiting:
            package = waiting.popleft()
            for ident in (r.ident for r in package.requires):
                if ident in by_ident and ident not in reached:
                    reached[ident] = package
                    waiting.append(by_ident[ident])
        return reached

    def _roots(self) -> list[Package]:
        """
        Where no package is known to be direct: those that nothing pulls, if anything pulls anything.
        """
        if not self._pulls or any(p.depth is Depth.TRANSITIVE for p in self._packages):
            return []
        return [p for p in self._packages if p.ident not in self._pulls]


def names(chain: Iterable[Package]) -> str:
    """A chain for people: ``express 4.17.1 → body-parser 1.19.0 → qs 6.7.0``."""
    return " → ".join(f"{p.name} {p.version}" for p in chain)


def reachable(starts: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """
    Everything that ``starts`` need, they themselves included; a cycle ends where it began.

    For edges that are all of one kind: formats in which some are optional, or lead to extras, have graphs of
    their own.
    """
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges.get(name, ())
    return found
