"""
Evaluates a module for the outcomes of the conditions that are not known, as far as they matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

from pregate.iam.document import PolicyDocument
from pregate.iam.environment import Exposure
from pregate.iam.terraform.documents import Gap
from pregate.iam.terraform.evaluate import Condition, World
from pregate.iam.terraform.syntax import Span
from pregate.iam.terraform.values import MAX_STEPS, Ledger
from pregate.records import dataclass, field

MAX_TOGETHER = 4
MAX_WORLDS = 24


@dataclass(slots=True)
class Found:
    """What one site (an attribute or a data source that holds a policy) gave in one world."""

    site: str
    span: Span
    met: tuple[Condition, ...]
    documents: list[PolicyDocument]
    gaps: list[Gap]
    exposures: list[Exposure] = field(default_factory=list)


@dataclass(slots=True)
class Sum:
    """What all worlds gave together, each thing once; exposures with the file of their site."""

    documents: dict[tuple[str, str], PolicyDocument] = field(default_factory=dict)
    gaps: dict[Gap, None] = field(default_factory=dict)
    exposures: dict[Exposure, str] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        """What one site gave."""
        for document in found.documents:
            self.documents.setdefault((document.name, document.text), document)
        self.gaps.update(dict.fromkeys(found.gaps))
        self.exposures.update(dict.fromkeys(found.exposures, found.span.file.path))


Outcomes = Mapping[Condition, bool]


def explore(evaluate: Callable[[World], Iterator[Found]], steps: int = MAX_STEPS) -> Sum:
    """
    Runs the evaluation until each site was seen under all combinations of its conditions.

    ``steps`` is the budget of all worlds together. Beyond four conditions at one site, or two dozen worlds,
    what is left out is a gap.
    """
    explorer = _Explorer(evaluate, steps)
    explorer.run({}, True)
    if any(explorer.conditions.values()):
        explorer.run({}, False)
    while wanted := explorer.next_outcomes():
        if explorer.runs >= MAX_WORLDS or explorer.steps <= 0:
            explorer.give_up()
            break
        explorer.run(wanted, True)
    return explorer.sum


class _Explorer:
    def __init__(self, evaluate: Callable[[World], Iterator[Found]], steps: int) -> None:
        self.evaluate = evaluate
        self.sum = Sum()
        self.runs, self.steps = 0, steps
        self.conditions: dict[str, dict[Condition, None]] = {}
        self.spans: dict[str, Span] = {}
        self.seen: dict[str, list[dict[Condition, bool]]] = {}

    def run(self, assignment: Outcomes, otherwise: bool) -> None:
        self.runs += 1
        world = World(Ledger(max(self.steps, 0)), assignment, otherwise)
        for found in self.evaluate(world):
            self.sum.add(found)
            self.spans[found.site] = found.span
            self.conditions.setdefault(found.site, {}).update(dict.fromkeys(found.met))
            outcomes = {c: assignment.get(c, otherwise) for c in found.met}
            self.seen.setdefault(found.site, []).append(outcomes)
        self.steps = world.ledger.left

    def next_outcomes(self) -> dict[Condition, bool]:
        """Outcomes that some sites still lack, of as many sites as go together."""
        made: dict[Condition, bool] = {}
        for site, combination in self._missing():
            if all(made.get(c, outcome) is outcome for c, outcome in combination.items()):
                made.update(combination)
            elif self.runs >= MAX_WORLDS:
                self._leave_out(site)
        return made

    def give_up(self) -> None:
        """A gap for each site that was not seen under all its conditions."""
        for site, _ in self._missing():
            self._leave_out(site)

    def _leave_out(self, site: str) -> None:
        self.sum.gaps[self.spans[site], "too many conditions to try all their combinations"] = None

    def _missing(self) -> Iterator[tuple[str, dict[Condition, bool]]]:
        for site, conditions in self.conditions.items():
            if len(conditions) > MAX_TOGETHER:
                self._leave_out(site)
            for outcomes in _combinations(list(conditions)):
                if not any(_agrees(seen, outcomes) for seen in self.seen[site]):
                    yield site, outcomes


def _combinations(conditions: list[Condition]) -> Iterator[dict[Condition, bool]]:
    """All combinations of a few conditions; of many, each one alone against the others."""
    if len(conditions) <= MAX_TOGETHER:
        for values in product((True, False), repeat=len(conditions)):
            yield dict(zip(conditions, values, strict=True))
        return
    for one in conditions[:MAX_WORLDS]:
        yield {condition: condition != one for condition in conditions}


def _agrees(seen: Outcomes, wanted: Outcomes) -> bool:
    return all(wanted.get(condition, outcome) is outcome for condition, outcome in seen.items())
