"""
Is there a string that is in some sets of strings and not in others? An exact search over automata, with short
cuts for the usual cases.

With holes in the patterns the answer "none" holds for every text that the holes may stand for: one positive
set is read as it is, and of the strings found with its holes in them, the other positive sets are asked
loosely (a hole may be any text), the negative ones strictly (a hole is only itself). Dropping what relates
the text of one hole to another's only makes more strings possible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from pregate.iam.reasoning.automata import Machine
from pregate.iam.reasoning.model import ExhaustedError
from pregate.iam.reasoning.patterns import ANY, FIELD_ANY, FIELD_STAR, STAR, Pattern, Symbol, is_folded
from pregate.iam.reasoning.unions import Union
from pregate.records import replace

EVERYTHING = Union(((STAR,),))
Step = Callable[[int], None]
_FRESH = "xzqjvwykabcdefghilmnoprstu0123456789XZQ~"
MOST_BYTES = 100 << 20  # of the states that one search keeps
_STATE_BYTES = 400  # of one, besides its positions
_MANY = 2000  # states after which positions are reduced, which costs


def find_text(inside: Sequence[Union], outside: Sequence[Union], spend: Step) -> Pattern | None:
    """
    A string (as symbols, maybe with holes) in all of ``inside`` and none of ``outside``, or None if there is
    none. ``spend`` is told about the work, and may raise.
    """
    if any(union.is_everything for union in outside):
        return None
    within = _narrowest([union for union in inside if not union.is_everything]) or [EVERYTHING]
    if len(within) == 1 or not any(union.has_holes for union in within):
        first = min(within, key=lambda union: (union.texts is None, len(union.patterns)))
        return _find(first, [u for u in within if u is not first], outside, spend)
    found: Pattern | None = None
    for carrier in within:
        others = [replace(union, loose=True) for union in within if union is not carrier]
        found = _find(carrier, others, outside, spend)
        if found is None:
            return None
    return found


def _narrowest(unions: Sequence[Union]) -> list[Union]:
    """The sets without those that hold all of another one."""
    found: list[Union] = []
    for union in sorted(unions, key=lambda union: (union.texts is None, -len(union.patterns))):
        if not any(union.holds(narrow) for narrow in found):
            found.append(union)
    return found


def _find(first: Union, rest: Sequence[Union], outside: Sequence[Union], spend: Step) -> Pattern | None:
    spend(1 + len(first.patterns) // 8)
    counted = [union for union in outside if union.texts is not None and not union.loose]
    left = first.members.difference(*(union.members for union in counted))
    if not left:
        return None

    def is_wanted(symbols: Sequence[Symbol]) -> bool:
        return all(u.accepts(symbols) for u in rest) and not any(u.accepts(symbols) for u in outside)

    if first.texts is not None:
        spend(len(first.patterns))
        return next((text for text in first.patterns if text in left and is_wanted(text)), None)
    wide = [union for union in outside if union.texts is None or union.loose]
    open_ones = [p for p in first.patterns if p in left and not any(union.accepts(p) for union in wide)]
    spend(len(first.patterns))
    for union in rest:
        if not union.loose:
            spend(1 + len(open_ones) // 8)
            open_ones = [pattern for pattern in open_ones if union.meeting(pattern)]
    if not open_ones:
        return None
    letters = frozenset().union(*(union.letters for union in (*outside, *rest)))
    for pattern in open_ones:
        for example in _examples(pattern, letters):
            if is_wanted(example):
                return example
    for pattern in open_ones:
        found = _search(pattern, rest, outside, spend)
        if found is not None:
            return found
    return None


def _examples(pattern: Pattern, letters: frozenset[str]) -> Iterator[Pattern]:
    """Strings that the pattern matches, with letters for its wildcards that nobody else names."""
    fresh = next((letter for letter in _FRESH if letter not in letters), "x")
    seen: set[Pattern] = set()
    for fill in (fresh, "a", "", fresh * 2, f"{fresh}/{fresh}"):
        text: list[Symbol] = []
        for symbol in pattern:
            if symbol in (STAR, FIELD_STAR):
                text += fill
            elif symbol in (ANY, FIELD_ANY):
                text.append(fresh)
            else:
                text.append(symbol[1:] if is_folded(symbol) else symbol)
        example = tuple(text)
        if example not in seen:
            seen.add(example)
            yield example


def _search(pattern: Pattern, rest: Sequence[Union], outside: Sequence[Union], spend: Step) -> Pattern | None:
    """Breadth first through the product of the automata: the shortest string comes first."""
    mine = Union((pattern,))
    against = [relevant for union in outside if (relevant := _relevant(pattern, union)).patterns]
    machines = [union.machine for union in (mine, *rest, *against)]
    count = 1 + len(rest)
    most = MOST_BYTES // (_STATE_BYTES + sum(machine.size for machine in machines) // 8)
    alphabet = _alphabet((mine, *rest, *against))
    start = tuple(machine.start for machine in machines)
    if not all(start[:count]):
        return None
    came: dict[tuple[int, ...], tuple[tuple[int, ...], Symbol] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        spend(2 + len(machines))
        if all(m.final & mask for m, mask in zip(machines[:count], state, strict=False)) and not any(
            m.final & mask for m, mask in zip(machines[count:], state[count:], strict=True)
        ):
            return _spell(came, state)
        for symbol in machines[0].next_letters(state[0]) or alphabet:
            after = _advance(machines, state, symbol, count, reduce=len(came) > _MANY)
            if after is not None and after not in came:
                if len(came) >= most:
                    raise ExhaustedError
                came[after] = (state, symbol)
                queue.append(after)
    return None


def _advance(
    machines: Sequence[Machine], state: tuple[int, ...], symbol: Symbol, count: int, *, reduce: bool
) -> tuple[int, ...] | None:
    after: list[int] = []
    for number, (machine, before) in enumerate(zip(machines, state, strict=True)):
        mask = machine.step(before, symbol) if before else 0
        if number < count and not mask:
            return None
        after.append(machine.reduced(mask) if reduce else mask)
    return tuple(after)


def _spell(
    came: dict[tuple[int, ...], tuple[tuple[int, ...], Symbol] | None], state: tuple[int, ...]
) -> Pattern:
    text: list[Symbol] = []
    step = came[state]
    while step is not None:
        state, symbol = step
        text.append(symbol)
        step = came[state]
    return tuple(reversed(text))


def _alphabet(unions: Sequence[Union]) -> list[Symbol]:
    """A symbol of every kind that the patterns tell apart: those named, a colon, and one more."""
    letters = frozenset().union(*(union.letters for union in unions)) | {":"}
    holes = frozenset().union(*(union.holes for union in unions))
    other = next((letter for letter in _FRESH if letter not in letters), None)
    if other is None:
        other = next(chr(code) for code in range(0x100, 0x110000) if chr(code) not in letters)
    return [other, *sorted(letters), *sorted(holes)]


def _relevant(pattern: Pattern, union: Union) -> Union:
    """The patterns of a union that may match something that ``pattern`` does, by their ends."""
    if union.loose:
        return union
    return Union(tuple(union.meeting(pattern)))
