"""Several databases asked as one: each has to answer in full, and what they say is put together."""

from __future__ import annotations

from collections.abc import Sequence

from pregate.checks.base import AdvisorySource
from pregate.errors import AdvisoryError
from pregate.lockfiles.affected import Answer, evaluate
from pregate.lockfiles.model import Advisory, Package
from pregate.records import replace


class Several:
    """
    Sources in the order of their knowledge of ranges: OSV first. ``remarks`` are said beside what was asked.

    A later source's advisory that shares a name with one of an earlier source keeps its severity and drops
    its ranges, so that the fixed versions are those of the database that knows ranges.
    """

    def __init__(self, sources: Sequence[AdvisorySource], remarks: Sequence[str] = ()) -> None:
        self._sources = tuple(sources)
        self._remarks = tuple(remarks)

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """All advisories that any source has, by package; raises what a source raises."""
        found: list[list[Advisory]] = [[] for _ in packages]
        for source in self._sources:
            answers = source.advisories_for(packages)
            if len(answers) != len(packages):
                raise AdvisoryError("a vulnerability database answered for another number of packages")
            for package, known, more in zip(packages, found, answers, strict=True):
                known += [_joined(advisory, known, package) for advisory in more]
        return tuple(tuple(_distinct(advisories)) for advisories in found)

    def covers(self, ecosystem: str) -> bool:
        """Whether any of them does."""
        return any(source.covers(ecosystem) for source in self._sources)

    def describe(self) -> str:
        """What each of them says of itself."""
        return "; ".join((*(source.describe() for source in self._sources), *self._remarks))


def _joined(advisory: Advisory, known: Sequence[Advisory], package: Package) -> Advisory:
    names = {advisory.id, *advisory.aliases}
    twins = [a for a in known if not names.isdisjoint((a.id, *a.aliases))]
    if not any(evaluate(twin, package) is Answer.YES for twin in twins):
        return advisory
    return replace(advisory, affected=tuple(replace(a, ranges=()) for a in advisory.affected))


def _distinct(advisories: Sequence[Advisory]) -> list[Advisory]:
    """
    One record for each id, the first one; what a later one knows of the severity goes with it.
    """
    by_id: dict[str, Advisory] = {}
    for advisory in advisories:
        first = by_id.setdefault(advisory.id, advisory)
        if first is not advisory:
            by_id[advisory.id] = replace(
                first,
                aliases=tuple(sorted({*first.aliases, *advisory.aliases})),
                severity=(*first.severity, *(v for v in advisory.severity if v not in first.severity)),
                severity_word=first.severity_word or advisory.severity_word,
                affected=(*first.affected, *advisory.affected),
            )
    return [by_id[identifier] for identifier in sorted(by_id)]


class Unasked:
    """A source that cannot be asked: whoever asks it learns why, and what to change."""

    def __init__(self, message: str, hint: str) -> None:
        self._message = message
        self._hint = hint

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:  # noqa: ARG002
        """Raises AdvisoryError: that no advisory is known says nothing about the packages."""
        raise AdvisoryError(self._message, self._hint)

    def covers(self, ecosystem: str) -> bool:  # noqa: ARG002
        """Any: what it does not answer is missing, not uncovered."""
        return True

    def describe(self) -> str:
        """Why it is not asked."""
        return self._message
