"""
Lock files that had nothing to say, remembered: in an unchanged second run they are not read again, nor are
their packages looked up, and what does both is not loaded.

Only that no advisory applies to any package of a file is remembered, and nothing else is to be said of it; a
finding is made anew. What cannot be told from what it was is not remembered: a service, an index of packages.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.checks.base import AdvisorySource, Analysis, Identified, Json, Moment
from pregate.config import DependenciesConfig
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.checks.dependency_assessment import Assessment, Key

_REVISION = "1"
_WORD = "silence"
_POPULAR = Path(__file__).parent.parent / "lockfiles" / "data"


@dataclass(frozen=True, slots=True)
class Silence:
    """
    The fact that stands for all packages of a file, once nothing was to be said of them. ``told`` is what the
    database said of itself, for the note that it was asked.
    """

    told: str

    def to_json(self) -> Json:
        """A list that :meth:`from_json` turns back into an equal fact."""
        return [_WORD, self.told]

    @staticmethod
    def is_one(value: Json) -> bool:
        """Whether a fact as JSON is one of these."""
        return isinstance(value, list) and value[:1] == [_WORD]

    @classmethod
    def from_json(cls, value: Json) -> Silence:
        """The inverse of :meth:`to_json`; ValueError for anything else."""
        match value:
            case [str(word), str(told)] if word == _WORD and told:
                return cls(told)
        raise ValueError("not a silence")


def standing_of(
    version: str, config: DependenciesConfig, source: AdvisorySource | None, moment: Moment
) -> str:
    """
    All that a silence depends on beside the file and what is read with it: the check and its configuration,
    the database's content, the lists of much used names, and whether something can be new. ``""`` where it
    may depend on more.

    The day is not among it: what applies to a version depends on none, a record's age matters only where it
    applies, and whether the database is too old is asked in every run.
    """
    if config.resolve or not isinstance(source, Identified):
        return ""
    identity = source.identity()
    if not identity:
        return ""
    try:
        lists = [(e.name, s.st_size, s.st_mtime_ns) for e in sorted(_POPULAR.iterdir()) for s in (e.stat(),)]
    except OSError:
        return ""
    return repr((_REVISION, version, config, identity, lists, moment.compared))


def silence_of(
    analysis: Analysis, judged: Analysis, assessments: dict[Key, Assessment], told: str
) -> Analysis | None:
    """
    What may stand for ``analysis``, the first step's, after the second one made ``judged`` of it; None where
    anything was said, or may be said at another time.
    """
    from pregate.lockfiles.model import Package

    said = (judged.findings, judged.unread, analysis.findings, analysis.unread, analysis.sensitive)
    if any(said) or analysis.pragmas or not analysis.concerned or not analysis.facts:
        return None
    for fact in analysis.facts:
        if not isinstance(fact, Package) or assessments[fact.key].says_something:
            return None
    return Analysis(facts=(Silence(told),))


def silences_of(analyses: Sequence[Analysis]) -> list[Silence]:
    """Those that were remembered."""
    return [fact for analysis in analyses for fact in analysis.facts if isinstance(fact, Silence)]
