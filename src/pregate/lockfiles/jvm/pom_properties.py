"""
The properties of a project and its parents, and what becomes of texts that hold them.

A child's property speaks in what it inherits: the parts are put together first, and the properties put in
then. Source: Maven, "Introduction to the POM", Project Interpolation
(https://maven.apache.org/guides/introduction/introduction-to-the-pom.html).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Container, MutableMapping

from pregate.expressions import expression
from pregate.lockfiles.document import MAX_WORD
from pregate.lockfiles.jvm.pom_files import Lineage
from pregate.lockfiles.located_xml import Document, Element
from pregate.model import Location
from pregate.records import dataclass, field

MAX_NESTED = 50
COORDINATES = ("groupId", "artifactId", "version")
_EXPRESSION = expression(r"\$\{([^${}]{1,200})\}")
Key = tuple[str, str, str, str]


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
        whole, position = "", 0
        for found in _EXPRESSION.finditer(text):
            value = self._value(found.group(1), depth)
            if value is None or len(whole) > MAX_WORD:
                return None
            whole += text[position : found.start()] + value
            position = found.end()
        whole += text[position:]
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


def properties_of(family: Lineage) -> Properties:
    """
    Everything that an expression may name: the coordinates under their prefixes win over properties, these
    over the coordinates' bare names.
    """
    properties = Properties()
    poms = family.poms
    for prefix, poms_below in (("", poms), ("parent.", poms[1:])):
        for name in COORDINATES:
            value = _coordinate(poms, poms_below, name, is_parent=prefix != "")
            if value:
                properties.raw[prefix + name] = value
    coordinates = dict(properties.raw)
    for pom in reversed(poms):
        for section in active_sections(pom.root):
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


def key_of(element: Element, properties: Properties) -> Key | None:
    """By what entries are matched: group, artifact, type, classifier; None when one could not be put in."""
    group = properties.expand(element.word("groupId"))
    artifact = properties.expand(element.word("artifactId"))
    kind = properties.expand(element.word("type") or "jar")
    classifier = properties.expand(element.word("classifier"))
    if not group or not artifact or kind is None or classifier is None:
        return None
    return group, artifact, kind, classifier


def active_sections(root: Element) -> list[Element]:
    """The project's own part, and its profiles that are active without being asked for, which win over it."""
    profiles = root.all("profiles", "profile")
    return [root, *filter(is_active, profiles)]


def is_active(profile: Element) -> bool:
    """Whether a profile is active without being asked for."""
    return profile.word("activation", "activeByDefault") == "true"
