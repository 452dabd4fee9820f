"""
``pom.xml``: the dependencies of a Maven project, in the versions that its repository tells.

Properties, managed versions and parents are followed through the files of the repository; what is decided
elsewhere (a parent or a bill of materials from a remote repository, a range) is not audited. What a parent
declares is left to the parent's own file, but where the child's properties give it another version. Plugins
and what they need are no dependencies of the project. Format: https://maven.apache.org/pom.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pregate.lockfiles.document import Collector, shown
from pregate.lockfiles.ecosystems import MAVEN
from pregate.lockfiles.formats import format_for
from pregate.lockfiles.jvm.pom_files import Lineage, lineage, load_pom
from pregate.lockfiles.jvm.pom_model import Bills, Managed, Model, places_of_bills
from pregate.lockfiles.jvm.pom_properties import Key, Properties, key_of
from pregate.lockfiles.located_xml import Document, Element
from pregate.lockfiles.model import Depth, Reading
from pregate.model import Location, Related, UnreadReason
from pregate.records import dataclass, replace

_META_VERSIONS = ("LATEST", "RELEASE")


@dataclass(frozen=True, slots=True)
class _Dependency:
    """One of them: ``why`` says why it is not audited, ``version`` is then ``""``."""

    key: Key | None
    name: str
    version: str
    place: Location
    why: str = ""
    scope: str = ""
    is_optional: bool = False
    written: tuple[Related, ...] = ()
    around: tuple[str, ...] = ()


def parents(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Paths that are not in ``files`` where the project's parents stand, or the bills of materials that it
    imports from its own repository; they need not be there.
    """
    pom = load_pom(path, files[path])
    if isinstance(pom, Reading):
        return ()
    family = lineage(pom, files)
    missing = [family.missing] if family.missing else []
    missing += places_of_bills(family, files)
    return tuple(dict.fromkeys(name for name in missing if name not in files))


def read_pom(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every dependency of the project and of its profiles; those of scope ``test`` serve development."""
    pom = load_pom(path, files[path])
    if isinstance(pom, Reading):
        return pom
    found = Collector(path, "pom.xml", MAVEN)
    family = lineage(pom, files)
    model = Model(family, Bills(files))
    declared = list(_declared(model))
    for dependency in (*declared, *_inherited(model, declared, files)):
        _add(found, dependency)
    return found.reading()


def _add(found: Collector, dependency: _Dependency) -> None:
    if dependency.why:
        reason = UnreadReason.NOT_AUDITED if dependency.name else UnreadReason.UNPARSABLE
        found.skip(f"{shown(dependency.name)} {dependency.why}", dependency.place, reason)
        return
    found.add(
        dependency.name,
        dependency.version,
        dependency.place,
        depth=Depth.DIRECT,
        dev=dependency.scope == "test",
        optional=dependency.is_optional,
        related=dependency.written,
        around=dependency.around,
    )


def _declared(model: Model, number: int = 0) -> Iterator[_Dependency]:
    """
    What one POM of the model's family declares, under the properties and managed versions of the model; the
    project itself is number 0.
    """
    pom = model.family.poms[number]
    elements = pom.root.all("dependencies", "dependency")
    yield from _section(pom, elements, model, model.properties, model.managed)
    for profile in pom.root.all("profiles", "profile"):
        elements = profile.all("dependencies", "dependency")
        properties, managed = model.under_profile(number, profile)
        yield from _section(pom, elements, model, properties, managed)


def _inherited(
    model: Model, declared: Iterable[_Dependency], files: Mapping[str, bytes]
) -> Iterator[_Dependency]:
    """
    What parents declare, no nearer one declares too, and is not told at the parent: it is in a file of
    another name, or gets another version here. The place is where the parent is named.
    """
    poms = model.family.poms
    named = poms[0].root.first("parent")
    nearer = {dependency.key for dependency in declared if dependency.key}
    for number, pom in enumerate(poms[1:], start=1):
        if named is None or not any(_sections(pom.root)):
            continue
        place = poms[0].location(named.first("artifactId") or named)
        told = set[tuple[str, str]]()
        if format_for(pom.path) is not None:
            above = Model(Lineage(poms[number:], model.family.has_outsider), Bills(files))
            told = {(d.name, d.version) for d in _declared(above)}
        inherited = [d for d in _declared(model, number) if d.key is None or d.key not in nearer]
        nearer.update(d.key for d in inherited if d.key)
        for dependency in inherited:
            if (dependency.name, dependency.version) not in told and (dependency.version or not told):
                written = (Related(dependency.place, "it is inherited from here"), *dependency.written)
                yield replace(dependency, place=place, around=(), written=written)


def _sections(root: Element) -> Iterator[Element]:
    yield from root.all("dependencies", "dependency")
    yield from root.all("profiles", "profile", "dependencies", "dependency")


def _section(
    pom: Document,
    elements: Iterable[Element],
    model: Model,
    properties: Properties,
    managed: Mapping[Key, Managed],
) -> Iterator[_Dependency]:
    """One list of dependencies; of several with the same key Maven takes the last."""
    found: dict[Key | int, _Dependency] = {}
    for number, element in enumerate(elements):
        dependency = _dependency(pom, element, model, properties, managed)
        key = dependency.key or number
        found.pop(key, None)
        found[key] = dependency
    yield from found.values()


def _dependency(
    pom: Document, element: Element, model: Model, properties: Properties, managed: Mapping[Key, Managed]
) -> _Dependency:
    written = element.first("version")
    raw = written.text if written else ""
    place = pom.location(written if written and raw else element.first("artifactId") or element)
    key = key_of(element, properties)
    if key is None:
        group, artifact = element.word("groupId"), element.word("artifactId")
        name = f"{group}:{artifact}" if group and artifact else ""
        why = "is named by a property that the repository does not define" if name else "has no name"
        return _Dependency(None, name, "", place, why)
    entry = managed.get(key)
    version = properties.expand(raw)
    related: tuple[Related, ...] = ()
    around: tuple[str, ...] = ()
    if not raw and entry:
        raw, version = entry.raw, entry.version
        related = (Related(entry.place, "its version is managed here"),)
    elif written and "${" in raw and (defined := properties.place_of(raw)):
        related = (Related(defined, "its version is written here"),)
    elif written and raw and "${" not in raw:
        place, around = _literal(pom, written)
    scope = properties.expand(element.word("scope")) or (entry.scope if entry else "")
    name = f"{key[0]}:{key[1]}"
    version, why = _exact(raw, version, is_managed_outside=model.is_managed_outside)
    is_optional = properties.expand(element.word("optional")) == "true"
    return _Dependency(key, name, version, place, why, scope, is_optional, related, around)


def _literal(pom: Document, written: Element) -> tuple[Location, tuple[str, ...]]:
    """The place of a version that is written as it is, and what stands around it."""
    start, end = written.text_start, written.text_end
    if pom.text[start:end] != written.text:  # a comment or a reference to a character stands within
        return pom.location(written), ()
    if _is_hard(written.text):
        inner = written.text[1:-1].strip()
        start = pom.text.index(inner, start, end)
        end = start + len(inner)
    return pom.region(start, end), pom.around(start, end)


def _is_hard(version: str) -> bool:
    """Whether it is a range of one version: ``[1.0]`` (POM Reference, Dependency Version Requirements)."""
    return version[:1] == "[" and version[-1:] == "]" and "," not in version and version[1:-1].strip() != ""


def _exact(raw: str, version: str | None, *, is_managed_outside: bool) -> tuple[str, str]:
    """The one version that is asked for, or why there is none."""
    if not raw and is_managed_outside:
        return "", "has a version that is managed outside the repository"
    if not raw:
        return "", "has no version"
    if version is None:
        return "", f"has the version {shown(raw)}, which the repository does not define"
    if _is_hard(version):
        return version[1:-1].strip(), ""
    if not version or version in _META_VERSIONS or any(mark in version for mark in "[](),"):
        return "", "is not pinned to one version"
    return version, ""
