"""
Locked packages as a CycloneDX 1.5 document in JSON, without a time or a serial number: the same packages give
the same text.

Sources: CycloneDX 1.5 JSON reference; package-url/purl-spec, "Core specification" and its types ``pypi`` and
``npm``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pregate.lockfiles.model import NPM, PYPI, Package, normalised

TYPES = {PYPI: "pypi", NPM: "npm"}
# Characters that a purl keeps beside letters, digits and ".-_~".
_SAFE = ":"


def purl_of(package: Package) -> str:
    """
    The package's URL: ``pkg:pypi/django@4.2``, ``pkg:npm/%40angular/core@17.0.0``; ``""`` for an ecosystem
    that has none here.
    """
    kind = TYPES.get(package.ecosystem)
    if not kind:
        return ""
    name = normalised(package.ecosystem, package.name)
    if kind == "npm":
        name = name.lower()  # as the type's definition demands
    namespace, slash, own = name.rpartition("/")
    path = f"{_encoded(namespace)}{slash}{_encoded(own)}"
    return f"pkg:{kind}/{path}@{_encoded(package.version)}"


def reference(position: int) -> str:
    """The ``bom-ref`` of the package at that position, from 0."""
    return f"comp-{position + 1}"


def document_of(packages: Sequence[Package], version: str = "") -> dict[str, Any]:
    """
    The document as dictionaries and lists; every package is a component, in order, under :func:`reference`.

    ``version`` is that of pregate, named as the tool. Packages without a purl are left out.
    """
    tool = {"type": "application", "name": "pregate", **({"version": version} if version else {})}
    components = [
        {
            "bom-ref": reference(position),
            "type": "library",
            "name": package.name,
            "version": package.version,
            "purl": purl_of(package),
        }
        for position, package in enumerate(packages)
        if purl_of(package)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"tools": {"components": [tool]}},
        "components": components,
    }


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe=_SAFE)
