"""
``Directory.Packages.props``: the versions that all projects below its folder take.

``PackageVersion`` and ``GlobalPackageReference`` name packages with versions, ``Update`` and ``Remove`` alter
earlier ones. Properties of the same file are put in. Format: "Central Package Management"
(https://learn.microsoft.com/nuget/consume-packages/central-package-management).
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.dotnet.msbuild import Properties, items
from pregate.lockfiles.dotnet.versions import pinned
from pregate.lockfiles.ecosystems import NUGET
from pregate.lockfiles.located_xml import Document, Element, load_xml
from pregate.lockfiles.model import Depth, Reading
from pregate.model import Location, UnreadReason
from pregate.records import dataclass

_GLOBAL = "GlobalPackageReference"


@dataclass(frozen=True, slots=True)
class _Pin:
    """An item's name and version as written, and where the version stands in the text."""

    name: str
    written: str
    span: tuple[int, int]
    place: Location
    is_global: bool
    is_alone: bool  # no other name shares the version


def read_packages_props(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package with a version; one under a condition counts. A global reference adds to the build alone, so
    that it serves development.
    """
    document = load_xml(path, files[path], "Project")
    if isinstance(document, Reading):
        return document
    found, properties = Collector(path, "Directory.Packages.props", NUGET), Properties(document.root)
    pins: dict[str, list[_Pin]] = {}
    for element, is_sure in items(document.root, "PackageVersion", _GLOBAL):
        _take(found, document, element, pins, is_sure=is_sure)
    for listed in pins.values():
        for pin in listed:
            _add(found, document, pin, properties)
    return found.reading()


def _take(
    found: Collector, document: Document, element: Element, pins: dict[str, list[_Pin]], *, is_sure: bool
) -> None:
    attributes = element.attributes
    for name in _names(attributes.get("Remove", "")):
        if is_sure:
            pins.pop(name.lower(), None)
    written, span, place = _version(document, element)
    kept = "Update" in attributes
    names = _names(attributes.get("Include", "") or attributes.get("Update", ""))
    if not names and "Remove" not in attributes:
        found.skip("an item names no package", document.location(element), UnreadReason.UNPARSABLE)
    for name in names:
        if kept and not written:  # other metadata than the version
            continue
        if kept and is_sure:
            pins.pop(name.lower(), None)
        pins.setdefault(name.lower(), []).append(
            _Pin(name, written, span, place, element.name == _GLOBAL, len(names) == 1)
        )


def _names(text: str) -> list[str]:
    """An item's list: names with semicolons between them."""
    return [name.strip() for name in text.split(";") if name.strip()]


def _version(document: Document, element: Element) -> tuple[str, tuple[int, int], Location]:
    """The version's text, as an attribute or as an element of its own, and where it stands."""
    name = next((key for key in element.attributes if key.lower() == "version"), "")
    if name:
        written = element.attributes[name].strip()
        return written, document.attribute_span(element, name), document.attribute(element, name)
    child = element.first("Version")
    if child is not None and child.text:
        return child.text, (child.text_start, child.text_end), document.location(child)
    return "", (element.start, element.start), document.location(element)


def _add(found: Collector, document: Document, pin: _Pin, properties: Properties) -> None:
    names, versions = properties.expand(pin.name), properties.expand(pin.written)
    if not pin.written:
        found.skip(f"{shown(pin.name)} has no version", pin.place)
        return
    if not names or not versions:
        detail = f"{shown(pin.name)} has the version {shown(pin.written)}, which the file does not define"
        found.skip(detail, pin.place)
        return
    for name in names:
        for version in versions:
            exact = pinned(version)
            if not exact:
                found.skip(f"{shown(name)} is not pinned to one version", pin.place)
                continue
            place, around = _literal(document, pin, exact)
            around = around if pin.is_alone else ()
            depth = Depth.DIRECT if pin.is_global else Depth.UNKNOWN
            found.add(name, exact, place, depth=depth, dev=pin.is_global, around=around)


def _literal(document: Document, pin: _Pin, version: str) -> tuple[Location, tuple[str, ...]]:
    """Where the version itself is written, and what stands around it; the whole text for a property."""
    start, end = pin.span
    at = document.text.find(version, start, end)
    if document.text[start:end] != pin.written or at < 0 or "$(" in pin.written:
        return pin.place, ()
    return document.region(at, at + len(version)), document.around(at, at + len(version))
