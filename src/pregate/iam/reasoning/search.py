"""
Is there a request in one box and in none of some others?

A box is a conjunction of tests: what one statement asks of a request. The search takes a box that overlaps
and looks into what of the first one lies outside it, test by test; it ends where nothing overlaps (found)
or everything is covered (not there).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pregate.iam.reasoning.model import ExhaustedError
from pregate.iam.reasoning.states import Space, Test, Tests
from pregate.records import dataclass, field

# Text that usually settles a question comes first.
_ORDER = {"action": 0, "resource": 1, "principal": 2}
_DEEPEST = 400  # boxes that overlap one another; Python's own limit is not far above


@dataclass(frozen=True, slots=True)
class Box:
    """Tests by variable."""

    parts: Mapping[str, Tests]


@dataclass(slots=True)
class Search:
    """The searches of one question."""

    space: Space
    _implied: dict[tuple[Tests, Test], bool] = field(default_factory=dict)

    def box(self, tests: Iterable[Test]) -> Box | None:
        """The box of these tests, or None when no request passes them."""
        parts: dict[str, Tests] = {}
        for test in tests:
            parts[test.variable] = parts.get(test.variable, frozenset()) | {test}
        if any(self.space.solve(part) is None for part in parts.values()):
            return None
        return Box(parts)

    def narrowed(self, box: Box, test: Test) -> Box | None:
        """The part of a box that passes one more test, or None if there is none."""
        part = box.parts.get(test.variable, frozenset()) | {test}
        if self.space.solve(part) is None:
            return None
        return Box({**box.parts, test.variable: part})

    def joined(self, box: Box, tests: Iterable[Test]) -> Box | None:
        """The part of a box that passes all of some tests, or None if there is none."""
        found: Box | None = box
        for test in tests:
            if found is None:
                return None
            found = self.narrowed(found, test)
        return found

    def outside(self, box: Box, blockers: Sequence[tuple[Test, ...]], depth: int = 0) -> Box | None:
        """
        A part of the box, every request of which is outside all blockers; None if there is none.

        Raises ExhaustedError when that would take too long.
        """
        self.space.spend(1)
        if depth > _DEEPEST:
            raise ExhaustedError
        live: list[tuple[int, list[Test], tuple[Test, ...]]] = []
        for blocker in blockers:
            needed = self._needed(box, blocker)
            if needed is None:
                continue
            if not needed:
                return None
            live.append((len(needed), needed, blocker))
        if not live:
            return box
        live.sort(key=lambda entry: entry[0])
        _, needed, chosen = live[0]
        rest = [blocker for _, _, blocker in live if blocker is not chosen]
        inside: Box | None = box
        for test in needed:
            if inside is None:
                break
            beyond = self.narrowed(inside, self.space.opposite(test))
            found = self.outside(beyond, rest, depth + 1) if beyond else None
            if found is not None:
                return found
            inside = self.narrowed(inside, test)
        return None

    def _needed(self, box: Box, blocker: tuple[Test, ...]) -> list[Test] | None:
        """The tests of a blocker that not all of the box passes; None when none of it passes them all."""
        needed: list[Test] = []
        for test in blocker:
            part = box.parts.get(test.variable, frozenset())
            if test in part:
                continue
            if self.space.solve(part | {test}) is None:
                return None
            if self.space.solve(part | {self.space.opposite(test)}) is not None:
                needed.append(test)
        return needed


def in_order(tests: Iterable[Test]) -> tuple[Test, ...]:
    """The tests of a statement, those first that usually settle a question."""
    return tuple(sorted(dict.fromkeys(tests), key=lambda test: (_ORDER.get(test.variable, 3), test.number)))
