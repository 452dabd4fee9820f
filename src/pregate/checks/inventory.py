"""
The packages of lock files as an inventory: what a bill of materials lists. Nobody is asked about them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

from pregate.checks.base import Analysis, Conclusion
from pregate.checks.dependencies import DependenciesCheck
from pregate.lockfiles.license_expressions import Kind, classify
from pregate.lockfiles.model import Package
from pregate.lockfiles.purl import purl_of
from pregate.model import Component, License
from pregate.records import replace


class InventoryCheck(DependenciesCheck):
    """
    The dependencies check with another second step: :attr:`components` are what the heads lock, and there are
    no findings. It has the same name and version, so that each knows what the other has analysed.
    """

    components: tuple[Component, ...] = ()

    def conclude(self, analyses: Sequence[Analysis]) -> Conclusion:
        """Keeps the packages of all files; nothing is reached for that."""
        self.components = tuple(c for analysis in analyses for c in components_of(analysis))
        return Conclusion(tuple(Analysis(unread=a.unread, concerned=a.concerned) for a in analyses))


def components_of(analysis: Analysis) -> Iterator[Component]:
    """The packages of one file as components, in its order."""
    packages = [fact for fact in analysis.facts if isinstance(fact, Package)]
    made = [_component(package) for package in packages]
    refs = {package.ident: component.ref for package, component in zip(packages, made, strict=True)}
    for package, component in zip(packages, made, strict=True):
        needed = {refs[r.ident] for r in package.requires if r.ident in refs} - {component.ref}
        yield replace(component, requires=tuple(sorted(needed))) if needed else component


def _component(package: Package) -> Component:
    return Component(
        purl=purl_of(package),
        ecosystem=package.ecosystem,
        name=package.name,
        version=package.version,
        location=package.location,
        license=license_of(package.licenses),
        depth=package.depth.value,
        dev=package.dev,
        optional=package.optional,
    )


@functools.lru_cache(maxsize=1024)
def license_of(text: str) -> License:
    """A lock file's words on a licence, told apart."""
    kind, words = classify(text)
    match kind:
        case Kind.ID:
            return License(id=words)
        case Kind.EXPRESSION:
            return License(expression=words)
        case Kind.NAME:
            return License(name=words)
        case Kind.NONE:
            return License()
