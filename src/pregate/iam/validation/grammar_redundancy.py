"""
Actions, resources and statements that another one of the same list makes superfluous.

A pattern covers another when it matches every text that the other matches; wildcards of ARNs cross colons
here (recorded answers of the service do).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from pregate.iam.globs import has_wildcard, matches
from pregate.iam.statements import Element, Statement
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject
from pregate.positions import Array, Node, Object

# Steps of comparing the patterns of one policy; half a second.
MAX_STEPS = 500_000
# An ARN is no longer (API reference of IAM); what is longer is compared with nothing.
MAX_LENGTH = 2048
_BEYOND = "\uffff\uffff\uffff"


class _Patterns:
    """The distinct patterns of one list, each with the places that it stands at."""

    def __init__(self, elements: tuple[Element, ...], *, fold: bool) -> None:
        self.places: dict[str, list[Element]] = {}
        for item in elements:
            if not item.is_partly_unknown and len(item.text) <= MAX_LENGTH:
                self.places.setdefault(item.text.lower() if fold else item.text, []).append(item)
        self.texts = sorted(self.places)
        self._lengths = [0, *accumulate(len(text) for text in self.texts)]
        self.wild = [text for text in self.texts if has_wildcard(text)]

    def candidates(self, pattern: str) -> range:
        """Where in ``texts`` those stand that begin as the pattern does."""
        literal = pattern[: next(n for n, mark in enumerate(pattern) if mark in "*?")]
        return range(bisect_left(self.texts, literal), bisect_left(self.texts, literal + _BEYOND))

    def steps(self) -> int:
        """A bound on the work of :meth:`groups`."""
        total = 0
        for pattern in self.wild:
            among = self.candidates(pattern)
            length = self._lengths[among.stop] - self._lengths[among.start]
            # ``matches`` may try every place for every character; ``_covers`` avoids it without "?".
            total += len(among) + (len(pattern) * length // 8 if "?" in pattern else length // 64)
        return total

    def groups(self) -> list[list[Element]]:
        """Lists of places of which one covers the others, in the order of the list."""
        covered = {
            pattern: dict.fromkeys(
                self.texts[n] for n in self.candidates(pattern) if _covers(pattern, self.texts[n])
            )
            for pattern in self.wild
        }
        # Of two that cover each other the first stands for both.
        inside = {
            text
            for pattern, texts in covered.items()
            for text in texts
            if text != pattern and not (pattern in covered.get(text, ()) and text < pattern)
        }
        outer = [covered.get(text, [text]) for text in self.texts if text not in inside]
        return [[item for text in group for item in self.places[text]] for group in outer]


def _covers(pattern: str, other: str) -> bool:
    """Whether one pattern matches all that the other does: its stars stand for nothing, and for much."""
    if pattern == other:
        return True
    few, many = other.replace("*", ""), other.replace("*", "\x00\x00\x00")
    return _fits(pattern, few) and _fits(pattern, many)


def _fits(pattern: str, text: str) -> bool:
    if "?" in pattern:
        return matches(pattern, text)
    first, *middle, last = pattern.split("*")
    position, limit = len(first), len(text) - len(last)
    if position > limit or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        found = text.find(piece, position, limit)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _lists(subject: Subject) -> Iterator[tuple[str, _Patterns]]:
    for statement in subject.statements:
        for elements in (statement.actions, statement.not_actions):
            if len(elements) > 1:
                yield "action", _Patterns(elements, fold=True)
        for elements in (statement.resources, statement.not_resources):
            if len(elements) > 1:
                yield "resource", _Patterns(elements, fold=False)


def withheld(subject: Subject) -> Iterator[tuple[str, str]]:
    """Both codes, when there are too many wildcards to compare all with all."""
    if _steps(subject) > MAX_STEPS:
        for code in ("REDUNDANT_ACTION", "REDUNDANT_RESOURCE"):
            yield code, "The lists of the policy have too many wildcards to compare."


def _steps(subject: Subject) -> int:
    return sum(patterns.steps() for _, patterns in _lists(subject))


def lists(subject: Subject) -> Iterator[Issue]:
    """Groups of actions or resources of which one covers the others."""
    if _steps(subject) > MAX_STEPS:
        return
    for what, patterns in _lists(subject):
        for group in patterns.groups():
            if len(group) < 2:
                continue
            named = max(group, key=lambda item: len(item.text)).text
            if what == "action":
                details = (
                    f"The {len(group)} action(s) are redundant because they provide similar permissions. "
                    f"Update the policy to remove the redundant action such as: {named}."
                )
            else:
                details = (
                    f"The {len(group)} resource ARN(s) are redundant because they reference the same "
                    f"resource. Review the use of wildcards (*), or remove the resource {named} to remove "
                    "the redundancy."
                )
            spots = sorted((Spot(item.pointer) for item in group), key=_place)
            yield Issue(f"REDUNDANT_{what.upper()}", details, tuple(spots))


def _place(spot: Spot) -> int:
    return int(spot.pointer.rpartition("/")[2])


def statements(subject: Subject) -> Iterator[Issue]:
    """Statements that say the same, but for their ids and the order of their lists."""
    same: dict[object, list[Statement]] = {}
    for statement in subject.statements:
        same.setdefault(_meaning(statement.node), []).append(statement)
    for group in same.values():
        # The same token is the same value: equal texts are equal statements.
        if len(group) > 1:
            details = (
                "The statements are redundant because they provide identical permissions. Update the policy "
                "to remove the redundant statement."
            )
            yield Issue("REDUNDANT_STATEMENT", details, tuple(Spot(item.pointer) for item in group))


def _meaning(node: Node, element: str = "") -> object:
    """A statement without its id; lists are sets, a single value is a list of one, actions have no case."""
    if isinstance(node, Object):
        parts = [(key.text.lower(), value) for key, value in node if element or key.text.lower() != "sid"]
        return frozenset((name, _meaning(value, element or name)) for name, value in parts)
    if isinstance(node, Array):
        return frozenset(text for item in node for text in _texts(_meaning(item, element)))
    text = node.text.lower() if element in ("action", "notaction") else node.text
    return frozenset((text,))


def _texts(value: object) -> Iterator[object]:
    yield from value if isinstance(value, frozenset) else (value,)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("REDUNDANT_ACTION", "REDUNDANT_RESOURCE"), lists),
    (("REDUNDANT_STATEMENT",), statements),
)
