"""
Inline suppressions in the engine: read once for each file, laid over the findings, and told to the check that
they address.

All of it depends on content alone. Whether a suppression counts is for policy to say.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pregate.config import nearest
from pregate.records import replace
from pregate.suppressions import pragmas_in

if TYPE_CHECKING:
    from pregate.checks.base import Check, Target
    from pregate.engine.analyst import Maskers
    from pregate.model import Finding, Suppression

_FOR_EVER = "9999-12-31"


def pragmas_of(target: Target) -> tuple[Suppression, ...]:
    """The inline suppressions in a target and in what it includes; none is masked yet."""
    found = pragmas_in(target.path, target.data)
    for path, data in target.included:
        found += pragmas_in(path, data)
    return found


def masked(pragmas: Sequence[Suppression], maskers: Maskers) -> tuple[Suppression, ...]:
    """The same without any secret value of their files; one whose rule held a secret means none."""
    done = []
    for pragma in pragmas:
        text = maskers(pragma.origin.path).text
        is_clean = text(pragma.rule) == pragma.rule
        done.append(
            replace(
                pragma,
                rule=pragma.rule if is_clean else "",
                words=text(pragma.words),
                reason=text(pragma.reason) if is_clean else "has no rule's name in its brackets",
                owner=text(pragma.owner),
            )
        )
    return tuple(done)


def suppress(findings: tuple[Finding, ...], pragmas: Sequence[Suppression]) -> tuple[Finding, ...]:
    """
    ``findings`` in their order, those that a pragma covers with it.

    What the scanner's own pragma suppresses stays as it is. Of several the one that lasts longest counts, and
    of those one with a reason.
    """
    if not pragmas:
        return findings
    by_path: defaultdict[str, list[Suppression]] = defaultdict(list)
    for pragma in sorted(pragmas, key=_first_line):
        if pragma.rule and pragma.lines:
            by_path[pragma.origin.path].append(pragma)
    longest = max((p.lines.end - p.lines.start for p in pragmas if p.lines), default=0)
    return tuple(_covered(f, by_path.get(f.location.path, ()), longest) for f in findings)


def _covered(finding: Finding, pragmas: Sequence[Suppression], longest: int) -> Finding:
    if finding.suppressed_by or not pragmas:
        return finding
    from pregate.suppressions.matching import means

    place = finding.location
    first = bisect_left(pragmas, place.start_line - longest, key=_first_line)
    last = bisect_right(pragmas, place.end_line, key=_first_line)
    fitting = [
        p
        for p in pragmas[first:last]
        if p.lines and p.lines.end >= place.start_line and means(p.rule, finding.rule.id, finding.aliases)
    ]
    if not fitting:
        return finding
    best = max(fitting, key=lambda p: (p.until or _FOR_EVER, bool(p.reason), bool(p.owner)))
    return replace(finding, suppressed_by=best.words, suppression=best)


def _first_line(pragma: Suppression) -> int:
    return pragma.lines.start if pragma.lines else 0


def addressed(
    seen: Mapping[str, Collection[Suppression]],
    used: Mapping[str, Collection[Suppression]],
    checks: Sequence[Check],
    absent: Collection[str],
    paths: Collection[str],
) -> Mapping[str, tuple[Suppression, ...]]:
    """
    The pragmas to tell of for each check: each at those that it means, or else at the first that saw it.

    ``seen`` are those in the files that each check read, ``used`` those that suppress a finding of it.
    ``absent`` names checks that could have been meant and did not do their work in this run: of their pragmas
    nothing can be said. Nor can it of those of another tool, which may be there in another run, and of those
    in files that are not among ``paths``, unless they are used: such a file was only included by another.
    """
    if not any(seen.values()):
        return {}  # without asking each check for all its rules
    names = [check.name for check in checks if check.name in seen]
    rules = {c.name: frozenset(r.id.partition("/")[2] for r in c.rules()) for c in checks if c.name in names}
    told: defaultdict[str, dict[Suppression, None]] = defaultdict(dict)
    for pragma in dict.fromkeys(p for name in names for p in seen[name]):
        readers = [name for name in names if pragma in seen[name]]
        meant = [n for n in readers if pragma in used.get(n, ()) or _addresses(pragma.rule, n, rules[n])]
        if not meant and pragma.origin.path in paths and not _may_mean(pragma.rule, absent, names):
            meant = readers[:1]
        for name in meant:
            told[name][pragma] = None
    return {name: tuple(pragmas) for name, pragmas in told.items()}


def _addresses(word: str, check: str, rules: Collection[str]) -> bool:
    first, slash, _ = word.partition("/")
    return first == check or (not slash and word in rules)


def _may_mean(word: str, absent: Collection[str], present: Collection[str]) -> bool:
    """
    Whether a pragma may be about a check that did nothing in this run. A rule without its check may be of
    any; a check that nobody knows is another tool, unless it is nearly called as one of ours.
    """
    first, slash, _ = word.partition("/")
    if not slash:
        return bool(word and absent)
    return first in absent or (first not in present and not nearest(first, (*present, *absent), 0.75))


def difference(one: Iterable[Suppression], other: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """Those of ``one`` that are not in ``other``, wherever they stand there."""
    known = {(p.rule, p.words) for p in other}
    return tuple(p for p in one if p.rule and (p.rule, p.words) not in known)


def mean(pragmas: Iterable[Suppression], finding: Finding) -> bool:
    """Whether one of ``pragmas`` is about findings of this rule in its file, wherever that was."""
    from pregate.suppressions.matching import means

    return any(means(p.rule, finding.rule.id, finding.aliases) for p in pragmas)
