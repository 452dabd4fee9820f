"""
Which policy of the head is which policy of the base.

Within a file (and the one that it was renamed from) by name: logical id, address or pointer. Members of a
list have numbers for names, which shift: equal ones are found first. What is left over is looked for by
likeness, first in the file, then in the other files of the change, and matched only when there is one
candidate: a policy that moved, or whose logical id was changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from pregate.checks.base import Analysis, Pair
from pregate.expressions import expression
from pregate.iam import PolicyDocument
from pregate.iam.comparable import is_anonymous, likeness, parts_of, wording
from pregate.records import dataclass, field

_INDEX = expression(r"(?<=[./])[0-9]+(?=[./\[]|$)|(?<=\[)[0-9]+(?=\])")
_ALIKE = 0.8
_SOMEWHAT = 0.5
_MAX_PAIRS = 4000


@dataclass(slots=True)
class Match:
    """A policy of the head with those before the change: several for a merge commit, none for a new one."""

    index: int
    document: PolicyDocument
    bases: list[PolicyDocument] = field(default_factory=list)

    @property
    def is_unchanged(self) -> bool:
        """Whether a version before the change certainly says the same."""
        return not is_anonymous(self.document) and any(
            wording(self.document) == wording(base) for base in self.bases
        )


@dataclass(slots=True)
class Matching:
    """All policies of the head, in order, and those of the base that have no successor."""

    matches: list[Match]
    removed: list[PolicyDocument]


def documents_of(analysis: Analysis) -> list[PolicyDocument]:
    """The policies among an analysis's facts."""
    return [fact for fact in analysis.facts if isinstance(fact, PolicyDocument)]


def match_policies(pairs: Sequence[Pair], removed: Sequence[Pair]) -> Matching:
    """Matches the policies of every pair; those of ``removed`` files may have moved to another."""
    matching = Matching([], [])
    by_commit: defaultdict[str, tuple[list[Match], list[PolicyDocument]]] = defaultdict(lambda: ([], []))
    for index, pair in enumerate(pairs):
        mine = [Match(index, document) for document in documents_of(pair.head)]
        matching.matches += mine
        for number, side in enumerate(pair.bases, 1):
            left = _within(mine, documents_of(side), pair.paths[:1], pair.paths[number : number + 1])
            if len(pair.bases) == 1:
                new, gone = by_commit[pair.commit]
                new += [match for match in mine if not match.bases]
                gone += left
        if not pair.bases:
            by_commit[pair.commit][0].extend(mine)
    for pair in removed:
        for side in pair.bases:
            by_commit[pair.commit][1].extend(documents_of(side))
    for new, gone in by_commit.values():
        matching.removed += _across(new, gone)
    return matching


def _within(
    matches: list[Match], bases: list[PolicyDocument], path: Sequence[str], was: Sequence[str]
) -> list[PolicyDocument]:
    """Matches within one file and those that it includes; the bases that are left."""
    groups: defaultdict[tuple[str, ...], tuple[list[Match], list[PolicyDocument]]]
    groups = defaultdict(lambda: ([], []))
    for match in matches:
        groups[_group(match.document, path)][0].append(match)
    for base in bases:
        groups[_group(base, was)][1].append(base)
    new: list[Match] = []
    left: list[PolicyDocument] = []
    for mine, theirs in groups.values():
        rest, gone = _equal(mine, theirs, lambda d: (d.name, wording(d)))
        rest, gone = _equal(rest, gone, lambda d: ("", wording(d)))
        if len({d.name for d in theirs} | {m.document.name for m in mine}) == 1:
            _variants(rest, gone, theirs)
            new += [] if theirs else rest
            left += [] if mine else gone
            continue
        if len(rest) == len(gone):
            rest, gone = _equal(rest, gone, lambda d: (d.name, ""))
        rest, gone = _best_first(rest, gone)
        new += rest
        left += gone
    return _moved(new, left, by_name=False)


def _across(new: list[Match], gone: list[PolicyDocument]) -> list[PolicyDocument]:
    """Matches of what no file of its own explains; the bases that are left."""
    new = [match for match in new if not match.bases]
    return _moved(new, gone, by_name=True)


def _group(document: PolicyDocument, own: Sequence[str]) -> tuple[str, ...]:
    """What counterparts have in common; the file itself may have had another name."""
    path = document.places[0].value.path
    return "" if path in own else path, _INDEX.sub("*", document.name), document.kind.value


def _variants(matches: list[Match], bases: list[PolicyDocument], all_bases: list[PolicyDocument]) -> None:
    """
    The readings of one policy under different conditions: in order where as many are left, else each with the
    one most like it.
    """
    if len(matches) == len(bases):
        for match, base in zip(matches, bases, strict=True):
            match.bases.append(base)
    elif len(matches) * len(all_bases) > _MAX_PAIRS:
        for number, match in enumerate(matches):
            match.bases.append(all_bases[min(number, len(all_bases) - 1)])
    elif all_bases:
        for match in matches:
            mine = parts_of(match.document)
            match.bases.append(max(all_bases, key=lambda base: likeness(mine, parts_of(base))))


def _equal(
    matches: list[Match], bases: list[PolicyDocument], key: Callable[[PolicyDocument], tuple[str, str]]
) -> tuple[list[Match], list[PolicyDocument]]:
    """Matches those with equal keys one to one, in order; gives what is left of both."""
    waiting: defaultdict[tuple[str, str], list[PolicyDocument]] = defaultdict(list)
    for base in reversed(bases):
        waiting[key(base)].append(base)
    rest = []
    for match in matches:
        if same := waiting.get(key(match.document)):
            match.bases.append(same.pop())
        else:
            rest.append(match)
    left = {id(base) for some in waiting.values() for base in some}
    return rest, [base for base in bases if id(base) in left]


def _best_first(
    matches: list[Match], bases: list[PolicyDocument]
) -> tuple[list[Match], list[PolicyDocument]]:
    """The most alike first, as long as they are somewhat alike: members of a list that changed its length."""
    if len(matches) * len(bases) > _MAX_PAIRS:
        return matches, bases
    mine, theirs = [parts_of(match.document) for match in matches], [parts_of(base) for base in bases]
    scored = [(likeness(one, other), i, j) for i, one in enumerate(mine) for j, other in enumerate(theirs)]
    taken: tuple[set[int], set[int]] = (set(), set())
    for score, i, j in sorted(scored, key=lambda entry: (-entry[0], *entry[1:])):
        if score >= _SOMEWHAT and i not in taken[0] and j not in taken[1]:
            matches[i].bases.append(bases[j])
            taken[0].add(i)
            taken[1].add(j)
    return (
        [match for i, match in enumerate(matches) if i not in taken[0]],
        [base for j, base in enumerate(bases) if j not in taken[1]],
    )


def _moved(new: list[Match], gone: list[PolicyDocument], *, by_name: bool) -> list[PolicyDocument]:
    """
    Matches each new policy with the one gone policy that is much like it (with ``by_name`` also: that has its
    name and is somewhat like it), where both have no other candidate; gives what is left of the gone ones.
    """
    if len(new) * len(gone) > _MAX_PAIRS:
        return gone
    mine, theirs = [parts_of(match.document) for match in new], [parts_of(base) for base in gone]
    candidates: defaultdict[int, list[int]] = defaultdict(list)
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for i, match in enumerate(new):
        for j, base in enumerate(gone):
            document = match.document
            named_alike = by_name and document.name and document.name == base.name
            least = _SOMEWHAT if named_alike else _ALIKE
            if document.kind is base.kind and likeness(mine[i], theirs[j]) >= least:
                candidates[i].append(j)
                wanted[j].append(i)
    taken = set()
    for i, found in candidates.items():
        if len(found) == 1 and wanted[found[0]] == [i]:
            new[i].bases.append(gone[found[0]])
            taken.add(found[0])
    return [base for j, base in enumerate(gone) if j not in taken]
