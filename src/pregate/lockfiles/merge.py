"""
Several databases know one vulnerability under several names: records that share an id or an alias are one.
"""

from __future__ import annotations

from collections.abc import Sequence

from pregate.lockfiles.model import Advisory
from pregate.records import dataclass

# Which name leads. GitHub's and PyPA's ids are given once and stay; a CVE number may come later, so that a
# rule named after it would change its name. MAL is OpenSSF's list of malicious packages.
_LEADING = ("MAL-", "GHSA-", "PYSEC-", "CVE-")


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """
    Advisories that speak of the same vulnerability, sorted by id.

    ``id`` is the leading name (GHSA before PYSEC before CVE), ``aliases`` all others.
    """

    advisories: tuple[Advisory, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All ids and aliases, the leading one first."""
        return tuple(sorted({n for a in self.advisories for n in (a.id, *a.aliases)}, key=_rank))

    @property
    def id(self) -> str:
        """The name that stays: rule ids are made of it."""
        return self.names[0]

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names, sorted."""
        return tuple(sorted(self.names[1:]))

    @property
    def shown(self) -> str:
        """The name that people search for: the CVE number where there is one."""
        return next((n for n in self.names if n.startswith("CVE-")), self.id)


def _rank(name: str) -> tuple[int, str]:
    for position, prefix in enumerate(_LEADING):
        if name.startswith(prefix):
            return (position, name)
    return (len(_LEADING), name)


def merge_aliases(advisories: Sequence[Advisory]) -> tuple[Vulnerability, ...]:
    """Group advisories that share an id or alias, directly or through others; sorted by leading id."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for advisory in advisories:
        for alias in advisory.aliases:
            parent[find(alias)] = find(advisory.id)
    groups: dict[str, dict[str, Advisory]] = {}
    for advisory in advisories:
        groups.setdefault(find(advisory.id), {})[advisory.id] = advisory
    merged = (Vulnerability(tuple(group[i] for i in sorted(group))) for group in groups.values())
    return tuple(sorted(merged, key=lambda v: v.id))
