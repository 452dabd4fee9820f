"""
``packages.config``: every package of a project, with what it pulls in.

Format: "packages.config reference" (https://learn.microsoft.com/nuget/reference/packages-config).
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.dotnet.versions import pinned
from pregate.lockfiles.ecosystems import NUGET
from pregate.lockfiles.located_xml import Document, Element, load_xml
from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason


def read_packages_config(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every package; one with ``developmentDependency`` serves development."""
    document = load_xml(path, files[path], "packages")
    if isinstance(document, Reading):
        return document
    found = Collector(path, "packages.config", NUGET)
    for element in document.root.all("package"):
        _add(found, document, element)
    return found.reading()


def _add(found: Collector, document: Document, element: Element) -> None:
    name, version = (element.attributes.get(key, "").strip() for key in ("id", "version"))
    place = document.attribute(element, "version")
    if not name:
        found.skip("a package has no id", place, UnreadReason.UNPARSABLE)
    elif not version:
        found.skip(f"{shown(name)} has no version", place)
    elif pinned(version) != version:
        found.skip(f"{shown(name)} is not pinned to one version", place)
    else:
        # allowedVersions may forbid the version that an upgrade writes.
        span = document.attribute_span(element, "version")
        is_free = "allowedVersions" not in element.attributes and document.text[slice(*span)] == version
        dev = element.attributes.get("developmentDependency", "").strip().lower() == "true"
        found.add(name, version, place, dev=dev, around=document.around(*span) if is_free else ())
