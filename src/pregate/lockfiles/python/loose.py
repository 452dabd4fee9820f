"""
Requirements that are not pinned to one version, as an index can be asked about them.

Only files in which something is not pinned give any; then the pinned ones of the same file belong to them, as
what they bind. Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pregate.expressions import expression
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import RESOLVED, Declaration, Depth, Json, Package, Reading
from pregate.lockfiles.model import Requirement as Needed
from pregate.lockfiles.python.logical_lines import decode_requirements, logical_lines
from pregate.lockfiles.python.resolution import Chosen
from pregate.model import Location, UnreadReason
from pregate.records import dataclass, replace

_OPTIONS = expression(r"\s--?[A-Za-z]")
_MAX_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Loose:
    """One requirement (PEP 508, without options) of a file that is to be resolved, and where it stands."""

    text: str
    name: str
    location: Location

    def to_json(self) -> Json:
        """A list that :meth:`from_json` turns back into an equal requirement."""
        place = self.location
        lines: list[Json] = [place.start_line, place.start_column, place.end_line, place.end_column]
        return ["loose", self.text, self.name, place.path, lines]

    @classmethod
    def from_json(cls, value: Json) -> Loose:
        """The inverse of :meth:`to_json`; ValueError for anything else."""
        match value:
            case ["loose", str(text), str(name), str(path), [int(a), int(b), int(c), int(d)]]:
                return cls(text, name, Location(path, a, b, c, d))
        raise ValueError("not a requirement")


def loose_requirements(path: str, files: Mapping[str, bytes], reading: Reading) -> tuple[Loose, ...]:
    """
    The requirements of the file, pinned or not, if ``reading`` of it has left one for not being pinned.

    None of what it includes: that is resolved where it stands. Addresses and what pip would not accept are
    left out; ``reading`` lists them.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    if not any(u.reason is UnreadReason.NOT_AUDITED and u.path == path for u in reading.unread):
        return ()
    found, is_loose = [], False
    for line in logical_lines(decode_requirements(files[path])):
        options = _OPTIONS.search(line.text)
        text = (line.text[: options.start()] if options else line.text).rstrip()
        if line.text.startswith("-") or len(text) > _MAX_LENGTH or "${" in text:
            continue
        try:
            requirement = Requirement(text)
        except (InvalidRequirement, RecursionError):
            continue
        if requirement.url:
            continue
        exact = [s for s in requirement.specifier if s.operator in ("==", "===") and "*" not in s.version]
        is_loose = is_loose or len(exact) != 1
        found.append(Loose(text, requirement.name, line.location(path, 0, len(text))))
    return tuple(found) if is_loose else ()


def packages_of(
    loose: Sequence[Loose], chosen: Sequence[Chosen], reading: Sequence[Package]
) -> list[Package]:
    """
    The packages that were chosen, beside those that the file pins itself (``reading``).

    One that the file asks for stands at its requirement; one that another brings along at the requirement of
    the file that leads to it.
    """
    by_name = {c.name: c for c in chosen}
    asked = {normalised(PYPI, row.name): row for row in loose}
    pinned = {p.key[1] for p in reading}
    places = _places(asked, by_name)
    packages = []
    for name, one in by_name.items():
        if name in pinned or name not in places:
            continue
        row = asked.get(name)
        place = places[name].location
        package = Package(PYPI, row.name if row else name, one.version, place, RESOLVED)
        requires = tuple(Needed(f"{n}@{by_name[n].version}") for n in one.requires if n in by_name)
        package = replace(package, requires=requires, own_ident=f"{name}@{one.version}")
        declared = (Declaration(place, row.text.removeprefix(row.name).strip()),) if row else ()
        depth = Depth.DIRECT if row else Depth.TRANSITIVE
        packages.append(replace(package, depth=depth, declared=declared))
    return packages


def _places(asked: Mapping[str, Loose], by_name: Mapping[str, Chosen]) -> dict[str, Loose]:
    """For each chosen package the requirement of the file that leads to it on a shortest way."""
    places = {name: row for name, row in asked.items() if name in by_name}
    waiting = sorted(places)
    while waiting:
        following = []
        for name in waiting:
            for need in by_name[name].requires:
                if need in by_name and need not in places:
                    places[need] = places[name]
                    following.append(need)
        waiting = following
    return places
