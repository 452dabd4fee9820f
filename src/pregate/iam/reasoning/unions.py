"""Sets of strings: what any of some patterns matches."""

from __future__ import annotations

import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from pregate.iam.reasoning.automata import Machine
from pregate.iam.reasoning.patterns import (
    STAR,
    Pattern,
    Symbol,
    head_of,
    is_exact,
    is_folded,
    is_hole,
    may_meet,
    name_of,
)
from pregate.records import dataclass

_FEW = 4  # patterns that are not worth to be sorted by their heads


@dataclass(frozen=True)
class Union:
    """
    A set of strings: what any of the patterns matches. States are sets of positions, as bits of one number.

    ``loose`` reads holes as any text: more strings, never fewer.
    """

    patterns: tuple[Pattern, ...]
    loose: bool = False

    @cached_property
    def is_everything(self) -> bool:
        """Whether one of the patterns matches all."""
        return (STAR,) in self.patterns

    @cached_property
    def texts(self) -> frozenset[str] | None:
        """The strings, if they can be counted."""
        if all(is_exact(pattern) for pattern in self.patterns):
            return frozenset("".join(pattern) for pattern in self.patterns)
        return None

    @cached_property
    def members(self) -> frozenset[Pattern]:
        """The patterns, to look them up."""
        return frozenset(self.patterns)

    @cached_property
    def has_holes(self) -> bool:
        """Whether any pattern has a hole."""
        return any(is_hole(symbol) for pattern in self.patterns for symbol in pattern)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The characters that a pattern names, a letter of either case as both."""
        found: set[str] = set()
        for symbol in {symbol for pattern in self.patterns for symbol in pattern}:
            if len(symbol) == 1:
                found.add(symbol)
            elif is_folded(symbol):
                found |= {symbol[1:], symbol[1:].upper()}
        return frozenset(letter for letter in found if len(letter) == 1)

    @cached_property
    def holes(self) -> frozenset[Symbol]:
        """The holes of the patterns."""
        return frozenset(s for pattern in self.patterns for s in pattern if is_hole(s))

    @cached_property
    def machine(self) -> Machine:
        """The automaton of all patterns, made when it is needed."""
        return Machine(self.patterns, loose=self.loose)

    @cached_property
    def _by_head(self) -> dict[Pattern | None, Machine]:
        """Automata of the patterns that begin alike: nearly all others are out of the question."""
        groups: dict[Pattern | None, list[Pattern]] = {}
        for pattern in self.patterns:
            groups.setdefault(head_of(pattern), []).append(pattern)
        return {head: Machine(patterns) for head, patterns in groups.items()}

    @cached_property
    def _by_name(self) -> tuple[list[str], list[Pattern], list[Pattern]]:
        """The patterns of ARNs sorted by how their last field begins, and the others."""
        named = sorted((name, p) for p in self.patterns if (name := name_of(p)) is not None)
        others = [pattern for pattern in self.patterns if name_of(pattern) is None]
        return [name for name, _ in named], [pattern for _, pattern in named], others

    def meeting(self, pattern: Pattern) -> list[Pattern]:
        """Those patterns that may match something that ``pattern`` does."""
        name = name_of(pattern)
        if name is None or len(self.patterns) < _FEW:
            return [other for other in self.patterns if may_meet(pattern, other)]
        names, named, near = self._by_name
        found = list(near)
        first = bisect_left(names, name)
        found += named[first : bisect_right(names, name + "\U0010ffff")]
        for length in range(len(name)):
            start = name[:length]
            found += named[bisect_left(names, start) : bisect_right(names, start)]
        return [other for other in found if may_meet(pattern, other)]

    @cached_property
    def heads(self) -> frozenset[Pattern] | None:
        """How the strings of the set begin, if that is known of all."""
        found = frozenset(head_of(pattern) for pattern in self.patterns)
        return None if None in found else frozenset(head for head in found if head is not None)

    @cached_property
    def _held(self) -> dict[int, tuple[weakref.ref[Union], bool]]:
        return {}

    def accepts(self, symbols: Sequence[Symbol]) -> bool:
        """
        Whether a string is in the set. Of a pattern: True if all that it matches is certainly in the set.
        """
        if self.texts is not None and not self.loose:
            return tuple(symbols) in self.members
        if self.loose or len(self.patterns) < _FEW:
            return self.machine.accepts(symbols)
        head = head_of(symbols)
        heads = (None,) if head is None else (head, None)
        return any(h in self._by_head and self._by_head[h].accepts(symbols) for h in heads)

    def holds(self, other: Union) -> bool:
        """Whether every pattern of another set is certainly in this one."""
        known = self._held.get(id(other))
        # A set outlives questions (those that are constants), and another one may get the same id.
        if known is None or known[0]() is not other:
            held = all(self.accepts(pattern) for pattern in other.patterns)
            known = self._held[id(other)] = (weakref.ref(other), held)
        return known[1]
