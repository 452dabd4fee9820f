"""
What Maven makes of a project before it looks at dependencies: properties put in, versions managed.

The parts of a project and of its parents are put together first and its properties put in then, so that a
child's property speaks in what it inherits. Sources: Maven, "Introduction to the POM", Project Interpolation
(https://maven.apache.org/guides/introduction/introduction-to-the-pom.html) and "Introduction to the
Dependency Mechanism", Dependency Management
(https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html).
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Container, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field

from pregate.lockfiles.document import MAX_WORD
from pregate.lockfiles.jvm.pom_files import Lineage, lineage, load_pom, module_paths
from pregate.lockfiles.located_xml import Document, Element
from pregate.model import Location

MAX_NESTED = 50
MAX_BILLS = 100
_EXPRESSION = re.compile(r"\$\{([^${}]{1,200})\}")
_COORDINATES = ("groupId", "artifactId", "version")
_MANAGED = ("dependencyManagement", "dependencies", "dependency")
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Managed:
    """An entry of dependencyManagement: ``version`` is None when it could not be put in."""

    raw: str
    version: str | None
    scope: str
    place: Location


@dataclass(slots=True)
class Properties:
    """
    Names with their values as written, and what becomes of texts that hold them.

    ``places`` tell where each value stands.
    """

    raw: MutableMapping[str, str] = field(default_factory=dict)
    places: MutableMapping[str, tuple[Document, Element]] = field(default_factory=dict)
    _known: dict[str, str | None] = field(default_factory=dict)

    def with_more(self, pom: Document, element: Element | None, nearer: Container[str]) -> Properties:
        """These with the children of ``element`` before them, but those whose name is in ``nearer``."""
        if element is None or not element.children:
            return self
        more = Properties(ChainMap({}, self.raw), ChainMap({}, self.places))
        more.define(pom, element, nearer)
        return more

    def define(self, pom: Document, element: Element | None, nearer: Container[str] = ()) -> None:
        """
        Takes the children of a ``properties`` element, but those whose name is in ``nearer``; a name that is
        known already gets the new value.
        """
        for child in element.children if element else ():
            if child.name not in nearer:
                self.raw[child.name] = child.text
                self.places[child.name] = (pom, child)

    def expand(self, text: str, depth: int = 0) -> str | None:
        """
        ``text`` with its properties put in; None when one is unknown, goes in a circle, is nested too deep or
        grows too long.
        """
        if "${" not in text:
            return text
        pieces, position = [], 0
        for found in _EXPRESSION.finditer(text):
            value = self._value(found.group(1), depth)
            if value is None:
                return None
            pieces += [text[position : found.start()], value]
            position = found.end()
        whole = "".join((*pieces, text[position:]))
        return None if "${" in whole or len(whole) > MAX_WORD else whole

    def place_of(self, text: str) -> Location | None:
        """Where the value stands of a text that is one property and nothing else."""
        found = _EXPRESSION.fullmatch(text)
        place = self.places.get(found.group(1)) if found else None
        return place[0].location(place[1]) if place else None

    def _value(self, name: str, depth: int) -> str | None:
        if name not in self._known:
            self._known[name] = None  # what a circle finds
            raw = self.raw.get(name)
            if raw is not None and depth < MAX_NESTED:
                self._known[name] = self.expand(raw, depth + 1)
        return self._known[name]


class Bills:
    """
    The bills of materials of a repository, each read once: what imports one another in circles, or a hundred
    times, costs no more. ``left`` is how many may still be looked for.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.left = MAX_BILLS
        self.known: dict[tuple[str, ...], Model | None] = {}

    def find(self, importing: Lineage, group: str, artifact: str, version: str) -> Model | None:
        """The bill of these coordinates among the modules of the importing project, or None."""
        asked = (group, artifact, version)
        if asked not in self.known:
            self.known[asked] = None  # what a circle finds
            self.left -= 1
            if group in _groups(importing) and self.left > 0:
                self.known[asked] = self._read(importing, asked)
        return self.known[asked]

    def _read(self, importing: Lineage, asked: tuple[str, str, str]) -> Model | None:
        for path in module_paths(importing.poms, self.files, asked[1]):
            pom = load_pom(path, self.files[path]) if path in self.files else None
            if isinstance(pom, Document):
                family = lineage(pom, self.files)
                own = _properties(family)
                if all(
                    own.expand(f"${{project.{n}}}") == v for n, v in zip(_COORDINATES, asked, strict=True)
                ):
                    return Model(family, self)
        return None


class Model:
    """A project with its parents: its properties, and the versions that it manages."""

    def __init__(self, family: Lineage, bills: Bills) -> None:
        self.family = family
        self._bills = bills
        self.properties = _properties(family)
        # Versions may be managed in a place that is not in the repository.
        self.is_managed_outside = family.has_outsider
        self.managed: dict[Key, Managed] = {}
        imports: dict[Key | None, Element] = {}
        for number, pom in enumerate(family.poms):
            own, own_imports = self._managed_by(number, pom)
            self.managed = own | self.managed
            imports = imports | {key: own_imports[key] for key in own_imports if key not in imports}
        for element in imports.values():
            for key, managed in self._imported(element, self.properties).items():
                self.managed.setdefault(key, managed)

    def _managed_by(self, number: int, pom: Document) -> tuple[dict[Key, Managed], dict[Key | None, Element]]:
        """
        What one POM manages. Of entries with the same key the first counts, but the last one in a list that
        Maven puts together with another: that of an active profile, of a parent, of a bill of materials.
        """
        sections = _always(pom.root)
        above = (section for parent in self.family.poms[number + 1 :] for section in _always(parent.root))
        others = (*sections[1:], *above)
        is_last = any(section.first(*_MANAGED) for section in others)
        if number == 0 and not is_last:  # bills are put in after what is inherited
            is_last = any(element.word("scope") == "import" for element in sections[0].all(*_MANAGED))
        own: dict[Key, Managed] = {}
        imports: dict[Key | None, Element] = {}
        for section in sections:
            imports |= self._manage(pom, section.all(*_MANAGED), self.properties, own, is_last=is_last)
        return own, imports

    def under_profile(self, number: int, profile: Element) -> tuple[Properties, Mapping[Key, Managed]]:
        """
        Properties and managed versions while a profile of the POM ``number`` is active; what nearer POMs say
        wins over a parent's profile.
        """
        pom = self.family.poms[number]
        if _is_active(profile):  # taken in already
            return self.properties, self.managed
        nearer = {
            child.name
            for below in self.family.poms[:number]
            for section in _always(below.root)
            for element in section.all("properties")
            for child in element.children
        }
        properties = self.properties.with_more(pom, profile.first("properties"), nearer)
        own: dict[Key, Managed] = {}
        imports = self._manage(pom, profile.all(*_MANAGED), properties, own)
        imported: dict[Key, Managed] = {}
        for element in imports.values():
            for key, managed in self._imported(element, properties).items():
                imported.setdefault(key, managed)
        if not own and not imported:
            return properties, self.managed
        order = (own, self.managed, imported) if number == 0 else (self.managed, own, imported)
        return properties, ChainMap(*order)

    def _manage(
        self,
        pom: Document,
        entries: Iterator[Element],
        properties: Properties,
        into: dict[Key, Managed],
        *,
        is_last: bool = True,
    ) -> dict[Key | None, Element]:
        """Takes entries of dependencyManagement, and gives those that import others."""
        imports: dict[Key | None, Element] = {}
        for element in entries:
            scope = properties.expand(element.word("scope")) or ""
            key = key_of(element, properties)
            if scope == "import":
                imports[key] = element
                continue
            raw = element.word("version")
            if key and (is_last or key not in into):
                place = pom.location(element.first("version") or element.first("artifactId") or element)
                into[key] = Managed(raw, properties.expand(raw), scope, place)
        return imports

    def _imported(self, element: Element, properties: Properties) -> Mapping[Key, Managed]:
        """What a bill of materials manages, where it is in the repository."""
        key = key_of(element, properties)
        version = properties.expand(element.word("version"))
        bill = self._bills.find(self.family, key[0], key[1], version) if key and version else None
        self.is_managed_outside |= bill is None or bill.is_managed_outside
        return bill.managed if bill else {}


def places_of_bills(family: Lineage, files: Mapping[str, bytes]) -> Iterator[str]:
    """Paths in which the bills of materials may stand that a project imports from its own repository."""
    properties, groups = _properties(family), _groups(family)
    artifacts: dict[str, None] = {}
    for pom in family.poms:
        for section in (pom.root, *pom.root.all("profiles", "profile")):
            for element in section.all(*_MANAGED):
                key = key_of(element, properties) if element.word("scope") == "import" else None
                if key and key[0] in groups and len(artifacts) < MAX_BILLS:
                    artifacts[key[1]] = None
    for artifact in artifacts:
        yield from module_paths(family.poms, files, artifact)


def _groups(family: Lineage) -> set[str]:
    return {pom.root.word("groupId") or pom.root.word("parent", "groupId") for pom in family.poms}


def key_of(element: Element, properties: Properties) -> Key | None:
    """By what entries are matched: group, artifact, type, classifier; None when one could not be put in."""
    group = properties.expand(element.word("groupId"))
    artifact = properties.expand(element.word("artifactId"))
    kind = properties.expand(element.word("type") or "jar")
    classifier = properties.expand(element.word("classifier"))
    if not group or not artifact or kind is None or classifier is None:
        return None
    return group, artifact, kind, classifier


def _always(root: Element) -> list[Element]:
    """The project's own part, and its profiles that are active without being asked for, which win over it."""
    profiles = root.all("profiles", "profile")
    return [root, *filter(_is_active, profiles)]


def _is_active(profile: Element) -> bool:
    return profile.word("activation", "activeByDefault") == "true"


def _properties(family: Lineage) -> Properties:
    """
    Everything that an expression may name: the coordinates under their prefixes win over properties, these
    over the coordinates' bare names.
    """
    properties = Properties()
    poms = family.poms
    for prefix, poms_below in (("", poms), ("parent.", poms[1:])):
        for name in _COORDINATES:
            value = _coordinate(poms, poms_below, name, is_parent=prefix != "")
            if value:
                properties.raw[prefix + name] = value
    coordinates = dict(properties.raw)
    for pom in reversed(poms):
        for section in _always(pom.root):
            properties.define(pom, section.first("properties"))
    for name, value in coordinates.items():
        for prefix in ("project.", "pom."):
            properties.raw[prefix + name] = value
            properties.places.pop(prefix + name, None)
    return properties


def _coordinate(
    poms: tuple[Document, ...], below: tuple[Document, ...], name: str, *, is_parent: bool
) -> str:
    """A project's or its parent's own group, artifact or version, as written; the first two are inherited."""
    if is_parent:
        written = poms[0].root.word("parent", name)
        if written:
            return written
    for pom in below:
        value = pom.root.word(name)
        if value or name == "artifactId":
            return value
        value = pom.root.word("parent", name)
        if value:
            return value
    return ""
