"""
What the advisories say of one package version: which apply, what clears them, what could not be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pregate.checks.base import AdvisorySource
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Advisory, Package
from pregate.records import dataclass, replace

if TYPE_CHECKING:
    from pregate.lockfiles.merge import Vulnerability

Key = tuple[str, str, str]
# How often a version to advise is looked up in the database before none is advised for certain.
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    The vulnerabilities that apply, and what could not be compared.

    ``upgrade`` is the version to advise, ``is_sure`` whether the database knows of no advisory that affects
    it; ``advisories`` is everything that is known of the package.
    """

    vulnerabilities: tuple[Vulnerability, ...]
    undecided: tuple[str, ...]
    upgrade: str
    is_sure: bool
    advisories: tuple[Advisory, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell of the version."""
        return bool(self.vulnerabilities or self.undecided)


NOTHING = Assessment((), (), "", is_sure=False)


def assess(package: Package, advisories: Sequence[Advisory]) -> Assessment:
    """What ``advisories``, all that the database gave for the package, say of its version."""
    if not advisories:
        return NOTHING
    from pregate.lockfiles.affected import Answer, evaluate

    applying: list[Advisory] = []
    undecided: list[Advisory] = []
    for advisory in sorted(advisories, key=lambda a: a.id):
        match evaluate(advisory, package):
            case Answer.YES:
                applying.append(advisory)
            case Answer.UNKNOWN:
                undecided.append(advisory)
            case Answer.NO:
                pass
    if not applying and not undecided:
        return Assessment((), (), "", is_sure=False, advisories=tuple(advisories))
    return _told(package, advisories, applying, undecided)


def _told(
    package: Package,
    advisories: Sequence[Advisory],
    applying: Sequence[Advisory],
    undecided: Sequence[Advisory],
) -> Assessment:
    from pregate.lockfiles.affected import smallest_upgrade
    from pregate.lockfiles.merge import merge_aliases

    merged = merge_aliases(applying)
    decided = {name for v in merged for name in v.names}
    left = [a.id for a in undecided if decided.isdisjoint((a.id, *a.aliases))]
    reasons = (f"its version cannot be compared with {_some(left)}",) if left else ()
    if not applying:
        return Assessment(merged, reasons, "", is_sure=False, advisories=tuple(advisories))
    sure = smallest_upgrade([a for a in advisories if not a.withdrawn], package)
    upgrade = sure or smallest_upgrade(applying, package)
    return Assessment(merged, reasons, upgrade, bool(sure), tuple(advisories))


def ask(source: AdvisorySource, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
    """
    What ``source`` knows of each package; raises AdvisoryError when it does not answer about all of them.
    """
    answers = source.advisories_for(packages)
    if len(answers) != len(packages):
        raise AdvisoryError("the vulnerability database answered for another number of packages")
    return answers


def assess_all(source: AdvisorySource, packages: Mapping[Key, Package]) -> dict[Key, Assessment]:
    """
    An assessment of every package, whose advised upgrade was looked up in the database too.

    A service answers about one version: an advisory that affects only the upgrade comes to light when that is
    asked about. Raises AdvisoryError when any part of an answer is missing.
    """
    keys = sorted(packages)
    answers = ask(source, [packages[key] for key in keys])
    found = {key: assess(packages[key], answer) for key, answer in zip(keys, answers, strict=True)}
    waiting = [key for key in keys if found[key].is_sure]
    for _ in range(_ROUNDS):
        if not waiting:
            return found
        candidates = [replace(packages[key], version=found[key].upgrade) for key in waiting]
        again = ask(source, candidates)
        still = []
        for key, answer in zip(waiting, again, strict=True):
            known = {a.id for a in found[key].advisories}
            more = tuple(a for a in answer if a.id not in known)
            if more:
                found[key] = assess(packages[key], (*found[key].advisories, *more))
                still += [key] if found[key].is_sure else []
        waiting = still
    return {**found, **{key: replace(found[key], is_sure=False) for key in waiting}}


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
