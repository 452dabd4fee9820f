"""
The licences of locked packages held against ``allow-licenses`` or ``deny-licenses``.

A licence that the lock file does not tell is said to be unknown, never passed over: for each package where
the file tells those of others, once for a file that tells none at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from pregate.checks import dependency_text as text
from pregate.checks.dependency_license_rules import DENIED, NOT_ALLOWED, PAGE, UNKNOWN
from pregate.config import DependenciesConfig
from pregate.errors import UsageError
from pregate.lockfiles.license_expressions import classify
from pregate.lockfiles.licenses import Judgement, judge, unknown_terms
from pregate.lockfiles.model import Package
from pregate.lockfiles.osv import plain
from pregate.model import Confidence, Finding, Related, Rule


def check_lists(config: DependenciesConfig) -> None:
    """Raises UsageError for an entry of a list that is no licence: a misspelt one would deny nothing."""
    for key, texts in (("allow-licenses", config.allow_licenses), ("deny-licenses", config.deny_licenses)):
        wrong = unknown_terms(texts)
        if wrong:
            raise UsageError(
                f"dependencies.{key}: {wrong[0][:100]!r} is no licence of the SPDX list",
                f"Write identifiers of {PAGE}, for example Apache-2.0 or GPL-3.0-or-later.",
            )


def license_findings(packages: Sequence[Package], config: DependenciesConfig) -> list[Finding]:
    """
    A finding for each package version of one file whose licence the lists do not let pass, in the order of
    ``packages``; none where neither list is given.

    Packages that are locked several times are one finding. Raises UsageError for lists that are none.
    """
    if not config.allow_licenses and not config.deny_licenses:
        return []
    check_lists(config)
    places: dict[tuple[str, str, str], list[Package]] = {}
    for package in packages:
        places.setdefault(package.key, []).append(package)
    if packages and not any(package.licenses.strip() for package in packages):
        return [_nothing_told(list(places.values()))]
    return [finding for same in places.values() for finding in _judged(same, config)]


def _judged(same: Sequence[Package], config: DependenciesConfig) -> Iterator[Finding]:
    package = next((p for p in same if p.licenses.strip()), same[0])
    words = plain(classify(package.licenses)[1], 200)
    name = f"{package.name} {package.version}"
    match judge(package.licenses, config.allow_licenses, config.deny_licenses):
        case Judgement.ALLOWED:
            return
        case Judgement.DENIED:
            yield _finding(DENIED, same, f"{name} is licensed under {words}, which deny-licenses rules out")
        case Judgement.NOT_ALLOWED:
            message = f"{name} is licensed under {words}, which allow-licenses does not name"
            yield _finding(NOT_ALLOWED, same, message)
        case Judgement.UNKNOWN:
            told = f"the lock file says {words!r}" if words else "the lock file tells none"
            yield _finding(UNKNOWN, same, f"the licence of {name} is not known: {told}")


def _finding(rule: Rule, same: Sequence[Package], message: str) -> Finding:
    package = same[0]
    return Finding(
        rule=rule,
        message=message,
        location=package.location,
        severity=rule.severity,
        confidence=Confidence.HIGH,
        related=tuple(Related(p.location, f"{p.name} {p.version} is locked here too") for p in same[1:]),
        properties=_properties(package),
        anchor=text.anchor_of(package),
    )


def _properties(package: Package) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("package", package.name),
        ("version", package.version),
        ("ecosystem", package.ecosystem),
        ("license", plain(package.licenses, 300)),
    )
    return tuple((name, value) for name, value in pairs if value)


def _nothing_told(places: Sequence[Sequence[Package]]) -> Finding:
    """One finding for a file whose format, or whose writer, tells no licence at all."""
    first = min((p for same in places for p in same), key=lambda p: p.location)
    number = len(places)
    words = "the licence of 1 package is" if number == 1 else f"the licences of {number} packages are"
    return Finding(
        rule=UNKNOWN,
        message=f"{words} not known: the file ({first.format}) tells none",
        location=first.location,
        severity=UNKNOWN.severity,
        properties=(("packages", str(number)),),
        anchor=hashlib.sha256(b"no licences").hexdigest(),
    )
