"""
Which versions pip would choose for requirements that are not pinned, by the metadata of an index alone.

Nothing is downloaded but lists of files and ``METADATA``, nothing is built, and what a package does not
publish as metadata is not known: then the requirement is not resolved. The search is resolvelib's, which pip
uses too; the rules are those of PEP 440, 503, 508 and 592.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version
from resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

from pregate.lockfiles.python.simple_api import Release
from pregate.records import dataclass

if TYPE_CHECKING:
    from resolvelib.structs import RequirementInformation

MAX_ROUNDS = 2_000
MAX_EXTRAS = 50


class Index(Protocol):
    """What is asked of a package index."""

    def releases(self, name: str) -> Sequence[Release]:
        """All releases of a project by its normalised name; none where the index does not know it."""
        ...

    def requires(self, release: Release) -> Sequence[str] | None:
        """The ``Requires-Dist`` of a release; None where the index does not publish its metadata."""
        ...


class UnresolvedError(Exception):
    """No set of versions is known that satisfies all requirements; the text says why, without addresses."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A version that was chosen, and the normalised names of what it requires itself."""

    name: str
    version: str
    requires: tuple[str, ...] = ()


_Key = tuple[NormalizedName, str]  # name and extra, "" for the project itself


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One requirement: a project, or one extra of it, with the versions that it may have."""

    key: _Key
    specifier: SpecifierSet


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: _Key
    version: Version
    release: Release


def resolve(requirements: Iterable[str], index: Index, python: str = "") -> tuple[Chosen, ...]:
    """
    The versions that satisfy ``requirements`` (PEP 508) and what they require, by name.

    ``python`` is the full version of the interpreter to choose for, by default the running one; markers are
    evaluated for this machine. Raises UnresolvedError when there is no such set, when the search takes too
    long, or when metadata that decides is not published; whatever ``index`` raises goes through.
    """
    environment = {key: str(value) for key, value in default_environment().items()}
    if python:
        environment |= {"python_full_version": python, "python_version": ".".join(python.split(".")[:2])}
    provider = _Provider(index, environment)
    wanted = [w for text in requirements for w in provider.wanted(text, "")]
    try:
        result = Resolver(provider, BaseReporter()).resolve(wanted, max_rounds=MAX_ROUNDS)
    except ResolutionImpossible as error:
        names = sorted({str(cause.requirement.key[0]) for cause in error.causes})
        raise UnresolvedError(f"no version fits all that is asked of {', '.join(names[:3])}") from None
    except ResolutionTooDeep:
        raise UnresolvedError(f"no versions were found in {MAX_ROUNDS} steps") from None
    found: dict[str, Chosen] = {}
    for (name, _), candidate in result.mapping.items():
        needs = {w.key[0] for w in provider.get_dependencies(candidate)} - {name}
        before = found[name].requires if name in found else ()
        found[name] = Chosen(name, candidate.release.version, tuple(sorted({*before, *needs})))
    return tuple(found[name] for name in sorted(found))


class _Provider(AbstractProvider[_Wanted, _Candidate, _Key]):
    """What resolvelib asks: candidates newest first, and what each requires."""

    def __init__(self, index: Index, environment: Mapping[str, str]) -> None:
        self._index = index
        self._environment = dict(environment)
        self._python = Version(self._environment["python_full_version"].rstrip("+"))
        self._releases: dict[NormalizedName, list[tuple[Version, Release]]] = {}
        self._needs: dict[_Candidate, list[_Wanted]] = {}

    def wanted(self, text: str, extra: str) -> Iterator[_Wanted]:
        """The project of a requirement, and one for each of its extras; none if its marker fails."""
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            raise UnresolvedError("a requirement is not written as PEP 508 has it") from None
        if requirement.url:
            raise UnresolvedError(f"{requirement.name} is required by address")
        if requirement.marker and not requirement.marker.evaluate({**self._environment, "extra": extra}):
            return
        name = canonicalize_name(requirement.name)
        yield _Wanted((name, ""), requirement.specifier)
        for other in sorted(requirement.extras)[:MAX_EXTRAS]:
            yield _Wanted((name, canonicalize_name(other)), requirement.specifier)

    def identify(self, requirement_or_candidate: _Wanted | _Candidate) -> _Key:
        """The project, or its extra."""
        return requirement_or_candidate.key

    def get_preference(
        self,
        identifier: _Key,
        resolutions: Mapping[_Key, _Candidate],  # noqa: ARG002 - resolvelib's interface
        candidates: Mapping[_Key, Iterator[_Candidate]],  # noqa: ARG002 - resolvelib's interface
        information: Mapping[_Key, Iterator[RequirementInformation[_Wanted, _Candidate]]],
        backtrack_causes: Sequence[RequirementInformation[_Wanted, _Candidate]],
    ) -> tuple[bool, bool, str]:
        """What caused a conflict first, then what is pinned, then by name."""
        causes = {cause.requirement.key for cause in backtrack_causes}
        asked = [row.requirement.specifier for row in information[identifier]]
        pinned = any(s.operator in ("==", "===") for specifier in asked for s in specifier)
        return (identifier not in causes, not pinned, "".join(identifier))

    def find_matches(
        self,
        identifier: _Key,
        requirements: Mapping[_Key, Iterator[_Wanted]],
        incompatibilities: Mapping[_Key, Iterator[_Candidate]],
    ) -> list[_Candidate]:
        """
        The releases that all requirements allow, newest first; pre-releases where nothing else fits, and
        yanked ones only where one is pinned.
        """
        name, _ = identifier
        asked = SpecifierSet()
        for wanted in requirements[identifier]:
            asked &= wanted.specifier
        bad = {candidate.version for candidate in incompatibilities[identifier]}
        pinned = any(s.operator in ("==", "===") and "*" not in s.version for s in asked)
        usable = [
            (version, release)
            for version, release in self._all(name)
            if version not in bad and (pinned or not release.is_yanked)
        ]
        fitting = set(asked.filter(version for version, _ in usable))
        return [_Candidate(identifier, v, r) for v, r in usable if v in fitting]

    def is_satisfied_by(self, requirement: _Wanted, candidate: _Candidate) -> bool:
        """Whether the requirement allows the version; a pre-release that was chosen is allowed."""
        return requirement.specifier.contains(candidate.version, prereleases=True)

    def get_dependencies(self, candidate: _Candidate) -> list[_Wanted]:
        """What a release requires; an extra requires its project in the same version beside its own."""
        if candidate not in self._needs:
            self._needs[candidate] = self._dependencies(candidate)
        return self._needs[candidate]

    def _dependencies(self, candidate: _Candidate) -> list[_Wanted]:
        (name, extra), version = candidate.key, candidate.release.version
        texts = self._index.requires(candidate.release)
        if texts is None:
            raise UnresolvedError(f"{name} {version} publishes no metadata, and nothing is built")
        needs = [w for text in texts for w in self.wanted(text, extra)]
        own = [_Wanted((name, ""), SpecifierSet(f"==={version}"))] if extra else []
        return own + needs

    def _all(self, name: NormalizedName) -> list[tuple[Version, Release]]:
        if name not in self._releases:
            found = []
            for release in self._index.releases(name):
                version = _version(release.version)
                if version is not None and self._runs(release.requires_python):
                    found.append((version, release))
            found.sort(key=lambda row: (row[0], bool(row[1].metadata)), reverse=True)
            self._releases[name] = found
        return self._releases[name]

    def _runs(self, requires_python: str) -> bool:
        try:
            return SpecifierSet(requires_python).contains(self._python, prereleases=True)
        except InvalidSpecifier:  # pip passes over what it cannot read
            return True


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
