"""
Does an advisory concern a version, and which version is free of it?

Evaluation as the OSV schema describes it (https://ossf.github.io/osv-schema/#evaluation): affected when the
list of versions names it or a range holds it. What cannot be compared is :attr:`Answer.UNKNOWN`, never a
quiet no.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Any

from pregate.lockfiles.ecosystems import normalised
from pregate.lockfiles.model import Advisory, Affected, Event, Package, Range
from pregate.lockfiles.versions import (
    SEMANTIC,
    SEMVER,
    Version,
    is_prerelease,
    newest_of,
    parse_version,
    without_local,
)

# Where two events stand at the same version, the one that makes a version affected wins.
_ORDER = {"fixed": 0, "introduced": 1, "last_affected": 2}


class Answer(enum.Enum):
    """Whether a version is affected; ``UNKNOWN`` when the record or the version cannot be compared."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"


def evaluate(advisory: Advisory, package: Package, version: str = "") -> Answer:
    """
    Whether ``advisory`` affects ``package`` (in ``version``, when given); a withdrawn advisory affects
    nothing.
    """
    if advisory.withdrawn:
        return Answer.NO
    text = version or newest_of(package.ecosystem, package.version)
    entries = entries_for(advisory, package)
    return _strongest([_entry(entry, text) for entry in entries])


def entries_for(advisory: Advisory, package: Package) -> tuple[Affected, ...]:
    """
    The parts of the advisory that name the package.

    What is said of one release of a distribution (``Debian:11``) does not concern a package of another; where
    the record or the package names none, it does.
    """
    ecosystem, _, release = package.ecosystem.partition(":")
    key = (ecosystem, normalised(ecosystem, package.name))
    named = [a for a in advisory.affected if a.key == key]
    return tuple([a for a in named if not (release and a.release) or a.release == release])


def _strongest(answers: Iterable[Answer]) -> Answer:
    strongest = Answer.NO
    for answer in answers:
        if answer is Answer.YES:
            return answer
        if answer is Answer.UNKNOWN:
            strongest = answer
    return strongest


def _entry(entry: Affected, text: str) -> Answer:
    if text in entry.versions:
        return Answer.YES
    ranges = [r for r in entry.ranges if r.kind != "GIT"]
    answer = _strongest([_in_range(entry.ecosystem, r, text) for r in ranges])
    if answer is not Answer.YES and entry.versions and _is_listed(entry, text):
        return Answer.YES
    if ranges:
        return answer
    # Commits cannot be compared with a version; a list of versions beside them is the whole answer if ours
    # has a place in it.
    if not entry.versions or parse_version(entry.ecosystem, text) is None:
        return Answer.UNKNOWN
    return Answer.NO


def _is_listed(entry: Affected, text: str) -> bool:
    candidates = _look_alikes(entry.versions, text)
    ours = parse_version(entry.ecosystem, without_local(entry.ecosystem, text)) if candidates else None
    return ours is not None and any(parse_version(entry.ecosystem, v) == ours for v in candidates)


# All bytes but digits other than zero, and line ends.
_NO_DIGITS = bytes(set(range(256)) - set(b"123456789\n"))


def _look_alikes(versions: tuple[str, ...], text: str) -> list[str]:
    """
    Those of ``versions`` that may be written otherwise and be equal: in every ecosystem they have the same
    digits, zeros and builds aside. Lists hold hundreds of versions, and to parse all of them takes long.
    """
    joined = "\n".join(versions)
    if "+" in joined:
        joined = "\n".join([v.partition("+")[0] for v in versions])
    digits = _digits(joined)
    ours = _digits(text.partition("+")[0])
    if b"\n" + ours + b"\n" not in b"\n" + digits + b"\n":
        return []
    each = digits.split(b"\n")
    if len(each) != len(versions):
        return list(versions)
    return [v for v, d in zip(versions, each, strict=True) if d == ours]


def _digits(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").translate(None, _NO_DIGITS)


def _in_range(ecosystem: str, span: Range, text: str) -> Answer:
    """By Semantic Versioning where the range says so, else, or where that fails, by the ecosystem's order."""
    if span.kind == SEMVER and ecosystem not in SEMANTIC:
        answer = _by_order(SEMVER, span, text)
        if answer is not Answer.UNKNOWN:
            return answer
    return _by_order(ecosystem, span, text)


def _by_order(ecosystem: str, span: Range, text: str) -> Answer:
    # Where the events name builds, ours is compared with its own.
    if "+" in text and not any("+" in e.version for e in span.events):
        text = without_local(ecosystem, text)
    ours = parse_version(ecosystem, text)
    events = _sorted_events(ecosystem, span.events) if ours is not None else None
    if ours is None or events is None:
        return Answer.UNKNOWN
    affected = False
    for kind, at in events:
        if kind == "introduced":
            affected = affected or at is None or not ours < at
        elif (kind == "fixed" and not ours < at) or (kind == "last_affected" and at < ours):
            affected = False
    if affected:
        limits = [e.version for e in span.events if e.kind == "limit"]
        affected = not limits or _below_limit(ecosystem, ours, limits)
    return Answer.YES if affected else Answer.NO


def _sorted_events(ecosystem: str, events: Sequence[Event]) -> list[tuple[str, Any]] | None:
    """
    Events in the order of their versions (``introduced: 0`` is before all, None); None when one cannot be
    compared, or nothing is introduced.
    """
    first: list[tuple[str, Any]] = []
    rest: list[tuple[str, Any]] = []
    for event in events:
        if event.kind == "limit":
            continue
        if event.kind == "introduced" and event.version == "0":
            first = [("introduced", None)]
            continue
        version = parse_version(ecosystem, event.version)
        if version is None:
            return None
        rest.append((event.kind, version))
    if not first and not any(kind == "introduced" for kind, _ in rest):
        return None
    if len(rest) > 1:
        rest.sort(key=_rank)
        rest.sort(key=_version)
    return first + rest


def _rank(event: tuple[str, Any]) -> int:
    return _ORDER[event[0]]


def _version(event: tuple[str, Any]) -> Any:
    return event[1]


def _below_limit(ecosystem: str, ours: Version, limits: Sequence[str]) -> bool:
    for limit in limits:
        bound = parse_version(ecosystem, limit)
        if limit == "*" or bound is None or ours < bound:
            return True
    return False


def fixed_versions(advisories: Sequence[Advisory], package: Package) -> tuple[str, ...]:
    """
    Versions over the package's own that the advisories name as fixed, smallest first; pre-releases after
    releases.
    """
    ours = parse_version(package.ecosystem, package.version)
    if ours is None:
        return ()
    found: dict[str, Version] = {}
    for advisory in advisories:
        for entry in entries_for(advisory, package):
            for event in (e for r in entry.ranges if r.kind != "GIT" for e in r.events if e.kind == "fixed"):
                version = parse_version(package.ecosystem, event.version)
                if version is not None and ours < version:
                    found[event.version] = version
    ordered: list[tuple[str, Any]] = sorted(found.items())
    ordered.sort(key=lambda item: item[1])
    if not is_prerelease(ours):
        ordered.sort(key=lambda item: is_prerelease(item[1]))
    return tuple(text for text, _ in ordered)


def smallest_upgrade(advisories: Sequence[Advisory], package: Package) -> str:
    """
    The smallest fixed version over the package's own that none of ``advisories`` affects, or ``""`` when
    there is none.
    """
    for version in fixed_versions(advisories, package):
        if all(evaluate(a, package, version) is Answer.NO for a in advisories):
            return version
    return ""
