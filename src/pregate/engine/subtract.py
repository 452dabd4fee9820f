"""
What a change introduced: the findings of the head version less those of the base, as multisets.

A finding is known again by its rule, its anchor (a digest of the flagged text with secrets masked) and, for
a secret, a keyed hash of its value: not by its line, so that moved code and a renamed file keep their
history. Where a file holds more equal findings than before, the surplus is new, and is looked for first on
the lines that the change added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from pregate.model import Candidate, Finding, LineRange

Key = tuple[str, str, bytes, bool]


def subtract(
    head: Sequence[Finding], bases: Sequence[Sequence[Finding]], added: Sequence[LineRange], compared: bool
) -> list[Candidate]:
    """
    A candidate for each finding of ``head``, in its order.

    ``bases`` are the findings of the file's versions before the change: several for a merge commit, where a
    finding is new only if no parent has it. ``added`` are the lines of the change; without a comparison
    every finding counts as introduced.
    """
    if not compared:
        return [Candidate(f, introduced=True, in_diff=False) for f in head]
    known: Counter[Key] = Counter()
    whole: Counter[Key] = Counter()
    for base in bases:
        known |= Counter(key(f) for f in base)
        whole |= Counter(_unsuppressed(key(f)) for f in base)
    places: defaultdict[Key, list[int]] = defaultdict(list)
    for index, finding in enumerate(head):
        places[key(finding)].append(index)
    touched = [touches(f, added) for f in head]
    introduced: set[int] = set()
    for name, indices in places.items():
        surplus = len(indices) - known[name]
        by_likelihood = sorted(indices, key=lambda i: (not touched[i], i))
        introduced.update(by_likelihood[: max(surplus, 0)])
    for index, finding in enumerate(head):
        if index not in introduced:
            whole[_unsuppressed(key(finding))] -= 1
    candidates = []
    for index, finding in enumerate(head):
        standing = index not in introduced
        if not standing and whole[_unsuppressed(key(finding))] > 0:
            whole[_unsuppressed(key(finding))] -= 1
            standing = True
        candidates.append(Candidate(finding, index in introduced, touched[index], standing))
    return candidates


def _unsuppressed(name: Key) -> Key:
    return (*name[:3], False)


def key(finding: Finding) -> Key:
    """
    By what a finding is known again in another version of its file.

    A suppressed one is never the counterpart of one that is not: removing a suppression makes its finding
    new.
    """
    return finding.rule.id, finding.anchor, finding.discriminator, bool(finding.suppressed_by)


def touches(finding: Finding, added: Sequence[LineRange]) -> bool:
    """Whether any line of the finding is among ``added``."""
    place = finding.location
    return any(r.start <= place.end_line and place.start_line <= r.end for r in added)
