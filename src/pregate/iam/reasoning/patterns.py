"""
Patterns over strings, and automata that run several of them at once.

A pattern is a tuple of symbols: a character stands for itself; the others are named below. A *hole* stands
for text that is the same wherever the hole stands (a policy variable, a value that a template leaves open)
and is read as one symbol. Strings that are searched are tuples of symbols too, so that one pattern can be
run over another: where an automaton accepts a pattern as if it were text, it accepts everything that the
pattern does.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

Symbol = str
Pattern = tuple[Symbol, ...]

STAR = "\0*"  # any text
FIELD_STAR = "\0:*"  # any text without a colon
ANY = "\0?"  # one character
FIELD_ANY = "\0:?"  # one character that is no colon
FOLD = "\2"  # before a letter: the letter in either case
HOLE = "\1"  # before a name: a hole; "\1:" one whose text has no colon

_STARS = (STAR, FIELD_STAR)
_ARN = ("a", "r", "n", ":")
_LONG = 24  # letters of a name that are enough to tell it from others
_FEW = 4  # patterns that are not worth to be sorted by their heads


def is_hole(symbol: Symbol) -> bool:
    """Whether a symbol stands for text that is not known."""
    return len(symbol) > 1 and symbol[0] == HOLE


def is_folded(symbol: Symbol) -> bool:
    """Whether a symbol is a letter in either case."""
    return len(symbol) > 1 and symbol[0] == FOLD


def collapse(symbols: Iterable[Symbol]) -> Pattern:
    """The pattern with runs of stars made one: an automaton takes one step past a star, not several."""
    found: list[Symbol] = []
    for symbol in symbols:
        if symbol in _STARS and found and found[-1] in _STARS:
            if symbol == STAR:
                found[-1] = STAR
        else:
            found.append(symbol)
    return tuple(found)


def is_exact(pattern: Pattern) -> bool:
    """Whether it matches one text only."""
    return all(len(symbol) == 1 for symbol in pattern)


def exact(text: str) -> Pattern:
    """The pattern of one text."""
    return tuple(text)


def folded(text: str) -> Pattern:
    """The pattern of a text in any case, of ASCII letters."""
    return tuple(FOLD + c.lower() if c.isascii() and c.isalpha() else c for c in text)


def glob(text: str) -> Pattern:
    """``*`` and ``?`` anywhere match anything."""
    return collapse(STAR if c == "*" else ANY if c == "?" else c for c in text)


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
            groups.setdefault(_head(pattern), []).append(pattern)
        return {head: Machine(patterns) for head, patterns in groups.items()}

    @cached_property
    def _by_name(self) -> tuple[list[str], list[Pattern], list[Pattern]]:
        """The patterns of ARNs sorted by how their last field begins, and the others."""
        named = sorted((name, p) for p in self.patterns if (name := _name(p)) is not None)
        others = [pattern for pattern in self.patterns if _name(pattern) is None]
        return [name for name, _ in named], [pattern for _, pattern in named], others

    def meeting(self, pattern: Pattern) -> list[Pattern]:
        """Those patterns that may match something that ``pattern`` does."""
        name = _name(pattern)
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
        found = frozenset(_head(pattern) for pattern in self.patterns)
        return None if None in found else frozenset(head for head in found if head is not None)

    @cached_property
    def _held(self) -> dict[int, bool]:
        return {}

    def accepts(self, symbols: Sequence[Symbol]) -> bool:
        """
        Whether a string is in the set. Of a pattern: True if all that it matches is certainly in the set.
        """
        if self.texts is not None and not self.loose:
            return tuple(symbols) in self.members
        if self.loose or len(self.patterns) < _FEW:
            return self.machine.accepts(symbols)
        head = _head(symbols)
        heads = (None,) if head is None else (head, None)
        return any(h in self._by_head and self._by_head[h].accepts(symbols) for h in heads)

    def holds(self, other: Union) -> bool:
        """Whether every pattern of another set is certainly in this one."""
        key = id(other)
        if key not in self._held:
            self._held[key] = all(self.accepts(pattern) for pattern in other.patterns)
        return self._held[key]


def _head(symbols: Sequence[Symbol]) -> Pattern | None:
    """
    The first field of a string, of an ARN the first three, or all of it; None when a wildcard comes before.
    """
    colons = 3 if tuple(symbols[:4]) == _ARN else 1
    for position, symbol in enumerate(symbols):
        if len(symbol) > 1:
            return None
        if symbol == ":":
            colons -= 1
            if not colons:
                return tuple(symbols[: position + 1])
    return tuple(symbols)


def _name(pattern: Pattern) -> str | None:
    """How the last part of an ARN's pattern begins, up to a wildcard; None when that cannot be said."""
    fields = fields_of(pattern)
    if len(fields) < 6:
        return None
    letters: list[str] = []
    for field in fields[5:]:
        for symbol in field:
            if len(symbol) > 1 or len(letters) >= _LONG:
                return "".join(letters)
            letters.append(symbol)
        letters.append(":")
    return "".join(letters[:-1])


@lru_cache(maxsize=20_000)
def fields_of(pattern: Pattern) -> tuple[Pattern, ...]:
    """
    The parts of a pattern between colons, as far as no wildcard may stand for one; the last part is the rest.
    """
    found: list[Pattern] = []
    first = 0
    for position, symbol in enumerate(pattern):
        if symbol in (STAR, ANY) or (is_hole(symbol) and symbol[1:2] != ":"):
            break
        if symbol == ":":
            found.append(pattern[first:position])
            first = position + 1
    return (*found, pattern[first:])


def may_meet(one: Pattern, other: Pattern) -> bool:
    """Whether two patterns may match the same string, by the ends of their fields: False is sure."""
    mine, others = fields_of(one), fields_of(other)
    whole = min(len(mine), len(others)) - 1
    for left, right in zip(mine[:whole], others[:whole], strict=True):
        if left != right and not (_agree(left, right) and _agree(left[::-1], right[::-1])):
            return False
    left = tuple(symbol for field in mine[whole:] for symbol in (*field, ":"))[:-1]
    right = tuple(symbol for field in others[whole:] for symbol in (*field, ":"))[:-1]
    return _agree(left, right) and _agree(left[::-1], right[::-1])


def _agree(one: Pattern, other: Pattern) -> bool:
    for left, right in zip(one, other, strict=False):
        if len(left) > 1 or len(right) > 1:
            return True
        if left != right:
            return False
    longer, shorter = (one, len(other)) if len(one) > len(other) else (other, len(one))
    return len(longer) == shorter or not is_exact(longer[shorter:])


class Machine:
    """The automaton of a union; see there."""

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
