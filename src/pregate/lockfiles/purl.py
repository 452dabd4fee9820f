"""
Package URLs: written for a locked package, and read from a bill of materials.

Source: ECMA-427 / package-url/purl-spec, "Core specification" and its type definitions; for
``githubactions``, what GitHub's dependency graph writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, unquote_to_bytes

from pregate.expressions import expression
from pregate.lockfiles import ecosystems
from pregate.lockfiles.ecosystems import ECOSYSTEMS, normalised
from pregate.lockfiles.model import Package
from pregate.records import dataclass, field

# Characters that a purl keeps beside letters, digits and ".-_~".
_SAFE = ":"
_MAX = 2000
_TYPE = expression(r"[a-z][a-z0-9.-]{0,50}", re.IGNORECASE)
_KEY = expression(r"[a-z][a-z0-9._-]{0,50}", re.IGNORECASE)
_GO_VERSION = expression(r"[0-9]+\.[0-9]+\.[0-9]+")
# Go's own packages are versioned without the letter.
_GO_OWN = frozenset({"stdlib", "toolchain", "std", "go"})
# Names whose case the registry does not mind, but whose type keeps it as it is written.
_AS_WRITTEN = frozenset({ecosystems.NUGET})
_EMPTY: Mapping[str, str] = MappingProxyType({})
# Distributions by type and namespace: OSV's word, and how its versions are named from the qualifier "distro"
# ("debian-12", "alpine-3.19.1").
_DISTRIBUTIONS: Mapping[tuple[str, str], str] = {
    ("deb", "debian"): "Debian",
    ("deb", "ubuntu"): "Ubuntu",
    ("apk", "alpine"): "Alpine",
    ("rpm", "almalinux"): "AlmaLinux",
    ("rpm", "rocky"): "Rocky Linux",
}
_RELEASE = expression(
    r"(?:[a-z]{1,20}-)?v?([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.[0-9]{1,9}){0,2}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Purl:
    """A package URL in its parts, percent-decoded; parts that it does not have are ``""``."""

    type: str
    namespace: str
    name: str
    version: str = ""
    qualifiers: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    subpath: str = ""


def purl_of(package: Package) -> str:
    """
    The package's URL: ``pkg:pypi/django@4.2``, ``pkg:npm/%40angular/core@17.0.0``; ``""`` for an ecosystem
    that has none here.
    """
    distribution = _of_distribution(package)
    if distribution:
        return distribution
    known = ECOSYSTEMS.get(package.ecosystem)
    if known is None:
        return ""
    keeps = package.ecosystem in _AS_WRITTEN
    name = package.name if keeps else normalised(package.ecosystem, package.name)
    version, qualifiers, subpath = package.version, "", ""
    match package.ecosystem:
        case ecosystems.NPM:
            name = name.lower()  # as the type's definition demands
        case ecosystems.MAVEN:
            name = name.replace(":", "/")
        case ecosystems.GO if _GO_VERSION.match(version) and name not in _GO_OWN:
            version = f"v{version}"
        case ecosystems.CONAN:
            version, qualifiers = _conan(version)
        case ecosystems.COCOAPODS:
            name, _, rest = name.partition("/")
            subpath = f"#{_encoded(rest, '/')}" if rest else ""
    path = "/".join(_encoded(part) for part in name.split("/") if part)
    return f"pkg:{known.purl}/{path}@{_encoded(version)}{qualifiers}{subpath}"


def parse_purl(text: str) -> Purl | None:
    """The parts of a package URL; ``None`` for what is none."""
    scheme, colon, rest = text.partition(":")
    if scheme.lower() != "pkg" or not colon or len(text) > _MAX:
        return None
    rest, _, subpath = rest.partition("#")
    rest, _, query = rest.partition("?")
    kind, _, path = rest.strip("/").partition("/")
    # A version follows the last name: an "@" before the last slash belongs to a scope that nobody encoded.
    head, at, version = path.rpartition("@")
    if not at or "/" in version or not head or head.endswith("/"):
        head, version = path, ""
    parts = [_decoded(part) for part in head.split("/") if part]
    if not _TYPE.fullmatch(kind) or not parts or not all(parts):
        return None
    *namespace, name = parts
    return Purl(
        kind.lower(),
        "/".join(namespace),
        name,
        _decoded(version),
        MappingProxyType(_qualifiers(query)),
        _decoded(subpath.strip("/")),
    )


def ecosystem_and_name(purl: Purl) -> tuple[str, str]:
    """
    OSV's ecosystem of a package URL and the name there; ``("", "")`` for a type that no database here knows,
    and for a distribution whose release is not told.
    """
    if purl.type in ("deb", "apk", "rpm"):
        return _distribution_of(purl)
    world = _BY_TYPE.get(purl.type)
    if world is None:
        return "", ""
    between = ":" if world == ecosystems.MAVEN else "/"
    name = between.join(part for part in (purl.namespace, purl.name) if part)
    if world == ecosystems.COCOAPODS and purl.subpath:
        name = f"{name}/{purl.subpath}"
    return world, name


_BY_TYPE: Mapping[str, str] = {e.purl: e.name for e in ECOSYSTEMS.values()}


def _conan(version: str) -> tuple[str, str]:
    """``1.0@user/channel`` in a version and qualifiers; a revision (``#…``) is left out."""
    version = version.partition("#")[0]
    version, at, owner = version.partition("@")
    user, _, channel = owner.partition("/")
    pairs = [f"{k}={_encoded(v)}" for k, v in (("channel", channel), ("user", user)) if v]
    return version, f"?{'&'.join(pairs)}" if at and pairs else ""


def _of_distribution(package: Package) -> str:
    world, colon, release = package.ecosystem.partition(":")
    for (kind, namespace), name in _DISTRIBUTIONS.items():
        if colon and world == name:
            own = f"pkg:{kind}/{namespace}/{_encoded(package.name)}@{_encoded(package.version)}"
            return f"{own}?distro={namespace}-{_encoded(release.removeprefix('v').removesuffix(':LTS'))}"
    return ""


def _distribution_of(purl: Purl) -> tuple[str, str]:
    world = _DISTRIBUTIONS.get((purl.type, purl.namespace.lower()), "")
    found = _RELEASE.fullmatch(purl.qualifiers.get("distro", ""))
    if not world or found is None:
        return "", ""
    major, minor = found[1], found[2]
    # OSV schema, "Defined ecosystems": the suffix after the colon.
    match world:
        case "Ubuntu":
            release = f"{major}.{minor}:LTS" if int(major) % 2 == 0 and minor == "04" else f"{major}.{minor}"
        case "Alpine":
            release = f"v{major}.{minor}"
        case _:
            release = major
    if minor is None and world in ("Ubuntu", "Alpine"):
        return "", ""
    # Advisories name source packages.
    source = purl.qualifiers.get("upstream", "").partition("@")[0]
    return f"{world}:{release}", source or purl.name


def _qualifiers(query: str) -> dict[str, str]:
    found = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if _KEY.fullmatch(key) and value:
            found[key.lower()] = _decoded(value)
    return found


def _encoded(text: str, safe: str = "") -> str:
    return quote(text.encode("utf-8", "replace"), safe=_SAFE + safe)


def _decoded(text: str) -> str:
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
