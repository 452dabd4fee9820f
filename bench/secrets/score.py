"""
Reports held against labels, line by line.

A secret is found when a report stands in one of its lines. A false report is a line that an engine reports
and that is in no secret, however often. Precision of a family counts the false reports in its own files; that
of the whole also those in the negative files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.secrets.engines import Report
from bench.secrets.samples import Sample


@dataclass(slots=True)
class Figures:
    """Counts of secrets found and missed, and of false reports."""

    found: int = 0
    missed: int = 0
    false: int = 0

    @property
    def precision(self) -> float:
        """The share of reports that are right; 1 without any."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """The share of secrets that are found; 1 without any."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = 2 * self.found + self.missed + self.false
        return 2 * self.found / both if both else 1.0

    def as_row(self) -> dict[str, float]:
        """Everything, for JSON."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        counts = {"found": self.found, "missed": self.missed, "false": self.false}
        return {**counts, **{name: round(figure, 4) for name, figure in figures.items()}}


@dataclass(slots=True)
class Score:
    """The figures of one engine: of all, by family, kind, and syntax; what it missed and reported wrongly."""

    total: Figures = field(default_factory=Figures)
    families: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    kinds: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    syntaxes: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    missed: list[tuple[str, Sample]] = field(default_factory=list)
    false: list[tuple[str, Sample, Report]] = field(default_factory=list)

    @property
    def mean_recall(self) -> float:
        """The mean of the recalls of kinds, so that one with more syntaxes does not count more."""
        recalls = [kind.recall for kind in self.kinds.values() if kind.found + kind.missed]
        return sum(recalls) / len(recalls) if recalls else 1.0


def score(samples: Mapping[str, Sample], reports: Iterable[Report]) -> Score:
    """What an engine reports on samples, by the path under which each was written."""
    lines: dict[str, dict[int, Report]] = defaultdict(dict)
    for report in reports:
        lines[report.path].setdefault(report.line, report)
    result = Score()
    for path, sample in samples.items():
        every = _figures(result, sample)
        reported = lines.get(path, {})
        for first, last in sample.spans:
            is_found = any(first <= line <= last for line in reported)
            for figures in every:
                figures.found += is_found
                figures.missed += not is_found
            if not is_found:
                result.missed.append((path, sample))
        for line, report in sorted(reported.items()):
            if not any(first <= line <= last for first, last in sample.spans):
                for figures in every:
                    figures.false += 1
                result.false.append((path, sample, report))
    return result


def _figures(result: Score, sample: Sample) -> Sequence[Figures]:
    rows = [result.total, result.families[sample.family], result.kinds[sample.kind]]
    return [*rows, result.syntaxes[sample.syntax]] if sample.spans and sample.family != "structured" else rows
