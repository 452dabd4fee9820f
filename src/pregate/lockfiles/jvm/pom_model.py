"""
The versions that a Maven project manages: its own, its parents', those of the bills of materials it imports.

Source: Maven, "Introduction to the Dependency Mechanism", Dependency Management
(https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping

from pregate.lockfiles.jvm.pom_files import Lineage, lineage, load_pom, module_paths
from pregate.lockfiles.jvm.pom_properties import (
    COORDINATES,
    Key,
    Properties,
    active_sections,
    is_active,
    key_of,
    properties_of,
)
from pregate.lockfiles.located_xml import Document, Element
from pregate.model import Location
from pregate.records import dataclass

MAX_BILLS = 100
_MANAGED = ("dependencyManagement", "dependencies", "dependency")


@dataclass(frozen=True, slots=True)
class Managed:
    """An entry of dependencyManagement: ``version`` is None when it could not be put in."""

    raw: str
    version: str | None
    scope: str
    place: Location


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
                own = properties_of(family)
                if all(own.expand(f"${{project.{n}}}") == v for n, v in zip(COORDINATES, asked, strict=True)):
                    return Model(family, self)
        return None


class Model:
    """A project with its parents: its properties, and the versions that it manages."""

    def __init__(self, family: Lineage, bills: Bills) -> None:
        self.family = family
        self._bills = bills
        self.properties = properties_of(family)
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
        sections = active_sections(pom.root)
        above = (
            section for parent in self.family.poms[number + 1 :] for section in active_sections(parent.root)
        )
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
        if is_active(profile):  # taken in already
            return self.properties, self.managed
        nearer = {
            child.name
            for below in self.family.poms[:number]
            for section in active_sections(below.root)
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
    properties, groups = properties_of(family), _groups(family)
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
