"""
Locked packages as a CycloneDX 1.5 document in JSON, without a time or a serial number: the same packages give
the same text.

Sources: CycloneDX 1.5 JSON reference; Amazon Inspector User Guide, "Amazon Inspector SBOM Generator",
"Supported packages types": these are the worlds whose components the document has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pregate.lockfiles.ecosystems import CRATES, GO, MAVEN, NPM, NUGET, PACKAGIST, PYPI, RUBYGEMS
from pregate.lockfiles.model import Package
from pregate.lockfiles.purl import purl_of

KNOWN = frozenset({CRATES, GO, MAVEN, NPM, NUGET, PACKAGIST, PYPI, RUBYGEMS})


def purl_sent(package: Package) -> str:
    """The package's URL where Amazon Inspector knows its world, else ``""``."""
    return purl_of(package) if package.ecosystem in KNOWN else ""


def reference(position: int) -> str:
    """The ``bom-ref`` of the package at that position, from 0."""
    return f"comp-{position + 1}"


def document_of(packages: Sequence[Package], version: str = "") -> dict[str, Any]:
    """
    The document as dictionaries and lists; every package is a component, in order, under :func:`reference`.

    ``version`` is that of pregate, named as the tool. Packages of other worlds are left out.
    """
    tool = {"type": "application", "name": "pregate", **({"version": version} if version else {})}
    components = [
        {
            "bom-ref": reference(position),
            "type": "library",
            "name": package.name,
            "version": package.version,
            "purl": purl,
        }
        for position, package in enumerate(packages)
        if (purl := purl_sent(package))
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"tools": {"components": [tool]}},
        "components": components,
    }
