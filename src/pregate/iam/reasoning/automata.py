"""Automata that run several patterns at once: a set of positions is the bits of one number."""

from __future__ import annotations

from collections.abc import Sequence

from pregate.iam.reasoning.patterns import (
    ANY,
    FIELD_ANY,
    FIELD_STAR,
    IN_ANY_CASE,
    STAR,
    Pattern,
    Symbol,
    is_folded,
    is_hole,
)


class Machine:
    """
    The automaton of some patterns, of which any may match; ``loose`` reads holes as any text.
    """

    def __init__(self, patterns: Sequence[Pattern], *, loose: bool = False) -> None:
        self._moves: dict[Symbol, int] = {}
        self._star = self._field_star = self._any = self._field_any = 0
        self._loose = loose
        self._spans: list[int] = []
        self.start = self.final = 0
        position = 0
        for pattern in patterns:
            first = position
            self.start |= 1 << position
            for symbol in pattern:
                self._place(symbol, 1 << position)
                position += 1
            self.final |= 1 << position
            position += 1
            self._spans.append((1 << position) - (1 << first))
        self.size = position  # positions, each a bit of a state
        self._stars = self._star | self._field_star
        self.start = self._close(self.start)
        self._steps: dict[Symbol, tuple[int, int]] = {}

    def _place(self, symbol: Symbol, bit: int) -> None:
        if symbol == STAR or (self._loose and is_hole(symbol)):
            self._star |= bit
        elif symbol == FIELD_STAR:
            self._field_star |= bit
        elif symbol == ANY:
            self._any |= bit
        elif symbol == FIELD_ANY:
            self._field_any |= bit
        else:
            self._moves[symbol] = self._moves.get(symbol, 0) | bit
            if is_hole(symbol) and symbol.endswith(IN_ANY_CASE):
                plain = symbol.removesuffix(IN_ANY_CASE)
                self._moves[plain] = self._moves.get(plain, 0) | bit
            if is_folded(symbol):
                for letter in {symbol[1:], symbol[1:].upper()}:
                    self._moves[letter] = self._moves.get(letter, 0) | bit

    def _close(self, mask: int) -> int:
        while True:
            more = mask | (mask & self._stars) << 1
            if more == mask:
                return mask
            mask = more

    def step(self, mask: int, symbol: Symbol) -> int:
        """The positions after one more symbol."""
        if self._loose and is_hole(symbol):
            return self._anywhere_after(mask)
        known = self._steps.get(symbol)
        if known is None:
            known = self._steps[symbol] = self._step_of(symbol)
        moves, loops = known
        after = (mask & moves) << 1 | mask & loops
        stars = after & self._stars
        return self._close(after) if stars else after

    def _step_of(self, symbol: Symbol) -> tuple[int, int]:
        moves, both = self._moves.get(symbol, 0), self._star | self._field_star
        if symbol == STAR:
            return 0, self._star
        if symbol == FIELD_STAR:
            return 0, both
        if symbol == ANY or symbol == ":":
            return moves | self._any, self._star
        if is_hole(symbol):
            return moves, both if symbol[1:2] == ":" else self._star
        return moves | self._any | self._field_any, both

    def _anywhere_after(self, mask: int) -> int:
        """Every position that some text leads to."""
        found = 0
        for span in self._spans:
            here = mask & span
            if here:
                lowest = here & -here
                found |= span & ~(lowest - 1)
        return found

    def accepts(self, symbols: Sequence[Symbol]) -> bool:
        """Whether reading the symbols ends in a final position."""
        mask = self.start
        for symbol in symbols:
            mask = self.step(mask, symbol)
            if not mask:
                return False
        return bool(mask & self.final)

    def next_letters(self, mask: int) -> set[Symbol] | None:
        """The symbols that lead on from these positions, if they can be counted."""
        if mask & (self._stars | self._any | self._field_any):
            return None
        return {s for s, bits in self._moves.items() if mask & bits and not is_folded(s)}

    def reduced(self, mask: int) -> int:
        """
        The positions without those that a later star of the same pattern makes superfluous: from a star, all
        is accepted that is accepted from before it.
        """
        for span in self._spans:
            stars = mask & span & self._star
            if stars:
                mask &= ~(span & ((1 << stars.bit_length() - 1) - 1))
        return mask
