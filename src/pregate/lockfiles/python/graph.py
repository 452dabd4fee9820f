"""
Who requires whom in a Python lock file, and what the project needs each package for.

The readers give the entries of a file with what each needs; here names become the packages that are meant,
and where the file itself does not tell, what can be reached from the project's own wishes decides between
development and use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pregate.lockfiles.document import Collector, Entries, failed, is_word, load_toml
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.python.manifest import Manifest, Use, beside
from pregate.model import Location, UnreadReason
from pregate.records import dataclass, field

# Versions of one name that are looked at: a lock file has two or three, a hostile one as many as fit.
MAX_VERSIONS = 50


def _name(name: str) -> str:
    return normalised(PYPI, name)


@dataclass(frozen=True, slots=True)
class Need:
    """A package that is needed, by name; ``constraint`` and ``version`` as far as the file tells them."""

    name: str
    constraint: str = ""
    version: str = ""
    extras: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Entry:
    """
    One package of a lock file with what it needs, always and for each of its extras.

    ``dev`` and ``optional`` are None where the file does not tell. ``is_own`` is a part of the project
    itself, or a folder beside it, and ``is_elsewhere`` not from an index: neither becomes a package, but both
    lead to others.
    """

    name: str
    version: str
    place: Location
    needs: list[Need] = field(default_factory=list)
    extras: dict[str, list[Need]] = field(default_factory=dict)
    dev: bool | None = None
    optional: bool | None = None
    is_own: bool = False
    is_elsewhere: bool = False


class Graph:
    """The entries of one file by name."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_name.setdefault(_name(entry.name), []).append(entry)

    def meant(self, need: Need) -> list[Entry]:
        """
        The entries that a need may mean: of several versions those that it allows, or all of them where that
        cannot be told.
        """
        found = self._by_name.get(_name(need.name), [])[:MAX_VERSIONS]
        if len(found) < 2:
            return found
        if need.version:
            return [e for e in found if e.version == need.version] or found
        if need.constraint:
            return [e for e in found if _allows(need.constraint, e.version)] or found
        return found

    def reached(self, needs: Iterable[Need]) -> set[int]:
        """The ``id`` of every entry that the needs lead to."""
        seen: set[tuple[int, str]] = set()
        waiting = list(needs)
        while waiting:
            need = waiting.pop()
            for entry in self.meant(need):
                for extra in ("", *need.extras):
                    if (id(entry), extra) not in seen:
                        seen.add((id(entry), extra))
                        waiting += entry.extras.get(_name(extra), ()) if extra else entry.needs
        return {number for number, _ in seen}

    def requires(self, entry: Entry) -> tuple[Requirement, ...]:
        """The packages of the file that an entry needs, its extras included, each one once."""
        found: dict[str, str] = {}
        for needs in (entry.needs, *entry.extras.values()):
            for need in needs:
                for other in self.meant(need):
                    if not other.is_own and not other.is_elsewhere and other is not entry:
                        found.setdefault(f"{other.name}@{other.version}", need.constraint)
        return tuple(Requirement(ident, constraint) for ident, constraint in found.items())

    def needed(self) -> set[int]:
        """The ``id`` of every entry that another one needs."""
        return {
            id(other)
            for entry in self.entries
            for needs in (entry.needs, *entry.extras.values())
            for need in needs
            for other in self.meant(need)
            if other is not entry
        }


@dataclass(slots=True)
class Roots:
    """
    What the project itself asks for, by use. ``is_known`` is False where no manifest tells: then only what no
    other package needs is known to be its wish.
    """

    needs: dict[Use, list[Need]] = field(default_factory=dict)
    declarations: dict[str, list[tuple[Need, Declaration]]] = field(default_factory=dict)
    is_known: bool = False

    def add(self, use: Use, need: Need) -> None:
        """One more wish."""
        self.is_known = True
        self.needs.setdefault(use, []).append(need)

    def declare(self, manifests: Iterable[Manifest], *, is_root: bool = True) -> None:
        """
        The places where manifests name packages; with ``is_root`` these are wishes, too.
        """
        for manifest in manifests:
            self.is_known |= is_root
            for wish in manifest.wishes:
                if wish.name and wish.use is not Use.BUILD:
                    need = Need(wish.name, wish.declaration.constraint, "", wish.extras)
                    self.declarations.setdefault(_name(wish.name), []).append((need, wish.declaration))
                    if is_root:
                        self.needs.setdefault(wish.use, []).append(need)


def collect(found: Collector, entries: Sequence[Entry], roots: Roots, *, has_edges: bool = True) -> None:
    """
    Adds a package for each entry, with all that the file and the project's wishes tell of it.

    ``has_edges`` is False where the file does not tell what packages need.
    """
    graph = Graph(entries)
    direct = {id(e) for needs in roots.needs.values() for need in needs for e in graph.meant(need)}
    uses = {use: graph.reached(needs) for use, needs in roots.needs.items()}
    is_known = roots.is_known and (bool(direct) or not any(roots.needs.values()))
    needed = set() if is_known else graph.needed()
    for entry in entries:
        if entry.is_own or entry.is_elsewhere:
            continue
        dev, optional = _use(entry, uses) if has_edges else (False, False)
        found.add(
            entry.name,
            entry.version,
            entry.place,
            depth=_depth(entry, direct, needed, is_known, has_edges),
            dev=dev if entry.dev is None else entry.dev,
            optional=optional if entry.optional is None else entry.optional,
            requires=graph.requires(entry),
            declared=_declared(entry, graph, roots),
        )


def _declared(entry: Entry, graph: Graph, roots: Roots) -> tuple[Declaration, ...]:
    said = roots.declarations.get(_name(entry.name), [])
    found = [(n, d) for n, d in said if any(meant is entry for meant in graph.meant(n))]
    if len(found) > 1:  # one for each of several environments: those of another version are not meant
        fitting = [(n, d) for n, d in found if not n.constraint or _allows(n.constraint, entry.version)]
        found = fitting or found
    return tuple(declaration for _, declaration in found)


def _use(entry: Entry, uses: Mapping[Use, set[int]]) -> tuple[bool, bool]:
    """Whether an entry serves development alone, and whether extras alone lead to it."""
    if id(entry) in uses.get(Use.MAIN, ()):
        return False, False
    if id(entry) in uses.get(Use.EXTRA, ()):
        return False, True
    return id(entry) in uses.get(Use.DEVELOPMENT, ()), False


def _depth(entry: Entry, direct: set[int], needed: set[int], is_known: bool, has_edges: bool) -> Depth:
    if is_known:
        return Depth.DIRECT if id(entry) in direct else Depth.TRANSITIVE
    return Depth.DIRECT if has_edges and id(entry) not in needed else Depth.UNKNOWN


def _allows(constraint: str, version: str) -> bool:
    """Whether a version is within a constraint, or may be: True where either is of another language."""
    from pregate.lockfiles.constraints import Admits, admits

    return admits(PYPI, constraint, version) is not Admits.NO


def open_lock(
    path: str, files: Mapping[str, bytes], name: str
) -> tuple[Entries, Collector, Manifest | None, Roots] | Reading:
    """
    The tables of a lock file's packages, what collects them, the manifest beside the file, and what that
    declares; ``name`` is what the file is called. A reading says why there is nothing.
    """
    loaded = load_toml(path, files[path], "package")
    if isinstance(loaded, Reading):
        return loaded
    tables, entries = loaded
    if not entries and "metadata" not in tables:
        return failed(path, f"no package and no metadata: this is no {name}")
    manifest, roots = beside(path, files), Roots()
    roots.declare([manifest] if manifest else [])
    return entries, Collector(path, name, PYPI), manifest, roots


def start_entry(found: Collector, table: object, place: Location) -> Entry | None:
    """
    An entry with name and version; None for what is no table or lacks a usable one, which is then listed.

    An entry without a version may be part of the project itself: that is the reader's to see before.
    """
    if not isinstance(table, Mapping):
        found.skip("an entry is no table", place, UnreadReason.UNPARSABLE)
        return None
    name, version = table.get("name"), table.get("version")
    if not is_word(name) or not is_word(version):
        found.skip("an entry's name or version is no usable text", place, UnreadReason.UNPARSABLE)
        return None
    return Entry(str(name), str(version), place)
