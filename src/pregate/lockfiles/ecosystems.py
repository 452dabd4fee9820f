"""
The worlds of packages: what OSV calls each, how it compares names, the type of its package URLs.

Sources: OSV schema, "Defined ecosystems" (https://ossf.github.io/osv-schema/#defined-ecosystems);
package-url/purl-spec, type definitions; the naming rules of each registry, beside the function.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping

from pregate.records import dataclass

PYPI = "PyPI"
NPM = "npm"
GO = "Go"
CRATES = "crates.io"
RUBYGEMS = "RubyGems"
PACKAGIST = "Packagist"
NUGET = "NuGet"
MAVEN = "Maven"
HEX = "Hex"
PUB = "Pub"
SWIFT = "SwiftURL"
CONAN = "ConanCenter"
CRAN = "CRAN"
HACKAGE = "Hackage"
JULIA = "Julia"
ACTIONS = "GitHub Actions"
# Worlds that OSV has no name for: read for inventories, and for databases that do name them.
CONDA = "Conda"
COCOAPODS = "CocoaPods"
TERRAFORM = "Terraform"


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """
    One of them.

    ``purl`` is the type of its package URLs; ``is_in_osv`` whether OSV defines it: its API refuses a whole
    batch for an ecosystem that it does not know. ``normalise`` gives a name as it is compared.
    """

    name: str
    purl: str
    is_in_osv: bool = True
    normalise: Callable[[str], str] = str


def _pypi(name: str) -> str:
    """PyPA, "Names and normalization"."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _swift(name: str) -> str:
    """A repository's address without scheme and ``.git``, as OSV has it: ``github.com/apple/swift-nio``."""
    bare = re.sub(r"^(?:[a-z+]{1,20}://)?(?:[^/@\s]{1,200}@)?", "", name, count=1)
    return bare.removesuffix("/").removesuffix(".git").lower()


ECOSYSTEMS: Mapping[str, Ecosystem] = {
    e.name: e
    for e in (
        Ecosystem(PYPI, "pypi", normalise=_pypi),
        Ecosystem(NPM, "npm"),
        Ecosystem(GO, "golang"),
        Ecosystem(CRATES, "cargo"),
        Ecosystem(RUBYGEMS, "gem"),
        Ecosystem(PACKAGIST, "composer", normalise=str.lower),
        Ecosystem(NUGET, "nuget", normalise=str.lower),
        Ecosystem(MAVEN, "maven"),
        Ecosystem(HEX, "hex", normalise=str.lower),
        Ecosystem(PUB, "pub"),
        Ecosystem(SWIFT, "swift", normalise=_swift),
        Ecosystem(CONAN, "conan"),
        Ecosystem(CRAN, "cran"),
        Ecosystem(HACKAGE, "hackage"),
        Ecosystem(JULIA, "julia"),
        Ecosystem(ACTIONS, "githubactions", normalise=str.lower),
        Ecosystem(CONDA, "conda", is_in_osv=False, normalise=str.lower),
        Ecosystem(COCOAPODS, "cocoapods", is_in_osv=False),
        Ecosystem(TERRAFORM, "terraform", is_in_osv=False, normalise=str.lower),
    )
}


@functools.lru_cache(maxsize=65536)
def normalised(ecosystem: str, name: str) -> str:
    """``name`` as its ecosystem compares it; as it is where nothing is known of the ecosystem."""
    known = ECOSYSTEMS.get(ecosystem)
    return known.normalise(name) if known else name
